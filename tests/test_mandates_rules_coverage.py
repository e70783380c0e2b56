import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandates.coverage import Thresholds
from mandates.rules import RULES, findings
from mandates.rules.finding import REGISTERED
from tests.segregation import load

D = datetime.date
AFTER = D(2023, 2, 14)


def found(rule, day):
    return {f.expectation: f for f in findings(load(), day, rules=[rule])}


def test_gaps_weigh_more_where_the_task_is_to_lead():
    assert {name: f.severity for name, f in found("gap", AFTER).items()} == {
        **dict.fromkeys(["X02", "X03"], 3),
        **dict.fromkeys(["X04", "X06", "X07", "X08", "X10", "X11"], 2),
        **dict.fromkeys(["X14/arbetsmarknad", "X14/brottslighet", "X14/demokrati", "X14/utbildning"], 2),
    }


def test_a_gap_quotes_who_had_it_since_when_and_what_almost_counts():
    evidence = found("gap", AFTER)["X02"].evidence
    assert (evidence["since"], evidence["last_met_on"]) == ("2023-01-01", "2022-12-31")
    assert [row["mandate"] for row in evidence["last_met_by"]] == ["DEL-01", "DEL-07"]
    assert {row["mandate"]: row["why_not"] for row in evidence["almost"]}["LOK-02"] == ["level"]
    assert evidence["last_met_by"][0]["sources"][0] == "delmos-arsredovisning-2018 Instruktion"


def test_what_goes_dark_is_a_projected_gap_before_and_after():
    before = found("projected_gap", AFTER)["X09"]
    assert (before.severity, before.goes_dark_on) == (2, D(2024, 1, 1))
    after = found("projected_gap", D(2024, 1, 1))
    assert {name: (f.severity, f.goes_dark_on) for name, f in after.items()} == {"X09": (3, None)}


def test_what_nobody_has_checked_is_apart_and_never_a_gap():
    later = D(2025, 6, 30)
    assert found("gap", later) == {} and found("projected_gap", later) == {}
    assert len(found("not_mapped", later)) == 13
    assert RULES["not_mapped"].apart


def test_short_term_leaves_out_an_expectation_that_ends_with_its_mandate():
    assert set(found("short_term", AFTER)) == {"X09"}


def test_unknown_rules_are_refused():
    with pytest.raises(LookupError, match="unknown rule 'gaps'"):
        findings(load(), AFTER, rules=["gaps"])


@pytest.mark.parametrize(
    ("day", "most"),
    [(D(2020, 6, 30), 40), (D(2021, 6, 30), 40), (D(2022, 6, 30), 60), (AFTER, 60), (D(2024, 6, 1), 60)],
)
def test_no_rule_floods(day, most):
    everything = findings(load(), day)
    assert len(everything) <= most
    assert len({f.key for f in everything}) == len(everything)
    assert all(1 <= f.severity <= 3 for f in everything)


@pytest.mark.parametrize("day", [D(2021, 6, 30), AFTER])
def test_findings_name_rows_that_exist_and_say_what_would_close_them(day):
    register = load()
    for finding in findings(register, day):
        assert set(finding.mandates) <= set(register.mandate_by_code)
        assert set(finding.actors) <= set(register.actor_by_slug)
        assert set(finding.networks) <= set(register.network_by_slug)
        assert finding.explanation and finding.closes
        assert finding.version == RULES[finding.rule].version


@settings(max_examples=15, deadline=None)
@given(st.dates(D(2018, 1, 1), D(2028, 12, 31)), st.randoms(use_true_random=False))
def test_findings_are_a_function_of_register_and_day(day, random):
    from dataclasses import fields, replace

    shuffled = {}
    for name in (f.name for f in fields(load()) if f.init):
        rows = list(getattr(load(), name))
        if name not in ("areas", "functions", "levels", "expectations"):
            random.shuffle(rows)
        shuffled[name] = tuple(rows)
    other = replace(load(), **shuffled)
    assert {f.key: (f.severity, f.managed, f.goes_dark_on) for f in findings(load(), day)} == {
        f.key: (f.severity, f.managed, f.goes_dark_on) for f in findings(other, day)
    }


def test_the_facts_of_a_finding_do_not_change_with_the_day_alone():
    def facts(day):
        return {f.key: f.fingerprint for f in findings(load(), day, rules=["gap", "orphaned", "overlap"])}

    assert facts(AFTER) == facts(D(2023, 2, 20))
    other = {
        f.key: f.fingerprint for f in findings(load(), AFTER, Thresholds(horizon_days=30), rules=["gap"])
    }
    assert all(other[key] != facts(AFTER)[key] for key in other)


def test_every_registered_rule_has_its_place():
    assert RULES.keys() == REGISTERED.keys()
    assert all(rule.doc for rule in RULES.values())
