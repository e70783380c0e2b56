"""The first case as a snapshot, read from its tables without a database. For tests only."""

import csv
import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from mandates import snapshot as rows

FOLDER = Path(__file__).parent.parent / "coordination" / "demo" / "segregation"
CODES = Path(__file__).parent.parent / "coordination" / "base" / "codes.csv"
FUNCTION_TRAITS = {
    "steering": {"lead"},
    "coordination": {"lead", "coordination"},
    "followup": {"lead", "duplicable"},
    "grants": {"duplicable"},
    "knowledge": {"duplicable"},
    "method": {"duplicable"},
    "transition": {"transition"},
    "service": {"service"},
}


def read(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def until(text: str) -> datetime.date | None:
    """The day after the last day that the tables give."""
    return datetime.date.fromisoformat(text) + datetime.timedelta(days=1) if text else None


def words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def named(row: dict[str, str]) -> dict[str, str]:
    return {"name_sv": row["name_sv"], "name_en": row.get("name_en", "")}


def titled(row: dict[str, str]) -> dict[str, str]:
    return {"title_sv": row["title_sv"], "title_en": row.get("title_en", "")}


def period(row: dict[str, str]) -> dict[str, Any]:
    return {"valid_from": day(row.get("valid_from", "")), "valid_until": until(row.get("valid_to", ""))}


def sourced(row: dict[str, str], known_until: datetime.date) -> dict[str, Any]:
    return {
        **period(row),
        "from_precision": row.get("from_precision", ""),
        "to_precision": row.get("to_precision", ""),
        "confidence": row.get("confidence") or "stated",
        "inferred_fields": frozenset(words(row.get("inferred_fields", ""))),
        "sources": words(row["sources"]),
        "confirmed_on": known_until,  # loading a dataset confirms its rows
    }


def kinds(scheme: str) -> tuple[rows.Kind, ...]:
    with CODES.open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            rows.Kind(
                code=row["code"],
                traits=frozenset(words(row["traits"])),
                position=int(row["position"]),
                **named(row),
            )
            for row in csv.DictReader(file)
            if row["scheme"] == scheme
        )


@lru_cache(maxsize=1)
def load() -> rows.Snapshot:
    known = datetime.date.fromisoformat(read("strategies")[0]["known_until"])
    listed: dict[str, list[rows.Member]] = {}
    for row in read("group_members"):
        listed.setdefault(row["group"], []).append(rows.Member(actor=row["actor"], **period(row)))
    organisations = tuple(
        rows.Actor(
            slug=row["id"],
            kind=row["kind"],
            level=row["level"],
            place=row["place"] or None,
            parents=tuple(rows.Member(actor=parent) for parent in words(row["parent"])),
            successor=row["successor"] or None,
            **named(row),
            **sourced(row, known),
        )
        for row in read("actors")
    )
    groups = tuple(
        rows.Actor(
            slug=row["id"],
            kind=row["kind"],
            level=row["level"],
            is_group=True,
            rule=row["rule"],
            also=words(row["also"]),
            stated_members=row["stated_members"],
            members=tuple(listed.get(row["id"], ())),
            **named(row),
            **sourced(row, known),
        )
        for row in read("actor_groups")
    )
    return rows.Snapshot(
        strategies=tuple(
            rows.Strategy(slug=row["id"], known_until=day(row["known_until"]), **named(row), **period(row))
            for row in read("strategies")
        ),
        areas=tuple(
            rows.Area(
                strategy=row["strategy"], code=row["code"], status=row["status"], **named(row), **period(row)
            )
            for row in read("areas")
        ),
        functions=tuple(
            rows.Kind(code=row["code"], traits=frozenset(FUNCTION_TRAITS.get(row["code"], ())), **named(row))
            for row in read("functions")
        ),
        levels=kinds("level"),
        mandate_kinds=kinds("mandate_kind"),
        mandate_roles=kinds("mandate_role"),
        actor_kinds=kinds("actor_kind"),
        collaboration_kinds=kinds("collaboration_kind"),
        places=tuple(
            rows.Place(code=row["code"], parent=row["parent"] or None, **named(row)) for row in read("places")
        ),
        actors=organisations + groups,
        mandates=tuple(_mandate(row, known) for row in read("mandates")),
        expectations=tuple(_expectation(row) for row in read("expectations")),
        collaborations=tuple(
            rows.Collaboration(
                code=row["id"],
                participants=words(row["participants"]),
                kind=row["kind"],
                area=row["area"],
                **titled(row),
                **sourced(row, known),
            )
            for row in read("collaborations")
        ),
        networks=tuple(
            rows.Network(
                slug=row["id"],
                level=row["level"],
                areas=frozenset(words(row["area"])) - {"*"},
                stated_members=int(row["stated_members"]) if row["stated_members"] else None,
                sources=words(row["sources"]),
                **named(row),
                **period(row),
            )
            for row in read("networks")
        ),
        seats=tuple(
            rows.Seat(network=row["network"], actor=row["actor"], **sourced(row, known))
            for row in read("seats")
        ),
        conveners=tuple(
            rows.Convener(network=row["network"], actor=row["actor"], **sourced(row, known))
            for row in read("conveners")
        ),
        encounters=tuple(rows.Encounter(**_event(row)) for row in read("meetings")),
        milestones=tuple(rows.Milestone(**_event(row)) for row in read("milestones")),
    )


def _mandate(row: dict[str, str], known: datetime.date) -> rows.Mandate:
    territory = words(row["territory"])
    return rows.Mandate(
        code=row["id"],
        holder=row["holder"],
        kind=row["kind"],
        strategy=row["strategy"],
        area=row["area"],
        function=row["function"],
        levels=frozenset(words(row["level"])),
        territory_places=frozenset(part for part in territory if not part.startswith("group:")),
        territory_groups=frozenset(
            part.removeprefix("group:") for part in territory if part.startswith("group:")
        ),
        target_group=row["target_group_sv"],
        role=row["role"],
        explicit=row["explicit"] == "yes",
        legal_basis=row["legal_basis"],
        status=row["status"],
        scenario=row["scenario"],
        joint_assignment=row["joint_assignment"],
        report_due=day(row["report_due"]),
        successor=row["successor"] or None,
        **titled(row),
        **sourced(row, known),
    )


def _expectation(row: dict[str, str]) -> rows.Expectation:
    return rows.Expectation(
        code=row["id"],
        strategy=row["strategy"],
        area=row["area"],
        function=row["function"],
        level=row["level"],
        min_holders=int(row["min_holders"]),
        explicit_only=row["explicit_only"] == "yes",
        kinds=frozenset(words(row["kinds"])),
        single_lead=row["single_lead"] == "yes",
        holder_group=row["holder_group"] or None,
        mapped_from=day(row["mapped_from"]),
        mapped_until=day(row["mapped_until"]),
        sources=words(row["sources"]),
        **titled(row),
        **period(row),
    )


def _event(row: dict[str, str]) -> dict[str, Any]:
    return {
        "code": row["id"],
        "network": row["network"] or None,
        "participants": frozenset(words(row["participants"])),
        "area": row["area"],
        "precision": row["date_precision"],
        "valid_from": day(row["date_from"]),
        "valid_until": until(row["date_to"]),
        **titled(row),
    }
