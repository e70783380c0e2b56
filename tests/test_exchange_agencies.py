"""A made-up register of 1,000 agencies with everything that is odd in real ones."""

import csv
import datetime
import io
from collections import Counter

import pytest
from stdnum import luhn

from coordination.base.tables import import_rows
from network.models import Actor, ActorName, Identifier
from network.names import name_on
from network.numbers import numbers_on

pytestmark = pytest.mark.django_db

AGENCIES = 1000
LAST_DAY = "2025-12-31"
BEFORE, AFTER = datetime.date(2025, 12, 31), datetime.date(2026, 1, 1)


def table(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def number_of(index: int) -> str:
    """A valid organisation number; those of agencies begin with 2021."""
    nine = f"202{index:06}"
    return f"{nine[:6]}-{nine[6:]}{luhn.calc_check_digit(nine)}"


def agencies() -> list[dict[str, str]]:
    rows = [
        {"id": f"myndighet-{n:04}", "name_sv": f"Myndigheten {n:04}", "kind": "agency", "level": "national"}
        for n in range(AGENCIES - 6)
    ]
    rows += [
        # The county courts and boards of two places share a name.
        {"id": "namnden-norr", "name_sv": "Nämnden", "kind": "agency", "level": "national"},
        {"id": "namnden-soder", "name_sv": "Nämnden", "kind": "agency", "level": "national"},
        {
            "id": "avvecklad-a",
            "name_sv": "Avvecklade A",
            "kind": "agency",
            "level": "national",
            "valid_to": "2023-12-31",
        },
        {
            "id": "avvecklad-b",
            "name_sv": "Avvecklade B",
            "kind": "agency",
            "level": "national",
            "valid_to": "2024-06-30",
        },
        # The one that ceases names, above it, the one that goes on under its name.
        {
            "id": "statskontoret",
            "name_sv": "Statskontoret",
            "kind": "agency",
            "level": "national",
            "valid_to": LAST_DAY,
            "successor": "esv",
        },
        {"id": "esv", "name_sv": "Statskontoret", "kind": "agency", "level": "national"},
    ]
    return rows


def names() -> list[dict[str, str]]:
    return [
        {"actor": "esv", "name_sv": "Ekonomistyrningsverket", "valid_to": LAST_DAY, "kind": "former"},
        {"actor": "myndighet-0001", "name_sv": "M1", "kind": "acronym"},
        {"actor": "myndighet-0002", "name_sv": "Andra myndigheten", "kind": "alias"},
        {"actor": "myndighet-0003", "name_sv": "Myndigheten 0004", "kind": "alias"},
    ]


def identifiers() -> list[dict[str, str]]:
    rows = [
        {"actor": f"myndighet-{n:04}", "scheme": "se-orgnr", "value": number_of(n)}
        for n in range(AGENCIES - 6)
    ]
    # A county board's courts of appeal have the number of the agency that hosts them.
    for row in rows[10:13]:
        row["value"] = number_of(10)
    right = rows[20]["value"]
    rows[20]["value"] = f"{right[:-1]}{(int(right[-1]) + 1) % 10}"
    return [
        *rows,
        {"actor": "statskontoret", "scheme": "se-orgnr", "value": number_of(5000), "valid_to": LAST_DAY},
        {"actor": "esv", "scheme": "se-orgnr", "value": number_of(5001)},
        {"actor": "esv", "scheme": "peppol", "value": "0007:2021005026"},
    ]


@pytest.fixture
def reports():
    tables = {"actors": agencies(), "former_names": names(), "identifiers": identifiers()}
    return {kind: import_rows(kind, table(rows)) for kind, rows in tables.items()}


def test_no_row_is_lost_and_each_oddity_is_named(reports):
    assert {kind: (r.rows, r.created, r.rejected) for kind, r in reports.items()} == {
        "actors": (1000, 1000, []),
        "former_names": (4, 4, []),
        "identifiers": (997, 997, []),
    }
    assert (Actor.objects.count(), ActorName.objects.count(), Identifier.objects.count()) == (1000, 4, 997)
    counted = {kind: dict(Counter(w.code for w in report.warnings)) for kind, report in reports.items()}
    assert counted == {
        "actors": {"ambiguous_name": 2, "no_successor": 2, "successor_under_name": 2},
        "former_names": {"alias_is_name": 1},
        "identifiers": {"shared_identifier": 3, "check_digit": 1},
    }
    shared = [w for w in reports["identifiers"].warnings if w.code == "shared_identifier"]
    assert [(w.row, w.column) for w in shared] == [(12, "value"), (13, "value"), (14, "value")]
    assert "myndighet-0011, myndighet-0012" in shared[0].message
    ambiguous = [w for w in reports["actors"].warnings if w.code == "ambiguous_name"]
    assert [(w.row, w.value) for w in ambiguous] == [(996, "Nämnden"), (997, "Nämnden")]


def test_each_day_has_the_right_name_and_number(reports):
    esv, statskontoret = Actor.objects.get(slug="esv"), Actor.objects.get(slug="statskontoret")
    assert statskontoret.successor == esv
    said = {
        day: {
            actor.slug: (
                str(name_on(actor, day)),
                [row.value for row in numbers_on(day, scheme="se-orgnr").get(actor.pk, [])],
            )
            for actor in Actor.objects.as_of(day).filter(slug__in=["esv", "statskontoret"])
        }
        for day in (BEFORE, AFTER)
    }
    assert said == {
        BEFORE: {
            "esv": ("Ekonomistyrningsverket", [number_of(5001)]),
            "statskontoret": ("Statskontoret", [number_of(5000)]),
        },
        AFTER: {"esv": ("Statskontoret", [number_of(5001)])},
    }
    alive = [Actor.objects.as_of(datetime.date(year, 7, 1)).count() for year in (2023, 2024, 2025, 2026)]
    assert alive == [1000, 998, 998, 997]


def test_the_same_files_again_change_nothing_and_say_the_same(reports):
    tables = {"actors": agencies(), "former_names": names(), "identifiers": identifiers()}
    for kind, rows in tables.items():
        again = import_rows(kind, table(rows))
        assert (again.created, again.updated, again.unchanged) == (0, 0, len(rows))
        assert len(again.warnings) >= len(reports[kind].warnings)


def test_the_number_of_queries_does_not_follow_the_number_of_rows(django_assert_max_num_queries):
    import_rows("actors", table(agencies()[:10]))
    with django_assert_max_num_queries(AGENCIES // 10):  # one for each batch that the database takes
        import_rows("actors", table(agencies()))
