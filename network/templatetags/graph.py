"""The map as SVG, and as the values that the browser draws it from."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from network.graph.scene import CIRCLE, DIAMOND, RING, SQUARE, TEXT, TRIANGLE, Band, Dot, Scene

register = template.Library()

# Of radius 1, so that all shapes look as large as each other.
_PATHS = {
    SQUARE: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    TRIANGLE: ((0.0, -1.15), (1.08, 0.8), (-1.08, 0.8)),
    DIAMOND: ((0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)),
}


@register.simple_tag
def graph_svg(scene: Scene, label: str) -> SafeString:
    """`scene` as one picture; the table beside it says the same, hence it needs no more than a `label`."""
    left, top, width, height = (round(value, 1) for value in scene.box)
    css = "map-svg" + ("" if scene.named else " many") + (" words" if scene.words else "")
    return format_html(
        '<svg class="{}" viewBox="{} {} {} {}" width="{}" height="{}" role="img" aria-label="{}">{}{}{}{}{}</svg>',
        css,
        *map(str, (left, top, width, height, round(width), round(height))),
        label,
        format_html_join(
            "", '<path class="map-band {}" d="{}"/>', ((b.colour, _arc(b)) for b in scene.bands)
        ),
        _lines(scene),
        format_html_join("", "<g><title>{}</title>{}</g>", _dots(scene)) if scene.named else _crowd(scene),
        _texts(scene),
        format_html_join(
            "",
            '<text class="map-word" x="{}" y="{}" text-anchor="{}">{}</text>',
            ((_n(word.x), _n(word.y), word.anchor, word.text) for word in scene.words),
        ),
    )


@register.simple_tag
def swatch(shape: str, colour: str) -> SafeString:
    """A dot for a legend."""
    return format_html(
        '<svg class="map-sw" viewBox="-9 -9 18 18" width="18" height="18" aria-hidden="true">{}</svg>',
        _shape(shape, 0.0, 0.0, 6.5, f"map-dot {colour}"),
    )


def plain(scene: Scene) -> dict[str, Any]:
    """`scene` as JSON can hold it, for static/network/map/: rows of values, since there may be thousands."""
    at = {dot.id: number for number, dot in enumerate(scene.dots)}
    dots = []
    for dot in scene.dots:
        place = scene.places[dot.id]
        x, y, turn, anchor = scene.text_of(dot)
        row = [dot.id, dot.label, dot.name, _n(place.x), _n(place.y), _n(scene.radius(dot)), dot.shape]
        row += [dot.colour, _n(x), _n(y), _n(turn), anchor, dot.note, int(dot.lost)]
        dots.append(row)
    return {
        "box": [_n(value) for value in scene.box],
        "bare": [_n(value) for value in scene.bare],
        "crowded": scene.crowded,
        "text": TEXT,
        "named": scene.named,
        "centre": at.get(scene.centre, -1),
        "dots": dots,
        "lines": [
            [at[line.source], at[line.target], int(line.dashed), _n(line.width)] for line in scene.lines
        ],
        "bands": [
            [band.colour, _n(band.radius), round(band.begin, 4), round(band.end, 4)] for band in scene.bands
        ],
        "words": [[word.text, _n(word.x), _n(word.y), word.anchor] for word in scene.words],
    }


def _n(value: float) -> float:
    return round(value, 1)


def _arc(band: Band) -> str:
    begin, end = band.begin - 0.03, band.end + 0.03
    points = [(band.radius * math.cos(angle), band.radius * math.sin(angle)) for angle in (begin, end)]
    (x1, y1), (x2, y2) = points
    large = int(end - begin > math.pi)
    return f"M{_n(x1)} {_n(y1)}A{_n(band.radius)} {_n(band.radius)} 0 {large} 1 {_n(x2)} {_n(y2)}"


def _lines(scene: Scene) -> SafeString:
    """All lines of one look as one path: thousands of them must not become thousands of elements."""
    looks: dict[tuple[str, float], list[str]] = {}
    for line in scene.lines:
        some, other = scene.places[line.source], scene.places[line.target]
        css = "map-line dashed" if line.dashed else "map-line"
        segment = f"M{_n(some.x)} {_n(some.y)}L{_n(other.x)} {_n(other.y)}"
        looks.setdefault((css, _n(line.width)), []).append(segment)
    rows = ((css, width, "".join(segments)) for (css, width), segments in looks.items())
    return format_html_join("", '<path class="{}" stroke-width="{}" d="{}"/>', rows)


def _dots(scene: Scene) -> Iterator[tuple[str, SafeString]]:
    for dot in scene.dots:
        place = scene.places[dot.id]
        css = f"map-dot {dot.colour}" + (" lost" if dot.lost else "")
        shape = _shape(dot.shape, place.x, place.y, scene.radius(dot), css)
        yield _title(dot), shape


def _crowd(scene: Scene) -> SafeString:
    """Dots without names: all of one look as one path, for thousands of them."""
    looks: dict[str, list[str]] = {}
    for dot in scene.dots:
        place, radius = scene.places[dot.id], _n(scene.radius(dot))
        css = f"map-dot {dot.colour}" + (" ring" if dot.shape == RING else "") + (" lost" if dot.lost else "")
        if dot.shape in (CIRCLE, RING):
            bow = f"a{radius} {radius} 0 1 0"
            outline = f"M{_n(place.x - radius)} {_n(place.y)}{bow} {2 * radius} 0{bow} {-2 * radius} 0"
        else:
            outline = _outline(_PATHS[dot.shape], place.x, place.y, radius)
        looks.setdefault(css, []).append(outline)
    return format_html_join("", '<path class="{}" d="{}"/>', ((css, "".join(d)) for css, d in looks.items()))


def _title(dot: Dot) -> str:
    return f"{dot.name}. {dot.note}" if dot.note else dot.name


def _shape(shape: str, x: float, y: float, radius: float, css: str) -> SafeString:
    if shape in (CIRCLE, RING):
        css = f"{css} ring" if shape == RING else css
        return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, _n(x), _n(y), _n(radius))
    return format_html('<path class="{}" d="{}"/>', css, _outline(_PATHS[shape], x, y, radius))


def _outline(points: Iterable[tuple[float, float]], x: float, y: float, radius: float) -> str:
    return "M" + "L".join(f"{_n(x + radius * px)} {_n(y + radius * py)}" for px, py in points) + "Z"


def _texts(scene: Scene) -> SafeString:
    if not scene.named:
        return SafeString("")
    rows = []
    for dot in scene.dots:
        if not dot.label or dot.id in scene.hushed:
            continue
        x, y, turn, anchor = scene.text_of(dot)
        inside = dot.id == scene.centre and y == scene.places[dot.id].y
        css = "map-name" + (" inside" if inside else " middle" if dot.id == scene.centre else "")
        css += " lost" if dot.lost else ""
        move = f"translate({_n(x)} {_n(y)})" + (f" rotate({_n(turn)})" if turn else "")
        rows.append((css, move, anchor, dot.label))
    return format_html_join("", '<text class="{}" transform="{}" text-anchor="{}" dy=".35em">{}</text>', rows)
