"""Files that are broken, hostile or odd: each gives a named error or the right rows, and never half of them."""

import datetime
import io
import json
import zipfile

import openpyxl
import pytest
from django.db import IntegrityError
from django.utils.translation import override

from coordination.base.models import Place, RegisterRevision
from coordination.base.tables import import_rows, storing
from coordination.base.tables.reading import LIMITS
from network.models import Actor, Identifier
from tests.factories import ActorFactory

pytestmark = pytest.mark.django_db

HEADER = "id,name_sv,name_en,kind,level,valid_from,valid_to"
GOOD = "boverket,Boverket,,agency,national,,"
LINE = HEADER + "\n" + GOOD + "\n"


def workbook(*rows, title="blad", more=()):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name in more:
        book.create_sheet(name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezipped(content, change=None, add=None):
    """A workbook with some of its parts changed or more of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, (change or {}).get(name, lambda part: part)(old.read(name)))
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def archive(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
PLAIN = workbook(HEADER.split(","), GOOD.split(","))


def in_sheet(old, new):
    return rezipped(PLAIN, {SHEET: lambda part: part.replace(old, new)})


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

# Name: (content, code of the refusal of the file as a whole).
REFUSED_FILES = {
    "nothing": (b"", "empty"),
    "blank lines": (b"\n\n \n", "empty"),
    "only NULs": (b"\0" * 50, "empty"),
    "a web page called xlsx": (b"<!DOCTYPE html><html><table></table></html>", "markup"),
    "xml": (b'<?xml version="1.0"?><rows/>', "markup"),
    "pdf": (b"%PDF-1.7 ...", "pdf"),
    "gzip": (b"\x1f\x8b\x08\0\0", "compressed"),
    "picture": (b"\x89PNG\r\n", "picture"),
    "password or old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "encrypted_or_old"),
    "utf-16 cut in half": ("id;name_sv\nå;ö".encode("utf-16")[:-1], "encoding"),
    "too large": (b"a" * (LIMITS.bytes + 1), "too_large"),
    "json of something else": (b'{"id": 1}', "json"),
    "json cut off": (b'[{"id": "a"', "json"),
    "json nested without end": (b"[" * 100_000, "json"),
    "json within json": (b'[{"id": {"a": 1}}]', "json"),
    "too many columns": (",".join(f"k{n}" for n in range(101)).encode(), "too_many_columns"),
    "too many rows": (b"id\n" + b"a\n" * 20_001, "too_many_rows"),
    "quotation mark that never ends": (f'{HEADER}\nboverket,"Boverket,,agency'.encode(), "broken_quotes"),
    "a line of a megabyte": (f"{HEADER}\nboverket,{'x' * 1_000_000}".encode(), "cell_too_long"),
    "two columns of one name": (b"id,id,name_sv\na,b,c\n", "duplicate_column"),
    "an archive that is no workbook": (archive({"hej.txt": b"hej"}), "other_archive"),
    "a workbook cut off": (PLAIN[: len(PLAIN) // 2], "broken_workbook"),
    "a sheet that is no xml": (rezipped(PLAIN, {SHEET: lambda part: part[:200]}), "broken_workbook"),
    "a sheet with entities": (in_sheet(b"<worksheet", ENTITIES + b"<worksheet"), "broken_workbook"),
    "a sheet with an outside entity": (in_sheet(b"<worksheet", OUTSIDE + b"<worksheet"), "broken_workbook"),
    "macros": (rezipped(PLAIN, add={"xl/vbaProject.bin": b"x"}), "macros"),
    "thousands of parts": (
        rezipped(PLAIN, add={f"xl/media/{n}": b"" for n in range(300)}),
        "too_many_entries",
    ),
    "a bomb": (rezipped(PLAIN, add={"xl/media/bomb": b"\0" * 20_000_000}), "bomb"),
    "formulas never calculated": (
        workbook(HEADER.split(","), ["=1+1", *GOOD.split(",")[1:]]),
        "uncalculated",
    ),
    "a row far beyond the last": (in_sheet(b'<row r="2"', b'<row r="1048576"'), "too_many_rows"),
    "a cell far to the right": (in_sheet(b'<c r="G1"', b'<c r="XFD1"'), "too_many_columns"),
}
# Name: (rows under HEADER, row, column and code of the refusal).
REFUSED_ROWS = {
    "no such day": ("a,A,,agency,national,2022-02-30,", 2, "valid_from", "date"),
    "a date in another order": ("a,A,,agency,national,30/6/2022,", 2, "valid_from", "date"),
    "a year beyond all years": ("a,A,,agency,national,9999-01-01,", 2, "valid_from", "date"),
    "ends before it starts": (
        "a,A,,agency,national,2022-01-01,2021-12-31",
        2,
        "valid_to",
        "ends_before_start",
    ),
    "unknown code": ("a,A,,agenzy,national,,", 2, "kind", "unknown"),
    "code of another list": ("a,A,,agency,agency,,", 2, "level", "unknown"),
    "no id": (",A,,agency,national,,", 2, "id", "missing"),
    "no name": ("a,,,agency,national,,", 2, "name_sv", "missing"),
    "the same id twice": (
        "a,A,,agency,national,,\nb,B,,agency,national,,\na,C,,agency,national,,",
        4,
        "id",
        "duplicate",
    ),
    "an id that is no address": ("../etc,A,,agency,national,,", 2, "id", "bad_id"),
    "an id that is a word of the site": ("new,A,,agency,national,,", 2, "id", "bad_id"),
    "a name of ten thousand letters": (f"a,{'Å' * 10_000},,agency,national,,", 2, "name_sv", "too_long"),
    "NUL in a name": ("a,A\0B,,agency,national,,", 2, "name_sv", "control_character"),
    "a bell in a name": ("a,A\aB,,agency,national,,", 2, "name_sv", "control_character"),
    "more cells than columns": (f"{GOOD},,x", 2, None, "too_many_cells"),
}


def snapshot():
    return Actor.objects.count(), Place.objects.count(), RegisterRevision.current()


@pytest.mark.parametrize("name", REFUSED_FILES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_file_that_is_no_table_is_refused_with_its_reason(name, language):
    content, code = REFUSED_FILES[name]
    before = snapshot()
    with override(language):
        report = import_rows("actors", content)
    assert (report.applied, report.created, [found.code for found in report.rejected]) == (False, 0, [code])
    assert report.rejected[0].message and "%(" not in report.rejected[0].message
    assert snapshot() == before
    json.dumps(report.as_json())


@pytest.mark.parametrize("name", REFUSED_ROWS)
def test_a_row_that_cannot_be_taken_in_is_named_with_column_and_value(name):
    lines, row, column, code = REFUSED_ROWS[name]
    before = snapshot()
    report = import_rows("actors", f"{HEADER}\n{lines}\n".encode())
    assert [(found.row, found.column, found.code) for found in report.rejected] == [(row, column, code)]
    assert not report.applied and snapshot() == before
    assert len(report.rejected[0].value or "") <= 201


@pytest.mark.parametrize(
    "content",
    [
        LINE.encode(),
        LINE.encode("utf-8-sig"),
        LINE.encode("utf-16"),
        LINE.encode("utf-16-le"),
        LINE.encode("utf-16-be"),
        LINE.encode("utf-32"),
        LINE.replace(",", ";").encode(),
        LINE.replace(",", "\t").encode("latin-1"),
        LINE.replace(",", "|").encode(),
        b"sep=;\r\n" + LINE.replace(",", ";").replace("\n", "\r\n").encode("cp1252"),
        LINE.replace("\n", "\r").encode(),
        ("\n\n" + LINE).encode(),
        PLAIN,
        json.dumps([dict(zip(HEADER.split(","), GOOD.split(","), strict=True))]).encode(),
        in_sheet(b"<sheetData", b'<dimension ref="A1:XFD1048576"/><sheetData'),
    ],
)
def test_common_ways_of_saving_a_table_give_the_same_row(content):
    report = import_rows("actors", content)
    assert (report.rejected, report.rows, report.created) == ([], 1, 1)
    assert Actor.objects.get().name_sv == "Boverket"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1", "cp1252", "mac_roman", "cp850"])
def test_swedish_letters_survive_every_encoding(encoding):
    text = f"{HEADER}\nangelholm,Ängelholms kommun i Åre på Öland,,municipality,local,,\n"
    report = import_rows("actors", text.encode(encoding))
    assert report.created == 1
    assert Actor.objects.get().name_sv == "Ängelholms kommun i Åre på Öland"


def test_a_name_that_is_markup_stays_text():
    name = '<script>alert("1")</script> & <b>'
    quoted = name.replace('"', '""')
    import_rows("actors", f'{HEADER}\na,"{quoted}",,agency,national,,\n'.encode())
    assert Actor.objects.get().name_sv == name


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    text = f'{HEADER}\n\na,"A\nand on",,agency,national,,\n\nb,,,agency,national,,\n'
    report = import_rows("actors", text.encode())
    assert [(found.row, found.column) for found in report.rejected] == [(5, "name_sv")]


def test_rows_may_name_rows_further_down():
    text = "code,kind,parent,name_sv\n0180,municipality,01,Stockholm\n01,county,SE,Län\nSE,country,,Sverige\n"
    assert import_rows("places", text.encode()).created == 3
    assert Place.objects.get(code="0180").parent.parent.code == "SE"


@pytest.mark.parametrize("skip", [False, True])
def test_rows_that_need_a_rejected_row_fall_with_it(skip):
    text = "code,kind,parent,name_sv\n0180,municipality,01,Stockholm\n01,county,SE,Län\nSE,nothing,,Sverige\nDK,country,,Danmark\n"
    report = import_rows("places", text.encode(), skip_rejected=skip)
    found = {remark.row: remark.code for remark in report.rejected}
    assert found == {2: "needs_rejected", 3: "needs_rejected", 4: "unknown"}
    assert list(Place.objects.values_list("code", flat=True)) == (["DK"] if skip else [])


def test_places_in_a_circle_are_refused():
    text = "code,kind,parent,name_sv\na,county,b,A\nb,county,a,B\n"
    report = import_rows("places", text.encode())
    assert {found.code for found in report.rejected} == {"circle"} and not Place.objects.exists()


def test_a_personal_number_is_refused_and_not_repeated():
    ActorFactory(slug="a")
    text = "actor,scheme,value\na,se-orgnr,640823-3234\n"
    report = import_rows("identifiers", text.encode())
    assert [(found.row, found.column, found.code) for found in report.rejected] == [
        (2, "value", "personal_number")
    ]
    assert "640823" not in json.dumps(report.as_json()) and not Identifier.objects.exists()


def test_a_wrong_check_digit_is_a_warning_and_other_schemes_are_left_alone():
    ActorFactory(slug="a")
    text = "actor,scheme,value\na,se-orgnr,202100-5488\na,lei,640823-3234\n"
    report = import_rows("identifiers", text.encode())
    assert [(found.row, found.code) for found in report.warnings] == [(2, "check_digit")]
    assert set(Identifier.objects.values_list("value", flat=True)) == {"202100-5488", "640823-3234"}


def test_a_failure_in_the_middle_leaves_nothing(monkeypatch):
    def fail(*arguments):
        raise RuntimeError("the disk is full")

    before = snapshot()
    monkeypatch.setattr(storing, "record", fail)
    with pytest.raises(RuntimeError):
        import_rows("actors", LINE.encode())
    assert snapshot() == before


def test_what_the_database_refuses_is_told_and_not_saved(monkeypatch):
    def refuse(*arguments):
        raise IntegrityError("constraint")

    before = snapshot()
    monkeypatch.setattr(storing, "record", refuse)
    report = import_rows("actors", LINE.encode())
    assert [found.code for found in report.rejected] == ["refused"]
    assert not report.applied and snapshot() == before


@pytest.mark.parametrize(
    "content, codes",
    [
        (f"{HEADER},Kommentar!\n{GOOD},x\n".encode(), ["unused_column"]),
        (f"{HEADER},valid_form\n{GOOD},x\n".encode(), ["unused_column"]),
        (f"{HEADER}\nboverket,Boverket,,agency,national\n".encode(), ["short_rows"]),
        (f"{HEADER}\nö-verket,Å,,agency,national,,\n".replace("ö-", "o-").encode("latin-1"), ["encoding"]),
        (workbook(HEADER.split(","), GOOD.split(","), more=["annat"]), ["other_sheets"]),
        (
            in_sheet(
                b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
            ),
            ["merged_cells"],
        ),
    ],
)
def test_what_is_odd_but_usable_is_told(content, codes):
    report = import_rows("actors", content)
    assert ([found.code for found in report.warnings], report.created) == (codes, 1)


def test_a_workbook_of_numbers_dates_and_truth_is_read_as_it_would_be_typed():
    rows = [
        [*HEADER.split(","), "population"],
        ["a", "A", None, "agency", "national", datetime.date(2018, 1, 1), 2022, 1234.0],
    ]
    assert import_rows("actors", workbook(*rows)).rejected == []
    actor = Actor.objects.get()
    assert (actor.valid_from, actor.from_precision) == (datetime.date(2018, 1, 1), "day")
    assert (actor.valid_until, actor.to_precision) == (datetime.date(2023, 1, 1), "year")
    assert actor.attributes == {"population": "1234"}


def test_a_code_that_lost_its_zeros_is_suggested():
    import_rows("places", b"code,kind,parent,name_sv\n01,county,,L\n")
    with override("en"):
        report = import_rows("actors", b"id,name_sv,kind,level,place\na,A,agency,national,1\n")
    assert "“01”" in report.rejected[0].message
