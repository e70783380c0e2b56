"""The pages about findings: who sees what, and how a finding is taken to a decision."""

import datetime
import json

import pytest
from django.core.cache import cache

from coordination.base.models import Citation
from mandates import finding_words, findings_refresh
from mandates.models import Disposition, Finding, FindingEvent, FindingNote, Mandate, Reply
from mandates.rules import RULES
from network.models import Collaboration, Convener
from tests import factories as f
from tests import findings_register

pytestmark = pytest.mark.django_db
Date = datetime.date
GAP = "/findings/gap:X1/"
SOURCE = {
    "sources-document": ["beslutet"],
    "sources-place": ["s. 3"],
    "sources-label": [""],
    "sources-url": [""],
}


@pytest.fixture
def world():
    cache.clear()
    return findings_register.make()


@pytest.fixture
def reviewer(client, world):
    client.force_login(world.reviewer)
    return world.reviewer


def keys(response):
    return {item.row.key for item in response.context["items"]}


def test_every_rule_has_its_words():
    for words in (finding_words.RULE_NAMES, finding_words.RULE_MEANINGS, finding_words.RULE_REASONS):
        assert words.keys() == RULES.keys()


def test_the_list_is_grouped_by_what_to_do_and_unmanaged_overlaps_come_first(client, world, reviewer):
    page = client.get("/findings/")
    groups = [group.key for group in page.context["groups"]]
    assert groups[0] == "manage" and groups == [key for key in finding_words.GROUPS if key in groups]
    assert "1 överlapp som ingen hanterar" in page.text.lower()
    assert keys(page) >= {"gap:X1", "orphaned:A-1", "overlap:*:B-1+B-2", "orphaned:network/natverket"}
    assert "Findings" in client.get("/en/findings/").text


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"rule": "overlap"}, {"overlap:*:B-1+B-2"}),
        ({"managed": "no"}, {"overlap:*:B-1+B-2"}),
        ({"group": "succeed"}, {"orphaned:A-1", "orphaned:network/natverket"}),
        ({"expectation": "X1"}, {"gap:X1", "orphaned:A-1"}),
        ({"actor": "rådet", "rule": "overlap"}, {"overlap:*:B-1+B-2"}),
        ({"q": "nationell samordning", "rule": "gap"}, {"gap:X1"}),
        ({"q": "trollkarl"}, set()),
        ({"rule": "no such rule"}, set()),
        ({"disposition": "by_design"}, set()),
    ],
)
def test_facets(client, world, reviewer, query, wanted):
    assert keys(client.get("/findings/", query)) == wanted


def test_the_list_takes_as_many_queries_however_many_findings(
    client, world, reviewer, django_assert_max_num_queries
):
    def count():
        findings_refresh.follow(findings_register.DAY, datetime.datetime.now(datetime.UTC))
        with django_assert_max_num_queries(60) as found:
            client.get("/findings/")
        return len(found)

    few = count()
    for number in range(12):
        task = f.FunctionFactory(code=f"uppgift-{number}")
        f.ExpectationFactory(function=task)
        f.MandateFactory(function=task, valid_until=Date(2022, 6, 1))
    assert count() == few


def test_exports_hold_what_the_facets_leave(client, world, reviewer):
    (one,) = json.loads(client.get("/findings/?rule=gap&format=json").content)
    assert one["key"] == "gap:X1" and "lead" not in one
    csv = client.get("/findings/?rule=gap&format=csv").content.decode("utf-8-sig")
    assert csv.splitlines()[0].startswith("key,rule,severity,managed,title")
    assert csv.splitlines()[1].startswith("gap:X1,gap,")
    assert client.get("/findings/?rule=stale&format=xlsx").status_code == 200
    assert client.get("/findings/?format=pdf").status_code == 404


def test_a_finding_shows_its_evidence_and_what_nearly_counts(client, world, reviewer):
    f.MandateFactory(code="L-1", function=world.lead, title_sv="Kommunens samordning", explicit=False)
    page = client.get(GAP)
    assert "Ingen aktör har uppgiften ”Nationell samordning”" in page.text
    rows = {row.code: row for row in page.context["evidence"].rows}
    assert (rows["A-1"].counts, rows["L-1"].counts) == (False, False)
    assert "namnger inte strategins mål" in rows["L-1"].word
    assert "Upphörde" in page.text and "kan inte svara" in page.text
    assert "The Delegation" in client.get(f"/en{GAP}").text


def test_a_day_on_which_it_does_not_hold(client, world, reviewer):
    assert client.get(f"{GAP}?as_of=2022-06-30").status_code == 404, "nobody has seen it yet"
    findings_refresh.follow(findings_register.DAY, datetime.datetime.now(datetime.UTC))
    page = client.get(f"{GAP}?as_of=2022-06-30")
    assert page.status_code == 200 and page.context["row"] is None
    assert client.get("/findings/gap:X9/").status_code == 404


def test_readers_and_the_public_see_what_is_published(client, world, settings):
    settings.ANONYMOUS_READING = True
    nothing = client.get("/findings/")
    assert keys(nothing) == set()
    assert "Inget överlapp" not in nothing.text and "Ingen iakttagelse är publicerad" in nothing.text
    assert GAP not in client.get("/expectations/X1/").text
    assert client.get(GAP).url.startswith("/accounts/login/")
    assert client.get("/api/v1/findings").json() == []
    client.force_login(world.reader)
    assert client.get(GAP).status_code == 404
    client.force_login(world.reviewer)
    client.post(f"{GAP}publish/")
    client.logout()
    shown = client.get("/findings/")
    assert keys(shown) == {"gap:X1"} and "En granskare har publicerat 1 iakttagelse" in shown.text
    assert GAP in client.get("/expectations/X1/").text
    page = client.get(GAP)
    assert page.status_code == 200 and "Rut Granskare" not in page.text
    assert [row["key"] for row in client.get("/api/v1/findings").json()] == ["gap:X1"]
    client.force_login(world.reviewer)
    client.post(f"{GAP}publish/", {"withdraw": "1"})
    client.logout()
    assert keys(client.get("/findings/")) == set()
    kinds = FindingEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["published", "withdrawn"]


def test_several_are_published_at_once_by_a_reviewer_alone(client, world, reviewer):
    client.post("/findings/publish/", {"key": ["gap:X1", "orphaned:A-1", "gap:X9"]})
    published = Finding.objects.exclude(published_at=None).values_list("key", flat=True)
    assert set(published) == {"gap:X1", "orphaned:A-1"}
    client.force_login(world.coordinator)
    assert client.post("/findings/publish/", {"key": ["overlap:*:B-1+B-2"]}).status_code == 403


def test_page_command_and_api_agree(client, world, reviewer, capsys):
    from django.core.management import call_command

    call_command("findings", "--as-of", "2023-02-14", "--format", "json")
    said = json.loads(capsys.readouterr().out)
    assert client.get("/api/v1/findings", {"as_of": "2023-02-14"}).json() == said
    assert json.loads(client.get("/findings/?format=json").content) == said
    assert client.get("/api/v1/findings/gap:X1").json()["key"] == "gap:X1"
    assert client.get("/api/v1/findings", {"rule": "gapp"}).status_code == 422


def decide(client, url=GAP, **changes):
    data = {"choice": "by_design", "reason": "Det är meningen.", "version": "1", **changes}
    return client.post(f"{url}disposition/", data)


def test_what_is_called_intended_is_quiet_until_its_facts_change_and_then_says_why(client, world, reviewer):
    assert decide(client).status_code == 302
    assert keys(client.get("/findings/?group=quiet")) == {"gap:X1"}
    assert "gap:X1" not in {item.row.key for item in client.get("/findings/").context["listed"].counted}
    f.MandateFactory(function=f.FunctionFactory())
    assert keys(client.get("/findings/?group=quiet")) == {"gap:X1"}, "another row is none of its facts"
    mandate = world.mandates["A-1"]
    mandate.valid_until = Date(2022, 6, 1)
    mandate.save()
    page = client.get(GAP)
    assert page.context["stand"].returned
    assert "A-1, sista dag: 2022-12-31 → 2022-05-31." in page.text
    assert keys(client.get("/findings/?disposition=returned")) == {"gap:X1"}


def test_what_is_to_be_done_needs_an_owner_and_a_day(client, world, reviewer):
    page = decide(client, choice="give_assignment")
    assert page.status_code == 422
    assert set(page.context["disposition_form"].errors) == {"owner", "due"}
    assert decide(client, choice="give_assignment", owner="verket", due="2020-01-01").status_code == 422
    assert not Disposition.objects.exists()
    assert decide(client, choice="give_assignment", owner="verket", due="2199-01-01").status_code == 302
    made = Disposition.objects.get()
    assert (made.choice, made.owner, made.status, made.as_of) == (
        "give_assignment",
        world.board,
        "made",
        findings_register.DAY,
    )


def test_a_draft_is_its_authors_alone(client, world, reviewer):
    decide(client, draft="1", reason="Kanske avsiktligt, fundera mer.")
    assert "fundera mer" in client.get(GAP).text
    for other in (world.coordinator, world.member):
        client.force_login(other)
        assert "fundera mer" not in client.get(GAP).text


def test_the_second_of_two_who_decide_at_once_sees_the_first(client, world, reviewer):
    decide(client)
    client.force_login(world.coordinator)
    page = decide(client, reason="Jag tycker annorlunda.")
    assert page.status_code == 409
    assert "Det är meningen." in page.text and "Jag tycker annorlunda." in page.text
    assert Disposition.objects.count() == 1
    assert decide(client, reason="Jag tycker annorlunda.", version="2").status_code == 302
    assert [row.author for row in Disposition.objects.order_by("pk")] == [world.reviewer, world.coordinator]


def test_members_and_readers_do_not_decide(client, world):
    for user, status in ((world.member, 403), (world.reader, 404)):
        client.force_login(user)
        assert decide(client).status_code == status
        assert client.get(f"{GAP}action/").status_code == status
    assert not Disposition.objects.exists()


def filled(client, url, **changes):
    """The form on the page as a browser sends it, with `changes`."""
    from tests.test_editing_forms import post_data

    page = client.get(url)
    assert page.status_code == 200
    return client.post(url, {**post_data(page), "why-reason": "Beslutat.", "why-version": "1", **changes})


def test_a_new_mandate_closes_the_gap_in_the_same_transaction(client, world, reviewer):
    url = f"{GAP}action/?change=give:"
    page = client.get(url)
    assert page.context["form"].initial["function"] == "samordning"
    assert page.context["form"].initial["explicit"] is True
    answer = filled(
        client,
        url,
        holder="verket",
        title_sv="Samordna arbetet",
        kind="instruction",
        **{"valid_from_date": "2023-02-01"},
        **SOURCE,
    )
    assert answer.status_code == 302, answer.context["form"].errors
    mandate = Mandate.objects.get(title_sv="Samordna arbetet")
    assert Citation.objects.filter(object_id=mandate.pk, document=world.document, place="s. 3").exists()
    made = Disposition.objects.get()
    assert (made.choice, made.reason, made.author) == ("action_taken", "Beslutat.", world.reviewer)
    assert "Beslutet" in made.source
    row = Finding.objects.get(key="gap:X1")
    assert not row.is_open and row.closed_at
    assert list(row.events.values_list("kind", "cause")) == [("closed", "action")]
    assert "gap:X1" not in keys(client.get("/findings/"))
    assert client.get(GAP).context["is_closed"]


def test_a_change_that_does_not_close_it_is_not_saved_unless_one_insists(client, world, reviewer):
    url = f"{GAP}action/?change=give:"
    wrong = {
        "holder": "verket",
        "title_sv": "Samordna lokalt",
        "kind": "instruction",
        "levels": ["local"],
        **SOURCE,
    }
    page = filled(client, url, **wrong)
    assert page.status_code == 422 and "annan nivå" in page.context["still_there"]
    assert not Mandate.objects.filter(title_sv="Samordna lokalt").exists()
    assert not Disposition.objects.exists()
    assert filled(client, url, **wrong, **{"why-even_if_open": "on"}).status_code == 302
    assert Mandate.objects.filter(title_sv="Samordna lokalt").exists()
    assert Finding.objects.get(key="gap:X1").is_open


def test_an_action_without_a_source_is_refused(client, world, reviewer):
    page = filled(client, f"{GAP}action/?change=give:", holder="verket", title_sv="X", kind="instruction")
    assert page.status_code == 422 and "sources" in page.context["form"].errors
    ending = "/findings/overlap:*:B-1+B-2/action/?change=end:B-1"
    page = filled(client, ending, **{"valid_to_date": "2023-01-31"})
    assert page.status_code == 422 and "sources" in page.context["form"].errors


def test_a_collaboration_manages_an_overlap(client, world, reviewer):
    url = "/findings/overlap:*:B-1+B-2/action/?change=tie:"
    answer = filled(
        client,
        url,
        title_sv="Samråd om bidrag",
        kind="agreement",
        **{"valid_from_date": "2023-01-01"},
        **SOURCE,
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert Collaboration.objects.filter(title_sv="Samråd om bidrag").exists()
    assert keys(client.get("/findings/?rule=overlap&managed=yes")) == {"overlap:*:B-1+B-2"}


def test_a_mandate_is_ended_prolonged_or_taken_over(client, world, reviewer):
    ending = "/findings/overlap:*:B-1+B-2/action/?change=end:B-1"
    assert filled(client, ending, **{"valid_to_date": "2023-01-31"}, **SOURCE).status_code == 302
    prolong = "/findings/projected_gap:X2/action/?change=prolong:C-1"
    assert filled(client, prolong, **{"valid_to_date": "2027-12-31"}, **SOURCE).status_code == 302
    after = "/findings/orphaned:A-1/action/?change=take_over:A-1"
    answer = filled(
        client, after, holder="verket", kind="instruction", **{"valid_from_date": "2023-01-01"}, **SOURCE
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert Mandate.objects.get(code="A-1").successor.holder == world.board
    left = keys(client.get("/findings/"))
    assert not left & {"overlap:*:B-1+B-2", "projected_gap:X2", "orphaned:A-1", "gap:X1"}


def test_a_network_gets_a_convener(client, world, reviewer):
    url = "/findings/orphaned:network/natverket/action/?change=convene:natverket"
    answer = filled(client, url, actor="verket", **{"valid_from_date": "2023-02-01"}, **SOURCE)
    assert answer.status_code == 302, answer.context["form"].errors
    assert Convener.objects.filter(network=world.network, actor=world.board).exists()
    assert "orphaned:network/natverket" not in keys(client.get("/findings/"))


def test_an_unknown_change_is_none(client, world, reviewer):
    assert client.get(f"{GAP}action/").status_code == 200
    assert client.get(f"{GAP}action/?change=end:C-1").status_code == 404


def test_action_taken_leads_from_the_disposition_to_the_change(client, world, reviewer):
    answer = decide(client, choice="action_taken", reason="Verket fick uppdraget.")
    assert answer.url.endswith("/gap:X1/action/")
    assert not Disposition.objects.filter(status="made").exists()
    assert "Verket fick uppdraget." in client.get(f"{GAP}action/?change=give:").text


def test_named_actors_reply_and_others_may_not(client, world):
    overlap = "/findings/overlap:*:B-1+B-2/"
    client.force_login(world.member)
    client.post(f"{overlap}reply/", {"actor": "verket", "text": "Vi prövar ordalydelsen.", "draft": "1"})
    assert Reply.objects.get().status == "draft"
    client.force_login(world.reviewer)
    assert "ordalydelsen" not in client.get(overlap).text
    client.force_login(world.member)
    assert "ordalydelsen" in client.get(overlap).text
    client.post(f"{overlap}reply/", {"actor": "verket", "text": "De är olika uppgifter."})
    assert list(Reply.objects.values_list("status", "text")) == [("sent", "De är olika uppgifter.")]
    assert client.post(f"{overlap}reply/", {"actor": "radet", "text": "Annans ord."}).status_code == 422
    client.force_login(world.stranger)
    assert client.post(f"{overlap}reply/", {"actor": "verket", "text": "Nej."}).status_code == 403
    client.force_login(world.reviewer)
    assert "De är olika uppgifter." in client.get(overlap).text


def test_notes_of_ones_own_are_seen_by_nobody_else(client, world, reviewer):
    for kind, text in (("good", "Fler når fram."), ("private", "Fråga Karin."), ("comment", "Se beslutet.")):
        assert client.post(f"{GAP}note/", {"kind": kind, "text": text}).status_code == 302
    assert FindingNote.objects.count() == 3
    assert "Fråga Karin." in client.get(GAP).text
    client.force_login(world.coordinator)
    page = client.get(GAP).text
    assert "Fler når fram." in page and "Se beslutet." in page and "Fråga Karin." not in page


def test_pages_of_rows_show_the_findings_about_them(client, world, reviewer):
    for url, found in (
        ("/actors/verket/", "overlap:*:B-1+B-2"),
        ("/mandates/A-1/", "orphaned:A-1"),
        ("/networks/natverket/", "orphaned:network/natverket"),
    ):
        assert f"/findings/{found}/" in client.get(url).text
    client.force_login(world.reader)
    assert "/findings/" not in client.get("/mandates/A-1/").context["panels"].__str__()


def test_a_large_register_says_that_its_findings_are_old(client, world, reviewer, settings):
    settings.FINDINGS_AT_ONCE = -1
    assert "räknas fram" in client.get("/findings/").text
    findings_refresh.follow(findings_register.DAY, datetime.datetime.now(datetime.UTC))
    assert "Registret har ändrats sedan" not in client.get("/findings/").text
    f.MandateFactory()
    assert "Registret har ändrats sedan" in client.get("/findings/").text
    assert "Registret har ändrats sedan" in client.get(GAP).text
    assert client.get("/api/v1/findings").headers["Samsyn-Stale"] == "true"
