"""What a network's own life leaves beside its meetings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.base.periods import Period, PeriodQuerySet
from meetings.models.meetings import LANGUAGES, TEXT, TITLE, new_nonce
from network.models import Actor, Network, Seat


class Pause(Period):
    """A time in which a network will not meet, said by whoever convenes it. No meeting is missed in it."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="pauses", verbose_name=_("network"))
    reason = models.CharField(_("reason"), max_length=500)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("time without meetings")
        verbose_name_plural = _("times without meetings")
        ordering = ["-valid_from", "-pk"]

    def __str__(self) -> str:
        return f"{self.network}: {self.reason}"


class SeatRequest(models.Model):
    """An actor asks to join a network, or to leave it; whoever convenes it answers."""

    class Kind(models.TextChoices):
        JOIN = "join", pgettext_lazy("seat", "join")
        LEAVE = "leave", pgettext_lazy("seat", "leave")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("request", "waiting")
        ACCEPTED = "accepted", pgettext_lazy("request", "accepted")
        DECLINED = "declined", pgettext_lazy("request", "declined")
        TAKEN_BACK = "taken_back", pgettext_lazy("request", "taken back")

    network = models.ForeignKey(Network, models.CASCADE, related_name="requests", verbose_name=_("network"))
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="seat_requests", verbose_name=_("actor"))
    seat = models.ForeignKey(Seat, models.SET_NULL, null=True, blank=True, related_name="requests")
    kind = models.CharField(_("asks to"), max_length=5, choices=Kind)
    reason = models.TextField(_("reason"), max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    answer = models.CharField(_("answer"), max_length=1000, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("request about a seat")
        verbose_name_plural = _("requests about seats")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "actor", "kind"],
                condition=Q(state="waiting"),
                name="meetings_request_waits_once",
                violation_error_message=_("This has been asked already and waits for an answer."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.network}"

    def get_absolute_url(self) -> str:
        return reverse("meetings:seatrequest", args=[self.pk])


class CircularMail(models.Model):
    """A message that was mailed to all seats of a network."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="circulars", verbose_name=_("network"))
    subject = models.CharField(_("subject"), max_length=TITLE)
    text = models.TextField(_("message"), max_length=TEXT)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="sv")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)
    recipients = models.PositiveSmallIntegerField(_("recipients"), default=0)

    class Meta:
        verbose_name = _("message to the seats")
        verbose_name_plural = _("messages to the seats")
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("meetings:circular", args=[self.pk])


class Recipient(models.Model):
    """What one who reads an address wants to get. Invitations and cancellations always come: they are the meeting.

    No row: everything, in the language of the seat. `nonce` makes the address's own link.
    """

    email = models.EmailField(_("email"), unique=True)  # casefolded
    wants_reminders = models.BooleanField(_("reminders before meetings"), default=True)
    wants_nudges = models.BooleanField(_("reminders to answer"), default=True)
    wants_deadlines = models.BooleanField(_("deadlines of mandates and reports"), default=True)
    wants_digest = models.BooleanField(_("a weekly summary"), default=False)
    wants_circulars = models.BooleanField(_("messages to the seats"), default=True)
    nonce = models.CharField(max_length=40, default=new_nonce, unique=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        ordering = ["email"]

    def __str__(self) -> str:
        return self.email
