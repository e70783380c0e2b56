"""Template tags of the product: statuses, dates, sources, links that keep the day."""

import datetime
import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.db.models.manager import BaseManager
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, Resolver404, resolve, reverse, translate_url
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from coordination.base import as_of as as_of_module
from coordination.base import dates, doors, publishers, signs
from coordination.base.panels import Panel

register = template.Library()

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_DAY_AND_REST = re.compile(r"(\d{4}-\d{2}-\d{2})")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
PRECISION_FIELDS = {
    "valid_from": "from_precision",
    "valid_to": "to_precision",
    "valid_until": "to_precision",
}


def _language() -> str:
    return "en" if (get_language() or settings.LANGUAGE_CODE).startswith("en") else "sv"


# Statuses


@register.simple_tag
def status(
    name: str,
    text: str | Promise = "",
    variant: str = "",
    *,
    day: datetime.date | None = None,
    explain: bool = False,
) -> SafeString:
    """Sign and word of a status or mark: `{% status "gap" %}`, `{% status "gap" "Gap: 0 of 1" "pill" %}`.

    `day` is appended to the word (the last day of what ends); `explain` adds the rule in a few words.
    An unknown name is written as it is, so that a page never fails on a new status.
    """
    word = text or signs.WORDS.get(name, name)
    if day is not None:
        word = f"{word} {day.isoformat()}"
    if name not in signs.NAMES:
        return format_html('<span class="st">{}</span>', word)
    classes = f"st {name} pill" if variant == "pill" else f"st {name}"
    shown = format_html('<span class="{}">{}{}</span>', classes, signs.sign(name), word)
    if explain:
        return format_html('{} <span class="muted">{}</span>', shown, signs.EXPLANATIONS[name])
    return shown


@register.simple_tag
def sign(name: str) -> SafeString:
    """Only the sign, for where the word stands beside it anyway (a matrix cell)."""
    return signs.sign(name) if name in signs.NAMES else SafeString("")


@register.simple_tag
def sign_shape(name: str) -> SafeString:
    """The shapes of a sign, 16 by 16, for a chart's own SVG."""
    return signs.shape(name) if name in signs.NAMES else SafeString("")


@register.filter
def status_word(name: str) -> str | Promise:
    """The word of a status or mark."""
    return signs.WORDS.get(name, name)


@register.simple_tag
def code(value: object) -> SafeString | str:
    """A code such as X02, set after the name it belongs to."""
    return format_html('<span class="code">{}</span>', value) if value else ""


# Dates


@register.filter
def fdate(row: object, field: str = "valid_from") -> str:
    """`row.field` with the precision that the row says it is known with."""
    value = getattr(row, field, None)
    precision = getattr(row, PRECISION_FIELDS.get(field, "date_precision"), "") or "day"
    if field == "valid_until" and value is not None:
        value -= datetime.timedelta(days=1)
    return _shown(dates.format_date(value, precision, _language()))


def _shown(text: str) -> SafeString | str:
    """Keep what is one date on one line: browsers break 2022-12-31 after a hyphen."""
    parts = [
        format_html("<time>{}</time>", part) if ISO_DAY.fullmatch(part) else conditional_escape(part)
        for part in ISO_DAY_AND_REST.split(text)
        if part
    ]
    return format_html_join("", "{}", ((part,) for part in parts))


@register.filter
def nobreak(text: object) -> SafeString | str:
    """Running text, or a date, in which no date is broken after a hyphen."""
    return _shown(str(text))


@register.filter
def iso(value: datetime.date | None) -> str:
    """A date as 2022-12-31; a moment as 2022-12-31 14:30 in the local time zone's wall clock."""
    if not value:
        return ""
    if isinstance(value, datetime.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{local:%Y-%m-%d %H:%M}"
    return value.isoformat()


@register.filter
def day(value: datetime.date | None) -> SafeString | str:
    """A date as 2022-12-31 that is not broken over two lines; for text, not for attributes."""
    return format_html("<time>{}</time>", value.isoformat()) if value else ""


@register.simple_tag
def period(row: Any) -> str:
    """A row's period: “2018 – tills vidare”, “start okänd – 2022-12-31”, “känt för 2018–2022”."""
    return _shown(
        dates.format_period(
            row.valid_from, row.from_precision or "day", row.valid_to, row.to_precision or "day", _language()
        )
    )


@register.filter
def until(row: Any) -> str:
    """The end of a row's period with its preposition: “t.o.m. 2022-12-31”; “tills vidare” when open."""
    said = dates.format_bounds(row.valid_to, row.to_precision or "day", _language(), which="until")
    return _shown(said or dates.WORDS[_language()]["open"])


@register.filter
def since(row: Any) -> str:
    """The start of a row's period with its preposition: “fr.o.m. hösten 2022”."""
    said = dates.format_bounds(row.valid_from, row.from_precision or "day", _language(), which="from")
    return _shown(said or dates.WORDS[_language()]["unknown_start"])


# Numbers


@register.filter
def number(value: int | float | Decimal | None, decimals: int = 0) -> str:
    """A number with grouping: 12 345 in Swedish, 12,345 in English; "–" for None."""
    if value is None:
        return "–"
    rounded = f"{value:.{decimals}f}"  # Django cuts off what it does not show
    text = formats.number_format(rounded, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return str(text).replace(" ", NO_BREAK_SPACE)


@register.filter
def amount(value: int | float | Decimal | None) -> str:
    """Swedish kronor as people write them: 160 mnkr, 1,2 mdkr, 12 500 kr; "–" for None."""
    if value is None:
        return "–"
    kronor = Decimal(value)
    for size, unit in (
        (Decimal(1_000_000_000), _("SEK %(amount)s billion")),
        (Decimal(1_000_000), _("SEK %(amount)s million")),
    ):
        if abs(kronor) >= size:
            scaled = round(kronor / size, 1)
            text = number(scaled, 0 if scaled == scaled.to_integral_value() else 1)
            return (unit % {"amount": text}).replace(" ", NO_BREAK_SPACE)
    return (_("SEK %(amount)s") % {"amount": number(kronor)}).replace(" ", NO_BREAK_SPACE)


@register.simple_tag
def rows_text(count: int) -> str:
    """“Visa 12 rader”, for the link under a figure."""
    return ngettext("Show %(count)s row", "Show %(count)s rows", count) % {"count": number(count)}


# Text that exists in one language only


@register.simple_tag
def local(row: Any, field: str) -> SafeString | str:
    """`row.<field>` in the active language; in the other, marked with its language, where only that exists."""
    if row is None:
        return ""
    language = _language()
    other = "sv" if language == "en" else "en"
    own_text = getattr(row, f"{field}_{language}", "") or ""
    if own_text:
        return conditional_escape(own_text)
    other_text = getattr(row, f"{field}_{other}", "") or ""
    if other_text:
        return format_html('<span lang="{}">{}</span>', other, other_text)
    return conditional_escape(getattr(row, field, "") or "")


# Links


def _with_day(context: Context, url: str) -> str:
    return as_of_module.with_day(context.get("request"), url)


@register.simple_tag(takes_context=True)
def url_asof(context: Context, view_name: str, *args: Any, **kwargs: Any) -> str:
    """As `{% url %}`, keeping the chosen day when it is not the default one. `query_x=` adds `x` to the query."""
    query = {key.removeprefix("query_"): kwargs.pop(key) for key in list(kwargs) if key.startswith("query_")}
    url = reverse(view_name, args=args, kwargs=kwargs)
    if query:
        url = f"{url}?{urlencode(query, doseq=True)}"
    return _with_day(context, url)


@register.simple_tag(takes_context=True)
def asof(context: Context, url: str) -> str:
    """`url` (from get_absolute_url, the navigation …) with the chosen day, when it is not the default one."""
    return _with_day(context, url)


@register.simple_tag(takes_context=True)
def query_inputs(context: Context, *leave_out: str) -> SafeString:
    """Hidden inputs that carry the page's other query parameters through a GET form."""
    request = context.get("request")
    if request is None:
        return SafeString("")
    pairs = [(key, value) for key, values in request.GET.lists() if key not in leave_out for value in values]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag(takes_context=True)
def switch_language_url(context: Context, language: str) -> str:
    """This page in the other language, with its query."""
    request = context.get("request")
    if request is None:
        return "/"
    try:
        resolve(request.path_info)
    except Resolver404:
        return "/en/" if language == "en" else "/"
    return translate_url(request.get_full_path(), language)


@register.simple_tag(takes_context=True)
def page_url(context: Context, page: int, param: str = "") -> str:
    """This page's address with another page number; every other parameter stays."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query[param or "page"] = str(page)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def querystring_url(context: Context, url: str, **changes: Any) -> str:
    """`url` with this page's query, so that an export holds what the page shows. None removes a parameter."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for dropped in ("page", "sort"):
        query.pop(dropped, None)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"{url}?{query.urlencode()}" if query else url


@register.simple_tag
def page_numbers(page: Page) -> list[int]:
    """The page numbers to link to: first, last and two round the current one; 0 marks what is left out."""
    last = page.paginator.num_pages
    wanted = sorted({1, last, *range(max(1, page.number - 2), min(last, page.number + 2) + 1)})
    shown: list[int] = []
    for number_ in wanted:
        if shown and number_ - shown[-1] == 2:
            shown.append(number_ - 1)
        elif shown and number_ - shown[-1] > 2:
            shown.append(0)
        shown.append(number_)
    return shown


@register.simple_tag
def url_or_none(view_name: str, *args: Any) -> str:
    """As `{% url %}`, but empty where the page does not exist in this installation."""
    try:
        return reverse(view_name, args=args)
    except NoReverseMatch:
        return ""


# Sources


@register.inclusion_tag("_sources.html", takes_context=True)
def sources(context: Context, citations: Any, plain: bool = False, numbered: bool = False) -> dict[str, Any]:
    """The citations of a row as a list. Give prefetched citations with their documents: one query for a page.

    A document that is cited at several places is named once, with all of them. `numbered`: each under its number, as the target of `#source-1` (see `coordination.base.footnotes`).
    """
    # Only of a manager: `all` of a query set that is prefetched would forget what it holds.
    rows = list(citations.all() if isinstance(citations, BaseManager) else citations)
    cites_any = any(citation.document and citation.document.publisher for citation in rows)
    known = publishers.of_documents(context.get("request")) if cites_any else {}
    shown: list[dict[str, Any]] = []
    by_document: dict[str, dict[str, Any]] = {}
    for citation in rows:
        document = citation.document
        if document and not numbered and (before := by_document.get(document.slug)):
            before["place"] = "; ".join(filter(None, (before["place"], citation.place)))
            continue
        publisher = known.get(document.publisher) if document else None
        shown.append(
            {
                "document": document,
                "document_url": _with_day(context, _document_url(document)) if document else "",
                "place": citation.place,
                "publisher": publisher.short if publisher else (document.publisher if document else ""),
                "url": citation.url,
                "label": citation.label,
                "host": urlsplit(citation.url).hostname or "" if citation.url else "",
            }
        )
        if document:
            by_document[document.slug] = shown[-1]
    return {"citations": shown, "plain": plain, "numbered": numbered}


def _document_url(document: Any) -> str:
    for name in ("base:document", "network:document"):
        try:
            return reverse(name, args=[document.slug])
        except NoReverseMatch:
            continue
    return str(document.url)


# Panels


@register.simple_tag(takes_context=True)
def panel(context: Context, shown: Panel) -> SafeString:
    """What a higher app shows on this page: a `coordination.base.panels.Panel`, drawn in the page's context."""
    found = context.template.engine.get_template(shown.template)  # type: ignore[union-attr]  # a context that renders a tag has one
    with context.push(**shown.context):
        return SafeString(found.render(context))


# Forms


@register.simple_tag(takes_context=True)
def convene_url(
    context: Context, finding: str = "", findings: Any = (), actors: Any = (), scenario: str = ""
) -> str:
    """Where findings are put on an agenda, or actors convened; "" for whoever may not.

    Args:
        finding: a key; `findings` are rows that have one.
    """
    keys = [finding] if finding else [row.key for row in findings]
    return doors.address(doors.CONVENE, context["request"], findings=keys, actors=actors, scenario=scenario)


@register.simple_tag
def field_group(field: BoundField, **attrs: Any) -> SafeString:
    """One form field in full: label, help, errors, control, in the design system's markup."""
    return (
        field.as_field_group()
        if not attrs
        else render_to_string("django/forms/field.html", {"field": field, "extra": attrs})
    )


@register.filter
def lines(form: Any) -> list[BoundField]:
    """The visible fields of a form that have errors, for the error summary."""
    return [field for field in form.visible_fields() if field.errors]


# Charts


@register.inclusion_tag("_timeline.html")
def timeline(chart: Any) -> dict[str, Any]:
    """Draw a `coordination.base.timeline.Figure`: the wide picture, and the one for a phone."""
    return {"figure": chart}


@register.inclusion_tag("_timeline_mini.html")
def mini_timeline(mini: Any) -> dict[str, Any]:
    """Draw a `coordination.base.timeline.Mini` in a table cell."""
    return {"mini": mini}


@register.inclusion_tag("_timeline_axis.html")
def timeline_axis(mini: Any) -> dict[str, Any]:
    """The years above a column of mini time lines."""
    return {"mini": mini}


@register.inclusion_tag("_stepchart.html")
def stepchart(chart: Any) -> dict[str, Any]:
    """Draw a `coordination.base.stepchart.Figure`."""
    return {"figure": chart}


@register.inclusion_tag("_legend.html")
def legend(*names: str, areas: bool = False) -> dict[str, Any]:
    """What the colours mean: `{% legend "covered" "gap" %}`; all by default, `areas` for a step chart."""
    wanted = names or ("covered", "thin", "goes_dark", "gap", "projected_gap", "not_mapped", "none")
    return {
        "entries": [(name, signs.WORDS[name], signs.EXPLANATIONS[name]) for name in wanted],
        "areas": areas,
    }
