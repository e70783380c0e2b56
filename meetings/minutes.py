"""Writing the minutes of a meeting, several at once: every text that was sent is kept, and none overwrites another."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from coordination.base.models import User
from meetings.models import AgendaItem, Meeting, Minutes, MinutesText


class Locked(Exception):
    """The minutes wait for approval or are approved: nothing is changed in them."""


@dataclass(frozen=True)
class Saved:
    """What came of a saving: the text that stands, and where it was not the writer's own, the kept row of theirs."""

    version: int
    text: str
    conflict: MinutesText | None = None


def of(meeting: Meeting) -> Minutes:
    """The meeting's minutes, begun where nobody has."""
    minutes, _made = Minutes.objects.get_or_create(meeting=meeting)
    return minutes


@transaction.atomic
def save_text(
    item: AgendaItem,
    *,
    text: str,
    base_version: int,
    key: uuid.UUID,
    user: User,
    now: datetime.datetime,
    joins: Iterable[int] = (),
) -> Saved:
    """Keep what a writer has of an item, written on version `base_version` of it.

    Where somebody saved another text meanwhile, theirs stands and this one waits, kept, for somebody to join both.
    The same `key` again gives what came of it the first time.

    Args:
        joins: keys of kept texts that this one takes in.

    Raises:
        Locked: nothing is kept.
    """
    hold_open(item.meeting)
    known = MinutesText.objects.filter(key=key).first()
    if known is not None and known.item_id != item.pk:
        known, key = (
            None,
            uuid.uuid4(),
        )  # it names a saving of other minutes, which are not this writer's to read
    if known is not None:
        if not known.conflict:
            return Saved(known.base_version + 1, known.text)
        return Saved(*_standing(item), known)
    rows = AgendaItem.objects.filter(pk=item.pk)
    is_first = bool(
        rows.filter(text_version=base_version).update(text=text, text_version=F("text_version") + 1)
    )
    version, stands = _standing(item)
    is_lost = not is_first and stands != text
    made = MinutesText.objects.create(
        item=item,
        base_version=base_version if is_first or is_lost else version - 1,
        text=text,
        conflict=is_lost,
        key=key,
        author=user,
        at=now,
    )
    if is_lost:
        return Saved(version, stands, made)
    MinutesText.objects.filter(item=item, pk__in=list(joins)).update(conflict=False)
    return Saved(version, text)


def waiting(meeting: Meeting) -> list[MinutesText]:
    """Texts of the meeting's items that nobody has joined with what stands, oldest first."""
    rows = MinutesText.objects.filter(item__meeting=meeting, conflict=True)
    return list(rows.select_related("author", "item").order_by("at", "pk"))


def hold_open(meeting: Meeting) -> Minutes:
    """The minutes, held until the transaction ends so that nobody sends or approves them meanwhile. Raises Locked."""
    minutes = of(meeting)
    if not Minutes.objects.filter(pk=minutes.pk, state=Minutes.State.WRITING).update(state=F("state")):
        raise Locked
    return minutes


def _standing(item: AgendaItem) -> tuple[int, str]:
    return AgendaItem.objects.values_list("text_version", "text").get(pk=item.pk)
