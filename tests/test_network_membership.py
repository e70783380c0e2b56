"""Who is in a group on a day: by rule, by list, or nobody can say."""

import datetime

import pytest
from django.utils import translation

from coordination.base import territory
from coordination.base.models import ActorKind, Level
from network import membership
from network.models import Actor
from tests.factories import ActorFactory, GroupFactory, GroupMemberFactory, PlaceFactory

Date = datetime.date
DAY = Date(2023, 2, 14)


@pytest.fixture
def counties(db):
    country = PlaceFactory(code="SE", name_sv="Sverige")
    skane = PlaceFactory(code="12", name_sv="Skåne län", parent=country)
    gotland = PlaceFactory(code="09", name_sv="Gotlands län", parent=country)
    kind, level = ActorKind.objects.get(code="municipality"), Level.objects.get(code="local")
    for slug, county in (("malmo", skane), ("lund", skane), ("visby", gotland)):
        place = PlaceFactory(code=f"p-{slug}", parent=county)
        ActorFactory(slug=slug, kind=kind, level=level, place=place)
    return skane


def slugs(group, day=DAY):
    return sorted(actor.slug for actor in membership.members(group, day))


def test_a_rule_gathers_who_fits_it_on_the_day(counties):
    ActorFactory(slug="region", place=counties)
    municipalities = GroupFactory(rule="kind=municipality")
    in_skane = GroupFactory(rule="kind=municipality; county=12")
    at_skane = GroupFactory(rule="place=12")
    assert slugs(municipalities) == ["lund", "malmo", "visby"]
    assert slugs(in_skane) == ["lund", "malmo"]
    assert slugs(at_skane) == ["lund", "malmo", "region"]
    assert slugs(in_skane, Date(2017, 12, 31)) == []


def test_duplicates_and_the_dead_are_no_members_and_extra_ones_count_once(counties):
    lund, region = Actor.objects.get(slug="lund"), ActorFactory(slug="region-gotland")
    ActorFactory(slug="lunds", kind=lund.kind, merged_into=lund)
    ActorFactory(slug="bara", kind=lund.kind, valid_until=Date(2020, 1, 1))
    group = GroupFactory(rule="kind=municipality")
    group.also.set([region, lund])
    assert slugs(group) == ["lund", "malmo", "region-gotland", "visby"]
    assert membership.sizes([group], DAY) == {group.pk: 4}


def test_a_list_holds_for_the_period_of_each_place(db):
    group = GroupFactory()
    GroupMemberFactory(group=group, actor__slug="a")
    GroupMemberFactory(group=group, actor__slug="b", valid_until=Date(2022, 9, 1))
    assert slugs(group) == ["a"] and slugs(group, Date(2022, 8, 31)) == ["a", "b"]


@pytest.mark.parametrize("rule", ["unknown", "not a rule"])
def test_nobody_can_name_the_members_of_a_counted_group(db, rule):
    group = GroupFactory(rule=rule, stated_members="18")
    assert slugs(group) == [] and not membership.is_named(group)
    assert membership.sizes([group], DAY) == {group.pk: None}


def test_sizes_take_one_query_and_agree_with_the_members(counties, django_assert_num_queries):
    groups = [GroupFactory(rule="kind=municipality;county=12") for _ in range(20)] + [GroupFactory()]
    groups.append(GroupFactory(rule="unknown"))
    with django_assert_num_queries(1):
        found = membership.sizes(groups, DAY)
    assert found == {g.pk: len(slugs(g)) if membership.is_named(g) else None for g in groups}


def test_an_actor_knows_the_groups_that_name_it(counties):
    lund = Actor.objects.select_related("place__parent__parent").get(slug="lund")
    ruled = GroupFactory(slug="skane", rule="kind=municipality;county=12")
    GroupFactory(slug="gotland", rule="kind=municipality;county=09")
    GroupFactory(slug="upphord", rule="kind=municipality", valid_until=Date(2020, 1, 1))
    GroupMemberFactory(group=GroupFactory(slug="lista"), actor=lund)
    GroupMemberFactory(group=GroupFactory(slug="lamnad"), actor=lund, valid_until=Date(2020, 1, 1))
    GroupFactory(slug="extra", rule="kind=region").also.add(lund)
    GroupFactory(slug="okand", rule="unknown").also.add(lund)
    assert {group.slug for group in membership.groups_of(lund, DAY)} == {"skane", "lista", "extra"}
    assert membership.groups_of(ruled, DAY) == []
    for group in membership.groups_of(lund, DAY):
        assert lund in membership.members(group, DAY)


@pytest.mark.parametrize(
    "rule, swedish, english",
    [
        ("kind=municipality;county=12", "alla kommuner i Skåne län", "all municipalities in Skåne län"),
        ("level=regional", "alla aktörer på nivån ”Regional”", "all actors at the level “Regional”"),
        ("kind=dialect", "alla aktörer av slaget ”Språkvård”", "all actors of the kind “Språkvård”"),
        (
            "kind=gone;place=none",
            "alla aktörer av slaget ”gone” i none",
            "all actors of the kind “gone” in none",
        ),
        ("list", "en daterad lista", "a dated list"),
        (
            "unknown",
            "bara räknad: ingen har namngett medlemmarna",
            "only counted: nobody has named the members",
        ),
    ],
)
def test_a_rule_is_said_in_words(counties, rule, swedish, english):
    counties.name_en = ""
    counties.save()
    ActorKind.objects.create(code="dialect", name_sv="Språkvård")
    group = GroupFactory(rule=rule)
    assert membership.rules_in_words([group])[group.pk] == swedish
    with translation.override("en"):
        assert membership.rules_in_words([group])[group.pk] == english


def test_a_kind_that_the_instance_renamed_keeps_its_own_word(counties):
    ActorKind.objects.filter(code="municipality").update(name_sv="Socken")
    group = GroupFactory(rule="kind=municipality")
    group.also.add(ActorFactory(name_sv="Region Gotland"))
    said = membership.rules_in_words([group])[group.pk]
    assert said == "alla aktörer av slaget ”Socken”, och även Region Gotland"


def test_a_place_knows_what_it_lies_in_and_what_lies_in_it(counties):
    assert [place.code for place in territory.above(counties)] == ["12", "SE"]
    assert sorted(territory.under("12").values_list("code", flat=True)) == ["12", "p-lund", "p-malmo"]
