"""What a finding's own page shows besides its evidence: decisions, replies, history, and what hangs together."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from coordination.base.models import User
from mandates import finding_facts, finding_words, register_snapshot, scenarios
from mandates.findings_list import is_quiet
from mandates.findings_store import Found, Row, is_quick
from mandates.models import Disposition, Finding, FindingEvent, FindingNote, Reply, Scenario
from network.models import Actor
from network.permissions import own_actors

RELATED = 8
PARTIES = 12


@dataclass(frozen=True, slots=True)
class Party:
    """An actor with the right of reply: what it has said, and whether it, or this user for it, may."""

    actor: Actor
    role: str
    replies: list[Reply]
    ceased: datetime.date | None
    may_reply: bool
    draft: Reply | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """The latest disposition, and how the finding stands to it.

    `differences`: how the facts differ from those it was made on; `returned`: it had called them intended.
    """

    made: Disposition
    is_quiet: bool
    returned: bool
    differences: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history."""

    at: datetime.datetime
    text: str
    by: str = ""
    details: list[str] = field(default_factory=list)
    day: datetime.date | None = None


def actors_of(slugs: Iterable[str]) -> dict[str, Actor]:
    """Actors by id. One query."""
    return {actor.slug: actor for actor in Actor.objects.filter(slug__in=set(slugs))}


def names_of(actors: Mapping[str, Actor]) -> dict[str, str]:
    return {slug: actor.name for slug, actor in actors.items()}


def stand_of(row: Row | None, made: Disposition | None, names: Mapping[str, str]) -> Stand | None:
    """How the finding stands to the latest disposition; None without one."""
    if made is None:
        return None
    quiet = row is not None and is_quiet(row, made)
    differences: list[str] = []
    if row is not None and made.fingerprint != row.fingerprint:
        found = finding_facts.differences(made.body, row.body or {})
        differences = [finding_words.difference(one, names) for one in found or [{"what": "other"}]]
    returned = row is not None and made.choice == Disposition.Choice.BY_DESIGN and not quiet
    return Stand(made, quiet, returned, differences)


def parties_of(
    body: Mapping[str, Any],
    actors: Mapping[str, Actor],
    replies: Iterable[Reply],
    user: User | AnonymousUser,
    today: datetime.date,
) -> tuple[list[Party], int]:
    """(those named, with what they have said; how many more there are). Own actors first, then by name."""
    own = own_actors(user)
    rows = list(replies)
    slugs = set(body.get("actors") or ())
    named = sorted(
        (actors[slug] for slug in slugs if slug in actors), key=lambda a: (a.pk not in own, a.sort_sv)
    )
    found = []
    for actor in named:
        ended = actor.valid_until is not None and actor.valid_until <= today
        own_draft = next(
            (r for r in rows if r.actor_id == actor.pk and r.status == "draft" and r.author_id == user.pk),
            None,
        )
        found.append(
            Party(
                actor,
                _role(body, actor.slug),
                [r for r in rows if r.actor_id == actor.pk and r.status == "sent"],
                actor.valid_to if ended else None,
                actor.pk in own and not ended,
                own_draft,
            )
        )
    answered = [party for party in found if party.replies or party.may_reply]
    shown = answered + [party for party in found if party not in answered][: max(0, PARTIES - len(answered))]
    return shown, len(found) - len(shown)


def _role(body: Mapping[str, Any], slug: str) -> str:
    evidence = body.get("evidence") or {}
    if slug in {row["holder"] for row in evidence.get("counted") or ()}:
        return _("Holds the task")
    if slug in {row["holder"] for row in evidence.get("last_met_by") or ()}:
        return _("Held it last")
    row = evidence.get("row")
    if isinstance(row, Mapping) and row.get("holder") == slug:
        return _("Holder of the mandate")
    if slug in {row["holder"] for row in evidence.get("rows") or () if isinstance(row, Mapping)}:
        return _("Holder of the mandate")
    return _("Named in it")


def related(row: Row | None, body: Mapping[str, Any], found: Found) -> list[Row]:
    """Other findings of the day on the same tasks, mandates or actors, those that share most first."""
    key = body.get("key")
    mandates = set(body.get("mandates") or ())
    evidence = body.get("evidence") or {}
    cells = {*(evidence.get("cells") or ()), *filter(None, [body.get("expectation")])}
    actors = set(body.get("actors") or ())
    ranked = []
    for place, other in enumerate(found.rows):
        if other.key == key or other.is_apart:
            continue
        same_task = len(mandates.intersection(other.mandates)) + 2 * (other.expectation in cells)
        same_actors = len(actors.intersection(other.actors)) if len(actors) <= 3 else 0
        if same_task or same_actors:
            unlike = abs((row.severity if row else 1) - other.severity) + (other.rule != body.get("rule"))
            ranked.append((-same_task, -same_actors, unlike, place, other))
    ranked.sort(key=lambda item: item[:4])
    return [item[-1] for item in ranked[:RELATED]]


@dataclass(frozen=True, slots=True)
class Tried:
    """Scenarios laid over the register: those under which the finding closes, and the others."""

    closing: list[Scenario]
    others: list[Scenario]


def tried(user: User | AnonymousUser, key: str, as_of: datetime.date) -> Tried | None:
    """The scenarios that the register itself proposes and `user` may see, tried on the finding `key`.

    None where there are none, or the rules cannot be run while somebody waits.
    """
    if not is_quick():
        return None
    snapshot = register_snapshot.current()
    own, _stored = scenarios.visible_to(user, snapshot)
    found = Tried([], [])
    for scenario in own:
        effect = scenarios.outcome(scenario, as_of, snapshot=snapshot).effect
        if effect is not None:
            closes = any(one.key == key for one in effect.closed)
            (found.closing if closes else found.others).append(scenario)
    return found if found.closing or found.others else None


def history_of(
    finding: Finding | None, user: User | AnonymousUser, names: Mapping[str, str], *, all_of_it: bool
) -> list[Entry]:
    """What happened to the finding and what was done about it, latest first.

    Args:
        all_of_it: comments and effects too, which are not for the public.
    """
    if finding is None or finding.pk is None:
        return []
    entries = [
        Entry(
            event.at,
            _("%(what)s: %(why)s")
            % {"what": event.get_kind_display().capitalize(), "why": event.get_cause_display()}
            if event.cause != FindingEvent.Cause.PERSON
            else event.get_kind_display().capitalize(),
            str(event.user) if event.user and all_of_it else "",
            [finding_words.difference(one, names) for one in event.differences],
            event.as_of,
        )
        for event in finding.events.select_related("user")
    ]
    made = finding.dispositions.filter(status=Disposition.Status.MADE).select_related("author", "owner")
    entries += [
        Entry(
            row.at,
            _("Disposition: %(choice)s") % {"choice": row.get_choice_display()},
            str(row.author) if row.author and all_of_it else "",
            [row.reason],
            row.as_of,
        )
        for row in made
    ]
    entries += [
        Entry(row.at, _("Reply from %(actor)s") % {"actor": row.actor.name}, day=row.as_of)
        for row in finding.replies.filter(status=Reply.Status.SENT).select_related("actor")
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def notes_of(
    finding: Finding | None, user: User | AnonymousUser, *, all_of_it: bool
) -> dict[str, list[FindingNote]]:
    """Notes by their kind: effects for whoever sees the finding, comments for those with a role, own notes."""
    found: dict[str, list[FindingNote]] = {kind: [] for kind in FindingNote.Kind.values}
    if finding is None or finding.pk is None:
        return found
    for note in finding.notes.select_related("author"):
        if note.kind == FindingNote.Kind.PRIVATE and note.author_id != user.pk:
            continue
        if note.kind == FindingNote.Kind.COMMENT and not all_of_it:
            continue
        found[note.kind].append(note)
    return found
