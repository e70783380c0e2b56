from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from coordination.base.models.register import RegisterRow, Titled
from coordination.base.periods import Precision


class Document(Titled, RegisterRow):
    """A source. `publisher` is an actor's id, kept as text: sources stand below the actors."""

    slug = models.SlugField(_("id"), max_length=80, unique=True)
    publisher = models.CharField(_("publisher"), max_length=80, blank=True, default="")
    published = models.DateField(_("published"), null=True, blank=True)
    date_precision = models.CharField(_("precision"), max_length=8, choices=Precision, blank=True, default="")
    reference = models.CharField(_("reference"), max_length=300, blank=True, default="")
    url = models.URLField(_("address"), max_length=500, blank=True, default="")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["sort_sv", "slug"]

    def get_absolute_url(self) -> str:
        return reverse("base:document", args=[self.slug])


class Citation(models.Model):
    """Where a row comes from: a place in a document, or an external public page."""

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    row = GenericForeignKey("content_type", "object_id")
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cited_in",
        verbose_name=_("document"),
    )
    place = models.CharField(
        _("place in the document"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("Section, table, page."),
    )
    url = models.URLField(_("address"), max_length=500, blank=True, default="")
    label = models.CharField(_("external source"), max_length=500, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(document__isnull=False, url="", label="")
                    | Q(document=None, place="") & (~Q(url="") | ~Q(label=""))
                ),
                name="base_citation_names_one_source",
                violation_error_message=_("Name a document, or an external source; not both."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document.title} {self.place}".strip() if self.document else self.label or self.url
