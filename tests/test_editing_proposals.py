"""Proposals: made by those who may not edit, decided by those who may."""

import uuid

import pytest
from django.utils import timezone

from coordination.base import nouns, proposals
from coordination.base.models import Proposal
from mandates.models import Mandate
from network.models import Actor
from tests import factories as f
from tests.test_editing_forms import SOURCE, edit, post_data

pytestmark = pytest.mark.django_db
GROUNDS = {"why": "Beslutet är ändrat", "source": "Regeringsbeslut 2022-06-30"}


def url(action, row):
    return nouns.noun_of(row).url(action, row)


def propose(client, row, **changes):
    page = client.get(url("propose", row))
    assert page.status_code == 200
    return client.post(url("propose", row), post_data(page, **(GROUNDS | changes)))


@pytest.fixture
def mandate():
    return f.MandateFactory(title_sv="Före")


@pytest.fixture
def member(client, mandate):
    user = f.MembershipFactory(actor=mandate.holder).user
    client.force_login(user)
    return user


def test_a_member_proposes_and_nothing_changes_until_accepted(client, mandate, member):
    assert propose(client, mandate, title_sv="Efter").status_code == 302
    mandate.refresh_from_db()
    assert mandate.title_sv == "Före"
    made = Proposal.objects.get()
    assert proposals.fields_of(made) == {"title_sv": {"from": "Före", "to": "Efter"}}
    assert client.get("/proposals/mine/").status_code == 200
    assert client.get(f"/proposals/{made.pk}/").status_code == 200
    assert client.get("/proposals/").status_code == 403
    assert client.post(f"/proposals/{made.pk}/", {"accept": "1"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.title_sv == "Före"


def test_a_coordinator_accepts_with_an_edit(client, mandate, member):
    propose(client, mandate, title_sv="Efter", note="Ny")
    made = Proposal.objects.get()
    coordinator = f.CoordinatorFactory()
    client.force_login(coordinator)
    assert client.get("/proposals/").context["pending"].object_list
    page = client.get(f"/proposals/{made.pk}/")
    assert [(line.before, line.after) for line in page.context["lines"]] == [("Före", "Efter"), ("", "Ny")]
    data = post_data(page, title_sv="Efter, rättat", accept="1", answer="Tack", **SOURCE)
    assert client.post(f"/proposals/{made.pk}/", data).status_code == 302
    mandate.refresh_from_db()
    made.refresh_from_db()
    assert (mandate.title_sv, mandate.note) == ("Efter, rättat", "Ny")
    assert (made.status, made.decided_by, made.answer) == ("accepted", coordinator, "Tack")
    assert mandate.history.first().history_user == coordinator


def test_a_proposal_is_shown_in_the_order_of_the_form_however_it_was_stored(client, mandate):
    changes = {
        name: {"from": "", "to": value}
        for name, value in (("note", "C"), ("title_en", "B"), ("title_sv", "A"))
    }
    made = f.ProposalFactory(row=mandate, changes={"noun": "mandate", "fields": changes})
    client.force_login(f.CoordinatorFactory())
    page = client.get(f"/proposals/{made.pk}/")
    assert [line.after for line in page.context["lines"]] == ["A", "B", "C"]


def test_a_return_needs_an_answer(client, mandate, member):
    propose(client, mandate, title_sv="Efter")
    made = Proposal.objects.get()
    client.force_login(f.CoordinatorFactory())
    assert client.post(f"/proposals/{made.pk}/", {"return": "1"}).status_code == 422
    assert (
        client.post(f"/proposals/{made.pk}/", {"return": "1", "answer": "Källan säger annat"}).status_code
        == 302
    )
    made.refresh_from_db()
    assert made.status == "returned"
    mandate.refresh_from_db()
    assert mandate.title_sv == "Före"


def test_a_row_that_moved_on_says_so_and_is_not_overwritten(client, mandate, member):
    propose(client, mandate, title_sv="Efter")
    made = Proposal.objects.get()
    client.force_login(f.CoordinatorFactory())
    edit(client, mandate, title_sv="Redan ändrat", reason="x", **SOURCE)
    page = client.get(f"/proposals/{made.pk}/")
    assert page.context["moved"] and page.context["lines"][0].moved
    assert page.context["lines"][0].now == "Redan ändrat"
    stale = post_data(page, accept="1", reason="x", **SOURCE)
    mandate.refresh_from_db()
    edit(client, mandate, legal_basis="Mellan", reason="x", **SOURCE)
    assert client.post(f"/proposals/{made.pk}/", stale).status_code == 422
    made.refresh_from_db()
    mandate.refresh_from_db()
    assert made.status == "pending" and mandate.title_sv == "Redan ändrat" and mandate.legal_basis == "Mellan"


def test_of_two_coordinators_deciding_one_wins(client, mandate, member):
    propose(client, mandate, title_sv="Efter")
    made = Proposal.objects.get()
    client.force_login(f.CoordinatorFactory())
    page = client.get(f"/proposals/{made.pk}/")
    data = post_data(page, accept="1", reason="x", **SOURCE)
    same = Proposal.objects.get(pk=made.pk)
    proposals.decide(same, "returned", user=None, at=timezone.now(), answer="Nej")
    with pytest.raises(proposals.AlreadyDecided):
        proposals.decide(made, "accepted", user=None, at=timezone.now())
    assert client.post(f"/proposals/{made.pk}/", data).status_code == 302
    mandate.refresh_from_db()
    assert mandate.title_sv == "Före"


def test_a_member_proposes_a_new_mandate_only_for_its_own_actor(client, mandate, member):
    function, strategy = f.FunctionFactory(), f.StrategyFactory()
    data = {
        "title_sv": "Nytt",
        "kind": "instruction",
        "strategy": strategy.slug,
        "function": function.code,
        "levels": ["national"],
        "status": "decided",
        "confidence": "stated",
        "submit_key": str(uuid.uuid4()),
        **GROUNDS,
    }
    stranger = f.ActorFactory()
    refused = client.post("/mandates/propose/", data | {"holder": stranger.slug})
    assert refused.status_code == 422 and not Proposal.objects.exists()
    assert client.post("/mandates/propose/", data | {"holder": mandate.holder.slug}).status_code == 302
    made = Proposal.objects.get()
    client.force_login(f.CoordinatorFactory())
    page = client.get(f"/proposals/{made.pk}/")
    answer = client.post(f"/proposals/{made.pk}/", post_data(page, accept="1", **SOURCE))
    assert answer.status_code == 302, answer.context["form"].errors
    assert Mandate.objects.get(title_sv="Nytt").holder == mandate.holder


def test_a_proposal_sent_twice_is_one(client, mandate, member):
    data = post_data(client.get(url("propose", mandate)), title_sv="Efter", **GROUNDS)
    first, second = (client.post(url("propose", mandate), data) for _ in range(2))
    assert first.url == second.url and Proposal.objects.count() == 1


def test_a_proposal_sent_twice_of_which_the_second_is_found_wrong_is_one(client, mandate, member):
    data = post_data(client.get(url("propose", mandate)), title_sv="Efter", **GROUNDS)
    first = client.post(url("propose", mandate), data)
    second = client.post(url("propose", mandate), data | {"title_sv": ""})
    assert (second.status_code, second.url) == (302, first.url) and Proposal.objects.count() == 1


def test_an_unchanged_form_proposes_nothing(client, mandate, member):
    assert propose(client, mandate).status_code == 422
    assert not Proposal.objects.exists()


def test_grounds_are_asked_for(client, mandate, member):
    assert propose(client, mandate, title_sv="Efter", why="").status_code == 422
    assert not Proposal.objects.exists()


def test_others_do_not_see_or_withdraw_a_proposal(client, mandate, member):
    propose(client, mandate, title_sv="Efter")
    made = Proposal.objects.get()
    client.force_login(f.MembershipFactory().user)
    assert client.get(f"/proposals/{made.pk}/").status_code == 404
    assert client.post(f"/proposals/{made.pk}/withdraw/").status_code == 404
    client.force_login(member)
    assert client.post(f"/proposals/{made.pk}/withdraw/").status_code == 302
    made.refresh_from_db()
    assert made.status == "withdrawn"


def test_a_removed_row_can_only_be_answered(client, mandate, member):
    propose(client, mandate, title_sv="Efter")
    made = Proposal.objects.get()
    mandate.delete()
    client.force_login(f.CoordinatorFactory())
    page = client.get(f"/proposals/{made.pk}/")
    assert page.context["gone"] and page.context["form"] is None
    assert client.post(f"/proposals/{made.pk}/", {"accept": "1"}).status_code == 200
    made.refresh_from_db()
    assert made.status == "pending" and not Mandate.objects.exists()


def test_strangers_and_readers_do_not_propose(client, mandate):
    for user in (f.UserFactory(), f.MembershipFactory().user):
        client.force_login(user)
        assert client.get(url("propose", mandate)).status_code == 403
    client.force_login(f.ReviewerFactory())
    assert client.get(url("propose", mandate)).status_code == 200
    assert client.get(url("propose", mandate.holder)).status_code == 403


def test_markup_in_a_proposal_stays_text(client, mandate, member):
    propose(client, mandate, title_sv="<img src=x onerror=alert(1)>", why="<script>1</script>")
    client.force_login(f.CoordinatorFactory())
    page = client.get(f"/proposals/{Proposal.objects.get().pk}/").content
    assert b"<img src=x" not in page and b"<script>1" not in page
    assert Actor.objects.exists()


@pytest.fixture
def tie():
    """A collaboration of two actors, each with a person who speaks for it."""
    one, other = f.MembershipFactory(), f.MembershipFactory()
    return f.CollaborationFactory(participants=[one.actor, other.actor]), one.user, other.user


def test_a_member_ends_a_collaboration_with_the_other_sides_word(client, tie):
    row, one, other = tie
    client.force_login(one)
    assert propose(client, row, valid_to_date="2022-12-31", **SOURCE).status_code == 302
    made = Proposal.objects.get()
    assert client.post(f"/proposals/{made.pk}/", {"accept": "1"}).status_code == 302
    made.refresh_from_db()
    assert made.status == "pending"
    client.force_login(other)
    assert client.get("/my/").context["to_answer"] == [made]
    page = client.get(f"/proposals/{made.pk}/")
    assert page.status_code == 200 and page.context["form"] is None and b'name="accept"' in page.content
    answer = client.post(
        f"/proposals/{made.pk}/", {"accept": "1", "title_sv": "smuggled", "note": "smuggled"}
    )
    assert answer.status_code == 302
    before = row.title_sv
    row.refresh_from_db()
    assert (str(row.valid_until), row.title_sv, row.note) == ("2023-01-01", before, "")
    assert row.citations.get().label == "Regeringen 2022" and row.sides.count() == 2


def test_the_other_side_accepts_nothing_but_an_end_and_only_what_still_stands(client, tie):
    row, one, other = tie
    client.force_login(one)
    propose(client, row, title_sv="Nytt namn")
    renamed = Proposal.objects.get()
    client.force_login(other)
    assert client.get(f"/proposals/{renamed.pk}/").status_code == 404
    client.force_login(one)
    propose(client, row, valid_to_date="2022-12-31")
    ended = Proposal.objects.latest("pk")
    row.save()
    client.force_login(other)
    assert client.post(f"/proposals/{ended.pk}/", {"accept": "1"}).status_code == 422
    row.refresh_from_db()
    ended.refresh_from_db()
    assert row.valid_until is None and ended.status == "pending"
    client.force_login(f.MembershipFactory().user)
    assert client.get(f"/proposals/{ended.pk}/").status_code == 404


def test_a_members_confirmation_is_its_own_sides_word(client, tie):
    row, one, _other = tie
    client.force_login(one)
    client.post(url("confirm", row), {"version": 1})
    said = {side.confirmed_on for side in row.sides.all()}
    assert said == {timezone.localdate(), None}


def test_a_proposal_whose_proposer_is_gone_is_not_anybodys(client, mandate):
    made = f.ProposalFactory(row=mandate, proposed_by=None)
    answer = client.get(f"/proposals/{made.pk}/")
    assert answer.status_code == 302 and "login" in answer.url
