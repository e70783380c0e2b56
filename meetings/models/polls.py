"""Finding a date: proposed times for a draft meeting, answered by those who are invited to it."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.models.meetings import Invitation, Meeting


class Poll(models.Model):
    """A question about times. It closes when one is chosen; the invitation's link is the voter's, too."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("poll", "not sent")
        OPEN = "open", pgettext_lazy("poll", "open")
        DECIDED = "decided", pgettext_lazy("poll", "decided")
        CLOSED = "closed", pgettext_lazy("poll", "closed without a date")

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="poll", verbose_name=_("meeting"))
    deadline = models.DateTimeField(_("answer by"))
    quorum = models.PositiveSmallIntegerField(
        _("quorum"), default=1, help_text=_("How many actors must be able to come.")
    )
    message = models.TextField(_("message"), max_length=2000, blank=True, default="")
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.DRAFT, editable=False)
    chosen = models.ForeignKey(
        "PollSlot", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.meeting)

    def get_absolute_url(self) -> str:
        return reverse("meetings:poll", args=[self.slug])

    @property
    def slug(self) -> str:
        """The meeting's."""
        return self.meeting.slug

    @property
    def stage(self) -> str:
        """The state, as it is once the meeting itself has got a time or has been cancelled in another way."""
        if self.state == self.State.OPEN and self.meeting.state != Meeting.State.DRAFT:
            return "cancelled" if self.meeting.state == Meeting.State.CANCELLED else self.State.DECIDED
        return self.state


class PollSlot(models.Model):
    """A proposed time."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="slots", verbose_name=_("poll"))
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)  # its answers are kept

    class Meta:
        verbose_name = _("proposed time")
        verbose_name_plural = _("proposed times")
        ordering = ["starts", "ends", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="meetings_slot_ends_after_start",
                violation_error_message=_("The meeting ends before it starts."),
            ),
            models.UniqueConstraint(
                fields=["poll", "starts", "ends"],
                name="meetings_slot_once",
                violation_error_message=_("This time is proposed already."),
            ),
        ]

    def __str__(self) -> str:
        return self.starts.isoformat()


class PollAnswer(models.Model):
    """What one who was asked says of one time."""

    class Value(models.TextChoices):
        YES = "yes", pgettext_lazy("poll", "yes")
        IF_NEEDED = "if_needed", pgettext_lazy("poll", "if need be")
        NO = "no", pgettext_lazy("poll", "no")

    slot = models.ForeignKey(PollSlot, models.CASCADE, related_name="answers")
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="poll_answers")
    value = models.CharField(_("answer"), max_length=9, choices=Value)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer to a proposed time")
        verbose_name_plural = _("answers to proposed times")
        ordering = ["slot", "invitation"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "invitation"], name="meetings_poll_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.invitation}: {self.get_value_display()}"


class PollBallot(models.Model):
    """That one who is invited has been asked about the times, when they answered, and what they added."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="ballot")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, editable=False)
    comment = models.CharField(_("comment"), max_length=1000, blank=True, default="")
    nudged_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering = ["invitation"]

    def __str__(self) -> str:
        return str(self.invitation)
