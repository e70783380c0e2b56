"""Sets of changes: kept beside the register, and those that were made to it in one go."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from coordination.base.models import Titled, User


class ScenarioQuerySet(models.QuerySet):
    def readable_by(self, user: User | AnonymousUser) -> Self:
        """Those that `user` owns or is named in: scenarios are nobody else's (design, "Who sees what")."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(owner=user) | Q(readers=user)).distinct()


class Scenario(Titled):
    """A named set of changes laid over the register. Nothing of it is in the register.

    `changes` is a list of what `mandates.change_json` reads; rows are named by id, so that a change whose
    row is gone can still be shown and refused. `version` grows with each save.
    """

    slug = models.SlugField(_("id"), max_length=80, unique=True)
    purpose = models.TextField(_("what it is for"), max_length=4000, blank=True, default="")
    changes = models.JSONField(_("changes"), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="scenarios",
        verbose_name=_("owner"),
    )
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="readable_scenarios",
        verbose_name=_("named readers"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    history = HistoricalRecords()
    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ["sort_sv", "slug"]

    def get_absolute_url(self) -> str:
        return reverse("mandates:scenario", args=[self.slug])

    @property
    def is_stored(self) -> bool:
        """False of one that is read off the register's own proposed rows."""
        return self.pk is not None


class AppliedChanges(models.Model):
    """Changes that were made to the register in one transaction: the report by which they can be undone.

    `changes` as in `Scenario`; `edits` says of each row what was written, see `mandates.applying`.
    """

    title = models.CharField(_("what"), max_length=300)
    scenario = models.ForeignKey(
        Scenario,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="applied",
        verbose_name=_("scenario"),
    )
    about = models.CharField(
        _("actor"), max_length=80, blank=True, default="", help_text=_("The id of a reorganised actor.")
    )
    day = models.DateField(_("takes effect"))
    changes = models.JSONField(default=list)
    edits = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=100)
    source = models.CharField(_("source"), max_length=1000, blank=True, default="")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    applied_at = models.DateTimeField(_("made"), auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("changes made in one go")
        verbose_name_plural = _("changes made in one go")
        ordering = ["-applied_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("mandates:applied", args=[self.pk])
