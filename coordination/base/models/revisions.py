from django.db import models
from django.db.models import F
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

touched = Signal()  # row: the one row whose save was all that changed, or None


class RegisterRevision(models.Model):
    """One row, one number, that grows with every change of the register."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("register revision")
        verbose_name_plural = _("register revisions")

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """The revision now; 0 before the first change. One query."""
        return cls.objects.values_list("number", flat=True).first() or 0

    @classmethod
    def touch(cls, row: models.Model | None = None) -> None:
        """Note, in the caller's transaction, that the register has changed; by `row` alone, if it is given.

        Whoever keeps something that is built on the register hears of it by the signal `touched`.
        """
        if not cls.objects.update(number=F("number") + 1):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})
        touched.send(sender=cls, row=row)
