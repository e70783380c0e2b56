"""The pages of scenarios: what they say, who makes and changes them, and what they refuse."""

import csv
import io
import json

import pytest
from django.utils import translation

from mandates.models import AppliedChanges, Mandate, Scenario
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
DAY = "2024-01-01"
MEASURES = ["X14/arbetsmarknad", "X14/brottslighet", "X14/utbildning"]


@pytest.fixture
def reviewer(client):
    user = f.ReviewerFactory()
    client.force_login(user)
    return user


@pytest.fixture
def coordinator(client):
    user = f.CoordinatorFactory()
    client.force_login(user)
    return user


def mine(user, *changes, **given):
    return f.ScenarioFactory(owner=user, changes=list(changes), **given)


def closed(response):
    return sorted(change.cell.key for change in response.context["view"].gaps_closed)


def test_the_recommendations_are_listed_with_what_each_does(client, reviewer):
    response = client.get("/scenarios/", {"as_of": DAY})
    found = {row["scenario"].slug: row["count"] for row in response.context["own"]}
    assert {slug: (len(count.closed), len(count.opened)) for slug, count in found.items()} == {
        "rek-1-halsa": (0, 1),
        "rek-2-boverket": (4, 0),
        "rek-3-matt": (3, 0),
        "rek-alla": (7, 0),
    }
    assert "Boverket: 3 föreslagna uppdrag" in response.text


def test_a_scenario_says_what_it_closes_opens_and_moves(client, reviewer):
    response = client.get("/scenarios/rek-alla/", {"as_of": DAY})
    assert closed(response) == ["X06", "X07", "X08", "X09", *MEASURES]
    assert response.context["view"].gaps_opened == []
    assert "Den 2024-01-01: 7 luckor skulle stängas och ingen uppstå" in response.context["title"]
    health = next(change for change in response.context["view"].cells if change.cell.key == "X14/halsa")
    assert health.before is None or not health.before.is_expected
    assert health.after.is_met and "Socialstyrelsen" in health.after.holder_names
    assert "Området Hälsa antas" in response.text and 'class="tl wide"' in response.text
    assert "BOV-P1" in response.text


def test_it_speaks_english_too(client, reviewer):
    response = client.get("/en/scenarios/rek-2-boverket/", {"as_of": DAY})
    assert "4 gaps would close, and none would open" in response.context["title"]
    assert "The proposed mandates of rek-2-boverket are decided" in response.text


def test_two_days_are_compared(client, reviewer):
    response = client.get("/scenarios/rek-2-boverket/", {"as_of": DAY, "compare": "2023-02-14"})
    by_day = {day.isoformat(): count.closed for day, count, _outside in response.context["compared"]}
    assert by_day == {DAY: ["X06", "X07", "X08", "X09"], "2023-02-14": ["X06", "X07", "X08"]}
    wrong = client.get("/scenarios/rek-2-boverket/", {"compare": "i går"})
    assert wrong.status_code == 200 and "Skriv datumet som 2024-01-01." in wrong.text


def test_a_day_outside_the_strategy_is_said(client, reviewer):
    text = "2035-01-01 ligger utanför strategins tid, 2018-07-01 – 2028-12-31."
    for url in ("/scenarios/", "/scenarios/rek-alla/", "/scenarios/rek-2-boverket/"):
        response = client.get(url, {"as_of": "2035-01-01"})
        assert response.status_code == 200
        assert response.context["outside"] == text


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "json"])
def test_the_findings_can_be_downloaded(client, reviewer, wanted):
    response = client.get("/scenarios/rek-2-boverket/", {"as_of": DAY, "format": wanted})
    assert response["Content-Disposition"] == f'attachment; filename="scenario-rek-2-boverket-{DAY}.{wanted}"'
    if wanted == "xlsx":
        assert response.content[:2] == b"PK"
        return
    text = response.content.decode("utf-8-sig")
    rows = json.loads(text) if wanted == "json" else list(csv.DictReader(io.StringIO(text)))
    gaps = {row["expectation"] for row in rows if row["rule"] in ("gap", "projected_gap")}
    assert gaps == {"X06", "X07", "X08", "X09"} and {row["change"] for row in rows} == {"closed", "opened"}
    assert client.get("/scenarios/rek-2-boverket/", {"format": "pdf"}).status_code == 404


def test_an_empty_scenario_downloads_its_header(client, reviewer):
    row = mine(reviewer)
    response = client.get(row.get_absolute_url(), {"format": "csv"})
    assert response.content.decode("utf-8-sig").splitlines() == [
        "change,rule,severity,expectation,area,function,level,actors,mandates,explanation,key"
    ]


# Who sees what


def test_a_scenario_is_its_owners_and_those_named(client, reviewer):
    named, other = f.UserFactory(), f.CoordinatorFactory()
    row = mine(reviewer, readers=[named])
    assert client.get(row.get_absolute_url()).status_code == 200
    client.force_login(named)
    assert client.get(row.get_absolute_url()).status_code == 200
    assert [found["scenario"] for found in client.get("/scenarios/").context["stored"]] == [row]
    assert client.get(f"{row.get_absolute_url()}edit/").status_code == 403
    assert client.get("/scenarios/rek-alla/").status_code == 404  # proposals are for who makes scenarios
    client.force_login(other)
    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.get(f"{row.get_absolute_url()}apply/").status_code == 404
    client.logout()
    assert client.get(row.get_absolute_url()).status_code == 302


# Making and changing


def test_a_scenario_is_made_and_changed_with_plain_forms(client, reviewer):
    reader = f.UserFactory()
    response = client.post(
        "/scenarios/new/",
        {"title_sv": "Utan SKR", "purpose": "Pröva", "readers": f"{reader.email.upper()}\n"},
    )
    assert response["Location"] == "/scenarios/utan-skr/"
    row = Scenario.objects.get(slug="utan-skr")
    assert (row.owner, list(row.readers.all()), row.purpose) == (reviewer, [reader], "Pröva")
    answer = client.post(
        "/scenarios/utan-skr/add/end_mandate/?as_of=2023-02-14",
        {"code": "skr-01", "version": row.version},
        follow=False,
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer["Location"] == "/scenarios/utan-skr/"  # the day is the register's own
    row.refresh_from_db()
    assert row.changes == [{"kind": "end_mandate", "code": "SKR-01"}] and row.version == 2
    page = client.get("/scenarios/utan-skr/")
    assert [change.cell.key for change in page.context["view"].gaps_opened] == ["X05"]
    client.post("/scenarios/utan-skr/1/", {"code": "SKR-01", "on": "2023-06-01", "version": row.version})
    row.refresh_from_db()
    assert row.changes == [{"kind": "end_mandate", "on": "2023-06-01", "code": "SKR-01"}]
    assert row.history.count() == 3 and row.history.latest().history_user == reviewer


FORMS = {
    "start_proposals": {"scenario": "rek-2-boverket"},
    "add_mandate": {
        "holder": "scb",
        "title_sv": "Följa upp",
        "kind": "instruction",
        "strategy": "mot-segregation",
        "area": "mot-segregation/boende",
        "function": "followup",
        "levels": ["national", "local"],
        "explicit": "on",
        "valid_to": "2026-12-31",
        "on": "2023-06-01",
    },
    "end_mandate": {"code": "SKR-01", "successor": "BOV-01"},
    "prolong_mandate": {"code": "BOV-31", "valid_to": "2026-12-31"},
    "move_mandate": {"code": "BOV-31", "holder": "scb"},
    "adopt_area": {"area": "mot-segregation/halsa"},
    "close_actor": {"slug": "boverket", "rest": "scb"},
    "merge_actors": {"first": "boverket", "second": "scb", "name_sv": "Nya myndigheten"},
    "split_actor": {"slug": "boverket", "names": "Norr\nSyd\n", "first_takes": "on"},
    "rename_actor": {"slug": "scb", "name_sv": "Statistikverket"},
    "transfer_actor": {"slug": "boverket", "parent": "scb"},
}


@pytest.mark.parametrize("kind", FORMS)
def test_each_kind_of_change_has_a_form_that_shows_it_again(client, reviewer, kind):
    row = mine(reviewer)
    url = f"/scenarios/{row.slug}/add/{kind}/?as_of=2023-02-14"
    assert client.get(url).status_code == 200
    answer = client.post(url, {**FORMS[kind], "version": 1})
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert row.changes[0]["kind"] == kind
    page = client.get(row.get_absolute_url())
    assert page.context["view"].outcome.fits and page.context["changes"][0].text.endswith(".")
    form = client.get(f"/scenarios/{row.slug}/1/").context["form"]
    shown = {
        name: form[name].value().isoformat()
        if hasattr(form[name].value(), "isoformat")
        else form[name].value()
        for name in FORMS[kind]
    }
    again = client.post(f"/scenarios/{row.slug}/1/", {**shown, "version": row.version})
    assert again.status_code == 302, again.context["form"].errors
    before, version = row.changes, row.version
    row.refresh_from_db()
    assert row.version == version + 1
    assert {**row.changes[0], "mandate": 0, "into": 0} == {**before[0], "mandate": 0, "into": 0}


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("end_mandate", {"code": "FINNS-INTE"}, "”FINNS-INTE” finns inte i registret"),
        ("end_mandate", {"code": "DEL-01"}, "(DEL-01) gällde bara till och med 2022-12-31."),
        ("end_mandate", {"code": "SKR-01", "on": "2023-02-30"}, "Skriv datumet som 2024-01-01."),
        (
            "move_mandate",
            {"code": "SKR-01", "holder": "delmos"},
            "Delmos fanns bara till och med 2022-12-31.",
        ),
        ("adopt_area", {"area": "mot-segregation/havet"}, "Välj ett av värdena i listan"),
        ("merge_actors", {"first": "scb", "second": "skr"}, "Välj en aktör eller namnge en ny"),
        ("split_actor", {"slug": "scb", "names": "Ensam"}, "Ange minst två och högst 20."),
        ("close_actor", {"slug": "alla-kommuner"}, "är en grupp"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(client, reviewer, kind, given, said):
    row = mine(reviewer)
    answer = client.post(f"/scenarios/{row.slug}/add/{kind}/?as_of=2023-02-14", {**given, "version": 1})
    assert answer.status_code == 422
    errors = " ".join(str(error) for found in answer.context["form"].errors.values() for error in found)
    assert said in errors
    row.refresh_from_db()
    assert row.changes == []


def test_ending_what_the_scenario_adds_is_refused(client, reviewer):
    row = mine(reviewer)
    client.post(
        f"/scenarios/{row.slug}/add/add_mandate/", {**FORMS["add_mandate"], "code": "ny", "version": 1}
    )
    answer = client.post(
        f"/scenarios/{row.slug}/add/end_mandate/", {"code": "ny", "on": "2023-06-01", "version": 2}
    )
    assert answer.status_code == 422
    assert "läggs till av ändring 1 och skulle sluta samma dag" in str(answer.context["form"].errors)


def test_a_scenario_that_a_later_edit_has_overtaken_says_which_change_and_why(client, reviewer):
    row = mine(
        reviewer,
        {"kind": "prolong_mandate", "code": "BOV-31", "valid_to": "2026-12-31"},
        {"kind": "end_mandate", "code": "SKR-01", "on": "2024-06-01"},
        {"kind": "magic"},
    )
    Mandate.objects.filter(code="SKR-01").update(valid_until="2023-05-01")
    assert client.get(row.get_absolute_url()).context["changes"][2].wrong
    row.changes = row.changes[:2]
    row.save()
    response = client.get(row.get_absolute_url())
    assert [bool(change.wrong) for change in response.context["changes"]] == [False, True]
    assert "(SKR-01) gällde bara till och med 2023-04-30." in response.context["changes"][1].wrong
    assert "Scenariot passar inte längre ihop med registret" in response.context["title"]
    assert client.get("/scenarios/").status_code == 200


def test_changes_are_moved_and_taken_away_on_the_version_that_was_seen(client, reviewer):
    first, second = ({"kind": "end_mandate", "code": code} for code in ("SKR-01", "BOV-31"))
    row = mine(reviewer, first, second)
    client.post(f"/scenarios/{row.slug}/2/earlier/", {"version": 1})
    row.refresh_from_db()
    assert row.changes == [second, first]
    client.post(f"/scenarios/{row.slug}/1/remove/", {"version": 1})  # somebody has moved them since
    row.refresh_from_db()
    assert row.changes == [second, first]
    client.post(f"/scenarios/{row.slug}/1/remove/", {"version": 2})
    row.refresh_from_db()
    assert row.changes == [first]
    assert client.post(f"/scenarios/{row.slug}/7/remove/", {"version": 3}).status_code == 404
    assert client.get(f"/scenarios/{row.slug}/7/").status_code == 404


def test_two_editors_do_not_overwrite_each_other(client, reviewer):
    row = mine(reviewer)
    stale = {"title_sv": "Sen", "version": 1}
    client.post(f"/scenarios/{row.slug}/edit/", {"title_sv": "Först", "version": 1})
    answer = client.post(f"/scenarios/{row.slug}/edit/", stale)
    assert answer.status_code == 422 and "ändrades under tiden" in str(answer.context["form"].errors)
    row.refresh_from_db()
    assert row.title_sv == "Först"


def test_a_reader_who_is_nobody_here_is_named(client, reviewer):
    answer = client.post("/scenarios/new/", {"title_sv": "Ett", "readers": "ingen@example.org"})
    assert answer.status_code == 422 and "ingen@example.org" in str(answer.context["form"].errors)


def test_an_id_of_the_registers_own_is_never_taken(client, reviewer):
    answer = client.post("/scenarios/new/", {"title_sv": "Rek alla"})
    assert answer["Location"] == "/scenarios/rek-alla-2/"


def test_the_registers_own_is_copied_not_changed(client, reviewer):
    assert client.get("/scenarios/rek-alla/edit/").status_code == 403
    answer = client.post("/scenarios/rek-alla/copy/")
    row = Scenario.objects.get(owner=reviewer)
    assert answer["Location"] == row.get_absolute_url()
    response = client.get(row.get_absolute_url(), {"as_of": DAY})
    assert closed(response) == ["X06", "X07", "X08", "X09", *MEASURES]


def test_a_removed_scenario_leaves_the_register_alone(client, reviewer):
    row = mine(reviewer)
    assert client.get(f"/scenarios/{row.slug}/remove/").status_code == 200
    client.post(f"/scenarios/{row.slug}/remove/")
    assert not Scenario.objects.exists() and Mandate.objects.count() == 116


# Making it real


def decision(**given):
    return {
        "reason": "Regeringens beslut",
        "sources-label": "Regeringsbeslut 2023",
        "sources-url": "https://example.org/beslut",
        "sources-document": "",
        "sources-place": "",
        "confirm": "on",
        **given,
    }


def test_a_coordinator_makes_a_scenario_real_after_looking(client, coordinator):
    page = client.get("/scenarios/rek-2-boverket/apply/", {"as_of": "2023-06-01"})
    assert len(page.context["lines"]) == 3 and "föreslaget" in page.text
    seen = page.context["plan"].fingerprint
    url = "/scenarios/rek-2-boverket/apply/?as_of=2023-06-01"
    for missing in ("reason", "confirm", "sources-label"):
        answer = client.post(url, decision(seen=seen, **{missing: "", "sources-url": ""}))
        assert answer.status_code == 422, missing
    assert not AppliedChanges.objects.exists()
    key = str(page.context["form"].initial["submit_key"])
    answers = [client.post(url, decision(seen=seen, submit_key=key)) for _ in range(2)]
    report = AppliedChanges.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/applied/{report.pk}/"}
    row = Mandate.objects.get(code="BOV-P1")
    assert (row.status, row.valid_from.isoformat()) == ("decided", "2023-06-01")
    assert row.citations.filter(label="Regeringsbeslut 2023").count() == 1
    # The gaps are closed in the register itself now, and there is nothing left to propose.
    from mandates import coverage, register_snapshot

    states = {s.cell.id: s for s in coverage.states(register_snapshot.read(), report.day)}
    assert states["X06"].status == "covered"
    assert client.get("/scenarios/rek-2-boverket/").status_code == 404


def test_what_changed_since_it_was_looked_at_must_be_looked_at_again(client, coordinator):
    url = "/scenarios/rek-2-boverket/apply/?as_of=2023-06-01"
    answer = client.post(url, decision(seen="something else"))
    assert answer.status_code == 422 and "Registret har ändrats sedan dess" in str(
        answer.context["form"].errors
    )
    assert Mandate.objects.get(code="BOV-P1").status == "proposed"


def test_a_scenario_that_does_not_fit_cannot_be_made_real(client, coordinator):
    row = mine(coordinator, {"kind": "end_mandate", "code": "DEL-01"})
    page = client.get(f"/scenarios/{row.slug}/apply/")
    assert page.context["plan"] is None
    assert "gällde bara till och med 2022-12-31" in page.context["changes"][0].wrong
    assert client.post(f"/scenarios/{row.slug}/apply/", decision(seen="x")).status_code == 422
    outside = client.get("/scenarios/rek-2-boverket/apply/", {"as_of": "2035-01-01"})
    assert outside.context["plan"] is None


def test_a_reviewer_may_not_make_it_real(client, reviewer):
    assert client.get("/scenarios/rek-2-boverket/apply/").status_code == 403


def test_all_of_it_is_undone_from_the_report(client, coordinator):
    page = client.get("/scenarios/rek-alla/apply/", {"as_of": "2023-06-01"})
    client.post(
        "/scenarios/rek-alla/apply/?as_of=2023-06-01", decision(seen=page.context["plan"].fingerprint)
    )
    report = AppliedChanges.objects.get()
    assert client.get("/applied/").context["page"].object_list[0] == report
    shown = client.get(f"/applied/{report.pk}/")
    assert "Hälsa" in shown.text and "Ångra allt" in shown.text
    with translation.override("en"):
        assert "Last day" in client.get(f"/en/applied/{report.pk}/").text
    client.post(f"/applied/{report.pk}/")
    assert not Mandate.objects.filter(status="decided", scenario__startswith="rek-").exists()
    assert "Ångra allt" not in client.get(f"/applied/{report.pk}/").text


# For programs


def test_programs_ask_as_the_command_does(client, reviewer):
    found = client.get("/api/v1/scenarios").json()
    assert [row["id"] for row in found] == ["rek-1-halsa", "rek-2-boverket", "rek-3-matt", "rek-alla"]
    effect = client.get("/api/v1/scenarios/rek-1-halsa", {"as_of": DAY}).json()
    assert {f["expectation"] for f in effect["opened"] if f["expectation"]} == {"X14/halsa"}
    assert not {f["expectation"] for f in effect["closed"] if f["expectation"]}
    assert effect["unchanged"] > 0


def test_programs_are_told_what_cannot_be_answered(client, reviewer):
    outside = client.get("/api/v1/scenarios/rek-alla", {"as_of": "2035-01-01"})
    assert outside.status_code == 422 and outside.json()["errors"][0]["parameter"] == "as_of"
    row = mine(reviewer, {"kind": "end_mandate", "code": "DEL-01"})
    stale = client.get(f"/api/v1/scenarios/{row.slug}")
    assert stale.status_code == 422 and "held only until 2022-12-31" in stale.json()["detail"]
    foreign = f.ScenarioFactory()
    missing = [client.get(f"/api/v1/scenarios/{slug}") for slug in (foreign.slug, "finns-inte")]
    assert {answer.status_code for answer in missing} == {404}
    assert len({answer.content for answer in missing}) == 1
    client.logout()
    assert client.get("/api/v1/scenarios").status_code == 401
