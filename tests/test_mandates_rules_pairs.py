"""Pairs found with columns of numbers are those found row by row, however many a rule sums up."""

import datetime
import random
from collections import Counter

import pytest

from mandates.coverage import Thresholds
from mandates.explain import Names, as_json
from mandates.rules import findings
from mandates.rules.overlap import likeness
from mandates.rules.ties import bonds, is_tied
from mandates.snapshot import (
    Actor,
    Area,
    Collaboration,
    Convener,
    Kind,
    Mandate,
    Member,
    Network,
    Place,
    Seat,
    Snapshot,
    Strategy,
)
from tests import pairs as plain
from tests.segregation import load

D = datetime.date
DAY = D(2022, 6, 30)
FEW = Thresholds(strongest=3)


def register(seed, mandates=70):
    """Places, levels, groups, parents, joint assignments, ties and words, all drawn."""
    draw = random.Random(seed)
    places = [Place(code="SE"), *(Place(code=f"{n}", parent="SE") for n in range(3))]
    places += [Place(code=f"{n}{m}", parent=f"{n}") for n in range(3) for m in range(3)]
    codes = [place.code for place in places]
    slugs = [f"a{n:02}" for n in range(14)]
    actors = [
        Actor(
            slug=slug,
            name_sv=f"Aktör {n}",
            kind=draw.choice(["agency", "town"]),
            level=draw.choice(["national", "regional", "local"]),
            place=draw.choice([*codes, None]),
            parents=(Member(actor=draw.choice(slugs)),) if n % 5 == 4 else (),
        )
        for n, slug in enumerate(slugs)
    ]
    actors += [
        Actor(slug="towns", level="local", is_group=True, rule="kind=town"),
        Actor(slug="some", level="local", is_group=True, rule="list", members=(Member(actor="a01"), Member(actor="a02"))),
        Actor(slug="nobody", level="regional", is_group=True, rule="unknown"),
    ]  # fmt: skip
    holders = [actor.slug for actor in actors]
    words = [
        "",
        "unga",
        "unga, nyanlända",
        "unga vuxna; äldre",
        "äldre",
        "Aktör 1, Aktör 2",
        "alla unga i landet",
    ]
    rows = []
    for n in range(mandates):
        first = D(2018, 1, 1) + datetime.timedelta(days=draw.randrange(1500))
        rows.append(
            Mandate(
                code=f"M{draw.randrange(10**6):06}-{n}",
                holder=draw.choice(holders),
                strategy="s",
                area=draw.choice(["*", "homes", "schools"]),
                function=draw.choice(["grants", "lead", "service", "transition"]),
                kind=draw.choice(["order", "duty"]),
                levels=frozenset(draw.sample(["national", "regional", "local"], draw.randrange(1, 3))),
                territory_places=frozenset(draw.sample(codes, draw.randrange(0, 3))),
                territory_groups=frozenset(draw.sample(["towns", "nobody"], n % 7 == 0)),
                target_group=draw.choice(words),
                joint_assignment=draw.choice(["", "", "", "J"]),
                report_due=first + datetime.timedelta(days=1500) if n % 3 == 0 else None,
                valid_from=first,
                valid_until=first + datetime.timedelta(days=draw.randrange(900, 3000)) if n % 4 else None,
            )
        )
    return Snapshot(
        strategies=(Strategy(slug="s"),),
        areas=(Area(strategy="s", code="homes"), Area(strategy="s", code="schools")),
        functions=(
            Kind(code="grants", traits=frozenset({"duplicable"})),
            Kind(code="lead", traits=frozenset({"lead", "coordination"})),
            Kind(code="service", traits=frozenset({"service"})),
            Kind(code="transition", traits=frozenset({"transition"})),
        ),
        mandate_kinds=(Kind(code="order", traits=frozenset({"assignment"})), Kind(code="duty")),
        actor_kinds=(Kind(code="agency", traits=frozenset({"government"})), Kind(code="town")),
        places=tuple(places),
        actors=tuple(actors),
        mandates=tuple(rows),
        collaborations=tuple(
            Collaboration(code=f"C{n}", participants=tuple(draw.sample(slugs, 2)), valid_from=D(2020, 1, 1))
            for n in range(8)
        ),
        networks=(Network(slug="n", valid_from=D(2020, 1, 1)),),
        conveners=(Convener(network="n", actor="a03", valid_from=D(2020, 1, 1)),),
        seats=tuple(Seat(network="n", actor=f"a{n:02}", valid_from=D(2020, 1, 1)) for n in (5, 7)),
    )


REGISTERS = [register(seed) for seed in range(6)]
EVERY = pytest.mark.parametrize("snapshot", [*REGISTERS, load()], ids=lambda _s: "register")


def check_cells(snapshot, rule, expected, thresholds):
    """Each cell has its pairs one by one, or one finding with their number and the strongest."""
    found = findings(snapshot, DAY, thresholds, rules=[rule])
    cells = plain.by_cell(expected)
    seen = Counter((f.strategy, f.area, f.function) for f in found)
    assert seen.keys() == cells.keys()
    for cell, here in cells.items():
        own = [f for f in found if (f.strategy, f.area, f.function) == cell]
        tied = [bool(is_tied(snapshot, a.holder, b.holder, DAY, thresholds)) for a, b in here]
        if len(here) <= thresholds.strongest:
            assert {f.mandates: f.managed for f in own} == {
                tuple(sorted([a.code, b.code])): managed for (a, b), managed in zip(here, tied, strict=True)
            }
            continue
        (one,) = own
        assert (one.evidence["count"], one.evidence["unmanaged"]) == (len(here), tied.count(False))
        order = sorted(zip(tied, here, strict=True), key=lambda item: item[0])[: thresholds.strongest]
        assert [(p["mandates"], p["managed"]) for p in one.evidence["strongest"]] == [
            (sorted([a.code, b.code]), managed) for managed, (a, b) in order
        ]


@EVERY
@pytest.mark.parametrize("thresholds", [Thresholds(), FEW], ids=["usual", "few"])
def test_overlaps_duplications_and_collisions_are_those_read_row_by_row(snapshot, thresholds):
    overlapping = plain.overlaps(snapshot, DAY)
    check_cells(snapshot, "overlap", overlapping, thresholds)
    check_cells(
        snapshot,
        "assignment_collision",
        plain.collisions(snapshot, DAY, thresholds.recent_months),
        thresholds,
    )
    groups = {m.code: {p.strip() for p in m.target_group.casefold().replace(";", ",").split(",") if p.strip()} for m in snapshot.mandates}  # fmt: skip
    doubled = [
        (a, b)
        for a, b in overlapping
        if a.area != "*"
        and snapshot.has_trait("function", a.function, "duplicable")
        and groups[a.code] & groups[b.code]
    ]
    check_cells(snapshot, "duplication", doubled, thresholds)


@EVERY
@pytest.mark.parametrize(
    ("rule", "pairs", "by_function"),
    [("vertical_sharing", plain.vertical, True), ("complementary", plain.complementary, False)],
)
def test_what_goes_together_is_summed_up_as_read_row_by_row(snapshot, rule, pairs, by_function):
    cells = {}
    for some, other in pairs(snapshot, DAY):
        cells.setdefault((some.area, some.function if by_function else None), []).append((some, other))
    found = {(f.area, f.function): f for f in findings(snapshot, DAY, FEW, rules=[rule])}
    assert found.keys() == cells.keys()
    for cell, here in cells.items():
        here.sort(key=lambda pair: (-likeness(*pair), pair[0].code, pair[1].code))
        one = found[cell]
        assert one.evidence["count"] == len({frozenset([a.holder, b.holder]) for a, b in here})
        assert one.mandates == tuple(sorted({m.code for pair in here for m in pair}))
        assert [(p["mandates"], p["likeness"]) for p in one.evidence["strongest"]] == [
            ([a.code, b.code], likeness(a, b)) for a, b in here[:3]
        ]


@EVERY
@pytest.mark.parametrize("thresholds", [Thresholds(), FEW], ids=["usual", "few"])
def test_coordination_gaps_are_those_read_row_by_row(snapshot, thresholds):
    found = findings(snapshot, DAY, thresholds, rules=["coordination_gap"])
    cells, rows = {}, {}
    for some, other in plain.overlaps(snapshot, DAY):
        pair = tuple(sorted([some.holder, other.holder]))
        if not bonds(snapshot, *pair, DAY, thresholds):
            if pair not in rows:
                cells.setdefault((some.area, some.function), []).append(pair)
            rows.setdefault(pair, set()).update([some.code, other.code])
    direct = [f for f in found if f.function is not None and "handed_over" not in f.evidence["why"]]
    for cell, pairs in cells.items():
        own = [f for f in direct if (f.area, f.function) == cell]
        if len(pairs) > thresholds.strongest:
            (one,) = own
            assert one.evidence["count"] == len(pairs)
            assert [tuple(p["actors"]) for p in one.evidence["strongest"]] == pairs[: thresholds.strongest]
        else:
            assert {f.actors: set(f.mandates) for f in own} == {pair: rows[pair] for pair in pairs}
    areas = {}
    for some, other in plain.complementary(snapshot, DAY):
        pair = tuple(sorted([some.holder, other.holder]))
        areas.setdefault(some.area, {}).setdefault(pair, []).extend([some.code, other.code])
    summed = {f.area: f for f in found if f.function is None}
    for area, pairs in areas.items():
        apart = {p: codes for p, codes in pairs.items() if not bonds(snapshot, *p, DAY, thresholds)}
        if not apart:
            assert area not in summed
            continue
        one = summed[area]
        assert (one.evidence["count"], one.evidence["of"]) == (len(apart), len(pairs))
        best = sorted(apart, key=lambda pair: (-len(apart[pair]), pair))[: thresholds.strongest]
        assert [(tuple(p["actors"]), p["mandates"]) for p in one.evidence["strongest"]] == [
            (pair, sorted(set(apart[pair]))) for pair in best
        ]


def crowded(holders, **fields):
    """A register of as many agencies, each with one mandate in its own area of two."""
    base = load()
    return Snapshot(
        strategies=(Strategy(slug="s"),),
        areas=(Area(strategy="s", code="homes"), Area(strategy="s", code="schools")),
        functions=(Kind(code="grants", name_sv="Bidrag", name_en="Grants"),),
        mandate_kinds=(Kind(code="order", traits=frozenset({"assignment"})),),
        actor_kinds=(Kind(code="agency", traits=frozenset({"government"})),),
        levels=base.levels,
        actors=tuple(
            Actor(slug=f"h{n:03}", name_sv=f"Verk {n}", kind="agency", level="national")
            for n in range(holders)
        ),
        mandates=tuple(
            Mandate(
                code=f"M{n:03}",
                holder=f"h{n:03}",
                strategy="s",
                area=("homes", "schools")[n % 2],
                function="grants",
                kind="order",
                levels=frozenset({"national"}),
                valid_from=D(2015, 1, 1) + datetime.timedelta(days=n),
                **fields,
            )
            for n in range(holders)
        ),
        collaborations=(
            Collaboration(
                code="C",
                participants=tuple(f"h{n:03}" for n in range(holders)),
                area="elsewhere",
                valid_from=D(2015, 1, 1),
            ),
        ),
    )


@pytest.mark.parametrize("rule", ["unsourced", "stale", "no_sunset", "dormant"])
def test_what_is_asked_of_each_holder_is_one_finding_per_cell_where_they_are_many(rule):
    fields = {"explicit": True}
    few = findings(crowded(200, **fields), DAY, rules=[rule])
    assert len(few) == 200 and {len(f.actors) for f in few} == {1}
    snapshot = crowded(201, **fields)
    found = findings(snapshot, DAY, rules=[rule])
    assert [(f.area, f.evidence["count"], f.evidence["holders"]) for f in found] == [
        ("homes", 101, 101),
        ("schools", 100, 100),
    ]
    assert found[0].mandates == tuple(f"M{n:03}" for n in range(0, 40, 2))  # the oldest
    texts = as_json(found[0], Names(snapshot))
    assert "101" in texts["title"]["sv"] and "101" in texts["explanation"]["en"]


def test_a_finding_about_many_names_some_and_counts_all():
    snapshot = crowded(500)
    (first, second) = findings(snapshot, DAY, rules=["fragmentation"])
    assert (first.evidence["count"], len(first.actors), first.mandates) == (250, 20, ())
    assert as_json(first, Names(snapshot))["explanation"]["sv"].startswith("250 statliga aktörer har uppdrag")
    (pairs, _others) = findings(snapshot, DAY, rules=["overlap"])
    assert (pairs.evidence["count"], pairs.evidence["unmanaged"]) == (250 * 249 // 2, 0)
