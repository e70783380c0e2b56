"""What a new calendar feed is about."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base.models import PriorityArea, User
from meetings.models import Feed
from network.models import Actor, Network
from network.permissions import own_actors

MINE = Feed.Kind.MINE.value
About = Network | Actor | PriorityArea


def key_of(about: About) -> str:
    """How an address and the form name what a feed is about."""
    match about:
        case Network():
            return f"{Feed.Kind.NETWORK.value}:{about.slug}"
        case Actor():
            return f"{Feed.Kind.ACTOR.value}:{about.slug}"
        case PriorityArea():
            return f"{Feed.Kind.AREA.value}:{about.strategy.slug}/{about.code}"


def find(key: str) -> About | None:
    """What `key_of` named; None of anything else."""
    kind, _colon, name = key.partition(":")
    if kind == Feed.Kind.NETWORK:
        return Network.objects.filter(slug=name).first()
    if kind == Feed.Kind.ACTOR:
        return Actor.objects.filter(slug=name, merged_into=None).first()
    if kind == Feed.Kind.AREA:
        strategy, _slash, code = name.partition("/")
        rows = PriorityArea.objects.select_related("strategy")
        return rows.filter(strategy__slug=strategy, code=code).first()
    return None


class FeedForm(forms.Form):
    """One's own calendar, or that of a network, an area or an actor."""

    about = forms.ChoiceField(label=gettext_lazy("What the calendar shows"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=User.Language.choices)

    def __init__(self, *args: Any, user: User, asked: About | None = None, **kwargs: Any) -> None:
        """`asked`: what a page's link was about; it is offered although it may not be the user's own."""
        kwargs.setdefault("initial", {"about": key_of(asked) if asked else MINE, "language": user.language})
        super().__init__(*args, **kwargs)
        actors = list(Actor.objects.filter(pk__in=own_actors(user)).order_by("sort_sv"))
        if isinstance(asked, Actor) and asked not in actors:
            actors.append(asked)
        groups: list[tuple[str, list[About]]] = [
            (_("Networks"), list(Network.objects.order_by("sort_sv"))),
            (_("Priority areas"), list(PriorityArea.objects.select_related("strategy"))),
            (_("Actors"), list(actors)),
        ]
        choices: list[Any] = [(MINE, _("What concerns me and my actors"))]
        for label, rows in groups:
            if rows:
                choices.append((label, [(key_of(row), capfirst(row.name)) for row in rows]))
        self.fields["about"].choices = choices  # type: ignore[attr-defined]  # it is a ChoiceField
