"""Work for the background worker."""

from celery import shared_task
from django.utils import timezone

from coordination.base import importjobs
from coordination.base.models import ImportJob

# Below the broker's visibility timeout of 300 s, after which it would hand the task out once more.
SOFT_LIMIT, LIMIT = 270, 290


@shared_task(
    acks_late=True, soft_time_limit=SOFT_LIMIT, time_limit=LIMIT
)  # redelivery is harmless: a job is done once
def work_on_import(*, job: int, **kwargs: object) -> None:
    importjobs.work(job)


@shared_task
def look_after_imports(**kwargs: object) -> None:
    """Ask again for what was lost, and let go of files that nobody wants."""
    now = timezone.now()
    for pk in list(importjobs.overdue(now).values_list("pk", flat=True)):
        ImportJob.objects.filter(pk=pk).update(queued_at=now, started_at=None)
        work_on_import.delay(job=pk)
    importjobs.put_away_old(now)
