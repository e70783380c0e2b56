"""A ministry reviewer who is new here: the three most serious gaps, and a report to file."""

import pytest
from pypdf import PdfReader

from tests.browser.looking import listen, problems_of
from tests.browser.walking import LANGUAGES, Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_first_page_to_a_filed_report(visitor, site, language):
    page = visitor("reviewer")
    said = listen(page)
    walk = Walk(page, site, language)
    walk.click("Iakttagelser", "Findings", within="nav")
    walk.click("^Granskningar", "^Reviews", within="main")
    walk.click("Ny granskning", "New review", within="main")
    page.fill("[name=title_sv]", f"Läget när Delmos har stängt ({language})")
    walk.click("Spara", "Save", within="main", role="button")
    found = problems_of(page, "draft")
    walk.click("^Frys$", "^Freeze$", within="main")
    walk.click("^Frys$", "^Freeze$", within="main", role="button")
    found += problems_of(page, "frozen")
    serious = page.locator("section[aria-labelledby=serious] li").all_inner_texts()
    assert len(serious) == 3
    assert (
        walk.say("Sektorsövergripande nationell samordning", "Cross-sector national coordination")
        in serious[0]
    )
    with page.expect_download() as got:
        walk.click("PDF", "PDF", within="main")
    report = PdfReader(got.value.path())
    assert (
        walk.say("De allvarligaste iakttagelserna", "The most serious findings")
        in report.pages[0].extract_text()
    )
    assert walk.clicks == 7
    assert (found, said) == ([], [])
