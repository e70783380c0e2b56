"""Counts over time as stacked steps: whole numbers that change on a day, never smoothed. Pure."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coordination.base.chartshapes import (
    LINE_CLEARANCE,
    TEXT,
    Area,
    Line,
    Picture,
    Rect,
    Scale,
    Text,
    draw_days,
    write_years,
)
from coordination.base.lanes import Words
from coordination.base.textwidth import first_fit, free_intervals, text_width

ORDER = ("covered", "goes_dark", "voluntary_only", "gap", "projected_gap", "not_mapped")
LABEL_HEIGHT = 20.0


@dataclass(frozen=True)
class Step:
    """The counts by status from `first` until the next step."""

    first: datetime.date
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Figure:
    label: str
    wide: Picture
    narrow: Picture
    uid: str = "sc"


def figure(
    steps: Sequence[Step],
    *,
    until: datetime.date,
    as_of: datetime.date,
    label: str,
    words: Mapping[str, str],
    labels: Mapping[str, str],
    uid: str = "sc",
    width: float = 1160,
    narrow_width: float = 354,
) -> Figure:
    """Lay out the steps, earliest first, the last of which holds until `until`.

    `words` names each status (for the areas' titles); `labels` is what is written on an area, where it fits.

    Raises:
        ValueError: no steps, or they are not in order.
    """
    if not steps or any(a.first >= b.first for a, b in zip(steps, steps[1:], strict=False)):
        raise ValueError("steps must be given, earliest first")
    wide = _draw(steps, until, as_of, words, labels, width, 224)
    narrow = _draw(steps, until, as_of, words, labels, narrow_width, 196)
    return Figure(label, wide, narrow, uid)


def ticks(highest: int) -> list[int]:
    """At most six whole numbers from 0 that reach `highest`.

    >>> ticks(18), ticks(3)
    ([0, 5, 10, 15, 20], [0, 1, 2, 3])
    """
    size = next(
        s for power in range(9) for s in (1 * 10**power, 2 * 10**power, 5 * 10**power) if highest <= s * 5
    )
    return list(range(0, -(-max(highest, 1) // size) * size + 1, size))


def _draw(
    steps: Sequence[Step],
    until: datetime.date,
    as_of: datetime.date,
    words: Mapping[str, str],
    labels: Mapping[str, str],
    width: float,
    height: float,
) -> Picture:
    marks = ticks(max(sum(step.counts.values()) for step in steps))
    left = text_width(str(marks[-1]), 13) + 12
    top, bottom = 26.0, height - 28
    scale = Scale(steps[0].first, until, left, width)
    picture = Picture(width, height)

    def y(count: float) -> float:
        return round(bottom - count / marks[-1] * (bottom - top), 2)

    for mark in marks:
        picture.grid.append(Line(left, y(mark), width, y(mark), "grid"))
        picture.texts.append(Text(left - 8, y(mark) + 4.5, str(mark), "year", "end", 13))
    xs = [scale.x(step.first) for step in steps] + [scale.right]
    lower = [0] * len(steps)
    for kind in ORDER:
        upper = [low + step.counts.get(kind, 0) for low, step in zip(lower, steps, strict=True)]
        path = _path(xs, [y(v) for v in lower], [y(v) for v in upper])
        if path:
            picture.areas.append(Area(kind, path, words.get(kind, kind)))
        if labels.get(kind):
            _write(
                picture, kind, labels[kind], xs, [y(v) for v in lower], [y(v) for v in upper], scale, as_of
            )
        lower = upper
    write_years(picture, scale, height - 8, 13)
    draw_days(picture, scale, as_of, None, Words(), 14, 20, bottom, short=True)
    return picture


def _path(xs: list[float], lower: list[float], upper: list[float]) -> str:
    """Closed outlines of the stretches where the area is not empty."""
    parts: list[str] = []
    start = 0
    while start < len(lower):
        if lower[start] == upper[start]:
            start += 1
            continue
        end = start
        while end < len(lower) and lower[end] != upper[end]:
            end += 1
        forth = "".join(f"V{upper[i]:g}H{xs[i + 1]:g}" for i in range(start, end))
        back = "".join(f"V{lower[i]:g}H{xs[i]:g}" for i in reversed(range(start, end)))
        parts.append(f"M{xs[start]:g} {lower[start]:g}{forth}{back}Z")
        start = end
    return "".join(parts)


def _write(
    picture: Picture,
    kind: str,
    text: str,
    xs: list[float],
    lower: list[float],
    upper: list[float],
    scale: Scale,
    as_of: datetime.date,
) -> None:
    """Write `text` in the roomiest rectangle of the area, beside the line of the chosen day; or not at all."""
    line = scale.x(as_of)
    width = text_width(text, TEXT) + 16
    best: tuple[float, float, float] | None = None
    for start in range(len(lower)):
        floor, ceiling = lower[start], upper[start]
        for end in range(start, len(lower)):
            floor, ceiling = min(floor, lower[end]), max(ceiling, upper[end])
            if floor - ceiling < LABEL_HEIGHT:
                break
            free = free_intervals(xs[start], xs[end + 1], [(line - LINE_CLEARANCE, line + LINE_CLEARANCE)])
            for low, high in free:
                if first_fit(width, [(low, high)]) is None:
                    continue
                size = (high - low) * (floor - ceiling)
                if best is None or size > best[0]:
                    best = (size, (low + high) / 2, (floor + ceiling) / 2)
    if best is not None:
        _size, x, middle = best
        if kind in ("not_mapped", "projected_gap"):
            picture.plates.append(Rect(round(x - width / 2, 2), middle - 12, width, 24, "plate"))
        picture.texts.append(Text(round(x, 2), middle + 4.5, text, f"area {kind}", "middle"))
