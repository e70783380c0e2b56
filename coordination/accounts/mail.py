"""Mail about accounts."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from coordination.accounts.links import invitation_link
from coordination.base.models import User

logger = logging.getLogger(__name__)


def send_invitation(user: User, *, by: User) -> bool:
    """Mail `user` the link that sets a password, in the user's language. False if no mail could be sent.

    The account stands either way; the coordinator sees which it was and can send again.
    """
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)
    with translation.override(user.language):
        context = {"user": user, "by": by, "link": invitation_link(user), "days": days}
        message = EmailMessage(
            subject=settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + _("Your account"),
            body=render_to_string("accounts/invitation.txt", context | {"base_url": settings.BASE_URL}),
            to=[user.email],
        )
    return deliver(message)


def deliver(message: EmailMessage) -> bool:
    """Send, and say whether it went. A mail server that is away is logged; it must not answer as an error:

    a page that fails for known addresses alone would tell which they are.
    """
    try:
        message.send()
    except (OSError, smtplib.SMTPException):
        logger.exception("Mail about an account could not be sent")
        return False
    return True
