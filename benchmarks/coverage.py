"""How coverage answers on a large register: `python -m benchmarks.coverage --mandates 100000`.

What is measured:

- The as-of matrix is what a page of it takes from the arrays: how many mandates, and how many distinct
  holders, each area, function and level has on the day. It stands beside two bare scans of the same arrays:
  the least that numpy can do with them, a mask over the days and one count of mandates per cell, and a scan
  that counts holders too. The goal is held against the first, which gives half the answer. The arrays lie
  sorted by cell and holder; making them is said apart, and the scans take advantage of it as well.
- An edit beside the same save without what findings ask of it, and the first answer after it. An edit by
  another process costs the same: what it changed is read from the database.
- Every rule in a process of its own, as the worker runs them (`benchmarks.rules`).
- The server's time for a page of the matrix, through all of the middleware.

Wall times are those of the machine as it was: what else it did is said by its load.
"""

import argparse
import datetime
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.setting import AS_OF, load, peak, prepare, said, seconds


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mandates", type=int, default=10_000)
    parser.add_argument("--actors", type=int, help="a tenth of the mandates")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--folder", help="keep the database here, and use it again")
    given = parser.parse_args(argv)
    folder = given.folder or tempfile.mkdtemp(prefix="samsyn-benchmark-")
    prepare(folder)
    is_new = not (Path(folder) / "db.sqlite3").exists()
    from django.core.management import call_command

    from benchmarks import register

    actors = given.actors or max(100, given.mandates // 10)
    print(f"{given.mandates} mandates, {actors} actors; {load()}")
    call_command("migrate", verbosity=0)
    if is_new:
        said("making the register", seconds(lambda: register.make(given.mandates, actors)), "s")
    call_command("collectstatic", interactive=False, verbosity=0)  # as a server does before it starts
    # A process of its own, as the worker is: what it takes up most is its own, too.
    subprocess.run([sys.executable, "-m", "benchmarks.rules", folder], check=True)
    measure(given.rounds)


def measure(rounds: int) -> None:
    from mandates import coverage_arrays as arrays
    from mandates import register_snapshot
    from mandates.coverage import state
    from mandates.eligibility import all_cells

    said("reading it", seconds(register_snapshot.current), "s")
    snapshot = register_snapshot.current()
    said("columns", seconds(lambda: arrays.columns(snapshot)), "s")
    table = arrays.columns(snapshot)
    said(
        "every expectation on a day, first time",
        seconds(lambda: [state(snapshot, c, AS_OF) for c in all_cells(snapshot)]),
        "s",
    )
    said("memory", peak(), "MB")
    scan(table, rounds)
    edits(rounds)
    pages(rounds)
    said("memory at the end", peak(), "MB")


def scan(table: Any, rounds: int) -> None:
    """Three ways to read the same arrays, in turns: what is compared is said in the docstring of the module."""
    import numpy as np

    from mandates import coverage_arrays as arrays

    on = np.int32(AS_OF.toordinal())

    def bare() -> Any:
        rows = np.flatnonzero((table.first <= on) & (on < table.until))
        return np.bincount(table.cell[rows], minlength=table.cells)

    def both() -> Any:
        rows = np.flatnonzero((table.first <= on) & (on < table.until))
        cell, holder = table.cell[rows], table.holder[rows]
        fresh = np.ones(len(rows), dtype=np.bool_)
        fresh[1:] = (cell[1:] != cell[:-1]) | (holder[1:] != holder[:-1])
        return np.bincount(cell, minlength=table.cells), np.bincount(cell[fresh], minlength=table.cells)

    def ours() -> Any:
        return arrays.counts(table, arrays.active(table, AS_OF))

    def apart() -> Any:
        rows = arrays.active(table, AS_OF)
        return arrays.counts(table, rows), arrays.counts(table, arrays.explicit(table, rows))

    mandates, holders = both()
    assert (bare() == mandates).all() and (ours().mandates == mandates).all()
    assert (ours().holders == holders).all()
    ways = {
        "bare numpy scan, mandates per cell": bare,
        "bare numpy scan, mandates and distinct holders per cell": both,
        "as-of matrix, mandates and distinct holders per cell": ours,
        "as-of matrix, and those of explicit mandates apart": apart,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(max(rounds, 100)):
        for name, way in ways.items():
            times[name].append(seconds(way))
    middle = {name: statistics.median(some) * 1000 for name, some in times.items()}
    for name, one in middle.items():
        said(name, one)
    count, two, matrix, four = middle.values()
    said("ratio of the matrix to the scan that counts mandates", matrix / count, "", goal="goal: at most 2")
    said("ratio of the matrix to the scan that counts both", matrix / two, "")
    said("ratio with explicit ones apart to the scan that counts both", four / two, "")


def edits(rounds: int) -> None:
    """The same save with and without a word of what it changed, in turns; and the first answer after it."""
    from coordination.base import revision
    from coordination.base.editing import save_row
    from coordination.base.revision import touched as touched_rows
    from mandates import coverage, register_log, register_snapshot, tasks
    from mandates.coverage import state
    from mandates.eligibility import Cell, all_cells
    from mandates.models import Mandate, RegisterChange
    from mandates.snapshot import CROSS_SECTOR

    keys = list(Mandate.objects.order_by("code").values_list("pk", flat=True)[: 2 * rounds])

    def save(key: int) -> Callable[[], None]:
        row = Mandate.objects.get(pk=key)
        row.explicit = not row.explicit
        return lambda: save_row(row, seen_version=row.version, user=None)

    def touched(key: int) -> set[tuple[str, str, str, str]]:
        """The cells in which the mandate lies: the edit moves it to no other."""
        row = Mandate.objects.select_related("strategy", "area", "function").get(pk=key)
        area = row.area.code if row.area else CROSS_SECTOR
        levels = row.levels.values_list("pk", flat=True)
        return {(row.strategy.slug, area, row.function.code, level) for level in levels}

    def cell_key(cell: Cell) -> tuple[str, str, str, str]:
        asked = cell.expectation
        return asked.strategy, cell.area, asked.function, asked.level

    # No broker runs here, and finding that out takes a second: the worker is asked by nobody.
    touched_rows.disconnect(tasks.after_an_edit)
    evaluated: list[Cell] = []
    original = coverage._state

    def counted(snapshot: Any, cell: Any, *rest: Any) -> Any:
        evaluated.append(cell)
        return original(snapshot, cell, *rest)

    plain, kept, answers, most = [], [], [], 0
    coverage._state = counted  # type: ignore[assignment]  # looser than what it counts
    try:
        for key, other in zip(keys[::2], keys[1::2], strict=True):
            register_snapshot.current()
            for cell in all_cells(register_snapshot.current()):
                state(register_snapshot.current(), cell, AS_OF)
            kept.append(seconds(save(key)))
            evaluated.clear()
            here = touched(key)
            answers.append(
                seconds(
                    lambda: [state(s, c, AS_OF) for s in [register_snapshot.current()] for c in all_cells(s)]
                )
            )
            assert all(cell_key(cell) in here for cell in evaluated), "a cell that the edit does not touch"
            most = max(most, len(evaluated))
            # The same save where nothing is noted; what is kept then catches up as if it had been.
            touched_rows.disconnect(register_log.note)
            plain.append(seconds(save(other)))
            touched_rows.connect(register_log.note)
            RegisterChange.objects.create(number=revision.current(), model="mandates.mandate", key=other)
    finally:
        coverage._state = original
        touched_rows.connect(tasks.after_an_edit)
    without, with_snapshot = (statistics.median(some) * 1000 for some in (plain, kept))
    said("a save that leaves no word of itself, median", without)
    said("a save that does, median", with_snapshot)
    said("an edit adds", with_snapshot - without, goal="goal: at most 10 ms")
    said("every expectation after an edit, median", statistics.median(answers) * 1000)
    said("cells evaluated again after an edit, at most", most, "")


def pages(rounds: int) -> None:
    """Server time of the page, warm: the same day again and again, then a new day each time."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.get("/coverage/matrix/", {"as_of": AS_OF.isoformat()})
    days = [AS_OF + datetime.timedelta(days=n) for n in range(1, rounds + 1)]
    for name, wanted in (("the same day", [AS_OF] * rounds), ("a new day each time", days)):
        times, busy = [], []
        for day in wanted:
            began, worked = time.perf_counter(), time.process_time()
            response = client.get("/coverage/matrix/", {"as_of": day.isoformat()})
            times.append((time.perf_counter() - began) * 1000)
            busy.append((time.process_time() - worked) * 1000)
            assert response.status_code == 200, response.status_code
        said(f"matrix page, {name}, median", statistics.median(times))
        said(f"matrix page, {name}, median of processor time", statistics.median(busy))
        said(
            f"matrix page, {name}, 95th percentile",
            statistics.quantiles(times, n=20)[-1],
            goal="goal: at most 200 ms",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
