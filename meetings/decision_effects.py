"""What a decision may do to the register, in one step: the forms of the register's own rows, with its rights.

Whoever may make the change makes it. For everybody else, and for every new mandate, which only a government decision
gives, it becomes a proposal in the coordinators' queue.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base import nouns, proposals
from coordination.base.authorisation import may
from coordination.base.editing import save_form
from coordination.base.forms import RowForm
from coordination.base.history import keep_baseline
from coordination.base.models import Citation, Document, Proposal, RegisterRevision, User
from coordination.base.nouns import Noun
from mandates import findings_actions
from mandates.findings_actions import KINDS, Kind, Offer
from meetings.models import AgendaItem
from network.models import Collaboration, Convener, Network, Seat

MOST_ENDED = 60
MANDATE = (
    "holder",
    "title_sv",
    "title_en",
    "valid_from",
    "valid_to",
    "kind",
    "strategy",
    "area",
    "function",
    "levels",
    "explicit",
    "role",
)
GIVEN = ("give", "take_over")  # only a government decision gives a mandate
LEFT_OUT = ("cite",)  # minutes are not where a mandate comes from
ENDING: dict[str, Kind] = {
    "end_seat": Kind("network", "seat", gettext_lazy("End a seat"), ("valid_to",)),
    "end_convener": Kind("network", "convener", gettext_lazy("End a convener's period"), ("valid_to",)),
}
LABELS: dict[str, str | Promise] = {
    "give": gettext_lazy("Propose a new mandate to the government"),
    "take_over": gettext_lazy("Propose a mandate that takes over after %(row)s"),
    "tie": gettext_lazy("Start a collaboration"),
}


DONE: dict[str, str | Promise] = {
    "give": gettext_lazy("Proposed a mandate"),
    "take_over": gettext_lazy("Proposed a mandate that takes over"),
    "prolong": gettext_lazy("Prolonged a mandate"),
    "end": gettext_lazy("Ended a mandate"),
    "role": gettext_lazy("Said the role of a mandate"),
    "sunset": gettext_lazy("Set an end or a report date"),
    "convene": gettext_lazy("Named a convener"),
    "seat": gettext_lazy("Gave a seat"),
    "tie": gettext_lazy("Started a collaboration"),
    "end_tie": gettext_lazy("Ended a collaboration"),
    "end_network": gettext_lazy("Ended the network"),
    "end_seat": gettext_lazy("Ended a seat"),
    "end_convener": gettext_lazy("Ended a convener's period"),
}


@dataclass(frozen=True)
class Choice:
    """A change that a decision may make. `name` is its word in the form, `about` the row it is about, if any."""

    kind: str
    row: str = ""
    about: str = ""
    closes: bool = False  # named by the finding as what would close it

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.row}"

    @property
    def spec(self) -> Kind:
        return ENDING.get(self.kind) or KINDS[self.kind]

    @property
    def noun(self) -> Noun:
        return nouns.get(self.spec.app, self.spec.noun)

    @property
    def label(self) -> str:
        text = str(LABELS.get(self.kind) or self.spec.label)
        if "%(row)s" in text:
            return text % {"row": self.about or self.row}
        return f"{text}: {self.about}" if self.about and self.kind in ENDING else text


def choices(item: AgendaItem, body: Mapping[str, Any] | None, day: datetime.date) -> list[Choice]:
    """What a decision on `item` may do: what would close its finding first, then what any meeting may decide.

    Args:
        body: the finding's, while it holds.
    """
    found: list[Choice] = []
    if body is not None:
        offers = [offer for offer in findings_actions.offers(body) if offer.kind not in LEFT_OUT]
        names = _names(offers)
        found += [Choice(one.kind, one.row, names.get(one.row, ""), closes=True) for one in offers]
    network = item.meeting.network
    found += [
        Choice("tie"),
        Choice("convene", network.slug, network.name),
        Choice("seat", network.slug, network.name),
        Choice("give"),
    ]
    found += [
        Choice("end_convener", str(row.pk), row.actor.name)
        for row in Convener.objects.as_of(day).filter(network=network).select_related("actor")
    ]
    seats = Seat.objects.as_of(day).filter(network=network).select_related("actor")[:MOST_ENDED]
    found += [
        Choice("end_seat", str(row.pk), f"{row.actor.name} ({row.role})" if row.role else row.actor.name)
        for row in seats
    ]
    ties = Collaboration.objects.as_of(day).filter(sides__actor__in=[seat.actor_id for seat in seats])
    found += [Choice("end_tie", row.code, row.title) for row in ties.distinct()[:MOST_ENDED]]
    unlike: dict[str, Choice] = {}
    for choice in found:
        unlike.setdefault(choice.name, choice)
    return list(unlike.values())


def _names(offers: list[Offer]) -> dict[str, str]:
    slugs = [offer.row for offer in offers if KINDS[offer.kind].noun in ("convener", "seat", "network")]
    return {row.slug: row.name for row in Network.objects.filter(slug__in=slugs)}


def form_of(
    choice: Choice, body: Mapping[str, Any] | None, *, first_day: datetime.date, data: Any = None
) -> tuple[RowForm, Any]:
    """The register's form of the change, less sources and reason, which the decision gives; and the changed row.

    Raises:
        LookupError: the row is gone.
    """
    spec, noun = choice.spec, choice.noun
    only = MANDATE if choice.kind in GIVEN else tuple(name for name in spec.only if name != "sources")
    if spec.is_new:
        initial = findings_actions.initial_of(Offer(choice.kind, choice.row), body or {})
        initial["valid_from"] = [first_day.isoformat(), ""]
        form: RowForm = noun.form_class(data, initial=initial, only=only, prefix="row")
        row = None
    else:
        row = noun.rows.filter(**{noun.lookup: choice.row}).first()
        if row is None:
            raise LookupError(choice.row)
        form = noun.form_class(data, instance=row, only=only, prefix="row")
        if "valid_to" in form.fields and not form.is_bound and row.valid_until is None:
            form.initial["valid_to"] = [first_day.isoformat(), ""]
    form.fields.pop("reason", None)
    form.order_fields(only)
    return form, row


def is_for_queue(choice: Choice, form: RowForm, row: Any, user: User) -> bool:
    """Whether the change of a valid form must be put before a coordinator."""
    if choice.kind in GIVEN:
        return True
    if row is not None:
        return not may(user, "edit", row)
    problem = choice.noun.prepare_new(form, user) if choice.noun.prepare_new else None
    return problem is not None or not may(user, "add", form.instance)


@dataclass(frozen=True)
class Done:
    """What was done: `effect` as `Decision.effect` keeps it, and the row, None for a proposal."""

    effect: dict[str, Any]
    row: Any = None


def carry_out(
    choice: Choice,
    form: RowForm,
    row: Any,
    *,
    user: User,
    reason: str,
    document: Document,
    place: str,
) -> Done:
    """Make the change of a valid form, citing `place` of the minutes; or propose it.

    Raises:
        Conflict: somebody changed the row meanwhile.
    """
    if is_for_queue(choice, form, row, user):
        return _propose(choice, form, row, user=user, reason=reason, document=document, place=place)
    form.user = user
    form.cleaned_data["reason"] = reason[:100]
    if row is not None:
        keep_baseline(form.instance)
    changed = save_form(form, user=user)
    Citation.objects.create(row=changed, document=document, place=place, position=changed.citations.count())
    RegisterRevision.touch(changed)
    return Done(_effect(choice, changed), changed)


def _effect(choice: Choice, row: Any) -> dict[str, Any]:
    noun = choice.noun
    return {
        "kind": choice.kind,
        "app": choice.spec.app,
        "noun": choice.spec.noun,
        "pk": row.pk,
        "id": noun.id_of(row),
    }


def _propose(
    choice: Choice,
    form: RowForm,
    row: Any,
    *,
    user: User,
    reason: str,
    document: Document,
    place: str,
) -> Done:
    noun = choice.noun
    made = proposals.propose(
        form,
        noun,
        row,
        user=user,
        reason=_reason(choice, reason),
        source=f"{document.title} {place}"[:500],
        on_behalf_of="",
    )
    if made is None:
        raise ValueError("nothing to propose")
    had = [
        [citation.document.slug if citation.document else "", citation.place, citation.label, citation.url]
        for citation in (row.citations.select_related("document") if row is not None else ())
    ]
    made.changes["fields"]["sources"] = {
        "from": had if row is not None else None,
        "to": [*had, [document.slug, place, "", ""]],
    }
    made.save(update_fields=["changes"])
    return Done(
        {
            "kind": choice.kind,
            "app": choice.spec.app,
            "noun": choice.spec.noun,
            "proposal": made.pk,
        }
    )


def _reason(choice: Choice, reason: str) -> str:
    if choice.kind not in GIVEN:
        return reason
    return _("To be confirmed when the government's decision exists.") + f"\n{reason}"


@dataclass(frozen=True)
class Shown:
    """An effect for people: what was done, where it is seen, and, of a proposal, how far it has come."""

    label: str
    name: str = ""
    url: str = ""
    proposal: Proposal | None = None

    @property
    def is_done(self) -> bool:
        return self.proposal is None or self.proposal.status == Proposal.Status.ACCEPTED


def shown(effect: Mapping[str, Any] | None) -> Shown | None:
    """An effect with its row as it stands now; of an accepted proposal, the row that came of it."""
    return shown_all([effect])[0]


def shown_all(effects: Sequence[Mapping[str, Any] | None]) -> list[Shown | None]:
    """The same for several. One query for the proposals, and one for each kind of row."""
    keys = [effect["proposal"] for effect in effects if effect and "proposal" in effect]
    proposed = Proposal.objects.in_bulk(keys) if keys else {}
    wanted: dict[tuple[str, str], set[int]] = {}
    places: list[tuple[tuple[str, str], int | None]] = []
    for effect in effects:
        kind = (effect["app"], effect["noun"]) if effect else ("", "")
        pk = effect.get("pk") if effect else None
        if effect and "proposal" in effect:
            proposal = proposed.get(effect["proposal"])
            accepted = proposal is not None and proposal.status == Proposal.Status.ACCEPTED
            pk = proposal.object_id if proposal is not None and accepted else None
        places.append((kind, pk))
        if pk:
            wanted.setdefault(kind, set()).add(pk)
    rows = {
        kind: nouns.get(*kind).model._default_manager.select_related().in_bulk(pks)
        for kind, pks in wanted.items()
    }
    found: list[Shown | None] = []
    for effect, (kind, pk) in zip(effects, places, strict=True):
        row = rows[kind].get(pk) if pk else None
        found.append(
            Shown(
                str(DONE.get(effect["kind"], "")),
                str(row) if row is not None else "",
                nouns.get(*kind).page_of(row) if row is not None else "",
                proposed.get(effect.get("proposal")),
            )
            if effect
            else None
        )
    return found
