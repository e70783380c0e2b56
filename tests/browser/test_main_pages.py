"""Every main page, as a person's browser meets it."""

from pathlib import Path

import pytest

from tests.browser.looking import listen, look

pytestmark = pytest.mark.browser
LINES = (Path(__file__).parent.parent / "main_pages.txt").read_text().splitlines()
PATHS = [line.strip() for line in LINES if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("path", PATHS)
def test_page_is_accessible_fits_a_telephone_and_keeps_its_security_policy(visitor, site, path):
    page = visitor()
    said = listen(page)
    assert look(page, site, path) == []
    assert said == []
