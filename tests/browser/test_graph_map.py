"""The map in a browser: what pointer, keys and address do, and that every word on it stays text."""

import json
import re

import pytest

from coordination.base.models import ActorKind
from tests import factories as f
from tests.browser.looking import listen, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOSTILE = "<img src=x onerror=document.title='caught'>"
DRAWN = "performance.getEntriesByName('map-drawn').length > 0"
POSITIONS = "document.querySelector('[data-map]').samsyn.positions()"


@pytest.fixture
def chain(settings):
    """a – b – c – d, where b has a hostile name, and x – y apart."""
    settings.ANONYMOUS_READING = True
    region = ActorKind.objects.get(code="region")
    actors = {name: f.ActorFactory(slug=name, name_sv=f"Aktör {name.upper()}") for name in "acdxy"}
    actors["b"] = f.ActorFactory(slug="b", name_sv=HOSTILE, kind=region)
    for some, other in ("ab", "bc", "cd", "xy"):
        f.CollaborationFactory(
            code=f"S-{some}{other}", title_sv=HOSTILE, participants=[actors[some], actors[other]]
        )
    return actors


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.said = listen(page)
    yield page
    context.close()
    assert page.said == []


def until(page, expression):
    """Wait until `expression` holds; the driver's own wait evaluates text in the page, which its policy forbids."""
    for _n in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {expression}")


def open_map(page, live_server, query=""):
    page.goto(f"{live_server.url}/graph/?{query}")
    until(page, DRAWN)


def point_at(page, slug):
    """The middle of an actor's dot on the screen."""
    box = page.locator("[data-map]").bounding_box()
    at = page.evaluate(POSITIONS)[slug]
    return box["x"] + at["x"], box["y"] + at["y"]


def test_positions_are_the_same_after_a_reload(page, live_server, chain):
    open_map(page, live_server)
    before = page.evaluate(POSITIONS)
    page.reload()
    until(page, DRAWN)
    assert page.evaluate(POSITIONS) == before and set(before) == set("abcdxy")


def test_a_click_opens_the_actor_and_the_address_restores_the_view(page, live_server, chain, chromium):
    open_map(page, live_server)
    page.mouse.click(*point_at(page, "c"))
    page.wait_for_selector("#chosen[data-slug=c]")
    assert "chosen=c" in page.url
    page.locator("[data-map]").focus()
    for key in ("ArrowRight", "+", "+"):
        page.keyboard.press(key)
    page.wait_for_url(re.compile("#camera="))
    address, before = page.url, page.evaluate(POSITIONS)
    other = page.context.new_page()
    other.goto(address)
    until(other, DRAWN)
    after = other.evaluate(POSITIONS)
    for slug, at in before.items():
        assert abs(after[slug]["x"] - at["x"]) < 2 and abs(after[slug]["y"] - at["y"]) < 2
    assert other.locator("#chosen").get_attribute("data-slug") == "c"


def test_pointing_at_a_line_explains_the_tie_as_text(page, live_server, chain):
    open_map(page, live_server, "view=ego&actor=c")
    (ax, ay), (bx, by) = point_at(page, "c"), point_at(page, "b")
    page.mouse.move(ax + (bx - ax) * 0.6, ay + (by - ay) * 0.6)
    tip = page.locator(".map-tip")
    tip.wait_for()
    assert HOSTILE in tip.inner_text() and "2018" in tip.inner_text()
    page.mouse.click(ax + (bx - ax) * 0.6, ay + (by - ay) * 0.6)
    page.wait_for_selector("#tie li")
    assert "between=b" in page.url
    page.mouse.move(*point_at(page, "b"))
    page.wait_for_timeout(100)
    assert page.title() != "caught" and page.locator("main img").count() == 0


def test_everything_by_keyboard(page, live_server, chain):
    open_map(page, live_server)
    page.locator("#map-chosen").focus()
    page.keyboard.type("Aktör C")
    page.keyboard.press("Enter")
    page.wait_for_selector("#chosen[data-slug=c]")
    # A neighbour is a link, and the panel follows.
    link = page.locator("#chosen .map-neighbours a[data-actor=d]")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#chosen[data-slug=d]")
    path = page.locator("#chosen a[href*='view=path']")
    path.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**view=path**")
    page.locator("#map-to").focus()
    page.keyboard.type("Aktör A")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#map-lead').textContent.includes('3 steg')")
    for name in ("gexf", "graphml", "csv"):
        with page.expect_download() as download:
            page.locator(f".exports a[href*='format={name}']").focus()
            page.keyboard.press("Enter")
        assert download.value.suggested_filename.endswith(f".{name}")
    with page.expect_download() as download:
        page.locator("[data-png]").focus()
        page.keyboard.press("Enter")
    content = download.value.path().read_bytes()
    assert content.startswith(b"\x89PNG") and len(content) > 5_000


def test_filters_swap_the_picture_and_keep_the_focus_and_a_short_address(page, live_server, chain):
    open_map(page, live_server)
    box = page.locator("input[name=kind][value=region]")
    box.focus()
    page.keyboard.press("Space")
    until(page, f"Object.keys({POSITIONS}).length === 4")
    assert "kind=agency" in page.url and "colour=" not in page.url
    assert page.evaluate("document.activeElement.value") == "region"
    page.keyboard.press("Space")
    until(page, f"Object.keys({POSITIONS}).length === 6")
    assert "kind=" not in page.url


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("query", ["", "view=path&actor=a&to=d", "tab=table&chosen=b", "compare=2017-01-01"])
def test_it_is_accessible_in_both_schemes(page, live_server, chain, prefix, query):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{live_server.url}{prefix}/graph/?chosen=c&{query}")
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], scheme


def test_without_webgl_the_servers_picture_stays(page, live_server, chain):
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(f"{live_server.url}/graph/")
    page.wait_for_selector(".map-figure.map-still > .map-svg", state="visible")
    page.said.clear()  # sigma itself says that it found no WebGL
    assert page.locator("[data-map]").is_hidden()


def test_on_a_telephone_it_fits_and_on_paper_the_servers_picture_is_printed(page, live_server, chain):
    page.set_viewport_size({"width": 390, "height": 844})
    open_map(page, live_server)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    assert page.locator(".map-figure > .map-svg").is_visible() and page.locator("[data-map]").is_hidden()
    page.emulate_media(media="screen")


def test_the_scene_of_the_page_is_data_and_no_script(page, live_server, chain):
    open_map(page, live_server)
    text = page.locator("#map-scene").text_content()
    assert HOSTILE in [dot[2] for dot in json.loads(text)["dots"]]
    assert "<img" not in page.content().split('id="map-scene"')[1].split("</script>")[0]
