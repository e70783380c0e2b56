"""Reviews: frozen for good, compared, published, and filed as reports."""

import datetime
import io
import zipfile

import pytest
from django.urls import reverse
from docx import Document as read_docx
from openpyxl import load_workbook

from coordination.base import faults
from coordination.base.editing import Conflict
from coordination.base.models import Strategy
from mandates import review_content, review_report, reviews
from mandates.models import Disposition, Finding, FindingNote, Mandate, Reply, Review
from mandates.review_diff import compare
from mandates.review_docx import docx
from mandates.review_pdf import pdf
from mandates.review_xlsx import xlsx
from mandates.scenarios import OutsideStrategy
from network.models import Actor
from tests import factories as f
from tests import pdf_structure

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
BEFORE, AFTER = datetime.date(2022, 6, 30), datetime.date(2023, 2, 14)


def draft(day=AFTER, **values):
    row = Review(title_sv=f"Läget {day}", title_en="", strategy=Strategy.objects.get(), as_of=day, **values)
    return reviews.create(row, user=None)


def frozen(day=AFTER, **values):
    row = draft(day, **values)
    return reviews.freeze(row, seen_version=row.version, user=None, now=NOW)


@pytest.fixture
def closing(demo):
    """Two frozen reviews of the demo, before and after Delmos closed."""
    return frozen(BEFORE), frozen(AFTER)


def test_what_is_frozen_stays_whatever_happens_to_the_register(closing):
    _before, after = closing
    written = pdf(review_report.report(after, "sv"), at=0)
    mandate = Mandate.objects.get(code="SKR-01")
    mandate.valid_until = datetime.date(2023, 1, 1)
    mandate.save()
    kept = Review.objects.get(pk=after.pk)
    assert review_content.fingerprint(kept.content) == kept.fingerprint == after.fingerprint
    assert pdf(review_report.report(kept, "sv"), at=0) == written
    assert review_content.fingerprint(review_content.gather(kept)) != kept.fingerprint
    assert reviews.is_whole(kept)
    kept.content["findings"].pop()
    kept.save()
    assert [fault.rule for fault in faults.check().faults] == ["review_is_whole"]


def test_a_report_does_not_depend_on_how_the_database_orders_keys(closing):
    def turned(value):
        if isinstance(value, dict):
            return {name: turned(part) for name, part in reversed(value.items())}
        return [turned(part) for part in value] if isinstance(value, list) else value

    _before, after = closing
    written = review_report.report(after, "sv")
    after.content = turned(after.content)
    assert review_report.report(after, "sv") == written


def test_closing_delmos_is_told_by_the_difference(closing):
    before, after = closing
    assert after.previous == before
    diff = compare(before.content, after.content)
    opened = {row.key for row in diff.opened if row.body["rule"] == "gap"}
    assert opened >= {f"gap:{code}" for code in ("X02", "X04", "X06", "X07", "X08")}
    assert {row.cause for row in (*diff.opened, *diff.closed)} == {"data"}
    report = review_report.report(after, "en")
    assert "21 new, 32 closed" in report.compared
    assert report.figures[0][0] == 18 and report.figures[2][0] == 12


def test_a_changed_rule_is_not_put_down_to_the_register(closing):
    before, after = closing
    other = {**after.content, "thresholds": after.content["thresholds"] | {"horizon_days": 1}}
    other["findings"] = [body for body in other["findings"] if body["rule"] != "projected_gap"]
    [closed] = compare(after.content, other).closed
    assert (closed.key, closed.cause) == ("projected_gap:X09", "rule")
    narrow = {**before.content, "scope": {"areas": ["boende"], "rules": []}, "findings": []}
    assert {row.cause for row in compare(before.content, narrow).closed} <= {"scope", "data"}


def test_a_review_says_what_was_said_and_keeps_what_is_private_private(demo):
    finding = Finding.objects.create(key="gap:X02", rule="gap")
    at = {"at": NOW, "as_of": AFTER}
    f.ReplyFactory(finding=finding, actor=Actor.objects.first(), text="Vi svarar", status=Reply.Status.SENT)
    f.ReplyFactory(
        finding=finding, actor=Actor.objects.first(), text="HEMLIGT utkast", status=Reply.Status.DRAFT
    )
    FindingNote.objects.create(finding=finding, kind="good", text="En god effekt", at=NOW)
    FindingNote.objects.create(finding=finding, kind="private", text="HEMLIG tanke", at=NOW)
    Disposition.objects.create(finding=finding, choice="manage", reason="Samverkan räcker", **at)
    Disposition.objects.create(
        finding=finding, choice="merge", reason="HEMLIGT förslag", status=Disposition.Status.DRAFT, **at
    )
    row = frozen()
    [item] = [i for s in review_report.report(row, "sv").sections for i in s.items if i.key == "gap:X02"]
    texts = " ".join(remark.text for remark in item.remarks)
    assert all(said in texts for said in ("Vi svarar", "En god effekt", "Samverkan räcker"))
    assert "HEMLIG" not in str(row.content)


def test_freezing_is_once_and_on_the_version_that_was_seen(demo):
    row = draft()
    other = Review.objects.get()
    other.purpose = "Ändrat"
    reviews.change(other, seen_version=1)
    with pytest.raises(Conflict):
        reviews.freeze(row, seen_version=1, user=None, now=NOW)
    reviews.freeze(Review.objects.get(), seen_version=2, user=None, now=NOW)
    with pytest.raises(reviews.AlreadyFrozen):
        reviews.freeze(other, seen_version=3, user=None, now=NOW)
    with pytest.raises(reviews.AlreadyFrozen):
        reviews.remove(other, seen_version=3)


@pytest.mark.parametrize("day", [datetime.date(2017, 1, 1), datetime.date(2031, 1, 1)])
def test_a_day_outside_the_strategy_is_refused(demo, day):
    with pytest.raises(OutsideStrategy, match=str(day)):
        draft(day)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_files_are_the_same_bytes_each_time_and_say_what_they_are(closing, language):
    report = review_report.report(closing[1], language)
    made = [pdf(report, at=1), docx(report, at=NOW), xlsx(report, at=NOW)]
    assert made == [pdf(report, at=1), docx(report, at=NOW), xlsx(report, at=NOW)]
    document = read_docx(io.BytesIO(made[1]))
    levels = [
        int(p.style.name.removeprefix("Heading ")) for p in document.paragraphs if "Heading" in p.style.name
    ]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    assert {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(made[1])).infolist()} == {1980}
    book = load_workbook(io.BytesIO(made[2]))
    assert len(book.sheetnames) == 5
    assert all(cell.data_type != "f" for sheet in book for cells in sheet.iter_rows() for cell in cells)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pdf_is_told_to_screen_readers(closing, language):
    report = review_report.report(closing[1], language)
    told = pdf_structure.read(pdf(report, at=1))
    assert (told.title, told.language, told.part) == (report.title, language, "1")
    assert told.headings[0] == 1 and told.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(told.headings, told.headings[1:], strict=False))
    assert told.scopes and set(told.scopes) == {"/Column"}
    assert told.untold == 0


def test_pages_by_role(demo, client, settings):
    reviewer, other, reader = f.ReviewerFactory(), f.ReviewerFactory(), f.UserFactory()
    client.force_login(reviewer)
    answer = client.post(
        reverse("mandates:review-new"),
        {"title_sv": "Läget", "title_en": "", "strategy": Strategy.objects.get().pk, "as_of": "2023-02-14"},
    )
    row = Review.objects.get()
    assert answer.url == row.get_absolute_url()

    def seen(user):
        client.force_login(user)
        return client.get(row.get_absolute_url()).status_code

    assert [seen(user) for user in (reviewer, other, reader)] == [200, 404, 404]
    client.force_login(reviewer)
    client.post(reverse("mandates:review-freeze", args=[row.slug]), {"version": row.version})
    assert [seen(user) for user in (reviewer, other, reader)] == [200, 200, 404]
    client.force_login(other)
    client.post(reverse("mandates:review-publish", args=[row.slug]))
    assert seen(reader) == 200
    for kind, begins in (("pdf", b"%PDF-"), ("docx", b"PK"), ("xlsx", b"PK")):
        answer = client.get(reverse("mandates:review-report", args=[row.slug, kind]))
        assert answer.content.startswith(begins) and row.slug in answer["Content-Disposition"]


def test_a_bad_form_says_what_is_wrong(demo, client):
    client.force_login(f.ReviewerFactory())
    given = {"title_sv": "", "strategy": Strategy.objects.get().pk, "as_of": "2011-01-01"}
    answer = client.post(reverse("mandates:review-new"), given)
    assert answer.status_code == 422 and not Review.objects.exists()
    answer = client.post(reverse("mandates:review-new"), given | {"title_sv": "Då"})
    assert answer.status_code == 422 and "2018-07-01" in answer.content.decode()
