"""Random registers leave and come back, in every format."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from coordination.base.tables import all_kinds, export_rows, import_rows, write
from tests.random_register import registers
from tests.undoing import undone

pytestmark = pytest.mark.django_db
FORMATS = ["csv", "xlsx", "json"]


def unhurried(examples: int) -> settings:
    """An example is a whole register: a second to make, too slow to shrink or to be judged by the clock."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@unhurried(10)
@given(data=st.data(), wanted=st.sampled_from(FORMATS))
def test_random_registers_are_read_back_unchanged(db, data, wanted):
    with undone():
        registers(data.draw)
        for kind in all_kinds():
            rows = export_rows(kind.name)
            report = import_rows(kind.name, write(kind.name, rows, wanted))
            assert not report.rejected, (kind.name, report.rejected[0])
            assert (report.created, report.updated, report.unchanged) == (0, 0, len(rows)), kind.name


@unhurried(5)
@given(data=st.data(), wanted=st.sampled_from(FORMATS))
def test_random_registers_are_made_anew_from_their_files(db, data, wanted):
    with undone():
        registers(data.draw)
        files = {kind.name: export_rows(kind.name) for kind in all_kinds()}
    with undone():
        for kind, rows in files.items():
            report = import_rows(kind, write(kind, rows, wanted))
            assert not report.rejected, (kind, report.rejected[0])
        for kind, rows in files.items():
            for now, before in zip(export_rows(kind), rows, strict=True):
                assert set(now.items()) ^ set(before.items()) == set(), kind
