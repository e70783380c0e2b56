from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportJob(models.Model):
    """A file on its way into the register: tried, shown, and taken in or not. Who did what stays.

    `content` is kept until the file is taken in or put away; its digest stays. What was found is in the
    language of whoever sent it (`language`).
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("being tried")
        CHECKED = "checked", _("waits for your word")
        UNREADABLE = "unreadable", _("cannot be read")
        APPLYING = "applying", _("being taken in")
        APPLIED = "applied", pgettext_lazy("file", "taken in")
        DISCARDED = "discarded", pgettext_lazy("file", "put away")
        FAILED = "failed", _("stopped by an error")

    WORKING = (State.CHECKING, State.APPLYING)
    OPEN = (State.CHECKING, State.CHECKED, State.APPLYING, State.FAILED)

    kind = models.CharField(_("kind"), max_length=40)
    file_name = models.CharField(_("file"), max_length=200)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    content = models.BinaryField(null=True, editable=False)
    language = models.CharField(max_length=2)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKING)
    # {column of the file: field}; "" leaves a column out. Empty until somebody has said otherwise.
    mapping = models.JSONField(default=dict)
    # [{"name", "field", "is_certain", "samples"}] of the file.
    columns = models.JSONField(default=list)
    skip_rejected = models.BooleanField(_("leave rejected rows out"), default=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    warned = models.PositiveIntegerField(_("remarks"), default=0)
    # {"rejected": [remark], "warnings": [remark], "outcomes": [outcome]}, as `tables.report` has them.
    found = models.JSONField(default=dict)
    # The register's revision when the file was tried: what was shown is what is taken in.
    revision = models.PositiveBigIntegerField(null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    by_command = models.BooleanField(_("by command"), default=False)

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "discarded"]) | Q(content=None),
                name="base_importjob_keeps_no_file_for_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("base:import", args=[self.pk])

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING


class ImportedRow(models.Model):
    """How a row stood before and after a file was taken in. Kept until the import is undone.

    `before` and `after` are as `tables.journal` has them.
    """

    class What(models.TextChoices):
        CREATED = "+", _("new")
        CHANGED = "~", _("changed")
        REMOVED = "-", _("removed")

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="written")
    model = models.CharField(max_length=80)
    key = models.CharField(max_length=40)
    what = models.CharField(max_length=1, choices=What)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["job", "model", "key"], name="base_importedrow_once_in_a_job")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.model} {self.key}"


class ImportUndo(models.Model):
    """That an import was undone: by whom, when and why, and what was left as it was.

    `left` is [[name of the row, why]], in the language of whoever undid it.
    """

    job = models.OneToOneField(ImportJob, models.CASCADE, related_name="undo")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("undone by")
    )
    at = models.DateTimeField(_("undone"))
    reason = models.CharField(_("reason"), max_length=100)
    taken_away = models.PositiveIntegerField(_("rows taken away"), default=0)
    put_back = models.PositiveIntegerField(_("rows put back"), default=0)
    left = models.JSONField(default=list)

    class Meta:
        verbose_name = _("undone import")
        verbose_name_plural = _("undone imports")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.job}: {self.reason}"
