"""The editing pages in a browser: accessible, within their security policy, and no wider than the screen."""

import re

import pytest
from django.conf import settings
from django.test import Client

from coordination.base import nouns
from tests import factories as f
from tests.browser.looking import listen, look, violations
from tests.test_editing_forms import SOURCE, edit, post_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case():
    """A coordinator who also speaks for an actor, rows of all kinds, a proposal, a removal, versions."""
    coordinator = f.CoordinatorFactory()
    client = Client()
    client.force_login(coordinator)
    mandate = f.MandateFactory(title_sv="Samordna arbetet", holder__name_sv="Delegationen")
    f.MembershipFactory(user=coordinator, actor=mandate.holder)
    f.CitationFactory(row=mandate)
    seat = f.SeatFactory(actor=mandate.holder)
    collaboration = f.CollaborationFactory(participants=[mandate.holder, f.ActorFactory()])
    place = f.PlaceFactory()
    edit(client, mandate, title_sv="Samordna allt arbete", levels=["local"], reason="Nytt beslut", **SOURCE)
    noun = nouns.noun_of(place)
    client.post(noun.url("remove", place), {"version": 1, "reason": "Fel"})
    proposal = f.ProposalFactory(
        row=mandate,
        row_version=1,
        changes={"noun": "mandate", "fields": {"title_sv": {"from": "Samordna arbetet", "to": "Leda"}}},
    )
    of = nouns.noun_of
    return client, [
        of(mandate).url("edit", mandate),
        of(mandate).url("new"),
        of(mandate).url("end", mandate),
        of(mandate).url("history", mandate),
        of(mandate).url("undo", mandate) + "?to=1",
        of(mandate).url("remove", mandate),
        of(mandate.holder).url("edit", mandate.holder),
        of(mandate.holder).url("remove", mandate.holder),
        of(collaboration).url("edit", collaboration),
        of(seat).url("edit", seat),
        of(seat.network).url("edit", seat.network),
        f"/actors/{mandate.holder.slug}/merge/",
        "/actors/merges/",
        "/documents/new/",
        "/encounters/new/",
        "/proposals/",
        f"/proposals/{proposal.pk}/",
        "/proposals/mine/",
        "/removed/",
        "/my/",
    ]


@pytest.fixture
def page(chromium, live_server, case):
    client, _urls = case
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_pages_are_accessible_and_fit(page, live_server, case):
    said = listen(page)
    problems = []
    for url in case[1]:
        answer = case[0].get(url)
        problems += look(page, live_server.url, url, status=409 if answer.status_code == 409 else 200)
    assert problems == []
    assert [text for text in said if "409" not in text] == []


def test_errors_and_conflicts_are_accessible(page, live_server, case):
    client, urls = case
    page.goto(live_server.url + urls[0])
    stale = post_data(client.get(urls[0]), title_sv="Deras", legal_basis="SFS", reason="r", **SOURCE)
    page.fill("[name=title_sv]", "")
    page.fill("[name=valid_from_date]", "30 feb")
    page.get_by_role("button", name=re.compile("Spara|Save")).click()
    assert violations(page) == []
    assert page.locator(".ds-error-summary a").count() == 2
    page.locator(".ds-error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "title_sv"
    assert client.post(urls[0], stale).status_code == 302
    page.fill("[name=title_sv]", "Mitt")
    page.fill("[name=valid_from_date]", "2018")
    page.get_by_role("button", name=re.compile("Spara|Save")).click()
    assert page.locator("table.conflicts").count() == 1
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
