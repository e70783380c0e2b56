"""A full disk is said in a sentence: nothing was saved, reading goes on, and somebody has to make room."""

import errno
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.signals import got_request_exception
from django.db import DatabaseError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from coordination.base.middleware import API_PREFIX

_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT})
_SQLITE = "database or disk is full"
_POSTGRESQL = "53100"  # SQLSTATE disk_full


def is_disk_full(error: BaseException | None) -> bool:
    """Whether `error`, or what it came from, is that there is no room to write."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _ERRORS:
            return True
        if isinstance(error, DatabaseError) and _SQLITE in str(error):
            return True
        if getattr(error, "sqlstate", None) == _POSTGRESQL:
            return True
        error = error.__cause__ or error.__context__
    return False


@receiver(got_request_exception)
def _note(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is not None and is_disk_full(sys.exc_info()[1]):
        request.is_disk_full = True  # type: ignore[attr-defined]  # for the middleware below


class DiskFullMiddleware:
    """Answers 507 instead of 500 where a view, a session or an upload found no room.

    Asked after the fact: an upload is read, and a session saved, outside of any view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not getattr(request, "is_disk_full", False):
            return response
        status = HTTPStatus.INSUFFICIENT_STORAGE
        if request.path.startswith(API_PREFIX):
            return JsonResponse({"detail": "The disk is full. Nothing was saved."}, status=status)
        return render(request, "507.html", status=status)
