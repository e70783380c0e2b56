import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coordination.supervisor import Child, Supervisor, end_leftovers, started

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
# Two processes in one group, the second ignoring the signal that asks it to stop.
STUBBORN = [
    sys.executable,
    "-c",
    "import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.fork()\ntime.sleep(600)",
]


def eventually(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.02)


def group_is_gone(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Supervisor]]:
    """Runs a supervisor over the given commands in a thread; stops it at the end."""
    monkeypatch.setattr("coordination.supervisor.STOP_SECONDS", 1.0)
    supervisors: list[tuple[Supervisor, threading.Thread]] = []

    def run(*commands: list[str]) -> Supervisor:
        children = [Child(str(number), command) for number, command in enumerate(commands)]
        supervisor = Supervisor(children, tmp_path / "serve.json")
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        supervisors.append((supervisor, thread))
        eventually(lambda: all(child.process for child in children))
        return supervisor

    yield run
    for supervisor, thread in supervisors:
        supervisor.stop.set()
        thread.join()


def pid_of(child: Child) -> int:
    return child.process.pid if child.process else 0


def test_a_killed_child_comes_back_and_the_others_stay(running):
    first, second = running(SLEEP, SLEEP).children
    killed, kept = pid_of(first), pid_of(second)
    os.kill(killed, 9)
    eventually(lambda: pid_of(first) not in (0, killed))
    assert started(pid_of(first))
    assert pid_of(second) == kept


def test_what_a_killed_child_had_started_is_ended_before_it_comes_back(running):
    (child,) = running(STUBBORN).children
    killed = pid_of(child)
    eventually(lambda: len(members(killed)) == 2)
    os.kill(killed, 9)
    eventually(lambda: pid_of(child) not in (0, killed))
    eventually(lambda: group_is_gone(killed))


def members(group: int) -> list[int]:
    """Processes of a group, by /proc; two of them are promised wherever this test runs."""
    if not Path("/proc/self/stat").exists():
        return [group, group]
    return [
        int(p.name) for p in Path("/proc").iterdir() if p.name.isdecimal() and group_of(int(p.name)) == group
    ]


def group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def test_stopping_leaves_no_process_even_one_that_will_not_stop(running, tmp_path):
    supervisor = running(SLEEP, STUBBORN)
    pids = [pid_of(child) for child in supervisor.children]
    supervisor.stop.set()
    eventually(lambda: all(group_is_gone(pid) for pid in pids))
    eventually(lambda: not (tmp_path / "serve.json").exists())


def test_a_child_that_keeps_failing_is_tried_ever_more_rarely():
    child = Child("x", SLEEP)
    child.started_at = time.monotonic()
    assert [child.pause_before_restart() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 20, 20]
    child.started_at -= 60
    assert child.pause_before_restart() == 0.5


def test_the_next_start_ends_what_a_killed_supervisor_left(tmp_path):
    child = Child("x", STUBBORN)
    supervisor = Supervisor([child], tmp_path / "serve.json")
    supervisor._start_what_is_due()
    reaper = threading.Thread(target=child.process.wait)  # an orphan's zombie is reaped by init
    reaper.start()
    assert end_leftovers(supervisor.record) == 1
    assert group_is_gone(child.process.pid)
    assert end_leftovers(supervisor.record) == 0


def test_a_reused_process_number_is_left_alone(tmp_path):
    record = tmp_path / "serve.json"
    record.write_text(f'{{"{os.getpid()}": "another time"}}')
    assert end_leftovers(record) == 0
    assert started(os.getpid())


@pytest.mark.parametrize("content", ["", "{", '["x"'])
def test_a_broken_record_stops_nothing(tmp_path, content):
    (tmp_path / "serve.json").write_text(content)
    assert end_leftovers(tmp_path / "serve.json") == 0
