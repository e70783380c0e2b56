from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from coordination.base.models import ActorKind, Level, Named, Place, RegisterRow
from coordination.base.periods import Period, PeriodQuerySet, once_per_start


class ActorQuerySet(PeriodQuerySet):
    def organisations(self) -> Self:
        return self.filter(is_group=False)

    def groups(self) -> Self:
        return self.filter(is_group=True)


class Actor(Named, Period, RegisterRow):
    """An organisation, or a group of organisations that is named as one.

    Both hold mandates, seats and ties, and share one name space of ids; hence one table. A group is by
    rule, by list of `GroupMember`, or only counted (`rule` "unknown"); it is expanded when asked, never
    copied.
    """

    slug = models.SlugField(_("id"), max_length=80, unique=True)
    is_group = models.BooleanField(_("group"), default=False, editable=False)
    kind = models.ForeignKey(ActorKind, models.PROTECT, verbose_name=_("kind"))
    level = models.ForeignKey(Level, models.PROTECT, verbose_name=_("level"))
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="actors", verbose_name=_("place")
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    attributes = models.JSONField(
        _("attributes"), default=dict, blank=True, help_text=_("Further columns of the import file, as text.")
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        editable=False,
        help_text=_("A duplicate that was merged: its id redirects."),
    )

    rule = models.CharField(
        _("rule"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("“list”, “unknown”, or conditions such as kind=municipality;county=12."),
    )
    also = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="also_in", verbose_name=_("also")
    )
    stated_members = models.CharField(_("stated number of members"), max_length=40, blank=True, default="")

    history = HistoricalRecords(m2m_fields=[also])
    objects = ActorQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("actor")
        verbose_name_plural = _("actors")
        ordering = ["sort_sv", "slug"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(is_group=True) & ~Q(rule="") | Q(is_group=False, rule="", stated_members=""),
                name="network_actor_group_has_a_rule",
                violation_error_message=_("A group needs a rule, and only a group has one."),
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=models.F("pk")),
                name="network_actor_does_not_succeed_itself",
                violation_error_message=_("An actor cannot succeed itself."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("network:group" if self.is_group else "network:actor", args=[self.slug])


class ActorName(Period, RegisterRow):
    """A former name, an alias or an acronym; dated, so that pages show the name of the day."""

    class Kind(models.TextChoices):
        FORMER = "former", _("former name")
        ALIAS = "alias", _("also known as")
        ACRONYM = "acronym", _("acronym")

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="names", verbose_name=_("actor"))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.FORMER)
    name_sv = models.CharField(_("name in Swedish"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True, default="")

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("name")
        verbose_name_plural = _("names")
        ordering = ["-valid_until", "pk"]
        constraints = [
            *Period.Meta.constraints,
            once_per_start("actor", "kind", "name_sv", name="network_actorname_once"),
        ]

    def __str__(self) -> str:
        return self.name_sv


class ActorParent(Period, RegisterRow):
    """What an actor was part of, and when."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="parents", verbose_name=_("actor"))
    parent = models.ForeignKey(Actor, models.PROTECT, related_name="parts", verbose_name=_("part of"))

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("parent")
        verbose_name_plural = _("parents")
        ordering = ["valid_from", "pk"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(actor=models.F("parent")),
                name="network_actorparent_is_another",
                violation_error_message=_("An actor cannot be part of itself."),
            ),
            once_per_start("actor", "parent", name="network_actorparent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ⊂ {self.parent}"


class Identifier(Period, RegisterRow):
    """An official number. Several actors may share one, so it is never a key."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="identifiers", verbose_name=_("actor"))
    scheme = models.SlugField(_("scheme"), max_length=40, help_text=_("For example se-orgnr."))
    value = models.CharField(_("value"), max_length=80, db_index=True)

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        ordering = ["scheme", "value"]
        constraints = [
            *Period.Meta.constraints,
            once_per_start("actor", "scheme", "value", name="network_identifier_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class GroupMember(Period, RegisterRow):
    """An organisation's place in a group that is kept as a list."""

    group = models.ForeignKey(Actor, models.CASCADE, related_name="members", verbose_name=_("group"))
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="member_of", verbose_name=_("actor"))

    history = HistoricalRecords()
    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = _("group member")
        verbose_name_plural = _("group members")
        ordering = ["group", "actor__sort_sv"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(group=models.F("actor")), name="network_groupmember_is_another"
            ),
            once_per_start("group", "actor", name="network_groupmember_once"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ∈ {self.group}"


class Membership(models.Model):
    """Which actors a person may speak for."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="memberships", verbose_name=_("actor"))
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["user", "actor"], name="network_membership_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.actor}"


class Contact(models.Model):
    """A role's mailbox first, a person only where there is no such thing; never in public output.

    Basis: public task, Article 6(1)(e) GDPR. Hence no history and nothing beyond these four fields.
    """

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="contacts", verbose_name=_("actor"))
    role_sv = models.CharField(_("role in Swedish"), max_length=200)
    role_en = models.CharField(_("role in English"), max_length=200, blank=True, default="")
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    email = models.EmailField(_("email"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["role_sv", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone=""),
                name="network_contact_can_be_reached",
                violation_error_message=_("Give an email address or a phone number."),
            )
        ]

    def __str__(self) -> str:
        return self.role_sv
