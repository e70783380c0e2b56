"""Where Samsyn differs from what django-allauth does by itself."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from coordination.accounts.links import password_link
from coordination.accounts.mail import deliver
from coordination.base.authorisation import must_have_second_factor
from coordination.base.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Nobody signs up; links in mail are built on BASE_URL, and mail is in the reader's language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        # Never from the request's Host header: a forged one would send the key elsewhere.
        uid, _dash, token = key.partition("-")
        return password_link(uid, token)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = context.get("user") or User.objects.filter(email=email).first()
        language = user.language if isinstance(user, User) else settings.LANGUAGE_CODE
        # allauth would greet in the name of the Host header.
        site = {"name": "Samsyn", "domain": urlsplit(settings.BASE_URL).netloc}
        with translation.override(language):
            deliver(
                self.render_mail(template_prefix, email, {**context, "email": email, "current_site": site})
            )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        # Addresses are kept on the user alone; allauth would look in its own table and tell nobody.
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        with translation.override(user.language if isinstance(user, User) else settings.LANGUAGE_CODE):
            return reverse("home")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # nor is its MFA
    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not must_have_second_factor(authenticator.user)
