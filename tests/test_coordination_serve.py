"""The real thing, on a database and a broker of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from coordination import broker
from coordination.supervisor import started

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 60


@pytest.fixture
def service(tmp_path_factory):
    """Environment, address and starter of a `serve` that is ended whatever the test does to it."""
    var = tmp_path_factory.mktemp("å%20 +v")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")
    }
    environment |= {"VAR_DIR": str(var), "PORT": str(port)}
    running = []

    class Service:
        folder = var
        url = f"http://127.0.0.1:{port}/health/"

        def start(self):
            command, before = [sys.executable, "manage.py", "serve"], set(self.pids())
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
            running.append(process)
            eventually(lambda: len(self.pids()) == 4 and not before & set(self.pids()))
            eventually(self.is_up)
            return process

        def refused(self):
            command = [sys.executable, "manage.py", "serve"]
            return subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )

        def pids(self):
            try:
                return [int(pid) for pid in json.loads((var / "serve.json").read_text())]
            except FileNotFoundError:
                return []

        def is_up(self):
            try:
                with urllib.request.urlopen(self.url, timeout=5) as answer:
                    return answer.status == 200
            except OSError:
                return False

    service = Service()
    yield service
    for process in running:
        process.terminate()
        process.wait(30)
    for pid in service.pids():
        os.killpg(pid, signal.SIGKILL)


def eventually(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.1)


def test_everything_comes_back_when_killed_and_nothing_stays_when_stopped(service):
    process = service.start()
    socket_path = service.folder / "broker" / "broker.sock"
    assert broker.answers(socket_path)
    first = service.pids()
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(service.pids()) == 4 and not set(first) & set(service.pids()))
    eventually(service.is_up)
    eventually(lambda: broker.answers(socket_path))

    assert "already running" in service.refused().stderr
    last = service.pids()
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert not [pid for pid in last if started(pid)]
    assert not service.is_up()


def test_a_start_after_a_killed_one_takes_over(service):
    process = service.start()
    left = service.pids()
    process.kill()
    process.wait()
    service.start()
    assert len(service.pids()) == len(left) == 4
    assert not [pid for pid in left if started(pid)]


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none_is_refused_as_bad_usage(monkeypatch, port):
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match="from 1 to 65535") as refused:
        call_command("serve", port=port)
    assert refused.value.returncode == 2
