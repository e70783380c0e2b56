"""Two who write the same minutes over a connection that is cut twenty times: no sentence is lost."""

import pytest

from tests.browser.looking import problems_of
from tests.conftest import served_demo

pytestmark = pytest.mark.browser
CUTS = 20
SAVED, JOIN = "sparat kl.", "[data-join]"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A demo of one's own: what is written here is looked at by no other test."""
    with served_demo(tmp_path_factory) as address:
        yield address


@pytest.fixture(scope="module")
def logged_in():
    return {}


def settle(page):
    """Wait until the text is saved, joining it with the other's where both have written."""
    for _ in range(8):
        page.wait_for_function(
            """() => { const said = document.querySelector("[data-status]").textContent;
            return said.includes("sparat kl.") || said.includes("slå ihop"); }""",
            timeout=20_000,
        )
        if SAVED in page.locator("[data-status]").inner_text():
            return
        page.locator(JOIN).click()
        page.locator("[data-save]").click()
    raise AssertionError("never settled")


def test_no_sentence_is_lost(visitor, site):
    first, second = visitor("coordinator"), visitor("coordinator")
    first.goto(f"{site}/meetings/")
    first.locator("main table tbody th a").first.click()
    agenda = first.url.split("?")[0] + "agenda/"
    first.goto(agenda)
    assert problems_of(first, "agenda") == []
    first.fill("#new [name=title]", "Läget")
    first.locator("#new button").click()
    minutes = agenda.replace("/agenda/", "/minutes/")
    for page in (first, second):
        page.goto(minutes)
    sentences = []
    for cut in range(CUTS):
        page = (first, second)[cut % 2]
        area = page.locator("form.write textarea").first
        page.context.set_offline(True)
        sentence = f"Mening {cut} av {'AB'[cut % 2]}."
        sentences.append(sentence)
        area.press("ControlOrMeta+End")
        area.press_sequentially(f"\n{sentence}")
        page.wait_for_timeout(750)
        page.context.set_offline(False)
        if cut == 7:  # closed in the middle, and opened again
            page.reload()
        settle(page)
    first.goto(minutes)
    final = first.locator("form.write textarea").first.input_value()
    assert [one for one in sentences if one not in final] == []
    assert problems_of(first, "minutes") == []
