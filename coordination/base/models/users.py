from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
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

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email
