"""Meetings that are planned, and who is invited to them. What was held is an encounter of `network`."""

import datetime
import secrets
import uuid
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from coordination.base.models import User
from coordination.base.ordering import KEY_LENGTH, swedish_key
from meetings.itip.values import ACCEPTED, DECLINED, DELEGATED, NEEDS_ACTION, TENTATIVE
from network.models import Actor, Encounter, Network, Seat

ZONE = "Europe/Stockholm"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
TITLE, TEXT = 200, 4000  # characters
NONCE = 12  # bytes


def new_uid() -> str:
    """A UID for life (RFC 5545, 3.8.4.7; RFC 7986, 5.3)."""
    return f"{uuid.uuid4()}@{settings.MAIL_DOMAIN}"


def new_nonce() -> str:
    return secrets.token_hex(NONCE)


class Partstat(models.TextChoices):
    """What an attendee answered (RFC 5545, 3.2.12)."""

    NEEDS_ACTION = NEEDS_ACTION, pgettext_lazy("answer", "not answered")
    ACCEPTED = ACCEPTED, pgettext_lazy("answer", "yes")
    TENTATIVE = TENTATIVE, pgettext_lazy("answer", "maybe")
    DECLINED = DECLINED, pgettext_lazy("answer", "no")
    DELEGATED = DELEGATED, pgettext_lazy("answer", "sends somebody else")


class Attendance(models.TextChoices):
    """How somebody who was asked took part."""

    PRESENT = "present", pgettext_lazy("attendance", "present")
    DELEGATED = "delegated", pgettext_lazy("attendance", "somebody else came instead")
    EXCUSED = "excused", pgettext_lazy("attendance", "absent, had said so")
    ABSENT = "absent", pgettext_lazy("attendance", "absent")


class Series(models.Model):
    """Meetings that were planned together. Each has its own UID: no calendar is told of the series."""

    network = models.ForeignKey(Network, models.PROTECT, related_name="series", verbose_name=_("network"))
    title = models.CharField(_("title"), max_length=TITLE)
    rhythm = models.CharField(_("how often"), max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        ordering = ["network", "pk"]

    def __str__(self) -> str:
        return self.title


class MeetingQuerySet(models.QuerySet):
    def coming(self, now: datetime.datetime) -> Self:
        """Not over, nor cancelled; those without a time last."""
        return self.filter(Q(ends=None) | Q(ends__gt=now)).exclude(state=Meeting.State.CANCELLED)

    def told(self) -> Self:
        """Everything but drafts, also cancelled ones, which are their makers' own business."""
        return self.exclude(Meeting.untold())


class Meeting(models.Model):
    """A network's meeting, from a draft without a time until it was held or cancelled.

    `version` grows with each save, as a register row's does. `sequence` and `told` are what attendees know, see
    `meetings.inviting`. An illustrative meeting belongs to the demo: it leaves no encounter, so nothing counts it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("meeting", "draft")
        INVITED = "invited", pgettext_lazy("meeting", "invited")
        HELD = "held", pgettext_lazy("meeting", "held")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")

    class Form(models.TextChoices):
        PLACE = "place", pgettext_lazy("form of a meeting", "at a place")
        VIDEO = "video", pgettext_lazy("form of a meeting", "by video")
        HYBRID = "hybrid", pgettext_lazy("form of a meeting", "at a place and by video")

    slug = models.SlugField(_("id"), max_length=120, unique=True, editable=False)
    uid = models.CharField(max_length=255, unique=True, default=new_uid, editable=False)
    network = models.ForeignKey(Network, models.PROTECT, related_name="meetings", verbose_name=_("network"))
    series = models.ForeignKey(
        Series,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="meetings",
        verbose_name=_("series"),
    )
    title = models.CharField(_("title"), max_length=TITLE)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="sv")
    starts = models.DateTimeField(_("starts"), null=True, blank=True, db_index=True)
    ends = models.DateTimeField(_("ends"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, default=ZONE)
    form = models.CharField(_("form"), max_length=6, choices=Form, default=Form.PLACE)
    location = models.CharField(_("place"), max_length=300, blank=True, default="")
    video_url = models.URLField(_("address of the video meeting"), max_length=500, blank=True, default="")
    description = models.TextField(_("what it is about"), max_length=TEXT, blank=True, default="")
    quorum = models.PositiveSmallIntegerField(
        _("quorum"),
        null=True,
        blank=True,
        help_text=_("How many actors must come for the meeting to decide anything."),
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT, editable=False)
    reason = models.CharField(
        _("why it was cancelled"), max_length=500, blank=True, default="", editable=False
    )
    encounter = models.OneToOneField(
        Encounter,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="meeting",
        verbose_name=_("meeting that was held"),
    )
    illustrative = models.BooleanField(_("illustrative"), default=False, editable=False)

    sequence = models.PositiveIntegerField(default=0, editable=False)
    told = models.JSONField(
        null=True, editable=False
    )  # the event as attendees know it; null before anybody does
    stamped_at = models.DateTimeField(null=True, editable=False)  # DTSTAMP of the last message
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    history = HistoricalRecords(excluded_fields=["told", "stamped_at", "updated_at"])
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned meeting")
        verbose_name_plural = _("planned meetings")
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None, ends=None) | Q(ends__gt=F("starts")),
                name="meetings_meeting_ends_after_start",
                violation_error_message=_("The meeting ends before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(starts__isnull=False),
                name="meetings_meeting_has_a_time",
                violation_error_message=_("Set a time first."),
            ),
            models.CheckConstraint(
                condition=Q(encounter=None) | Q(state="held"), name="meetings_meeting_was_held"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.slug])

    @property
    def local_start(self) -> datetime.datetime | None:
        """`starts` by the clock of the meeting's own zone."""
        return self.starts.astimezone(ZoneInfo(self.zone)) if self.starts else None

    @property
    def local_end(self) -> datetime.datetime | None:
        return self.ends.astimezone(ZoneInfo(self.zone)) if self.ends else None

    @staticmethod
    def untold(prefix: str = "") -> Q:
        """What nobody but its makers was told of; `prefix` leads to the meeting."""
        cancelled = {f"{prefix}state": Meeting.State.CANCELLED, f"{prefix}told__isnull": True}
        return Q(**{f"{prefix}state": Meeting.State.DRAFT}) | Q(**cancelled)

    @property
    def is_told(self) -> bool:
        """Somebody else than its makers was told of it."""
        cancelled_before = self.state == self.State.CANCELLED and self.told is None
        return self.state != self.State.DRAFT and not cancelled_before

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed: what was held or cancelled stays as it was."""
        return self.state in (self.State.DRAFT, self.State.INVITED)


class InvitationQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Without those who were taken off again."""
        return self.filter(withdrawn_at=None)

    def of_actors_of(self, user: User | AnonymousUser) -> Self:
        """For the actors that `user` speaks for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(actor__membership__user=user)


class Invitation(models.Model):
    """One who is asked to a meeting: a seat of the network, or a guest. The answers to its poll are its, too.

    Personal data (name, address) as in `Contact`: no history. `nonce` makes its links and its reply address: a
    new one revokes them.
    """

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="invitations", verbose_name=_("meeting")
    )
    seat = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="invitations", verbose_name=_("seat")
    )
    actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="invitations", verbose_name=_("actor")
    )
    organisation = models.CharField(
        _("organisation"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("Of a guest outside the register."),
    )
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    email = models.EmailField(_("email"))
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="sv")
    nonce = models.CharField(max_length=40, default=new_nonce, unique=True, editable=False)
    sort_sv = models.CharField(max_length=KEY_LENGTH, default="", editable=False)

    # What this attendee knows, and answered.
    asked_sequence = models.PositiveIntegerField(null=True, editable=False)  # null: was not mailed yet
    told_at = models.DateTimeField(null=True, editable=False)
    partstat = models.CharField(
        _("answer"), max_length=12, choices=Partstat, default=Partstat.NEEDS_ACTION, editable=False
    )
    comment = models.CharField(_("comment"), max_length=1000, blank=True, default="", editable=False)
    answered_sequence = models.PositiveIntegerField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)  # by the answerer's own clock, DTSTAMP
    delegated_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="delegates"
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    # Empty: nobody has said, or the meeting is not held.
    attendance = models.CharField(
        _("attendance"), max_length=9, choices=Attendance, blank=True, default="", editable=False
    )
    bounced_at = models.DateTimeField(null=True, editable=False)
    bounce = models.CharField(max_length=500, blank=True, default="", editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["meeting", "sort_sv", "pk"]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                Lower("email"),
                condition=Q(withdrawn_at=None),
                name="meetings_invitation_address_once",
                violation_error_message=_("This address is invited already."),
            ),
        ]

    def __str__(self) -> str:
        return self.who

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_sv = swedish_key(self.who)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    @property
    def attended(self) -> bool | None:
        """Whether the actor was at the table, by itself or by somebody it sent; None: nobody has said."""
        if not self.attendance:
            return None
        return self.attendance in (Attendance.PRESENT, Attendance.DELEGATED)

    @property
    def who(self) -> str:
        """The organisation, since seats are actors'; else the name, else the address."""
        return (self.actor.name if self.actor else self.organisation) or self.name or self.email


class InvitationAnswer(models.Model):
    """One answer to an invitation, however it came, whether it counted or not."""

    class Via(models.TextChoices):
        LINK = "link", pgettext_lazy("answered", "by the link in the mail")
        MAIL = "mail", pgettext_lazy("answered", "by calendar")
        PAGE = "page", pgettext_lazy("answered", "logged in")
        CHAIR = "chair", pgettext_lazy("answered", "entered by the chair")

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="answers")
    partstat = models.CharField(_("answer"), max_length=12, choices=Partstat)
    comment = models.CharField(_("comment"), max_length=1000, blank=True, default="")
    via = models.CharField(_("how"), max_length=5, choices=Via)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(_("answered"))
    counted = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.invitation}: {self.get_partstat_display()}"


class SeatContact(models.Model):
    """Where mail to a seat goes. The seat is the actor's; whose address it is may change."""

    seat = models.OneToOneField(Seat, models.CASCADE, related_name="contact", verbose_name=_("seat"))
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    email = models.EmailField(_("email"))
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="sv")
    version = models.PositiveIntegerField(default=1, editable=False)
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("seat's mail address")
        verbose_name_plural = _("seats' mail addresses")
        ordering = ["seat"]

    def __str__(self) -> str:
        return self.email
