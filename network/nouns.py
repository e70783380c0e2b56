"""Which rows of this app people edit, under which addresses."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base import nouns
from coordination.base.editing import sign
from coordination.base.nouns import Noun
from network import forms, forms_ties
from network.models import (
    Actor,
    ActorName,
    ActorParent,
    Collaboration,
    Contact,
    Convener,
    Encounter,
    GroupMember,
    Identifier,
    Milestone,
    Network,
    Seat,
)
from network.permissions import own_actors


def _organisations(rows: QuerySet) -> QuerySet:
    return rows.filter(is_group=False, merged_into=None)


def _groups(rows: QuerySet) -> QuerySet:
    return rows.filter(is_group=True, merged_into=None)


def _own_side(form: Any, user: Any) -> str | None:
    """A member may add a collaboration of its own actor; a coordinator any."""
    if user.is_coordinator or own_actors(user) & {actor.pk for actor in form.cleaned_data["participants"]}:
        return None
    return _("One of the participants must be an actor that you speak for.")


def _own_side_confirmed(row: Any, user: Any, today: datetime.date) -> None:
    """A member's word is its own side's: the tie is real when every side has given it."""
    for side in row.sides.filter(actor__in=own_actors(user)):
        side.confirmed_on = today
        sign(side, user=user, reason="")
        side.save()


def register() -> None:
    """Offer the forms of this app's rows. Called once, when the app is ready."""
    for noun in (
        Noun(
            "actor",
            "actors",
            "network",
            Actor,
            forms.ActorForm,
            gettext_lazy("New actor"),
            "slug",
            narrow=_organisations,
            fits=lambda row: not row.is_group,
        ),
        Noun(
            "group",
            "groups",
            "network",
            Actor,
            forms.GroupForm,
            gettext_lazy("New group"),
            "slug",
            narrow=_groups,
            fits=lambda row: bool(row.is_group),
        ),
        Noun(
            "actor-name",
            "actor-names",
            "network",
            ActorName,
            forms.ActorNameForm,
            gettext_lazy("New name"),
            parent="actor",
        ),
        Noun(
            "identifier",
            "identifiers",
            "network",
            Identifier,
            forms.IdentifierForm,
            gettext_lazy("New identifier"),
            parent="actor",
        ),
        Noun(
            "actor-parent",
            "actor-parents",
            "network",
            ActorParent,
            forms.ActorParentForm,
            gettext_lazy("New parent"),
            parent="actor",
        ),
        Noun(
            "group-member",
            "group-members",
            "network",
            GroupMember,
            forms.GroupMemberForm,
            gettext_lazy("New member of the group"),
            parent="group",
        ),
        Noun(
            "contact",
            "contacts",
            "network",
            Contact,
            forms.ContactForm,
            gettext_lazy("New contact"),
            parent="actor",
            can_propose=False,
        ),
        Noun(
            "collaboration",
            "collaborations",
            "network",
            Collaboration,
            forms_ties.CollaborationForm,
            gettext_lazy("New collaboration"),
            "code",
            prepare_new=_own_side,
            on_confirm=_own_side_confirmed,
        ),
        Noun(
            "network",
            "networks",
            "network",
            Network,
            forms_ties.NetworkForm,
            gettext_lazy("New network"),
            "slug",
        ),
        Noun(
            "seat", "seats", "network", Seat, forms_ties.SeatForm, gettext_lazy("New seat"), parent="network"
        ),
        Noun(
            "convener",
            "conveners",
            "network",
            Convener,
            forms_ties.ConvenerForm,
            gettext_lazy("New convener"),
            parent="network",
        ),
        Noun(
            "encounter",
            "encounters",
            "network",
            Encounter,
            forms_ties.EncounterForm,
            gettext_lazy("New meeting that was held"),
            "code",
        ),
        Noun(
            "milestone",
            "milestones",
            "network",
            Milestone,
            forms_ties.MilestoneForm,
            gettext_lazy("New milestone"),
            "code",
        ),
    ):
        nouns.register(noun)
