"""The forms of meetings, invitations and answers."""

import datetime
import uuid
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from meetings import times, wallclock
from meetings.models import Meeting
from meetings.models.meetings import LANGUAGES, ZONE
from network.models import Network

FIRST_YEAR, LAST_YEAR = 2000, 2100
NAMES = sorted(name for name in available_timezones() if name.startswith("Europe/")) + ["UTC"]
ZONES = [(name, name.replace("_", " ")) for name in [ZONE, *(n for n in NAMES if n != ZONE)]]
CONTROLS = ("version", "submit_key", "which", "reason")


class OnOneLine(forms.CharField):
    """Text in which a line break is refused: it would end up in the header of a mail."""

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        if any(sign in text for sign in "\r\n\u2028\u2029"):
            raise ValidationError(_("Write it on one line."))
        return super().clean(text)


def day_field(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        widget=widget,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Write the date as 2026-12-08.")},
        **kwargs,
    )


def time_field(**kwargs: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(
        widget=widget,
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Write the time as 09:00.")},
        **kwargs,
    )


def which_field() -> forms.ChoiceField:
    """Asked for only when it matters: on the night in October that has an hour twice."""
    return forms.ChoiceField(
        label=gettext_lazy("Which of the two hours"),
        choices=[
            (wallclock.FIRST, gettext_lazy("The first one, by summer time")),
            (wallclock.SECOND, gettext_lazy("The second one, by normal time")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )


class WhenMixin:
    """Turns `day`, `start`, `end` and `last_day` of a form into `starts` and `ends`, by the clock of a zone."""

    fields: dict[str, forms.Field]
    add_error: Any

    def read_times(self, found: dict[str, Any], zone: ZoneInfo) -> None:
        """Put `starts` and `ends` into `found`, or say at the field what is wrong."""
        day, start, end = (found.get(name) for name in ("day", "start", "end"))
        if not (day and start and end):
            return
        last = found.get("last_day") or day
        for name, given in (("day", day), ("last_day", last)):
            if not FIRST_YEAR <= given.year <= LAST_YEAR:
                self.add_error(
                    name if name in self.fields else "day", _("The year must lie between 2000 and 2100.")
                )
                return
        read = {
            "starts": self._instant("start", datetime.datetime.combine(day, start), zone, found),
            "ends": self._instant("end", datetime.datetime.combine(last, end), zone, found),
        }
        if read["starts"] and read["ends"]:
            if read["ends"] <= read["starts"]:
                self.add_error("end", _("The meeting ends before it starts."))
            else:
                found.update(read)

    def _instant(
        self, field: str, wall: datetime.datetime, zone: ZoneInfo, found: dict[str, Any]
    ) -> datetime.datetime | None:
        try:
            return wallclock.instant(wall, zone, found.get("which") or "")
        except wallclock.NoSuchTime as wrong:
            language = get_language() or "sv"
            self.add_error(
                field,
                _(
                    "There is no %(time)s on %(day)s: clocks are put forward. The next time that exists is %(next)s."
                )
                % {
                    "time": times.clock(wall, language),
                    "day": wall.date().isoformat(),
                    "next": times.clock(wrong.next_valid, language),
                },
            )
        except wallclock.TwoTimes:
            self.asks_which = True
            self.add_error(
                "which",
                _("On %(day)s clocks are put back and show %(time)s twice. Choose which one.")
                % {"time": times.clock(wall, get_language() or "sv"), "day": wall.date().isoformat()},
            )
        return None


class MeetingForm(WhenMixin, forms.ModelForm):
    """A new meeting, or an edit. Its time is a day and two times by the clock of the meeting's own zone."""

    title = OnOneLine(label=gettext_lazy("Title"), max_length=200)
    day = day_field(label=gettext_lazy("Day"))
    start = time_field(label=gettext_lazy("Starts at"))
    end = time_field(label=gettext_lazy("Ends at"))
    last_day = day_field(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Only if the meeting ends on another day."),
    )
    which = which_field()
    location = OnOneLine(label=gettext_lazy("Place"), max_length=300, required=False)
    video_url = forms.URLField(
        label=gettext_lazy("Address of the video meeting"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Shown only to those who are invited."),
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=ZONES, initial=ZONE)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = OnOneLine(
        label=gettext_lazy("Why the change is made"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Kept in the history, at most 100 characters."),
    )

    field_order = (
        "network",
        "title",
        "day",
        "start",
        "end",
        "which",
        "last_day",
        "form",
        "location",
        "video_url",
        "description",
        "quorum",
        "language",
        "zone",
        "reason",
    )

    class Meta:
        model = Meeting
        fields = (
            "network",
            "title",
            "form",
            "location",
            "video_url",
            "description",
            "quorum",
            "language",
            "zone",
        )

    def __init__(self, *args: Any, networks: QuerySet[Network] | None = None, **kwargs: Any) -> None:
        """`networks`: those that a new meeting may be of; an old one stays where it is."""
        super().__init__(*args, **kwargs)
        self.asks_which = False
        self.fields["description"].widget.attrs["rows"] = 6
        self.is_new = self.instance.pk is None
        if networks is None:
            del self.fields["network"]
        else:
            field = forms.ModelChoiceField(
                queryset=networks, to_field_name="slug", label=gettext_lazy("Network")
            )
            self.fields["network"] = field
            self.order_fields(self.field_order)
        if self.is_new:
            del self.fields["reason"]
        if self.instance.pk and self.instance.starts is None:  # a draft whose date is being looked for
            for name in ("day", "start", "end"):
                self.fields[name].required = False
        if not self.is_bound:
            self.initial["submit_key"] = uuid.uuid4()
            if not self.is_new:
                self.initial.update(self.raw(self.instance), version=self.instance.version)
            if not self.initial.get("which"):
                del self.fields["which"]

    @staticmethod
    def raw(meeting: Any) -> dict[str, str]:
        """What the form's fields hold for a meeting, or for a record of its history; all text."""
        found = {
            name: "" if (value := getattr(meeting, name)) is None else str(value)
            for name in (
                "title",
                "form",
                "location",
                "video_url",
                "description",
                "quorum",
                "language",
                "zone",
            )
        }
        found |= dict.fromkeys(("day", "start", "end", "last_day", "which"), "")
        if meeting.starts is not None:
            zone = ZoneInfo(meeting.zone)
            starts, ends = meeting.starts.astimezone(zone), meeting.ends.astimezone(zone)
            found |= {"day": f"{starts:%Y-%m-%d}", "start": f"{starts:%H:%M}", "end": f"{ends:%H:%M}"}
            if ends.date() != starts.date():
                found["last_day"] = f"{ends:%Y-%m-%d}"
            if wallclock.is_doubtful(starts) or wallclock.is_doubtful(ends):
                doubtful = starts if wallclock.is_doubtful(starts) else ends
                found["which"] = wallclock.SECOND if doubtful.fold else wallclock.FIRST
        return found

    def words(self, name: str, raw: str) -> str:
        """A raw value as people read it."""
        choices = dict(getattr(self.base_fields.get(name), "choices", None) or [])
        return str(choices.get(raw, raw))

    def field_label(self, name: str) -> str:
        return str(self.base_fields[name].label)

    def clean_description(self) -> str:
        # Browsers send line breaks their own way: the same text is the same text.
        return str(self.cleaned_data["description"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in ("day", "start", "end") if found.get(name)]
        if given and len(given) < 3 and not self.errors:
            self.add_error("day", _("Write the day and both times, or none of them."))
        if "zone" in found:
            self.read_times(found, ZoneInfo(found["zone"]))
        if "starts" in found:
            self.instance.starts, self.instance.ends = found["starts"], found["ends"]
        # Kept on the page as long as the hour is one that comes twice, so that the choice can be changed.
        if not self.asks_which and not self._is_doubtful(found):
            self.fields.pop("which", None)
        return found

    def _is_doubtful(self, found: dict[str, Any]) -> bool:
        return "starts" in found and any(wallclock.is_doubtful(found[name]) for name in ("starts", "ends"))

    @property
    def changed_raw(self) -> list[str]:
        """Names of the fields whose value is another than the stored one."""
        stored = self.raw(Meeting.objects.get(pk=self.instance.pk))
        mine = self.raw(self.instance)
        return [name for name in mine if mine[name] != stored[name]]


class CancelForm(forms.Form):
    """Why a meeting is cancelled: those who are invited are told."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = OnOneLine(
        label=gettext_lazy("Why it is cancelled"),
        max_length=500,
        help_text=gettext_lazy("Those who are invited read this in the mail."),
    )


class GuestForm(forms.Form):
    """Somebody outside the network who is asked to one meeting."""

    organisation = OnOneLine(label=gettext_lazy("Organisation"), max_length=300, required=False)
    name = OnOneLine(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("Email"), max_length=254)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, initial="sv")


class DelegateForm(forms.Form):
    """Who comes instead."""

    prefix = "instead"

    name = OnOneLine(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("Email"), max_length=254)


class AnswerForm(forms.Form):
    """Yes, maybe or no, with a comment."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            ("ACCEPTED", gettext_lazy("Yes")),
            ("TENTATIVE", gettext_lazy("Maybe")),
            ("DECLINED", gettext_lazy("No")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes, maybe or no.")},
    )
    comment = OnOneLine(
        label=gettext_lazy("Comment"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Read by whoever calls the meeting and by the network's seats."),
    )


def day_words(day: datetime.date) -> str:
    """A day with its weekday."""
    return f"{str(WEEKDAYS[day.weekday()]).lower()} {day.isoformat()}"
