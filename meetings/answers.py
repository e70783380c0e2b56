"""Who is asked to a meeting, and what they answered."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from meetings.models import Invitation, InvitationAnswer, Meeting, Partstat


def listed(meeting: Meeting) -> list[Invitation]:
    """Everybody on the list in its order, each with its latest answer as `latest`. Two queries."""
    rows = _with_answers(meeting.invitations.standing())
    found = list(rows.order_by("sort_sv", "pk"))
    for row in found:
        row.latest = next((answer for answer in row.answers.all() if answer.counted), None)  # type: ignore[attr-defined]  # for the page only
    return found


def _with_answers(rows: QuerySet[Invitation]) -> QuerySet[Invitation]:
    answers = InvitationAnswer.objects.select_related("by").order_by("-at", "-pk")
    return rows.select_related("actor", "delegated_from__actor").prefetch_related(
        Prefetch("answers", answers)
    )


@dataclass(frozen=True)
class Tally:
    """How many of those asked gave each answer; `actors` of `actors_asked` come, whoever represents them."""

    asked: int
    yes: int
    maybe: int
    no: int
    sends: int
    silent: int
    bounced: int
    actors: int
    actors_asked: int
    quorum: int | None = None

    @property
    def missing(self) -> int:
        """How many actors short of the quorum; 0 without one."""
        return max(0, (self.quorum or 0) - self.actors)


def tally(rows: Iterable[Invitation], quorum: int | None = None) -> Tally:
    """Count the answers of `rows`. Two who come for one actor are one actor."""
    rows = list(rows)

    def given(answer: str) -> list[Invitation]:
        return [row for row in rows if row.partstat == answer]

    silent = given(Partstat.NEEDS_ACTION)
    return Tally(
        asked=len(rows),
        yes=len(given(Partstat.ACCEPTED)),
        maybe=len(given(Partstat.TENTATIVE)),
        no=len(given(Partstat.DECLINED)),
        sends=len(given(Partstat.DELEGATED)),
        silent=len(silent),
        bounced=sum(1 for row in rows if row.bounced_at is not None),
        actors=len({represented(row) for row in given(Partstat.ACCEPTED)}),
        actors_asked=len({represented(row) for row in rows}),
        quorum=quorum,
    )


def represented(row: Invitation) -> str:
    """Whom an invitation is for: two of the same come for one."""
    if row.actor_id:
        return f"actor {row.actor_id}"
    return row.organisation.casefold() or f"person {row.email.casefold()}"
