"""What the benchmarks have in common: settings as a server has them, and lines with figures."""

import datetime
import os
import resource
import secrets
import time
from collections.abc import Callable
from typing import Any

AS_OF = datetime.date(2024, 6, 30)


def prepare(folder: str) -> None:
    """Set Django up on the database in `folder`, with DEBUG off: with it on, every query is written down."""
    os.environ |= {
        "VAR_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "coordination.settings",
        "ANONYMOUS_READING": "True",
        "LOG_LEVEL": "ERROR",
        "DEBUG": "False",
        "ALLOWED_HOSTS": "localhost",
        "EMAIL_URL": "smtp://localhost",
        "SECRET_KEY": secrets.token_urlsafe(60),
    }
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()


def seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def said(name: str, value: float, unit: str = "ms", *, goal: str = "") -> None:
    print(f"{name:<66}{value:>10.2f} {unit:<4}{goal}".rstrip(), flush=True)


def peak() -> float:
    """Most memory held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def load() -> str:
    """How many processors there are, and how many processes have waited for them."""
    waiting = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} processors, load {waiting}"
