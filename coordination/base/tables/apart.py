"""Reads a workbook in a process of its own, which may use only so much memory and time.

A workbook of a few kilobytes can ask for gigabytes; what is weighed beforehand is what its archive claims.
The process that serves or stores must not be the one that finds out.
"""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

from coordination.base.tables.reading import LIMITS, Flaw, Limits, Sheet, Unreadable, read

MEMORY = 512 * 1024 * 1024  # address space of the process, in bytes
PROCESSOR_SECONDS = 60
SECONDS = 150  # on a busy machine the same work takes longer
SCRIPT = Path(__file__).with_name("reader.py")
# numpy, which openpyxl looks for, would reserve memory for a thread on each processor.
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def read_apart(content: bytes, limits: Limits = LIMITS, *, memory: int = MEMORY) -> Sheet:
    """As `reading.read`. Text files, which cost what their size says, are read here and now.

    Raises:
        Unreadable: as there; `too_much` if the process had to be ended.
    """
    if not content.startswith(b"PK") or len(content) > limits.bytes:
        return read(content, limits)
    asked = {"limits": dataclasses.asdict(limits), "memory": memory, "seconds": PROCESSOR_SECONDS}
    try:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), json.dumps(asked)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env={"PATH": os.environ.get("PATH", ""), **ALONE},
            check=True,
        )
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Unreadable("too_much") from error
    if "code" in found:
        raise Unreadable(found["code"], row=found["row"], **found["details"])
    return Sheet(
        header=found["header"],
        rows=[(number, cells) for number, cells in found["rows"]],
        header_row=found["header_row"],
        flaws=[Flaw(**flaw) for flaw in found["flaws"]],
        notes=[Flaw(**note) for note in found["notes"]],
    )
