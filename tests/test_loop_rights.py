"""Who sees and does what of findings on agendas, decisions, actions and health; and what must never leak."""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coordination.base.models import Proposal
from meetings import action_reminders, health_rows
from meetings.models import Decision, HealthAnswer, OutgoingMail
from network.models import Convener, Seat
from tests import factories as f
from tests.test_loop import posted

pytestmark = pytest.mark.django_db
Date = datetime.date
NOW = datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.UTC)
MARKER = "Hemligheten Zebra"


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


class Table:
    """A network that meets: who convenes it, who has a seat, and an item of its agenda."""

    def __init__(self, name=""):
        self.network = f.NetworkFactory(**({"name_sv": name} if name else {}))
        self.chair, self.sitter = f.ActorFactory(), f.ActorFactory()
        f.ConvenerFactory(network=self.network, actor=self.chair)
        self.seat = f.SeatFactory(network=self.network, actor=self.sitter)
        self.meeting = f.MeetingFactory(network=self.network, state="invited")
        self.item = f.AgendaItemFactory(meeting=self.meeting)
        self.convener = f.MembershipFactory(actor=self.chair).user
        self.member = f.MembershipFactory(actor=self.sitter).user

    @property
    def address(self):
        return reverse("meetings:item-decide", args=[self.meeting.slug, self.item.pk])


def decide(client, table, change, **values):
    page = client.get(f"{table.address}?change={change}")
    return client.post(table.address, posted(page, text="Vi beslutar.", **values))


def test_a_convener_names_a_convener_of_its_own_network_at_once(client):
    table, other = Table(), f.ActorFactory()
    client.force_login(table.convener)
    answer = decide(client, table, f"convene:{table.network.slug}", **{"row-actor": other.slug})
    assert answer.status_code == 302
    row = Convener.objects.get(network=table.network, actor=other)
    assert row.citations.get().document == table.meeting.minutes.document
    assert not Proposal.objects.exists()


def test_a_convener_ends_a_seat_of_its_own_network_at_once(client):
    table = Table()
    client.force_login(table.convener)
    answer = decide(client, table, f"end_seat:{table.seat.pk}", **{"row-valid_to_date": "2026-12-31"})
    assert answer.status_code == 302
    assert Seat.objects.get(pk=table.seat.pk).valid_until == Date(2027, 1, 1)


@pytest.mark.parametrize("own", [True, False])
def test_a_collaboration_of_others_waits_for_a_coordinator(client, own):
    table = Table()
    sides = [table.chair if own else f.ActorFactory(), f.ActorFactory()]
    client.force_login(table.convener)
    answer = decide(
        client,
        table,
        "tie:",
        **{
            "row-title_sv": "Arbetsgrupp",
            "row-kind": f.CollaborationFactory().kind_id,
            "row-participants": [side.slug for side in sides],
        },
    )
    assert answer.status_code == 302, answer.context["row_form"].errors
    effect = Decision.objects.get().effect
    assert ("pk" in effect, "proposal" in effect) == (own, not own)
    if not own:
        proposal = Proposal.objects.get()
        document = table.meeting.minutes.document
        assert proposal.changes["fields"]["sources"]["to"] == [[document.slug, "§ 1", "", ""]]
        assert document.title in proposal.source


def test_a_mandate_is_never_given_by_a_meeting(client):
    table = Table()
    client.force_login(f.CoordinatorFactory())
    page = client.get(f"{table.address}?change=give:")
    values = f.MandateFactory()
    answer = client.post(
        table.address,
        posted(
            page,
            text="Vi vill ha det så.",
            **{
                "row-holder": values.holder.slug,
                "row-title_sv": "Nytt uppdrag",
                "row-kind": values.kind_id,
                "row-strategy": values.strategy.slug,
                "row-function": values.function.code,
                "row-levels": ["national"],
            },
        ),
    )
    assert answer.status_code == 302, answer.context["row_form"].errors
    assert Proposal.objects.get().status == Proposal.Status.PENDING
    assert "regeringens beslut" in Proposal.objects.get().reason


def test_a_row_that_changed_meanwhile_is_refused_and_the_words_are_kept(client):
    table = Table()
    client.force_login(f.CoordinatorFactory())
    change = f"end_seat:{table.seat.pk}"
    page = client.get(f"{table.address}?change={change}")
    data = posted(page, text="Vi avslutar platsen.", **{"row-valid_to_date": "2026-12-31"})
    seat = Seat.objects.get(pk=table.seat.pk)
    edit = client.get(reverse("network:seat-edit", args=[seat.pk]))
    client.post(
        reverse("network:seat-edit", args=[seat.pk]),
        {
            "version": seat.version,
            "role_sv": "ordförande",
            "valid_from_date": seat.valid_from.isoformat(),
            "sources-document": [f.DocumentFactory().slug],
            "sources-place": ["s. 1"],
            "sources-label": [""],
            "sources-url": [""],
            "confidence": "stated",
            "reason": "rättelse",
        },
    )
    assert Seat.objects.get(pk=seat.pk).version > seat.version, edit.status_code
    answer = client.post(table.address, data)
    assert answer.status_code == 409
    assert "ordförande" in answer.text and "Vi avslutar platsen." in answer.text
    assert not Decision.objects.exists() and Seat.objects.get(pk=seat.pk).valid_until is None
    again = client.post(table.address, posted(answer, **{"change": change}))
    assert again.status_code == 302 and Seat.objects.get(pk=seat.pk).valid_until == Date(2027, 1, 1)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_a_meeting_that_is_none_decides_nothing(client, state):
    table = Table()
    type(table.meeting).objects.filter(pk=table.meeting.pk).update(state=state)
    client.force_login(table.convener)
    answer = client.post(table.address, {"text": "Vi beslutar.", "change": "", "shown": ""})
    assert answer.status_code == 409 and "Vi beslutar." in answer.text
    assert not Decision.objects.exists()


def test_approved_minutes_take_no_decision(client):
    table = Table()
    f.MinutesFactory(meeting=table.meeting, state="approved", content={}, approved_at=NOW)
    client.force_login(table.convener)
    answer = client.post(table.address, {"text": "Vi beslutar.", "change": "", "shown": ""})
    assert answer.status_code == 409 and "justerat" in answer.text
    assert not Decision.objects.exists()


def test_decisions_are_numbered_within_their_meeting(client):
    table, other = Table(), Table()
    second = f.AgendaItemFactory(meeting=table.meeting)
    client.force_login(f.CoordinatorFactory())
    for address in (
        table.address,
        reverse("meetings:item-decide", args=[table.meeting.slug, second.pk]),
        other.address,
    ):
        assert client.post(address, {"text": "Ja.", "change": "", "shown": ""}).status_code == 302
    numbers = Decision.objects.order_by("pk").values_list("item__meeting", "number")
    assert list(numbers) == [(table.meeting.pk, 1), (table.meeting.pk, 2), (other.meeting.pk, 1)]


def test_nothing_of_a_foreign_network_is_told(client):
    """The finding is seen by both, its treatment in a network by that network alone."""
    ours, theirs = Table(), Table(MARKER)
    finding = f.FindingFactory(published_at=NOW, body={"rule": "gap", "title": {"sv": "Delad"}, "actors": []})
    for table in (ours, theirs):
        type(table.item).objects.filter(pk=table.item.pk).update(finding=finding, kind="finding")
    secret = f.DecisionFactory(item=theirs.item, number=1, text=MARKER)
    owed = f.ActionFactory(item=theirs.item, text=MARKER, decision=secret)
    pages = [
        f"/findings/{finding.key}/",
        ours.meeting.get_absolute_url(),
        theirs.meeting.get_absolute_url(),
        "/actions/?whose=networks&state=all",
        f"/networks/{theirs.network.slug}/",
        f"/networks/{theirs.network.slug}/health/",
        "/",
    ]
    texts = {
        who: [client_for(client, user).get(page).text for page in pages]
        for who, user in (("member", ours.member), ("convener", ours.convener))
    }
    named = {f"/networks/{theirs.network.slug}/", theirs.meeting.get_absolute_url()}
    for found in texts.values():
        for page, text in zip(pages, found, strict=True):
            assert secret.get_absolute_url() not in text and owed.get_absolute_url() not in text, page
            if page not in named and "health" not in page:
                assert MARKER not in text, page
    for url in (secret.get_absolute_url(), owed.get_absolute_url()):
        assert client_for(client, ours.member).get(url).status_code == 404
    # The same issue in several networks is linked for whoever may see both.
    f.SeatFactory(network=theirs.network, actor=ours.sitter)
    both = client_for(client, f.MembershipFactory(actor=ours.sitter).user).get(
        ours.meeting.get_absolute_url()
    )
    assert "Tas också upp i:" in both.text and theirs.meeting.get_absolute_url() in both.text


def client_for(client, user):
    client.force_login(user)
    return client


def test_a_draft_is_on_no_agenda_that_a_seat_sees(client):
    table = Table()
    type(table.meeting).objects.filter(pk=table.meeting.pk).update(state="draft")
    finding = f.FindingFactory(published_at=NOW, body={"rule": "gap", "title": {"sv": "Delad"}, "actors": []})
    type(table.item).objects.filter(pk=table.item.pk).update(finding=finding)
    for user, sees in ((table.member, False), (table.convener, True)):
        page = client_for(client, user).get(f"/findings/{finding.key}/")
        assert (table.meeting.get_absolute_url() in page.text) is sees
        steps = {step.name for step in page.context["steps"] if step.is_done}
        assert ("agenda" in steps) is sees and "meeting" not in steps


@pytest.mark.parametrize("rows", [2, 20])
def test_the_pages_take_as_many_queries_however_many_rows(client, rows):
    table = Table()
    for _n in range(rows):
        item = f.AgendaItemFactory(meeting=table.meeting, finding=f.FindingFactory())
        row = f.ConvenerFactory(network=table.network)
        effect = {"kind": "convene", "app": "network", "noun": "convener", "pk": row.pk}
        f.ActionFactory(item=item, owner=table.sitter, decision=f.DecisionFactory(item=item, effect=effect))
    client.force_login(table.member)
    for url, most in (("/actions/", 30), (table.meeting.get_absolute_url(), 75)):
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        assert len(queries) <= most, (url, len(queries))


# Health


def test_members_answer_once_a_year_and_readers_do_not_see_what(client):
    table = Table()
    client.force_login(table.member)
    url = f"/networks/{table.network.slug}/health/"
    data = {"actor": table.sitter.slug, "outcomes": "4", "cultures": "3", "roles": "1", "resources": "2"}
    assert client.post(f"{url}answer/", data | {"roles-comment": MARKER}).status_code == 302
    assert client.post(f"{url}answer/", data | {"roles": "2", "roles-comment": MARKER}).status_code == 302
    year = HealthAnswer.objects.first().year
    assert HealthAnswer.objects.count() == 4
    assert HealthAnswer.objects.get(practice="roles").value == 2
    own = client.get(f"{url}?year={year}")
    assert MARKER in own.text and "1 medlem svarar 2,0 av 4." in own.text
    client.force_login(f.UserFactory())
    read = client.get(f"{url}?year={year}")
    assert MARKER not in read.text and "svarar 2,0" not in read.text and "nätverket ser vad" in read.text
    assert client.get(f"{url}answer/").status_code == 403


def test_what_the_register_knows_is_computed():
    table = Table()
    Convener.objects.filter(network=table.network).update(valid_from=Date(2022, 7, 1), valid_until=None)
    Seat.objects.update(valid_from=Date(2022, 1, 1))
    f.MandateFactory(holder=table.sitter, area=None, levels=[table.network.level])
    f.MandateFactory(holder=f.ActorFactory(), area=None, levels=[table.network.level])
    for due, closed in ((Date(2022, 5, 1), Date(2022, 4, 1)), (Date(2022, 6, 1), None)):
        f.ActionFactory(
            item=table.item,
            due=due,
            state="done" if closed else "open",
            closed_at=closed and datetime.datetime.combine(closed, datetime.time(), datetime.UTC),
        )
    facts = health_rows.facts_of(table.network, 2022, Date(2026, 11, 27), at_the_table=True)
    assert (facts.days, facts.convened) == (365, 184)
    assert (facts.mandated, facts.seated) == (2, 1)
    assert (facts.held, facts.due, facts.in_time) == (None, 2, 1)
    hidden = health_rows.facts_of(table.network, 2022, Date(2026, 11, 27), at_the_table=False)
    assert hidden.due is None


# Reminders


def test_an_action_is_reminded_of_a_week_before_and_when_late_each_once():
    table = Table()
    f.SeatContactFactory(seat=table.seat, email="plats@example.org")
    action = f.ActionFactory(item=table.item, owner=table.sitter, due=Date(2026, 11, 27))
    f.ActionFactory(item=table.item, owner=f.ActorFactory(), due=Date(2026, 11, 27))  # has no address
    days = [
        Date(2026, 11, 20),
        Date(2026, 11, 21),
        Date(2026, 11, 24),
        Date(2026, 11, 28),
        Date(2026, 11, 29),
    ]
    sent = [action_reminders.remind(NOW, day, 9) for day in days]
    assert sent == [1, 0, 0, 1, 0]
    assert action_reminders.remind(NOW, Date(2026, 11, 20), 3) == 0  # at night
    mails = OutgoingMail.objects.order_by("pk")
    assert {mail.recipient for mail in mails} == {"plats@example.org"}
    assert [mail.subject.partition(":")[0] for mail in mails] == ["Ska vara klart om en vecka", "Försenat"]
    type(action).objects.update(state="done", closed_at=NOW)
    OutgoingMail.objects.all().delete()
    assert action_reminders.remind(NOW, Date(2026, 11, 28), 9) == 0


def test_a_finding_already_on_an_agenda_is_not_put_there_twice_and_foreign_ones_are_not_found(client):
    table = Table()
    seen = f.FindingFactory(published_at=NOW, body={"rule": "gap", "title": {"sv": "Delad"}, "actors": []})
    hidden = f.FindingFactory(body={"rule": "gap", "title": {"sv": MARKER}, "actors": []})
    client.force_login(table.convener)
    address = f"/convene/?finding={seen.key}"
    for _n in range(2):
        page = client.get(address)
        sent = posted(page, target=f"meeting:{table.meeting.slug}")
        assert client.post(address, sent).status_code == 302
    assert table.meeting.items.filter(finding=seen).count() == 1
    assert client.get(f"/convene/?finding={seen.key};{hidden.key}x").status_code == 404
    # Whoever runs no network has no way there.
    client.force_login(table.member)
    assert client.get(address).status_code == 403
    assert "/convene/" not in client.get(f"/findings/{seen.key}/").text


def test_a_meeting_of_a_network_that_one_does_not_run_is_no_choice(client):
    ours, theirs = Table(), Table(MARKER)
    client.force_login(ours.convener)
    address = f"/convene/?actor={ours.sitter.slug};{theirs.sitter.slug}"
    page = client.get(address)
    assert MARKER not in page.text and theirs.meeting.slug not in page.text
    for target, other in ((f"meeting:{theirs.meeting.slug}", ""), ("other", theirs.network.slug)):
        answer = client.post(address, posted(page, target=target, other=other))
        assert answer.status_code == 422
    drafted = client.post(
        address, posted(page) | {"asked": "1", f"address-{ours.sitter.slug}": "a@example.org"}
    )
    assert drafted.status_code == 302
    made = ours.network.meetings.get(state="draft")
    assert [(row.actor, row.seat, row.email) for row in made.invitations.all()] == [
        (ours.sitter, ours.seat, "a@example.org")
    ]
    assert made.starts is None and not OutgoingMail.objects.exists()
