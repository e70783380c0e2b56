from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OutgoingMail(models.Model):
    """A mail to one address, from the moment it is promised until a mail server has taken it.

    The table is the queue: a mail is written in the transaction that promises it, and its bytes never change
    after that, so that a mail sent twice after a crash is the same mail.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("mail", "waiting")
        LEASED = "leased", pgettext_lazy("mail", "being sent")
        SENT = "sent", pgettext_lazy("mail", "sent")
        FAILED = "failed", pgettext_lazy("mail", "could not be sent")
        SUPERSEDED = "superseded", pgettext_lazy("mail", "replaced before it was sent")

    UNFINISHED = (State.WAITING, State.LEASED)

    # What is said to whom in which version: the same promise twice is one mail.
    dedupe_key = models.CharField(max_length=300, unique=True, editable=False)
    # Mails of one key leave in the order they were promised: of one meeting to one attendee.
    order_key = models.CharField(max_length=300, db_index=True, editable=False)
    replaceable = models.BooleanField(default=False, editable=False)
    recipient = models.EmailField(_("recipient"), max_length=254)
    sender = models.CharField(_("sender"), max_length=320)
    subject = models.CharField(_("subject"), max_length=500)
    message_id = models.CharField(max_length=200, unique=True, editable=False)
    content = models.BinaryField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    owner = models.CharField(max_length=40, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"))
    created = models.DateTimeField(_("promised"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    answer = models.CharField(_("the mail server's answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ["-created", "-pk"]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=["waiting", "leased"]),
                name="meetings_mail_unfinished",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="leased") ^ Q(owner=""), name="meetings_mail_is_leased_to_somebody"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(state="sent"), name="meetings_mail_sent_at_when_sent"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "leased"]) | Q(content__isnull=False),
                name="meetings_mail_has_what_it_sends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"
