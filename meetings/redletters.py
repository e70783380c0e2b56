"""Swedish public holidays, and the days that are as good as holidays (Midsummer Eve, Christmas Eve …). Pure."""

import datetime
from functools import lru_cache

import holidays

CATEGORIES = ("public", "de_facto")
LANGUAGES = {"sv": "sv", "en": "en_US"}


def holiday(day: datetime.date, language: str = "sv") -> str:
    """What the holiday on `day` is called; empty of other days, and of Sundays that are nothing more.

    >>> holiday(datetime.date(2026, 12, 24)), holiday(datetime.date(2026, 12, 24), "en")
    ('Julafton', 'Christmas Eve')
    >>> holiday(datetime.date(2026, 12, 8))
    ''
    """
    return str(_year(day.year, "en" if language.startswith("en") else "sv").get(day, ""))


@lru_cache(maxsize=64)
def _year(year: int, language: str) -> holidays.HolidayBase:
    return holidays.country_holidays(
        "SE", years=year, expand=False, categories=CATEGORIES, language=LANGUAGES[language]
    )
