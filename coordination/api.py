"""The root of the machine interface, `/api/v1/`: read only, with the authorisation of the pages.

Each app has its operations in `<app>/api.py`; here they are put together, and every error is JSON.
"""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import ValidationError

from coordination.base.api import BadQuestion, Problem
from coordination.base.authorisation import LoginRequired
from coordination.base.middleware import ask_for_login
from mandates.api import router as mandates
from mandates.api_scenarios import router as scenarios
from mandates.findings_api import router as findings
from network.api import router as network
from network.graph_api import router as graph

api = NinjaAPI(
    title="Samsyn",
    version="1",
    description=(
        "Who has which mandate, who works with whom, and what nobody covers, on any day. Dates are ISO; "
        "`valid_to` is the last day. Several alternatives are separated by `;`. Where the instance is open, "
        "no login is needed."
    ),
    urls_namespace="api",
    docs_decorator=require_safe,
    docs_url=None,  # its pages load scripts from elsewhere, which the content security policy refuses
)
api.add_router("", mandates)
api.add_router("", scenarios)
api.add_router("", findings)
api.add_router("", network)
api.add_router("", graph)

MISSING = {"detail": "There is nothing at this address, or nothing that you may see.", "errors": []}


def problem(status: HTTPStatus, detail: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    return JsonResponse(Problem(detail=detail, errors=errors or []).dict(), status=status)


@api.exception_handler(LoginRequired)
def login_required(request: HttpRequest, exception: LoginRequired) -> HttpResponse:
    return ask_for_login(request)


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    return problem(HTTPStatus.FORBIDDEN, "You may not do this.")


@api.exception_handler(Http404)
def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same answer whether there is no such row or it may not be seen."""
    return JsonResponse(MISSING, status=HTTPStatus.NOT_FOUND)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, exception: ValidationError) -> HttpResponse:
    errors = [
        {"parameter": ".".join(map(str, error["loc"][1:])), "message": _plain(error)}
        for error in exception.errors
    ]
    return _unusable(errors)


@api.exception_handler(BadQuestion)
def bad_question(request: HttpRequest, exception: BadQuestion) -> HttpResponse:
    return _unusable([{"parameter": exception.parameter, "message": str(exception)}])


def _unusable(errors: list[dict[str, str]]) -> HttpResponse:
    said = "; ".join(f"{error['parameter']}: {error['message']}" for error in errors)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, said, errors)


def _plain(error: dict[str, Any]) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Where the description is."""
    return JsonResponse({"title": api.title, "version": api.version, "openapi": reverse("api:openapi-json")})


@require_safe
def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every other address below `/api/`."""
    return missing(request)
