"""Answers load balancers and the supervisor before anything else looks at the request."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


class HealthMiddleware:
    """`/health/` gives 200 when the process answers and its database does.

    It stands first: whoever asks from inside has neither https nor the public host name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/health/":
            return self.get_response(request)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        response = HttpResponse("ok", content_type="text/plain")
        add_never_cache_headers(response)
        return response
