"""Several states of the database in one test."""

import contextlib
from collections.abc import Iterator

from django.db import transaction


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Whatever is saved inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
