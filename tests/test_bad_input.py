"""Bad input at both doors, in both languages: a clear message, nothing half saved, and never a page for our own faults."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.html import escape

from coordination.base.models import ImportJob, Proposal
from coordination.base.tables import export_rows, write
from network.models import Actor, Identifier
from tests import factories as f
from tests.test_exchange_bad_files import REFUSED_FILES

pytestmark = pytest.mark.django_db
HEADER = "id,name_sv,kind,level,valid_from,valid_to"
NUMBERS = "actor,scheme,value"
PERSONAL = "640823-3234"


def actors(*lines):
    return "\n".join([HEADER, *lines]).encode()


# Name: (kind, file, code of the refusal).
REFUSED = {
    "broken date": ("actors", actors("ny,Ny,agency,national,2022-02-30,"), "date"),
    "unknown code": ("actors", actors("ny,Ny,agenzy,national,,"), "unknown"),
    "ends before it starts": (
        "actors",
        actors("ny,Ny,agency,national,2022-01-01,2021-12-31"),
        "ends_before_start",
    ),
    "duplicate id": ("actors", actors("ny,Ny,agency,national,,", "ny,Nya,agency,national,,"), "duplicate"),
    "identity number of a person": (
        "identifiers",
        f"{NUMBERS}\nfinns,se-orgnr,{PERSONAL}\n".encode(),
        "personal_number",
    ),
    "name of 10,000 characters": ("actors", actors(f"ny,{'å' * 10_000},agency,national,,"), "too_long"),
    "quotation mark that never ends": ("actors", actors('ny,"Ny,agency,national,,'), "broken_quotes"),
    "utf-16 cut in half": (
        "actors",
        actors("ny,Ny,agency,national,,").decode().encode("utf-16")[:-1],
        "encoding",
    ),
    "nothing but NUL bytes": ("actors", b"\0" * 5000, "empty"),
    "small workbook of a million rows": (
        "actors",
        REFUSED_FILES["a row far beyond the last"][0],
        "too_many_rows",
    ),
}


@pytest.fixture
def coordinator(client):
    f.ActorFactory(slug="finns")
    user = f.CoordinatorFactory()
    client.force_login(user)
    return user


def send(client, content, *, kind="actors", name="fil.csv", prefix=""):
    file = SimpleUploadedFile(name, content)
    data = {"kind": kind, "file": file, "submit_key": str(uuid.uuid4())}
    answer = client.post(f"{prefix}/import/", data)
    assert answer.status_code == 302
    return ImportJob.objects.latest("pk")


def everything():
    return export_rows("actors"), export_rows("identifiers")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_told_at_both_doors_in_both_languages(client, coordinator, tmp_path, name):
    kind, content, code = REFUSED[name]
    before, told = everything(), {}
    file = tmp_path / "fil.csv"
    file.write_bytes(content)
    for language, prefix in (("sv", ""), ("en", "/en")):
        job = send(client, content, kind=kind, prefix=prefix)
        assert job.language == language
        (found, *_more) = job.found["rejected"]
        page = client.get(f"{prefix}/import/{job.pk}/")
        assert found["code"] == code and page.status_code == 200 and escape(found["text"]) in page.text
        client.post(f"{prefix}/import/{job.pk}/apply/")
        err = io.StringIO()
        with pytest.raises(CommandError) as refused:
            call_command("import_table", kind, str(file), language=language, stdout=io.StringIO(), stderr=err)
        assert refused.value.returncode == 1 and found["text"] in err.getvalue()
        assert PERSONAL not in page.text + err.getvalue() + client.get(f"{prefix}/import/").text
        told[language] = found["text"]
    assert told["sv"] != told["en"] and everything() == before


def test_a_wrong_check_digit_is_a_remark_at_both_doors(client, coordinator, tmp_path):
    content = f"{NUMBERS}\nfinns,se-orgnr,202100-5488\n".encode()
    file = tmp_path / "fil.csv"
    file.write_bytes(content)
    job = send(client, content, kind="identifiers", prefix="/en")
    assert [(found["code"], job.rejected) for found in job.found["warnings"]] == [("check_digit", 0)]
    assert escape(job.found["warnings"][0]["text"]) in client.get(f"/en/import/{job.pk}/?show=warnings").text
    err = io.StringIO()
    call_command("import_table", "identifiers", str(file), stdout=io.StringIO(), stderr=err)
    assert "202100-5488" in err.getvalue() and Identifier.objects.get().value == "202100-5488"


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_other_encodings_are_read_as_they_were_meant(client, coordinator, encoding):
    content = actors("ny,Ängelholm i Åre på Öland,agency,national,,").decode().encode(encoding)
    job = send(client, content)
    client.post(f"/import/{job.pk}/apply/")
    assert Actor.objects.get(slug="ny").name_sv == "Ängelholm i Åre på Öland"


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7|add:7 }}"]
)
def test_a_name_that_is_markup_is_a_name(client, coordinator, name):
    job = send(client, actors(f"ny,{name},agency,national,,"))
    client.post(f"/import/{job.pk}/apply/")
    for path in ("/actors/ny/", "/actors/", f"/import/{job.pk}/?show=created", "/actors/ny/history/"):
        page = client.get(path)
        assert page.status_code == 200 and name not in page.text.replace(escape(name), ""), path
        assert escape(name) in page.text, path


def test_a_nul_byte_within_a_name_is_neither_kept_nor_a_fault(client, coordinator):
    job = send(client, actors("ny,N\0y,agency,national,,"))
    page = client.get(f"/import/{job.pk}/")
    assert page.status_code == 200 and "\0" not in page.text and "N\N{SYMBOL FOR NULL}y" in page.text
    client.post(f"/import/{job.pk}/apply/")
    assert not any("\0" in name for name in Actor.objects.values_list("name_sv", flat=True))


@pytest.mark.parametrize(
    "path",
    ["/actors/%00/", "/en/mandates/a%00b/", "/api/v1/actors/%00", "/search/?q=%00", "/actors/?place=%00"],
)
def test_a_nul_in_an_address_is_no_fault_of_ours(client, coordinator, path):
    client.raise_request_exception = False
    assert client.get(path).status_code == 400


def test_a_nul_in_a_form_is_no_fault_of_ours(client, coordinator):
    client.raise_request_exception = False
    mandate = f.MandateFactory()
    for path in ("/actors/new/", f"/mandates/{mandate.code}/remove/", f"/mandates/{mandate.code}/undo/?to=1"):
        assert client.post(path, {"reason": "N\0y", "name_sv": "N\0y", "version": 1}).status_code == 400, path


@pytest.mark.parametrize("name", ["=1+1", "+46 8 123", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1"])
def test_no_cell_of_an_export_is_a_formula(coordinator, name):
    import csv

    import openpyxl

    Actor.objects.filter(slug="finns").update(name_sv=name)
    text = write("actors", export_rows("actors"), "csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any(name.strip() in cell for cell in cells)
    assert [cell for cell in cells if cell.lstrip("\t\r ")[:1] in tuple("=+-@") and cell] == []
    book = openpyxl.load_workbook(io.BytesIO(write("actors", export_rows("actors"), "xlsx")))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


# Somebody who means harm


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "..\\..\\boot.csv", "/etc/cron.d/x.csv", "a\r\nX: y.csv"]
)
def test_the_name_of_a_file_leads_nowhere(client, coordinator, name):
    job = send(client, actors("ny,Ny,agency,national,,"), name=name)
    assert not set(job.file_name) & set("/\r\n")
    page = client.get(f"/import/{job.pk}/remarks/")
    assert page.headers["Content-Disposition"] == f'attachment; filename="import-{job.pk}.csv"'


def test_a_form_of_six_megabytes_is_refused(client, coordinator):
    client.raise_request_exception = False
    answer = client.post("/actors/new/", {"name_sv": "x" * (6 * 1024 * 1024)}, content_type="text/plain")
    assert answer.status_code < 500
    body = "name_sv=" + "x" * (6 * 1024 * 1024)
    answer = client.post("/actors/new/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413)
    many = "&".join(f"a{n}=1" for n in range(5000))
    assert (
        client.post("/actors/new/", many, content_type="application/x-www-form-urlencoded").status_code == 400
    )


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example"])
def test_a_forged_host_is_refused_and_named_in_no_link(client, host):
    assert client.get("/", HTTP_HOST=host).status_code == 400
    assert "evil.example" not in client.get("/cite/", HTTP_X_FORWARDED_HOST=host).text


def test_htmx_posts_need_their_token_too(coordinator):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(coordinator)
    job, mandate = f.ImportJobFactory(state="checked"), f.MandateFactory()
    for path in (f"/import/{job.pk}/apply/", f"/import/{job.pk}/undo/", f"/mandates/{mandate.code}/confirm/"):
        answer = careful.post(
            path, headers={"HX-Request": "true", "HX-Target": "x", "Origin": "https://evil.example"}
        )
        assert answer.status_code == 403, path


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
    ],
)
def test_no_button_leads_out_of_the_site(client, coordinator, evil):
    mandate = f.MandateFactory()
    answer = client.post(f"/mandates/{mandate.code}/confirm/", {"version": mandate.version, "next": evil})
    assert answer.status_code == 302 and "evil" not in answer.url and "script" not in answer.url
    # A removed row whose id is taken anew cannot be restored, and leads back.
    place = f.PlaceFactory(code="9900")
    place.delete()
    record = type(place).history.filter(code="9900", history_type="-").get()
    f.PlaceFactory(code="9900")
    answer = client.post(f"/removed/base/place/{record.history_id}/restore/", {"next": evil})
    assert answer.status_code == 302 and "evil" not in answer.url and "script" not in answer.url


def test_nobody_accepts_what_they_propose_themselves(client):
    mandate = f.MandateFactory(title_sv="Före")
    member = f.MembershipFactory(actor=mandate.holder).user
    changes = {"noun": "mandate", "fields": {"title_sv": {"from": "Före", "to": "Efter"}}}
    own = f.ProposalFactory(row=mandate, proposed_by=member, changes=changes)
    other = f.ProposalFactory(row=mandate, changes=changes)
    client.force_login(member)
    client.post(f"/proposals/{own.pk}/", {"title_sv": "Efter", "version": 1, "accept": "1"})
    assert client.post(f"/proposals/{other.pk}/", {"accept": "1"}).status_code == 404
    assert client.post(f"/proposals/{other.pk}/withdraw/").status_code == 404
    mandate.refresh_from_db()
    assert mandate.title_sv == "Före"
    assert set(Proposal.objects.values_list("status", flat=True)) == {"pending"}


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "1e9", "", "1' OR 1=1"])
def test_versions_that_there_are_not_cannot_be_gone_back_to(client, coordinator, number):
    mandate = f.MandateFactory()
    assert client.get(f"/mandates/{mandate.code}/undo/", {"to": number}).status_code == 404


def test_a_record_of_another_kind_of_row_restores_nothing(client, coordinator):
    place = f.PlaceFactory()
    place.delete()
    record = type(place).history.filter(history_type="-").get()
    assert client.post(f"/removed/base/document/{record.history_id}/restore/").status_code == 404
    assert client.post(f"/removed/base/user/{record.history_id}/restore/").status_code == 404
