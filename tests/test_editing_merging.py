"""Merging duplicates: every reference moves, a forgotten one fails here, and it can be undone."""

import pytest
from django.apps import apps
from django.utils import timezone

from meetings.models import Feed, HealthAnswer, SeatRequest
from network import merging
from network.models import Actor, Membership, Merge, Participant
from tests import factories as f

pytestmark = pytest.mark.django_db


def pointing(actor):
    """Every column of the database that holds the key of `actor`, read without the code under test."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if hasattr(model, "instance_type") or hasattr(model, "m2m_history_id") or model is Merge:
            continue
        for field in model._meta.local_fields:
            if field.remote_field and field.remote_field.model is Actor and field.name != "merged_into":
                rows = model._base_manager.filter(**{field.attname: actor.pk})
                found |= {(model._meta.label, field.name, row.pk) for row in rows}
    return found


@pytest.fixture
def duplicate():
    """An actor that everything that can point at an actor points at."""
    source = f.ActorFactory(slug="dubbletten", name_sv="Dubbletten")
    f.ActorFactory(successor=source)
    f.ActorNameFactory(actor=source)
    f.ActorParentFactory(actor=source)
    f.ActorParentFactory(parent=source)
    f.IdentifierFactory(actor=source)
    f.GroupMemberFactory(actor=source)
    f.GroupMemberFactory(group=source)
    f.MembershipFactory(actor=source)
    f.ContactFactory(actor=source)
    f.CollaborationFactory(participants=[source, f.ActorFactory()])
    f.SeatFactory(actor=source)
    f.ConvenerFactory(actor=source)
    for event in (f.EncounterFactory(organiser=source), f.MilestoneFactory(organiser=source)):
        event.participants.add(source)
    f.MandateFactory(holder=source).territory_groups.add(source)
    f.ExpectationFactory(holder_group=source)
    f.GroupFactory().also.add(source)
    finding = f.FindingFactory()
    f.DispositionFactory(finding=finding, owner=source)
    f.ReplyFactory(finding=finding, actor=source)
    f.InvitationFactory(actor=source)
    f.AgendaItemFactory(owner=source)
    f.ActionFactory(owner=source)
    network = f.NetworkFactory()
    SeatRequest.objects.create(network=network, actor=source, kind="join", reason="Vi vill vara med")
    HealthAnswer.objects.create(
        network=network, actor=source, year=2026, practice="trust", value=3, at=timezone.now()
    )
    Feed.objects.create(owner=f.UserFactory(), kind="actor", actor=source, digest="0" * 64, prefix="abcdef")
    return source


def test_the_fixture_points_at_the_actor_through_every_field_there_is(duplicate):
    kinds = {(label, name) for label, name, _pk in pointing(duplicate)}
    every = {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        if not hasattr(model, "instance_type") and not hasattr(model, "m2m_history_id") and model is not Merge
        for field in model._meta.local_fields
        if field.remote_field and field.remote_field.model is Actor and field.name != "merged_into"
    }
    # `from_actor` is the actor's own list of others, which stays its own.
    assert every - kinds == {("network.Actor_also", "from_actor")}


def test_everything_moves_and_the_old_id_leads_on(duplicate):
    target, user = f.ActorFactory(), f.CoordinatorFactory()
    before = pointing(duplicate)
    plan = merging.dry_run(duplicate, target)
    assert pointing(duplicate) == before and not plan.dropped
    report = merging.merge(duplicate, target, seen_version=duplicate.version, user=user, reason="Samma")
    assert pointing(duplicate) == set()
    assert len(pointing(target)) == len(before)
    assert len(report.moved) == len(plan.moved)
    duplicate.refresh_from_db()
    assert duplicate.merged_into == target
    assert target.mandates.get().history.first().history_user == user


def test_undoing_puts_everything_back(duplicate):
    target, user = f.ActorFactory(), f.CoordinatorFactory()
    before = {(label, name) for label, name, _pk in pointing(duplicate)}
    own = f.SeatFactory(actor=target)
    report = merging.merge(duplicate, target, seen_version=1, user=user, reason="Samma")
    assert merging.undo(report, user=user, at=timezone.now()) == []
    assert {(label, name) for label, name, _pk in pointing(duplicate)} == before
    assert {pk for _label, _name, pk in pointing(target)} == {own.pk}
    assert merging.undo(report, user=user, at=timezone.now()) == []


def test_what_the_target_has_already_is_dropped_and_comes_back(duplicate):
    target, user = f.ActorFactory(), f.CoordinatorFactory()
    shared = f.CollaborationFactory(participants=[duplicate, target])
    member = Membership.objects.get().user
    f.MembershipFactory(user=member, actor=target)
    target.successor = duplicate
    target.save()
    f.ActorParentFactory(actor=duplicate, parent=target)
    report = merging.merge(duplicate, target, seen_version=duplicate.version, user=user, reason="Samma")
    assert [side.actor for side in shared.sides.all()] == [target]
    target.refresh_from_db()
    assert target.successor is None and len(report.dropped) == 4
    assert merging.undo(report, user=user, at=timezone.now()) == []
    assert {side.actor for side in shared.sides.all()} == {duplicate, target}
    target.refresh_from_db()
    assert target.successor == duplicate
    assert Membership.objects.filter(user=member).count() == 2
    assert Participant.objects.filter(actor=duplicate).count() == 2


@pytest.mark.parametrize("make", [f.GroupFactory, None])
def test_a_group_or_itself_is_refused(make):
    source = f.ActorFactory()
    with pytest.raises(merging.CannotMerge):
        merging.dry_run(source, make() if make else source)


def test_the_pages(client, duplicate):
    target = f.ActorFactory(slug="den-ratta")
    client.force_login(f.ReviewerFactory())
    assert client.get("/actors/dubbletten/merge/").status_code == 403
    client.force_login(f.CoordinatorFactory())
    assert client.get("/actors/dubbletten/merge/").status_code == 200
    data = {"target": "den-ratta", "reason": "Samma", "version": 1}
    look = client.post("/actors/dubbletten/merge/", data | {"look": "1"})
    assert look.status_code == 200 and look.context["plan"].moved
    assert client.post("/actors/dubbletten/merge/", data | {"merge": "1", "version": 7}).status_code == 422
    done = client.post("/actors/dubbletten/merge/", data | {"merge": "1"})
    assert done.status_code == 302 and client.get(done.url).status_code == 200
    assert client.get("/actors/merges/").status_code == 200
    assert client.get("/actors/dubbletten/edit/").status_code == 404
    assert client.post(done.url).status_code == 302
    assert client.get("/actors/dubbletten/edit/").status_code == 200
    assert target.mandates.count() == 0
