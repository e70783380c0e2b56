"""What each address wants to get, and the links in mails by which its reader says so without an account.

Invitations, changes and cancellations always come: they are the meeting, and a calendar that misses one is wrong.
"""

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from meetings import links
from meetings.models import Recipient

REMINDERS, NUDGES, DEADLINES, DIGEST, CIRCULARS = "reminders", "nudges", "deadlines", "digest", "circulars"
KINDS = (REMINDERS, NUDGES, DEADLINES, DIGEST, CIRCULARS)
LENGTH = 40  # hexadecimal digits, 160 bits


def field_of(kind: str) -> str:
    return f"wants_{kind}"


def recipient(email: str) -> Recipient:
    """The row of an address, made if it has none: links in mails stand for it."""
    return Recipient.objects.get_or_create(email=email.casefold())[0]


def unwilling(kind: str) -> set[str]:
    """Addresses, casefolded, that said that they do not want mail of `kind`. One query."""
    return set(Recipient.objects.filter(**{field_of(kind): False}).values_list("email", flat=True))


def token(row: Recipient) -> str:
    """What proves that somebody was sent a mail at the address of `row`."""
    digest = salted_hmac("meetings.preferences", row.nonce, algorithm="sha256").hexdigest()
    return f"{row.pk}-{digest[:LENGTH]}"


def find(text: str) -> Recipient | None:
    """The address that `text` was made for; None of anything else."""
    number, dash, _rest = text.partition("-")
    if not (dash and number.isascii() and number.isdigit() and len(number) < 19):
        return None
    row = Recipient.objects.filter(pk=int(number)).first()
    return row if row is not None and constant_time_compare(token(row), text.lower()) else None


def page_url(row: Recipient) -> str:
    """The page on which the reader of an address chooses, in the active language."""
    return links.absolute(reverse("meetings:preferences", args=[token(row)]))


def unsubscribe_url(row: Recipient, kind: str) -> str:
    return links.absolute(reverse("meetings:preferences-unsubscribe", args=[token(row), kind]))


def headers(row: Recipient, kind: str) -> dict[str, str]:
    """By which mail programs show a button that ends mail of `kind` at once (RFC 2369, 3.2; RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(row, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def set_wish(row: Recipient, kind: str, wanted: bool) -> None:
    """Note whether mail of `kind` is wanted; a second time changes nothing."""
    setattr(row, field_of(kind), wanted)
    row.save(update_fields=[field_of(kind), "changed_at"])
