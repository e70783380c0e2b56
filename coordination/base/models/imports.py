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

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "discarded"]) | Q(content=None),
                name="base_importjob_keeps_no_file_for_nothing",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("base:import", args=[self.pk])

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING
