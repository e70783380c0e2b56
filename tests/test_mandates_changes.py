import datetime
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mandates import change_json, change_texts, drafts, handovers, overlay
from mandates.changes import (
    AddMandate,
    AdoptArea,
    CloseActor,
    DoesNotFit,
    EndMandate,
    MergeActors,
    MoveMandate,
    ProlongMandate,
    RenameActor,
    SplitActor,
    StartProposals,
    TransferActor,
)
from mandates.coverage import states
from mandates.explain import Names
from mandates.overlay import apply_changes, holdings, misfits
from mandates.rules import findings
from mandates.scenario_effects import effect, scenario_effect
from mandates.snapshot import Actor, Convener, Mandate, Seat
from tests.segregation import load

D = datetime.date
DAY = D(2024, 1, 1)
HEALTH = AdoptArea(strategy="mot-segregation", code="halsa")
PROPOSALS = {name: StartProposals(scenario=name) for name in ("rek-1-halsa", "rek-2-boverket", "rek-3-matt")}
UNMET = ("gap", "projected_gap", "voluntary_only", "not_mapped")
SHIPPED = {
    "rek-1-halsa": [HEALTH, PROPOSALS["rek-1-halsa"]],
    "rek-2-boverket": [PROPOSALS["rek-2-boverket"]],
    "rek-3-matt": [PROPOSALS["rek-3-matt"]],
    "rek-alla": [HEALTH, *PROPOSALS.values()],
}
MEASURES = {f"X14/{area}" for area in ("arbetsmarknad", "brottslighet", "utbildning")}


@pytest.mark.parametrize(
    ("name", "opened", "closed"),
    [
        ("rek-alla", set(), {"X06", "X07", "X08", "X09"} | MEASURES),
        ("rek-1-halsa", {"X14/halsa"}, set()),
        ("rek-2-boverket", set(), {"X06", "X07", "X08", "X09"}),
        ("rek-3-matt", set(), MEASURES),
    ],
)
def test_what_the_recommendations_would_do(name, opened, closed):
    found = scenario_effect(load(), SHIPPED[name], DAY)
    assert {f.expectation for f in found.opened if f.rule in UNMET} == opened
    assert {f.expectation for f in found.closed if f.rule in UNMET} == closed
    assert {f.expectation for f in found.opened if f.expectation} == opened
    assert {f.expectation for f in found.closed if f.expectation} == closed
    assert {move.cell for move in found.cells} >= opened | closed


def test_a_scenario_leaves_the_register_as_it_was():
    before = load()
    apply_changes(before, SHIPPED["rek-alla"], DAY)
    assert before.mandate_by_code["BOV-P1"].status == "proposed"
    assert before.area_by_code["mot-segregation", "halsa"].status == "proposed"


def test_no_changes_have_no_effect():
    found = scenario_effect(load(), [], DAY)
    assert (found.opened, found.closed, found.cells) == ((), (), ())
    assert found.unchanged == len(findings(load(), DAY))


def test_two_days_are_compared_as_two_registers_are():
    found = effect(load(), load(), D(2022, 12, 31), rules=["gap"], until=D(2023, 1, 1))
    assert {f.expectation for f in found.opened} == {"X02", "X04", "X06", "X07", "X08"}
    assert found.closed == ()
    assert {move.cell for move in found.cells} >= {"X02", "X04", "X06", "X07", "X08"}


def test_a_prolonged_mandate_keeps_its_cell_lit():
    longer = apply_changes(load(), [ProlongMandate(code="BOV-31", until=D(2029, 1, 1))], D(2023, 2, 14))
    now = {s.cell.id: s for s in states(longer, DAY)}
    assert now["X09"].status == "covered" and not now["X09"].marks


def test_a_moved_mandate_ends_and_is_succeeded():
    moved = apply_changes(load(), [MoveMandate(code="BOV-31", holder="scb", on=D(2023, 7, 1))], DAY)
    old, new = moved.mandate_by_code["BOV-31"], moved.mandate_by_code["BOV-31-scb"]
    assert (old.valid_until, old.successor) == (D(2023, 7, 1), "BOV-31-scb")
    assert (new.holder, new.valid_from, new.valid_until) == ("scb", D(2023, 7, 1), D(2024, 1, 1))
    assert new.sources == ("scenario",)


def before_closing():
    """The register as somebody might have kept it on 2022-12-30: nothing of the agency's is ended yet."""
    delmos = load().actor_by_slug["delmos"]
    open_rows = {
        m.code: replace(m, valid_until=None)
        for m in load().mandates
        if m.holder == "delmos" and m.valid_until == D(2023, 1, 1)
    }
    return replace(
        load(),
        actors=tuple(replace(a, valid_until=None) if a is delmos else a for a in load().actors),
        mandates=tuple(open_rows.get(m.code, m) for m in load().mandates),
        conveners=tuple(
            replace(c, valid_until=None) if c.actor == "delmos" and c.valid_until == D(2023, 1, 1) else c
            for c in load().conveners
        ),
    )


def test_closing_an_agency_leaves_nothing_in_force_that_it_holds():
    register, day = before_closing(), D(2023, 1, 1)
    held = {row.key for row in holdings(register, "delmos", day)}
    assert {f"mandate:DEL-0{number}" for number in (1, 2, 3, 4)} <= held
    assert "convener:natverk-myndigheter" in held
    receivers = {"mandate:DEL-03": "boverket", "convener:natverk-myndigheter": "boverket"}
    closed = apply_changes(register, [CloseActor(slug="delmos", receivers=receivers, on=day)], day)
    assert holdings(closed, "delmos", day) == ()
    assert not any(m.holder == "delmos" and m.valid_until is None for m in closed.mandates)
    orphaned = findings(closed, D(2023, 2, 14), rules=["orphaned"])
    assert {f.networks for f in orphaned if f.networks} == set()
    assert "DEL-03" not in {f.mandates[0] for f in orphaned if f.mandates}
    assert "DEL-01" in {f.mandates[0] for f in orphaned if f.mandates}  # ended, and said so


def test_a_mandate_that_is_yet_to_begin_needs_a_receiver():
    coming = Mandate(code="NEW", holder="boverket", strategy="mot-segregation", valid_from=D(2025, 1, 1))
    register = apply_changes(load(), [AddMandate(mandate=coming)], DAY)
    with pytest.raises(DoesNotFit, match="needs_receiver"):
        apply_changes(register, [CloseActor(slug="boverket")], DAY)
    passed = apply_changes(register, [CloseActor(slug="boverket", receivers={"mandate:NEW": "scb"})], DAY)
    assert passed.mandate_by_code["NEW"].holder == "scb"


def test_a_collaboration_of_three_goes_on_without_the_one_that_ceased():
    tie = replace(
        load().collaborations[0], code="T", participants=("scb", "boverket", "skr"), valid_until=None
    )
    register = replace(load(), collaborations=(tie,))
    closed = apply_changes(register, [CloseActor(slug="scb")], DAY)
    assert [(c.participants, c.valid_until) for c in closed.collaborations] == [
        (("scb", "boverket", "skr"), DAY),
        (("boverket", "skr"), None),
    ]


def test_merged_actors_pass_all_they_hold_to_one():
    merged = apply_changes(
        load(),
        [MergeActors(slugs=("arbetsformedlingen", "dua"), into=Actor(slug="nya", level="national"))],
        DAY,
    )
    assert {m.holder for m in merged.active(DAY) if m.code.startswith(("AF-10", "DUA-10"))} == {"nya"}
    assert merged.actor_by_slug["dua"].successor == "nya"
    assert merged.actor_by_slug["dua"].valid_until == DAY
    assert findings(merged, DAY, rules=["overlap"]) == []
    assert not any(set(c.participants) == {"nya"} for c in merged.collaborations)


def test_a_split_actor_ends_and_its_parts_take_what_is_named():
    parts = (Actor(slug="norr", level="national"), Actor(slug="syd", level="national"))
    split = apply_changes(
        load(),
        [
            SplitActor(
                slug="boverket", parts=parts, receivers={"mandate:BOV-01": "norr", "mandate:BOV-10": "syd"}
            )
        ],
        DAY,
    )
    active = {m.code: m.holder for m in split.active(DAY)}
    assert (active["BOV-01-norr"], active["BOV-10-syd"]) == ("norr", "syd")
    assert "boverket" not in active.values()


SKR_01 = {"mandate:SKR-01": "scb"}
ADDED = Mandate(code="NEW", holder="boverket", strategy="mot-segregation", function="coordination")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (EndMandate(code="nothing"), "unknown_mandate"),
        (EndMandate(code="DEL-01"), "mandate_ended"),
        (EndMandate(code="BOV-P1"), "not_decided"),
        (EndMandate(code="SKR-01", successor="SKR-01"), "succeeds_itself"),
        (EndMandate(code="SKR-01", on=D(2022, 9, 1)), "ends_before_start"),
        (ProlongMandate(code="SKR-01"), "mandate_open"),
        (ProlongMandate(code="BOV-31", until=D(2023, 6, 1)), "not_longer"),
        (ProlongMandate(code="DEL-01", until=D(2026, 1, 1)), "actor_ceased"),
        (MoveMandate(code="SKR-01", holder="skr"), "same_holder"),
        (MoveMandate(code="SKR-01", holder="delmos"), "actor_ceased"),
        (MoveMandate(code="SKR-01", holder="nobody"), "unknown_actor"),
        (AddMandate(mandate=replace(ADDED, code="DEL-01")), "mandate_exists"),
        (AddMandate(mandate=replace(ADDED, area="havet")), "unknown_area"),
        (AddMandate(mandate=replace(ADDED, strategy="annan")), "unknown_strategy"),
        (AddMandate(mandate=replace(ADDED, valid_until=D(2023, 1, 1))), "ends_before_start"),
        (AdoptArea(strategy="mot-segregation", code="boende"), "area_adopted"),
        (AdoptArea(strategy="mot-segregation", code="havet"), "unknown_area"),
        (AdoptArea(strategy="mot-segregation", code="halsa", on=D(2030, 1, 1)), "outside_strategy"),
        (StartProposals(scenario="rek-9"), "no_proposals"),
        (CloseActor(slug="boverket", receivers={"mandate:SKR-01": "scb"}), "not_held"),
        (CloseActor(slug="delmos"), "actor_ceased"),
        (MergeActors(slugs=("scb",), into="scb"), "nothing_to_merge"),
        (MergeActors(slugs=("scb",), into=Actor(slug="boverket")), "actor_exists"),
        (SplitActor(slug="scb", parts=(Actor(slug="x"),)), "nothing_to_split"),
        (CloseActor(slug="skr", receivers=SKR_01, ends=frozenset(SKR_01)), "both_ways"),
        (CloseActor(slug="skr", receivers=SKR_01, ends=frozenset()), "undecided"),
        (CloseActor(slug="skr", receivers={"mandate:SKR-01": "skr"}), "own_receiver"),
        (CloseActor(slug="skr", successor="skr"), "own_receiver"),
        (CloseActor(slug="alla-kommuner"), "is_group"),
        (
            RenameActor(slug="scb", name_sv="Statistiska centralbyrån (SCB)", name_en="Statistics Sweden"),
            "same_name",
        ),
        (TransferActor(slug="scb"), "nothing_to_transfer"),
        (TransferActor(slug="scb", parent="scb"), "own_receiver"),
    ],
)
def test_a_change_that_does_not_fit_says_which_and_why(change, reason):
    with pytest.raises(DoesNotFit) as refused:
        apply_changes(load(), [HEALTH, change], DAY)
    assert (refused.value.reason, refused.value.number) == (reason, 2)
    for language in ("sv", "en"):
        text = change_texts.why(refused.value, language)
        assert "2" in text and "{" not in text


def test_ending_what_the_scenario_adds_on_the_same_day_is_refused():
    with pytest.raises(DoesNotFit, match="ends_added"):
        apply_changes(load(), [AddMandate(mandate=ADDED), EndMandate(code="NEW")], DAY)
    ended = apply_changes(load(), [AddMandate(mandate=ADDED), EndMandate(code="NEW", on=D(2024, 7, 1))], DAY)
    assert ended.mandate_by_code["NEW"].valid_until == D(2024, 7, 1)


def test_a_scenario_that_a_later_edit_has_overtaken_says_so():
    overtaken = apply_changes(load(), [PROPOSALS["rek-2-boverket"]], DAY)
    with pytest.raises(DoesNotFit, match="no_proposals"):
        apply_changes(overtaken, [PROPOSALS["rek-2-boverket"]], DAY)


def test_every_reason_has_words_in_both_languages():
    sources = "".join(Path(module.__file__).read_text() for module in (drafts, handovers, overlay))
    used = set(re.findall(r'DoesNotFit\(\s*change, "(\w+)"', sources))
    assert used == set(change_texts.REASONS["sv"]) == set(change_texts.REASONS["en"])


def test_what_an_actor_was_given_later_is_never_ended_unasked():
    plan = {row.key for row in holdings(load(), "boverket", DAY)}
    closing = CloseActor(slug="boverket", ends=frozenset(plan))
    apply_changes(load(), [closing], DAY)
    given_later = apply_changes(load(), [AddMandate(mandate=ADDED, on=D(2023, 6, 1))], DAY)
    with pytest.raises(DoesNotFit, match="undecided") as refused:
        apply_changes(given_later, [closing], DAY)
    assert refused.value.params["rows"] == "NEW"


def test_a_seat_and_the_convening_of_one_network_can_go_different_ways():
    network = "natverk-myndigheter"
    register = replace(
        load(),
        seats=(Seat(network=network, actor="skr", valid_from=D(2020, 1, 1)),),
        conveners=(Convener(network=network, actor="skr", valid_from=D(2020, 1, 1)),),
    )
    receivers = {f"convener:{network}": "boverket", f"seat:{network}": "scb"}
    closed = apply_changes(register, [CloseActor(slug="skr", receivers=receivers)], DAY)
    assert [(r.actor, r.valid_until) for r in closed.conveners] == [("skr", DAY), ("boverket", None)]
    assert [(r.actor, r.valid_until) for r in closed.seats] == [("skr", DAY), ("scb", None)]


def test_a_seat_that_is_yet_to_begin_goes_to_the_receiver_as_it_stands():
    coming = Seat(network="natverk-myndigheter", actor="skr", valid_from=D(2025, 1, 1))
    register = replace(load(), seats=(coming,))
    with pytest.raises(DoesNotFit, match="needs_receiver"):
        apply_changes(register, [CloseActor(slug="skr")], DAY)
    passed = apply_changes(register, [CloseActor(slug="skr", rest="scb")], DAY)
    assert [(r.actor, r.valid_from) for r in passed.seats] == [("scb", D(2025, 1, 1))]


def test_two_that_merge_have_no_tie_left_between_them_but_keep_those_with_others():
    def tie(code, *sides):
        return replace(load().collaborations[0], code=code, participants=sides, valid_until=None)

    register = replace(load(), collaborations=(tie("T", "scb", "skr"), tie("U", "scb", "skr", "boverket")))
    merged = apply_changes(register, [MergeActors(slugs=("scb", "skr"), into=Actor(slug="nya"))], DAY)
    going_on = [set(c.participants) for c in merged.collaborations if c.holds_on(DAY)]
    assert going_on == [{"nya", "boverket"}]


def test_a_transferred_actor_goes_on_and_keeps_what_is_not_named():
    change = TransferActor(slug="boverket", parent="regeringen", receivers={"mandate:BOV-31": "scb"})
    moved = apply_changes(load(), [change], D(2023, 7, 1))
    actor = moved.actor_by_slug["boverket"]
    assert actor.valid_until is None and "regeringen" in [row.actor for row in actor.parents]
    active = {m.code: m.holder for m in moved.active(D(2023, 7, 1))}
    assert active["BOV-31-scb"] == "scb" and active["BOV-01"] == "boverket" and "BOV-31" not in active
    with pytest.raises(DoesNotFit, match="same_parent"):
        apply_changes(moved, [TransferActor(slug="boverket", parent="regeringen")], DAY)


def test_a_renamed_actor_keeps_its_id_and_its_old_name():
    renamed = apply_changes(load(), [RenameActor(slug="scb", name_sv="Statistikverket")], DAY)
    actor = renamed.actor_by_slug["scb"]
    assert actor.name_sv == "Statistikverket" and load().actor_by_slug["scb"].name_sv in actor.aliases


def test_every_change_that_does_not_fit_is_found():
    asked = [EndMandate(code="nothing"), HEALTH, EndMandate(code="DEL-01"), EndMandate(code="SKR-01")]
    assert [(m.number, m.reason) for m in misfits(load(), asked, DAY)] == [
        (1, "unknown_mandate"),
        (3, "mandate_ended"),
    ]
    assert misfits(load(), SHIPPED["rek-alla"], DAY) == []


EVERY_KIND = [
    PROPOSALS["rek-2-boverket"],
    HEALTH,
    AddMandate(mandate=replace(ADDED, title_sv="Nytt uppdrag", levels=frozenset({"local"})), on=DAY),
    AddMandate(mandate=replace(ADDED, valid_until=D(2026, 1, 1), to_precision="day", explicit=True)),
    EndMandate(code="SKR-01", successor="BOV-01", on=DAY),
    ProlongMandate(code="BOV-31", until=D(2026, 1, 1)),
    ProlongMandate(code="BOV-31"),
    MoveMandate(code="SKR-01", holder="scb"),
    CloseActor(slug="skr", receivers=SKR_01, ends=frozenset({"seat:natverk-myndigheter"}), successor="scb"),
    CloseActor(slug="skr", ends=frozenset()),
    CloseActor(slug="skr", rest="scb"),
    MergeActors(slugs=("scb", "skr"), into="scb"),
    MergeActors(slugs=("scb",), into=Actor(slug="nya", name_sv="Nya", kind="agency", place="SE")),
    SplitActor(slug="scb", parts=(Actor(slug="norr", name_sv="Norr"), Actor(slug="syd")), rest="norr"),
    RenameActor(slug="scb", name_sv="Statistikverket", name_en="The Statistics Agency", on=DAY),
    TransferActor(slug="scb", parent="regeringen"),
    TransferActor(slug="skr", receivers=SKR_01),
]


@pytest.mark.parametrize("change", EVERY_KIND, ids=lambda change: type(change).__name__)
def test_a_change_is_stored_as_plain_values_and_said_in_words(change):
    stored = json.loads(json.dumps(change_json.to_json(change)))
    assert change_json.from_json(stored) == change
    for language, other in (("sv", "en"), ("en", "sv")):
        said = change_texts.in_words(change, Names(load()), language)
        assert said.endswith(".") and "{" not in said and "None" not in said
        assert said != change_texts.in_words(change, Names(load()), other)


def test_every_kind_of_change_can_be_stored():
    assert {type(change) for change in EVERY_KIND} == set(change_json.KINDS.values())


@pytest.mark.parametrize(
    "stored",
    [
        {},
        None,
        [],
        {"kind": "nothing"},
        {"kind": "end_mandate"},
        {"kind": "end_mandate", "code": 7},
        {"kind": "end_mandate", "code": "X", "on": "yesterday"},
        {"kind": "add_mandate", "mandate": {"code": "X"}},
        {"kind": "merge_actors", "slugs": ["a"], "into": {}},
        {"kind": "close_actor", "slug": "x", "receivers": 3},
    ],
)
def test_a_stored_change_that_cannot_be_read_says_so(stored):
    with pytest.raises(change_json.BadChange):
        change_json.from_json(stored)


def test_a_change_is_said_by_names():
    names = Names(load())
    closing = CloseActor(slug="skr", receivers=SKR_01, ends=frozenset({"seat:natverk-myndigheter"}), on=DAY)
    said = change_texts.in_words(closing, names, "sv")
    assert "upphör från och med 2024-01-01" in said and "(SKR-01) går till" in said
    assert "Platsen i " in said and "avslutas" in said
    with pytest.raises(DoesNotFit) as refused:
        apply_changes(load(), [EndMandate(code="DEL-01")], DAY)
    refused.value.number = 1
    assert "(DEL-01) gällde bara till och med 2022-12-31" in change_texts.why(refused.value, "sv", names)
