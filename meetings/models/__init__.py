from meetings.models.feeds import Feed, FeedEvent
from meetings.models.forum import CircularMail, Pause, Recipient, SeatRequest
from meetings.models.incoming import IncomingReply
from meetings.models.meetings import (
    Invitation,
    InvitationAnswer,
    Meeting,
    Partstat,
    SeatContact,
    Series,
)
from meetings.models.outbox import OutgoingMail
from meetings.models.polls import Poll, PollAnswer, PollSlot

__all__ = [
    "CircularMail",
    "Feed",
    "FeedEvent",
    "IncomingReply",
    "Invitation",
    "InvitationAnswer",
    "Meeting",
    "OutgoingMail",
    "Partstat",
    "Pause",
    "Poll",
    "PollAnswer",
    "PollSlot",
    "Recipient",
    "SeatContact",
    "SeatRequest",
    "Series",
]
