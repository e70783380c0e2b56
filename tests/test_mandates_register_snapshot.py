"""The query layer that feeds the pure engine."""

import datetime

import pytest

from coordination.base.models import Level
from coordination.base.revision import touch
from mandates import register_snapshot
from tests.factories import (
    ActorFactory,
    ActorParentFactory,
    CitationFactory,
    CollaborationFactory,
    ConvenerFactory,
    EncounterFactory,
    ExpectationFactory,
    FunctionFactory,
    GroupFactory,
    GroupMemberFactory,
    MandateFactory,
    NetworkFactory,
    PlaceFactory,
    PriorityAreaFactory,
    SeatFactory,
)

Date = datetime.date


def test_a_mandate_is_read_with_codes_and_slugs(db):
    place = PlaceFactory(code="0180")
    group = GroupFactory(slug="kommuner")
    later = MandateFactory(code="B-1")
    row = MandateFactory(
        code="A-1",
        holder=ActorFactory(slug="myndigheten"),
        area=PriorityAreaFactory(code="boende"),
        function=FunctionFactory(code="samordning"),
        levels=list(Level.objects.filter(code__in=["national", "local"])),
        valid_until=Date(2023, 1, 1),
        to_precision="period",
        explicit=True,
        joint_assignment="uppdraget",
        successor=later,
        inferred_fields="valid_to;kind",
    )
    row.territory_places.add(place)
    row.territory_groups.add(group)
    CitationFactory(row=row, document__slug="rapporten", place="avsnitt 1.2")

    read = register_snapshot.read().mandate_by_code["A-1"]

    assert (read.holder, read.area, read.function) == ("myndigheten", "boende", "samordning")
    assert read.levels == {"national", "local"}
    assert (read.territory_places, read.territory_groups) == ({"0180"}, {"kommuner"})
    assert (read.valid_from, read.valid_until, read.to_precision) == (
        Date(2018, 1, 1),
        Date(2023, 1, 1),
        "period",
    )
    assert read.sources == ("rapporten avsnitt 1.2",)
    assert (read.successor, read.explicit, read.joint_assignment) == ("B-1", True, "uppdraget")
    assert read.inferred_fields == {"valid_to", "kind"}


def test_cross_sector_and_each_area_are_words_of_the_snapshot(db):
    MandateFactory(code="A-1", area=None)
    ExpectationFactory(code="X1", each_area=True)
    ExpectationFactory(code="X2")
    read = register_snapshot.read()
    assert read.mandate_by_code["A-1"].area == "*"
    assert [e.area for e in read.expectations] == ["each", "*"]


def test_groups_networks_and_events_are_read_whole(db):
    group = GroupFactory(slug="kommuner")
    member = GroupMemberFactory(group=group, actor__slug="habo").actor
    group.also.add(ActorFactory(slug="gotland"))
    ActorParentFactory(actor=member, parent__slug="lanet")
    network = NetworkFactory(slug="natverket", areas=[PriorityAreaFactory(code="skola")])
    SeatFactory(network=network, actor=member)
    ConvenerFactory(network=network, actor__slug="skr")
    met = EncounterFactory(network=network, date_precision="period")
    met.participants.add(member)
    CollaborationFactory(code="S-1", participants=[member, group])

    read = register_snapshot.read()

    kommuner = read.actor_by_slug["kommuner"]
    assert (kommuner.also, [m.actor for m in kommuner.members]) == (("gotland",), ["habo"])
    assert [m.actor for m in read.actor_by_slug["habo"].parents] == ["lanet"]
    assert read.network_by_slug["natverket"].areas == {"skola"}
    assert [s.actor for s in read.seats] == ["habo"] and [c.actor for c in read.conveners] == ["skr"]
    assert read.encounters[0].participants == {"habo"} and read.encounters[0].precision == "period"
    assert read.collaborations[0].participants == ("habo", "kommuner")


def test_a_merged_duplicate_is_no_member_of_a_group_by_rule(db):
    kept = ActorFactory(slug="habo", kind_id="municipality")
    ActorFactory(slug="habo-2", kind_id="municipality", merged_into=kept)
    GroupFactory(slug="kommuner", kind_id="municipality", rule="kind=municipality")
    GroupFactory(slug="lokala", rule=f"level={kept.level_id}")
    read = register_snapshot.read()
    assert read.members("kommuner", Date(2022, 1, 1)) == {"habo"}
    assert "habo-2" not in read.members("lokala", Date(2022, 1, 1))
    assert read.groups_of("habo-2", Date(2022, 1, 1)) == frozenset()


def test_reading_takes_as_many_queries_for_two_rows_as_for_forty(db, django_assert_max_num_queries):
    register_snapshot.read()  # content types are looked up once in the life of the process
    MandateFactory.create_batch(2)
    with django_assert_max_num_queries(50) as few:
        register_snapshot.read()
    for row in MandateFactory.create_batch(38):
        CitationFactory(row=row)
    CollaborationFactory.create_batch(10)
    with django_assert_max_num_queries(50) as many:
        read = register_snapshot.read()
    assert len(read.mandates) == 40
    assert len(many.captured_queries) == len(few.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_it_is_read_again_only_after_a_change(django_assert_num_queries):
    MandateFactory(code="A-1")
    first = register_snapshot.current()
    with django_assert_num_queries(1):
        assert register_snapshot.current() is first
    touch()
    assert register_snapshot.current() is not first


def test_inside_a_transaction_nothing_is_kept(db):
    MandateFactory(code="A-1")
    assert register_snapshot.current() is not register_snapshot.current()
