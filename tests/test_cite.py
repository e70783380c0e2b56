"""“Cite this”: what a fingerprint notices, what it leaves aside, and what the page that checks it says."""

import datetime
import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import translation

from coordination.base import citing, nouns
from mandates.models import Mandate
from network.models import Actor, Collaboration, Network
from tests import factories as f

Date = datetime.date
DAY = Date(2022, 6, 30)
pytestmark = pytest.mark.django_db


@pytest.fixture
def mandate():
    row = f.MandateFactory(code="DEL-01", title_sv="Samordna arbetet", holder__slug="delmos")
    f.CitationFactory(row=row, document=f.DocumentFactory(slug="rapport"), place="avsnitt 3.2")
    return row


def fresh(row, day=DAY):
    return citing.fingerprint(type(row).objects.get(pk=row.pk), day)


def test_a_fingerprint_is_sixteen_digits_in_groups_and_the_same_every_time(mandate):
    mark = fresh(mandate)
    assert re.fullmatch(r"([0-9a-f]{4}-){3}[0-9a-f]{4}", mark)
    with translation.override("en"):
        assert fresh(mandate) == mark
    assert fresh(mandate, Date(2022, 7, 1)) != mark
    assert fresh(f.MandateFactory(code="DEL-02", title_sv="Samordna arbetet")) != mark


def test_the_content_names_rows_by_their_permanent_ids(mandate):
    area = f.PriorityAreaFactory(code="boende")
    Mandate.objects.filter(pk=mandate.pk).update(area=area)
    found = citing.content(Mandate.objects.get(pk=mandate.pk), DAY)
    assert found["kind"] == "mandate" and found["as_of"] == "2022-06-30"
    assert found["row"]["code"] == "DEL-01" and found["row"]["holder"] == "delmos"
    assert found["row"]["area"] == "strategi/boende" and found["row"]["levels"] == ["national"]
    assert found["row"]["valid_from"] == "2018-01-01" and "valid_until" not in found["row"]
    assert found["sources"] == [{"document": "rapport", "place": "avsnitt 3.2"}]


@pytest.mark.parametrize(
    "change",
    [
        lambda m: Mandate.objects.filter(pk=m.pk).update(title_sv="Leda arbetet"),
        lambda m: Mandate.objects.filter(pk=m.pk).update(valid_until=Date(2023, 1, 1)),
        lambda m: Mandate.objects.filter(pk=m.pk).update(explicit=True),
        lambda m: m.levels.clear(),
        lambda m: m.citations.update(place="avsnitt 3.3"),
        lambda m: f.CitationFactory(row=m),
    ],
)
def test_a_change_of_content_changes_the_fingerprint(mandate, change):
    before = fresh(mandate)
    change(mandate)
    assert fresh(mandate) != before


def test_confirming_and_saving_without_change_does_not(mandate):
    before = fresh(mandate)
    mandate.confirmed_on, mandate.confirmed_by = Date(2023, 2, 14), f.UserFactory()
    mandate.save()
    mandate.citations.update(position=7)
    assert mandate.version == 2 and fresh(mandate) == before


def test_parts_count_while_they_are_in_force(mandate):
    network = f.NetworkFactory()
    before = fresh(network)
    f.SeatFactory(network=network, valid_from=Date(2023, 1, 1))
    assert fresh(network) == before
    seat = f.SeatFactory(network=network)
    assert fresh(network) != before
    assert citing.content(Network.objects.get(pk=network.pk), DAY)["parts"]["seat"] == [
        {
            "actor": seat.actor.slug,
            "confidence": "stated",
            "from_precision": "day",
            "role_sv": "medlem",
            "valid_from": "2018-01-01",
        }
    ]


def test_what_is_about_people_is_no_content():
    actor = f.ActorFactory()
    before = fresh(actor)
    f.ContactFactory(actor=actor)
    f.MembershipFactory(actor=actor)
    f.MandateFactory(holder=actor)
    assert fresh(actor) == before
    f.IdentifierFactory(actor=actor)
    assert fresh(actor) != before
    collaboration = f.CollaborationFactory(participants=[actor])
    before = fresh(collaboration)
    collaboration.sides.update(contact="anna@example.org", confirmed_on=Date(2023, 1, 1))
    assert fresh(collaboration) == before
    assert "anna" not in str(citing.content(Collaboration.objects.get(pk=collaboration.pk), DAY))


def test_as_many_queries_for_many_parts_as_for_few(django_assert_max_num_queries):
    network = f.NetworkFactory()

    def count():
        row = Network.objects.get(pk=network.pk)
        with django_assert_max_num_queries(30) as seen:
            citing.fingerprint(row, DAY)
        return len(seen.captured_queries)

    f.SeatFactory.create_batch(2, network=network)
    f.CitationFactory.create_batch(2, row=network)
    few = count()
    f.SeatFactory.create_batch(30, network=network)
    f.CitationFactory.create_batch(30, row=network)
    assert count() == few


def reference(page):
    """The text to copy, and the link and fingerprint in it."""
    text = html.unescape(re.search(r"<textarea id=\"cite-.*?>(.*?)</textarea>", page, re.DOTALL)[1])
    return text, re.search(r"https?://\S+", text)[0], re.search(r"([0-9a-f]{4}-){3}[0-9a-f]{4}", text)[0]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_reference_from_a_page_can_be_checked(client, mandate, prefix):
    text, link, mark = reference(client.get(f"{prefix}/mandates/DEL-01/?as_of=2022-06-30").text)
    assert "Samordna arbetet" in text or "Mandate" in text
    assert "DEL-01" in text and link == f"http://testserver{prefix}/mandates/DEL-01/?as_of=2022-06-30"
    for asked in (link, link.replace("http://testserver", "")):
        page = client.get("/cite/", {"link": asked, "fingerprint": mark.replace("-", "").upper()})
        assert page.status_code == 200 and "Oförändrat" in page.text
    mandate.title_sv = "Leda arbetet"
    mandate.save()
    page = client.get("/cite/", {"link": link, "fingerprint": mark}).text
    assert "Ändrat sedan det citerades" in page and "/mandates/DEL-01/history/" in page


def test_the_default_day_stands_in_the_link_too(client, mandate):
    """Else the same link would show another day when the register has been checked further."""
    _text, link, _mark = reference(client.get("/mandates/DEL-01/").text)
    assert parse_qs(urlsplit(link).query)["as_of"] == ["2023-02-14"]


PAGES = {
    "mandate": f.MandateFactory,
    "expectation": f.ExpectationFactory,
    "actor": f.ActorFactory,
    "group": f.GroupFactory,
    "network": f.NetworkFactory,
    "collaboration": f.CollaborationFactory,
    "encounter": f.EncounterFactory,
    "milestone": f.MilestoneFactory,
    "document": f.DocumentFactory,
    "place": f.PlaceFactory,
    "strategy": lambda: f.StrategyFactory(slug="annan"),
    "area": f.PriorityAreaFactory,
    "function": f.FunctionFactory,
}


@pytest.mark.parametrize("key", PAGES)
def test_every_page_about_a_row_can_be_cited(client, key):
    f.StrategyFactory()
    row = PAGES[key]()
    page = client.get(f"{row.get_absolute_url()}?as_of=2022-06-30")
    _text, link, mark = reference(page.text)
    assert link.startswith(f"http://testserver{row.get_absolute_url()}")
    assert "Oförändrat" in client.get("/cite/", {"link": link, "fingerprint": mark}).text


def test_no_kind_of_row_with_a_page_is_left_out():
    names = {noun.key for noun in nouns.all_nouns() if hasattr(noun.model, "get_absolute_url")}
    assert names - set(PAGES) == set()


@pytest.mark.parametrize(
    "link, fingerprint, said",
    [
        ("https://example.org/mandates/DEL-01/?as_of=2022-06-30", "0" * 16, "ingen sida om en rad"),
        ("/mandates/?as_of=2022-06-30", "0" * 16, "ingen sida om en rad"),
        ("/nowhere/?as_of=2022-06-30", "0" * 16, "ingen sida om en rad"),
        ("http://[", "0" * 16, "ingen sida om en rad"),
        ("/mandates/DEL-01/", "0" * 16, "ingen dag"),
        ("/mandates/DEL-01/?as_of=2022-02-30", "0" * 16, "ingen dag"),
        ("/mandates/DEL-01/?as_of=2022-06-30", "0" * 15, "inget fingeravtryck"),
        ("/mandates/DEL-01/?as_of=2022-06-30", "<script>alert(1)</script>", "inget fingeravtryck"),
        ("/" + "a" * 600, "0" * 16, "500"),
        ("", "", "måste fyllas i"),
    ],
)
def test_what_cannot_be_checked_is_said(client, mandate, link, fingerprint, said):
    page = client.get("/cite/", {"link": link, "fingerprint": fingerprint})
    assert page.status_code == 422
    assert said in page.text and "<script>alert" not in page.text


def test_a_row_that_is_gone_is_said_to_be(client):
    f.StrategyFactory()
    page = client.get("/cite/", {"link": "/mandates/BORTA/?as_of=2022-06-30", "fingerprint": "0" * 16})
    assert page.status_code == 200 and "Det finns ingen sådan rad" in page.text


def test_the_check_asks_what_the_page_asks(client, mandate, settings):
    settings.ANONYMOUS_READING = False
    answer = client.get(
        "/cite/", {"link": "/mandates/DEL-01/?as_of=2022-06-30", "fingerprint": fresh(mandate)}
    )
    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]


def test_markup_in_a_title_is_written_not_run(client):
    f.MandateFactory(code="M-1", title_sv="</textarea><script>alert(1)</script>", title_en="")
    page = client.get("/mandates/M-1/?as_of=2022-06-30").text
    assert "<script>alert(1)" not in page
    _text, link, mark = reference(page)
    checked = client.get("/cite/", {"link": link, "fingerprint": mark}).text
    assert "<script>alert(1)" not in checked and "Oförändrat" in checked


def test_an_actors_names_on_the_day_are_part_of_it():
    actor = f.ActorFactory(slug="skr")
    f.ActorNameFactory(actor=actor, name_sv="SKL", valid_until=Date(2019, 12, 1))
    early = citing.content(Actor.objects.get(slug="skr"), Date(2019, 1, 1))
    late = citing.content(Actor.objects.get(slug="skr"), DAY)
    assert early["parts"]["actorname"][0]["name_sv"] == "SKL" and "parts" not in late
