"""What the facets of every list share: their form, and where a period stands on the page's day."""

from django import forms
from django.utils.translation import gettext_lazy as _

EVERY = _("All")
IN_FORCE, ENDED, COMING, UNDATED, ALL = "in_force", "ended", "coming", "undated", "all"
WHEN = [
    (IN_FORCE, _("In force on the day")),
    (ENDED, _("Ended before the day")),
    (COMING, _("Not yet begun")),
    (UNDATED, _("Start unknown")),
    (ALL, _("All")),
]


class FacetForm(forms.Form):
    """Facets are all optional; their labels need not say so."""

    hide_optional = True
