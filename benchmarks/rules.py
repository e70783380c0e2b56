"""Every rule on a large register, in a process of its own: `python -m benchmarks.rules FOLDER`.

FOLDER holds the database that `benchmarks.coverage` made. Reading the register is said apart: a worker reads
it once and then follows the edits. The time of the rules is from a register in memory, about which nothing
has been asked, to findings written out in both languages; each rule's share is processor time, and depends on their order, since
what one works out the next does not. Memory is the most that the process has held, reading included.
"""

import sys
import time
from typing import Any

from benchmarks.setting import AS_OF, load, peak, prepare, said, seconds


def main(folder: str) -> None:
    prepare(folder)
    from mandates import register_snapshot
    from mandates.coverage import DEFAULTS
    from mandates.explain import Names, as_json, lead
    from mandates.rules import RULES

    said("the worker: reading the register", seconds(register_snapshot.current), "s")
    snapshot = register_snapshot.current()
    said("memory of the worker when it has read", peak(), "MB")
    began, worked = time.perf_counter(), time.process_time()
    found: list[Any] = []
    for name, rule in RULES.items():
        before, first = len(found), time.process_time()
        found += rule.find(snapshot, AS_OF, DEFAULTS)
        said(f"  {name}: {len(found) - before} findings", time.process_time() - first, "s")
    names, first = Names(snapshot), time.process_time()
    for finding in found:
        as_json(finding, names), lead(finding, names)
    said(f"  {len(found)} findings in both languages", time.process_time() - first, "s")
    said("all rules", time.perf_counter() - began, "s", goal="goal: at most 60 s")
    said("all rules, processor time", time.process_time() - worked, "s")
    said("memory of the worker, at most", peak(), "MB", goal="goal: at most 4096 MB")
    print(load())


if __name__ == "__main__":
    main(sys.argv[1])
