"""Forms about accounts. Each names its fields: no form here may set a flag that it does not show."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.accounts.services import ROLES
from coordination.base.models import User
from network.options import actor_field, actors_field

ROLE_LABELS = dict(zip(ROLES, (_("coordinator"), _("reviewer")), strict=True))


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("Email address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=list(ROLE_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None: a reader, or a member of the actors below."),
    )
    actors = actors_field(label=_("May speak for"), required=False)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class MembershipForm(forms.Form):
    actor = actor_field(label=_("May speak for"))


class OwnAccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("name", "language")
        labels = {"name": _("Name"), "language": _("Language")}
        help_texts = {"language": _("Of mail to you, and of the page that you come to when you log in.")}
