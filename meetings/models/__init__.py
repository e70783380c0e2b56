from meetings.models.agendas import Action, AgendaItem, Decision, HealthAnswer, Minutes, MinutesText
from meetings.models.feeds import Feed, FeedEvent
from meetings.models.forum import CircularMail, Pause, Recipient, SeatRequest
from meetings.models.incoming import IncomingReply
from meetings.models.meetings import (
    Attendance,
    Invitation,
    InvitationAnswer,
    Meeting,
    Partstat,
    SeatContact,
    Series,
)
from meetings.models.outbox import OutgoingMail
from meetings.models.polls import Poll, PollAnswer, PollBallot, PollSlot

__all__ = [
    "Action",
    "AgendaItem",
    "Attendance",
    "CircularMail",
    "Decision",
    "Feed",
    "FeedEvent",
    "HealthAnswer",
    "IncomingReply",
    "Invitation",
    "InvitationAnswer",
    "Meeting",
    "Minutes",
    "MinutesText",
    "OutgoingMail",
    "Partstat",
    "Pause",
    "Poll",
    "PollAnswer",
    "PollBallot",
    "PollSlot",
    "Recipient",
    "SeatContact",
    "SeatRequest",
    "Series",
]
