"""Links and addresses that stand for one invitation: who has one may answer for it, without an account.

They are made from the invitation's nonce and the installation's key, so that a copy of the database opens none
and a new nonce revokes them all.
"""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from meetings.models import Invitation

ANSWER, REPLY = "answer", "reply"
LENGTH = 40  # hexadecimal digits, 160 bits


def token(invitation: Invitation, purpose: str) -> str:
    """What proves that somebody was given `invitation` for `purpose`: letters that survive any mail program."""
    digest = salted_hmac(f"meetings.links.{purpose}", invitation.nonce, algorithm="sha256").hexdigest()
    return f"{invitation.pk}-{digest[:LENGTH]}"


def find(text: str, purpose: str) -> Invitation | None:
    """The invitation that `text` was made for; None of anything else, and after its nonce has changed."""
    number, dash, _rest = text.partition("-")
    if not (dash and number.isascii() and number.isdigit() and len(number) < 19):
        return None
    row = Invitation.objects.filter(pk=int(number)).select_related("meeting__network", "actor").first()
    if row is None or not constant_time_compare(token(row, purpose), text.lower()):
        return None
    return row


def answer_url(invitation: Invitation, partstat: str = "") -> str:
    """The address of the invitation's own page; with `partstat` that answer is chosen there, not yet given."""
    path = reverse("meetings:invitation", args=[token(invitation, ANSWER)])
    return absolute(f"{path}?answer={partstat.lower()}" if partstat else path)


def poll_url(invitation: Invitation) -> str:
    """The address at which this attendee says which of the proposed times suit."""
    return absolute(reverse("meetings:invitation-poll", args=[token(invitation, ANSWER)]))


def reply_address(invitation: Invitation) -> str:
    """Where this attendee's calendar sends its answers."""
    local, _, domain = settings.MEETINGS_MAILBOX.rpartition("@")
    return f"{local}+{token(invitation, REPLY)}@{domain}"


def of_reply_address(address: str) -> Invitation | None:
    """The invitation whose own address this is."""
    local, _, domain = address.strip().casefold().rpartition("@")
    own_local, _, own_domain = settings.MEETINGS_MAILBOX.casefold().rpartition("@")
    name, plus, tag = local.partition("+")
    if (name, plus, domain) != (own_local, "+", own_domain):
        return None
    return find(tag, REPLY)


def absolute(path: str) -> str:
    """`path` under the address that this installation is known by."""
    return urljoin(settings.BASE_URL, path)
