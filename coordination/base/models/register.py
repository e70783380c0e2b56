"""What every row of the register has: two languages, a version, confidence, sources, confirmation."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coordination.base.models.revisions import RegisterRevision
from coordination.base.ordering import KEY_LENGTH, english_key, swedish_key

NAME_LENGTH = 300


def localized(row: Any, field: str) -> str:
    """`field` of a row, or of a value like one, in the active language; in the other where only that exists."""
    swedish: str = getattr(row, f"{field}_sv")
    english: str = getattr(row, f"{field}_en")
    return (english or swedish) if (get_language() or "sv").startswith("en") else (swedish or english)


class _Sorted(models.Model):
    """Keys that order rows alike in every database, by the text field that the subclass names."""

    sorted_by = ""

    sort_sv = models.CharField(max_length=KEY_LENGTH, editable=False, default="", db_index=True)
    sort_en = models.CharField(max_length=KEY_LENGTH, editable=False, default="", db_index=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_sort_keys()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "sort_sv", "sort_en"}
        super().save(*args, **kwargs)

    def set_sort_keys(self) -> None:
        """Recompute the keys; `save` does it, bulk writers must."""
        swedish: str = getattr(self, f"{self.sorted_by}_sv")
        english: str = getattr(self, f"{self.sorted_by}_en")
        self.sort_sv = swedish_key(swedish or english)
        self.sort_en = english_key(english or swedish)


class Named(_Sorted):
    """A Swedish and an English name; one of them may be missing, not both."""

    sorted_by = "name"

    name_sv = models.CharField(_("name in Swedish"), max_length=NAME_LENGTH)
    name_en = models.CharField(_("name in English"), max_length=NAME_LENGTH, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name")


class Titled(_Sorted):
    """As `Named`, for rows that have a title."""

    sorted_by = "title"

    title_sv = models.CharField(_("title in Swedish"), max_length=NAME_LENGTH)
    title_en = models.CharField(_("title in English"), max_length=NAME_LENGTH, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localized(self, "title")


class Confidence(models.TextChoices):
    """Whether the source says it, or we concluded it."""

    STATED = "stated", _("stated by the source")
    INFERRED = "inferred", _("inferred by us")


class RegisterRow(models.Model):
    """A row that people edit: versioned, sourced, confirmed.

    `version` grows by one with each save. Editors send back the version they saw, and
    `coordination.base.editing.save_row` refuses the edit when it has moved on.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    confidence = models.CharField(
        _("confidence"), max_length=8, choices=Confidence, default=Confidence.STATED
    )
    inferred_fields = models.CharField(_("inferred fields"), max_length=200, blank=True, default="")
    note = models.TextField(_("note"), max_length=4000, blank=True, default="")
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    updated_at = models.DateTimeField(auto_now=True)

    citations = GenericRelation("base.Citation")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self.version += 1
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "version", "updated_at"}
        super().save(*args, **kwargs)
        RegisterRevision.touch(self)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        result = super().delete(*args, **kwargs)
        RegisterRevision.touch()
        return result
