"""The shell doors: import_table and export_table."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from coordination.base.tables import export_rows
from network.models import Actor
from tests.factories import ActorFactory, MandateFactory, PlaceFactory

pytestmark = pytest.mark.django_db

HEADER = "id,name_sv,name_en,kind,level,place"


def run(*arguments, **options):
    """(exit code, standard output, standard error) of a command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=err, **options)
    except CommandError as error:
        return error.returncode, out.getvalue(), err.getvalue() + str(error)
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path):
    def write(text, name="tabell.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_import_prints_one_json_document_and_nothing_else(file):
    code, out, err = run(
        "import_table", "actors", file(f"{HEADER}\nscb,SCB,,agency,national,\n"), format="json"
    )
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "kind": "actors",
        "rows": 1,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "warnings": [],
        "rejected": [],
        "applied": True,
    }


def test_a_broken_row_stops_all_of_them_and_is_named(file):
    text = f"{HEADER}\nscb,SCB,,agency,national,\nfk,Försäkringskassan,,agencyy,national,\n"
    code, out, err = run("import_table", "actors", file(text), format="json")
    report = json.loads(out)
    assert code == 1
    assert "1 rader kan inte tas in. Inget sparades." in err
    assert (report["rows"], report["created"], report["applied"]) == (2, 0, False)
    (found,) = report["rejected"]
    assert (found["row"], found["column"], found["value"]) == (3, "kind", "agencyy")
    assert found["error"] == "Registret saknar ”agencyy” (slag av aktör). Menas ”agency”?"
    assert not Actor.objects.exists()


def test_rejected_rows_can_be_skipped(file):
    text = f"{HEADER}\nscb,SCB,,agency,national,\nfk,Försäkringskassan,,agencyy,national,\n"
    code, out, _err = run("import_table", "actors", file(text), "--skip-rejected", format="json")
    report = json.loads(out)
    assert (code, report["created"], len(report["rejected"]), report["applied"]) == (0, 1, 1, True)
    assert Actor.objects.get().slug == "scb"


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(file):
    code, out, _err = run(
        "import_table", "actors", file(f"{HEADER}\nscb,SCB,,agency,national,\n"), "--dry-run", format="json"
    )
    report = json.loads(out)
    assert (code, report["created"], report["applied"]) == (0, 1, False)
    assert not Actor.objects.exists()


def test_columns_are_mapped(file):
    text = "Kod;Namn;Typ;Nivå;Kommentar\nscb;Statistiska centralbyrån;agency;national;ny\n"
    mapping = ["Kod=id", "Namn=name_sv", "Typ=kind", "Nivå=level", "Kommentar=note"]
    code, out, _err = run("import_table", "actors", file(text), "--map", *mapping, format="json")
    assert (code, json.loads(out)["warnings"]) == (0, [])
    actor = Actor.objects.get()
    assert (actor.slug, actor.name_sv, actor.note) == ("scb", "Statistiska centralbyrån", "ny")


def test_errors_name_the_column_as_the_file_calls_it(file):
    text = "Kod;Namn;Typ;Nivå\nscb;;agency;national\n"
    mapping = ["Kod=id", "Namn=name_sv", "Typ=kind", "Nivå=level"]
    _code, out, _err = run("import_table", "actors", file(text), "--map", *mapping, format="json")
    assert [(r["row"], r["column"]) for r in json.loads(out)["rejected"]] == [(2, "Namn")]


@pytest.mark.parametrize(
    "arguments",
    [
        ["actors", "/no/such/file.csv"],
        ["actors", "/dev/zero"],
        ["actors", "."],
        ["actors", "FILE", "--map", "Kod=id"],
        ["actors", "FILE", "--map", "id=nothing"],
        ["actors", "FILE", "--map", "id"],
    ],
)
def test_wrong_usage_is_told_from_bad_data(file, arguments):
    path = file(f"{HEADER}\n")
    code, out, err = run("import_table", *[path if part == "FILE" else part for part in arguments])
    assert (code, out) == (2, "")
    assert err


def test_an_unknown_kind_is_wrong_usage(capsys):
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("import_table", "nothing", "x.csv")


def test_messages_can_be_had_in_english(file):
    code, out, err = run("import_table", "actors", file(f"{HEADER}\nscb,,,agency,national,\n"), language="en")
    assert code == 1
    assert "0 new" in out
    assert "2, name_sv: A value is missing." in err


def test_export_is_read_back_unchanged(file):
    MandateFactory.create_batch(3)
    for wanted in ("csv", "json"):
        _code, out, _err = run("export_table", "mandates", format=wanted)
        code, said, _err = run("import_table", "mandates", file(out, f"m.{wanted}"), format="json")
        report = json.loads(said)
        assert (code, report["created"], report["updated"], report["unchanged"]) == (0, 0, 0, 3)


def test_export_can_be_written_to_a_file(tmp_path):
    ActorFactory.create_batch(2)
    path = tmp_path / "aktorer.xlsx"
    run("export_table", "actors", format="xlsx", output=str(path))
    _code, said, _err = run("import_table", "actors", str(path), format="json")
    assert json.loads(said)["unchanged"] == 2


def test_export_as_of_a_day_has_the_rows_in_force(file):
    ActorFactory(slug="nu", valid_until=None)
    ActorFactory(slug="da", valid_until="2020-01-01")
    PlaceFactory()
    _code, out, _err = run("export_table", "actors", "--as-of", "2021-06-30")
    assert [row["id"] for row in csv.DictReader(io.StringIO(out.lstrip("\ufeff")))] == ["nu"]
    # A kind without periods has no day to ask about.
    _code, out, _err = run("export_table", "places", "--as-of", "1500-01-01")
    assert len(out.splitlines()) == 2


@pytest.mark.parametrize("rows", [2, 30])
def test_export_takes_as_many_queries_for_many_rows_as_for_few(rows, django_assert_num_queries):
    MandateFactory.create_batch(rows)
    export_rows("mandates")  # content types are cached by the first
    with django_assert_num_queries(6):
        assert len(export_rows("mandates")) == rows


def test_a_list_page_downloads_exactly_what_it_shows(client, settings):
    settings.ANONYMOUS_READING = True
    MandateFactory(code="A-1", status="decided")
    MandateFactory(code="B-1", status="proposed")
    response = client.get("/mandates/", {"format": "csv", "status": "proposed"})
    assert response["Content-Disposition"] == 'attachment; filename="mandates.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["B-1"]
    assert client.get("/mandates/", {"format": "xlsx"}).content.startswith(b"PK")
    listed = json.loads(client.get("/mandates/", {"format": "json"}).content)
    assert [row["id"] for row in listed] == ["A-1"]  # the list opens with the decided ones
    assert client.get("/mandates/", {"format": "exe"}).status_code == 404


def test_the_id_of_a_merged_duplicate_means_the_actor_it_was_merged_into(file):
    kept = ActorFactory(slug="kvar")
    middle = ActorFactory(slug="mellan", merged_into=kept)
    ActorFactory(slug="dubblett", merged_into=middle)
    code, _out, err = run("import_table", "identifiers", file("actor,scheme,value\ndubblett,lei,X1\n"))
    assert (code, err) == (0, "")
    assert kept.identifiers.get().value == "X1"
