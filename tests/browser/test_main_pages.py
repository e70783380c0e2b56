"""Every main page, as a person's browser meets it."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
LINES = (Path(__file__).parent.parent / "main_pages.txt").read_text().splitlines()
PATHS = [line.strip() for line in LINES if line.strip() and not line.startswith("#")]
AXE = Axe()


@pytest.fixture(params=PATHS)
def path(request):
    return request.param


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_page_is_accessible_and_keeps_its_security_policy(page, site, path, prefix):
    said = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.goto(site + prefix + path).status == 200
        found = AXE.run(page).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found] == [], scheme
    assert said == []


def test_page_fits_a_telephone(page, site, path):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
