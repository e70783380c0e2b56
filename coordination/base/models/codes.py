"""Code lists: what a country calls its kinds and levels is data, never code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coordination.base.models.register import Named


class CodeList(Named):
    """One value of a controlled list. Its code is permanent and is its key."""

    code = models.SlugField(_("code"), primary_key=True, max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    traits = models.CharField(
        _("traits"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("Words that the rules look for, separated by semicolons."),
    )

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def has_trait(self, trait: str) -> bool:
        return trait in self.trait_set

    @property
    def trait_set(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.traits.split(";") if part.strip())


class Level(CodeList):
    """National, regional, local: where an actor stands, and whom a mandate aims at."""

    class Meta(CodeList.Meta):
        verbose_name = _("level")
        verbose_name_plural = _("levels")


class PlaceKind(CodeList):
    class Meta(CodeList.Meta):
        verbose_name = _("kind of place")
        verbose_name_plural = _("kinds of place")


class ActorKind(CodeList):
    """Trait `government`: a state body, which the rules about government actors look at."""

    class Meta(CodeList.Meta):
        verbose_name = _("kind of actor")
        verbose_name_plural = _("kinds of actor")


class MandateKind(CodeList):
    """Traits: `voluntary`, `statutory` (duty by law), `assignment` (decision with a deadline)."""

    class Meta(CodeList.Meta):
        verbose_name = _("kind of mandate")
        verbose_name_plural = _("kinds of mandate")


class MandateRole(CodeList):
    """Trait `lead`: the holder leads the task."""

    class Meta(CodeList.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")


class CollaborationKind(CodeList):
    """Trait `funding`: one side pays the other."""

    class Meta(CodeList.Meta):
        verbose_name = _("kind of collaboration")
        verbose_name_plural = _("kinds of collaboration")


class MeetingKind(CodeList):
    class Meta(CodeList.Meta):
        verbose_name = _("kind of meeting")
        verbose_name_plural = _("kinds of meeting")


class MilestoneKind(CodeList):
    class Meta(CodeList.Meta):
        verbose_name = _("kind of milestone")
        verbose_name_plural = _("kinds of milestone")
