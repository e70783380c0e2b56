"""What one who reads an address wants to get."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import Recipient
from meetings.preferences import KINDS, field_of


class PreferencesForm(forms.ModelForm):
    """One box for each kind of mail that may be declined."""

    class Meta:
        model = Recipient
        fields: ClassVar[list[str]] = [field_of(kind) for kind in KINDS]
        labels: ClassVar = {
            "wants_reminders": _("Reminders before meetings"),
            "wants_nudges": _("Reminders to answer"),
            "wants_deadlines": _("Deadlines of mandates and reports"),
            "wants_digest": _("A weekly summary"),
            "wants_circulars": _("Messages to all seats of a network"),
        }
        help_texts: ClassVar = {
            "wants_reminders": _("A week before, and the day before."),
            "wants_nudges": _("When an invitation or a question about a date waits for an answer."),
            "wants_deadlines": _("90 and 30 days before, of the actors that you speak for."),
            "wants_digest": _("On Mondays, when there is something to tell."),
        }
