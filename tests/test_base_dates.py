import datetime

import pytest

from coordination.base.dates import format_bounds, format_date, format_period

D = datetime.date


@pytest.mark.parametrize(
    ("date", "precision", "swedish", "english"),
    [
        (D(2022, 8, 31), "day", "2022-08-31", "2022-08-31"),
        (D(2022, 8, 31), "", "2022-08-31", "2022-08-31"),
        (D(2022, 8, 31), "month", "aug. 2022", "Aug 2022"),
        (D(2018, 7, 1), "month", "juli 2018", "July 2018"),
        (D(2022, 9, 1), "season", "hösten 2022", "autumn 2022"),
        (D(2022, 3, 1), "season", "våren 2022", "spring 2022"),
        (D(2022, 6, 1), "season", "sommaren 2022", "summer 2022"),
        (D(2021, 12, 1), "season", "vintern 2021/22", "winter 2021/22"),
        (D(2022, 2, 28), "season", "vintern 2021/22", "winter 2021/22"),
        (D(1999, 12, 1), "season", "vintern 1999/00", "winter 1999/00"),
        (D(2022, 12, 31), "year", "2022", "2022"),
        (D(2022, 12, 31), "period", "känt för 2022", "known for 2022"),
        (D(2022, 12, 31), "unknown", "okänt datum", "date unknown"),
        (None, "day", "", ""),
    ],
)
def test_a_date_is_written_no_more_precisely_than_it_is_known(date, precision, swedish, english):
    assert format_date(date, precision, "sv") == swedish
    assert format_date(date, precision, "en") == english


@pytest.mark.parametrize(
    ("first", "first_precision", "last", "last_precision", "swedish", "english"),
    [
        (D(2018, 1, 1), "year", None, "", "2018 – tills vidare", "2018 – until further notice"),
        (None, "", None, "", "start okänd – tills vidare", "start unknown – until further notice"),
        (None, "", D(2022, 12, 31), "day", "start okänd – 2022-12-31", "start unknown – 2022-12-31"),
        (D(2018, 1, 1), "period", D(2022, 12, 31), "period", "känt för 2018–2022", "known for 2018–2022"),
        (D(2022, 1, 1), "period", D(2022, 12, 31), "period", "känt för 2022", "known for 2022"),
        (None, "", D(2022, 12, 31), "period", "känt för –2022", "known for –2022"),
        (
            D(2020, 5, 20),
            "day",
            D(2022, 12, 31),
            "period",
            "känt för 2020-05-20 – 2022",
            "known for 2020-05-20 – 2022",
        ),
        (
            D(2018, 1, 1),
            "period",
            None,
            "",
            "känt för 2018 – tills vidare",
            "known for 2018 – until further notice",
        ),
        (D(2018, 7, 1), "month", D(2022, 12, 31), "year", "juli 2018 – 2022", "July 2018 – 2022"),
        (D(2022, 1, 1), "year", D(2022, 12, 31), "year", "2022", "2022"),
        (D(2018, 1, 1), "day", D(2022, 12, 31), "day", "2018-01-01 – 2022-12-31", "2018-01-01 – 2022-12-31"),
    ],
)
def test_a_period_says_what_is_known_of_its_ends(
    first, first_precision, last, last_precision, swedish, english
):
    assert format_period(first, first_precision, last, last_precision, "sv") == swedish
    assert format_period(first, first_precision, last, last_precision, "en") == english


def test_bounds_carry_their_preposition():
    assert format_bounds(D(2022, 9, 1), "season", "sv", which="from") == "fr.o.m. hösten 2022"
    assert format_bounds(D(2022, 12, 31), "day", "en") == "until 2022-12-31"
    assert format_bounds(D(2022, 12, 31), "period", "sv") == "känt för 2022"
    assert format_bounds(None, "day", "sv") == ""
