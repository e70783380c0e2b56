"""The form of a register row: explicit fields, its version, a key for double submits, reason, sources."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.forms.utils import pretty_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base.formfields import DatedField, OptionsMixin, PickField, PickManyField, Raw, SourcesField
from coordination.base.models import Citation, RegisterRow, User
from coordination.base.periods import Period, day_after

REASON_LENGTH = 100  # what the history keeps
CONTROL_FIELDS = ("version", "submit_key", "reason")
# Form field -> model fields that it sets.
DATED = {"valid_from": ("valid_from", "from_precision"), "valid_to": ("valid_until", "to_precision")}


class RowForm(forms.ModelForm):
    """Edits one row. Subclasses list fields by name; whatever is not listed cannot be changed.

    `own_fields` says which fields a user gets who may edit the row but is no coordinator (None: all).
    Dated rows show `valid_to`, the last day; sources are a field like any other.
    """

    own_fields: ClassVar[tuple[str, ...] | None] = None
    # Fields that only a new row has: parents and permanent ids.
    only_new: ClassVar[tuple[str, ...]] = ()
    source_required: ClassVar[bool] = False
    # Fields kept as rows of their own: {field: (model, name of the key to this row)}.
    collections: ClassVar[dict[str, tuple[Any, str]]] = {}

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why the change is made"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=gettext_lazy("Kept in the history, at most 100 characters."),
    )

    def __init__(
        self,
        *args: Any,
        user: User | None = None,
        only: Iterable[str] | None = None,
        proposing: bool = False,
        **kwargs: Any,
    ) -> None:
        """`user` None: every field. `only` narrows them. `proposing`: the proposal carries reason and source."""
        self.user, self.only, self.proposing = user, only, proposing
        instance: Model | None = kwargs.get("instance")
        self.is_new = instance is None or instance.pk is None
        super().__init__(*args, **kwargs)
        if issubclass(self._meta.model, Period):
            self._add_period()
        if issubclass(self._meta.model, RegisterRow):
            self.fields["sources"] = SourcesField(required=False)
            if self.source_required:
                self.fields["sources"].help_text = _(
                    "At least one: a document and the place in it, or the name and address of a page."
                )
        self.move_to_end("note", "confidence", "sources", "reason")
        self._leave_out()
        if not self.is_bound:
            self.initial["submit_key"] = uuid.uuid4()
            if not self.is_new:
                self.initial = {**self.initial, **self.raw_values(self.instance)}
                self.initial["version"] = getattr(self.instance, "version", 1)

    def _add_period(self) -> None:
        self.fields["valid_from"] = DatedField(label=gettext_lazy("First day"))
        self.fields["valid_to"] = DatedField(
            label=gettext_lazy("Last day"),
            is_end=True,
            help_text=gettext_lazy(
                "The last day in force: 2022-08-31, 2022-08 or 2022. Empty while there is no end."
            ),
        )

    def _leave_out(self) -> None:
        gone: set[str] = set() if self.is_new else set(self.only_new)
        coordinator = self.user is None or self.user.is_coordinator
        if self.user is not None and not coordinator:
            own = self.fields_of(self.user)
            if own is not None:
                gone |= set(self.fields) - set(own) - set(CONTROL_FIELDS)
        if self.only is not None:
            gone |= set(self.fields) - set(self.only) - set(CONTROL_FIELDS)
        if self.proposing:
            gone |= {"reason"}
        for name in gone:
            self.fields.pop(name, None)

    def fields_of(self, user: User) -> tuple[str, ...] | None:
        """Which fields `user`, who is no coordinator, gets (None: all)."""
        return self.own_fields

    def move_to_end(self, *names: str) -> None:
        for name in names:
            if name in self.fields:
                self.fields[name] = self.fields.pop(name)

    # Raw values and words

    @property
    def row_fields(self) -> list[str]:
        """The fields that describe the row."""
        return [name for name in self.fields if name not in CONTROL_FIELDS]

    def raw_values(self, row: Any) -> dict[str, Any]:
        """Raw values of a stored row, by field name."""
        return {name: self.raw_value(name, row) for name in self.row_fields}

    def raw_value(self, name: str, row: Any) -> Any:
        field = self.fields[name]
        if name in DATED and isinstance(field, DatedField):
            date, precision = DATED[name]
            day = row.valid_to if name == "valid_to" else getattr(row, date)
            return field.raw_of(day, getattr(row, precision))
        if isinstance(field, SourcesField):
            return self.raw_collection(name, row.citations.all())
        if isinstance(field, PickField):
            return field.key_of(getattr(row, f"{name}_id"))
        if isinstance(field, PickManyField):
            return [field.key_of(pk) for pk in self.related_keys(name, row)]
        return field.prepare_value(getattr(row, name))

    def raw_collection(self, name: str, rows: Iterable[Any]) -> Any:
        """Raw value of a field that is kept as rows of its own."""
        field = self.fields[name]
        assert isinstance(field, SourcesField)
        return field.raw_of(rows)

    def related_keys(self, name: str, row: Any) -> Iterable[Any]:
        """Primary keys of the rows that `row` points at by the many-to-many field `name`."""
        return [related.pk for related in getattr(row, name).all()]

    def raw_posted(self) -> dict[str, Any]:
        """Raw values as posted, written as stored ones are wherever they can be read."""
        return {name: self.normal(name, self[name].data) for name in self.row_fields}

    def normal(self, name: str, raw: Any) -> Any:
        """The one way of writing a raw value, so that equal values are equal."""
        field = self.fields[name]
        if hasattr(field, "normal"):
            return field.normal(raw)
        if isinstance(field, forms.BooleanField):
            return field.to_python(raw)
        if isinstance(field, forms.CharField):
            return str(raw or "").strip().replace("\r\n", "\n")
        return "" if raw is None else str(raw).strip()

    def words(self, name: str, raw: Any) -> str:
        """A raw value as people read it."""
        field = self.fields[name]
        if hasattr(field, "words"):
            return str(field.words(raw))
        if isinstance(field, forms.BooleanField):
            return _("Yes") if field.to_python(raw) else _("No")
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(raw, raw or ""))  # type: ignore[arg-type]  # no choices in groups
        return "" if raw is None else str(raw)

    def field_label(self, name: str) -> str:
        label = self.fields[name].label
        return str(label if label is not None else pretty_name(name))

    @property
    def changed_rows(self) -> list[str]:
        """Names of the fields whose value differs from the stored one."""
        if self.is_new:
            return self.row_fields
        stored = self.raw_values(self._meta.model._default_manager.get(pk=self.instance.pk))
        posted = self.raw_posted()
        return [n for n in posted if self.normal(n, stored[n]) != posted[n]]

    @property
    def suggestion_lists(self) -> dict[str, list[Any]]:
        """Options by id of the <datalist> that shows them; each list is on the page once."""
        return {
            field.list_id: field.options
            for field in self.fields.values()
            if isinstance(field, OptionsMixin) and field.list_id
        }

    # Validation

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        found = cleaned if cleaned is not None else self.cleaned_data
        for name, (date, precision) in DATED.items():
            if name in found and isinstance(self.fields.get(name), DatedField):
                day = day_after(found[name].date) if name == "valid_to" else found[name].date
                # A stored date whose precision nobody gave is not made more exact by being looked at.
                if (
                    getattr(self.instance, precision)
                    or found[name].precision != "day"
                    or (getattr(self.instance, date) != day)
                ):
                    setattr(self.instance, precision, found[name].precision)
                setattr(self.instance, date, day)
        first, last = found.get("valid_from"), found.get("valid_to")
        if first and last and first.date and last.date and last.date < first.date:
            self.add_error("valid_to", _("The last day is before the first day."))
        self._require_source(found)
        return cleaned

    def _require_source(self, found: dict[str, Any]) -> None:
        if self.proposing or not (self.source_required and "sources" in found) or found["sources"]:
            return
        coordinator = self.user is None or self.user.is_coordinator
        if not (coordinator and found.get("reason")):
            self.add_error(
                "sources",
                _("Name at least one source. A coordinator may instead write the reason why there is none.")
                if coordinator
                else _("Name at least one source."),
            )

    def _get_validation_exclusions(self) -> set[str]:
        # Everything is validated, also what this user may not change: a constraint that is not asked about
        # here would answer as an error of the database.
        wrong = set(self.errors_so_far())
        for name in DATED:
            if name in wrong:
                wrong |= {*DATED[name]}
        return {f.name for f in self._meta.model._meta.fields if f.name in wrong or not f.editable}

    def errors_so_far(self) -> list[str]:
        """Names of the fields found wrong until now; `errors` would begin the validation again."""
        return list(getattr(self, "_errors", None) or ())

    def _update_errors(self, errors: ValidationError) -> None:
        # An error of a field that the form lacks belongs to the whole form.
        if hasattr(errors, "error_dict"):
            known: dict[str, Any] = {}
            for name, found in errors.error_dict.items():
                shown = {
                    "valid_until": "valid_to",
                    "to_precision": "valid_to",
                    "from_precision": "valid_from",
                }
                name = shown.get(name, name)
                name = name if name in self.fields else NON_FIELD_ERRORS
                known.setdefault(name, []).extend(found)
            errors = ValidationError(known)
        super()._update_errors(errors)  # type: ignore[misc]  # Django's own, untold by its types

    # Saving

    def save_related(self) -> None:
        """Store what hangs on the saved row: many-to-many values and sources. Same transaction."""
        self._save_m2m()  # type: ignore[attr-defined]  # Django's own, untold by its types
        if "sources" in self.cleaned_data and isinstance(self.fields["sources"], SourcesField):
            replace_citations(self.instance, self.cleaned_data["sources"])

    @classmethod
    def from_raw(
        cls,
        raw: dict[str, Any],
        *,
        instance: Any,
        version: int | None,
        reason: str,
        submit_key: str = "",
        **kwargs: Any,
    ) -> Any:
        """A form filled with raw values: undo and proposals take the same way as what people type."""
        data = Raw(raw)
        data["version"], data["reason"], data["submit_key"] = version, reason, submit_key
        return cls(data, instance=instance, **kwargs)


def replace_citations(row: Any, wanted: list[Citation]) -> None:
    """Make the citations of `row` those wanted, leaving what is the same untouched."""

    def same(citation: Citation) -> tuple[Any, ...]:
        return (citation.document_id, citation.place, citation.url, citation.label)

    kept: dict[tuple[Any, ...], list[Citation]] = {}
    for citation in row.citations.all():
        kept.setdefault(same(citation), []).append(citation)
    for position, citation in enumerate(wanted):
        old = kept.get(same(citation))
        if old:
            found = old.pop(0)
            if found.position != position:
                found.position = position
                found.save(update_fields=["position"])
        else:
            citation.row, citation.position = row, position
            citation.save()
    for rest in kept.values():
        for citation in rest:
            citation.delete()
