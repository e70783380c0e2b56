"""A second reading of the shipped tables by the words of the rules alone; it imports nothing of ours.
Dates stay the ISO strings of the files, `valid_to` inclusive, and days are walked one by one."""

# fmt: off
import csv
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "coordination" / "demo" / "segregation"
KINDS = ("government_assignment", "appropriation_letter")

def table(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))

ACTORS = {row["id"]: row for row in table("actors") + table("actor_groups")}
MANDATES = {row["id"]: row for row in table("mandates")}
PLACES = {row["code"]: row["parent"] for row in table("places")}
ASKED, AREAS, END = {row["id"]: row for row in table("expectations")}, table("areas"), table("strategies")[0]["valid_to"]
TIES, NETWORKS, CONVENERS, SEATS = (table(n) for n in ("collaborations", "networks", "conveners", "seats"))
def later(day, days):
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
def within(row, day):
    return (row.get("valid_from") or "0") <= day <= (row.get("valid_to") or "9")
def active(m, day):
    return m["status"] == "decided" and within(m, day) and within(ACTORS[m["holder"]], day)

@cache
def cells(day):
    adopted = [a["code"] for a in AREAS if a["status"] == "adopted" and within(a, day)]
    for_each = {x["id"]: adopted if x["area"] == "each" else [x["area"]] for x in ASKED.values() if within(x, day)}
    return [(code, area) for code, areas in for_each.items() for area in areas]
def name(code, area):
    return f"{code}/{area}" if ASKED[code]["area"] == "each" else code
def holding(code, area, day):
    x = ASKED[code]
    return [m for m in MANDATES.values() if active(m, day) and (m["function"], m["area"]) == (x["function"], area)
            and x["level"] in m["level"].split(";") and (x["explicit_only"] == "no" or m["explicit"] == "yes")
            and (not x["kinds"] or m["kind"] in x["kinds"].split(";"))]
def is_met(code, area, day):
    return len({m["holder"] for m in holding(code, area, day)}) >= int(ASKED[code]["min_holders"])
def status_of(code, area, day):
    first, last = ASKED[code]["mapped_from"], ASKED[code]["mapped_until"]
    if is_met(code, area, day):
        return "covered"
    if day < first or day > str(int(last[:4]) + 1) + last[4:]:
        return "not_mapped"
    return "projected_gap" if day > last and is_met(code, area, last) else "gap"
@cache
def statuses(day):
    return {name(code, area): status_of(code, area, day) for code, area in cells(day)}
def goes_dark(day):
    days = [later(day, n) for n in range(365, 0, -1)]
    return {cell: d for d in days for cell, s in statuses(d).items() if s != "covered" == statuses(day).get(cell)}
def thin(day):
    rows = {name(*cell): holding(*cell, day) for cell in cells(day) if ASKED[cell[0]]["single_lead"] == "no"}
    return {cell for cell, held in rows.items() if statuses(day)[cell] == "covered" and len({m["holder"] for m in held}) == 1
            and "rule" not in ACTORS[held[0]["holder"]] and all(m["kind"] == "voluntary_task" or
            min(m["valid_to"] or "9", ACTORS[m["holder"]]["valid_to"] or "9") < END for m in held)}
def above(place):
    return {place, *above(PLACES[place])} if PLACES.get(place) else {place}
def share_ground(a, b):  # a group's members are places somewhere in the country
    some, others = ({p if p in PLACES else "SE" for p in m["territory"].split(";")} for m in (a, b))
    return any(p in above(q) or q in above(p) for p in some for q in others)

def pairs(day, joint_counts):
    return [(a, b) for a, b in combinations([m for m in MANDATES.values() if active(m, day)], 2)
            if a["holder"] != b["holder"] and (a["area"], a["function"]) == (b["area"], b["function"])
            and a["function"] != "transition" and not (joint_counts and a["joint_assignment"]
            and a["joint_assignment"] == b["joint_assignment"])]
def managed(a, b, day):
    both, convened = {a["holder"], b["holder"]}, {c["network"] for c in CONVENERS if within(c, day)}
    at, other = ({s["network"] for s in SEATS + CONVENERS if s["actor"] == x and within(s, day)} for x in both)
    return bool(convened & at & other) or any(
        both <= set(t["participants"].split(";")) and t["valid_from"] and within(t, day) for t in TIES)
def overlaps(day):
    return {f"{a['id']}/{b['id']}": managed(a, b, day) for a, b in pairs(day, True) if a["function"] != "service"
            and ACTORS[a["holder"]]["level"] == ACTORS[b["holder"]]["level"] and share_ground(a, b)
            and set(a["level"].split(";")) & set(b["level"].split(";"))}

def collisions(day, joint_counts=True):
    due = {m["id"]: [date.fromisoformat(d) for d in (m["report_due"], m["valid_to"]) if d] for m in MANDATES.values()}
    return {f"{a['id']}/{b['id']}" for a, b in pairs(day, joint_counts) if a["kind"] in KINDS and b["kind"] in KINDS
            and any(abs((x - y).days) <= 365 for x in due[a["id"]] for y in due[b["id"]])}
def continues(m, day):
    after = MANDATES.get(m["successor"])
    return after is not None and (active(after, day) or continues(after, day))

def orphaned(day):
    found, convened = {}, {c["network"] for c in CONVENERS if within(c, day)}
    for cell in (c for c in cells(day) if statuses(day)[name(*c)] in ("gap", "projected_gap")):
        stood = (d for d in (later(day, -n) for n in range(1, 2000)) if cell in cells(d) and is_met(*cell, d))
        for m in holding(*cell, next(stood, "0")):
            if not active(m, day) and not continues(m, day):
                found.setdefault(m["id"], set()).add(name(*cell))
    return found, {n["id"] for n in NETWORKS if within(n, day)} - convened
