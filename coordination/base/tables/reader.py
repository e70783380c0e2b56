"""The process that `apart` starts: a workbook comes in, a table or the reason why there is none goes out.

It loads the reading modules alone, without Django: that takes a tenth of the memory and of the time.
"""

import contextlib
import dataclasses
import json
import resource
import sys
from pathlib import Path
from types import ModuleType


def main() -> None:
    folder = Path(__file__).resolve().parent
    # The packages' own __init__ would start Celery and Django.
    for depth, name in ((2, "coordination"), (1, "coordination.base"), (0, "coordination.base.tables")):
        package = ModuleType(name)
        package.__path__ = [str([folder, *folder.parents][depth])]
        sys.modules[name] = package
    from coordination.base.tables import workbooks  # noqa: F401  # loaded before memory is limited
    from coordination.base.tables.reading import Limits, Unreadable, read

    asked = json.loads(sys.argv[1])
    memory, seconds = asked["memory"], asked["seconds"]
    content = sys.stdin.buffer.read()
    with contextlib.suppress(ValueError, OSError):  # macOS does not limit address space
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        found = dataclasses.asdict(read(content, Limits(**asked["limits"])))
    except Unreadable as error:
        if isinstance(error.__cause__, MemoryError):  # no fault of the file's form
            error = Unreadable("too_much")
        found = {"code": error.code, "row": error.row, "details": error.details}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
