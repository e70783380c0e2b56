"""The command `findings` on the demo case as it is loaded: exactly what the case's documents say (issue 3, 4 and 5)."""

import datetime
import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from coordination.demo import rule_rows
from mandates import findings_refresh, findings_store, register_snapshot
from mandates.models import Finding, FoundFinding, Mandate
from mandates.rules import RULES
from network.models import Actor, Collaboration, Convener
from tests import oracle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
Date = datetime.date
FIELDS = {
    "rule",
    "key",
    "severity",
    "expectation",
    "area",
    "function",
    "level",
    "place",
    "actors",
    "mandates",
    "networks",
    "managed",
    "explanation",
    "evidence",
    "goes_dark_on",
}
LOST = {
    "DEL-01": ["X02"],
    "DEL-02": ["X04"],
    "DEL-03": ["X06", "X07"],
    "DEL-04": ["X08"],
    "DEL-07": ["X02"],
    "DEL-16": ["X04"],
    "DEL-21": ["X10", "X11"],
    "DEL-23": ["X10"],
    "DEL-24": ["X10"],
    "ATTA-1": ["X14/arbetsmarknad"],
    "ATTA-4": ["X14/brottslighet"],
    "ATTA-7": ["X14/utbildning"],
}


@pytest.fixture
def found(capsys):
    def run(as_of, *options):
        capsys.readouterr()
        call_command("findings", "--as-of", as_of, "--format", "json", *options)
        return json.loads(capsys.readouterr().out)

    return run


def pairs(rows):
    return {"/".join(row["mandates"]): row["managed"] for row in rows}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            "2020-06-30",
            {"DEL-05/SCB-02": False, "DEL-06/TVV-01": True, "DEL-21/TVV-01": True, "DEL-23/TVV-01": True},
        ),
        ("2021-06-30", {"AF-10/DUA-10": True, "DEL-05/SCB-02": True}),
        ("2023-02-14", {"AF-10/DUA-10": True}),
    ],
)
def test_overlaps(found, day, expected):
    rows = found(day, "--rule", "overlap")
    assert pairs(rows) == expected == oracle.overlaps(day)
    if day == "2020-06-30":
        assert {r["collaborations"][0] for r in rows if r["managed"]} == {"SAM-25"}


def test_collisions_with_and_without_the_joint_marks(found):
    assert found("2022-06-30", "--rule", "assignment_collision") == []
    Mandate.objects.update(joint_assignment="")
    assert set(pairs(found("2022-06-30", "--rule", "assignment_collision"))) == {
        "DEL-14/SCB-02",
        "ATTA-2/ATTA-5",
        "ATTA-3/ATTA-6",
        "ATTA-3/ATTA-8",
        "ATTA-6/ATTA-8",
    }


def orphaned(rows):
    return (
        {r["mandates"][0]: r["evidence"]["cells"] for r in rows if r["mandates"]},
        [n for r in rows for n in r["networks"]],
    )


def test_orphaned_tasks_with_what_they_last_met(found):
    rows = found("2023-02-14", "--rule", "orphaned")
    assert orphaned(rows) == (LOST, ["natverk-myndigheter"])
    assert len(rows) == 13
    single = next(r for r in rows if r["mandates"] == ["DEL-16"])
    assert (single["expectation"], single["severity"]) == ("X04", 2)


def test_ending_the_municipal_network_opens_its_cell_and_orphans_its_task(found):
    gaps = {r["expectation"] for r in found("2023-02-14", "--rule", "gap")}
    row = Mandate.objects.get(code="SKR-01")
    row.valid_until, row.to_precision = Date(2023, 2, 1), "day"
    row.save()
    assert {r["expectation"] for r in found("2023-02-14", "--rule", "gap")} - gaps == {"X05"}
    assert orphaned(found("2023-02-14", "--rule", "orphaned"))[0] == {**LOST, "SKR-01": ["X05"]}


GAPS = {
    "2021-06-30": {},
    "2022-06-30": {"gap": {"X10", "X11", "X14/demokrati"}},
    "2023-02-14": {
        "gap": {"X02", "X03", "X04", "X06", "X07", "X08", "X10", "X11"}
        | {f"X14/{area}" for area in ("arbetsmarknad", "brottslighet", "demokrati", "utbildning")}
    },
}


@pytest.mark.parametrize(("day", "expected"), GAPS.items())
def test_gaps(found, day, expected):
    rows = found(day, "--rule", "gap;voluntary_only;not_mapped")
    assert {row["rule"]: {r["expectation"] for r in rows if r["rule"] == row["rule"]} for row in rows} == (
        expected
    )


def test_every_finding_has_all_that_the_interface_promises(found):
    rows = found("2023-02-14")
    assert [row["severity"] for row in rows] == sorted((row["severity"] for row in rows), reverse=True)
    for row in rows:
        assert set(row) >= FIELDS
        assert set(row["explanation"]) == {"sv", "en"} and all(row["explanation"].values())
        assert row["explanation"]["sv"] != row["explanation"]["en"]
        assert row["key"].startswith(f"{row['rule']}:")
    coordination = next(row for row in rows if row["key"] == "gap:X02")
    assert coordination["severity"] == 3
    assert coordination["explanation"]["sv"].startswith("Ingen aktör har uppgiften")
    assert "2022-12-31" in coordination["explanation"]["en"]
    assert {row["mandate"] for row in coordination["evidence"]["almost"]} >= {"DEL-01", "DEL-07", "LOK-02"}


def test_facets_narrow_and_several_are_alternatives(found):
    every = found("2023-02-14")
    across = found("2023-02-14", "--area", "*")
    named = found("2023-02-14", "--area", "arbetsmarknad;utbildning")
    assert {row["area"] for row in across} == {"*"}
    assert {row["area"] for row in named} == {"arbetsmarknad", "utbildning"}
    assert Counter(r["rule"] for r in found("2023-02-14", "--rule", "gap;orphaned")) == {
        "gap": 12,
        "orphaned": 13,
    }
    assert found("2023-02-14", "--strategy", "mot-segregation") == every


def test_a_scenario_is_laid_over_the_register(found):
    before = {row["key"] for row in found("2024-01-01")}
    after = {row["key"] for row in found("2024-01-01", "--scenario", "rek-2-boverket")}
    assert {key for key in before - after if key.startswith(("gap:", "projected_gap:"))} == {
        "gap:X06",
        "gap:X07",
        "gap:X08",
        "projected_gap:X09",
    }
    assert {row["key"] for row in found("2024-01-01")} == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rule", "gapp"], "regel ”gapp”. Det finns: gap, "),
        (["--area", "skola"], "område ”skola”. Det finns: \\*, boende"),
        (["--strategy", "x"], "strategi ”x”"),
        (["--scenario", "rek-9"], "scenario ”rek-9”. Det finns: rek-1-halsa"),
    ],
)
def test_an_unknown_code_is_named(options, said):
    with pytest.raises(CommandError, match=said) as error:
        call_command("findings", "--as-of", "2023-02-14", *options)
    assert error.value.returncode == 2


def test_a_day_outside_the_strategy_is_pointed_out(capsys):
    call_command("findings", "--as-of", "2031-01-01", "--format", "json", "--rule", "gap;not_mapped")
    out, err = capsys.readouterr()
    assert json.loads(out) == [] and "2031-01-01 ligger utanför strategin" in err


def test_people_get_lines_and_the_registers_own_day(capsys):
    call_command("findings", "--rule", "gap")
    first = capsys.readouterr().out.splitlines()[0]
    assert first.split("\t") == [
        "3",
        "gap:X02",
        "–",
        "Nobody holds the task “Cross-sector national coordination”",
    ]


def test_every_rule_can_be_asked_for(found):
    rows = found("2023-02-14")
    for rule in RULES:
        assert [r["key"] for r in found("2023-02-14", "--rule", rule)] == [
            r["key"] for r in rows if r["rule"] == rule
        ]


def test_each_rule_gives_as_many_rows_as_the_page_says(found):
    for place, day in enumerate(rule_rows.DAYS):
        counts = Counter(row["rule"] for row in found(day.isoformat()))
        assert {name: counts[name] for name in RULES} == {
            name: rows[place] for name, rows in rule_rows.ROWS.items()
        }


def test_how_we_count_says_how_many_rows_each_rule_gives(client, found):
    page = client.get("/how-we-count/").text
    assert "Reglerna, och varför ingen av dem svämmar över" in page
    for day in rule_rows.DAYS:
        assert f"{len(found(day.isoformat()))} " in page and day.isoformat() in page
    assert "The rules, and why none of them floods" in client.get("/en/how-we-count/").text


def test_recomputing_after_any_edit_equals_working_it_out_from_scratch():
    now = datetime.datetime(2023, 2, 14, 12, tzinfo=datetime.UTC)
    day = Date(2023, 2, 14)

    def same():
        findings_refresh.follow(day, now)
        kept = FoundFinding.objects.filter(found_in__as_of=day).order_by("position")
        scratch = findings_store.at_once(register_snapshot.read(), day)
        assert [(r.key, r.fingerprint, r.body) for r in kept] == [
            (r.key, r.fingerprint, r.body) for r in scratch
        ]
        assert set(Finding.objects.filter(is_open=True).values_list("key", flat=True)) == {
            r.key for r in scratch
        }

    same()
    edits = [
        (Mandate.objects.get(code="BOV-31"), {"valid_until": Date(2023, 2, 1)}),
        (Mandate.objects.get(code="DEL-01"), {"valid_until": None, "explicit": False}),
        (Actor.objects.get(slug="delmos"), {"valid_until": None}),
        (Convener.objects.filter(network__slug="natverk-myndigheter").first(), {"valid_until": None}),
        (Collaboration.objects.get(code="SAM-204"), {"valid_until": Date(2022, 1, 1)}),
    ]
    for row, values in edits:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        same()
