"""Mail that came to the networks' mailbox."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.itip import judging
from meetings.models.meetings import Invitation, Meeting


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
        BOUNCE = "bounce", pgettext_lazy("reply", "the mail could not be delivered")
        UNREADABLE = "unreadable", pgettext_lazy("reply", "could not be read")

    # What tells that the same mail came again: its Message-ID, or the digest of one without.
    key = models.CharField(max_length=255, unique=True, editable=False)
    received_at = models.DateTimeField(_("received"))
    sender = models.CharField(_("sender"), max_length=320, blank=True, default="")
    content = models.BinaryField(null=True, editable=False)
    outcome = models.CharField(_("what became of it"), max_length=16, choices=Outcome)
    detail = models.CharField(_("in detail"), max_length=500, blank=True, default="")
    # What was read: uid, attendee, partstat, sequence, at, comment, delegated_to.
    said = models.JSONField(default=dict)
    meeting = models.ForeignKey(
        Meeting, models.CASCADE, null=True, related_name="replies", verbose_name=_("meeting")
    )
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="replies")
    settled_at = models.DateTimeField(null=True)  # when the chair said what to make of it
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("reply by mail")
        verbose_name_plural = _("replies by mail")
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.sender}: {self.get_outcome_display()}"
