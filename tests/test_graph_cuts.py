"""Articulation points, bridges and who is cut off: one walk gives what taking each away gives."""

import random

import pytest

from network.graph import measures, removal
from network.graph.cuts import cuts
from network.graph.structure import build


def drawn(seed):
    dice = random.Random(seed)
    names = [f"n{number}" for number in range(dice.randint(0, 16))]
    ties = [(dice.choice(names), dice.choice(names)) for _ in range(dice.randint(0, 20))] if names else []
    return build(names, ties)


@pytest.mark.parametrize("seed", range(60))
def test_one_walk_gives_what_taking_each_away_gives(seed):
    structure = drawn(seed)
    found = cuts(structure)
    assert sorted(found.counts) == measures.articulation_points(structure)
    assert sorted(found.bridges) == measures.bridges(structure)
    for actor in structure.names:
        gone = removal.removal(structure, actor).cut_off
        pieces = found.cut_off(actor)
        assert [len(piece) for piece in pieces] == [len(piece) for piece in gone]
        assert found.counts.get(actor, 0) == sum(len(piece) for piece in gone)
        sizes = [len(piece) for piece in gone]
        if len(set(sizes)) == len(sizes):  # else any of two equal pieces may count as the one that is left
            assert {frozenset(piece) for piece in pieces} >= {frozenset(piece) for piece in gone[:-1]}


@pytest.mark.parametrize("seed", range(60))
def test_a_bridge_parts_its_smaller_side_from_the_rest(seed):
    structure = drawn(seed)
    pairs = [(structure.names[a], structure.names[b]) for a, b in structure.ends.tolist()]
    found = cuts(structure)
    for bridge, count in found.bridges.items():
        side = found.behind(bridge)
        assert len(side) == count
        rest = build(structure.names, [pair for pair in pairs if set(pair) != set(bridge)])
        part = measures.components(rest)
        assert len({int(part[rest.index[name]]) for name in side}) == 1
        end = next(name for name in bridge if name in side)
        assert set(removal.ego(rest, end, structure.order)) == set(side)


def test_a_long_chain_is_walked_without_recursion():
    names = [f"n{number:05}" for number in range(20_000)]
    found = cuts(build(names, zip(names, names[1:], strict=False)))
    assert len(found.counts) == 19_998 and len(found.bridges) == 19_999
    assert found.cut_off("n00001") == (("n00000",),)
    assert found.behind(("n19998", "n19999")) == ("n19999",)
