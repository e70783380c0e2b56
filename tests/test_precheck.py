"""A draft assignment laid over the demo: what it meets and closes; and that nothing of it is stored."""

import pytest
from django.urls import reverse

from mandates.models import Mandate, Scenario
from tests import factories as f
from tests import pdf_structure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
COORDINATION = {
    "holder": "boverket",
    "title_sv": "Samordna arbetet mot segregation",
    "kind": "government_assignment",
    "strategy": "mot-segregation",
    "area": "",
    "function": "coordination",
    "levels": ["national"],
    "explicit": "on",
    "on": "2023-03-01",
    "as_of": "2023-02-14",
}


@pytest.fixture
def maker(client):
    client.force_login(f.ReviewerFactory())
    return client


def check(client, **other):
    return client.get(reverse("mandates:pre-check"), COORDINATION | other)


def test_it_says_which_gaps_close_and_stores_nothing(maker):
    before = Mandate.objects.count(), Scenario.objects.count()
    found = check(maker).context["found"]
    assert {change.cell.key for change in found.view.gaps_closed} == {"X02"}
    assert (found.holders, found.clashes, found.day.isoformat()) == ((), (), "2023-03-01")
    assert (Mandate.objects.count(), Scenario.objects.count()) == before


def test_it_names_who_holds_the_task_and_whom_to_work_with(maker):
    asked = {"function": "followup", "holder": "skolverket", "area": "mot-segregation/arbetsmarknad"}
    found = check(maker, **asked).context["found"]
    assert {held.code for held in found.holders} == {"BOV-31", "BOV-32", "BOV-33"}
    assert found.partners[0].slug == "boverket" and "BOV-31" in found.partners[0].why
    assert "arbetsformedlingen" in {partner.slug for partner in found.partners}
    assert "skolverket" not in {partner.slug for partner in found.partners}


def test_an_overlap_is_foreseen(maker):
    asked = {"function": "grants", "holder": "tillvaxtverket", "area": "mot-segregation/arbetsmarknad"}
    found = check(maker, **asked, levels=["local"]).context["found"]
    assert {told.rule for told in found.clashes} <= {"overlap", "duplication"}
    assert {"AF-10", "DUA-10"} & {code for told in found.clashes for code in told.finding.mandates}


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_memo_is_a_file(maker, kind):
    url = reverse("mandates:pre-check-memo", args=[kind])
    answer = maker.get(url, COORDINATION)
    assert answer.status_code == 200
    if kind == "pdf":
        told = pdf_structure.read(answer.content)
        assert (told.language, told.part, told.headings[0]) == ("sv", "1", 1)
    assert maker.get(url).url == reverse("mandates:pre-check")


def test_it_can_be_kept_as_a_scenario_of_ones_own(maker):
    answer = maker.post(reverse("mandates:pre-check-keep"), COORDINATION)
    [kept] = Scenario.objects.all()
    assert answer.url.startswith(kept.get_absolute_url())
    assert kept.changes[0]["mandate"]["holder"] == "boverket"
    assert not Mandate.objects.filter(title_sv=COORDINATION["title_sv"]).exists()


def test_bad_input_is_named(maker):
    answer = check(maker, holder="finns-inte", on="2023-13-01", levels=[])
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"holder", "on", "levels"}
    assert check(maker, on="2035-01-01").status_code == 200  # outside the strategy: said, not refused


def test_it_is_for_those_who_make_scenarios(client):
    client.force_login(f.UserFactory())
    assert check(client).status_code == 403
