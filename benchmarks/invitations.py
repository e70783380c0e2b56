"""Planning and answering in any order, 500 times 50 steps: calendars agree with the server each time.

    .venv/bin/python -m benchmarks.invitations
    .venv/bin/python -m benchmarks.invitations --examples 50 --steps 50

The machine is `tests/test_meeting_machine.py`: as many walks of a fixed seed and length, and as many that hypothesis
draws, other ones in each run.
"""

import argparse
import os
import sys

import pytest

from benchmarks.setting import load


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--steps", type=int, default=50)
    chosen = parser.parse_args()
    os.environ |= {
        "MEETING_EXAMPLES": str(chosen.examples),
        "MEETING_STEPS": str(chosen.steps),
        "MEETING_WALKS": str(chosen.examples),
    }
    print(load())
    return pytest.main(["-q", "-p", "no:cacheprovider", "tests/test_meeting_machine.py"])


if __name__ == "__main__":
    sys.exit(main())
