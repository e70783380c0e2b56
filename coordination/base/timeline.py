"""Lanes of dated bars, laid out as numbers that a template draws. Pure: no Django, no clock.

What is drawn, and why: a gap is the only solid colour; what nobody has checked is hatched, so the future never
looks red or safe by accident; an end that is only "known for" a period breaks up instead of stopping; a label that
does not fit stands outside or is left out, and is never clipped (its bar's title and the table still say it).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from coordination.base.chartshapes import (
    SMALL,
    Line,
    Picture,
    Rect,
    Scale,
    Sign,
    Text,
    draw_days,
    draw_years,
    line_xs,
    write_years,
)
from coordination.base.lanelabels import Span, write_labels
from coordination.base.lanes import BLANK, Bar, Group, Lane, Words
from coordination.base.textwidth import text_width, wrap

__all__ = ["Bar", "Figure", "Group", "Lane", "Mini", "Words", "figure", "mini", "single"]

SEAM = 1.5  # px of ground between two holders that follow each other
SLICES = ((3.0, 6.0), (3.0, 4.0), (3.0, 2.0))  # (space before, width) of what a broken-up end leaves


@dataclass(frozen=True)
class Figure:
    """The same lanes twice: `wide`, and `narrow` redrawn for a phone. `label` says it in one sentence."""

    label: str
    wide: Picture
    narrow: Picture
    uid: str = "tl"


@dataclass(frozen=True)
class Mini:
    """A bar in a table cell."""

    label: str
    picture: Picture
    axis: Picture


def figure(
    groups: Sequence[Group],
    *,
    first: datetime.date,
    until: datetime.date,
    as_of: datetime.date,
    known_until: datetime.date | None,
    label: str,
    words: Words | None = None,
    uid: str = "tl",
    width: float = 1160,
    narrow_width: float = 354,
) -> Figure:
    """Lay the groups out between `first` and `until` (exclusive), in both renderings."""
    said = words or Words()
    wide = _wide(groups, first, until, as_of, known_until, said, width)
    narrow = _narrow(groups, first, until, as_of, known_until, said, narrow_width)
    return Figure(label, wide, narrow, uid)


def single(
    bars: Sequence[Bar],
    *,
    first: datetime.date,
    until: datetime.date,
    as_of: datetime.date,
    known_until: datetime.date | None,
    label: str,
    words: Words | None = None,
    uid: str = "tl",
    width: float = 1160,
    narrow_width: float = 354,
) -> Figure:
    """One lane without a label column, taller, with the years below: a finding's own lane."""
    said = words or Words()
    pictures = []
    for size in (width, narrow_width):
        scale = Scale(first, until, 0, size)
        picture = Picture(size, 92)
        _lane(picture, bars, scale, 24, 36, line_xs(scale, as_of, known_until), said)
        draw_years(picture, scale, 82, 18, 64, align="start")
        draw_days(picture, scale, as_of, known_until, said, 12, 18, 64, short=True)
        pictures.append(picture)
    return Figure(label, pictures[0], pictures[1], uid)


def mini(
    bars: Sequence[Bar],
    *,
    first: datetime.date,
    until: datetime.date,
    as_of: datetime.date,
    label: str,
    width: float = 208,
    height: float = 22,
) -> Mini:
    """A lane for a table cell, and the axis for its column's heading. Without labels: the cell beside says it."""
    scale = Scale(first, until, 0, width)
    picture = Picture(width, height)
    for year in scale.years():
        x = scale.x(datetime.date(year, 1, 1))
        picture.grid.append(Line(x, 1, x, height - 1, "grid"))
    _draw_bars(picture, bars, scale, (height - 10) / 2, 10)
    if scale.has(as_of):
        x = scale.x(as_of)
        picture.marks.append(Line(x, 1, x, height - 1, "chosen"))
    axis = Picture(width, 16)
    write_years(axis, scale, 12, 12.0)
    return Mini(label, picture, axis)


def _wide(
    groups: Sequence[Group],
    first: datetime.date,
    until: datetime.date,
    as_of: datetime.date,
    known_until: datetime.date | None,
    words: Words,
    width: float,
) -> Picture:
    lanes = [lane for group in groups for lane in group.lanes]
    code_width = max((text_width(lane.code, SMALL) + 10 for lane in lanes if lane.code), default=0.0)
    status_width = max(
        (text_width(lane.status_text, SMALL) + 40 for lane in lanes if lane.status), default=0.0
    )
    name_width = min(max((text_width(lane.label, SMALL) for lane in lanes), default=0.0), 310.0)
    names_x = 10 + code_width
    status_x = names_x + name_width + 14
    scale = Scale(first, until, round(status_x + status_width + 8), width)
    picture = Picture(width, 0)
    top = 44.0
    y = top
    xs = line_xs(scale, as_of, known_until)
    for index, group in enumerate(groups):
        y += 12 if index else 0
        begins = y
        if group.heading:
            picture.texts.append(
                Text(10, y + 22, group.heading, "head alarm" if group.alarm else "head", "start", 14.5)
            )
            y += 32
        for lane in group.lanes:
            rows = wrap(lane.label, SMALL, name_width + 1)
            height = max(33.0, 16.0 * len(rows) + 14)
            middle = y + height / 2
            if lane.code:
                picture.texts.append(Text(10, middle + 4.5, lane.code, "code", "start", SMALL))
            for row, text in enumerate(rows):
                baseline = middle + 4.5 + (row - (len(rows) - 1) / 2) * 16
                picture.texts.append(Text(names_x, baseline, text, "name", "start", SMALL))
            if lane.status:
                picture.signs.append(Sign(status_x, middle - 8, lane.status))
                picture.texts.append(
                    Text(status_x + 22, middle + 4.5, lane.status_text, f"word {lane.status}", "start", SMALL)
                )
            _lane(picture, lane.bars, scale, middle - 11.5, 23, xs, words)
            y += height
            picture.grid.append(Line(0, y, width, y, "rule"))
        if group.alarm:
            picture.grounds.append(Rect(0, begins, width, y - begins, "alarm"))
            picture.grounds.append(Rect(0, begins, 4, y - begins, "alarm-edge"))
    picture.height = y + 6
    _after_known(picture, scale, known_until, top, y)
    draw_years(picture, scale, 36, top, y)
    draw_days(picture, scale, as_of, known_until, words, 14, 40, y + 4)
    return picture


def _narrow(
    groups: Sequence[Group],
    first: datetime.date,
    until: datetime.date,
    as_of: datetime.date,
    known_until: datetime.date | None,
    words: Words,
    width: float,
) -> Picture:
    scale = Scale(first, until, 0, width)
    picture = Picture(width, 0)
    top = 44.0
    y = top
    xs = line_xs(scale, as_of, known_until)
    for index, group in enumerate(groups):
        y += 16 if index else 4
        begins = y
        halo = "halo on-alarm" if group.alarm else "halo"
        if group.heading:
            for text in wrap(group.heading, 14.5, width - 16):
                picture.texts.append(
                    Text(8, y + 18, text, f"{halo} head alarm" if group.alarm else "halo head", "start", 14.5)
                )
                y += 19
            y += 6
        for lane in group.lanes:
            indent = 30.0 if lane.status else 8.0
            word = text_width(lane.status_text, SMALL) if lane.status else 0.0
            rows = wrap(lane.label, SMALL, width - indent - 8)
            if lane.status:
                picture.signs.append(Sign(8, y + 3, lane.status))
            for row, text in enumerate(rows):
                picture.texts.append(Text(indent, y + 15.5 + row * 17, text, f"{halo} name", "start", SMALL))
            if lane.status:
                x = indent + text_width(rows[-1], SMALL) + 8
                if x + word > width:
                    rows.append("")
                    x = indent
                picture.texts.append(
                    Text(
                        x,
                        y + 15.5 + (len(rows) - 1) * 17,
                        lane.status_text,
                        f"{halo} word {lane.status}",
                        "start",
                        SMALL,
                    )
                )
            y += 17 * len(rows) + 5
            _lane(picture, lane.bars, scale, y, 21, xs, words)
            y += 33
        if group.alarm:
            picture.grounds.append(Rect(0, begins, width, y - begins - 4, "alarm"))
    picture.height = y
    _after_known(picture, scale, known_until, top, y - 6)
    draw_years(picture, scale, 36, top, y - 6)
    draw_days(picture, scale, as_of, known_until, words, 14, 40, y - 4, short=True)
    return picture


def _lane(
    picture: Picture,
    bars: Sequence[Bar],
    scale: Scale,
    y: float,
    height: float,
    xs: list[float],
    words: Words,
) -> None:
    spans = _draw_bars(picture, bars, scale, y, height)
    picture.texts += write_labels(picture, bars, spans, scale, y, height, xs, words)


def _draw_bars(picture: Picture, bars: Sequence[Bar], scale: Scale, y: float, height: float) -> list[Span]:
    """Draw the bars; return what each takes."""
    spans: list[Span] = []
    for index, bar in enumerate(bars):
        left = scale.left if bar.first is None else scale.x(bar.first)
        right = scale.right if bar.until is None else scale.x(bar.until)
        if right <= left:
            spans.append(Span(left, left, left, left))
            continue
        if bar.kind in BLANK:
            middle = y + height / 2
            picture.dots.append(Line(left, middle, right, middle, "dots"))
            spans.append(Span(left, right, left, right))
            continue
        css = " ".join(["bar", bar.kind, *(["thin"] if bar.thin else [])])
        body_left, body_right = left, right
        if bar.first is None:
            used = min(sum(a + b for a, b in SLICES), (right - left) / 2)
            body_left = left + used
            _slices(picture, body_left, -1, left, y, height, css, bar.title)
        if bar.fades:
            follower = bars[index + 1] if index + 1 < len(bars) else None
            limit = scale.right
            if follower is not None and follower.kind not in BLANK and follower.first is not None:
                limit = scale.x(follower.first)
            right = _slices(picture, body_right, 1, limit, y, height, css, bar.title)
        if _is_taken_over(bars, index):
            body_right -= SEAM
        picture.bars.append(Rect(body_left, y, round(body_right - body_left, 2), height, css, bar.title))
        if bar.dark_from is not None and bar.until is not None:
            dark = max(scale.x(bar.dark_from), body_left)
            edge = 5.0 if height > 12 else 3.0
            picture.edges.append(Rect(dark, y + height - edge, round(body_right - dark, 2), edge, "dark"))
        spans.append(Span(left, right, body_left, body_right))
    return spans


def _is_taken_over(bars: Sequence[Bar], index: int) -> bool:
    """Whether others follow at once: pale fills that touch would look like one."""
    if index + 1 == len(bars):
        return False
    here, after = bars[index], bars[index + 1]
    return here.kind == after.kind and here.until == after.first is not None and here.names != after.names


def _slices(
    picture: Picture, x: float, direction: int, limit: float, y: float, height: float, css: str, title: str
) -> float:
    """Draw what a broken-up end leaves beyond `x`, no further than `limit`. Return where it stops."""
    for space, width in SLICES:
        near = x + direction * space
        far = near + direction * width
        if (far - limit) * direction > 0:
            break
        picture.bars.append(Rect(round(min(near, far), 2), y, width, height, f"{css} slice", title))
        x = far
    return x


def _after_known(
    picture: Picture, scale: Scale, known: datetime.date | None, top: float, bottom: float
) -> None:
    if known is not None and known < scale.until:
        x = scale.x(known)
        picture.grounds.append(Rect(x, top, round(scale.right - x, 2), bottom - top, "after"))
