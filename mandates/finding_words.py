"""What pages call the rules, what there is to do about findings, and how a change of facts is told."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from coordination.base import signs
from mandates.finding_facts import Difference

Text = str | Promise

RULE_NAMES: dict[str, Text] = {
    "gap": pgettext_lazy("rule", "Gap"),
    "voluntary_only": pgettext_lazy("rule", "Voluntary only"),
    "projected_gap": pgettext_lazy("rule", "Projected gap"),
    "not_mapped": pgettext_lazy("rule", "Not mapped"),
    "duplication": pgettext_lazy("rule", "Duplication"),
    "overlap": pgettext_lazy("rule", "Overlap"),
    "assignment_collision": pgettext_lazy("rule", "Colliding assignments"),
    "vertical_sharing": pgettext_lazy("rule", "Shared between levels"),
    "complementary": pgettext_lazy("rule", "Complementary tasks"),
    "fragmentation": pgettext_lazy("rule", "Fragmentation"),
    "coordination_gap": pgettext_lazy("rule", "Missing coordination"),
    "orphaned": pgettext_lazy("rule", "Without an owner"),
    "dangling_successor": pgettext_lazy("rule", "Broken chain of successors"),
    "contested_lead": pgettext_lazy("rule", "Contested lead"),
    "no_lead": pgettext_lazy("rule", "Unclear lead"),
    "unmandated": pgettext_lazy("rule", "Without a mandate"),
    "dormant": pgettext_lazy("rule", "Dormant mandate"),
    "short_term": pgettext_lazy("rule", "Temporary only"),
    "absent_holder": pgettext_lazy("rule", "Absent lead"),
    "single_point_of_failure": pgettext_lazy("rule", "All depends on one"),
    "person_dependent": pgettext_lazy("rule", "Depends on one person"),
    "conflicting_basis": pgettext_lazy("rule", "Different classifications"),
    "stale": pgettext_lazy("rule", "Not confirmed"),
    "unsourced": pgettext_lazy("rule", "Without a source"),
    "no_sunset": pgettext_lazy("rule", "Without an end"),
}

RULE_MEANINGS: dict[str, Text] = {
    "gap": gettext_lazy("Fewer actors than expected hold a task, and somebody has checked."),
    "voluntary_only": gettext_lazy("The law asks for it, and it is done only by choice."),
    "projected_gap": gettext_lazy(
        "A task that is held now has no owner some day within the next 365 days; or it had one when last "
        "checked and, by what was decided then, has none now."
    ),
    "not_mapped": gettext_lazy(
        "Nobody in the register holds it, and nobody has checked: unknown, not a gap."
    ),
    "duplication": gettext_lazy(
        "An overlap in grants, knowledge, method or follow-up, in one named area and for the same target group."
    ),
    "overlap": gettext_lazy(
        "Two holders at one level have the same task in the same area, aimed at the same level and ground."
    ),
    "assignment_collision": gettext_lazy(
        "Two assignments with the same task and area fall due within twelve months of each other."
    ),
    "vertical_sharing": gettext_lazy("The same task is held at several levels. Often intended."),
    "complementary": gettext_lazy(
        "Different tasks in the same area: actors who may be of use to each other."
    ),
    "fragmentation": gettext_lazy(
        "Two or more government actors are active in one area, coordinated or not."
    ),
    "coordination_gap": gettext_lazy(
        "Actors whose tasks overlap, complement each other or changed hands share no tie and no network that meets."
    ),
    "orphaned": gettext_lazy(
        "A task that is still expected, a network or a collaboration lost its owner, and nobody took over."
    ),
    "dangling_successor": gettext_lazy("The named successors end in a mandate that is not in force."),
    "contested_lead": gettext_lazy("One single lead is asked for, and several lead."),
    "no_lead": gettext_lazy("One single lead is asked for, and the register does not say who leads."),
    "unmandated": gettext_lazy("A government actor works with others in an area where it holds no mandate."),
    "dormant": gettext_lazy(
        "A mandate that names the goal, and nothing seen of its holder for twelve months."
    ),
    "short_term": gettext_lazy("All that meets an expectation ends before it does."),
    "absent_holder": gettext_lazy(
        "A lead has no seat in the network of its area, or missed its last meetings."
    ),
    "single_point_of_failure": gettext_lazy(
        "Without one actor others lose all contact, or several expected tasks their owner."
    ),
    "person_dependent": gettext_lazy("A collaboration rests on one named person."),
    "conflicting_basis": gettext_lazy("Holders in one area steer by different official classifications."),
    "stale": gettext_lazy("Mandates that nobody has confirmed for twelve months. One row for each holder."),
    "unsourced": gettext_lazy("Mandates that cite nothing. One row for each holder."),
    "no_sunset": gettext_lazy("Assignments without an end or a report date. One row for each holder."),
}

# What keeps a rule from giving more rows than anybody can read.
RULE_REASONS: dict[str, Text] = {
    "gap": gettext_lazy("One row for each expectation and area: never more than are expected."),
    "voluntary_only": gettext_lazy("One row for each expectation and area: never more than are expected."),
    "projected_gap": gettext_lazy("One row for each expectation that ends within a year."),
    "not_mapped": gettext_lazy("Listed apart; one row for each expectation that nobody has checked lately."),
    "duplication": gettext_lazy(
        "Only pairs with a target group in common; more than 20 in one area and task become one row."
    ),
    "overlap": gettext_lazy(
        "Joint assignments, groups with their members, handing over and service are left out; more than 20 pairs "
        "in one area and task become one row."
    ),
    "assignment_collision": gettext_lazy(
        "Only assignments with a day on which they are due; joint ones left out."
    ),
    "vertical_sharing": gettext_lazy("Listed apart; one row for each area and task, however many pairs."),
    "complementary": gettext_lazy("Listed apart; one row for each area, however many pairs."),
    "fragmentation": gettext_lazy("One row for each area."),
    "coordination_gap": gettext_lazy(
        "Pairs only where tasks overlap or changed hands; complementary ones are one row for each area."
    ),
    "orphaned": gettext_lazy(
        "Only what was the last to meet an expectation that is unmet now: no more than lies behind the gaps."
    ),
    "dangling_successor": gettext_lazy("One row for each last link, and only where the task is expected."),
    "contested_lead": gettext_lazy("Only expectations that ask for one single lead."),
    "no_lead": gettext_lazy("Only expectations that ask for one single lead."),
    "unmandated": gettext_lazy("One row for each actor and area; money received is left out."),
    "dormant": gettext_lazy(
        "One row for each holder and area, of organisations that the register follows otherwise."
    ),
    "short_term": gettext_lazy(
        "One row for each expectation. Many while all rests on a body set up for a time."
    ),
    "absent_holder": gettext_lazy("Only known leads, in networks that meet."),
    "single_point_of_failure": gettext_lazy("Organisations alone, with at least two tasks or two cut off."),
    "person_dependent": gettext_lazy("Only where the register says how many contacts a side has."),
    "conflicting_basis": gettext_lazy("One row for each area."),
    "stale": gettext_lazy("One row for each holder."),
    "unsourced": gettext_lazy("One row for each holder."),
    "no_sunset": gettext_lazy("One row for each holder."),
}

# What to do, the most pressing first. `managed` and what follows it asks for nothing but a look.
MANAGE, ASSIGN, DECIDE, SUCCEED, LEAD, CONNECT, CHECK, MANAGED, KNOW, UNKNOWN, QUIET = (
    "manage",
    "assign",
    "decide",
    "succeed",
    "lead",
    "connect",
    "check",
    "managed",
    "know",
    "unknown",
    "quiet",
)
GROUPS: dict[str, tuple[Text, Text]] = {
    MANAGE: (
        gettext_lazy("Manage: overlaps that nobody manages"),
        gettext_lazy("Two hold the same task, and nothing in the register ties them together."),
    ),
    ASSIGN: (
        gettext_lazy("Give an assignment: tasks that nobody holds"),
        gettext_lazy("They are expected, somebody has checked, and too few hold them."),
    ),
    DECIDE: (
        gettext_lazy("Decide in time: tasks that end"),
        gettext_lazy("They are held today, but not for as long as they are expected."),
    ),
    SUCCEED: (
        gettext_lazy("Name a successor: what lost its owner"),
        gettext_lazy(
            "Mandates, networks and collaborations that ended or were left, and that nobody took over."
        ),
    ),
    LEAD: (
        gettext_lazy("Clarify the lead"),
        gettext_lazy("It is not clear from the register who leads, or the lead is not at the table."),
    ),
    CONNECT: (
        gettext_lazy("Bring together: actors who have to do with each other"),
        gettext_lazy("Their tasks meet, but they share too little, or all contact runs through one."),
    ),
    CHECK: (
        gettext_lazy("Check: what the register does not show"),
        gettext_lazy("Questions to those who know: is it true, is it still so, where is it written?"),
    ),
    MANAGED: (
        gettext_lazy("Managed overlaps: judge whether they are intended"),
        gettext_lazy(
            "Two hold the same task, and a collaboration, a network or a mandate ties them together."
        ),
    ),
    KNOW: (
        gettext_lazy("For information"),
        gettext_lazy("Often intended; nothing needs to be done."),
    ),
    UNKNOWN: (
        gettext_lazy("Not mapped: nobody has looked"),
        gettext_lazy("Never counted as gaps."),
    ),
    QUIET: (
        gettext_lazy("Intended"),
        gettext_lazy(
            "A reviewer or coordinator has called them intended. They return if their facts change."
        ),
    ),
}
GROUP_OF_RULE = {
    "gap": ASSIGN,
    "voluntary_only": ASSIGN,
    "projected_gap": DECIDE,
    "short_term": DECIDE,
    "orphaned": SUCCEED,
    "dangling_successor": SUCCEED,
    "contested_lead": LEAD,
    "no_lead": LEAD,
    "absent_holder": LEAD,
    "fragmentation": CONNECT,
    "coordination_gap": CONNECT,
    "single_point_of_failure": CONNECT,
    "person_dependent": CONNECT,
    "vertical_sharing": KNOW,
    "complementary": KNOW,
    "not_mapped": UNKNOWN,
}

CHOICE_HELP: dict[str, Text] = {
    "by_design": gettext_lazy("It is meant so. It stays quiet until its facts change."),
    "clarify_lead": gettext_lazy("An actor that is there already is to be named as the lead."),
    "give_assignment": gettext_lazy("A new task in an instruction or an appropriation letter."),
    "manage": gettext_lazy("Collaboration instead of a mandate."),
    "merge": gettext_lazy("Tasks, networks or actors become one."),
    "need_facts": gettext_lazy("Decided later, with an owner and a date."),
    "action_taken": gettext_lazy("Asks for a source. Changes the register in the same step."),
}

THRESHOLDS: dict[str, Text] = {
    "horizon_days": gettext_lazy("looks %(n)s days ahead"),
    "recent_months": gettext_lazy("recent: %(n)s months"),
    "network_share": gettext_lazy("a network gathers at least %(percent)s %% of them"),
    "missed_meetings": gettext_lazy("%(n)s meetings in a row"),
    "cut_off": gettext_lazy("at least %(n)s cut off"),
    "sole_expectations": gettext_lazy("at least %(n)s tasks alone"),
    "strongest": gettext_lazy("shows the %(n)s strongest"),
}


def rule_name(rule: str) -> str:
    return str(RULE_NAMES.get(rule, rule))


def threshold(name: str, value: Any) -> str:
    """A threshold in words: “recent: 12 months”."""
    share = round(value * 100) if isinstance(value, float) else value
    return str(THRESHOLDS.get(name, f"{name}: %(n)s")) % {"n": value, "percent": share}


def group_of(rule: str, managed: bool | None) -> str:
    """What to do about a finding of `rule`: a key of GROUPS."""
    if managed is not None:
        return MANAGED if managed else MANAGE
    return GROUP_OF_RULE.get(rule, CHECK)


def sign_of(rule: str, body: Mapping[str, Any]) -> str:
    """The status whose sign a finding carries; "" for those that are no status."""
    if rule == "projected_gap" and body.get("goes_dark_on"):
        return "goes_dark"
    return rule if rule in signs.NAMES else ""


def pill(rule: str, body: Mapping[str, Any]) -> str:
    """Rule in a word, with what it counts: “Gap: 0 of 1”, “Overlap: unmanaged”."""
    evidence = body.get("evidence") or {}
    asked = evidence.get("asked") or {}
    if rule == "gap" and asked:
        if evidence.get("members_asked"):
            of = {"n": evidence["members_covered"], "of": evidence["members_asked"]}
        else:
            of = {"n": evidence.get("count", 0), "of": asked["min_holders"]}
        return _("Gap: %(n)s of %(of)s") % of
    if body.get("managed") is not None:
        word = _("managed") if body["managed"] else _("unmanaged")
        return f"{rule_name(rule)}: {word}"
    if "coordinated" in evidence:
        word = _("coordinated") if evidence["coordinated"] else _("not coordinated")
        return f"{rule_name(rule)}: {word}"
    return rule_name(rule)


# Changes of facts

FIELD_NAMES: dict[str, Text] = {
    "holder": gettext_lazy("holder"),
    "kind": gettext_lazy("kind"),
    "area": gettext_lazy("area"),
    "function": gettext_lazy("function"),
    "levels": gettext_lazy("levels aimed at"),
    "explicit": gettext_lazy("names the strategy's goal"),
    "valid_from": gettext_lazy("first day"),
    "valid_to": gettext_lazy("last day"),
    "report_due": gettext_lazy("report due"),
    "confirmed_on": gettext_lazy("last confirmed"),
    "role": gettext_lazy("role"),
    "classification": gettext_lazy("classification"),
    "since": gettext_lazy("unmet since"),
    "last_met_on": gettext_lazy("last met"),
    "ended_on": gettext_lazy("ended"),
    "last_end": gettext_lazy("last end"),
    "needed_to": gettext_lazy("expected until"),
    "holder_ceased_on": gettext_lazy("the holder ceased"),
    "last_met": gettext_lazy("last meeting"),
    "count": gettext_lazy("number"),
    "unmanaged": gettext_lazy("number unmanaged"),
    "members_covered": gettext_lazy("members that hold it"),
    "members_asked": gettext_lazy("members asked"),
    "version": gettext_lazy("version of the rule"),
    "severity": gettext_lazy("severity"),
    "goes_dark_on": gettext_lazy("goes dark"),
}
CAME = {
    "mandate": gettext_lazy("The mandate %(row)s has come into it."),
    "actor": gettext_lazy("%(row)s has come into it."),
    "network": gettext_lazy("The network %(row)s has come into it."),
    "collaboration": gettext_lazy("The collaboration %(row)s has come into it."),
}
WENT = {
    "mandate": gettext_lazy("The mandate %(row)s is no longer part of it."),
    "actor": gettext_lazy("%(row)s is no longer part of it."),
    "network": gettext_lazy("The network %(row)s is no longer part of it."),
    "collaboration": gettext_lazy("The collaboration %(row)s is no longer part of it."),
}


def difference(found: Difference, names: Mapping[str, str]) -> str:
    """A change of facts as a sentence. `names`: of actors, by id; other rows are named by their ids."""
    what = found["what"]
    if what in ("added", "removed"):
        row = names.get(found["id"], found["id"]) if found["kind"] == "actor" else found["id"]
        return str((CAME if what == "added" else WENT)[found["kind"]]) % {"row": row}
    if what == "managed":
        return _("It is managed now.") if found["after"] else _("It is no longer managed.")
    values = {"before": _value(found.get("before"), names), "after": _value(found.get("after"), names)}
    if what == "field":
        field = str(FIELD_NAMES.get(found["field"], found["field"]))
        return _("%(mandate)s, %(field)s: %(before)s → %(after)s.") % {
            "mandate": found["mandate"],
            "field": field,
            **values,
        }
    if what == "threshold":
        return _("A threshold was changed: %(name)s, %(before)s → %(after)s.") % {
            "name": found["name"],
            **values,
        }
    if what in FIELD_NAMES:
        field = str(FIELD_NAMES[what])
        return _("%(field)s: %(before)s → %(after)s.") % {"field": field[:1].upper() + field[1:], **values}
    return _("The rows that it rests on have changed.")


def _value(value: Any, names: Mapping[str, str]) -> str:
    if value is None or value == "":
        return pgettext("value", "none")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return names.get(str(value), str(value))
