"""A meeting that took place: who was there, and the encounter that it leaves in the register."""

import datetime
from collections.abc import Mapping

from django.db import transaction

from coordination.base import history
from coordination.base.editing import Conflict, sign
from coordination.base.models import Citation, MeetingKind, RegisterRevision, User
from coordination.base.slugs import free_slug, slug_of
from meetings import links
from meetings.inviting import NotNow
from meetings.models import Attendance, Invitation, Meeting, Partstat
from network.models import Actor, Convener, Encounter

DAY = datetime.timedelta(days=1)
CODE = 60  # characters


class TooEarly(Exception):
    """The meeting has not begun."""


def expected(row: Invitation) -> Attendance:
    """How somebody who gave this answer probably took part."""
    return {
        Partstat.ACCEPTED: Attendance.PRESENT,
        Partstat.DECLINED: Attendance.EXCUSED,
        Partstat.DELEGATED: Attendance.DELEGATED,
    }.get(Partstat(row.partstat), Attendance.ABSENT)


@transaction.atomic
def hold(
    meeting: Meeting,
    *,
    attendance: Mapping[int, str],
    kind: MeetingKind,
    seen_version: int,
    user: User,
    now: datetime.datetime,
) -> Encounter | None:
    """Note that a meeting was held, and by whom it was attended; the register gets an encounter with those actors.

    An illustrative meeting leaves none: nothing that is counted may come from it.

    Args:
        attendance: how each took part, by the key of the invitation; who is not named was absent.

    Raises:
        TooEarly: it has not begun.
        NotNow: it was not invited to, or is held or cancelled already.
        Conflict: it was changed meanwhile.
    """
    _claim(meeting, seen_version, Meeting.State.INVITED)
    if meeting.starts is None or meeting.starts > now:
        raise TooEarly
    rows = list(meeting.invitations.standing().select_related("actor"))
    for row in rows:
        row.attendance = Attendance(attendance.get(row.pk, Attendance.ABSENT))
    Invitation.objects.bulk_update(rows, ["attendance"])
    if not meeting.illustrative:
        there = {row.actor for row in rows if row.attended and row.actor is not None}
        meeting.encounter = _encounter(meeting, there, kind, user)
    meeting.state = Meeting.State.HELD
    _save(meeting, user, "")
    return meeting.encounter


@transaction.atomic
def undo(meeting: Meeting, *, reason: str, seen_version: int, user: User, now: datetime.datetime) -> None:
    """Take back that a meeting was held: its encounter is removed from the register, and stays in its history.

    Raises:
        NotNow: it is not held.
        Conflict: the meeting or its encounter was changed meanwhile.
        django.db.models.ProtectedError: something refers to the encounter.
    """
    _claim(meeting, seen_version, Meeting.State.HELD)
    encounter, meeting.encounter, meeting.state = meeting.encounter, None, Meeting.State.INVITED
    _save(meeting, user, reason)
    meeting.invitations.update(attendance="")
    if encounter is not None:
        history.remove(encounter, seen_version=encounter.version, user=user, reason=reason, now=now)
        RegisterRevision.touch()


def _encounter(meeting: Meeting, there: set[Actor], kind: MeetingKind, user: User) -> Encounter:
    assert meeting.local_start is not None and meeting.local_end is not None
    first, last = meeting.local_start.date(), meeting.local_end.date()
    convener = (
        Convener.objects.as_of(first)
        .filter(network=meeting.network)
        .select_related("actor")
        .order_by("valid_from", "pk")
        .first()
    )
    areas = list(meeting.network.areas.all()[:2])
    stem = slug_of(meeting.slug)[:CODE]
    taken = set(Encounter.objects.filter(code__startswith=stem).values_list("code", flat=True))
    made = Encounter(
        code=free_slug(stem, taken),
        title_sv=meeting.title,
        title_en=meeting.title if meeting.language == "en" else "",
        kind=kind,
        network=meeting.network,
        organiser=convener.actor if convener else None,
        date_from=first,
        date_until=last + DAY,
        date_precision="day",
        area=areas[0] if len(areas) == 1 else None,
    )
    sign(made, user=user, reason="")
    made.save()
    made.participants.set(there)
    Citation(row=made, url=links.absolute(meeting.get_absolute_url()), label=meeting.title).save()
    RegisterRevision.touch(made)
    return made


def _claim(meeting: Meeting, seen_version: int, state: str) -> None:
    rows = Meeting.objects.filter(pk=meeting.pk)
    stored = rows.values_list("state", flat=True).first()
    if stored != state:
        meeting.state = stored or meeting.state
        raise NotNow(meeting)
    if not rows.filter(version=seen_version).update(version=seen_version):
        raise Conflict(rows.first())
    meeting.refresh_from_db(fields=["told", "sequence", "stamped_at"])
    meeting.version = seen_version


def _save(meeting: Meeting, user: User, reason: str) -> None:
    meeting.version += 1
    sign(meeting, user=user, reason=reason)
    meeting.save()
