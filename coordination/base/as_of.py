"""The day that a page shows: `?as_of=YYYY-MM-DD`, or the register's default day.

The default is the earlier of today and the strategy's `known_until`: nobody has checked what came later.
A date that cannot be read never stops a page; it shows the default day and says so in the date bar.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coordination.base import authorisation, changes
from coordination.base.models import Strategy

PARAMETER = "as_of"
EARLIEST, LATEST = datetime.date(1800, 1, 1), datetime.date(2200, 1, 1)


@dataclass(frozen=True)
class AsOfBar:
    """What the date bar says and links to."""

    as_of: datetime.date
    default: datetime.date
    today: datetime.date
    known_until: datetime.date | None
    previous_change: datetime.date | None
    next_change: datetime.date | None
    strategy_name: str
    strategy_reference: str = ""
    error: str = ""

    @property
    def is_default(self) -> bool:
        return self.as_of == self.default

    @property
    def is_after_known(self) -> bool:
        return self.known_until is not None and self.as_of > self.known_until


def parse(text: str | None) -> datetime.date | None:
    """The date that `text` writes as YYYY-MM-DD; None if it is no date between 1800 and 2200.

    >>> parse("2022-06-30")
    datetime.date(2022, 6, 30)
    >>> parse("2022-02-30"), parse("20220630"), parse(None)
    (None, None, None)
    """
    cleaned = (text or "").strip()
    if len(cleaned) != 10 or cleaned[4] != "-" or cleaned[7] != "-":
        return None
    try:
        date = datetime.date.fromisoformat(cleaned)
    except ValueError:
        return None
    return date if EARLIEST <= date <= LATEST else None


def with_day(request: HttpRequest | None, url: str) -> str:
    """`url` with the day that `request` shows, when it is not the default one."""
    day = getattr(request, "as_of", None)
    if day is None or day == getattr(request, "as_of_default", day):
        return url
    separator = "&" if "?" in url else "?"
    return f"{url}{separator}{urlencode({PARAMETER: day.isoformat()})}"


def current_strategy(today: datetime.date) -> Strategy | None:
    """The strategy that decides the default day: in force today, else the latest to begin. One query."""
    strategies = list(Strategy.objects.order_by("-valid_from", "slug"))
    return next((s for s in strategies if s.is_in_force(today)), strategies[0] if strategies else None)


class Request(HttpRequest):
    """A request as a view gets it. A name for the types alone: `attach` puts these on Django's own."""

    as_of: datetime.date
    as_of_default: datetime.date
    as_of_bar: AsOfBar | None


class AsOfMiddleware:
    """Sets `request.as_of` (a date) and `request.as_of_bar` (an `AsOfBar`, or None where it may not show).

    The bar is built only if a template asks for it. Needs `request.user`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        attach(request, today=timezone.localdate())


def attach(request: HttpRequest, *, today: datetime.date) -> None:
    """Set `as_of`, `as_of_default` and `as_of_bar` on the request. One query; the bar costs more."""
    strategy = current_strategy(today)
    known_until = strategy.known_until if strategy else None
    default = min(today, known_until) if known_until else today
    given = request.GET.get(PARAMETER)
    asked = parse(given)
    error = ""
    if given and asked is None:
        error = _("“%(text)s” is not a date. Write it as 2022-06-30. Showing %(default)s instead.") % {
            "text": given[:40],
            "default": default.isoformat(),
        }
    as_of = asked or default

    def build() -> AsOfBar | None:
        user = getattr(request, "user", None)
        if user is None or not authorisation.may(user, "view", Strategy):
            return None
        previous_change, next_change = changes.neighbours(as_of)
        return AsOfBar(
            as_of=as_of,
            default=default,
            today=today,
            known_until=known_until,
            previous_change=previous_change,
            next_change=next_change,
            strategy_name=strategy.name if strategy else "",
            strategy_reference=strategy.reference if strategy else "",
            error=error,
        )

    dated = cast(Request, request)
    dated.as_of, dated.as_of_default = as_of, default
    dated.as_of_bar = cast("AsOfBar | None", SimpleLazyObject(build))
