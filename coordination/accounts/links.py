"""Links that open an account. They are mailed, never shown, and live for PASSWORD_RESET_TIMEOUT."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from coordination.base.models import User


def password_link(uid: str, token: str) -> str:
    """The page where a password is chosen, on the configured address."""
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return f"{settings.BASE_URL}{path}"


def invitation_link(user: User) -> str:
    """Where an invited user chooses a password. Good once: it dies with the password that it sets."""
    return password_link(user_pk_to_url_str(user), default_token_generator.make_token(user))
