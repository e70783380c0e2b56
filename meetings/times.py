"""Writing times of meetings in Swedish and English. Pure."""

import datetime

from babel.dates import format_date, format_skeleton, get_timezone_name

LOCALES = {"sv": "sv_SE", "en": "en_GB"}
HOME_ZONE = "Europe/Stockholm"


def span(start: datetime.datetime, end: datetime.datetime, language: str = "sv") -> str:
    """A meeting's day and hours, by the clock of `start`'s own zone, which is named where it is not Sweden's.

    >>> from zoneinfo import ZoneInfo
    >>> start = datetime.datetime(2026, 12, 8, 9, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
    >>> span(start, start + datetime.timedelta(hours=2))
    'tisdag 8 december 2026 kl. 09.00–11.00'
    >>> span(start, start + datetime.timedelta(hours=2), "en")
    'Tuesday 8 December 2026, 09:00–11:00'
    >>> span(start, start + datetime.timedelta(days=1))
    'tisdag 8 december 2026 kl. 09.00 – onsdag 9 december 2026 kl. 09.00'
    """
    end = end.astimezone(start.tzinfo)
    zone = zone_name(start, language)
    said = f" ({zone})" if zone else ""
    if start.date() == end.date():
        return f"{_day(start, language)}{_at(language)}{clock(start, language)}–{clock(end, language)}{said}"
    begins, ends = (f"{_day(t, language)}{_at(language)}{clock(t, language)}" for t in (start, end))
    return f"{begins} – {ends}{said}"


def short(start: datetime.datetime, end: datetime.datetime, language: str = "sv") -> str:
    """The same for lists: `tis 8 dec. 2026 09.00–11.00`."""
    end = end.astimezone(start.tzinfo)
    day = format_skeleton("yMMMEd", start, locale=LOCALES[_language(language)])
    return f"{day} {clock(start, language)}–{clock(end, language)}"


def moment(when: datetime.datetime, language: str = "sv") -> str:
    """A day and a time: `tisdag 8 december 2026 kl. 23.59`."""
    zone = zone_name(when, language)
    said = f" ({zone})" if zone else ""
    return f"{_day(when, language)}{_at(language)}{clock(when, language)}{said}"


def clock(moment: datetime.datetime, language: str = "sv") -> str:
    """Hours and minutes: Swedish public authorities write a full stop, English a colon."""
    return moment.strftime("%H.%M" if _language(language) == "sv" else "%H:%M")


def zone_name(moment: datetime.datetime, language: str = "sv") -> str:
    """How the zone of `moment` is called; empty of Sweden's own, which needs no saying."""
    key = getattr(moment.tzinfo, "key", "")
    if key == HOME_ZONE:
        return ""
    return str(get_timezone_name(moment, locale=LOCALES[_language(language)])) if key else "UTC"


def _day(moment: datetime.datetime, language: str) -> str:
    written = format_date(moment, "EEEE d MMMM y", locale=LOCALES[_language(language)])
    return str(written)


def _at(language: str) -> str:
    return " kl. " if _language(language) == "sv" else ", "


def _language(language: str) -> str:
    return "en" if language.startswith("en") else "sv"
