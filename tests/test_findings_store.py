"""Keeping the findings: sets by day, what is stale, and when each finding came and went."""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from kombu.exceptions import OperationalError

from coordination.base.models import RegisterRevision
from mandates import findings_refresh, findings_store, register_snapshot, tasks
from mandates.models import Disposition, Finding, FindingEvent, FindingSet, FoundFinding
from mandates.rules import RULES, findings
from tests import factories as f
from tests import findings_register

pytestmark = pytest.mark.django_db
Date = datetime.date
TODAY = Date(2023, 2, 14)
NOW = datetime.datetime(2023, 2, 14, 12, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def task():
    """One expectation, which nobody meets."""
    f.StrategyFactory(valid_until=Date(2029, 1, 1), known_until=None)
    function = f.FunctionFactory(code="samordning", traits="lead;coordination")
    f.ExpectationFactory(
        code="X1",
        function=function,
        title_sv="Samordning",
        title_en="Coordination",
        mapped_until=Date(2024, 1, 1),
    )
    return function


def follow(now=NOW, today=TODAY):
    return findings_refresh.follow(today, now)


def kept(as_of=TODAY):
    return list(FoundFinding.objects.filter(found_in__as_of=as_of).order_by("position"))


def events(key):
    return list(
        FindingEvent.objects.filter(finding__key=key).order_by("at", "pk").values_list("kind", "cause")
    )


def test_a_kept_set_is_what_the_rules_find(task):
    assert follow()
    found = findings(register_snapshot.read(), TODAY)
    assert [(r.key, r.severity, r.fingerprint) for r in kept()] == [
        (x.key, x.severity, x.fingerprint) for x in found
    ]
    row = kept()[0]
    assert (row.key, row.title_sv) == ("gap:X1", "Ingen aktör har uppgiften ”Samordning”")
    assert row.body["evidence"]["asked"]["expectation"] == "X1"
    assert not follow(), "nothing to do the second time"


def test_pages_get_what_the_rules_find_before_and_after_the_worker_came(task, django_assert_num_queries):
    before = findings_store.on(TODAY)
    follow()
    with django_assert_num_queries(3):
        after = findings_store.on(TODAY)
    assert before.rows == after.rows
    assert (before.computed_at, after.computed_at) == (None, NOW)
    assert not after.is_stale and not after.is_missing


def test_a_large_register_says_that_its_findings_are_older_than_its_rows(task, settings):
    settings.FINDINGS_AT_ONCE = -1
    assert findings_store.on(TODAY).is_missing
    follow()
    assert [r.key for r in findings_store.on(TODAY).rows] == ["gap:X1"]
    f.MandateFactory(function=task)
    found = findings_store.on(TODAY)
    assert found.is_stale and [r.key for r in found.rows] == ["gap:X1"]
    follow(LATER)
    found = findings_store.on(TODAY)
    assert (found.is_stale, found.by_key("gap:X1")) == (False, None)


def test_new_rules_make_a_kept_set_stale(task, settings, monkeypatch):
    follow()
    FindingSet.objects.update(rules_version="another")
    assert not findings_refresh.is_up_to_date(TODAY)
    settings.FINDINGS_AT_ONCE = -1
    assert findings_store.on(TODAY).is_stale
    f.MandateFactory(function=task)
    follow(LATER)
    assert events("gap:X1") == [("opened", "data"), ("closed", "rules")]


def test_findings_that_name_a_row(task, settings):
    mandate = f.MandateFactory(function=task, valid_until=Date(2022, 12, 31), code="A-1", holder__slug="a")
    f.MandateFactory(function=f.FunctionFactory(), code="A-10", holder__slug="a-1")
    for _kept in (False, True):
        found = findings_store.on(TODAY, bodies=True, naming=("mandates", "A-1"))
        assert {r.key for r in found.rows} == {"gap:X1", "orphaned:A-1"}
        named = findings_store.on(TODAY, bodies=True, naming=("actors", "a"))
        assert {r.key for r in named.rows} >= {"gap:X1", "orphaned:A-1"}
        assert all(mandate.holder.slug in r.actors for r in named.rows)
        assert findings_store.on(TODAY, naming=("networks", "a")).rows == ()
        follow()
        settings.FINDINGS_AT_ONCE = -1


def test_one_finding_with_all_of_it(task):
    assert findings_store.one(TODAY, "gap:X1")[0].body["rule"] == "gap"
    follow()
    row, found = findings_store.one(TODAY, "gap:X1")
    assert row.body["rule"] == "gap" and row in found.rows
    assert findings_store.one(TODAY, "gap:X9")[0] is None


def test_a_finding_opens_changes_closes_and_opens_again(task):
    follow()
    row = Finding.objects.get(key="gap:X1")
    assert (row.is_open, row.first_seen_at, row.title) == (
        True,
        NOW,
        "Ingen aktör har uppgiften ”Samordning”",
    )
    local = f.MandateFactory(function=task, valid_until=Date(2022, 6, 1))
    follow(LATER)
    (change,) = FindingEvent.objects.filter(finding=row, kind="changed")
    assert {"what": "added", "kind": "mandate", "id": local.code} in change.differences
    mandate = f.MandateFactory(function=task)
    follow(LATER)
    row.refresh_from_db()
    assert (row.is_open, row.closed_at) == (False, LATER)
    mandate.valid_until = Date(2023, 1, 1)
    mandate.save()
    follow(LATER)
    row.refresh_from_db()
    assert (row.is_open, row.closed_at, row.first_seen_at) == (True, None, NOW)
    assert [kind for kind, _cause in events("gap:X1")] == ["opened", "changed", "closed", "reopened"]


def test_a_finding_that_comes_with_the_day_says_so(task):
    f.MandateFactory(function=task, valid_until=Date(2023, 3, 1))
    follow()
    assert "gap:X1" not in {row.key for row in kept()}
    follow(LATER, today=Date(2023, 3, 1))
    assert events("projected_gap:X1")[-1] == ("closed", "day")
    assert FindingSet.objects.get(is_followed=True).as_of == Date(2023, 3, 1)


def test_what_was_called_intended_returns_when_its_facts_change_and_says_why(task):
    follow()
    row = Finding.objects.get(key="gap:X1")
    Disposition.objects.create(
        finding=row, choice="by_design", reason="–", at=NOW, as_of=TODAY, fingerprint=row.fingerprint
    )
    f.MandateFactory(function=f.FunctionFactory())
    follow(LATER)
    assert events("gap:X1") == [("opened", "data")], "another row is none of its facts"
    f.MandateFactory(function=task, code="B-1", valid_until=Date(2022, 6, 1))
    follow(LATER)
    event = FindingEvent.objects.get(finding=row, kind="returned")
    assert {"what": "added", "kind": "mandate", "id": "B-1"} in event.differences


def test_a_slower_worker_does_not_undo_what_a_later_one_kept(task, monkeypatch):
    follow()
    behind = RegisterRevision.current() - 1
    monkeypatch.setattr("coordination.base.revision.current", lambda: behind)
    monkeypatch.setattr(findings_refresh, "_snapshot", lambda: register_snapshot.plain.Snapshot())
    findings_refresh.keep(TODAY, now=LATER)
    assert [row.key for row in kept()] == ["gap:X1"]


def test_only_the_latest_sets_of_other_days_are_kept(task, monkeypatch):
    monkeypatch.setattr(findings_refresh, "KEPT", 2)
    follow()
    for month in (3, 4, 5):
        at = NOW + datetime.timedelta(hours=month)
        findings_refresh.keep(Date(2023, month, 1), now=at)
    days = set(FindingSet.objects.values_list("as_of", flat=True))
    assert days == {TODAY, Date(2023, 4, 1), Date(2023, 5, 1)}


@pytest.fixture
def sent(monkeypatch):
    cache.clear()
    connection.run_on_commit.clear()  # what the rows made so far asked for
    calls = []
    monkeypatch.setattr(tasks.follow_findings, "apply_async", lambda **options: calls.append(options))
    yield calls
    cache.clear()


def test_many_edits_are_followed_once(task, sent, settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        f.MandateFactory.create_batch(5, function=task)
    assert callbacks.count(tasks.follow_soon) == 1
    with django_capture_on_commit_callbacks(execute=True):
        f.MandateFactory(function=task)
    assert sent == [{"countdown": settings.FINDINGS_WAIT}], "the second waits for the first"


def test_an_edit_goes_through_though_the_broker_is_away(
    task, monkeypatch, django_capture_on_commit_callbacks
):
    def away(**options):
        raise OperationalError("no broker")

    cache.clear()
    monkeypatch.setattr(tasks.follow_findings, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        mandate = f.MandateFactory(function=task)
    assert mandate.pk
    cache.clear()


def test_the_worker_keeps_todays_findings_and_those_of_a_day_somebody_asked_about(task, monkeypatch):
    monkeypatch.setattr(findings_refresh, "today_and_now", lambda: (TODAY, NOW))
    tasks.follow_findings()
    tasks.keep_findings(as_of="2022-06-30", from_a_newer_sender=True)
    assert set(FindingSet.objects.values_list("as_of", "is_followed")) == {
        (TODAY, True),
        (Date(2022, 6, 30), False),
    }


def test_the_version_of_the_rules_follows_every_rule(monkeypatch):
    before = findings_store.rules_version()
    rule = RULES["gap"]
    monkeypatch.setitem(RULES, "gap", type(rule)(rule.name, rule.version + 1, rule.find))
    assert findings_store.rules_version() != before


def test_thresholds_are_settings_which_findings_keep_and_pages_follow(client, settings):
    settings.ANONYMOUS_READING = True
    findings_register.make()
    asked = {"as_of": TODAY.isoformat()}

    def keys():
        return {row.key: row for row in findings_store.on(TODAY, bodies=True).rows}

    body = keys()["projected_gap:X2"].body
    assert body["thresholds"] == {"horizon_days": 365, "recent_months": 12}
    page = client.get("/en/coverage/matrix/", asked).text
    before = findings_store.rules_version()
    settings.FINDINGS_THRESHOLDS = {**settings.FINDINGS_THRESHOLDS, "horizon_days": 30}
    assert findings_store.rules_version() != before
    assert "projected_gap:X2" not in keys() and "short_term:X2" in keys()
    assert page.count("Ends") > client.get("/en/coverage/matrix/", asked).text.count("Ends")
