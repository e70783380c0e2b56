"""The graph as it is read from the register: who is a node, what makes a tie, and what is behind it."""

import datetime

import pytest
from django.utils import translation

from coordination.base.models import Place
from mandates import area_graph
from network.graph.selection import Selection
from network.graph_queries import graph
from tests.factories import (
    ActorFactory,
    ActorNameFactory,
    CollaborationFactory,
    ConvenerFactory,
    EncounterFactory,
    GroupFactory,
    GroupMemberFactory,
    MandateFactory,
    NetworkFactory,
    PlaceFactory,
    PriorityAreaFactory,
    SeatFactory,
    StrategyFactory,
)

Date = datetime.date
DAY = Date(2022, 6, 30)


def on(day=DAY, **narrowed):
    words = {name: frozenset(value) if isinstance(value, set) else value for name, value in narrowed.items()}
    return graph(Selection(as_of=day, **words))


def pairs(found):
    return {(tie.source, tie.target): tie.weight for tie in found.ties}


def actors(*slugs, **fields):
    return [ActorFactory(slug=slug, **fields) for slug in slugs]


# Nodes.


def test_nodes_are_actors_alive_on_the_day_and_no_duplicates(db):
    kept, _gone, _later, double = actors("finns", "borta", "senare", "dubblett")
    _gone.valid_until = DAY
    _gone.save()
    _later.valid_from = DAY + datetime.timedelta(days=1)
    _later.save()
    double.merged_into = kept
    double.save()
    assert list(on().nodes) == ["finns"]
    assert on().isolates == 1


def test_a_node_is_called_as_on_the_day_in_the_language_of_the_reader(db):
    actor = ActorFactory(slug="a", name_sv="Nya", name_en="New")
    ActorNameFactory(actor=actor, name_sv="Gamla", name_en="Old", valid_until=Date(2022, 7, 1))
    with translation.override("en"):
        assert on().nodes["a"].name == "Old"
    with translation.override("sv"):
        assert on().nodes["a"].name == "Gamla"
        assert on(Date(2022, 7, 1)).nodes["a"].name == "Nya"


def test_the_county_is_the_tier_below_the_country(db):
    Place.objects.all().delete()
    country = PlaceFactory(code="SE")
    county = PlaceFactory(code="12", parent=country)
    city = PlaceFactory(code="1280", parent=county)
    for slug, place in (("rike", country), ("lan", county), ("stad", city), ("ingenstans", None)):
        ActorFactory(slug=slug, place=place)
    found = on()
    assert {slug: node.county for slug, node in found.nodes.items()} == {
        "rike": "",
        "lan": "12",
        "stad": "12",
        "ingenstans": "",
    }
    assert set(on(counties={"12"}).nodes) == {"lan", "stad"}


# Ties.


def test_only_dated_collaborations_in_force_make_ties(db):
    a, b, c, d = actors("a", "b", "c", "d")
    d.valid_until = DAY
    d.save()
    CollaborationFactory(participants=[a, b], code="S1")
    CollaborationFactory(participants=[a, c], valid_from=None)
    CollaborationFactory(participants=[b, c], valid_until=DAY)
    CollaborationFactory(participants=[a, d])
    found = on()
    assert pairs(found) == {("a", "b"): 1.0}
    assert set(found.records) == {("collaboration", "S1")}


def test_dated_seats_of_networks_that_meet_make_ties(db):
    a, b, c, d = actors("a", "b", "c", "d")
    meeting, orphaned, asleep = (NetworkFactory(slug=slug) for slug in ("moter", "utan", "sover"))
    for network in (meeting, orphaned, asleep):
        for actor in (a, b):
            SeatFactory(network=network, actor=actor)
    SeatFactory(network=meeting, actor=d, valid_from=None)
    ConvenerFactory(network=meeting, actor=c)
    ConvenerFactory(network=asleep, actor=c)
    ConvenerFactory(network=orphaned, actor=d, valid_until=DAY)
    EncounterFactory(network=asleep, date_from=Date(2021, 1, 1), date_until=Date(2021, 1, 2))
    found = on()
    assert pairs(found) == {("a", "b"): 0.5, ("a", "c"): 0.5, ("b", "c"): 0.5}
    assert {record for tie in found.ties for record in tie.records} == {("network", "moter")}


def test_an_undated_convener_keeps_a_network_meeting_but_has_no_tie(db):
    a, b, c = actors("a", "b", "c")
    network = NetworkFactory()
    for actor in (a, b):
        SeatFactory(network=network, actor=actor)
    ConvenerFactory(network=network, actor=c, valid_from=None)
    assert pairs(on()) == {("a", "b"): 1.0}


def test_encounters_add_a_fading_weight_to_ties_and_make_none(db):
    a, b, c = actors("a", "b", "c")
    CollaborationFactory(participants=[a, b])
    held = EncounterFactory(network=None, date_from=Date(2021, 6, 30), date_until=Date(2021, 7, 1))
    held.participants.set([a, b, c])
    later = EncounterFactory(network=None, date_from=Date(2022, 7, 1), date_until=Date(2022, 7, 2))
    later.participants.set([a, b])
    found = on()
    assert pairs(found) == {("a", "b"): pytest.approx(1 + 0.5 / 2)}
    assert found.ties[0].records[1:] == (("encounter", held.code),)


def test_an_encounter_known_for_a_period_counts_throughout_it(db):
    a, b = actors("a", "b")
    CollaborationFactory(participants=[a, b])
    held = EncounterFactory(network=None, date_from=Date(2020, 1, 1), date_until=Date(2023, 1, 1))
    held.participants.set([a, b])
    assert pairs(on()) == {("a", "b"): 2.0}


# Groups.


def group_with(*members, slug="gruppen"):
    group = GroupFactory(slug=slug)
    for member in members:
        GroupMemberFactory(group=group, actor=member)
    return group


def test_a_group_is_one_node_until_it_is_spelled_out(db):
    a, b, c, gone = actors("a", "b", "c", "gone")
    gone.valid_until = DAY
    gone.save()
    CollaborationFactory(participants=[a, group_with(b, c, gone)])
    assert pairs(on()) == {("a", "gruppen"): 1.0}
    found = on(expand_groups=True)
    assert pairs(found) == {("a", "b"): 0.5, ("a", "c"): 0.5}  # b and c are not said to work with each other
    assert "gruppen" not in found.nodes


def test_a_member_that_also_takes_part_itself_is_tied_to_the_others(db):
    a, b, c = actors("a", "b", "c")
    CollaborationFactory(participants=[a, b, group_with(b, c)])
    assert set(pairs(on(expand_groups=True))) == {("a", "b"), ("a", "c"), ("b", "c")}


def test_groups_by_rule_are_spelled_out_by_kind_level_and_place(db):
    skane = PlaceFactory(code="12")
    town = PlaceFactory(code="1280", parent=skane)
    ActorFactory(slug="lund", place=town)
    ActorFactory(slug="annan")
    gotland = ActorFactory(slug="gotland")
    centre = ActorFactory(slug="mitten")
    group = GroupFactory(slug="skane", rule="kind=agency; county=12")
    group.also.add(gotland)
    CollaborationFactory(participants=[centre, group])
    assert set(pairs(on(expand_groups=True))) == {("lund", "mitten"), ("gotland", "mitten")}


def test_a_group_without_named_members_stays(db):
    (a,) = actors("a")
    group = GroupFactory(slug="manga", rule="unknown", stated_members="drygt 70")
    CollaborationFactory(participants=[a, group])
    found = on(expand_groups=True)
    assert pairs(found) == {("a", "manga"): 1.0}
    assert found.nodes["manga"].unnamed == "drygt 70"


# What narrows.


def test_areas_and_strategies_choose_the_records(db):
    a, b, c, d = actors("a", "b", "c", "d")
    other = StrategyFactory(slug="annan")
    homes, work = PriorityAreaFactory(code="boende"), PriorityAreaFactory(code="arbete", strategy=other)
    CollaborationFactory(participants=[a, b], area=homes)
    CollaborationFactory(participants=[a, c], area=work)
    CollaborationFactory(participants=[a, d])
    network = NetworkFactory(areas=[homes, work])
    SeatFactory(network=network, actor=c)
    ConvenerFactory(network=network, actor=d)
    assert set(pairs(on(areas={"boende"}))) == {("a", "b"), ("c", "d")}
    assert set(pairs(on(areas={"*"}))) == {("a", "d")}
    assert set(pairs(on(strategy="annan"))) == {("a", "c"), ("a", "d"), ("c", "d")}
    assert set(pairs(on(strategy="annan", areas={"boende"}))) == set()


def test_kinds_of_tie_and_confidence_choose_the_records(db):
    a, b, c = actors("a", "b", "c")
    CollaborationFactory(participants=[a, b], confidence="inferred")
    network = NetworkFactory()
    SeatFactory(network=network, actor=b)
    SeatFactory(network=network, actor=a, confidence="inferred")
    ConvenerFactory(network=network, actor=c)
    assert set(pairs(on(tie_kinds={"agreement"}))) == {("a", "b")}
    assert set(pairs(on(tie_kinds={"network"}))) == {("a", "b"), ("a", "c"), ("b", "c")}
    assert pairs(on(confidence="stated")) == {("b", "c"): 1.0}


def test_narrowing_by_actor_leaves_the_weights_as_they_were(db):
    a, b = actors("a", "b")
    (c,) = actors("c", kind_id="municipality", level_id="local")
    CollaborationFactory(participants=[a, b, c])
    assert pairs(on(kinds={"agency"})) == {("a", "b"): 0.5}
    assert list(on(levels={"local"}).nodes) == ["c"]


# Actors and areas.


def test_actors_and_areas_are_tied_by_active_mandates(db):
    a, b, c = actors("a", "b", "c")
    homes = PriorityAreaFactory(code="boende")
    MandateFactory(code="U1", holder=a, area=homes)
    MandateFactory(code="U2", holder=a, area=homes)
    MandateFactory(code="U3", holder=group_with(b, c))
    MandateFactory(code="U4", holder=b, status="proposed")
    MandateFactory(code="U5", holder=b, valid_until=DAY)
    found = area_graph.area_graph(Selection(as_of=DAY))
    assert [(link.actor, link.area, link.mandates) for link in found.links] == [
        ("a", "area:strategi/boende", ("U1", "U2")),
        ("gruppen", "area:*", ("U3",)),
    ]
    assert found.areas["area:strategi/boende"].name_sv == homes.name_sv
    assert found.structure.weights.tolist() == [2.0, 1.0]
    apart = area_graph.area_graph(Selection(as_of=DAY, expand_groups=True, areas=frozenset("*")))
    assert [link.actor for link in apart.links] == ["b", "c"]
