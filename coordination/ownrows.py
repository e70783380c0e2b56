"""The rows of the actors that a member speaks for: what they keep true."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType

from coordination.base.authorisation import may
from coordination.base.models import Proposal, User
from mandates.models import Mandate
from network.models import Actor, Collaboration, Contact, Convener, Seat


@dataclass
class OwnActor:
    """One actor with its rows, in the order of the page."""

    actor: Actor
    mandates: list[Mandate] = field(default_factory=list)
    collaborations: list[Collaboration] = field(default_factory=list)
    conveners: list[Convener] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    @property
    def rows(self) -> list[Any]:
        """Everything that can be confirmed."""
        return [
            self.actor,
            *self.mandates,
            *self.collaborations,
            *self.conveners,
            *self.seats,
            *self.contacts,
        ]


def proposals_to_answer(user: User, own: list[OwnActor]) -> list[Proposal]:
    """Proposals of the other side to end a collaboration, which `user` may accept. Oldest first."""
    keys = {row.pk for one in own for row in one.collaborations}
    waiting = Proposal.objects.filter(
        content_type=ContentType.objects.get_for_model(Collaboration),
        object_id__in=keys,
        status=Proposal.Status.PENDING,
    )
    waiting = waiting.exclude(proposed_by=user).select_related("content_type", "proposed_by")
    return [p for p in waiting.order_by("proposed_at", "pk") if may(user, "answer", p)]


def own_rows(actor_keys: frozenset[int]) -> list[OwnActor]:
    """The actors with those keys, and what is recorded about them. Eight queries, however many rows."""
    actors = Actor.objects.filter(pk__in=actor_keys).select_related("kind", "level", "confirmed_by")
    found = {actor.pk: OwnActor(actor) for actor in actors}
    if not found:
        return []
    mandates = Mandate.objects.filter(holder__in=found).select_related(
        "holder", "kind", "function", "confirmed_by"
    )
    for mandate in mandates.order_by("valid_until", "sort_sv"):
        found[mandate.holder_id].mandates.append(mandate)
    collaborations = (
        Collaboration.objects.filter(sides__actor__in=found)
        .distinct()
        .select_related("kind", "confirmed_by")
        .prefetch_related("sides__actor")
    )
    for collaboration in collaborations:
        for side in collaboration.sides.all():
            if side.actor_id in found:
                found[side.actor_id].collaborations.append(collaboration)
    conveners = Convener.objects.filter(actor__in=found).select_related("actor", "network", "confirmed_by")
    for convener in conveners.order_by("network__sort_sv", "valid_from", "pk"):
        found[convener.actor_id].conveners.append(convener)
    seats = Seat.objects.filter(actor__in=found).select_related("actor", "network", "confirmed_by")
    for seat in seats:
        found[seat.actor_id].seats.append(seat)
    for contact in Contact.objects.filter(actor__in=found).select_related("actor"):
        found[contact.actor_id].contacts.append(contact)
    return list(found.values())
