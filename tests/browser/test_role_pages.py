"""The pages behind login, of the demo, in one browser for each role: accessible and no wider than the screen."""

import pytest

from tests.browser.looking import listen, look, send_empty

pytestmark = pytest.mark.browser
GAP = "/findings/gap:X02/"
PRECHECK = (
    "/pre-check/?holder=boverket&title_sv=Stöd&kind=government_assignment&strategy=mot-segregation"
    "&area=mot-segregation/arbetsmarknad&function=grants&levels=local&on=2023-03-01"
)


def fill_reorganisation(page):
    """The closing of Delmos, on to what it means."""
    page.locator("main form [name=date], main form [name=day]").first.fill("2022-12-30")
    send_empty(page)


def open_folds(page):
    page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true; })")


PAGES = {
    None: [
        ("/accounts/login/", send_empty),
        ("/accounts/password/reset/", None),
        ("/accounts/password/reset/", send_empty),
        ("/styleguide/", None),
    ],
    "member": [
        ("/", None),
        ("/my/", None),
        ("/mandates/SKR-01/propose/", send_empty),
        ("/proposals/mine/", None),
        ("/account/", None),
        ("/calendars/", None),
        ("/calendars/", send_empty),  # which asks for one's own
        ("/mail/preferences/", None),
        ("/accounts/password/change/", send_empty),
        ("/accounts/2fa/", None),
        ("/accounts/sessions/", None),
        ("/accounts/logout/", None),
    ],
    "reviewer": [
        ("/", None),
        ("/findings/", open_folds),
        (GAP, open_folds),
        ("/findings/duplication:arbetsmarknad:AF-10+DUA-10/", send_empty),
        ("/coverage/matrix/", None),
        ("/scenarios/", None),
        ("/scenarios/new/", send_empty),
        ("/reviews/new/", send_empty),
        (PRECHECK, None),
        ("/scenarios/rek-alla/?as_of=2024-01-01", None),
        ("/accounts/2fa/totp/activate/", None),
    ],
    "coordinator": [
        ("/", None),
        ("/changes/", None),
        ("/confirm/?as_of=2026-01-01", None),
        ("/proposals/", None),
        ("/removed/", None),
        ("/import/", send_empty),
        ("/mandates/DEL-01/", None),
        ("/mandates/DEL-01/history/", None),
        ("/actors/merges/", None),
        ("/actors/delmos/merge/", send_empty),
        ("/actors/delmos/reorganise/?as_of=2022-12-30", None),
        ("/actors/delmos/reorganise/?as_of=2022-12-30", send_empty),
        ("/expectations/X02/edit/", open_folds),
        ("/expectations/new/", send_empty),
        (f"{GAP}action/", None),
        (f"{GAP}action/?change=give:", send_empty),
        ("/scenarios/rek-2-boverket/apply/?as_of=2024-01-01", None),
        ("/applied/", None),
        ("/users/", None),
        ("/users/invite/", send_empty),
        ("/users/1/", None),
        ("/meetings/replies/", None),
        ("/mail/", None),
        ("/mail/1/", open_folds),
    ],
}


@pytest.mark.parametrize("role", PAGES)
def test_pages_of_a_role(visitor, site, role):
    page = visitor(role)
    said = listen(page)
    problems = [found for path, act in PAGES[role] for found in look(page, site, path, act=act)]
    assert problems == []
    # Forms that are refused answer so, and the browser writes that down.
    assert [text for text in said if "the server responded with a status of 4" not in text] == []
