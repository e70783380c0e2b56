"""The cells of the coverage matrix, drawn here: a national matrix has hundreds, and a template takes a tenth of a
second for what these do in hundredths."""

from functools import cache, lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coordination.base import signs
from coordination.base.templatetags.samsyn import status
from mandates.matrix_pages import AreaList, Line, Shown

register = template.Library()
NOTHING = SafeString("")
sign = cache(signs.sign)


# A matrix has few different classes, words and numbers; most of its time went to escaping them.


@lru_cache(maxsize=2000)
def _opening(classes: str) -> SafeString:
    return format_html('<td class="{}">', classes) if classes else SafeString("<td>")


@lru_cache(maxsize=2000)
def _number(kind: str, number: int) -> SafeString:
    return format_html('<span class="{}">{}</span>', kind, number)


@lru_cache(maxsize=2000)
def _more(kind: str, number: int) -> SafeString:
    return format_html('<span class="{}">+{}</span>', kind, number) if number else NOTHING


@lru_cache(maxsize=2000)
def _word(word: str) -> SafeString:
    return format_html('<span class="w">{}</span>', word) if word else NOTHING


@register.simple_tag
def matrix_cells(line: Line, opened: Any) -> SafeString:
    """The cells of a row; `opened` is the cell that is open beside the table, if any."""
    key = opened.key if opened else None
    return format_html_join("", "{}", ((_cell(cell, cell.box.key == key),) for cell in line.cells))


def _cell(cell: Shown, is_open: bool) -> SafeString:
    change = cell.change
    classes = " ".join(filter(None, [cell.css, "star" if cell.column.is_cross_sector else "", change]))
    if cell.is_empty and not cell.was:
        return format_html('{}<span class="none">–</span></td>', _opening(classes))
    return format_html(
        '{}<a href="{}"{}>{}{}{}{}{}</a></td>',
        _opening(classes),
        cell.url,
        SafeString(' aria-current="true"') if is_open else NOTHING,
        sign(cell.css) if cell.css else NOTHING,
        _number("k", cell.number),
        _word(cell.word),
        _more("plus", cell.besides),
        format_html('<span class="was">{}</span>', _was(cell, change)) if change else NOTHING,
    )


def _was(cell: Shown, change: str) -> str:
    if change == "opened":
        return _("New gap")
    if change == "closed":
        return _("Gap closed")
    return _("was %(n)s") % {"n": cell.earlier}


@register.simple_tag
def matrix_rows(part: AreaList) -> SafeString:
    """The rows of an area's list on a narrow screen."""
    words: dict[str, SafeString] = {"": format_html('<span class="muted">{}</span>', _("Not expected"))}
    for name in {cell.css for cell in part.cells} - {""}:
        words[name] = status(name)
    return format_html_join(
        "\n",
        '<tr><th scope="row"><a href="{}">{}</a></th><td class="num">{} {}</td><td>{}</td></tr>',
        (
            (
                cell.url,
                cell.function.name,
                cell.number,
                _more("muted", cell.besides),
                words[cell.css],
            )
            for cell in part.cells
        ),
    )
