"""From a finding to a decision that closes it: three walks on the demo, by the addresses that people use."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from coordination.base.models import Proposal
from mandates import findings_refresh, findings_store, register_snapshot
from mandates.models import Disposition, Finding, Mandate
from meetings.models import AgendaItem, Decision, Meeting
from network.models import Actor, Collaboration, Convener, Network
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
Date = datetime.date
UTC = datetime.UTC
ORPHAN = "orphaned:network/natverk-myndigheter"


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


@pytest.fixture
def coordinator(client):
    user = f.CoordinatorFactory()
    client.force_login(user)
    return user


def posted(page, form="form", **changes):
    """What a browser would send of the forms on a page, with `changes` made in them."""
    data = {}
    for name in ("form", "row_form"):
        one = page.context.get(name)
        if one is None:
            continue
        for bound in one:
            value = bound.value()
            widget = bound.field.widget
            if hasattr(widget, "decompress"):
                for suffix, part in zip(widget.widgets_names, widget.decompress(value), strict=True):
                    data[f"{bound.html_name}{suffix}"] = part or ""
            elif isinstance(value, bool):
                if value:
                    data[bound.html_name] = "on"
            elif isinstance(value, (list, tuple)):
                data[bound.html_name] = list(value)
            elif value is not None:
                data[bound.html_name] = value
    return data | changes


def convened(client, key, as_of="", **changes):
    """From the finding's page to the drafted meeting: what is clicked and filled in."""
    query = f"?as_of={as_of}" if as_of else ""
    page = client.get(f"/findings/{key}/{query}")
    assert page.status_code == 200
    link = re.search(r'href="(/convene/[^"]+)"', page.text)[1].replace("&amp;", "&")
    page = client.get(link)
    answer = client.post(link, posted(page, **changes))
    if answer.status_code == 200:  # addresses are asked for
        answer = client.post(link, posted(page, **changes) | {"asked": "1"})
    assert answer.status_code == 302, answer.context["form"].errors
    return Meeting.objects.get(slug=answer["Location"].strip("/").split("/")[-1])


def invited(meeting, day):
    """Give it a time, and send the invitations."""
    start = datetime.datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts=start, ends=start + datetime.timedelta(hours=2), state="invited"
    )
    meeting.refresh_from_db()
    return meeting.items.get()


def address(item):
    return reverse("meetings:item-decide", args=[item.meeting.slug, item.pk])


def decided(client, item, **changes):
    page = client.get(address(item))
    answer = client.post(address(item), posted(page, **changes))
    assert answer.status_code == 302, (
        answer.context["form"].errors,
        answer.context["row_form"] and answer.context["row_form"].errors,
        answer.context.get("moved"),
    )
    return Decision.objects.get(pk=answer["Location"].strip("/").split("/")[-1])


def holds(key, day):
    row, _found = findings_store.one(day, key)
    return row


def test_a_network_without_convener_gets_one_and_its_finding_closes(client, coordinator):
    now = datetime.datetime.now(UTC)
    findings_refresh.follow(Date(2023, 2, 14), now)
    assert holds(ORPHAN, Date(2023, 2, 14))
    meeting = convened(client, ORPHAN, target="network:natverk-myndigheter")
    item = invited(meeting, Date(2023, 2, 1))
    assert item.finding.key == ORPHAN and item.kind == AgendaItem.Kind.FINDING
    text = "Länsstyrelsen i Stockholms län sammankallar."
    decision = decided(client, item, text=text, **{"row-actor": "boverket"})
    convener = Convener.objects.get(network__slug="natverk-myndigheter", actor__slug="boverket")
    assert convener.valid_from == Date(2023, 2, 1)
    # Each cites the one before: convener → minutes → decision → item → finding.
    citation = convener.citations.get()
    assert citation.place == "§ 1" and citation.document == meeting.minutes.document
    assert citation.document.title_sv == "Protokoll, Myndighetsnätverket, 2023-02-01"
    assert decision.effect["pk"] == convener.pk and decision.item == item
    assert not holds(ORPHAN, Date(2023, 2, 14))
    finding = Finding.objects.get(key=ORPHAN)
    assert not finding.is_open
    assert finding.dispositions.get().choice == Disposition.Choice.ACTION_TAKEN
    page = client.get(f"/findings/{ORPHAN}/")
    reached = [step.name for step in page.context["steps"] if step.is_done]
    assert reached == ["finding", "agenda", "meeting", "decision", "change", "closed"]
    for url in (meeting.get_absolute_url(), decision.get_absolute_url()):
        assert f'href="{url}"' in page.text
    assert "Stängd genom beslut 1" in client.get(meeting.get_absolute_url()).text
    shown = client.get(f"/documents/{citation.document.slug}/").text
    assert meeting.get_absolute_url() in shown and decision.get_absolute_url() in shown


def test_b_an_unmanaged_pair_decides_on_a_working_group_and_is_managed(client, coordinator):
    day = Date(2020, 6, 30)
    key = next(row.key for row in findings_store.on(day).rows if set(row.mandates) == {"DEL-05", "SCB-02"})
    assert holds(key, day).managed is False
    meeting = convened(client, key, as_of="2020-06-30", target="other", other="Myndighetsnätverket")
    item = invited(meeting, Date(2020, 6, 15))
    assert item.finding_day == day
    decision = decided(
        client,
        item,
        text="Delmos och SCB bildar en gemensam arbetsgrupp om indikatorer.",
        **{
            "row-title_sv": "Gemensam arbetsgrupp om indikatorer",
            "row-kind": "operational",
            "row-valid_from_date": "2020-06-15",
        },
    )
    tie = Collaboration.objects.get(pk=decision.effect["pk"])
    assert {side.actor.slug for side in tie.sides.all()} == {"delmos", "scb"}
    assert tie.citations.get().document == meeting.minutes.document
    assert holds(key, day).managed is True
    assert decision.effect["result"] == "managed"
    page = client.get(f"/findings/{key}/?as_of=2020-06-30")
    assert decision.get_absolute_url() in page.text and "Hanterad genom beslut 1" in page.text


def test_c_a_proposed_mandate_is_confirmed_by_a_coordinator_and_x02_closes(client, coordinator):
    findings_refresh.follow(Date(2023, 2, 14), datetime.datetime.now(UTC))
    assert holds("gap:X02", Date(2023, 2, 14))
    meeting = convened(client, "gap:X02", target="other", other="natverk-myndigheter")
    item = invited(meeting, Date(2023, 1, 20))
    decision = decided(
        client,
        item,
        text="Hemställan till regeringen om nationell samordning.",
        **{
            "row-holder": "boverket",
            "row-title_sv": "Nationell samordning mot segregation",
            "row-kind": "government_assignment",
        },
    )
    proposal = Proposal.objects.get(pk=decision.effect["proposal"])
    assert proposal.status == Proposal.Status.PENDING and holds("gap:X02", Date(2023, 2, 14))
    assert f"/proposals/{proposal.pk}/" in client.get("/proposals/").text
    page = client.get(f"/proposals/{proposal.pk}/")
    assert "Protokoll, Myndighetsnätverket, 2023-01-20" in page.text
    answer = client.post(f"/proposals/{proposal.pk}/", accepted(page))
    assert answer.status_code == 302, answer.context["form"].errors
    mandate = Mandate.objects.get(title_sv="Nationell samordning mot segregation")
    assert meeting.minutes.document in [row.document for row in mandate.citations.all()]
    register_snapshot.read()
    assert not holds("gap:X02", Date(2023, 2, 14))
    shown = client.get("/findings/gap:X02/").text
    assert mandate.get_absolute_url() in shown and decision.get_absolute_url() in shown


def accepted(page):
    """The proposal's form as it was filled."""
    data = {}
    form = page.context["form"]
    for bound in form:
        value = bound.value()
        if bound.name == "sources":
            data |= {
                "sources-document": [row[0] for row in value],
                "sources-place": [row[1] for row in value],
                "sources-label": [row[2] for row in value],
                "sources-url": [row[3] for row in value],
            }
        elif hasattr(bound.field.widget, "decompress"):
            widget = bound.field.widget
            for suffix, part in zip(widget.widgets_names, widget.decompress(value), strict=True):
                data[f"{bound.name}{suffix}"] = part or ""
        elif isinstance(value, bool):
            data |= {bound.name: "on"} if value else {}
        elif value is not None:
            data[bound.name] = value
    return data


def test_actions_are_given_by_a_decision_and_closed_by_whom_they_are_given(client, coordinator):
    item = invited_item("natverk-kommuner")
    decision = f.DecisionFactory(item=item, number=1)
    page = client.get(decision.get_absolute_url())
    form = posted(page, text="Bjud in Boverket", owner="huddinge", due="2026-01-31")
    answer = client.post(reverse("meetings:item-action", args=[item.meeting.slug, item.pk]), form)
    assert answer["Location"] == f"{decision.get_absolute_url()}#actions"
    action = decision.actions.get()
    assert (
        client.post(reverse("meetings:item-action", args=[item.meeting.slug, item.pk]), form).status_code
        == 302
    )
    assert decision.actions.count() == 1  # sent twice, kept once
    member = f.MembershipFactory(actor=Actor.objects.get(slug="huddinge")).user
    client.force_login(member)
    listed = client.get("/actions/")
    assert "Bjud in Boverket" in listed.text and "Försenad" in listed.text and "1 öppen åtgärd" in listed.text
    url = action.get_absolute_url()
    assert client.post(url, {"state": "dropped", "version": 1}).status_code == 422  # why is asked for
    assert client.post(url, {"state": "done", "outcome": "De kom.", "version": 1})["Location"] == url
    assert client.post(url, {"state": "done", "outcome": "Igen.", "version": 1}).status_code == 409
    action.refresh_from_db()
    assert (action.state, action.outcome, action.closed_by) == ("done", "De kom.", member)
    assert "Bjud in Boverket" not in client.get("/actions/").text
    assert "Bjud in Boverket" in client.get("/actions/?state=closed").text


def invited_item(slug, **values):
    meeting = f.MeetingFactory(network=Network.objects.get(slug=slug), state="invited")
    return f.AgendaItemFactory(meeting=meeting, **values)
