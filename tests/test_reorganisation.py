"""Reorganising an actor: nothing it held is left without somebody, or an end that somebody meant."""

import datetime

import pytest

from mandates import register_snapshot
from mandates.models import AppliedChanges, Mandate, Scenario
from mandates.overlay import holdings
from mandates.rules import findings
from network.models import Actor, Collaboration, Convener, Seat
from tests import factories as f
from tests.test_scenarios_pages import decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
CLOSED = datetime.date(2023, 1, 1)
URL = "/actors/delmos/reorganise/?as_of=2022-12-30&what=close&on=2023-01-01"
# What the record says became of it: nobody got these, and others took over these.
TAKEN = {
    "mandate:DEL-03": "boverket",
    "mandate:DEL-04": "boverket",
    "convener:natverk-myndigheter": "boverket",
}


@pytest.fixture
def coordinator(client):
    user = f.CoordinatorFactory()
    client.force_login(user)
    return user


@pytest.fixture
def before_closing():
    """The register as somebody might have kept it on 2022-12-30: nothing of the agency's is ended yet."""
    Actor.objects.filter(slug="delmos").update(valid_until=None, to_precision="", successor=None)
    Mandate.objects.filter(holder__slug="delmos", valid_until=CLOSED).update(valid_until=None, successor=None)
    for model in (Seat, Convener):
        model.objects.filter(actor__slug="delmos", valid_until=CLOSED).update(valid_until=None)
    Collaboration.objects.filter(participants__slug="delmos", valid_until=CLOSED).update(valid_until=None)
    held = {row.key for row in holdings(register_snapshot.read(), "delmos", CLOSED)}
    assert {f"mandate:DEL-0{n}" for n in (1, 2, 3, 4)} | set(TAKEN) <= held
    return held


def plan(held, **given):
    """What the form is filled with: those TAKEN, and an end for everything else."""
    fields = {f"to-{key}": to for key, to in TAKEN.items()}
    return {**fields, **{f"end-{key}": "on" for key in held - set(TAKEN)}, **given}


def test_the_page_lists_everything_that_must_find_somebody(client, coordinator, before_closing):
    response = client.get(URL)
    assert response.status_code == 200
    rows = [row.held.key for _heading, rows in response.context["handover"].groups for row in rows]
    assert set(rows) == before_closing and len(rows) == len(before_closing)


def test_what_nobody_has_decided_about_stops_it(client, coordinator, before_closing):
    fields = plan(before_closing)
    del fields["end-mandate:DEL-01"]
    answer = client.post(URL, {**fields, "look": "1"})
    assert answer.status_code == 422
    assert answer.context["handover"].errors == {
        "to-mandate:DEL-01": ["Ange vem som tar över eller att det avslutas."]
    }
    both = client.post(URL, {**plan(before_closing), "end-mandate:DEL-03": "on"})
    assert both.status_code == 422 and "to-mandate:DEL-03" in both.context["handover"].errors
    unknown = client.post(URL, {**plan(before_closing), "to-mandate:DEL-03": "ingen alls"})
    assert "finns inte i registret" in str(unknown.context["handover"].errors)
    ceased = client.post(URL.replace("on=2023-01-01", "on=2035-01-01"), {})
    assert ceased.status_code == 422 and "utanför strategins tid" in ceased.context["outside"]
    assert not AppliedChanges.objects.exists()


def test_it_is_looked_at_before_anything_is_written(client, coordinator, before_closing):
    answer = client.post(URL, {**plan(before_closing), "look": "1"})
    assert answer.status_code == 200
    opened = {change.cell.key for change in answer.context["view"].gaps_opened}
    assert opened == {"X02", "X04"}  # what went dark that day, but for what Boverket takes over here
    assert "Delmos upphör från och med 2023-01-01." in answer.context["said"]
    assert not AppliedChanges.objects.exists() and Actor.objects.get(slug="delmos").valid_until is None


def test_closing_delmos_leaves_no_silent_orphan(client, coordinator, before_closing):
    before = register_snapshot.read()
    look = client.post(URL, {**plan(before_closing), "look": "1"})
    seen = look.context["plan"].fingerprint
    key = str(look.context["apply"].initial["submit_key"])
    fields = decision(**plan(before_closing), seen=seen, submit_key=key, apply="1")
    answers = [client.post(URL, fields), client.post(URL, fields)]
    report = AppliedChanges.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/applied/{report.pk}/"}
    assert (report.about, report.day, report.applied_by) == ("delmos", CLOSED, coordinator)
    after = register_snapshot.read()
    assert holdings(after, "delmos", CLOSED) == ()
    assert after.actor_by_slug["delmos"].valid_until == CLOSED
    # Each thing it held is received, or ended because somebody said so.
    mandates = {key.partition(":")[2] for key in before_closing if key.startswith("mandate:")}
    for code in mandates:
        row = after.mandate_by_code[code]
        assert row.valid_until == CLOSED, code
        if f"mandate:{code}" in TAKEN:
            assert after.is_active(after.mandate_by_code[row.successor], CLOSED)
        else:
            assert f"end-mandate:{code}" in fields
    convening = {
        c.actor for c in after.conveners if c.network == "natverk-myndigheter" and c.holds_on(CLOSED)
    }
    assert convening == {"boverket"}
    ended = [tie for tie in after.collaborations if "delmos" in tie.participants]
    assert all(tie.has_ended(CLOSED) for tie in ended)
    orphaned = findings(after, datetime.date(2023, 2, 14), rules=["orphaned"])
    meant = {key.partition(":")[2] for key in before_closing - set(TAKEN)}
    named = {
        row for finding in orphaned for row in (*finding.mandates, *finding.networks, *finding.collaborations)
    }
    held = {key.partition(":")[2] for key in before_closing}
    assert named & held <= meant
    assert {"DEL-01", "DEL-02"} <= named and not {"DEL-03", "DEL-04", "natverk-myndigheter"} & named
    # And back.
    client.post(f"/applied/{report.pk}/")
    again = register_snapshot.read()
    for name in ("mandates", "actors", "seats", "conveners", "collaborations"):
        assert sorted(map(repr, getattr(again, name))) == sorted(map(repr, getattr(before, name)))


def test_a_plan_can_be_kept_as_a_scenario(client, coordinator, before_closing):
    answer = client.post(URL, {**plan(before_closing), "keep": "1"})
    row = Scenario.objects.get()
    assert answer["Location"] == f"/scenarios/{row.slug}/?as_of=2023-01-01" and row.owner == coordinator
    assert row.changes[0]["receivers"] == TAKEN and row.changes[0]["kind"] == "close_actor"
    # What it is given later is not ended unasked.
    f.MandateFactory(
        code="SEN",
        holder=Actor.objects.get(slug="delmos"),
        strategy=f.Strategy.objects.get(),
        valid_from="2022-06-01",
    )
    page = client.get(answer["Location"])
    assert not page.context["view"].outcome.fits
    assert "(SEN)" in page.context["changes"][0].wrong
    assert page.context["changes"][0].is_simple is False
    assert client.get(f"/scenarios/{row.slug}/1/").status_code == 404


def test_an_actor_is_split_among_new_ones(client, coordinator):
    url = "/actors/boverket/reorganise/?what=split&on=2023-03-01&names=Boverket+norr%0ABoverket+syd"
    held = [row.key for row in holdings(register_snapshot.read(), "boverket", datetime.date(2023, 3, 1))]
    fields = {f"to-{key}": "boverket-norr" if i % 2 else "Boverket syd" for i, key in enumerate(held)}
    look = client.post(url, {**fields, "look": "1"})
    assert look.status_code == 200, look.context["handover"].errors
    client.post(url, decision(**fields, seen=look.context["plan"].fingerprint, apply="1"))
    parts = Actor.objects.filter(slug__in=["boverket-norr", "boverket-syd"])
    assert {part.kind_id for part in parts} == {"agency"} and len(parts) == 2
    assert Mandate.objects.filter(holder__in=parts).count() == sum(key.startswith("mandate") for key in held)


def test_an_actor_is_merged_renamed_and_moved(client, coordinator):
    merge = "/actors/dua/reorganise/?what=merge&on=2023-03-01&into=arbetsformedlingen"
    page = client.get(merge)
    assert page.status_code == 200 and page.context["handover"] is None
    done = client.post(merge, decision(seen=page.context["plan"].fingerprint, apply="1"))
    assert done.status_code == 302
    assert Actor.objects.get(slug="dua").successor.slug == "arbetsformedlingen"
    rename = "/actors/scb/reorganise/?what=rename&on=2023-03-01&names=Statistikverket"
    page = client.get(rename)
    client.post(rename, decision(seen=page.context["plan"].fingerprint, apply="1"))
    scb = Actor.objects.get(slug="scb")
    assert scb.name_sv == "Statistikverket"
    assert scb.names.filter(name_sv="Statistiska centralbyrån (SCB)", valid_until="2023-03-01").exists()
    move = "/actors/boverket/reorganise/?what=transfer&on=2023-03-01&into=scb"
    fields = {"to-mandate:BOV-31": "scb"}
    page = client.post(move, {**fields, "look": "1"})
    assert page.status_code == 200
    client.post(move, decision(**fields, seen=page.context["plan"].fingerprint, apply="1"))
    boverket = Actor.objects.get(slug="boverket")
    assert boverket.valid_until is None and boverket.parents.get(parent=scb).valid_from == datetime.date(
        2023, 3, 1
    )
    assert Mandate.objects.get(code="BOV-31").successor.holder == scb
    assert Mandate.objects.get(code="BOV-01").valid_until is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("what=close", "on"),
        ("what=close&on=i+dag", "on"),
        ("what=eat&on=2023-03-01", "what"),
        ("what=split&on=2023-03-01&names=En", "names"),
        ("what=rename&on=2023-03-01", "names"),
        ("what=merge&on=2023-03-01", "into"),
        ("what=close&on=2023-03-01&into=ingen+alls", "into"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_is_wrong(client, coordinator, query, field):
    response = client.get(f"/actors/scb/reorganise/?{query}")
    assert response.status_code == 422 and field in response.context["what"].errors


def test_an_actor_that_has_ceased_already_is_not_closed_again(client, coordinator):
    left = holdings(register_snapshot.read(), "delmos", datetime.date(2024, 1, 1))
    fields = {f"end-{row.key}": "on" for row in left}
    answer = client.post("/actors/delmos/reorganise/?what=close&on=2024-01-01", {**fields, "look": "1"})
    assert answer.status_code == 422
    assert answer.context["wrong"] == ["Aktören Delmos fanns bara till och med 2022-12-31."]


def test_the_actors_page_leads_there_for_who_may(client, coordinator):
    assert "/actors/scb/reorganise/" in client.get("/actors/scb/").text
    client.force_login(f.ReviewerFactory())
    assert "/actors/scb/reorganise/" not in client.get("/actors/scb/").text
    assert client.get("/actors/scb/reorganise/").status_code == 403
    assert client.get("/actors/alla-kommuner/reorganise/").status_code == 404
