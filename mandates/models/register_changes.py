from django.db import models
from django.utils.translation import gettext_lazy as _


class RegisterChange(models.Model):
    """Which one row made a revision of the register. The last thousand or so are kept.

    A revision without a row here was made by many rows at once.
    """

    number = models.PositiveBigIntegerField(_("revision"), db_index=True)
    model = models.CharField(_("kind of row"), max_length=100)
    key = models.PositiveBigIntegerField(_("key"))

    class Meta:
        verbose_name = _("register change")
        verbose_name_plural = _("register changes")
        ordering = ["number", "pk"]

    def __str__(self) -> str:
        return f"{self.number}: {self.model} {self.key}"
