"""The daily errand without a mouse: search, the row, its form, save. Only keys are pressed."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from mandates.models import Disposition, Mandate, Scenario
from tests import factories as f
from tests import findings_register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 120
ACTIVE = "() => { const e = document.activeElement; return [e.tagName, e.getAttribute('href') || '', e.name || '', e.innerText || '', e.type || '']; }"


@pytest.fixture
def page(chromium, live_server):
    yield from page_of(chromium, live_server, f.CoordinatorFactory())


def page_of(chromium, live_server, user):
    """A page of a browser in which `user` is logged in."""
    client = Client()
    client.force_login(user)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def tab_to(page, wanted):
    """Press Tab until `wanted(tag, href, name, text, type)` holds, and the focus can be seen."""
    for _n in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted(*page.evaluate(ACTIVE)):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", "the focus cannot be seen"
            return
    raise AssertionError(f"not reached in {MOST_TABS} tabs on {page.url}")


def enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_search_actor_mandate_edit_save(page, live_server):
    mandate = f.MandateFactory(
        code="DEL-01", title_sv="Samordna", holder__slug="delmos", holder__name_sv="Delmos"
    )
    f.MandateFactory.create_batch(3)
    f.CitationFactory(row=mandate)
    try:
        start, sought = reverse("network:actors"), "Delmos"
        reverse("network:actor", args=["delmos"])
    except NoReverseMatch:
        start, sought = reverse("mandates:mandates"), "Samordna"
    page.goto(live_server.url + start)
    tab_to(page, lambda tag, href, name, text, kind: tag == "INPUT" and name == "q")
    page.keyboard.type(sought)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    page.reload()
    if sought == "Delmos":
        tab_to(page, lambda tag, href, *_: tag == "A" and "/actors/delmos/" in href)
        enter(page)
    tab_to(page, lambda tag, href, *_: tag == "A" and "/mandates/DEL-01/" in href)
    enter(page)
    tab_to(page, lambda tag, href, *_: tag == "A" and href.startswith("/mandates/DEL-01/edit/"))
    enter(page)
    tab_to(page, lambda tag, href, name, *_: name == "title_sv")
    page.keyboard.press("End")
    page.keyboard.type(" allt")
    tab_to(page, lambda tag, href, name, *_: name == "reason")
    page.keyboard.type("Nytt regleringsbrev")
    tab_to(
        page,
        lambda tag, href, name, text, kind: (
            tag == "BUTTON" and kind == "submit" and text in ("Spara", "Save")
        ),
    )
    enter(page)
    assert Mandate.objects.get(pk=mandate.pk).title_sv == "Samordna allt"
    assert page.locator(".messages li").count() == 1
    tab_to(page, lambda tag, href, *_: tag == "A" and "/mandates/DEL-01/undo/" in href)
    enter(page)
    tab_to(page, lambda tag, href, name, text, kind: tag == "BUTTON" and text in ("Ångra", "Undo"))
    enter(page)
    assert Mandate.objects.get(pk=mandate.pk).title_sv == "Samordna"


@pytest.fixture
def world():
    cache.clear()
    return findings_register.make()


@pytest.fixture
def desk(chromium, live_server, world):
    """The browser of the reviewer of `world`."""
    yield from page_of(chromium, live_server, world.reviewer)


def link_to(path):
    return lambda tag, href, *_: tag == "A" and href.split("#")[0] == path


def button(*words):
    return lambda tag, href, name, text, kind: tag == "BUTTON" and text in words


def field(named):
    return lambda tag, href, name, *_: name == named


def test_finding_to_disposition(desk, live_server):
    desk.goto(live_server.url + "/")
    tab_to(desk, link_to("/findings/"))
    enter(desk)
    tab_to(desk, link_to("/findings/gap:X1/"))
    enter(desk)
    tab_to(desk, field("choice"))
    desk.keyboard.press("Space")
    tab_to(desk, field("reason"))
    desk.keyboard.type("Det är meningen")
    tab_to(desk, button("Ta ställning"))
    enter(desk)
    made = Disposition.objects.get()
    assert (made.finding.key, made.choice, made.reason) == ("gap:X1", "by_design", "Det är meningen")


def test_matrix_down_to_the_mandate(desk, live_server):
    desk.goto(live_server.url + "/coverage/")
    tab_to(desk, link_to("/coverage/matrix/"))
    enter(desk)
    tab_to(desk, link_to("/coverage/matrix/*/uppfoljning/national/"))
    desk.keyboard.press("Enter")
    desk.locator("#matrix-cell-title:focus").wait_for()
    desk.keyboard.press("Escape")
    assert "uppfoljning" in desk.evaluate("document.activeElement.getAttribute('href')")
    desk.keyboard.press("Enter")
    desk.locator("#matrix-cell-title:focus").wait_for()
    tab_to(desk, link_to("/mandates/C-1/"))
    enter(desk)
    assert desk.url == live_server.url + "/mandates/C-1/"


def test_scenario_from_nothing_to_its_effect(desk, live_server):
    desk.goto(live_server.url + "/")
    tab_to(desk, link_to("/scenarios/"))
    enter(desk)
    tab_to(desk, link_to("/scenarios/new/"))
    enter(desk)
    tab_to(desk, field("title_sv"))
    desk.keyboard.type("Utan uppföljning")
    tab_to(desk, lambda tag, href, name, text, kind: tag == "BUTTON" and kind == "submit" and text == "Spara")
    enter(desk)
    made = Scenario.objects.get()
    tab_to(desk, link_to(f"/scenarios/{made.slug}/add/end_mandate/"))
    enter(desk)
    tab_to(desk, field("code"))
    desk.keyboard.type("C-1")
    tab_to(desk, lambda tag, href, name, text, kind: tag == "BUTTON" and kind == "submit" and text == "Spara")
    enter(desk)
    made.refresh_from_db()
    assert [change["code"] for change in made.changes] == ["C-1"]
    assert desk.locator("#opened").get_by_text("Uppföljning").count() > 0
