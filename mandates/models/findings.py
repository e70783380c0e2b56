"""What the rules found, as it is kept; and what people say and decide about it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from network.models import Actor

KEY_LENGTH = 400


def _user(related_name: str, label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name=related_name,
        verbose_name=label,
    )


class FindingSet(models.Model):
    """The findings of one day, of the register at `revision`, by the rules of `rules_version`.

    The set that `is_followed` is that of the register's own day: by it findings open and close. A set of an
    older revision is shown with a word about it, or not at all.
    """

    as_of = models.DateField(_("day"), unique=True)
    revision = models.PositiveBigIntegerField(_("register revision"))
    rules_version = models.CharField(_("version of the rules"), max_length=16)
    computed_at = models.DateTimeField(_("computed"))
    is_followed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("set of findings")
        verbose_name_plural = _("sets of findings")
        ordering = ["as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_followed"],
                condition=Q(is_followed=True),
                name="mandates_findingset_one_followed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.as_of} ({self.revision})"


class FoundFinding(models.Model):
    """A finding in a set: what lists need in columns, and all of it in `body` as the machine interface has it.

    `about` names what it concerns as ";actor/delmos;mandate/DEL-01;", so that a page finds its own.
    """

    found_in = models.ForeignKey(FindingSet, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=KEY_LENGTH)
    rule = models.CharField(max_length=40)
    severity = models.PositiveSmallIntegerField()
    managed = models.BooleanField(null=True)
    strategy = models.CharField(max_length=80, blank=True, default="")
    expectation = models.CharField(max_length=130, blank=True, default="")
    area = models.CharField(max_length=400, blank=True, default="")
    function = models.CharField(max_length=40, blank=True, default="")
    level = models.CharField(max_length=200, blank=True, default="")
    actors = models.JSONField(default=list)
    mandates = models.JSONField(default=list)
    title_sv = models.TextField()
    title_en = models.TextField()
    text_sv = models.TextField()
    text_en = models.TextField()
    about = models.TextField()
    fingerprint = models.CharField(max_length=16)
    body = models.JSONField()

    class Meta:
        verbose_name = _("finding on a day")
        verbose_name_plural = _("findings on a day")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["found_in", "key"], name="mandates_foundfinding_key_in_set")
        ]

    def __str__(self) -> str:
        return self.key


class Finding(models.Model):
    """One finding over time, by its key: when it was seen and closed, and what people did about it.

    `body`, `fingerprint` and `body_as_of` are those of the last day on which it was looked at while it
    held. `version` grows with each decision; whoever decides says which one they saw.
    """

    key = models.CharField(pgettext_lazy("finding", "key"), max_length=KEY_LENGTH, unique=True)
    rule = models.CharField(_("rule"), max_length=40)
    body = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=16, blank=True, default="")
    body_as_of = models.DateField(null=True, blank=True)
    is_open = models.BooleanField(pgettext_lazy("finding", "open"), default=False, db_index=True)
    first_seen_at = models.DateTimeField(_("first seen"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("finding", "closed"), null=True, blank=True)
    published_at = models.DateTimeField(pgettext_lazy("finding", "published"), null=True, blank=True)
    published_by = _user("+", _("published by"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title or self.key

    def get_absolute_url(self) -> str:
        return reverse("mandates:finding", args=[self.key])

    @property
    def title(self) -> str:
        language = "en" if (get_language() or "sv").startswith("en") else "sv"
        titles: dict[str, str] = self.body.get("title") or {}
        return titles.get(language, "")

    @property
    def actors(self) -> list[str]:
        """Ids of the actors that it names."""
        return list(self.body.get("actors") or [])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class FindingEvent(models.Model):
    """What happened to a finding of itself, or to its being public. Written once, never changed."""

    class Kind(models.TextChoices):
        OPENED = "opened", pgettext_lazy("finding", "seen for the first time")
        REOPENED = "reopened", pgettext_lazy("finding", "opened again")
        CHANGED = "changed", pgettext_lazy("finding", "the facts changed")
        RETURNED = (
            "returned",
            pgettext_lazy("finding", "returned: the facts that were called intended changed"),
        )
        CLOSED = "closed", pgettext_lazy("finding", "closed")
        PUBLISHED = "published", pgettext_lazy("finding", "published")
        WITHDRAWN = "withdrawn", pgettext_lazy("finding", "no longer published")

    class Cause(models.TextChoices):
        DATA = "data", _("the register changed")
        DAY = "day", _("the day moved on")
        RULES = "rules", _("the rules changed")
        ACTION = "action", _("something was done about it")
        PERSON = "person", _("somebody decided it")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="events")
    kind = models.CharField(pgettext_lazy("finding event", "what"), max_length=10, choices=Kind)
    cause = models.CharField(pgettext_lazy("finding event", "why"), max_length=8, choices=Cause)
    at = models.DateTimeField(_("when"))
    as_of = models.DateField(_("day"), null=True, blank=True)
    revision = models.PositiveBigIntegerField(null=True, blank=True)
    user = _user("+", _("by whom"))
    differences = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("finding event")
        verbose_name_plural = _("finding events")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.kind}"


class Disposition(models.Model):
    """What a reviewer or coordinator decided about a finding, on the facts of a day. The latest one made stands.

    A draft is its author's alone. What is made is never changed: who thinks otherwise makes another.
    """

    class Choice(models.TextChoices):
        BY_DESIGN = "by_design", pgettext_lazy("disposition", "By design")
        CLARIFY_LEAD = "clarify_lead", pgettext_lazy("disposition", "Clarify the lead")
        GIVE_ASSIGNMENT = "give_assignment", pgettext_lazy("disposition", "Give an assignment")
        MANAGE = "manage", pgettext_lazy("disposition", "Manage")
        MERGE = "merge", pgettext_lazy("disposition", "Merge")
        NEED_FACTS = "need_facts", pgettext_lazy("disposition", "Need facts")
        ACTION_TAKEN = "action_taken", pgettext_lazy("disposition", "Action taken")

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("disposition", "draft")
        MADE = "made", pgettext_lazy("disposition", "made")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="dispositions")
    choice = models.CharField(_("disposition"), max_length=16, choices=Choice)
    reason = models.TextField(_("reason"), max_length=4000)
    owner = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who is to see to it"),
    )
    due = models.DateField(_("due"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=5, choices=Status, default=Status.MADE)
    author = _user("dispositions", _("made by"))
    at = models.DateTimeField(_("when"))
    as_of = models.DateField(_("day"))
    fingerprint = models.CharField(max_length=16, blank=True, default="")
    body = models.JSONField(default=dict)
    source = models.TextField(_("source"), blank=True, default="")
    changes = models.JSONField(default=list, blank=True)
    takes_effect = models.DateField(_("takes effect"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("disposition")
        verbose_name_plural = _("dispositions")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "author"],
                condition=Q(status="draft"),
                name="mandates_disposition_one_draft_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_choice_display()}: {self.finding}"


class Reply(models.Model):
    """What a named actor says about a finding. In draft its author's alone; sent it stays in the record."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("reply", "draft")
        SENT = "sent", pgettext_lazy("reply", "sent")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="replies")
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="finding_replies", verbose_name=_("actor"))
    text = models.TextField(_("reply"), max_length=8000)
    status = models.CharField(_("status"), max_length=5, choices=Status, default=Status.DRAFT)
    author = _user("finding_replies", _("written by"))
    at = models.DateTimeField(_("when"))
    as_of = models.DateField(_("day"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "actor", "author"],
                condition=Q(status="draft"),
                name="mandates_reply_one_draft_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.finding}"


class FindingNote(models.Model):
    """An effect noted, good or bad; a comment; or somebody's own note, which nobody else sees."""

    class Kind(models.TextChoices):
        GOOD = "good", pgettext_lazy("finding note", "Good effect")
        BAD = "bad", pgettext_lazy("finding note", "Bad effect")
        COMMENT = "comment", pgettext_lazy("finding note", "Comment")
        PRIVATE = "private", pgettext_lazy("finding note", "Own note, seen by nobody else")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="notes")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.TextField(_("text"), max_length=4000)
    author = _user("finding_notes", _("written by"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("finding note")
        verbose_name_plural = _("finding notes")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.finding}"
