"""What leaves comes back: the demo case, by whatever door and in every format."""

import pytest

from coordination.base.tables import all_kinds, export_rows, import_rows, write
from coordination.demo.loading import FOLDER, load
from tests.undoing import undone

pytestmark = pytest.mark.django_db

# Actors before the strategy that confirms them: any order will do that leaves no reference open.
ORDER = [
    "documents places functions actors former_names actor_groups group_members strategies areas networks",
    "conveners seats meetings milestones collaborations mandates expectations",
]


def exported() -> dict[str, bytes]:
    return {kind.name: write(kind.name, export_rows(kind.name), "csv") for kind in all_kinds()}


def test_the_shipped_tables_give_the_register_that_load_demo_gives():
    with undone():
        load()
        expected = exported()
    for kind in " ".join(ORDER).split():
        report = import_rows(kind, (FOLDER / f"{kind}.csv").read_bytes())
        assert report.applied and not report.rejected, kind
    assert exported() == expected


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "json"])
def test_every_kind_of_the_demo_is_read_back_unchanged(demo, wanted):
    for kind in all_kinds():
        rows = export_rows(kind.name)
        report = import_rows(kind.name, write(kind.name, rows, wanted))
        assert (report.created, report.updated, report.unchanged) == (0, 0, len(rows)), kind.name
        assert report.applied and not report.rejected


def test_the_files_of_an_export_make_the_same_register_anew():
    with undone():
        load()
        files = exported()
    for kind in all_kinds():
        assert import_rows(kind.name, files[kind.name]).applied, kind.name
    assert exported() == files


def test_canonical_headers_are_those_of_the_shipped_files(demo):
    for kind in all_kinds():
        shipped = FOLDER / f"{kind.name}.csv"
        if shipped.exists():
            header = shipped.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
            assert sorted(export_rows(kind.name)[0]) == sorted(header), kind.name
            assert set(kind.columns) <= set(header), kind.name
