"""What a meeting is to talk about, what was said, and what was decided: agenda, minutes, decisions and actions.

Everything here cites what comes before it: an item the finding or action that it is about, a decision its item, what
a decision did to the register the decision's minutes.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.base.models import Document
from mandates.models import Finding
from meetings.models.meetings import TEXT, TITLE, Invitation, Meeting
from network.models import Actor

MINUTES = 20_000  # characters of one item's minutes


class AgendaItem(models.Model):
    """A point of the agenda, and what was said of it. `version` is that of the plan, `text_version` of the minutes."""

    class Kind(models.TextChoices):
        TOPIC = "topic", pgettext_lazy("agenda item", "topic")
        FINDING = "finding", pgettext_lazy("agenda item", "finding")
        ACTION = "action", pgettext_lazy("agenda item", "open action")
        MANDATES = "mandates", pgettext_lazy("agenda item", "mandates that begin or end")
        MINUTES = "minutes", pgettext_lazy("agenda item", "previous minutes")

    class Outcome(models.TextChoices):
        OPEN = "", pgettext_lazy("agenda item", "not dealt with")
        NOTED = "noted", pgettext_lazy("agenda item", "noted")
        DECIDED = "decided", pgettext_lazy("agenda item", "decided")
        POSTPONED = "postponed", pgettext_lazy("agenda item", "postponed")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name=_("meeting"))
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TOPIC, editable=False)
    title = models.CharField(_("title"), max_length=TITLE)
    intro = models.TextField(_("what it is about"), max_length=TEXT, blank=True, default="")
    duration = models.PositiveSmallIntegerField(_("minutes"), default=15)
    owner = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who presents it")
    )
    documents = models.ManyToManyField(Document, blank=True, related_name="+", verbose_name=_("documents"))
    # What it is about, at most one of them.
    finding = models.ForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("finding")
    )
    # The day on which the finding held when it was put on the agenda; null: the register's own day.
    finding_day = models.DateField(null=True, blank=True, editable=False)
    action = models.ForeignKey(
        "Action",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name=_("action"),
    )
    text = models.TextField(_("minutes of it"), max_length=MINUTES, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)
    text_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class MinutesText(models.Model):
    """Every text of an item's minutes that somebody saved: of two writers, neither's words are lost."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="texts")
    base_version = models.PositiveIntegerField()  # the text_version that the writer had before them
    text = models.TextField(max_length=MINUTES)
    conflict = models.BooleanField(
        default=False
    )  # somebody else had saved meanwhile; waits for a writer to join both
    # What the browser calls this saving, so that one sent again after a lost answer is not stored twice.
    key = models.UUIDField(unique=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved minutes")
        verbose_name_plural = _("saved minutes")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.item} {self.at:%Y-%m-%d %H:%M}"


class Minutes(models.Model):
    """The minutes of a meeting as a whole: written, sent for approval, approved by somebody or by silence, locked."""

    class State(models.TextChoices):
        WRITING = "writing", pgettext_lazy("minutes", "being written")
        APPROVAL = "approval", pgettext_lazy("minutes", "waiting for approval")
        APPROVED = "approved", pgettext_lazy("minutes", "approved")

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="minutes", verbose_name=_("meeting"))
    case_number = models.CharField(_("case number"), max_length=60, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WRITING, editable=False)
    # Who approves: one who was present, or nobody: then silence does, `silence_until`.
    adjuster = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adjuster")
    )
    silence_until = models.DateField(_("approved by silence after"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    remarks = models.TextField(_("remarks"), max_length=TEXT, blank=True, default="", editable=False)
    # The minutes as a source that rows of the register cite; made when a decision first changes one.
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, editable=False, related_name="minutes"
    )
    # What was approved, as `meetings.minutes_content` gathers it, and its SHA-256.
    content = models.JSONField(null=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, default="", editable=False)
    # What happened to them: [{"at", "what", "by", "reason" …}]; what was approved and reopened stays here whole.
    log = models.JSONField(default=list, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("minutes of a meeting")
        verbose_name_plural = _("minutes of meetings")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="approved", content__isnull=False, approved_at__isnull=False)
                | (~Q(state="approved") & Q(content=None, approved_at=None)),
                name="meetings_minutes_are_locked_whole",
            )
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    def get_absolute_url(self) -> str:
        return reverse("meetings:minutes", args=[self.meeting.slug])

    @property
    def is_locked(self) -> bool:
        """Whether nothing may be written or decided in them: what is approved is what was sent for approval."""
        return self.state != self.State.WRITING


class Decision(models.Model):
    """What a meeting decided. `effect` is what it did to the register once somebody carried it out."""

    item = models.ForeignKey(
        AgendaItem, models.PROTECT, related_name="decisions", verbose_name=_("agenda item")
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)  # within its meeting, from 1
    text = models.TextField(_("decision"), max_length=TEXT)
    # {"kind": "collaboration" | "seat" | "convener" | "proposal" …, "id": …, "label": …}; null: words alone.
    effect = models.JSONField(null=True, editable=False)
    carried_out_at = models.DateTimeField(null=True, editable=False)
    carried_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["item__meeting", "number", "pk"]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("meetings:decision", args=[self.pk])


class Action(models.Model):
    """What an actor is to do, and by when."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("action", "open")
        DONE = "done", pgettext_lazy("action", "done")
        DROPPED = "dropped", pgettext_lazy("action", "dropped")

    item = models.ForeignKey(
        AgendaItem, models.PROTECT, related_name="actions", verbose_name=_("agenda item")
    )
    decision = models.ForeignKey(
        Decision, models.SET_NULL, null=True, blank=True, related_name="actions", verbose_name=_("decision")
    )
    text = models.CharField(_("what is to be done"), max_length=500)
    owner = models.ForeignKey(
        Actor, models.PROTECT, related_name="actions", verbose_name=_("who is to see to it")
    )
    due = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OPEN, editable=False)
    outcome = models.CharField(_("what came of it"), max_length=1000, blank=True, default="")
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("meetings:action", args=[self.pk])


class HealthAnswer(models.Model):
    """What a member says once a year of a network's way of working, of what the register does not know (GAO-12-1022)."""

    network = models.ForeignKey(
        "network.Network", models.CASCADE, related_name="health_answers", verbose_name=_("network")
    )
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="+", verbose_name=_("actor"))
    year = models.PositiveSmallIntegerField(_("year"))
    practice = models.CharField(_("practice"), max_length=20)
    value = models.PositiveSmallIntegerField(_("answer"))  # 1 not at all … 4 fully
    comment = models.CharField(_("comment"), max_length=1000, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer about a network")
        verbose_name_plural = _("answers about networks")
        ordering = ["-year", "practice"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "actor", "year", "practice"], name="meetings_health_answer_once"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=1, value__lte=4), name="meetings_health_answer_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.year} {self.practice}"
