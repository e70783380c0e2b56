"""Somebody who has read the README and started the demo, and asks it five things. Clicks are counted from `/`."""

import pytest

from tests.browser.walking import LANGUAGES, Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_five_questions_of_a_newcomer_take_three_clicks_in_all(visitor, site, language):
    page = visitor()
    walk = Walk(page, site, language)
    # What is this for? What ended on 2022-12-31?
    assert walk.say(
        "en gemensam bild, daterad och med källor, av vem som har vilket uppdrag",
        "one picture, dated and sourced, of who has which mandate",
    ) in walk.text(".pagehead")
    ended = page.locator("section").filter(has_text=walk.say("Slutade 2022-12-31", "Ended 2022-12-31"))
    assert ended.last.locator("tbody tr").count() == 9
    # Where does that come from?
    page.get_by_role("row").filter(has_text="DEL-01").get_by_role("link").first.click()
    page.wait_for_load_state()
    sources = page.locator("aside .srcs")
    assert walk.say(
        "Kommuners och regioners arbete för att minska och motverka segregation (2023:4)",
        "The work of municipalities and regions to reduce and counter segregation (2023:4)",
    ) in " ".join(sources.inner_text().split())
    clicks = walk.clicks + 1
    # Who held coordination in 2021?
    walk = Walk(page, site, language)
    walk.show_day("2021-06-30")
    assert ": Delmos" in walk.text(".five li")
    clicks += walk.clicks
    # Who convenes the municipal network?
    walk = Walk(page, site, language)
    walk.click("Nätverk och möten", "Networks and meetings", within="nav")
    row = walk.row(walk.say("Kommunnätverket mot segregation", "Municipal network against segregation"))
    assert walk.say("SKR", "Local Authorities and Regions") in row
    clicks += walk.clicks
    assert clicks == 3
