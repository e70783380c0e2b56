from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from coordination.base.models.codes import PlaceKind
from coordination.base.models.register import Named, RegisterRow


class Place(Named, RegisterRow):
    """A node of a tree of territories: country > county > municipality, or any other tree."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.ForeignKey(PlaceKind, models.PROTECT, verbose_name=_("kind"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["sort_sv", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")),
                name="base_place_is_not_its_own_parent",
                violation_error_message=_("A place cannot be part of itself."),
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("base:place", args=[self.code])
