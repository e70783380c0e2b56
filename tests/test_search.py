"""One search over everything: what it forgives, how it ranks, and what it shows to whom."""

import datetime
import re

import pytest
from django.core.management import call_command

from coordination.base import authorisation, revision, search_index, wordindex
from coordination.base.highlights import pieces
from coordination.base.wordindex import Entry, Index
from network.models import Actor, Network
from tests import factories as f

Date = datetime.date
DAY = {"as_of": "2023-02-14"}
TODAY = Date(2023, 2, 14)
pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    f.StrategyFactory(name_sv="Strategin mot tomrum", valid_until=Date(2029, 1, 1))
    delmos = f.ActorFactory(
        slug="delmos",
        name_sv="Delegationen mot segregation (Delmos)",
        name_en="Swedish Agency Against Segregation",
        valid_until=Date(2023, 1, 1),
        to_precision="day",
    )
    skr = f.ActorFactory(slug="skr", name_sv="Sveriges Kommuner och Regioner (SKR)", name_en="")
    f.ActorNameFactory(actor=skr, name_sv="Sveriges Kommuner och Landsting (SKL)")
    bra = f.ActorFactory(slug="bra", name_sv="Brottsförebyggande rådet", name_en="")
    f.ActorNameFactory(actor=bra, kind="acronym", name_sv="Brå", valid_until=None, to_precision="")
    f.IdentifierFactory(actor=bra, value="202100-0168")
    f.ActorFactory(slug="lst-m", name_sv="Länsstyrelsen i Skåne", name_en="")
    f.GroupFactory(slug="kommuner", name_sv="Alla kommuner", name_en="All municipalities")
    f.MandateFactory(
        code="DEL-01",
        title_sv="Samordna arbetet nationellt",
        title_en="Coordinate the work",
        holder=delmos,
        legal_basis="Förordning (2018:151)",
        function__name_sv="Samordning",
    )
    f.NetworkFactory(slug="n-1", name_sv="Nätverket mot segregation", name_en="")
    f.CollaborationFactory(code="SAM-01", title_sv="Gemensam statistik", participants=[delmos, skr])
    f.DocumentFactory(slug="rapport", title_sv="Segregation i kommuner (2023:4)", reference="Dnr 2022/125")
    f.PlaceFactory(code="12", name_sv="Skåne län", name_en="")
    f.PriorityAreaFactory(code="boende", name_sv="Boende", name_en="Housing")
    f.ExpectationFactory(code="X02", title_sv="Någon samordnar nationellt")
    f.MilestoneFactory(code="MOT-11", title_sv="Delmos lämnar underlag")


def found(client, question, **more):
    """{kind: names, best first} of everything on the page."""
    page = client.get("/search/", {"q": question, **DAY, **more})
    assert page.status_code == 200
    return {s.kind.key: [str(line.row) for line in s.lines] for s in page.context["sections"]}


@pytest.mark.parametrize(
    "question, kind, name",
    [
        ("Länsstyrelsen i Skåne", "actor", "Länsstyrelsen i Skåne"),
        ("lansstyrelsen i skane", "actor", "Länsstyrelsen i Skåne"),
        ("LÄNSSTYRELSEN", "actor", "Länsstyrelsen i Skåne"),
        ("La\u0308nsstyrelsen", "actor", "Länsstyrelsen i Skåne"),  # decomposed, as a Mac writes it
        ("skane", "place", "Skåne län"),
        ("styrelsen", "actor", "Länsstyrelsen i Skåne"),
        ("lansstyrlsen", "actor", "Länsstyrelsen i Skåne"),
        ("länsstyrelesn", "actor", "Länsstyrelsen i Skåne"),
        ("SKL", "actor", "Sveriges Kommuner och Regioner (SKR)"),
        ("landsting", "actor", "Sveriges Kommuner och Regioner (SKR)"),
        ("bra", "actor", "Brottsförebyggande rådet"),
        ("brå", "actor", "Brottsförebyggande rådet"),
        ("202100-0168", "actor", "Brottsförebyggande rådet"),
        ("2021000168", "actor", "Brottsförebyggande rådet"),
        ("202100", "actor", "Brottsförebyggande rådet"),
        ("agency against", "actor", "Delegationen mot segregation (Delmos)"),
        ("alla kommuner", "group", "Alla kommuner"),
        ("DEL-01", "mandate", "Samordna arbetet nationellt"),
        ("del01", "mandate", "Samordna arbetet nationellt"),
        ("2018:151", "mandate", "Samordna arbetet nationellt"),
        ("delmos samordning", "mandate", "Samordna arbetet nationellt"),
        ("natverket", "network", "Nätverket mot segregation"),
        ("delmos statistik", "collaboration", "Gemensam statistik"),
        ("2022/125", "document", "Segregation i kommuner (2023:4)"),
        ("2023:4", "document", "Segregation i kommuner (2023:4)"),
        ("housing", "area", "Boende"),
        ("samordning", "function", "Samordning"),
        ("x02", "expectation", "Någon samordnar nationellt"),
        ("underlag", "milestone", "Delmos lämnar underlag"),
        ("tomrum", "strategy", "Strategin mot tomrum"),
    ],
)
def test_what_is_found(client, register, question, kind, name):
    assert name in found(client, question).get(kind, [])


def test_every_word_must_be_there(client, register):
    assert found(client, "mot segregation natverket") == {"network": ["Nätverket mot segregation"]}


def test_the_best_comes_first(client, register):
    hits = found(client, "delmos")
    assert next(iter(hits)) == "actor"  # the one called so, though it has ended, before what it did
    assert hits["actor"] == ["Delegationen mot segregation (Delmos)"]
    assert next(iter(found(client, "delmo"))) == "actor"


def test_what_is_in_force_comes_before_what_has_ended(client, register):
    f.ActorFactory(name_sv="Nämnden för frågor", name_en="", valid_until=Date(2020, 1, 1))
    f.ActorFactory(name_sv="Nämnden för svaren", name_en="")
    f.ActorFactory(name_sv="Nämnden för åsikter", name_en="", valid_from=Date(2025, 1, 1))
    assert found(client, "nämnden")["actor"][0] == "Nämnden för svaren"
    assert found(client, "nämnden", as_of="2019-01-01")["actor"][0] == "Nämnden för frågor"


def test_a_misspelling_is_said_to_have_been_read_as_something(client, register):
    assert "”lansstyrlsen” lästes som ”lansstyrelsen”" in client.get("/search/", {"q": "lansstyrlsen"}).text


def test_where_no_row_has_all_the_words_the_nearest_are_shown_and_it_is_said(client, register):
    page = client.get("/search/", {"q": "skåne qqqqzzzz", **DAY})
    assert "Ingen rad har alla orden" in page.text and page.context["found"].count == 2


def test_another_name_that_was_found_is_shown(client, register):
    page = " ".join(client.get("/search/", {"q": "SKL", **DAY}).text.split())
    assert "Tidigare namn: Sveriges Kommuner och Landsting (<mark>SKL</mark>)" in page
    assert ": <mark>202100-0168</mark>" in client.get("/search/", {"q": "2021000168", **DAY}).text


def test_an_actor_is_called_what_it_was_called_on_the_day(client, register):
    early = client.get("/search/", {"q": "skr", "as_of": "2019-01-01"})
    (line,) = early.context["sections"][0].lines
    assert "".join(text for text, _marked in line.name) == "Sveriges Kommuner och Landsting (SKL)"
    assert "Namn nu: Sveriges Kommuner och Regioner (<mark>SKR</mark>)" in " ".join(early.text.split())


def test_a_document_is_named_with_its_publisher(client, register):
    f.ActorFactory(slug="statskontoret", name_sv="Myndigheten Statskontoret (SK)", name_en="")
    page = client.get("/search/", {"q": "2023:4", **DAY})
    (section,) = page.context["sections"]
    assert "".join(text for text, _marked in section.lines[0].detail) == "SK · 2023 · Dnr 2022/125"


def test_nothing_found_helps(client, register):
    nothing = client.get("/search/", {"q": "lönsstirillseniskone", **DAY})
    assert nothing.context["sections"] == []
    assert [str(line.row) for line in nothing.context["likely"]] == ["Länsstyrelsen i Skåne"]
    assert "Menade du" in nothing.text and "Pröva färre" in nothing.text
    assert client.get("/search/", {"q": "qqqqzzzz", **DAY}).context["likely"] == []


def test_without_a_question_it_says_what_can_be_found(client, register):
    page = client.get("/search/", DAY)
    every = {kind.key: count for kind, count in page.context["every"]}
    assert (every["actor"], every["group"], every["mandate"], every["function"]) == (4, 1, 1, 2)
    assert 'href="/mandates/"' in page.text and 'href="/documents/"' in page.text


def test_hits_are_counted_by_kind_and_paged_within_one(client, settings):
    settings.PAGE_SIZE = 20
    f.StrategyFactory()
    f.ActorFactory.create_batch(45, name_sv="Nämnden")
    f.NetworkFactory.create_batch(2, name_sv="Nämndernas nätverk")
    page = client.get("/search/", {"q": "nämnd"})
    assert [(kind.key, n) for kind, n in page.context["found"].counts] == [("actor", 45), ("network", 2)]
    assert [(s.count, len(s.lines)) for s in page.context["sections"]] == [(45, 5), (2, 2)]
    seen = []
    for number in (1, 2, 3):
        part = client.get("/search/", {"q": "nämnd", "kind": "actor", "page": str(number)})
        (section,) = part.context["sections"]
        seen += [line.row.pk for line in section.lines]
    assert len(seen) == len(set(seen)) == 45
    assert client.get("/search/", {"q": "nämnd", "kind": "finns-inte"}).status_code == 404


def test_links_keep_the_day(client, register):
    page = client.get("/search/", {"q": "samordna", "as_of": "2022-06-30"}).text
    assert 'href="/mandates/DEL-01/?as_of=2022-06-30"' in page
    assert re.search(r'href="/search/\?q=samordna&amp;kind=mandate&amp;as_of=2022-06-30"', page)


@pytest.mark.parametrize(
    "question",
    [
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "   ",
        "()[]{}*+?.\\^$|",
        "å" * 5000,
        "ord " * 300,
        "%",
        "🎉",
        "a",
    ],
)
def test_any_question_is_answered(client, register, question):
    page = client.get("/search/", {"q": question, **DAY})
    assert page.status_code == 200 and "<script>alert(1)" not in page.text


def test_a_name_that_is_markup_is_marked_and_escaped(client, register):
    f.ActorFactory(name_sv="<b>Fetnämnden</b> & <script>alert(1)</script>", name_en="")
    page = client.get("/search/", {"q": "fetnämnden", **DAY}).text
    assert "&lt;b&gt;<mark>Fetnämnden</mark>&lt;/b&gt; &amp; &lt;script&gt;" in page


def test_the_english_page_answers_in_english(client, register):
    page = client.get("/en/search/", {"q": "delmos", **DAY}).text
    assert "hits for “delmos”" in page and "Mandates" in page


def test_merged_duplicates_are_not_found(client, register):
    Actor.objects.filter(slug="bra").update(merged_into=Actor.objects.get(slug="skr"))
    assert "Brottsförebyggande rådet" not in found(client, "brottsförebyggande").get("actor", [])


def test_what_was_changed_a_moment_ago_is_found_as_it_is_now(client, register):
    network = Network.objects.get(slug="n-1")
    network.name_sv = "Mötesplatsen"
    network.save()
    assert found(client, "mötesplatsen") == {"network": ["Mötesplatsen"]}
    assert "network" not in found(client, "nätverket")


def test_nobody_searches_where_the_instance_is_closed(client, register, settings):
    settings.ANONYMOUS_READING = False
    for path in ("/search/", "/search/suggest/"):
        answer = client.get(path, {"q": "delmos"}, headers={"HX-Request": "true"})
        assert "Delegationen" not in answer.text and answer.get("HX-Redirect", "").startswith(
            "/accounts/login/"
        )
    assert 'id="top-q"' not in client.get("/privacy/").text
    client.force_login(f.UserFactory())
    assert found(client, "delmos")["actor"] == ["Delegationen mot segregation (Delmos)"]


def test_only_kinds_that_one_may_see_are_searched(client, register, monkeypatch):
    plain = authorisation.may
    monkeypatch.setattr(
        "coordination.base.rowkinds.may",
        lambda user, action, target: target is not Actor and plain(user, action, target),
    )
    page = client.get("/search/", {"q": "delmos", **DAY})
    assert {kind.key for kind, _n in page.context["found"].counts} == {
        "mandate",
        "collaboration",
        "milestone",
    }
    assert client.get("/search/", {"q": "delmos", "kind": "actor", **DAY}).status_code == 404
    part = client.get("/search/suggest/", {"q": "delegationen"}, headers={"HX-Request": "true"})
    assert "/actors/" not in part.text


def test_suggestions_for_htmx_and_the_page_for_everybody_else(client, register):
    part = client.get("/search/suggest/", {"q": "delmo", **DAY}, headers={"HX-Request": "true"})
    assert "<html" not in part.text and "<mark>Delmo</mark>s" in part.text
    assert 'href="/search/?q=delmo"' in part.text
    plain = client.get("/search/suggest/", {"q": "delmo"})
    assert plain.status_code == 302 and plain["Location"] == "/search/?q=delmo"
    assert client.get("/search/suggest/", {"q": "d"}, headers={"HX-Request": "true"}).text.strip() == ""


def test_htmx_gets_the_hits_alone(client, register):
    part = client.get("/search/", {"q": "delmos"}, headers={"HX-Request": "true", "HX-Target": "hits"})
    assert part.text.strip().startswith('<div id="hits"') and "<html" not in part.text


def test_the_header_has_a_form_that_needs_no_script(client, register):
    page = client.get("/mandates/?as_of=2022-06-30").text
    form = re.search(r'<form class="find".*?</form>', page, re.DOTALL)[0]
    assert 'action="/search/"' in form and 'name="q"' in form
    assert '<input type="hidden" name="as_of" value="2022-06-30">' in form


def test_as_many_queries_for_many_hits_as_for_ten(client, django_assert_max_num_queries):
    f.StrategyFactory()

    def make(number):
        f.ActorFactory.create_batch(number, name_sv="Prövningsnämnden")
        f.MandateFactory.create_batch(number, title_sv="Prövningsuppdrag")
        f.CollaborationFactory.create_batch(number, title_sv="Prövningsavtal")
        f.NetworkFactory.create_batch(number, name_sv="Prövningsnätverket")

    def count(path, query):
        client.get(path, query, headers={"HX-Request": "true"})
        with django_assert_max_num_queries(120) as seen:
            client.get(path, query, headers={"HX-Request": "true"})
        return len(seen.captured_queries)

    asked = [
        ("/search/", {"q": "prövning"}),
        ("/search/", {"q": "prövning", "kind": "collaboration"}),
        ("/search/suggest/", {"q": "prövningsnämnd"}),
    ]
    make(10)
    few = [count(*one) for one in asked]
    make(30)
    assert [count(*one) for one in asked] == few


# The index itself


def ask(names, question):
    index = Index({"actor": [Entry(n, ((name, 1.0),)) for n, name in enumerate(names)]})
    return [names[index.keys[row]] for row in index.ask(question, ["actor"], TODAY).rows]


@pytest.mark.parametrize(
    "names, question, wanted",
    [
        (["Skolinspektionen", "Skola", "Grundskolan"], "skola", ["Skola", "Grundskolan"]),
        (["Skolverket", "Skolan", "Skol"], "skol", ["Skol", "Skolan", "Skolverket"]),
        (["Å", "Ö", "Ä"], "o", ["Ö"]),
        (["Ærø", "Straße", "Łódź"], "lodz", ["Łódź"]),
        (["Ærø", "Straße"], "strasse", ["Straße"]),
        (["abc"], "abx", []),  # three letters are too few to be mistaken about
        (["Boverket", "Bolverket"], "boverket", ["Boverket"]),  # what is there is not read as something else
        (["1234567"], "1234568", []),  # nor is a number
        ([], "något", []),
    ],
)
def test_words_as_they_are_before_their_beginnings_before_parts(names, question, wanted):
    assert ask(names, question) == wanted


def test_kinds_that_are_not_asked_for_stay_away():
    index = Index({"a": [Entry(1, (("Namn", 1.0),))], "b": [Entry(2, (("Namn", 1.0),))]})
    hits = index.ask("namn", ["b"], TODAY)
    assert index.keys[hits.rows].tolist() == [2] and index.kind_counts(hits.rows) == [("b", 1)]
    assert len(index.ask("namn", [], TODAY).rows) == 0
    assert len(index.ask("namn", ["finns-inte"], TODAY).rows) == 0


def test_a_question_has_a_limit():
    assert len(wordindex.asked("ett två tre fyra fem sex sju åtta nio tio")) == wordindex.WORDS


@pytest.mark.parametrize(
    "text, words, marked",
    [
        ("Rådet för råd", ["rad"], ["Råd", "råd"]),
        ("A\u030a en", ["en"], ["en"]),
        ("Straße", ["strasse"], ["Straße"]),
        ("Att a att", ["a"], ["A", "a", "a"]),
        ("202100-5489", ["2021005489"], ["202100-5489"]),
        ("Ingen", ["x"], []),
        ("", ["x"], []),
    ],
)
def test_marks_stand_where_the_words_are(text, words, marked):
    found = pieces(text, words)
    assert "".join(piece for piece, _is in found) == text
    assert [piece for piece, is_marked in found if is_marked] == marked


@pytest.fixture
def kept(monkeypatch):
    """A process that has built nothing, outside any transaction."""
    monkeypatch.setattr(search_index, "_latest", None)
    monkeypatch.setattr(search_index, "_building", False)


@pytest.mark.django_db(transaction=True)
def test_the_index_is_kept_until_the_register_changes(kept, django_assert_num_queries):
    f.ActorFactory(name_sv="Nämnden")
    first, behind = search_index.current()
    assert not behind
    with django_assert_num_queries(1):
        assert search_index.current() == (first, False)
    f.ActorFactory(name_sv="Styrelsen")
    second, behind = search_index.current()
    assert second is not first and len(second) == len(first) + 1 and not behind


@pytest.mark.django_db(transaction=True)
def test_where_building_takes_long_the_last_one_answers_meanwhile(kept, monkeypatch):
    f.ActorFactory(name_sv="Nämnden")
    first, _behind = search_index.current()
    monkeypatch.setattr(search_index, "WAITED_FOR", -1.0)
    started = []
    monkeypatch.setattr(
        search_index.threading, "Thread", lambda target, **kwargs: started.append(target) or _NotYet()
    )
    f.ActorFactory(name_sv="Styrelsen")
    assert search_index.current() == (first, True)
    assert search_index.current() == (first, True)
    assert len(started) == 1  # one at a time
    monkeypatch.setattr(search_index.connections, "close_all", lambda: None)  # this is the test's own thread
    started[0]()
    newest, behind = search_index.current()
    assert newest is not first and not behind and search_index._latest.number == revision.current()


@pytest.mark.django_db(transaction=True)
def test_a_database_put_back_is_read_again(kept):
    """Its revision may be one that has been before, with other rows."""
    first, _behind = search_index.current()
    call_command("migrate", verbosity=0)
    assert search_index.current()[0] is not first


class _NotYet:
    def start(self):
        """The thread that a test runs when it wants to."""
