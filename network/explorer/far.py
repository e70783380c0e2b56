"""A large graph seen from afar: pictures of what the worker has kept, with groups of actors as dots."""

from collections.abc import Mapping, Sequence

from network.explorer import looks
from network.explorer.picture import Picture, shortened
from network.graph import mixing, places
from network.graph.scene import CIRCLE, Dot, Line, scene
from network.graph_store import Stored
from network.models import GraphActor
from network.shortnames import short_name

SHOWN, MOST_LINES = 40, 150  # communities and the lines between them: more is no picture
ACROSS = 900.0


def communities(stored: Stored) -> Picture:
    """The largest communities where their actors are drawn, and the ties between them. One query."""
    own = stored.communities.get("communities", [])[:SHOWN]
    own = [one for one in own if one["x"] is not None]
    names = called(stored, [slug for one in own for slug in one["actors"][:1]])
    most = max((one["size"] for one in own), default=1)
    dots = []
    for one in own:
        title = f"{one['number'] + 1}: {names.get(one['actors'][0], one['actors'][0])}"
        label = f"{shortened(title)} ({one['size']})"
        share = one["size"] / most
        dots.append(Dot(_id(one["number"]), title, label, CIRCLE, looks.GOVERNMENT, 0.25 + 0.75 * share))
    numbers = {one["number"] for one in own}
    between = [
        pair
        for pair in stored.communities.get("between", [])
        if pair["some"] in numbers and pair["other"] in numbers
    ]
    between = sorted(between, key=lambda pair: -pair["ties"])[:MOST_LINES]
    thick = max((pair["ties"] for pair in between), default=1)
    lines = [
        Line(_id(pair["some"]), _id(pair["other"]), width=1.0 + 9.0 * pair["ties"] / thick)
        for pair in between
    ]
    where = _spread({_id(one["number"]): (one["x"], one["y"]) for one in own})
    members = {_id(one["number"]): one["actors"] for one in own}
    drawn = scene(dots, lines, where, crowded=len(dots) > 1)
    return Picture(drawn, [], frozenset(), members=members, folded=True)


def groups(
    mixes: Sequence[mixing.Mix],
    sizes: Mapping[str, int],
    names: Mapping[str, str],
    of_kind: Mapping[str, str],
    shapes: bool,
) -> Picture:
    """Kinds or counties on a circle; the width of a line says how many ties go between them.

    Args:
        sizes: code -> actors with ties. shapes: whether the codes are of kinds, which have their own.
    """
    most = max(sizes.values(), default=1)
    dots = [
        Dot(
            f"group {code}",
            names[code],
            f"{names[code]} ({size})",
            looks.SHAPE[of_kind.get(code, looks.OTHER)] if shapes else CIRCLE,
            of_kind.get(code, looks.GOVERNMENT),
            0.25 + 0.75 * size / most,
        )
        for code in names
        if (size := sizes.get(code, 0))
    ]
    met = [mix for mix in mixes if mix.some != mix.other and mix.ties]
    thick = max((mix.ties for mix in met), default=1)
    lines = [
        Line(f"group {mix.some}", f"group {mix.other}", width=1.0 + 9.0 * mix.ties / thick) for mix in met
    ]
    drawn = scene(dots, lines, places.circle([dot.id for dot in dots]))
    return Picture(drawn, [], frozenset(), members={dot.id: [] for dot in dots})


def called(stored: Stored, slugs: Sequence[str]) -> dict[str, str]:
    """{id: short name on the day} of those of `slugs` in the graph. One query."""
    rows: list[GraphActor] = list(stored.actors().filter(slug__in=slugs))
    return {row.slug: short_name(row.name) for row in rows}


def _id(number: int) -> str:
    return f"group {number}"


def _spread(where: Mapping[str, tuple[float, float]]) -> dict[str, places.Place]:
    """The same arrangement, ACROSS pixels wide or high."""
    if not where:
        return {}
    xs, ys = zip(*where.values(), strict=True)
    scale = ACROSS / (max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0)
    return {id_: places.Place((x - min(xs)) * scale, (y - min(ys)) * scale) for id_, (x, y) in where.items()}
