"""The demo case: every table of the folder, read by the same code as anybody's file."""

from pathlib import Path

from django.db import transaction

from coordination.base.tables import Report, all_kinds, import_rows

FOLDER = Path(__file__).with_name("segregation")


@transaction.atomic
def load(folder: Path = FOLDER) -> list[Report]:
    """Take in every table of `folder`, in the order in which they build on each other.

    Rows that somebody edited since an earlier loading are left as they are.

    Raises:
        ValueError: a table has a row that cannot be taken in; nothing is kept.
    """
    reports = []
    for kind in all_kinds():
        file = folder / f"{kind.name}.csv"
        if file.exists():
            report = import_rows(kind.name, file.read_bytes(), keep_edited=True)
            if report.is_bad:
                raise ValueError(f"{file.name}: {report.rejected[0]}")
            reports.append(report)
    return reports
