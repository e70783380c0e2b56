"""The pages of insights on the demo case: what they say, who sees what, and what leads on from them."""

import csv
import datetime
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.base.models import Proposal
from mandates.models import Mandate, Scenario
from network import graph_refresh, graph_store
from network.graph.selection import Selection
from network.models import Actor, Collaboration, Network
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
THEN, NOW = "2021-06-30", "2023-02-14"


@pytest.fixture
def coordinator(client):
    user = f.CoordinatorFactory()
    client.force_login(user)
    return user


@pytest.fixture
def reviewer(client):
    user = f.ReviewerFactory()
    client.force_login(user)
    return user


def page(client, path="", day=THEN, prefix="", **given):
    response = client.get(f"{prefix}/insights/{path}", {"as_of": day, **given})
    assert response.status_code == 200
    return response


def table(client, path, name, day=THEN, **given):
    response = page(client, path, day, format="csv", table=name, **given)
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_first_page_answers_every_question_in_a_sentence(client, coordinator):
    text = page(client).text
    assert "Utan Delmos tappar 20 andra kontakten med resten" in text
    assert "Om Delmos läggs ned: 20 andra aktörer tappar kontakten, 8 förväntningar slocknar" in text
    assert "Kommun – region: 1 band; slumpen skulle ge ungefär 58" in text
    assert "20 par av aktörer har något gemensamt" in text
    assert "33 band är borta sedan" in text and "Vad som har förändrats" in text
    assert "Without Delmos 20 others lose contact with the rest" in page(client, prefix="/en").text


def test_what_holds_it_together_names_who_is_cut_off(client):
    response = page(client, "holding/")
    points = {row["actor"]: row for row in table(client, "holding/", "points")}
    assert {slug: int(row["cut_off_count"]) for slug, row in points.items()} == {
        "delmos": 20,
        "ideella-organisationer": 3,
        "region-gavleborg": 2,
        "arbetsformedlingen": 1,
        "eskilstuna": 1,
        "trollhattan": 1,
    }
    assert points["eskilstuna"]["cut_off"] == "eskilstuna-bostadsbolag"
    bridges = table(client, "holding/", "bridges")
    assert len(bridges) == 18
    scb = next(row for row in bridges if row["target"] == "scb")
    assert (scb["source"], scb["records"], scb["cut_off"]) == ("delmos", "collaboration:SAM-02", "scb")
    brokers = {row["actor"]: row for row in table(client, "holding/", "brokers")}
    assert (brokers["delmos"]["pairs"], brokers["delmos"]["liaison"]) == ("626", "347")
    assert 'href="/insights/closing/?actor=delmos&amp;as_of=2021-06-30"' in response.text
    assert 'href="/collaborations/SAM-02/?as_of=2021-06-30"' in response.text


def test_a_day_with_hardly_any_ties_says_what_that_means(client):
    response = page(client, "holding/", NOW)
    assert "8 aktörer delar 4 band. De arbetar två och två" in response.text
    assert table(client, "holding/", "points", NOW) == []
    assert len(table(client, "holding/", "bridges", NOW)) == 4
    Collaboration.objects.all().delete()
    Network.objects.update(valid_until="2022-01-01")
    assert "finns inget att hålla ihop" in page(client, "holding/", NOW).text
    assert "Inga band, så inget att jämföra" in page(client, "sectors/", NOW).text


def test_a_closing_stands_before_and_after_side_by_side(client):
    gone = page(client, "closing/", actor="delmos").context["gone"]
    assert (gone.before.actors, gone.before.ties, gone.before.parts) == (372, 556, 318)
    assert (gone.own.actors, gone.own.ties, gone.own.parts) == (371, 508, 331)
    assert gone.added == 13 and len(gone.cut_off) == 20
    rows = {row["measure"]: row for row in table(client, "closing/", "sides", actor="delmos")}
    assert rows["Band"] == {"measure": "Band", "before": "556", "after": "508", "after_networks": "6"}
    dark = table(client, "closing/", "dark", actor="delmos")
    assert [row["expectation"] for row in dark] == ["X02", "X04", "X05", "X06", "X07", "X08", "X10", "X11"]
    assert {row["status"] for row in dark} == {"gap"}
    networks = table(client, "closing/", "networks", actor="delmos")
    assert [(row["network"], row["ties"]) for row in networks] == [
        ("natverk-kommuner", "496"),
        ("natverk-myndigheter", "6"),
        ("natverk-forskare", "0"),
    ]
    tasks = table(client, "closing/", "mandates", actor="delmos")
    assert len(tasks) == 13 and sum(not row["successor"] for row in tasks) == 10
    assert len(table(client, "closing/", "ties", actor="delmos")) == 48
    later = page(client, "closing/", "2022-06-30", actor="delmos").context["gone"]
    assert (later.before.parts, later.added, len(later.dark)) == (329, 4, 6)


def test_a_network_that_somebody_else_convenes_goes_on(client):
    network = Network.objects.get(slug="natverk-kommuner")
    f.ConvenerFactory(network=network, actor=Actor.objects.get(slug="huddinge"))
    gone = page(client, "closing/", actor="delmos").context["gone"]
    assert [row.network.slug for row in gone.networks] == ["natverk-myndigheter", "natverk-forskare"]
    assert gone.all_gone.ties == gone.own.ties - 6


def test_an_expectation_with_another_holder_stays_covered(client):
    own = Mandate.objects.get(code="DEL-16")
    f.MandateFactory(
        holder=Actor.objects.get(slug="boverket"),
        strategy=own.strategy,
        area=own.area,
        function=own.function,
        kind=own.kind,
        explicit=True,
        levels=list(own.levels.all()),
    )
    gone = page(client, "closing/", actor="delmos").context["gone"]
    assert "X04" not in {before.cell.id for before, _after in gone.dark}
    assert "X04" in {before.cell.id for before, _after in gone.thinner}


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ("delmos", "finns inte den 2023-02-14"),
        ("finns-inte", "aria-invalid"),
        ("alla-kommuner", "aria-invalid"),
    ],
)
def test_an_actor_that_cannot_close_is_told_so(client, actor, said):
    response = page(client, "closing/", NOW, actor=actor)
    assert response.context["gone"] is None and said in response.text


def test_who_may_plan_the_closing_is_led_there_with_the_actor_filled_in(client, coordinator):
    text = page(client, "closing/", actor="delmos").text
    url = "/actors/delmos/reorganise/?what=close&on=2021-06-30&as_of=2021-06-30"
    assert f'href="{url.replace("&", "&amp;")}"' in text
    form = client.get(url).context["what"]
    assert form.cleaned_data["what"] == "close" and str(form.cleaned_data["on"]) == THEN


def test_a_closing_can_be_kept_as_a_scenario(client, reviewer):
    assert "reorganise" not in page(client, "closing/", "2022-06-30", actor="delmos").text
    response = client.post("/insights/closing/keep/?as_of=2022-06-30", {"actor": "delmos"})
    scenario = Scenario.objects.get(owner=reviewer)
    assert response.url == f"{scenario.get_absolute_url()}?as_of=2022-06-30"
    found = client.get(response.url).context["view"].outcome
    assert found.fits and {"X02", "X04"} <= {one.expectation for one in found.effect.opened}
    assert client.post("/insights/closing/keep/", {"actor": "finns-inte"}).url == "/insights/closing/"
    assert Scenario.objects.filter(owner=reviewer).count() == 1


def test_sectors_are_told_apart_from_chance_in_words(client):
    kinds = {(row["some"], row["other"]): row for row in table(client, "sectors/", "kind")}
    assert kinds["municipality", "region"]["ties"] == "1"
    assert round(float(kinds["municipality", "region"]["expected"]), 1) == 57.6
    assert kinds["municipality", "region"]["verdict"] == "fewer"
    assert kinds["ministry", "municipality"]["verdict"] == "none"
    assert kinds["municipality", "municipality"]["verdict"] == "more"
    levels = {(row["some"], row["other"]): row["verdict"] for row in table(client, "sectors/", "level")}
    assert levels["local", "regional"] == "fewer"
    index = {one.division.by: one.division.openness for one in page(client, "sectors/").context["divisions"]}
    assert round(index["kind"].index, 4) == -0.8237 and round(index["kind"].expected, 4) == -0.2984
    assert (index["area"].internal, index["area"].external) == (12, 12)
    areas = {(row["some"], row["other"]) for row in table(client, "sectors/", "area")}
    assert ("*", "*") in areas and ("*", "boende") in areas
    assert "tydligt färre än slumpen skulle ge" in page(client, "sectors/").text
    assert "för små att bedöma" in page(client, "sectors/", NOW).text


def test_who_should_meet_has_no_tie_within_two_steps_and_something_in_common(client, coordinator):
    rows = table(client, "introductions/", "pairs")
    assert len(rows) == 20
    assert (rows[0]["some"], rows[0]["other"], rows[0]["reasons"]) == (
        "delmos",
        "tillvaxtverket",
        "handed_over",
    )
    ties = {(row.source, row.target) for row in page(client, "introductions/").context["found"].ties}
    near = {}
    for some, other in ties:
        near.setdefault(some, set()).add(other)
        near.setdefault(other, set()).add(some)
    for row in rows:
        own, theirs = near.get(row["some"], set()), near.get(row["other"], set())
        assert row["other"] not in own and not own & theirs
    assert not Actor.objects.filter(
        slug__in=[r["some"] for r in rows] + [r["other"] for r in rows], is_group=True
    )


def test_the_overlap_weighs_most_and_a_chain_of_partners_is_named(client, coordinator):
    rows = table(client, "introductions/", "pairs", "2022-06-30")
    assert (rows[0]["some"], rows[0]["other"], rows[0]["reasons"]) == ("delmos", "scb", "overlap")
    f.CollaborationFactory(
        participants=list(Actor.objects.filter(slug__in=["scb", "boverket"])), valid_from="2022-01-01"
    )
    rows = table(client, "introductions/", "pairs", "2022-06-30")
    assert ("delmos", "scb") not in {(row["some"], row["other"]) for row in rows}  # Boverket is tied to both
    chained = {(row["some"], row["other"]): row["through"] for row in rows}
    assert chained["scb", "statskontoret"] == "boverket;delmos"


def test_a_pair_can_be_proposed_as_a_collaboration(client, coordinator):
    row = page(client, "introductions/").context["page"][0]
    form = client.get(row.propose_url)
    assert form.status_code == 200 and "Samverkan mellan Delmos och Tillväxtverket" in form.text
    assert "De har gemensamt: den ena tog över från den andra" in form.text
    given = {
        "title_sv": "Samverkan mellan Delmos och Tillväxtverket",
        "kind": "dialogue",
        "participants": ["delmos", "tillvaxtverket"],
        "confidence": "stated",
        "valid_from_0": "2021-07-01",
        "sources-document": ["statskontoret-2023-4"],
        "sources-place": ["s. 3"],
        "why": "De borde mötas.",
        "source": "/insights/introductions/?as_of=2021-06-30",
    }
    before = Collaboration.objects.count()
    response = client.post(row.propose_url, given)
    assert response.status_code == 302, response.context["form"].errors
    proposal = Proposal.objects.get(proposed_by=coordinator)
    assert proposal.status == "pending" and Collaboration.objects.count() == before
    assert proposal.changes["fields"]["participants"]["to"] == ["delmos", "tillvaxtverket"]


def test_a_member_proposes_only_for_its_own_actor(client):
    membership = f.MembershipFactory(actor=Actor.objects.get(slug="tillvaxtverket"))
    client.force_login(membership.user)
    rows = list(page(client, "introductions/").context["page"])
    offered = {row.pair.actors for row in rows if row.propose_url}
    assert offered == {row.pair.actors for row in rows if "tillvaxtverket" in row.pair.actors} != set()


def test_whom_to_bring_together_is_for_those_with_a_role(client, settings):
    settings.ANONYMOUS_READING = True
    assert "/insights/introductions/" not in page(client).text
    assert "/accounts/login/" in client.get("/insights/introductions/").url
    client.force_login(f.UserFactory())
    assert client.get("/insights/introductions/").status_code == 403


def test_what_changed_is_told_with_the_records_behind_it(client):
    change = page(client, "change/", NOW, since=THEN).context["change"]
    assert (len(change.lost), len(change.gained), change.kept) == (553, 1, 3)
    records = table(client, "change/", "records", NOW, since=THEN)
    assert [(row["id"], row["ties"]) for row in records if row["change"] == "lost"][:2] == [
        ("natverk-kommuner", "528"),
        ("natverk-myndigheter", "10"),
    ]
    assert [row["id"] for row in records if row["change"] == "gained"] == ["SAM-28"]
    assert [node.slug for node in change.went] == ["delmos"]
    measures = {
        row["measure"]: (row["before"], row["after"])
        for row in table(client, "change/", "measures", NOW, since=THEN)
    }
    assert measures["ties"] == ("556", "4") and measures["components"] == ("318", "367")
    assert len(table(client, "change/", "ties", NOW, since=THEN)) == 554
    moved = {row["actor"]: row for row in table(client, "change/", "actors", NOW, since=THEN)}
    assert (moved["delmos"]["ties_before"], moved["delmos"]["ties_after"]) == ("48", "")


def test_a_day_that_is_none_is_told_so_and_a_year_before_is_the_default(client):
    response = page(client, "change/", NOW, since="i fjol")
    assert "Skriv datumet som" in response.text
    assert str(response.context["change"].before.asked.as_of) == "2022-02-14"
    assert "Inget tillkom eller försvann" in page(client, "change/", NOW, since=NOW).text


@pytest.mark.parametrize(
    ("path", "name"), [("holding/", "alla"), ("change/", ""), ("closing/", "sides"), ("", "points")]
)
def test_a_table_that_is_none_is_not_found(client, path, name):
    assert client.get(f"/insights/{path}", {"format": "csv", "table": name}).status_code == 404
    assert client.get(f"/insights/{path}", {"format": "exe", "table": "points"}).status_code == 404


def test_findings_and_actors_lead_to_the_insights(client, coordinator):
    text = client.get("/actors/delmos/", {"as_of": THEN}).text
    assert "/insights/closing/?actor=delmos&amp;as_of=2021-06-30" in text
    assert "/insights/closing/" not in client.get("/actors/delmos/", {"as_of": NOW}).text
    assert "/insights/?as_of=2021-06-30" in client.get("/", {"as_of": THEN}).text
    listed = client.get("/findings/", {"as_of": THEN, "rule": "single_point_of_failure"})
    key = listed.context["groups"][0].shown[0].row.key
    assert "/insights/closing/?actor=" in client.get(f"/findings/{key}/", {"as_of": THEN}).text


def test_the_map_leads_to_the_insights_and_the_header_keeps_its_word(client):
    text = client.get("/graph/", {"as_of": THEN}).text
    assert "/insights/?as_of=2021-06-30" in text
    assert "/insights/closing/?actor=delmos&amp;as_of=2021-06-30" in text
    for path in ("", "holding/", "closing/", "sectors/", "change/"):
        assert ">Karta</a>" in page(client, path).text.partition('aria-current="page"')[2][:60]


def test_a_register_too_large_for_a_request_is_told_so(client, monkeypatch):
    monkeypatch.setattr(graph_store, "SMALL_ROWS", 10)
    for path in ("", "holding/", "closing/", "sectors/", "change/"):
        assert "för stort för att räknas igenom" in page(client, path).text


def test_a_register_too_large_shows_what_the_worker_has_found(client, monkeypatch):
    graph_refresh.find_out(Selection(as_of=datetime.date.fromisoformat(THEN)), now=timezone.now())
    monkeypatch.setattr(graph_store, "SMALL_ROWS", 10)
    text = page(client).text
    assert "view=ego&amp;actor=delmos" in text
    found = graph_store.stored_graph(Selection(as_of=datetime.date.fromisoformat(THEN)), at_once=False)
    links = set(re.findall(r"view=ego&amp;actor=([\w-]+)", text))
    assert links == set(found.network["articulation_points_list"])


@pytest.mark.parametrize("path", ["holding/", "sectors/", "introductions/", "change/", "closing/"])
def test_the_number_of_queries_does_not_grow_with_the_register(client, coordinator, path):
    def count():
        page(client, path, actor="delmos")  # what is kept for a revision of the register is kept now
        with CaptureQueriesContext(connection) as found:
            page(client, path, actor="delmos")
        return len(found)

    before = count()
    strategy = Mandate.objects.get(code="DEL-01").strategy
    for _ in range(5):
        actors = f.ActorFactory.create_batch(2)
        f.CollaborationFactory(participants=actors)
        for actor in actors:
            f.MandateFactory(holder=actor, strategy=strategy)
    assert count() == before
