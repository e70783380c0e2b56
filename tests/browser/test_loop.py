"""A coordinator takes a finding to a decision that closes it, by clicking; clicks are counted."""

import pytest

from tests.browser.looking import listen, problems_of, send_empty
from tests.browser.walking import Walk
from tests.conftest import served_demo

ORPHAN = "/findings/orphaned:network/natverk-myndigheter/"
MOST = 10  # clicks from the finding to the changed register


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A demo of one's own: the findings that other tests look at are closed here."""
    with served_demo(tmp_path_factory) as address:
        yield address


@pytest.fixture(scope="module")
def logged_in():
    return {}


@pytest.mark.parametrize("language", ["sv"])
def test_a_network_without_convener_gets_one(visitor, site, language):
    page = visitor("coordinator")
    said = listen(page)
    walk = Walk(page, site, language)
    walk.clicks = 0
    page.goto(site + ORPHAN)
    problems = []

    def seen(name):
        problems.extend(problems_of(page, name))

    seen("finding")
    walk.click("Ta upp på ett möte", "Put on an agenda")
    seen("convene")
    walk.click("Fortsätt", "Continue", role="button", within="main")
    seen("addresses")
    page.get_by_label("Arbetsförmedlingen").first.fill("af@example.org")
    walk.click("Gör ett utkast", "Draft the meeting", role="button", within="main")
    seen("meeting")
    walk.click("Ändra tid", "Change time")
    page.fill("#id_day", "2026-12-10")
    page.fill("#id_start", "09:00")
    page.fill("#id_end", "11:00")
    walk.click("^Spara$", "^Save$", role="button", within="main")
    walk.click("^Bjud in$", "^Invite$", within="#acts")
    walk.click("Bjud in|Skicka", "Invite|Send", role="button", within="main")
    walk.click("Anteckna ett beslut", "Record a decision")
    seen("decide")
    page.fill("#id_text", "Boverket sammankallar Myndighetsnätverket.")
    page.fill("#id_row-actor", "Boverket")
    page.fill("[name=row-valid_from_date]", "2023-02-14")  # the register knows no later day
    walk.click("Anteckna beslutet", "Record the decision", role="button", within="main")
    seen("decision")
    assert "stängs 2023-02-14" in walk.text()
    walk.click("Myndighetsnätverket har ingen|Iakttagelse|nätverk", "Finding", within="dl.facts")
    assert "Stängd genom beslut 1" in walk.text() and walk.clicks <= MOST
    seen("closed")
    page.goto(f"{site}/actions/")
    seen("actions")
    page.goto(f"{site}/networks/natverk-myndigheter/health/?year=2023")
    seen("health")
    assert problems == []
    assert [text for text in said if "the server responded with a status of 4" not in text] == []


def test_a_proposed_mandate_waits_for_a_coordinator_and_closes_the_gap(visitor, site):
    page = visitor("coordinator")
    walk = Walk(page, site, "sv")
    page.goto(f"{site}/findings/gap:X02/")
    walk.click("Ta upp på ett möte", "")
    page.get_by_label("Nytt möte i ett annat nätverk").check()
    page.fill("[name=other]", "Myndighetsnätverket")
    walk.click("Fortsätt", "", role="button", within="main")
    if page.get_by_role("button", name="Gör ett utkast").count():
        page.locator("[name^=address-]").first.fill("nagon@example.org")
        walk.click("Gör ett utkast", "", role="button", within="main")
    walk.click("Ändra tid", "")
    page.fill("#id_day", "2026-12-11")
    page.fill("#id_start", "09:00")
    page.fill("#id_end", "11:00")
    walk.click("^Spara$", "", role="button", within="main")
    walk.click("^Bjud in$", "", within="#acts")
    walk.click("Bjud in|Skicka", "", role="button", within="main")
    walk.click("Anteckna ett beslut", "")
    page.fill("#id_text", "Vi begär ett uppdrag om nationell samordning.")
    page.fill("[name=row-holder]", "Boverket")
    page.fill("[name=row-title_sv]", "Nationell samordning")
    page.fill("[name=row-valid_from_date]", "2023-01-01")
    page.select_option("[name=row-kind]", "government_assignment")
    walk.click("Anteckna beslutet", "", role="button", within="main")
    assert "Väntar på en samordnare" in walk.text()
    walk.click("Till förslaget", "")
    walk.click("Godta|Godkänn|Spara", "", role="button", within="main")
    assert walk.clicks <= 12
    page.goto(f"{site}/findings/gap:X02/")
    assert "Gäller inte denna dag" in walk.text() and "Bekräftad" in walk.text()


def test_forms_that_are_refused(visitor, site):
    page = visitor("coordinator")
    page.goto(f"{site}/convene/?actor=boverket;scb")
    send_empty(page)
    assert problems_of(page, "convene refused") == []
    page = visitor("member")
    page.goto(f"{site}/networks/natverk-huddinge/health/answer/")
    assert problems_of(page, "answer") == []
    send_empty(page)
    assert problems_of(page, "answer refused") == []
