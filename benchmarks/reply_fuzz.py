"""Replies that were made to harm: what the reader of replies does with a hundred thousand of them.

    .venv/bin/python -m benchmarks.reply_fuzz
    .venv/bin/python -m benchmarks.reply_fuzz --replies 800000 --seed 7

Each is a reply, a counter-proposal, a mail with one or a mail server's report, with bytes and lines changed, moved,
doubled and taken away. It must be read or be refused by the one exception of ours, within 2 s and 200 MB, and
nothing may be opened: Python tells of every file, folder and connection that is. Exits with 1 if one is not so.
"""

import argparse
import random
import resource
import sys
import time
from collections import Counter

from benchmarks.setting import load, said
from meetings.itip.replies import UnreadableReply, read
from tests.mutations import mutated, originals

SECONDS, MEGABYTES = 2.0, 200
WATCHED = ("open", "os.listdir", "os.scandir", "socket.connect", "subprocess.Popen", "os.system")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replies", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=5)
    chosen = parser.parse_args()
    drawn = random.Random(chosen.seed)
    sources = originals()
    for content in sources:  # what is imported when first needed is opened now
        attempt(content)
    opened: list[str] = []
    watching = True
    sys.addaudithook(
        lambda event, given: opened.append(f"{event} {given[:1]}") if watching and event in WATCHED else None
    )
    outcomes: Counter[str] = Counter()
    slowest, before, began = 0.0, memory(), time.perf_counter()
    for number in range(chosen.replies):
        content = mutated(sources[number % len(sources)], drawn)
        start = time.process_time()
        outcomes[attempt(content)] += 1
        slowest = max(slowest, time.process_time() - start)
        if number % 10_000 == 9_999:
            print(f"{number + 1} …", file=sys.stderr, flush=True)
    watching = False
    took, grown = time.perf_counter() - began, memory() - before
    for outcome, count in outcomes.most_common():
        said(outcome, count, "")
    print(load())
    said("replies in a second", chosen.replies / took, "")
    said("slowest, of processor time", slowest * 1000, "ms", goal="2000")
    said("memory, more than before", grown, "MB", goal=str(MEGABYTES))
    said("files, folders and connections opened", len(opened), "", goal="0")
    others = [outcome for outcome in outcomes if outcome.startswith("raised ")]
    if others or opened or slowest > SECONDS or grown > MEGABYTES:
        print("FAILED", others, opened[:5], file=sys.stderr)
        return 1
    return 0


def attempt(content: bytes) -> str:
    """What became of it: "read", the reason, or "raised" and an exception that is not ours."""
    try:
        read(content)
    except UnreadableReply as error:
        return f"refused: {error.reason}"
    except BaseException as error:
        return f"raised {type(error).__name__}"
    return "read"


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
