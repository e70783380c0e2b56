from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, is_coordinator=True, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in, by email address.

    A reader needs no flag; being a member is having a `network.Membership`. `is_staff` opens Django's
    admin and says nothing about the register.
    """

    class Language(models.TextChoices):
        SWEDISH = "sv", "Svenska"
        ENGLISH = "en", "English"

    email = models.EmailField(_("email"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    is_coordinator = models.BooleanField(
        _("coordinator"), default=False, help_text=_("Keeps the actor map true; may edit the whole register.")
    )
    is_reviewer = models.BooleanField(
        _("reviewer"), default=False, help_text=_("Judges gaps and overlaps at a ministry.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.SWEDISH)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match: the password, and also every role, whichever door changed it.

        Whoever gains or loses a role, or is disabled, is thereby logged out everywhere (OWASP ASVS 5.0,
        7.4). Django calls this for its public `get_session_auth_hash` and for each fallback key.
        """
        roles = (self.is_active, self.is_staff, self.is_superuser, self.is_coordinator, self.is_reviewer)
        value = f"{self.password}|{roles}"
        return salted_hmac("samsyn.session", value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email


class AccountEvent(models.Model):
    """Who gave whom which right over the register, and when. Written once, never changed.

    Holds no address of its own: when an account is removed, so are the events about it.
    """

    class Kind(models.TextChoices):
        INVITED = "invited", _("invited")
        ROLE_GIVEN = "role_given", _("role given")
        ROLE_TAKEN = "role_taken", _("role taken away")
        MEMBERSHIP_GIVEN = "membership_given", _("membership given")
        MEMBERSHIP_TAKEN = "membership_taken", _("membership taken away")
        DISABLED = "disabled", _("disabled")
        ENABLED = "enabled", _("enabled")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="account_events", verbose_name=_("user")
    )
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    what = models.CharField(
        _("of what"), max_length=80, blank=True, default="", help_text=_("Role or actor.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.what}".rstrip()
