"""Mail that came to the networks' mailbox."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.itip import judging
from meetings.models.meetings import Invitation, Meeting


class IncomingReplyQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Those that somebody has to decide about, and nobody has."""
        return self.filter(outcome__in=IncomingReply.FOR_DECISION, settled_at=None)


class IncomingReply(models.Model):
    """A mail as it came, what was read from it and what became of it.

    `content` is forgotten after a while, as it holds personal data; what became of it stays.
    """

    class Outcome(models.TextChoices):
        COUNTED = judging.COUNTED, pgettext_lazy("reply", "counted")
        UNKNOWN_MEETING = judging.UNKNOWN_MEETING, pgettext_lazy("reply", "about a meeting that is not ours")
        UNKNOWN_ATTENDEE = (
            judging.UNKNOWN_ATTENDEE,
            pgettext_lazy("reply", "from somebody who was not invited"),
        )
        STALE = judging.STALE, pgettext_lazy("reply", "about an earlier time")
        DUPLICATE = judging.DUPLICATE, pgettext_lazy("reply", "the same answer again")
        UNCONFIRMED = judging.UNCONFIRMED, pgettext_lazy("reply", "the sender is not certain")
        CANCELLED = judging.CANCELLED, pgettext_lazy("reply", "about a cancelled meeting")
        NO_ANSWER = judging.NO_ANSWER, pgettext_lazy("reply", "says neither yes nor no")
        AUTOMATIC = judging.AUTOMATIC, pgettext_lazy("reply", "an automatic answer")
        FROM_THE_FUTURE = (
            judging.FROM_THE_FUTURE,
            pgettext_lazy("reply", "about a version that was never sent"),
        )
        LATE = judging.LATE, pgettext_lazy("reply", "came after the meeting")
        COUNTER = judging.COUNTER, pgettext_lazy("reply", "proposes another time")
        REFRESH = judging.REFRESH, pgettext_lazy("reply", "asks for the invitation again")
        DELEGATE = "delegate", pgettext_lazy("reply", "sends somebody else")
        WITHDRAWN = "withdrawn", pgettext_lazy("reply", "from somebody who is no longer invited")
        LETTER = "letter", pgettext_lazy("reply", "an ordinary mail")
        BOUNCE = "bounce", pgettext_lazy("reply", "the mail could not be delivered")
        UNREADABLE = "unreadable", pgettext_lazy("reply", "could not be read")

    class Settlement(models.TextChoices):
        """What was decided about it."""

        ANSWER = "answer", pgettext_lazy("decided", "taken as an answer")
        INVITED = "invited", pgettext_lazy("decided", "invited")
        IGNORED = "ignored", pgettext_lazy("decided", "left as it is")

    # What needs a decision, in the order in which they are shown.
    FOR_DECISION = (
        Outcome.UNCONFIRMED,
        Outcome.UNKNOWN_ATTENDEE,
        Outcome.DELEGATE,
        Outcome.COUNTER,
        Outcome.LETTER,
        Outcome.FROM_THE_FUTURE,
        Outcome.UNREADABLE,
        Outcome.BOUNCE,
    )

    # What tells that the same mail came again: its Message-ID, or the digest of one without.
    key = models.CharField(max_length=255, unique=True, editable=False)
    received_at = models.DateTimeField(_("received"))
    sender = models.CharField(_("sender"), max_length=320, blank=True, default="")
    content = models.BinaryField(null=True, editable=False)
    outcome = models.CharField(_("what became of it"), max_length=16, choices=Outcome)
    detail = models.CharField(_("in detail"), max_length=500, blank=True, default="")
    # What was read: uid, attendee, partstat, sequence, at, comment …; what the mail says in words, and its subject.
    said = models.JSONField(default=dict)
    meeting = models.ForeignKey(
        Meeting, models.CASCADE, null=True, related_name="replies", verbose_name=_("meeting")
    )
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="replies")
    settled_at = models.DateTimeField(null=True)  # when the chair said what to make of it
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    settled_as = models.CharField(max_length=8, choices=Settlement, blank=True, default="", editable=False)

    objects = IncomingReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply by mail")
        verbose_name_plural = _("replies by mail")
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.sender}: {self.get_outcome_display()}"

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to decide about it, and nobody has."""
        return self.settled_at is None and self.outcome in self.FOR_DECISION
