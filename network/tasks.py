"""Work that nobody waits for: measuring and drawing the graph."""

import datetime
import logging
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from coordination.base.commands import default_day
from network import graph_refresh
from network.graph import measures
from network.graph.selection import Selection
from network.models import GraphResult

logger = logging.getLogger(__name__)

# The broker gives a task away again after five minutes.
SOFT, HARD = 270, 285
FEWEST_SAMPLES = 64
LOST_AFTER = datetime.timedelta(minutes=10)
FORGOTTEN_AFTER = datetime.timedelta(days=1)
MOST_WAITING = 20  # selections without a first result
TRIED_AGAIN_AFTER = datetime.timedelta(hours=1)  # what took too long does so again


@shared_task(acks_late=True, soft_time_limit=SOFT, time_limit=HARD)
def find_out(
    *, asked: dict[str, Any], samples: int | None = None, **kwargs: object
) -> None:  # kwargs: a newer sender, an older worker
    """Measure and draw the graph of a selection that somebody asked for.

    What takes too long is tried again with a quarter of the samples, whose larger error stands with the measures.
    """
    selection = Selection.read(asked)
    try:
        graph_refresh.find_out(selection, now=timezone.now(), samples=samples)
    except SoftTimeLimitExceeded:
        logger.error("The graph of %s takes longer than %s s from %s samples", asked, SOFT, samples)
        rows = GraphResult.objects.filter(key=selection.key)
        fewer = (samples or measures.SAMPLES) // 4
        if fewer < FEWEST_SAMPLES:
            rows.update(has_failed=True)
            return
        rows.update(asked_at=timezone.now(), stage=graph_refresh.ASKED)
        find_out.delay(asked=asked, samples=fewer)


@shared_task(acks_late=True, soft_time_limit=SOFT, time_limit=HARD)
def follow_graph(**kwargs: object) -> None:
    """Keep the whole graph of the register's own day up to date."""
    asked = Selection(as_of=default_day())
    if not graph_refresh.is_known(asked):
        find_out_soon(asked)


def find_out_soon(asked: Selection) -> bool:
    """Have `asked` worked out, once however many ask. A broker that is away is no reason to fail.

    False: so many other selections wait for their first result that this one must be asked for later.
    """
    now = timezone.now()
    if not GraphResult.objects.filter(key=asked.key).exists():
        waiting = GraphResult.objects.filter(revision=None)
        waiting.filter(asked_at__lt=now - FORGOTTEN_AFTER).delete()
        if waiting.count() >= MOST_WAITING:
            return False
    GraphResult.objects.get_or_create(
        key=asked.key, defaults={"family": asked.family, "selection": asked.words, "as_of": asked.as_of}
    )
    nobody_works_on_it = (
        Q(asked_at=None)
        | Q(has_failed=False, asked_at__lt=now - LOST_AFTER)
        | Q(has_failed=True, asked_at__lt=now - TRIED_AGAIN_AFTER)
    )
    free = GraphResult.objects.filter(nobody_works_on_it, key=asked.key)
    if not free.update(asked_at=now, stage=graph_refresh.ASKED, has_failed=False):
        return True
    try:
        find_out.delay(asked=asked.words)
    except OperationalError:
        logger.warning("The broker is away; the graph of %s is not worked out", asked.as_of)
    return True
