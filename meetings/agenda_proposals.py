"""What an agenda could take up: what the network left open, and what the register says of those at the table."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mandates import findings_list
from mandates.findings_work import Moment, record_of
from mandates.models import Mandate
from meetings import agenda
from meetings.models import Action, AgendaItem, Meeting, Minutes
from network.models import Actor, Seat

Kind = AgendaItem.Kind
FINDINGS, NAMED = 8, 12  # findings proposed at once; rows named in one item
HORIZON = datetime.timedelta(days=182)  # until the next meeting, where none is planned
ABSENT = "absent"


@dataclass(frozen=True)
class Proposal:
    """`key` is what the page's button sends; `make` puts it on the agenda, in the active language."""

    key: str
    label: str
    title: str
    reason: str
    make: Callable[[], AgendaItem] = field(repr=False)
    url: str = ""


def proposals(meeting: Meeting, moment: Moment) -> list[Proposal]:
    """All that is not on the agenda yet, what was left open first. A constant number of queries.

    Findings are those that `moment.user` and the members of the network may see.
    """
    on = meeting.local_start.date() if meeting.local_start else moment.today
    items = agenda.items_of(meeting)
    members = list(
        Actor.objects.filter(seats__in=Seat.objects.as_of(on).filter(network=meeting.network)).distinct()
    )
    until = _next_meeting(meeting, on)
    return [
        *_minutes(meeting, items),
        *_actions(meeting, items),
        *_findings(meeting, items, members, moment),
        *_mandates(meeting, items, members, on, until),
        *_absent(meeting, items, members, on),
    ]


def take_up(meeting: Meeting, key: str, moment: Moment) -> AgendaItem | None:
    """Put the proposal `key` on the agenda, in the meeting's language; None where it is no longer proposed."""
    found = next((one for one in proposals(meeting, moment) if one.key == key), None)
    if found is None:
        return None
    with translation.override(meeting.language):
        return found.make()


def _next_meeting(meeting: Meeting, on: datetime.date) -> datetime.date:
    later = Meeting.objects.filter(network=meeting.network).exclude(state=Meeting.State.CANCELLED)
    start = later.filter(starts__date__gt=on).exclude(pk=meeting.pk).order_by("starts").first()
    return start.local_start.date() if start and start.local_start else on + HORIZON


def _minutes(meeting: Meeting, items: Iterable[AgendaItem]) -> list[Proposal]:
    if any(item.kind == Kind.MINUTES for item in items):
        return []
    earlier = Meeting.objects.filter(network=meeting.network, state=Meeting.State.HELD).exclude(pk=meeting.pk)
    if meeting.starts is not None:
        earlier = earlier.filter(starts__lt=meeting.starts)
    row = earlier.order_by("-starts").select_related("minutes").first()
    if row is None or row.local_start is None:
        return []
    written: Minutes | None = getattr(row, "minutes", None)
    day = row.local_start.date().isoformat()
    state = written.get_state_display() if written else _("not written yet")
    return [
        Proposal(
            "minutes",
            str(Kind.MINUTES.label),
            _("The previous meeting's minutes"),
            _("“%(title)s” was held %(day)s; its minutes: %(state)s.")
            % {"title": row.title, "day": day, "state": state},
            lambda: agenda.add(
                meeting,
                kind=Kind.MINUTES,
                title=_("The previous meeting's minutes"),
                intro=_("“%(title)s”, %(day)s.") % {"title": row.title, "day": day},
                duration=5,
            ),
            row.get_absolute_url(),
        )
    ]


def _actions(meeting: Meeting, items: Iterable[AgendaItem]) -> list[Proposal]:
    there = [item.action_id for item in items if item.action_id]
    rows = (
        Action.objects.filter(item__meeting__network=meeting.network, state=Action.State.OPEN)
        .exclude(pk__in=there)
        .exclude(item__meeting=meeting)
        .select_related("owner", "item__meeting")
        .order_by("due", "pk")
    )

    def make(row: Action) -> Callable[[], AgendaItem]:
        return lambda: agenda.add(
            meeting, kind=Kind.ACTION, title=row.text, action=row, owner=row.owner, duration=5
        )

    return [
        Proposal(
            f"action-{row.pk}",
            str(Kind.ACTION.label),
            row.text,
            (
                _("%(who)s is to do it by %(day)s; agreed at “%(meeting)s”.")
                if row.due
                else _("%(who)s is to do it; agreed at “%(meeting)s”.")
            )
            % {"who": row.owner.name, "day": row.due, "meeting": row.item.meeting.title},
            make(row),
        )
        for row in rows
    ]


def _findings(
    meeting: Meeting, items: Iterable[AgendaItem], members: Iterable[Actor], moment: Moment
) -> list[Proposal]:
    there = {item.finding.key for item in items if item.finding}
    slugs = {actor.slug for actor in members}
    of_network = findings_list.listed(moment.user, moment.as_of, naming=("networks", meeting.network.slug))
    own = {item.row.key for item in of_network.items}
    every = findings_list.listed(moment.user, moment.as_of).counted
    found = [item for item in every if item.row.key in own or slugs.intersection(item.row.actors)]
    found = [item for item in found if item.row.key not in there]
    found.sort(key=lambda item: (item.row.key not in own, -item.row.severity))

    def make(item: findings_list.Item) -> Callable[[], AgendaItem]:
        return lambda: agenda.add(
            meeting,
            kind=Kind.FINDING,
            title=item.row.title,
            intro=item.row.text,
            finding=record_of(item.row, moment),
        )

    return [
        Proposal(
            f"finding-{item.row.key}",
            str(Kind.FINDING.label),
            item.row.title,
            _("It is about the network itself.")
            if item.row.key in own
            else _("It is about %(who)s.")
            % {"who": _names(actor.name for actor in item.actors if actor.slug in slugs)},
            make(item),
            _finding_url(item.row.key),
        )
        for item in found[:FINDINGS]
    ]


def _finding_url(key: str) -> str:
    return reverse("mandates:finding", args=[key])


def _mandates(
    meeting: Meeting,
    items: Iterable[AgendaItem],
    members: Iterable[Actor],
    on: datetime.date,
    until: datetime.date,
) -> list[Proposal]:
    if any(item.kind == Kind.MANDATES for item in items):
        return []
    rows = list(
        Mandate.objects.decided()
        .filter(holder__in=[actor.pk for actor in members])
        .filter(Q(valid_from__gt=on, valid_from__lte=until) | Q(valid_until__gt=on, valid_until__lte=until))
        .select_related("holder")
        .order_by("valid_until", "code")
    )
    if not rows:
        return []

    def line(row: Mandate) -> str:
        if row.valid_until is not None and on < row.valid_until <= until:
            last = (row.valid_until - datetime.timedelta(days=1)).isoformat()
            return _("%(title)s (%(who)s) ends %(day)s") % {
                "title": row.title,
                "who": row.holder.name,
                "day": last,
            }
        return _("%(title)s (%(who)s) begins %(day)s") % {
            "title": row.title,
            "who": row.holder.name,
            "day": row.valid_from,
        }

    return [
        Proposal(
            "mandates",
            str(Kind.MANDATES.label),
            _("Mandates that begin or end before the next meeting"),
            _cut([line(row) for row in rows], 3),
            lambda: agenda.add(
                meeting,
                kind=Kind.MANDATES,
                title=_("Mandates that begin or end before the next meeting"),
                intro="\n".join(line(row) for row in rows[:NAMED]),
            ),
        )
    ]


def _absent(
    meeting: Meeting, items: Iterable[AgendaItem], members: Iterable[Actor], on: datetime.date
) -> list[Proposal]:
    areas = [area.pk for area in meeting.network.areas.all()]
    there = {actor.pk for actor in members} | set(
        meeting.invitations.standing().exclude(actor=None).values_list("actor_id", flat=True)
    )
    held = Mandate.objects.active(on).filter(area__in=areas).exclude(holder__in=there)
    rows = list(Actor.objects.filter(pk__in=held.values("holder")).order_by("sort_sv"))
    titles = {item.title for item in items}

    def title() -> str:
        return _("Actors with mandates in the area and no seat at the table")

    with translation.override(meeting.language):
        taken = title() in titles
    if not rows or taken:
        return []
    return [
        Proposal(
            ABSENT,
            _("not at the table"),
            title(),
            ngettext(
                "%(n)s actor has a mandate in the network's areas and no seat: %(who)s.",
                "%(n)s actors have mandates in the network's areas and no seat: %(who)s.",
                len(rows),
            )
            % {"n": len(rows), "who": _names(actor.name for actor in rows)},
            lambda: agenda.add(
                meeting,
                title=title(),
                intro="\n".join(actor.name for actor in rows[:NAMED]),
                duration=10,
            ),
        )
    ]


def _names(names: Iterable[str], most: int = 4) -> str:
    return _cut(list(names), most, ", ")


def _cut(texts: list[str], most: int, join: str = "; ") -> str:
    """The first of `texts`, and how many more there are."""
    more = len(texts) - most
    said = join.join(texts[:most])
    return _("%(said)s and %(n)s more") % {"said": said, "n": more} if more > 0 else said
