"""Lanes of dated bars, laid out as numbers that a template draws. Pure: no Django, no clock.

What is drawn, and why: a gap is the only solid colour; what nobody has checked is hatched, so the future never
looks red or safe by accident; an end that is only "known for" a period breaks up instead of stopping; a label that
does not fit stands outside or is left out, and is never clipped (its bar's title and the table still say it).
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from coordination.base.textwidth import first_fit, free_intervals, text_width, wrap

COVERED = ("covered", "voluntary_only")
BLANK = ("none",)
TEXT = 13.5
SMALL = 13.0
PAD = 6.0
LINE_CLEARANCE = 5.0
SLICES = ((3.0, 6.0), (3.0, 4.0), (3.0, 2.0))  # (space before, width) of what a broken-up end leaves


@dataclass(frozen=True)
class Bar:
    """One stretch of a lane: [first, until). None: unknown start, open end.

    `names` are the holders written inside; `kind` is a status (covered, gap, projected_gap, voluntary_only,
    not_mapped, none). `fades`: the end is only known for a period. `dark_from`: the day from which an amber edge
    warns that the bar ends.
    """

    first: datetime.date | None
    until: datetime.date | None
    kind: str = "covered"
    names: tuple[str, ...] = ()
    title: str = ""
    thin: bool = False
    fades: bool = False
    dark_from: datetime.date | None = None


@dataclass(frozen=True)
class Lane:
    """A named row of bars with its status on the chosen day."""

    label: str
    bars: tuple[Bar, ...]
    code: str = ""
    status: str = ""
    status_text: str = ""


@dataclass(frozen=True)
class Group:
    """Lanes under a heading; `alarm` tints those that went dark on the same day."""

    lanes: tuple[Lane, ...]
    heading: str = ""
    alarm: bool = False


@dataclass(frozen=True)
class Words:
    """The chart's own words, in the reader's language. `chosen`, `known`, `both` take a date as {}."""

    chosen: str = "{}"
    known: str = "{}"
    both: str = "{}"
    gap: str = ""
    others: str = "{} …"


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


@dataclass
class Picture:
    """One drawing, in px; the lists are drawn in the order of the fields."""

    width: float
    height: float
    grounds: list[Rect] = field(default_factory=list)
    grid: list[Line] = field(default_factory=list)
    dots: list[Line] = field(default_factory=list)
    bars: list[Rect] = field(default_factory=list)
    edges: list[Rect] = field(default_factory=list)
    marks: list[Line] = field(default_factory=list)
    plates: list[Rect] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)


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
        _lane(picture, bars, scale, 24, 36, _line_xs(scale, as_of, known_until), said)
        _years(picture, scale, 82, 18, 64, align="start")
        _date_lines(picture, scale, as_of, known_until, said, 12, 18, 64, short=True)
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
    _year_texts(axis, scale, 12, 12.0)
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
    status_width = max((text_width(lane.status_text, SMALL) + 40 for lane in lanes if lane.status), default=0.0)
    name_width = min(max((text_width(lane.label, SMALL) for lane in lanes), default=0.0), 310.0)
    names_x = 10 + code_width
    status_x = names_x + name_width + 14
    scale = Scale(first, until, round(status_x + status_width + 8), width)
    picture = Picture(width, 0)
    top = 44.0
    y = top
    line_xs = _line_xs(scale, as_of, known_until)
    for index, group in enumerate(groups):
        y += 12 if index else 0
        begins = y
        if group.heading:
            picture.texts.append(Text(10, y + 22, group.heading, "head alarm" if group.alarm else "head", "start", 14.5))
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
            _lane(picture, lane.bars, scale, middle - 11.5, 23, line_xs, words)
            y += height
            picture.grid.append(Line(0, y, width, y, "rule"))
        if group.alarm:
            picture.grounds.append(Rect(0, begins, width, y - begins, "alarm"))
            picture.grounds.append(Rect(0, begins, 4, y - begins, "alarm-edge"))
    picture.height = y + 6
    _after_known(picture, scale, known_until, top, y)
    _years(picture, scale, 36, top, y)
    _date_lines(picture, scale, as_of, known_until, words, 14, 40, y + 4)
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
    line_xs = _line_xs(scale, as_of, known_until)
    for index, group in enumerate(groups):
        y += 16 if index else 4
        begins = y
        if group.heading:
            for text in wrap(group.heading, 14.5, width - 16):
                picture.texts.append(
                    Text(8, y + 18, text, "halo head alarm" if group.alarm else "halo head", "start", 14.5)
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
                picture.texts.append(Text(indent, y + 15.5 + row * 17, text, "halo name", "start", SMALL))
            if lane.status:
                x = indent + text_width(rows[-1], SMALL) + 8
                if x + word > width:
                    rows.append("")
                    x = indent
                picture.texts.append(
                    Text(x, y + 15.5 + (len(rows) - 1) * 17, lane.status_text, f"halo word {lane.status}", "start", SMALL)
                )
            y += 17 * len(rows) + 5
            _lane(picture, lane.bars, scale, y, 21, line_xs, words)
            y += 33
        if group.alarm:
            picture.grounds.append(Rect(0, begins, width, y - begins - 4, "alarm"))
    picture.height = y
    _after_known(picture, scale, known_until, top, y - 6)
    _years(picture, scale, 36, top, y - 6)
    _date_lines(picture, scale, as_of, known_until, words, 14, 40, y - 4, short=True)
    return picture


def _line_xs(scale: Scale, *days: datetime.date | None) -> list[float]:
    return sorted({scale.x(day) for day in days if day is not None and scale.has(day)})


def _lane(
    picture: Picture,
    bars: Sequence[Bar],
    scale: Scale,
    y: float,
    height: float,
    line_xs: list[float],
    words: Words,
) -> None:
    spans = _draw_bars(picture, bars, scale, y, height)
    picture.texts += _labels(picture, bars, spans, scale, y, height, line_xs, words)


def _draw_bars(
    picture: Picture, bars: Sequence[Bar], scale: Scale, y: float, height: float
) -> list[tuple[float, float]]:
    """Draw the bars; return the [left, right] that each takes, its broken-up ends included."""
    spans: list[tuple[float, float]] = []
    for index, bar in enumerate(bars):
        left = scale.left if bar.first is None else scale.x(bar.first)
        right = scale.right if bar.until is None else scale.x(bar.until)
        if right <= left:
            spans.append((left, left))
            continue
        if bar.kind in BLANK:
            middle = y + height / 2
            picture.dots.append(Line(left, middle, right, middle, "dots"))
            spans.append((left, right))
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
        picture.bars.append(Rect(body_left, y, round(body_right - body_left, 2), height, css, bar.title))
        if bar.dark_from is not None and bar.until is not None:
            dark = max(scale.x(bar.dark_from), body_left)
            edge = 5.0 if height > 12 else 3.0
            picture.edges.append(Rect(dark, y + height - edge, round(body_right - dark, 2), edge, "dark"))
        spans.append((left, right))
    return spans


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


@dataclass
class _Segment:
    """Adjoining bars with the same holders."""

    left: float
    right: float
    names: tuple[str, ...]


def _labels(
    picture: Picture,
    bars: Sequence[Bar],
    spans: list[tuple[float, float]],
    scale: Scale,
    y: float,
    height: float,
    line_xs: list[float],
    words: Words,
) -> list[Text]:
    baseline = y + height / 2 + 4.5
    lines = [(x - LINE_CLEARANCE, x + LINE_CLEARANCE) for x in line_xs]
    taken = [span for span, bar in zip(spans, bars, strict=True) if bar.kind not in BLANK]
    texts: list[Text] = []

    def inside(text: str, left: float, right: float, css: str) -> bool:
        x = first_fit(text_width(text, TEXT), free_intervals(left + PAD, right - PAD, lines))
        if not text or x is None:
            return False
        texts.append(Text(x, baseline, text, css))
        return True

    for bar, (left, right) in zip(bars, spans, strict=True):
        if bar.kind == "gap":
            inside(words.gap, left, right, "on-gap")
        elif bar.kind == "not_mapped" and bar.names:
            before = len(texts)
            middle = (left + right - text_width(bar.names[0], TEXT)) / 2 - PAD
            if inside(bar.names[0], middle, right, "quiet") and len(texts) > before:
                put = texts[-1]
                picture.plates.append(Rect(put.left - 8, baseline - 14, put.right - put.left + 16, 20, "plate"))
    for run in _runs(bars, spans):
        fitting = [s for s in run if _fits(s.names, s, lines)]
        named = {name for segment in fitting for name in segment.names}
        everyone = _distinct(name for segment in run for name in segment.names)
        if not everyone:
            continue
        joint = _joint(run, everyone, words)
        left, right = run[0].left, run[-1].right
        if named >= set(everyone) or not (
            any(inside(text, left, right, "on-cov") for text in joint)
        ):
            for segment in fitting:
                inside(", ".join(segment.names), segment.left, segment.right, "on-cov")
            if not fitting:
                outside = _outside(joint, left, right, scale, taken, lines, texts, baseline)
                texts += [outside] if outside else []
    return texts


def _runs(bars: Sequence[Bar], spans: list[tuple[float, float]]) -> list[list[_Segment]]:
    """Adjoining covered bars, as segments with the same holders."""
    runs: list[list[_Segment]] = []
    previous: Bar | None = None
    for bar, (left, right) in zip(bars, spans, strict=True):
        if bar.kind in COVERED and right > left:
            adjoins = previous is not None and previous.kind in COVERED and previous.until == bar.first is not None
            if not adjoins:
                runs.append([_Segment(left, right, bar.names)])
            elif runs[-1][-1].names == bar.names:
                runs[-1][-1].right = right
            else:
                runs[-1].append(_Segment(left, right, bar.names))
        previous = bar
    return runs


def _fits(names: tuple[str, ...], segment: _Segment, lines: list[tuple[float, float]]) -> bool:
    width = text_width(", ".join(names), TEXT)
    return bool(names) and first_fit(width, free_intervals(segment.left + PAD, segment.right - PAD, lines)) is not None


def _joint(run: list[_Segment], everyone: list[str], words: Words) -> list[str]:
    """What a whole run may be labelled, longest first."""
    if len(everyone) == 1:
        return [everyone[0]]
    replaced = len(run) == 2 and not set(run[0].names) & set(run[1].names) and len(everyone) == 2
    full = " → ".join(everyone) if replaced else ", ".join(everyone)
    return [full, words.others.format(everyone[0])]


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _outside(
    candidates: list[str],
    left: float,
    right: float,
    scale: Scale,
    taken: list[tuple[float, float]],
    lines: list[tuple[float, float]],
    placed: list[Text],
    baseline: float,
) -> Text | None:
    """A label on blank ground right of the run, or left of it; None if there is no room."""
    used = [*taken, *lines, *[(text.left - PAD, text.right + PAD) for text in placed]]
    free = free_intervals(scale.left, scale.right, used)
    for text in candidates:
        width = text_width(text, TEXT)
        for low, high in free:
            start = max(low, right + PAD + 1)
            if right <= start <= right + 4 * PAD and high - start >= width:
                return Text(start, baseline, text, "beside")
        for low, high in reversed(free):
            end = min(high, left - PAD - 1)
            if left - 4 * PAD <= end <= left and end - low >= width:
                return Text(end, baseline, text, "beside", "end")
    return None


def _after_known(picture: Picture, scale: Scale, known: datetime.date | None, top: float, bottom: float) -> None:
    if known is not None and known < scale.until:
        x = scale.x(known)
        picture.grounds.append(Rect(x, top, round(scale.right - x, 2), bottom - top, "after"))


def _years(
    picture: Picture, scale: Scale, baseline: float, top: float, bottom: float, *, align: str = "middle"
) -> None:
    for year in scale.years():
        x = scale.x(datetime.date(year, 1, 1))
        if year > scale.first.year or scale.first == datetime.date(year, 1, 1):
            picture.grid.append(Line(x, top, x, bottom, "grid"))
    _year_texts(picture, scale, baseline, SMALL, align=align)


def _year_texts(
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


def _date_lines(
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
        found.append((scale.x(as_of), "{}".format(as_of) if short else text.format(as_of), "chosen"))
    if known is not None and known != as_of and scale.has(known) and not short:
        found.append((scale.x(known), words.known.format(known), "known"))
    elif known is not None and known != as_of and scale.has(known):
        picture.marks.append(Line(scale.x(known), top, scale.x(known), bottom, "known"))
    for x, _text, css in found:
        picture.marks.append(Line(x, top, x, bottom, css))
    lefts = [min(max(x - text_width(t, TEXT) / 2, 0.0), picture.width - text_width(t, TEXT)) for x, t, _c in found]
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
