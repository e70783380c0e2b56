"""What a ministry's reviewer would ask of the first case, answered from the first page in at most three clicks."""

import re

import pytest

from tests.browser.walking import LANGUAGES, Walk

pytestmark = pytest.mark.browser
MOST_CLICKS = 3
BOVERKET = "National Board of Housing, Building and Planning"


@pytest.fixture(params=LANGUAGES)
def ask(request, visitor, site):
    """ask(role): a new walk from the first page; every one that was begun must have ended in time."""
    walks = []

    def begin(role=None):
        walks.append(Walk(visitor(role), site, request.param))
        return walks[-1]

    yield begin
    assert max(walk.clicks for walk in walks) <= MOST_CLICKS


def test_who_coordinates_the_work_nationally(ask):
    """Nobody on 2023-02-14; Delmos on 2022-06-30."""
    walk = ask()
    said = walk.say(
        "Ingen ansvarar längre för sektorsövergripande nationell samordning",
        "Nobody is responsible any longer for cross-sector national coordination",
    )
    assert said in walk.text("h1")
    walk.click("Se luckan", "See the gap")
    row = walk.row("X02")
    assert walk.say("Lucka – Delmos t.o.m. 2022-12-31", "Gap – Delmos until 2022-12-31") in row
    walk = ask()
    walk.show_day("2022-06-30")
    assert walk.say(
        "1 aktör ansvarar för sektorsövergripande nationell samordning: Delmos",
        "1 actor is responsible for cross-sector national coordination: Delmos",
    ) in walk.text(".five")


def test_who_follows_up_segregation(ask):
    """Boverket on 2023-06-01, to the end of 2023; nobody decided on 2024-01-01, Boverket if the proposal is adopted."""
    walk = ask()
    walk.show_day("2023-06-01")
    walk.click("Täckning", "Coverage", within="nav")
    assert walk.say("Upphör 2023-12-31 Boverket", f"Ends 2023-12-31 {BOVERKET}") in walk.row("X09", "#rows")
    walk = ask()
    walk.show_day("2024-01-01")
    walk.click("Täckning", "Coverage", within="nav")
    assert walk.say(
        "Väntad lucka – Boverket t.o.m. 2023-12-31", f"Projected gap – {BOVERKET} until 2023-12-31"
    ) in (walk.row("X09", "#rows"))
    walk = ask("reviewer")
    walk.show_day("2024-01-01")
    walk.click("overket", "overket|Housing", within="table:has(a[href*='/scenarios/'])")
    assert walk.say("Väntad lucka", "Projected gap") in walk.row("X09")
    assert walk.say("Täckt Boverket", f"Covered {BOVERKET}") in walk.row("X09")


def test_which_tasks_lost_their_owner_when_delmos_closed(ask):
    """Coordination, promoting collaboration, knowledge, method support, the agency network."""
    walk = ask()
    table = "table:has(th:text-matches('Delmos'))"
    nobody = re.compile(walk.say(r"\bIngen\b", r"\bNobody\b"))
    rows = walk.page.locator(table).locator("tbody tr").all()
    found = {row.locator("th .code").inner_text() for row in rows if nobody.search(row.inner_text())}
    assert found == {"DEL-01", "DEL-02", "DEL-03", "DEL-04", "DEL-07", "DEL-16"}


def test_who_convenes_the_networks(ask):
    """SKR the municipal network in December 2022; nobody the agency network in February 2023."""
    walk = ask()
    walk.show_day("2022-12-15")
    walk.click("Nätverk och möten", "Networks and meetings", within="nav")
    row = walk.row(walk.say("Kommunnätverket mot segregation", "Municipal network"))
    assert walk.say("SKR fr.o.m. hösten 2022", "Local Authorities and Regions from autumn 2022") in row
    walk = ask()
    walk.click("Nätverk och möten", "Networks and meetings", within="nav")
    row = walk.row(walk.say("Myndighetsnätverket", "Agency network"))
    assert walk.say("Ingen Delmos t.o.m. 2022", "Nobody Delmos until 2022") in row


def test_who_handed_out_the_grant_to_municipalities(ask):
    """(2018:151): Tillväxtverket in 2019, Delmos in 2021, nobody in 2022."""
    walk = ask()
    walk.search("2018:151")
    hits = walk.page.locator(".hits li, .hits tr").filter(has_text=walk.say("Statsbidrag ·", "Grants ·"))
    said = [" ".join(text.split()) for text in hits.all_inner_texts()]
    assert len(said) == 2
    growth = walk.say("Tillväxtverket", "Swedish Agency for Economic and Regional Growth")
    assert any(growth in text and "2018 – 2020" in text for text in said)
    assert any("Delmos" in text and text.endswith("2021") for text in said)
    walk.click(r"\(2021\)", r"\(2021\)", within="#hits")
    assert walk.say("Beslutad efterträdare Ingen", "Decided successor Nobody") in walk.text()


def test_where_municipalities_have_no_statutory_duty(ask):
    """Labour market, democracy and crime on 2023-02-14; the first two on 2023-07-01."""
    walk = ask()
    walk.click("Alla kommuner", "All municipalities")
    assert (
        walk.say(
            "Det finns inga inom Arbetsmarknad, Demokrati och civilsamhälle och Brottslighet.",
            "There are none in Labour market, Democracy and civil society and Crime.",
        )
        in walk.text()
    )
    walk.show_day("2023-07-01")
    assert (
        walk.say(
            "Det finns inga inom Arbetsmarknad och Demokrati och civilsamhälle.",
            "There are none in Labour market and Democracy and civil society.",
        )
        in walk.text()
    )


def test_which_two_give_grants_to_municipalities_in_the_labour_market(ask):
    """Arbetsförmedlingen and DUA in 2021, who also collaborate."""
    walk = ask()
    walk.show_day("2021-06-30")
    walk.click("Visa som matris", "Show as a matrix")
    walk.page.locator("a[href*='/matrix/arbetsmarknad/grants/local/']").filter(visible=True).click()
    walk.clicks += 1
    title = walk.say("Statsbidrag, arbetsmarknad, lokal nivå", "Grants, labour market, local level")
    walk.page.get_by_role("heading", name=title).wait_for()
    assert walk.say("Uppdrag i kraft (2)", "Mandates in force (2)") in walk.text(".drawer")
    for name in walk.say(("Arbetsförmedlingen", "DUA"), ("Public Employment Service", "Young People")):
        assert name in walk.text(".drawer")
    walk = ask("reviewer")
    walk.show_day("2021-06-30")
    walk.click("Hanterade överlapp", "Managed overlap")
    walk.click("Arbetsförmedlingen och DUA har båda uppgiften", "Public Employment Service and .* both have")
    assert "SAM-" in walk.text()


def test_which_mandates_end_in_2023(ask):
    """Five of those in force on 2023-02-14."""
    walk = ask()
    walk.click("Visa vilka", "Show which")
    assert set(walk.codes("main table")) == {"STK-01", "BOV-31", "BOV-32", "BOV-33", "LOK-04"}
    assert walk.say("2023-02-28", "2023-02-28") in walk.row("STK-01")
