"""Keeps a few child processes running until told to stop, and leaves none behind."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 8.0  # then a child is killed; an unfinished task is delivered again, see CELERY_TASK_ACKS_LATE
STEADY_SECONDS = 15.0  # a child that ran this long did not fail at its start
LONGEST_PAUSE = 20.0


class AlreadyRunning(Exception):
    """Another process serves from the same folder."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Be the only one that serves from `folder`, or replaces what is served, until the end.

    Raises:
        AlreadyRunning: somebody else is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however it ends
        except OSError as error:
            raise AlreadyRunning(f"Samsyn is already running on the files in {folder}.") from error
        yield


@dataclass
class Child:
    """One command that is started again whenever it ends.

    `start_at` is on the clock of `time.monotonic`; a moment ahead lets more urgent children have the processor.
    """

    name: str
    command: list[str]
    stops_last: bool = False  # what the others need while they finish
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops all in order.
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self.started_at = time.monotonic()
        threading.Thread(target=self._copy_output, args=(self.process,), daemon=True).start()

    def _copy_output(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            say(self.name, line.rstrip())

    def pause_before_restart(self) -> float:
        """Seconds: half a second at first, doubled each time it ends soon after its start."""
        steady = time.monotonic() - self.started_at > STEADY_SECONDS
        self.failures = 1 if steady else self.failures + 1
        return min(0.5 * 2.0 ** (self.failures - 1), LONGEST_PAUSE)


class Supervisor:
    """Runs `children`; `run` returns once `stop` is set and every process of theirs is gone.

    `record` is a file that names the running processes, so that the next start can end those of a
    supervisor that was itself killed.
    """

    def __init__(self, children: list[Child], record: Path) -> None:
        self.children = children
        self.record = record
        self.stop = threading.Event()

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        threading.Thread(target=ready, daemon=True).start()
        try:
            while not self.stop.wait(0.2):
                self._start_what_is_due()
        finally:
            self._stop_all()
            self.record.unlink(missing_ok=True)

    def _start_what_is_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                kill_group(child.process.pid)  # its own children, which would hold the port or a task
                pause = child.pause_before_restart()
                say(child.name, f"ended with {child.process.returncode}; starts again in {pause:g} s")
                child.process, child.start_at = None, now + pause
            if child.process is None and now >= child.start_at:
                child.start()
                self._write_record()

    def _stop_all(self) -> None:
        for last in (False, True):
            running = [
                child.process
                for child in self.children
                if child.stops_last == last and child.process is not None
            ]
            for process in running:
                if process.poll() is None:
                    process.terminate()
            deadline = time.monotonic() + STOP_SECONDS
            for process in running:
                try:
                    process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    pass
                finally:
                    kill_group(process.pid)
                    process.wait()

    def _write_record(self) -> None:
        running = [child.process.pid for child in self.children if child.process is not None]
        scratch = self.record.with_suffix(".new")
        scratch.write_text(json.dumps({pid: started(pid) for pid in running}))
        scratch.replace(self.record)


def end_leftovers(record: Path) -> int:
    """End the processes that a killed supervisor left running. Return how many.

    A process counts as the recorded one only if it also started when the record says: numbers are reused.
    """
    try:
        recorded: dict[str, str] = json.loads(record.read_text())
    except (OSError, ValueError):
        return 0
    left = [
        int(pid)
        for pid, started_then in recorded.items()
        if started_then and started(int(pid)) == started_then
    ]
    for pid in left:
        kill_group(pid)
    deadline = time.monotonic() + STOP_SECONDS
    while any(map(started, left)) and time.monotonic() < deadline:
        time.sleep(0.1)
    record.unlink(missing_ok=True)
    return len(left)


def started(pid: int) -> str:
    """A mark of when the process started, the same at every call; empty if there is none, or only its zombie."""
    stat = Path(f"/proc/{pid}/stat")
    if sys.platform == "linux":
        try:
            # The command name, in brackets, may hold spaces; what follows it starts with field 3, the state (proc(5)).
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in "ZX" else fields[19]
    shown = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, since = shown.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else since.strip()


def kill_group(pid: int) -> None:
    """Kill the process group that `pid` leads; fine if it is gone already."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def say(name: str, line: str) -> None:
    """One line of the common log, marked with whose it is."""
    try:
        sys.stdout.write(f"{name:>6} | {line}\n")
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        pass  # nobody reads any more; that must not stop the service
