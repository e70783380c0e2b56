"""My organisation: one page with all rows of a member's actors."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    found = f.MembershipFactory()
    client.force_login(found.user)
    return found


def fill(actor, rows=1):
    for _n in range(rows):
        f.MandateFactory(holder=actor)
        f.CollaborationFactory(participants=[actor, f.ActorFactory()])
        f.ConvenerFactory(actor=actor)
        f.SeatFactory(actor=actor)
        f.ContactFactory(actor=actor)


def test_the_page_shows_own_rows_and_no_others(client, member):
    fill(member.actor)
    foreign = f.MandateFactory(title_sv="Någon annans uppdrag")
    page = client.get("/my/")
    assert page.status_code == 200 and foreign.title_sv.encode() not in page.content
    (one,) = page.context["own"]
    assert [len(lines) for _label, lines in one["groups"]] == [1, 1, 1, 1, 1, 1]
    assert f'"/collaborations/new/?participants={member.actor.slug}"' in page.text


def test_ticked_rows_are_confirmed_on_the_version_that_was_shown(client, member):
    fill(member.actor)
    mandate, seat = member.actor.mandates.get(), member.actor.seats.get()
    contact, foreign = member.actor.contacts.get(), f.MandateFactory()
    seat.save()  # version 2, while the page shows 1
    rows = {
        f"mandates:mandate:{mandate.pk}": 1,
        f"network:seat:{seat.pk}": 1,
        f"network:contact:{contact.pk}": 1,
        f"mandates:mandate:{foreign.pk}": 1,
    }
    data = {"row": list(rows)} | {f"version:{key}": version for key, version in rows.items()}
    assert client.post("/my/", data).status_code == 302
    for row in (mandate, seat, contact, foreign):
        row.refresh_from_db()
    assert mandate.confirmed_on == contact.confirmed_on == timezone.localdate()
    assert mandate.confirmed_by == member.user
    assert seat.confirmed_on is None and foreign.confirmed_on is None


def test_all_that_were_shown_are_confirmed_at_once(client, member):
    fill(member.actor)
    shown = client.get("/my/").context["own"][0]
    lines = [line for _label, group in shown["groups"] for line in group]
    f.MandateFactory(holder=member.actor)
    client.post("/my/", {"all": "1"} | {f"version:{line['key']}": line["row"].version for line in lines})
    assert member.actor.mandates.filter(confirmed_on=None).count() == 1
    assert member.actor.contacts.get().confirmed_on == member.actor.seats.get().confirmed_on is not None


def test_nothing_ticked_confirms_nothing(client, member):
    fill(member.actor)
    client.post("/my/", {})
    assert member.actor.mandates.get().confirmed_on is None


def test_queries_do_not_grow_with_rows(client, member):
    def count():
        client.get("/my/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/my/")
        return len(queries)

    fill(member.actor, 2)
    few = count()
    fill(member.actor, 8)
    assert count() == few


def test_who_speaks_for_nobody_is_told_so(client):
    client.force_login(f.UserFactory())
    page = client.get("/my/")
    assert page.status_code == 200 and page.context["own"] == []


def test_a_new_collaboration_begins_with_the_own_side(client, member):
    form = client.get(f"/collaborations/new/?participants={member.actor.slug}").context["form"]
    assert form.initial["participants"] == [member.actor.slug]
