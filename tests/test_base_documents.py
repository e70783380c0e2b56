"""Sources: the list, and what rests on each."""

import datetime

import pytest
from django.apps import apps

from coordination.base import nouns, publishers, rowkinds
from coordination.base.models import Document, RegisterRow
from mandates.models import Mandate
from tests import factories as f

Date = datetime.date
DAY = {"as_of": "2023-02-14"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    f.StrategyFactory()
    f.ActorFactory(slug="statskontoret", name_sv="Statskontoret", name_en="Agency for Public Management")
    return f.DocumentFactory(
        slug="rapport-2023-4",
        title_sv="Arbetet mot tomrum (2023:4)",
        title_en="",
        publisher="statskontoret",
        published=Date(2023, 2, 1),
        date_precision="month",
        reference="Dnr 2022/125",
    )


def cite(row, document, place=""):
    f.CitationFactory(row=row, document=document, place=place)
    return row


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", ["/documents/", "/documents/rapport-2023-4/"])
def test_pages_answer_in_both_languages(client, report, prefix, path):
    cite(f.MandateFactory(), report)
    page = client.get(f"{prefix}{path}", DAY)
    assert page.status_code == 200
    assert "Arbetet mot tomrum (2023:4)" in page.text
    assert ("Agency for Public Management" if prefix else "Statskontoret") in page.text
    assert ("Feb 2023" if prefix else "feb. 2023") in page.text and "2023-02-01" not in page.text


def test_a_missing_document_is_not_found(client, report):
    assert client.get("/documents/finns-inte/").status_code == 404


def test_the_publisher_is_an_actor_with_a_page_or_what_is_written():
    f.GroupFactory(slug="lansstyrelserna", name_sv="Länsstyrelserna (LST)", name_en="")
    found = publishers.known({"lansstyrelserna", "Okänd utgivare", ""})
    assert set(found) == {"lansstyrelserna"}
    assert (found["lansstyrelserna"].name, found["lansstyrelserna"].short) == ("Länsstyrelserna (LST)", "LST")


def test_a_source_under_a_row_names_its_publisher(client, report):
    cite(f.MandateFactory(code="M-1"), report, "avsnitt 3.2")
    page = client.get("/mandates/M-1/", DAY).text
    assert 'Statskontoret feb. 2023, <span lang="sv">avsnitt 3.2</span>' in " ".join(page.split())
    assert "statskontoret-" not in page


def test_a_source_cited_at_several_places_is_named_once(client, report):
    row = f.MandateFactory(code="M-1")
    for place in ("avsnitt 3.2", "Tabell 1", ""):
        cite(row, report, place)
    page = " ".join(client.get("/mandates/M-1/", DAY).text.split())
    assert page.count('href="/documents/rapport-2023-4/"') == 1
    assert 'Statskontoret feb. 2023, <span lang="sv">avsnitt 3.2; Tabell 1</span>' in page


def test_every_row_that_cites_it_is_listed_under_its_kind_with_the_place(client, report):
    cite(f.MandateFactory(title_sv="Samordna arbetet"), report, "avsnitt 3.2")
    cite(f.ExpectationFactory(title_sv="Någon samordnar"), report, "avsnitt 4")
    cite(f.ActorFactory(name_sv="Boverket"), report)
    cite(f.GroupFactory(name_sv="Kommunerna"), report)
    seat = cite(f.SeatFactory(actor__name_sv="Skolverket", network__name_sv="Nätverket"), report, "s. 7")
    other = f.DocumentFactory()
    cite(f.MandateFactory(title_sv="Vilar på annat"), other)
    page = client.get("/documents/rapport-2023-4/", DAY)
    groups = {group.kind.key: group.count for group in page.context["groups"]}
    assert groups == {"actor": 1, "group": 1, "mandate": 1, "expectation": 1, "seat": 1}
    assert page.context["count"] == 5
    assert "Vilar på annat" not in page.text and "avsnitt 3.2" in page.text
    lines = {line["url"]: line["place"] for s in page.context["sections"] for line in s["lines"]}
    assert lines[nouns.noun_of(seat).page_of(seat)] == "s. 7"  # a part leads to what it is part of


def test_two_places_cited_by_one_row_are_one_row(client, report):
    row = cite(f.MandateFactory(), report, "avsnitt 3.2")
    cite(row, report, "Tabell 1")
    page = client.get("/documents/rapport-2023-4/", DAY)
    (section,) = page.context["sections"]
    assert (section["count"], section["lines"][0]["place"]) == (1, "avsnitt 3.2; Tabell 1")
    listed = client.get("/documents/", DAY).context["table"].rows[0].record
    assert listed.resting == 1


def test_the_list_counts_what_the_page_shows(client, report):
    for _ in range(3):
        cite(f.MandateFactory(), report)
    cite(f.PlaceFactory(), report)
    counts = {row.record.slug: row.record.resting for row in client.get("/documents/").context["table"].rows}
    assert counts == {"rapport-2023-4": client.get("/documents/rapport-2023-4/").context["count"]}


def test_many_rows_are_shown_by_pages_of_one_kind(client, report, settings):
    settings.PAGE_SIZE = 20
    for number in range(45):
        cite(f.MandateFactory(title_sv=f"Uppdrag {number:02}"), report)
    cite(f.ExpectationFactory(), report)
    overview = client.get("/documents/rapport-2023-4/", DAY)
    assert [(s["count"], len(s["lines"])) for s in overview.context["sections"]] == [(45, 5), (1, 1)]
    page = client.get("/documents/rapport-2023-4/", {**DAY, "kind": "mandate", "page": "3"})
    (section,) = page.context["sections"]
    assert [str(line["row"]) for line in section["lines"]] == [f"Uppdrag {n}" for n in range(40, 45)]


@pytest.mark.parametrize("kind", ["finns-inte", "seat"])
def test_a_kind_that_nothing_of_rests_on_it_is_not_found(client, report, kind):
    cite(f.MandateFactory(), report)
    assert client.get("/documents/rapport-2023-4/", {"kind": kind}).status_code == 404


def test_as_many_queries_for_many_rows_as_for_ten(client, report, django_assert_max_num_queries):
    makers = [f.MandateFactory, f.ActorFactory, f.SeatFactory, f.CollaborationFactory, f.EncounterFactory]
    paths = [
        "/documents/",
        "/documents/rapport-2023-4/",
        "/documents/rapport-2023-4/?kind=seat",
        "/documents/rapport-2023-4/?kind=collaboration",
    ]

    def count(path):
        client.get(path)  # the arrows of the date bar are cached under the revision
        with django_assert_max_num_queries(100) as seen:
            client.get(path)
        return len(seen.captured_queries)

    for make in makers:
        for _ in range(2):
            cite(make(), report, "s. 1")
    few = {path: count(path) for path in paths}
    for make in makers:
        for _ in range(15):
            cite(make(), report, "s. 1")
    f.DocumentFactory.create_batch(20)
    assert {path: count(path) for path in paths} == few


def test_every_kind_of_row_that_can_cite_is_known():
    """A row of a kind nobody registered would rest on a document without being listed there."""
    known = {kind.model for kind in rowkinds.all_kinds()}
    rows = {model for model in apps.get_models() if issubclass(model, RegisterRow)}
    assert rows - known == set()


@pytest.mark.parametrize(
    "query, slugs",
    [
        ({"q": "tomrum"}, {"rapport-2023-4"}),
        ({"q": "ARBETET 2022/125"}, {"rapport-2023-4"}),
        ({"publisher": "delmos"}, {"annan"}),
        ({"publisher": "ingen"}, set()),
        ({}, {"rapport-2023-4", "annan"}),
    ],
)
def test_facets(client, report, query, slugs):
    f.DocumentFactory(slug="annan", title_sv="Årsredovisning", publisher="delmos")
    page = client.get("/documents/", query)
    assert {row.record.slug for row in page.context["table"].rows} == slugs


def test_htmx_gets_the_list_alone(client, report):
    part = client.get("/documents/", headers={"HX-Request": "true", "HX-Target": "document-table"})
    assert part.text.strip().startswith('<div id="document-table"') and "<html" not in part.text


def test_nobody_reads_where_the_instance_is_closed(client, report, settings):
    settings.ANONYMOUS_READING = False
    for path in ("/documents/", "/documents/rapport-2023-4/"):
        assert client.get(path).status_code == 302


def test_a_title_that_is_markup_is_written_not_run(client, report):
    Document.objects.update(title_sv="<script>alert(1)</script>", publisher="<b>x</b>")
    for path in ("/documents/", "/documents/rapport-2023-4/"):
        page = client.get(path).text
        assert "<script>alert(1)" not in page and "<b>x</b>" not in page


def test_a_document_with_no_rows_says_so(client, report):
    assert "Ännu vilar inget" in client.get("/documents/rapport-2023-4/").text


def test_a_coordinator_may_edit_and_add(client, report):
    client.force_login(f.CoordinatorFactory())
    assert 'href="/documents/rapport-2023-4/edit/"' in client.get("/documents/rapport-2023-4/").text
    assert 'href="/documents/new/"' in client.get("/documents/").text
    assert Mandate.objects.count() == 0
