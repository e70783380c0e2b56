"""The shapes that charts are made of, the scale from days to px, and what every chart has on top. Pure."""

import datetime
from dataclasses import dataclass, field

from coordination.base.lanes import Words
from coordination.base.textwidth import text_width

TEXT = 13.5
SMALL = 13.0
LINE_CLEARANCE = 5.0


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    text: str
    css: str
    anchor: str = "start"
    size: float = TEXT

    @property
    def left(self) -> float:
        width = text_width(self.text, self.size)
        return self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]

    @property
    def right(self) -> float:
        return self.left + text_width(self.text, self.size)


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    css: str
    title: str = ""


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    css: str


@dataclass(frozen=True)
class Sign:
    x: float
    y: float
    name: str


@dataclass(frozen=True)
class Area:
    """A status as a closed outline in SVG's path language."""

    kind: str
    path: str
    title: str


@dataclass
class Picture:
    """One drawing, in px; the lists are drawn in the order of the fields."""

    width: float
    height: float
    grounds: list[Rect] = field(default_factory=list)
    grid: list[Line] = field(default_factory=list)
    dots: list[Line] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    bars: list[Rect] = field(default_factory=list)
    edges: list[Rect] = field(default_factory=list)
    marks: list[Line] = field(default_factory=list)
    plates: list[Rect] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)


@dataclass(frozen=True)
class Scale:
    """Days to px: `first` lies at `left`, `until` at `right`."""

    first: datetime.date
    until: datetime.date
    left: float
    right: float

    def x(self, day: datetime.date) -> float:
        """Position of `day`, kept within the plot."""
        share = (day - self.first).days / max((self.until - self.first).days, 1)
        return round(self.left + min(max(share, 0.0), 1.0) * (self.right - self.left), 2)

    def has(self, day: datetime.date | None) -> bool:
        return day is not None and self.first <= day <= self.until

    def years(self) -> range:
        return range(self.first.year, (self.until - datetime.timedelta(days=1)).year + 1)


def line_xs(scale: Scale, *days: datetime.date | None) -> list[float]:
    return sorted({scale.x(day) for day in days if day is not None and scale.has(day)})


def draw_years(
    picture: Picture, scale: Scale, baseline: float, top: float, bottom: float, *, align: str = "middle"
) -> None:
    for year in scale.years():
        x = scale.x(datetime.date(year, 1, 1))
        if year > scale.first.year or scale.first == datetime.date(year, 1, 1):
            picture.grid.append(Line(x, top, x, bottom, "grid"))
    write_years(picture, scale, baseline, SMALL, align=align)


def write_years(
    picture: Picture, scale: Scale, baseline: float, size: float, *, align: str = "middle"
) -> None:
    """A number in the middle of each year, or of every second, fifth … one when they would touch."""
    years = list(scale.years())
    band = (scale.right - scale.left) * 365 / max((scale.until - scale.first).days, 1)
    need = text_width("2000", size) + 8
    step = next((s for s in (1, 2, 5, 10, 20, 50) if band * s >= need), 100)
    right_of_last = -1e9
    for year in years:
        if (year - years[0]) % step:
            continue
        begins = scale.x(datetime.date(year, 1, 1))
        ends = scale.x(datetime.date(year + 1, 1, 1))
        x = begins + 3 if align == "start" else (begins + ends) / 2
        text = Text(round(x, 2), baseline, str(year), "year", align, size)
        if scale.left - 1 <= text.left and text.right <= scale.right + 1 and text.left > right_of_last + 4:
            picture.texts.append(text)
            right_of_last = text.right


def draw_days(
    picture: Picture,
    scale: Scale,
    as_of: datetime.date,
    known: datetime.date | None,
    words: Words,
    baseline: float,
    top: float,
    bottom: float,
    *,
    short: bool = False,
) -> None:
    """The chosen day (solid) and the day up to which all is checked (dashed), with their labels on top."""
    found: list[tuple[float, str, str]] = []
    if scale.has(as_of):
        text = words.both if as_of == known and not short else words.chosen
        found.append((scale.x(as_of), f"{as_of}" if short else text.format(as_of), "chosen"))
    if known is not None and known != as_of and scale.has(known) and not short:
        found.append((scale.x(known), words.known.format(known), "known"))
    elif known is not None and known != as_of and scale.has(known):
        picture.marks.append(Line(scale.x(known), top, scale.x(known), bottom, "known"))
    for x, _text, css in found:
        picture.marks.append(Line(x, top, x, bottom, css))
    lefts = [
        min(max(x - text_width(t, TEXT) / 2, 0.0), picture.width - text_width(t, TEXT)) for x, t, _c in found
    ]
    if len(found) == 2:
        lefts = _apart(found, lefts, picture.width)
    for left, (_x, text, css) in zip(lefts, found, strict=True):
        picture.texts.append(Text(round(left, 2), baseline, text, f"day {css}"))


def _apart(found: list[tuple[float, str, str]], lefts: list[float], width: float) -> list[float]:
    """Left edges of two labels that do not touch: they meet midway between their lines, within the picture."""
    order = sorted((0, 1), key=lambda i: found[i][0])
    a, b = order
    wide_a, wide_b = (text_width(found[i][1], TEXT) for i in order)
    gap = 18.0
    if lefts[a] + wide_a + gap <= lefts[b]:
        return lefts
    middle = (found[a][0] + found[b][0]) / 2
    middle = min(max(middle, wide_a + gap / 2), width - wide_b - gap / 2)
    placed = list(lefts)
    placed[a] = middle - gap / 2 - wide_a
    placed[b] = middle + gap / 2
    return placed
