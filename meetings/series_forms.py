"""The form of a series of meetings: how often, until when, and which of the days it gives."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from meetings import rhythm, times, wallclock
from meetings.forms import FIRST_YEAR, LAST_YEAR, ZONES, OnOneLine, day_field, time_field
from meetings.models import Meeting, Pause
from meetings.models.meetings import LANGUAGES, TEXT, ZONE
from meetings.planning import Planned
from meetings.redletters import holiday
from network.models import Network

RHYTHMS = [
    ("6", gettext_lazy("twice a year")),
    ("1", gettext_lazy("every month")),
    ("3", gettext_lazy("every quarter")),
    ("12", gettext_lazy("once a year")),
]
BY_WEEKDAY, BY_DATE = "weekday", "date"


@dataclass(frozen=True)
class Occurrence:
    """One day of the series, for the preview; `problem` says why it cannot be planned as it is."""

    day: datetime.date
    starts: datetime.datetime | None
    ends: datetime.datetime | None
    holiday: str
    chosen: bool
    problem: str = ""
    pause: str = ""


class SeriesForm(forms.Form):
    """What the meetings of a series have in common. Each can be changed by itself afterwards."""

    network = forms.ModelChoiceField(
        queryset=Network.objects.none(), to_field_name="slug", label=gettext_lazy("Network")
    )
    title = OnOneLine(label=gettext_lazy("Title"), max_length=200)
    day = day_field(label=gettext_lazy("First day"))
    start = time_field(label=gettext_lazy("Starts at"))
    end = time_field(label=gettext_lazy("Ends at"))
    months = forms.ChoiceField(label=gettext_lazy("How often"), choices=RHYTHMS, initial="6")
    by = forms.ChoiceField(
        label=gettext_lazy("On which day"),
        choices=[
            (BY_WEEKDAY, gettext_lazy("the same weekday of the month, for example the second Tuesday")),
            (BY_DATE, gettext_lazy("the same date")),
        ],
        initial=BY_WEEKDAY,
        widget=forms.RadioSelect,
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many meetings"), min_value=1, max_value=rhythm.MOST, required=False, initial=4
    )
    until = day_field(
        label=gettext_lazy("Or up to and including"),
        required=False,
        help_text=gettext_lazy("Give a number, a last day, or both: whichever comes first."),
    )
    form = forms.ChoiceField(label=gettext_lazy("Form"), choices=Meeting.Form.choices)
    location = OnOneLine(label=gettext_lazy("Place"), max_length=300, required=False)
    description = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=TEXT,
        required=False,
        widget=forms.Textarea({"rows": 6}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=ZONES, initial=ZONE)
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, networks: QuerySet[Network], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = networks  # type: ignore[attr-defined]  # of a ModelChoiceField
        if not self.is_bound:
            self.initial["submit_key"] = uuid.uuid4()

    def clean_description(self) -> str:
        return str(self.cleaned_data["description"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("day", "until"):
            if found.get(name) and not FIRST_YEAR <= found[name].year <= LAST_YEAR:
                self.add_error(name, _("The year must lie between 2000 and 2100."))
        if found.get("start") and found.get("end") and found["end"] <= found["start"]:
            self.add_error("end", _("The meeting ends before it starts."))
        if not self.errors and not found.get("count") and not found.get("until"):
            self.add_error("count", _("Say how many meetings, or up to which day."))
        if found.get("until") and found.get("day") and found["until"] < found["day"]:
            self.add_error("until", _("The last day is before the first day."))
        return found

    def occurrences(self, kept: set[str] | None) -> list[Occurrence]:
        """The days that the valid form gives; `kept` are those ticked (None: all but holidays and pauses are)."""
        found = self.cleaned_data
        language = get_language() or "sv"
        shown = []
        pauses = list(Pause.objects.filter(network=found["network"]))
        for day in rhythm.days(
            found["day"],
            int(found["months"]),
            same_weekday=found["by"] == BY_WEEKDAY,
            count=found["count"],
            until=found["until"],
        ):
            named = holiday(day, language)
            starts, ends, problem = self._on(day)
            pause = next((row.reason for row in pauses if row.is_in_force(day)), "")
            chosen = not problem and (not (named or pause) if kept is None else day.isoformat() in kept)
            shown.append(Occurrence(day, starts, ends, named, chosen, problem, pause))
        return shown

    def _on(self, day: datetime.date) -> tuple[datetime.datetime | None, datetime.datetime | None, str]:
        found = self.cleaned_data
        zone = ZoneInfo(found["zone"])
        try:
            # Of an hour that comes twice the first, which clocks show as that time for the first time.
            starts, ends = (
                wallclock.instant(datetime.datetime.combine(day, found[name]), zone, wallclock.FIRST)
                for name in ("start", "end")
            )
        except wallclock.NoSuchTime as wrong:
            said = _("There is no %(time)s on this day: clocks are put forward. Plan it by itself.")
            return None, None, said % {"time": times.clock(wrong.wall, get_language() or "sv")}
        return starts, ends, ""

    def planned(self, occurrences: list[Occurrence]) -> list[Planned]:
        return [
            Planned(one.starts, one.ends) for one in occurrences if one.chosen and one.starts and one.ends
        ]

    def rhythm_words(self) -> str:
        """How often, as it is kept with the series."""
        return f"{self.cleaned_data['months']} {self.cleaned_data['by']}"
