"""The register's story on a day, in sentences computed from cells: headline, lead and figures.

Nothing here knows a case: which expectation leads, what went dark and who is behind it follow from the data.
"""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.base import dates
from coordination.base.charts import language
from coordination.base.periods import ONE_DAY
from coordination.base.wording import listed
from mandates.cells import Cell, behind, went_dark_together
from mandates.shortnames import lower_first, short_name
from mandates.succession import Now
from network.models import Actor

LEAD = "lead"
SMALL_NUMBERS = 12


@dataclass(frozen=True)
class Figure:
    """A number that links to exactly the rows it counts. `css` is gap, amb, cov or empty."""

    number: int
    text: str
    url: str
    rows: int
    css: str = ""
    of: int | None = None
    link: str = ""


def in_words(number: int) -> str:
    """A small number as running text writes it (Svenska skrivregler: up to twelve), else in digits."""
    words = [
        _("zero"),
        _("one"),
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
        _("ten"),
        _("eleven"),
        _("twelve"),
    ]
    return words[number] if 0 <= number <= SMALL_NUMBERS else str(number)


def rows_url(**query: str) -> str:
    """The table of coverage, with the rows that a figure counts."""
    return f"{reverse('mandates:coverage')}?{urlencode(query)}#rows"


def leading(cells: Sequence[Cell]) -> Cell | None:
    """The expectation that the story starts with: unmet before met, one single lead before several, a
    leading function before others, cross-sector before an area, then by level and code."""

    def weight(cell: Cell) -> tuple:
        asked = cell.expectation
        return (
            not cell.is_unmet,
            not asked.single_lead,
            LEAD not in asked.function.trait_set,
            cell.area is not None,
            asked.level.position,
            asked.code,
        )

    expected = [cell for cell in cells if cell.is_expected]
    return min(expected, key=weight, default=None)


def single_leads(cells: Sequence[Cell]) -> Cell | None:
    """The expectation of one lead that a reader asks about first, met or not."""
    asked = [
        c
        for c in cells
        if c.is_expected and (c.expectation.single_lead or LEAD in c.expectation.function.trait_set)
    ]
    return min(
        asked,
        key=lambda c: (
            not c.expectation.single_lead,
            c.area is not None,
            c.expectation.level.position,
            c.code,
        ),
        default=None,
    )


def headline(cells: Sequence[Cell], as_of: datetime.date) -> str:
    """What matters most on the day, in one sentence."""
    expected = [cell for cell in cells if cell.is_expected]
    unmet = [cell for cell in expected if cell.is_unmet]
    unknown = [cell for cell in expected if cell.status == "not_mapped"]
    lead = single_leads(cells)
    if not expected:
        return _("Nothing is expected on %(day)s") % {"day": as_of.isoformat()}
    if lead is not None and lead.is_unmet and not lead.holders:
        task = {"task": lower_first(lead.title)}
        return (
            _("Nobody is responsible any longer for %(task)s")
            if lead.previous
            else _("Nobody is responsible for %(task)s")
        ) % task
    if not unmet and unknown:
        return ngettext(
            "Nobody has checked %(n)s of %(of)s expectation",
            "Nobody has checked %(n)s of %(of)s expectations",
            len(expected),
        ) % {"n": len(unknown), "of": len(expected)}
    if not unmet:
        return ngettext("The one expectation is met", "All %(n)s expectations are met", len(expected)) % {
            "n": len(expected)
        }
    return ngettext(
        "%(n)s of %(of)s expectation is not met",
        "%(n)s of %(of)s expectations are not met",
        len(unmet),
    ) % {"n": len(unmet), "of": len(expected)}


def coverage_headline(cells: Sequence[Cell], as_of: datetime.date) -> str:
    """The same for the page of coverage: what went dark together comes first there."""
    together = went_dark_together(cells, at_least=3)
    if together is None:
        expected = [cell for cell in cells if cell.is_expected]
        unmet = [cell for cell in expected if cell.is_unmet]
        if not expected or not unmet:
            return headline(cells, as_of)
        return ngettext(
            "%(n)s of %(of)s expectation is not met",
            "%(n)s of %(of)s expectations are not met",
            len(unmet),
        ) % {"n": len(unmet), "of": len(expected)}
    count = len(together[1])
    number = in_words(count)
    text = ngettext(
        "%(number)s expectation went dark on the same day",
        "%(number)s expectations went dark on the same day",
        count,
    ) % {"number": number}
    return text[:1].upper() + text[1:]


def coverage_lead(cells: Sequence[Cell], as_of: datetime.date) -> str:
    """The counts behind the headline."""
    expected = [cell for cell in cells if cell.is_expected]
    unmet = [cell for cell in expected if cell.is_unmet]
    if not expected:
        return _("No expectation asks for anything on this day.")
    said = ngettext(
        "Of %(of)s expectation that stands on %(day)s, %(n)s is a gap.",
        "Of %(of)s expectations that stand on %(day)s, %(n)s are gaps.",
        len(expected),
    ) % {"of": len(expected), "day": as_of.isoformat(), "n": len(unmet)}
    unknown = sum(1 for cell in expected if cell.status == "not_mapped")
    if unknown:
        said += " " + ngettext(
            "%(n)s is not mapped: nobody has checked.", "%(n)s are not mapped: nobody has checked.", unknown
        ) % {"n": unknown}
    together = went_dark_together(cells, at_least=3)
    if together is not None:
        actor = behind(together[1])
        day, lost = together
        if actor is not None and actor.valid_until == day:
            said += " " + _("%(n)s of the gaps arose when %(name)s ceased, at the end of %(day)s.") % {
                "n": in_words(len(lost)).capitalize(),
                "name": short_name(actor.name),
                "day": actor.valid_to,
            }
    return said


def lead(cells: Sequence[Cell], fate: Sequence[Now], as_of: datetime.date) -> list[str]:
    """Who ceased, and what became of its tasks; otherwise the counts."""
    together = went_dark_together(cells)
    actor = behind(together[1]) if together else None
    if actor is None or actor.valid_until is None or actor.valid_until > as_of:
        return [coverage_lead(cells, as_of)]
    said = [_("%(name)s ceased on %(day)s.") % {"name": actor.name, "day": actor.valid_to}]
    full = [now for now in fate if now.by and not now.missing]
    partial = [now for now in fate if now.is_partial]
    none = [now for now in fate if now.is_none]
    if full:
        takers = list({a.pk: short_name(a.name) for now in full for a in now.holders}.values())
        said.append(
            ngettext(
                "Of its %(of)s tasks %(n)s has been taken over, by %(who)s.",
                "Of its %(of)s tasks %(n)s have been taken over, by %(who)s.",
                len(full),
            )
            % {"of": in_words(len(fate)), "n": in_words(len(full)), "who": listed(takers)}
        )
    if partial:
        takers = list({a.pk: short_name(a.name) for now in partial for a in now.holders}.values())
        said.append(
            ngettext(
                "%(n)s lives on in part, with %(who)s.", "%(n)s live on in part, with %(who)s.", len(partial)
            )
            % {"n": in_words(len(partial)).capitalize(), "who": listed(takers)}
        )
    if none and (full or partial):
        said.append(
            ngettext("The other %(n)s got no new owner.", "The other %(n)s got no new owner.", len(none))
            % {"n": in_words(len(none))}
        )
    elif none:
        said.append(
            ngettext("%(n)s task got no new owner.", "%(n)s tasks got no new owner.", len(none))
            % {"n": in_words(len(none)).capitalize()}
        )
    return said


def figures(cells: Sequence[Cell], as_of: datetime.date) -> list[Figure]:
    """At most five figures of the day, each with the rows it counts; none without expectations."""
    expected = [cell for cell in cells if cell.is_expected]
    if not expected:
        return []
    found = [
        _who_leads(cells),
        _unmet(expected),
        _together(cells, as_of),
        _areas(expected),
        _ending(expected),
    ]
    return [figure for figure in found if figure is not None]


def _who_leads(cells: Sequence[Cell]) -> Figure | None:
    cell = single_leads(cells)
    if cell is None:
        return None
    count = len(cell.holders)
    task = lower_first(cell.title)
    url = rows_url(cell=cell.key)
    if count:
        text = ngettext(
            "actor is responsible for %(task)s: %(who)s",
            "actors are responsible for %(task)s: %(who)s",
            count,
        ) % {"task": task, "who": listed([short_name(a.name) for a in cell.holders])}
        css = "" if cell.is_unmet else "cov"
        return Figure(count, text, url, 1, "gap" if cell.is_unmet else css, link=_("See who"))
    if cell.previous:
        text = _("actors are responsible for %(task)s, since %(who)s ended on %(day)s") % {
            "task": task,
            "who": cell.previous_names,
            "day": cell.previous_day,
        }
    else:
        text = _("actors are responsible for %(task)s") % {"task": task}
    return Figure(
        0, text, url, 1, "gap" if cell.is_unmet else "", link=_("See the gap") if cell.is_unmet else ""
    )


def _unmet(expected: Sequence[Cell]) -> Figure:
    unmet = sum(1 for cell in expected if cell.is_unmet)
    met = [cell for cell in expected if cell.is_met]
    thin = sum(1 for cell in met if cell.thin)
    text = ngettext("expectation is not met.", "expectations are not met.", unmet)
    if thin:
        text += " " + ngettext(
            "Of the %(met)s that are met, %(n)s rests on one single actor, for a time or by choice",
            "Of the %(met)s that are met, %(n)s rest on one single actor, for a time or by choice",
            thin,
        ) % {"met": in_words(len(met)), "n": in_words(thin)}
    return Figure(unmet, text, rows_url(status="unmet"), unmet, "gap" if unmet else "cov", of=len(expected))


def _together(cells: Sequence[Cell], as_of: datetime.date) -> Figure:
    together = went_dark_together(cells)
    if together is None:
        lost = [c for c in cells if c.is_unmet and c.previous]
        return Figure(
            len(lost),
            ngettext(
                "has been met before, but is not now", "have been met before, but are not now", len(lost)
            ),
            rows_url(status="lost"),
            len(lost),
            "gap" if lost else "cov",
        )
    day, lost = together
    counts: dict[str, int] = {}
    for cell in lost:
        name = lower_first(cell.expectation.function.name)
        counts[name] = counts.get(name, 0) + 1
    what = listed([name if n == 1 else f"{name} ({in_words(n)})" for name, n in counts.items()])
    return Figure(
        len(lost),
        _("went dark on the same day, %(day)s: %(what)s") % {"day": day, "what": what},
        rows_url(since=day.isoformat()),
        len(lost),
        "gap",
    )


def _areas(expected: Sequence[Cell]) -> Figure | None:
    each: dict[int, list[Cell]] = {}
    for cell in expected:
        if cell.expectation.each_area:
            each.setdefault(cell.expectation.pk, []).append(cell)
    group = max(each.values(), key=lambda cs: (sum(c.is_unmet for c in cs), cs[0].code), default=None)
    if group is None:
        return None
    unmet = [cell for cell in group if cell.is_unmet]
    met = [cell for cell in group if cell.is_met]
    text = ngettext("area lacks: %(what)s.", "areas lack: %(what)s.", len(unmet)) % {
        "what": lower_first(group[0].expectation.function.name)
    }
    if unmet and len(met) == 1:
        text += " " + _("Only %(area)s has it") % {"area": lower_first(met[0].area_name)}
    return Figure(
        len(unmet),
        text,
        rows_url(expectation=group[0].code, status="unmet"),
        len(unmet),
        "gap" if unmet else "cov",
        of=len(group),
    )


def _ending(expected: Sequence[Cell]) -> Figure:
    ending = sorted(
        (cell for cell in expected if cell.goes_dark_on is not None), key=lambda c: (c.goes_dark_on, c.key)
    )
    if not ending:
        return Figure(
            0, _("end within a year, of those that are met"), rows_url(status="goes_dark"), 0, "cov"
        )
    by_day = Counter(cell.goes_dark_on for cell in ending)
    day, most = max(by_day.items(), key=lambda item: (item[1], item[0]))
    if most > 2 and day is not None:
        text = _("end within a year, %(n)s of them on the same day: the last day is %(day)s") % {
            "n": in_words(most),
            "day": day - ONE_DAY,
        }
        return Figure(len(ending), text, rows_url(status="goes_dark"), len(ending), "amb")
    first = ending[0]
    text = ngettext("ends within a year: %(what)s", "end within a year, first %(what)s", len(ending)) % {
        "what": _("%(task)s, %(who)s until %(day)s, and nobody named after that")
        % {"task": lower_first(first.title), "who": first.holder_names, "day": said_end(first)}
    }
    return Figure(len(ending), text, rows_url(status="goes_dark"), len(ending), "amb")


def said_end(cell: Cell) -> str:
    """The last day on which a cell is met, no more precisely than its mandates' ends are known."""
    if cell.goes_dark_on is None:
        return ""
    ends = [m.to_precision for m in cell.mandates if m.valid_until == cell.goes_dark_on]
    day = cell.last_day or cell.goes_dark_on
    precision = ends[0] if ends and ends[0] not in ("period", "unknown") else "day"
    return dates.format_date(day, precision or "day", language())


def focus(cells: Sequence[Cell]) -> tuple[datetime.date, Actor | None] | None:
    """The day that the page tells about, and the actor behind it: when most was lost at once."""
    together = went_dark_together(cells)
    return (together[0], behind(together[1])) if together else None
