import gc
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 60


# A test that asks for one of these, or for a fixture that does, touches the database of the run.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only", action="store_true", help="only the tests that touch the database of the run"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    left_out = [item for item in items if not touches_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if touches_database(item)]


def touches_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return marked or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    from coordination.celery import app

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hundreds of logins
    app.conf.update(broker_url="memory://", task_always_eager=True, task_eager_propagates=True)


def pytest_collection_finish() -> None:
    """Thousands of tests and all that they import stay to the end: looking for cycles in them is a seventh of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def default_language() -> None:
    """A request leaves its language active in the thread, and the next test would reverse addresses in it."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker) -> Iterator[list[Any]]:
    """The demo case, loaded once for the module; each test's own changes are undone. The reports of loading it.

    For modules whose tests all use the database without `transaction=True`.
    """
    from django.db import transaction

    from coordination.demo.loading import load

    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a served demo on a database of its own, without a trailing slash; anyone may read it."""
    with served_demo(tmp_path_factory) as address:
        yield address


@contextmanager
def served_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """As `site`, for tests that change what other tests look at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    folder = tmp_path_factory.mktemp("site")
    environment |= {
        "VAR_DIR": str(folder),
        "BASE_URL": f"http://localhost:{port}",
        "ANONYMOUS_READING": "True",
    }
    base = tmp_path_factory.getbasetemp()
    made = made_once((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site", environment)
    shutil.copytree(made, folder, dirs_exist_ok=True)
    serve = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    server = subprocess.Popen([*serve, "coordination.wsgi:application"], cwd=ROOT, env=environment)
    deadline = time.monotonic() + SECONDS
    while not answers(f"http://localhost:{port}/health/"):
        assert time.monotonic() < deadline, "the demo was not served"
        time.sleep(0.2)
    yield f"http://localhost:{port}"
    server.terminate()
    server.wait()


def made_once(folder: Path, environment: dict[str, str]) -> Path:
    """A folder with the demo's database: migrated and loaded by the worker that asks first, awaited by the others."""
    done = folder.with_name(f"{folder.name}-made")
    try:
        folder.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 5 * SECONDS
        while not done.exists():
            assert time.monotonic() < deadline, "the demo was not made"
            time.sleep(0.2)
        return folder
    for command in (["migrate", "-v", "0"], ["load_demo"]):
        arguments = [sys.executable, "manage.py", *command]
        subprocess.run(arguments, cwd=ROOT, env=environment | {"VAR_DIR": str(folder)}, check=True)
    done.touch()
    return folder


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def real_database(transactional_db, tmp_path):
    """A database that threads can share: on SQLite a file, since one in memory has a single writer's locks."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    name, settings = connection.settings_dict["NAME"], connection.settings_dict
    path = tmp_path / "db.sqlite3"
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    connection.close()
    held, connection.connection = connection.connection, None
    settings["NAME"] = str(path)
    try:
        yield
    finally:
        if connection.connection:
            connection.connection.close()
        connection.connection = held
        settings["NAME"] = name
