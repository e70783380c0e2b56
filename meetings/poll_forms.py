"""The forms of polls: what is asked, the proposed times, and what somebody answers."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from meetings import times, wallclock
from meetings.forms import OnOneLine
from meetings.models import Meeting, Poll
from meetings.models.meetings import LANGUAGES, TITLE, ZONE
from meetings.polling import MOST_SLOTS, Span
from network.models import Network

ROWS, MORE_ROWS = 5, 5
SHORTEST, LONGEST = 15, 24 * 60  # minutes
YEARS_AHEAD = 5


class PollForm(forms.Form):
    """A new poll: the meeting it is about, and how it is asked. An old one keeps its network."""

    network = forms.ModelChoiceField(
        queryset=Network.objects.none(), to_field_name="slug", label=gettext_lazy("Network")
    )
    title = OnOneLine(label=gettext_lazy("Title"), max_length=TITLE)
    minutes = forms.IntegerField(
        label=gettext_lazy("How long, in minutes"), min_value=SHORTEST, max_value=LONGEST, initial=120
    )
    form = forms.ChoiceField(label=gettext_lazy("Form"), choices=Meeting.Form.choices)
    location = OnOneLine(label=gettext_lazy("Place"), max_length=300, required=False)
    video_url = forms.URLField(
        label=gettext_lazy("Address of the video meeting"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of title and message"), choices=LANGUAGES, initial="sv"
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What the meeting is about, in the mail and on the page."),
    )
    deadline = forms.DateField(
        label=gettext_lazy("Answer by"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Write the date as 2026-12-08.")},
        help_text=gettext_lazy("Answers are taken until the end of that day."),
    )
    quorum = forms.IntegerField(
        label=gettext_lazy("Quorum"),
        min_value=1,
        max_value=1000,
        initial=1,
        help_text=gettext_lazy(
            "How many actors must be able to come. An actor counts once, however many answer for it."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, networks: QuerySet[Network] | None, now: datetime.datetime, **kwargs: Any
    ) -> None:
        """`networks`: those that a new poll may be for; None: an old one is changed."""
        super().__init__(*args, **kwargs)
        self.now = now
        if networks is None:
            for name in ("network", "minutes", "form", "location", "video_url", "language", "title"):
                del self.fields[name]
        else:
            field = self.fields["network"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = networks
        if not self.is_bound:
            self.initial["submit_key"] = uuid.uuid4()

    def clean_deadline(self) -> datetime.datetime:
        day: datetime.date = self.cleaned_data["deadline"]
        if not self.now.year <= day.year <= self.now.year + YEARS_AHEAD:
            raise ValidationError(_("Choose a day within the next five years."))
        found = wallclock.instant(datetime.datetime.combine(day, datetime.time(23, 59)), ZoneInfo(ZONE))
        if found <= self.now:
            raise ValidationError(_("The deadline has passed. Choose a later day."))
        return found

    def poll(self) -> Poll:
        """An unsaved poll with its unsaved meeting."""
        given = self.cleaned_data
        names = ("network", "title", "form", "location", "video_url", "language")
        return Poll(
            meeting=Meeting(**{name: given[name] for name in names}),
            **{name: given[name] for name in ("deadline", "quorum", "message")},
        )


class TimeForm(forms.Form):
    """One proposed time, by the clock of the meeting's zone. Without a day it is left out."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Write the date as 2026-12-08.")},
    )
    start = forms.TimeField(
        label=gettext_lazy("Starts at"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Write the time as 09:00.")},
    )
    which = forms.ChoiceField(
        label=gettext_lazy("Which of the two"),
        choices=[
            ("", "–"),
            (wallclock.FIRST, gettext_lazy("the first, summer time")),
            (wallclock.SECOND, gettext_lazy("the second, normal time")),
        ],
        required=False,
    )

    def __init__(
        self, *args: Any, minutes: int | None, zone: ZoneInfo, now: datetime.datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.minutes, self.zone, self.now = minutes, zone, now
        self.asks_which = bool(self.data.get(self.add_prefix("which")))
        self.span: Span | None = None

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        day, start = found.get("day"), found.get("start")
        if self.errors or (day is None and start is None):
            return found
        if day is None or start is None:
            self.add_error("start" if day else "day", _("Write both the day and the time."))
            return found
        if not self.now.year <= day.year <= self.now.year + YEARS_AHEAD:
            self.add_error("day", _("Choose a day within the next five years."))
            return found
        begins = self._instant(datetime.datetime.combine(day, start), found.get("which") or "")
        if begins is None or self.minutes is None:
            return found
        if begins <= self.now:
            self.add_error("day", _("That time has passed."))
        else:
            ends = begins.astimezone(datetime.UTC) + datetime.timedelta(minutes=self.minutes)
            self.span = begins.astimezone(datetime.UTC), ends
        return found

    def _instant(self, wall: datetime.datetime, which: str) -> datetime.datetime | None:
        language = get_language() or "sv"
        words = {"time": times.clock(wall, language), "day": wall.date().isoformat()}
        try:
            return wallclock.instant(wall, self.zone, which)
        except wallclock.NoSuchTime as wrong:
            text = _(
                "There is no %(time)s on %(day)s: clocks are put forward. The next time that exists is %(next)s."
            )
            self.add_error("start", text % (words | {"next": times.clock(wrong.next_valid, language)}))
        except wallclock.TwoTimes:
            self.asks_which = True
            self.add_error(
                "which",
                _("On %(day)s clocks are put back and show %(time)s twice. Choose which one.") % words,
            )
        return None

    @property
    def day_read(self) -> datetime.date | None:
        return getattr(self, "cleaned_data", {}).get("day")


@dataclass
class Times:
    """The rows in which times are proposed."""

    forms: list[TimeForm]
    error: str = ""

    @classmethod
    def read(
        cls,
        data: Any,
        *,
        minutes: int | None,
        zone: ZoneInfo,
        now: datetime.datetime,
        more: bool = False,
    ) -> "Times":
        """`data` None: empty rows. `more`: with further empty ones."""
        rows = ROWS
        if data is not None:
            sent = data.get("rows", "")
            rows = min(int(sent), MOST_SLOTS) if sent.isascii() and sent.isdigit() and len(sent) < 4 else ROWS
        made = [TimeForm(data, prefix=f"t{n}", minutes=minutes, zone=zone, now=now) for n in range(rows)]
        if data is not None:
            for form in made:
                form.full_clean()
        if more:
            last = min(rows + MORE_ROWS, MOST_SLOTS)
            made += [
                TimeForm(None, prefix=f"t{n}", minutes=minutes, zone=zone, now=now) for n in range(rows, last)
            ]
        return cls(made)

    def is_valid(self, *, known: int = 0) -> bool:
        """Whether every row can be read, and there is one; `known`: how many times there are already."""
        wrong = [form for form in self.forms if not form.is_valid()]
        if wrong:
            return False
        if not self.spans:
            self.error = _("Propose at least one time.")
        elif len(self.spans) + known > MOST_SLOTS:
            self.error = _("At most %(n)s times can be proposed at once.") % {"n": MOST_SLOTS}
        return not self.error

    @property
    def spans(self) -> list[Span]:
        return list(dict.fromkeys(form.span for form in self.forms if form.span))


class VoteForm(forms.Form):
    """What one who was asked says of each time; a time may be left open."""

    comment = OnOneLine(
        label=gettext_lazy("Comment"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Read by whoever calls the meeting and by the network's seats."),
    )

    def values(self, data: Any, slots: Iterable[int]) -> dict[int, str]:
        """What `data` answers, by the time's key; of `slots`, which may have been withdrawn meanwhile."""
        allowed = {"yes", "if_needed", "no"}
        found = {slot: data.get(f"slot-{slot}", "") for slot in slots}
        return {slot: value for slot, value in found.items() if value in allowed}
