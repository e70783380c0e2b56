"""A process that is killed while it reads in a file leaves all of its rows, or none."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from coordination.base import faults, importjobs
from coordination.base.models import ImportJob
from network.models import Actor
from tests import factories as f

ROOT = Path(__file__).resolve().parent.parent
ROWS = 200
CHILD = """
import os, signal, sys
from django.conf import settings
name, job, module, function, when = sys.argv[1:]
settings.DATABASES["default"]["NAME"] = name
import django
django.setup()
from importlib import import_module
from coordination.base import importjobs
owner = import_module(module)
done = getattr(owner, function)
def killed(*arguments, **named):
    if when == "after":
        done(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, function, killed)
importjobs.work(int(job))
"""
STORING, JOBS = "coordination.base.tables.storing", "coordination.base.importjobs"
POINTS = [
    (STORING, "create", "before"),
    (STORING, "create", "after"),
    (STORING, "record", "after"),
    (JOBS, "_keep", "before"),
    (JOBS, "_keep", "after"),  # all is written, and nothing committed
]


@pytest.fixture
def job(real_database):
    """A file of ROWS actors that somebody said to read in."""
    f.ActorFactory()
    lines = [f"ny-{n},Ny {n},agency,national" for n in range(ROWS)]
    content = "\n".join(["id,name_sv,kind,level", *lines]).encode()
    job = f.ImportJobFactory(content=content)
    importjobs.work(job.pk)
    assert importjobs.accept(job, user=job.sent_by, skip_rejected=False)
    return job


def kill_at(job, point) -> int:
    connection.close()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "coordination.settings"}
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", CHILD, name, str(job.pk), *point]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def test_a_kill_at_any_point_adds_no_row_and_the_next_try_adds_all(job):
    for point in POINTS:
        assert kill_at(job, point) == -signal.SIGKILL, point
        job.refresh_from_db()
        assert Actor.objects.filter(slug__startswith="ny-").count() == 0, point
        assert job.state == ImportJob.State.APPLYING, point
    importjobs.work(job.pk)  # as the worker does when it is started again
    job.refresh_from_db()
    assert job.state == ImportJob.State.APPLIED
    assert Actor.objects.filter(slug__startswith="ny-").count() == ROWS
    assert Actor.history.filter(slug__startswith="ny-").count() == ROWS
    assert faults.check().faults == []
