"""What holds of all rules together: keys, facts, and that a finding follows from register, day and rules alone."""

import datetime
from dataclasses import replace
from itertools import pairwise

import pytest

from mandates.coverage import DEFAULTS, Thresholds
from mandates.explain import TITLES, Names, headline, lead
from mandates.rules import RULES, findings
from mandates.snapshot import ONE_DAY, Area, Strategy, add_months
from tests.segregation import load

D = datetime.date
DAYS = [
    D(2018, 7, 1),
    D(2019, 6, 30),
    D(2020, 6, 30),
    D(2021, 6, 30),
    D(2022, 6, 30),
    D(2023, 2, 14),
    D(2024, 1, 1),
    D(2025, 6, 30),
]


def fresh():
    """The first case without anything remembered."""
    return replace(load())


@pytest.mark.parametrize("day", DAYS)
def test_keys_are_unique_and_every_finding_has_a_line_in_both_languages(day):
    found = findings(load(), day)
    names = Names(load())
    assert len({f.key for f in found}) == len(found)
    for finding in found:
        assert finding.version == RULES[finding.rule].version
        for language in ("sv", "en"):
            line = headline(finding, names)[language]
            assert line and not line.endswith(".") and "{" not in line
            assert "{" not in lead(finding, names)[language]


def test_every_first_sentence_has_a_headline_in_both_languages():
    keys = {f.explanation[0].key for day in DAYS for f in findings(load(), day)}
    assert keys <= set(TITLES)
    assert all(set(texts) == {"sv", "en"} for texts in TITLES.values())


@pytest.mark.parametrize("day", DAYS)
def test_findings_are_a_function_of_register_day_and_rules(day):
    """The order in which rows were read, and what was asked before, make no difference."""
    first = findings(fresh(), day)
    asked = fresh()
    for other in DAYS:
        findings(asked, other)
    turned = replace(
        load(),
        mandates=load().mandates[::-1],
        actors=load().actors[::-1],
        collaborations=load().collaborations[::-1],
        seats=load().seats[::-1],
        conveners=load().conveners[::-1],
    )
    assert findings(asked, day) == first
    assert {(f.key, f.severity, f.managed, f.actors, f.mandates) for f in findings(turned, day)} == {
        (f.key, f.severity, f.managed, f.actors, f.mandates) for f in first
    }


def boundaries(snapshot, thresholds=DEFAULTS):
    """Every day on which something that a rule looks at may change."""
    dated = (
        *snapshot.strategies,
        *snapshot.areas,
        *snapshot.actors,
        *snapshot.mandates,
        *snapshot.expectations,
        *snapshot.collaborations,
        *snapshot.networks,
        *snapshot.seats,
        *snapshot.conveners,
        *snapshot.encounters,
        *snapshot.milestones,
        *(member for actor in snapshot.actors for member in (*actor.members, *actor.parents)),
    )
    days = {day for row in dated for day in (row.valid_from, row.valid_until) if day}
    days |= {day - ONE_DAY for day in days}
    days |= {row.confirmed_on for row in snapshot.mandates if row.confirmed_on}
    for row in snapshot.expectations:
        days |= {day for day in (row.mapped_from, row.mapped_until) if day}
    recent = {add_months(day, thresholds.recent_months) for day in days}
    found = days | recent | {day - thresholds.horizon for day in days}
    return sorted(found | {day + ONE_DAY for day in found})


def test_moving_the_day_across_no_boundary_changes_no_finding_and_no_fact():
    """Else what somebody called intended would come back of itself."""
    spans = [
        (first, until - ONE_DAY)
        for first, until in pairwise(boundaries(load()))
        if D(2018, 7, 1) <= first < D(2026, 1, 1) and until - first > ONE_DAY * 2
    ]
    assert len(spans) > 40
    for first, last in spans:
        some, other = ({f.key: f.fingerprint for f in findings(load(), day)} for day in (first, last))
        assert some == other, (first, last)


def test_facts_change_with_a_row_and_with_a_threshold():
    day = D(2023, 2, 14)
    before = {f.key: f.fingerprint for f in findings(load(), day)}
    moved = replace(
        load(),
        mandates=tuple(
            replace(m, valid_until=D(2024, 7, 1)) if m.code == "BOV-31" else m for m in load().mandates
        ),
    )
    after = {f.key: f.fingerprint for f in findings(moved, day)}
    assert before["short_term:X09"] != after["short_term:X09"]
    assert before["gap:X02"] == after["gap:X02"]
    stricter = {f.key: f.fingerprint for f in findings(load(), day, Thresholds(recent_months=11))}
    assert before["gap:X02"] != stricter["gap:X02"]


def test_areas_of_two_strategies_with_the_same_code_are_told_apart():
    other = Strategy(slug="annan")
    areas = tuple(Area(strategy="annan", code=area.code) for area in load().areas)
    doubled = replace(
        load(),
        strategies=(*load().strategies, other),
        areas=(*load().areas, *areas),
        mandates=(
            *load().mandates,
            *(
                replace(m, code=f"A-{m.code}", strategy="annan", successor=None, joint_assignment="")
                for m in load().mandates
            ),
        ),
    )
    for day in DAYS:
        keys = [f.key for f in findings(doubled, day)]
        assert len(keys) == len(set(keys))
