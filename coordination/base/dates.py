"""Writing dates no more precisely than they are known, in Swedish and English, and adding months. Pure."""

import datetime

MONTHS = {
    "sv": ["jan.", "feb.", "mars", "april", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec."],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"],
}
# Meteorological seasons by month, 0 = winter; SMHI and the Met Office count them alike.
SEASON_OF_MONTH = [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0]
SEASONS = {
    "sv": ["vintern", "våren", "sommaren", "hösten"],
    "en": ["winter", "spring", "summer", "autumn"],
}
WORDS = {
    "sv": {
        "known": "känt för {}",
        "unknown": "okänt datum",
        "unknown_start": "start okänd",
        "open": "tills vidare",
        "from": "fr.o.m. {}",
        "until": "t.o.m. {}",
    },
    "en": {
        "known": "known for {}",
        "unknown": "date unknown",
        "unknown_start": "start unknown",
        "open": "until further notice",
        "from": "from {}",
        "until": "until {}",
    },
}


def _language(language: str) -> str:
    return "en" if language.startswith("en") else "sv"


def format_date(date: datetime.date | None, precision: str = "day", language: str = "sv") -> str:
    """Write `date` with the given precision (day, month, season, year, period, unknown; "" = day).

    A missing date is an empty string: whether that means open or unknown is for the caller to say.

    >>> day = datetime.date(2022, 8, 31)
    >>> [format_date(day, p) for p in ("day", "month", "season", "year", "period")]
    ['2022-08-31', 'aug. 2022', 'sommaren 2022', '2022', 'känt för 2022']
    >>> format_date(datetime.date(2022, 9, 1), "season", "en"), format_date(day, "month", "en")
    ('autumn 2022', 'Aug 2022')
    """
    if date is None:
        return ""
    lang = _language(language)
    if precision == "unknown":
        return WORDS[lang]["unknown"]
    if precision == "month":
        return f"{MONTHS[lang][date.month - 1]} {date.year}"
    if precision == "season":
        season = SEASON_OF_MONTH[date.month - 1]
        return f"{SEASONS[lang][season]} {_season_year(date, season)}"
    if precision == "year":
        return f"{date.year}"
    if precision == "period":
        return WORDS[lang]["known"].format(date.year)
    return date.isoformat()


def _season_year(date: datetime.date, season: int) -> str:
    """A winter spans two years: December 2021 to February 2022 is "2021/22"."""
    if season:
        return str(date.year)
    first = date.year if date.month == 12 else date.year - 1
    return f"{first}/{(first + 1) % 100:02}"


def format_period(
    first: datetime.date | None,
    first_precision: str,
    last: datetime.date | None,
    last_precision: str,
    language: str = "sv",
) -> str:
    """Write a period by its first and last day (inclusive; None: unknown start, open end).

    A last day of precision "period" bounds what is known, not what was done: "känt för 2018–2022".

    >>> d = datetime.date
    >>> format_period(d(2018, 1, 1), "year", None, "")
    '2018 – tills vidare'
    >>> format_period(None, "", None, "")
    'start okänd – tills vidare'
    >>> format_period(d(2018, 1, 1), "period", d(2022, 12, 31), "period", "en")
    'known for 2018–2022'
    >>> format_period(d(2022, 1, 1), "year", d(2022, 12, 31), "year")
    '2022'
    """
    lang = _language(language)
    words = WORDS[lang]
    begins = format_date(first, "year" if first_precision == "period" else first_precision, lang)
    if last is not None and last_precision == "period":
        # Bounds of a survey: said by the year unless the start is known to the day.
        ends = str(last.year)
        if first is None:
            return words["known"].format(f"–{ends}")
        return words["known"].format(begins if begins == ends else _dash(begins, ends))
    if last_precision == "unknown" and last is None:
        ends = words["unknown"]
    else:
        ends = format_date(last, last_precision, lang) or words["open"]
    if first is None or first_precision == "unknown":
        begins = words["unknown_start"]
    if first_precision == "period" and last is None:
        return f"{words['known'].format(begins)} – {ends}"
    return begins if begins == ends else f"{begins} – {ends}"


def _dash(begins: str, ends: str) -> str:
    """En dash without spaces between bare numbers, with spaces otherwise (Svenska skrivregler)."""
    return f"{begins}–{ends}" if begins.isdigit() and ends.isdigit() else f"{begins} – {ends}"


def format_bounds(date: datetime.date | None, precision: str, language: str, *, which: str = "until") -> str:
    """“t.o.m. 2022-12-31” or (`which` "from") “fr.o.m. hösten 2022”; empty without a date.

    >>> format_bounds(datetime.date(2022, 9, 1), "season", "sv", which="from")
    'fr.o.m. hösten 2022'
    """
    if date is None:
        return ""
    if precision == "period":
        return format_date(date, precision, language)
    return WORDS[_language(language)][which].format(format_date(date, precision, language))


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day of the month `months` later (negative: earlier), or the last day of a shorter month.

    >>> add_months(datetime.date(2023, 2, 14), 12), add_months(datetime.date(2024, 2, 29), 12)
    (datetime.date(2024, 2, 14), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = datetime.date(year + (month == 11), 1 if month == 11 else month + 2, 1)
    last = (first_of_next - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(day.day, last))
