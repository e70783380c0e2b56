"""The form of an agenda item."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from coordination.base.models import Document
from meetings.forms import OnOneLine
from meetings.models import AgendaItem, Meeting
from network.models import Actor

LONGEST = 480  # minutes


class ItemForm(forms.ModelForm):
    """A new item, or an edit of one on the version that the form carries."""

    title = OnOneLine(label=gettext_lazy("Title"), max_length=200)
    duration = forms.IntegerField(
        label=gettext_lazy("Length in minutes"), min_value=1, max_value=LONGEST, initial=15
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    class Meta:
        model = AgendaItem
        fields = ("title", "intro", "duration", "owner", "documents")
        widgets = {"intro": forms.Textarea(attrs={"rows": 4}), "documents": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = self.instance
        there = Actor.objects.filter(seats__network=meeting.network) | Actor.objects.filter(
            invitations__meeting=meeting
        )
        if item.owner_id:
            there |= Actor.objects.filter(pk=item.owner_id)
        owner: Any = self.fields["owner"]
        owner.queryset = there.distinct().order_by("sort_sv")
        owner.empty_label = "–"
        owner.label_from_instance = lambda actor: actor.name
        documents: Any = self.fields["documents"]
        documents.label_from_instance = lambda row: row.title
        if item.pk is None:
            del self.fields["documents"]
            del self.fields["version"]
        else:
            documents.queryset = item.documents.all()
            documents.label = gettext_lazy("Documents")
            documents.help_text = gettext_lazy("Untick one to take it off the item.")
            if not documents.queryset:
                documents.widget = forms.MultipleHiddenInput()
            more: Any = forms.ModelChoiceField(
                Document.objects.exclude(pk__in=item.documents.all()),
                label=gettext_lazy("Add a document of the register"),
                required=False,
                empty_label="–",
            )
            more.label_from_instance = lambda row: row.title
            self.fields["more"] = more
            self.initial["version"] = item.version

    def chosen_documents(self) -> list[Document]:
        """The documents kept, and the one added."""
        more = self.cleaned_data.get("more")
        return [*self.cleaned_data.get("documents", ()), *([more] if more else [])]
