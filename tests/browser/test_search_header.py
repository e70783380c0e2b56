"""The search in the header by keyboard alone, with suggestions while typing; and without any script."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories as f

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Playwright's synchronous driver runs a loop in this thread, which Django takes for an asynchronous view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def actor():
    f.StrategyFactory()
    return f.ActorFactory(slug="lst-m", name_sv="Länsstyrelsen i Skåne")


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request, chromium):
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, java_script_enabled=request.param, locale="sv-SE"
    )
    page = context.new_page()
    page.has_script = request.param
    yield page
    context.close()


def test_search_from_any_page(page, live_server, actor):
    page.goto(f"{live_server.url}/functions/?as_of=2022-06-30")
    page.locator("details.find summary").focus()
    page.keyboard.press("Enter")
    field = page.locator("#top-q")
    if page.has_script:
        page.wait_for_function("document.activeElement.id === 'top-q'")
    else:
        page.keyboard.press("Tab")
    page.keyboard.type("lansstyrlsen")
    assert field.input_value() == "lansstyrlsen"
    if page.has_script:
        suggestion = page.locator(".suggestions a").first
        suggestion.wait_for()
        assert Axe().run(page).response["violations"] == []
        for _ in range(3):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('.suggestions') !== null"):
                break
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url == f"{live_server.url}/actors/lst-m/?as_of=2022-06-30"
    else:
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert re.search(r"/search/\?as_of=2022-06-30&q=lansstyrlsen$", page.url)
        assert page.locator(".hits a").first.get_attribute("href") == "/actors/lst-m/?as_of=2022-06-30"


def test_escape_closes_it_and_gives_the_focus_back(chromium, live_server, actor):
    page = chromium.new_page()
    page.goto(f"{live_server.url}/functions/")
    page.locator("details.find summary").click()
    page.keyboard.press("Escape")
    assert page.locator("details.find").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.close()
