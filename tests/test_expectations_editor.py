"""Editing what ought to be covered: what no mandate can meet is said, and where it stands is shown meanwhile."""

import datetime
from dataclasses import replace

import pytest

from mandates import unmeetable
from mandates.explain import Names
from mandates.models import Expectation
from mandates.snapshot import Expectation as Asked
from tests import factories as f
from tests.segregation import load

D = datetime.date
ASKED = load().expectation_by_code["X10"]


def keys(**changes):
    return [doubt.key for doubt in unmeetable.doubts(load(), replace(ASKED, **changes))]


def test_what_some_mandate_meets_is_not_doubted():
    assert keys() == []
    assert all(
        unmeetable.doubts(load(), asked) == [] for asked in load().expectations if asked.code not in NEVER_MET
    )


# Nobody has had the task: that is what the documents say, and the reason is named.
NEVER_MET = {"X03": "level", "X11": "kind"}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"function": "telepathy"}, "function"),
        ({"area": "halsa"}, "area"),
        ({"level": "galactic"}, "level"),
        ({"kinds": frozenset({"voluntary_task"})}, "kind"),
        ({"holder_group": "lansstyrelserna"}, "holder_group"),
        ({"single_lead": True, "min_holders": 2}, "lead_of_many"),
        ({"min_holders": 1000}, "too_many"),
        ({"valid_from": D(2029, 1, 1), "valid_until": None}, "outside_strategy"),
        ({"valid_until": D(2018, 1, 1), "valid_from": None}, "outside_strategy"),
        ({"mapped_from": D(2028, 6, 1), "mapped_until": D(2028, 7, 1)}, "never_checked"),
    ],
)
def test_each_reason_why_nothing_meets_it_is_found_and_said(changes, key):
    asked = replace(ASKED, **changes)
    doubt = next(doubt for doubt in unmeetable.doubts(load(), asked) if doubt.key == key)
    for language in ("sv", "en"):
        said = unmeetable.in_words(doubt, asked, Names(load()), language)
        assert said.endswith(".") and "{" not in said and "None" not in said


def test_every_reason_has_words_in_both_languages():
    assert unmeetable.TEXTS["sv"].keys() == unmeetable.TEXTS["en"].keys()


def test_an_expectation_in_each_of_no_areas_never_stands():
    bare = replace(load(), areas=())
    found = unmeetable.doubts(bare, replace(ASKED, area="each"))
    assert ("no_area", True) in {(doubt.key, doubt.is_impossible) for doubt in found}


def test_a_proposed_mandate_alone_is_not_enough():
    asked = Asked(
        code="NY", strategy="mot-segregation", function="followup", level="local", explicit_only=True
    )
    decided = [
        m for m in load().mandates if m.function == "followup" and m.status == "decided" and m.area == "*"
    ]
    register = replace(load(), mandates=tuple(m for m in load().mandates if m not in decided))
    assert [doubt.key for doubt in unmeetable.doubts(register, asked)] == ["decided"]


# The editor


@pytest.fixture
def coordinator(client):
    user = f.CoordinatorFactory()
    client.force_login(user)
    return user


def posted(row, **given):
    fields = {
        "title_sv": row.title_sv,
        "strategy": row.strategy.slug,
        "area": "",
        "function": row.function.code,
        "level": row.level_id,
        "min_holders": "1",
        "mapped_from": "2018-07-01",
        "mapped_until": "2023-02-14",
        "valid_from_0": "2018-07-01",
        "valid_from_1": "",
        "valid_to_0": "",
        "valid_to_1": "",
        "confidence": "stated",
        "version": row.version,
    }
    return {**fields, **given}


@pytest.mark.django_db
class TestEditor:
    def url(self, row):
        return f"/expectations/{row.code}/edit/"

    def test_the_form_shows_where_it_stands_and_what_nearly_counts(self, client, coordinator):
        row = f.ExpectationFactory()
        f.MandateFactory(
            code="NARA", title_sv="Nästan", strategy=row.strategy, function=row.function,
            levels=[f._code(f.Level, "regional")],
        )  # fmt: skip
        panel = client.get(self.url(row)).context["preview"]
        (line,) = panel.context["lines"]
        assert (line.area, line.status) == ("Sektorsövergripande", "gap")
        assert line.almost == [("”Nästan” (NARA)", "annan nivå")]
        assert panel.context["doubts"] == [
            f"Registret har uppdrag med funktionen ”{row.function.name}” över alla områden (1), "
            "men inget på nationell nivå: de riktas till regional."
        ]

    def test_looking_saves_nothing_and_follows_what_is_written(self, client, coordinator):
        row = f.ExpectationFactory()
        holder = f.ActorFactory(name_sv="Myndigheten")
        f.MandateFactory(
            holder=holder, strategy=row.strategy, function=row.function, levels=[f._code(f.Level, "regional")]
        )
        answer = client.post(self.url(row), posted(row, level="regional", look="1"))
        assert answer.status_code == 200
        (line,) = answer.context["preview"].context["lines"]
        assert (line.status, line.holders) == ("covered", "Myndigheten")
        assert 'id="preview"' in answer.text and "Som det är skrivet nu" in answer.text
        row.refresh_from_db()
        assert (row.level_id, row.version) == ("national", 1)

    def test_a_new_one_is_looked_at_too(self, client, coordinator):
        row = f.ExpectationFactory.build(strategy=f.StrategyFactory(), function=f.FunctionFactory())
        answer = client.post("/expectations/new/", posted(row, look="1"))
        assert answer.status_code == 200
        assert [line.status for line in answer.context["preview"].context["lines"]] == ["gap"]
        assert client.get("/expectations/new/").context["preview"] is None
        assert not Expectation.objects.exists()

    def test_what_cannot_be_is_saved_only_when_it_is_meant(self, client, coordinator):
        row = f.ExpectationFactory()
        wanted = posted(row, single_lead="on", min_holders="2")
        answer = client.post(self.url(row), wanted)
        assert answer.status_code == 422
        assert "en enda ledande aktör men minst 2 innehavare" in str(answer.context["form"].errors)
        assert "Det är meningen: spara ändå" in answer.text
        row.refresh_from_db()
        assert row.min_holders == 1
        assert client.post(self.url(row), {**wanted, "save_anyway": "on"}).status_code == 302
        row.refresh_from_db()
        assert (row.single_lead, row.min_holders) == (True, 2)

    def test_what_is_possible_asks_for_nothing(self, client, coordinator):
        row = f.ExpectationFactory()
        assert "spara ändå" not in client.get(self.url(row)).text
        wrong = client.post(self.url(row), posted(row, title_sv=""))
        assert wrong.status_code == 422 and "spara ändå" not in wrong.text
        assert client.post(self.url(row), posted(row, title_sv="Ny titel")).status_code == 302

    def test_going_back_to_what_was_is_not_questioned(self, client, coordinator):
        row = f.ExpectationFactory()
        wanted = posted(row, single_lead="on", min_holders="2", save_anyway="on")
        client.post(self.url(row), wanted)
        client.post(self.url(row), posted(row, version=2))
        url = f"/expectations/{row.code}/undo/?to=2"
        assert client.post(url, {"version": 3, "reason": "Åter"}).status_code == 302
        row.refresh_from_db()
        assert row.min_holders == 2

    def test_the_page_says_why_nothing_meets_it(self, client, coordinator):
        row = f.ExpectationFactory()
        response = client.get(row.get_absolute_url())
        assert response.context["doubts"] == [
            f"Inget uppdrag i registret har funktionen ”{row.function.name}”."
        ]
