"""What the explorer draws: dots, lines, bands and words with their places. Pure.

The server draws it as SVG and the browser as WebGL; both from this one value, so that they look alike.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from coordination.base.textwidth import text_width
from network.graph.places import Place

SQUARE, CIRCLE, TRIANGLE, DIAMOND, RING = SHAPES = ("square", "circle", "triangle", "diamond", "ring")
TEXT = 15.5
WORD = 22.0  # beside small pictures, in network/graph.css too
MARGIN = 8.0
TURNED_FROM = 13  # so many on the first ring, and their names are turned like the spokes of a wheel
BAND_FROM = 3  # participants of a network that is drawn as a band
SMALL, LARGE, MIDDLE = 7.0, 16.0, 33.0  # radii of dots
NAMED_UP_TO = 150  # dots, all of them with their names


@dataclass(frozen=True, slots=True)
class Dot:
    """An actor (or a group of them) to draw.

    `colour` is a name that the style sheet knows; `size` in [0, 1] is what its measure says; `lost`: it has no
    tie on the day, and is drawn because it had one on another.
    """

    id: str
    name: str
    label: str
    shape: str
    colour: str
    size: float = 0.0
    note: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A tie to draw; `dashed`: only through networks."""

    source: str
    target: str
    dashed: bool = False
    width: float = 1.4


@dataclass(frozen=True, slots=True)
class Band:
    """All of a network who stand side by side on the ring: they are tied to each other, each with all."""

    network: str
    members: tuple[str, ...]
    colour: str
    radius: float
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Word:
    """The name of a kind, beside its dots, where a small picture has no room for those of the actors."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Scene:
    """A picture. `box` is (left, top, width, height) of all of it, names included."""

    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    places: Mapping[str, Place]
    bands: tuple[Band, ...] = ()
    words: tuple[Word, ...] = ()
    centre: str = ""
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    bare: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # the same without the names of actors
    named: bool = True
    hushed: frozenset[str] = frozenset()  # dots whose names would lie on others', where the dots lie freely
    crowded: bool = False
    turned: bool = False
    undrawn: int = 0  # ties that a band stands for

    def radius(self, dot: Dot) -> float:
        """How far a dot reaches from its place."""
        if dot.id == self.centre:
            return MIDDLE if dot.shape == SQUARE and _fits_inside(dot) else MIDDLE * 0.55
        base = SMALL if self.named else SMALL * 0.7
        return base + (LARGE - base) * math.sqrt(max(0.0, min(1.0, dot.size)))

    def text_of(self, dot: Dot) -> tuple[float, float, float, str]:
        """Where a dot's name goes: (x, y, turn in degrees, anchor); y is the middle of the line of text."""
        place = self.places[dot.id]
        radius = self.radius(dot)
        if dot.id == self.centre:
            inside = dot.shape == SQUARE and _fits_inside(dot)
            return place.x, place.y + (0.0 if inside else radius + TEXT * 0.9), 0.0, "middle"
        if place.angle is None:
            return place.x, place.y + radius + TEXT * 0.8, 0.0, "middle"
        right = math.cos(place.angle) > -1e-9
        if self.turned and place.ring > 0:
            far = radius + 6
            turn = math.degrees(place.angle) + (0.0 if right else 180.0)
            x, y = place.x + far * math.cos(place.angle), place.y + far * math.sin(place.angle)
            return x, y, (turn + 180.0) % 360.0 - 180.0, "start" if right else "end"
        if abs(math.cos(place.angle)) < 0.05:
            side = 1.0 if math.sin(place.angle) > 0 else -1.0
            return place.x, place.y + side * (radius + TEXT * 0.8), 0.0, "middle"
        return place.x + (1 if right else -1) * (radius + 6), place.y, 0.0, "start" if right else "end"


def _fits_inside(dot: Dot) -> bool:
    return text_width(dot.label, TEXT) < 1.8 * MIDDLE - 6


def scene(
    dots: Sequence[Dot],
    lines: Iterable[Line],
    places: Mapping[str, Place],
    *,
    centre: str = "",
    networks: Mapping[str, Sequence[str]] | None = None,
    only_networks: Mapping[tuple[str, str], Sequence[str]] | None = None,
    words: Mapping[str, str] | None = None,
    crowded: bool = False,
) -> Scene:
    """The picture of `dots` at `places`.

    Args:
        dots: in the order in which they stand on the ring.
        networks: id -> participants; of at least BAND_FROM that stand side by side on the first ring a band
            is drawn, and not the lines between them.
        only_networks: of the ties (smaller id first) that nothing but networks makes: which ones.
        words: colour -> the name of the kind, written beside its part of the ring.
    """
    drawn = tuple(dot for dot in dots if dot.id in places)
    ring = [dot for dot in drawn if places[dot.id].ring == 1] if centre else []
    bands, covered = _bands(ring, places, networks or {})
    shown: list[Line] = []
    undrawn = 0
    for line in lines:
        if line.source not in places or line.target not in places:
            continue
        pair = min(line.source, line.target), max(line.source, line.target)
        through = (only_networks or {}).get(pair, ())
        if through and any(
            pair[0] in covered[name] and pair[1] in covered[name] for name in through if name in covered
        ):
            undrawn += 1
        else:
            shown.append(line)
    found = Scene(
        dots=drawn,
        lines=tuple(shown),
        places={dot.id: places[dot.id] for dot in drawn},
        bands=tuple(bands),
        words=tuple(_words(ring, places, words or {})),
        centre=centre,
        named=len(drawn) <= NAMED_UP_TO,
        turned=len(ring) >= TURNED_FROM,
        undrawn=undrawn,
        crowded=crowded,
    )
    return _with_boxes(replace(found, hushed=_hushed(found) if crowded else frozenset()))


def _bands(
    ring: Sequence[Dot], places: Mapping[str, Place], networks: Mapping[str, Sequence[str]]
) -> tuple[list[Band], dict[str, set[str]]]:
    bands: list[Band] = []
    covered: dict[str, set[str]] = {}
    for network, participants in networks.items():
        members = set(participants)
        runs: list[list[Dot]] = []
        before: Dot | None = None
        for dot in ring:
            if dot.id in members:
                if before is not None and before.id in members and before.colour == dot.colour:
                    runs[-1].append(dot)
                else:
                    runs.append([dot])
            before = dot
        if sum(len(run) for run in runs) < BAND_FROM:
            continue
        covered[network] = {dot.id for run in runs for dot in run}
        for run in runs:
            first, last = places[run[0].id], places[run[-1].id]
            assert first.angle is not None and last.angle is not None
            end = last.angle if last.angle >= first.angle else last.angle + 2 * math.pi
            ids = tuple(dot.id for dot in run)
            bands.append(Band(network, ids, run[0].colour, math.hypot(first.x, first.y), first.angle, end))
    return bands, covered


def _words(ring: Sequence[Dot], places: Mapping[str, Place], words: Mapping[str, str]) -> list[Word]:
    found = []
    for colour, text in words.items():
        angles = [
            angle for dot in ring if dot.colour == colour and (angle := places[dot.id].angle) is not None
        ]
        if len(angles) < 2:
            continue
        middle = (min(angles) + max(angles)) / 2
        far = max(math.hypot(places[dot.id].x, places[dot.id].y) for dot in ring) + 34
        x, y = far * math.cos(middle), far * math.sin(middle)
        anchor = "middle" if abs(math.cos(middle)) < 0.35 else "start" if x > 0 else "end"
        found.append(Word(text, x, y, anchor))
    return found


def _hushed(found: Scene) -> frozenset[str]:
    """Those whose names would lie on the name of one with more lines."""
    degree: Counter[str] = Counter()
    for line in found.lines:
        degree[line.source] += 1
        degree[line.target] += 1
    kept: list[Box] = []
    hushed = set()
    for dot in sorted(found.dots, key=lambda dot: (-dot.size, -degree[dot.id], dot.id)):
        own = _around_name(found, dot)
        if any(own[0] < b[2] and b[0] < own[2] and own[1] < b[3] and b[1] < own[3] for b in kept):
            hushed.add(dot.id)
        else:
            kept.append(own)
    return frozenset(hushed)


Box = tuple[float, float, float, float]


def _around_name(found: Scene, dot: Dot) -> Box:
    """(left, top, right, bottom) of a dot's name."""
    x, y, turn, anchor = found.text_of(dot)
    width = text_width(dot.label, TEXT) * 1.05  # a screen's text is never under 12 px
    begin = {"start": 0.0, "middle": -width / 2, "end": -width}[anchor]
    lean = math.radians(turn)
    xs = [x + along * math.cos(lean) for along in (begin, begin + width)]
    ys = [y + along * math.sin(lean) for along in (begin, begin + width)]
    return min(xs), min(ys) - TEXT * 0.6, max(xs), max(ys) + TEXT * 0.6


def _with_boxes(found: Scene) -> Scene:
    dots: list[Box] = []
    for dot in found.dots:
        place, radius = found.places[dot.id], found.radius(dot) + 2
        dots.append((place.x - radius, place.y - radius, place.x + radius, place.y + radius))
    names = [_around_name(found, dot) for dot in found.dots if found.named and dot.id not in found.hushed]
    words = [(word.x - TEXT, word.y - TEXT, word.x + TEXT, word.y + TEXT) for word in found.words]
    if not any(dot.label for dot in found.dots if dot.id != found.centre):  # the words stand for the names
        names += [_around_word(word) for word in found.words]
    return replace(found, box=_box([*dots, *names]), bare=_box([*dots, *words]))


def _around_word(word: Word) -> Box:
    width = text_width(word.text, WORD)
    begin = {"start": 0.0, "middle": -width / 2, "end": -width}[word.anchor]
    return word.x + begin, word.y - WORD, word.x + begin + width, word.y + WORD * 0.6


def _box(boxes: Sequence[Box]) -> Box:
    """(left, top, width, height) around all of `boxes`, with a margin."""
    if not boxes:
        return 0.0, 0.0, 1.0, 1.0
    left, top = min(box[0] for box in boxes) - MARGIN, min(box[1] for box in boxes) - MARGIN
    return (
        left,
        top,
        max(box[2] for box in boxes) + MARGIN - left,
        max(box[3] for box in boxes) + MARGIN - top,
    )
