"""The rules and the graph read the register's ties apart, and see the same ones."""

import datetime
import random

import pytest

from mandates import register_snapshot
from mandates.coverage import Thresholds
from mandates.rules.ties import tie_graph
from network.graph.selection import Selection
from network.graph_queries import graph
from tests import factories as f

pytestmark = pytest.mark.django_db
Date = datetime.date
START = Date(2019, 1, 1)


def some_day(dice, known=0.8):
    return START + datetime.timedelta(days=dice.randrange(1500)) if dice.random() < known else None


def a_period(dice):
    first, until = some_day(dice), some_day(dice, 0.5)
    if first and until and until <= first:
        first, until = until, first + datetime.timedelta(days=1)
    return {"valid_from": first, "valid_until": until}


def make(dice):
    """Actors that come and go, groups, and networks and collaborations of all ages; all that a register allows."""
    actors = [f.ActorFactory(**a_period(dice)) for _ in range(10)] + [f.GroupFactory() for _ in range(2)]
    for _ in range(6):
        f.CollaborationFactory(participants=dice.sample(actors, dice.randint(2, 4)), **a_period(dice))
    for _ in range(4):
        network = f.NetworkFactory(**a_period(dice))
        for factory, most in ((f.ConvenerFactory, 2), (f.SeatFactory, 5)):
            for actor in dice.sample(actors, dice.randint(0, most)):
                factory(network=network, actor=actor, **a_period(dice))
        for _ in range(dice.randint(0, 2)):
            held = some_day(dice, 1)
            f.EncounterFactory(
                network=network,
                date_from=held,
                date_until=held + datetime.timedelta(days=dice.randint(1, 90)),
            )


@pytest.mark.parametrize("seed", range(12))
def test_both_see_the_same_ties_in_a_random_register(seed):
    dice = random.Random(seed)
    make(dice)
    snapshot = register_snapshot.read()
    seen_any = False
    for day in (Date(2020, 1, 1), Date(2021, 6, 30), Date(2022, 6, 30), Date(2023, 2, 14)):
        near = tie_graph(snapshot, day, Thresholds())
        pairs = {(some, other) for some, others in near.items() for other in others if some < other}
        assert {(tie.source, tie.target) for tie in graph(Selection(as_of=day)).ties} == pairs
        seen_any = seen_any or bool(pairs)
    assert seen_any
