"""Files on their way into the register: tried and shown first, then taken in, all or nothing and once.

What takes its time is done by the worker (`work`); pages only write down what is wanted. The database is the
queue of record: work that the broker lost is found by `overdue`.
"""

import dataclasses
import datetime
import hashlib
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from coordination.base.models import ImportedRow, ImportJob, RegisterRevision, User
from coordination.base.tables import BadMapping, import_rows, kinds, labels, matching, messages
from coordination.base.tables.apart import read_apart
from coordination.base.tables.journal import BATCH, Journal
from coordination.base.tables.reading import Sheet, Unreadable
from coordination.base.tables.report import Report

log = logging.getLogger(__name__)
State = ImportJob.State
SAMPLES, SAMPLE_LENGTH = 3, 60
MOST_KEPT = 5000  # of each list of what was found; counts are of all
REASON_LENGTH = 100
PERSONAL_NUMBER = "personal_number"  # the code of such a refusal
KEPT = datetime.timedelta(days=7)  # then a file that nobody decides about is put away
OVERDUE = datetime.timedelta(minutes=2)
# A worker that is ended takes longer than this to be missed (CELERY_TASK_TIME_LIMIT of the task).
LOST = datetime.timedelta(minutes=6)


def start(*, kind: str, file_name: str, content: bytes, user: User, language: str) -> ImportJob:
    """Note that a file is to be tried. The caller asks the worker to `work`."""
    return ImportJob.objects.create(
        kind=kind,
        file_name=file_name[-200:] or kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        language=language,
        sent_by=user,
    )


def try_again(job: ImportJob, mapping: Mapping[str, str] | None = None) -> bool:
    """Ask for the file to be tried (again), with other columns if given. False if it is no longer open."""
    values: dict[str, Any] = {"state": State.CHECKING, "queued_at": timezone.now(), "started_at": None}
    if mapping is not None:
        values["mapping"] = dict(mapping)
    return bool(ImportJob.objects.filter(pk=job.pk, state__in=[State.CHECKED, State.FAILED]).update(**values))


def accept(job: ImportJob, *, user: User, skip_rejected: bool) -> bool:
    """Ask for what was shown to be taken in. False if it is not (any more) to be decided about."""
    now = timezone.now()
    return bool(
        ImportJob.objects.filter(pk=job.pk, state=State.CHECKED).update(
            state=State.APPLYING,
            skip_rejected=skip_rejected,
            decided_by=user,
            decided_at=now,
            queued_at=now,
            started_at=None,
        )
    )


def discard(job: ImportJob, *, user: User | None) -> bool:
    """Put a file away without taking it in. False if that is too late."""
    return bool(
        ImportJob.objects.filter(
            pk=job.pk, state__in=[State.CHECKED, State.FAILED, State.UNREADABLE, State.CHECKING]
        ).update(state=State.DISCARDED, content=None, decided_by=user, decided_at=timezone.now())
    )


def overdue(now: datetime.datetime) -> QuerySet[ImportJob]:
    """Jobs that no worker has begun, or that one began and did not end: their worker or broker was lost."""
    return ImportJob.objects.filter(state__in=ImportJob.WORKING).filter(
        Q(started_at=None, queued_at__lt=now - OVERDUE) | Q(started_at__lt=now - LOST)
    )


def put_away_old(now: datetime.datetime) -> int:
    """Let go of files that nobody decided about: they may hold what does not belong in the register."""
    old = ImportJob.objects.exclude(content=None).filter(queued_at__lt=now - KEPT)
    return old.exclude(state__in=ImportJob.WORKING).update(
        state=State.DISCARDED, content=None, decided_at=now
    )


def same_file(job: ImportJob) -> ImportJob | None:
    """The latest other job that took the same file in, as the same kind."""
    return (
        ImportJob.objects.filter(sha256=job.sha256, kind=job.kind, state=State.APPLIED, undo=None)
        .exclude(pk=job.pk)
        .select_related("decided_by")
        .first()
    )


# The worker's part


def work(pk: int) -> None:
    """Do what a job waits for. Doing it twice, or at the same time, does it once."""
    job = ImportJob.objects.filter(pk=pk, state__in=ImportJob.WORKING).first()
    if job is None:
        return
    ImportJob.objects.filter(pk=pk).update(started_at=timezone.now())
    try:
        with override(job.language):
            sheet = _read(job)
            if sheet is None:
                return
            if job.state == State.CHECKING:
                _check(job, sheet)
            else:
                _apply(job, sheet)
    except Exception:
        # Whatever it is, the page must not wait for ever; nothing was taken in.
        log.exception("import job %s failed", pk)
        ImportJob.objects.filter(pk=pk, state__in=ImportJob.WORKING).update(state=State.FAILED)
        raise


def _read(job: ImportJob) -> Sheet | None:
    try:
        sheet = read_apart(bytes(job.content or b""))
        if not sheet.header:
            raise Unreadable("empty")
        return sheet
    except Unreadable as error:
        report = Report(job.kind, rejected=[messages.of_unreadable(error)])
        _keep(job, report, state=State.UNREADABLE)
        return None


def _check(job: ImportJob, sheet: Sheet) -> None:
    columns = _columns(job, sheet)
    # Read before the rows are: a change in between makes the preview old, never wrong without saying so.
    revision = RegisterRevision.current()
    report = _run(job, sheet, columns, dry_run=True)
    # What the refusal does not repeat, the samples of its column must not show either.
    secret = {remark.column for remark in report.rejected if remark.code == PERSONAL_NUMBER}
    for column in columns:
        if column["name"] in secret:
            column["samples"] = []
    _keep(job, report, state=State.CHECKED, columns=columns, revision=revision)


def _apply(job: ImportJob, sheet: Sheet) -> None:
    with transaction.atomic():
        # One at a time: whoever comes second waits here, and finds the file taken in.
        locked = ImportJob.objects.select_for_update().get(pk=job.pk)
        if locked.state != State.APPLYING:
            return
        revision = RegisterRevision.objects.select_for_update().order_by("pk").first()
        if (revision.number if revision else 0) != locked.revision:
            moved = True
        else:
            moved = False
            journal = Journal()
            report = _run(locked, sheet, locked.columns, dry_run=False, journal=journal)
            note_written(locked, journal)
            _keep(
                locked,
                report,
                state=State.APPLIED if report.applied else State.CHECKED,
                content=None if report.applied else locked.content,
            )
    if moved:
        # What was shown is no longer what would happen: show it anew, and ask again.
        _check(job, sheet)


def _run(
    job: ImportJob,
    sheet: Sheet,
    columns: list[dict[str, Any]],
    *,
    dry_run: bool,
    journal: Journal | None = None,
) -> Report:
    used = {column["name"]: column["field"] for column in columns if column["field"]}
    left_out = {column["name"] for column in columns if not column["field"]}
    reason = _("Read from the file %(name)s") % {"name": job.file_name}
    return import_rows(
        job.kind,
        _without(sheet, left_out),
        user=job.decided_by,
        dry_run=dry_run,
        # The preview shows what every row would become; whether some are left out is decided after it.
        skip_rejected=dry_run or job.skip_rejected,
        mapping={column: field for column, field in used.items() if column != field and not _is_own(field)},
        reason=reason[:REASON_LENGTH],
        journal=journal,
    )


def note_written(job: ImportJob, journal: Journal) -> None:
    """Keep how each row stood before and after, in the transaction that wrote them."""
    ImportedRow.objects.bulk_create(
        (
            ImportedRow(
                job=job, model=row.model, key=row.key, what=row.what, before=row.before, after=row.after
            )
            for row in journal.written()
        ),
        batch_size=BATCH,
    )


@transaction.atomic
def by_command(
    *,
    kind: str,
    file_name: str,
    content: bytes,
    language: str,
    skip_rejected: bool,
    mapping: Mapping[str, str],
) -> Report:
    """Take a file in at once, as the command does; what changed something stands among the files sent.

    Raises:
        BadMapping: as `import_rows`.
    """
    journal = Journal()
    name = file_name[-200:] or kind
    report = import_rows(
        kind,
        content,
        skip_rejected=skip_rejected,
        mapping=mapping,
        reason=(_("Read from the file %(name)s") % {"name": name})[:REASON_LENGTH],
        journal=journal,
    )
    if report.applied and (report.created or report.updated):
        now = timezone.now()
        job = ImportJob.objects.create(
            kind=kind,
            file_name=name,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            language=language,
            by_command=True,
            decided_at=now,
        )
        note_written(job, journal)
        _keep(job, report, state=State.APPLIED, skip_rejected=skip_rejected)
    return report


OWN = "*"  # a column that stays what it is called: of the kinds that take columns of any name


def _is_own(field: str) -> bool:
    return field == OWN


def _without(sheet: Sheet, columns: set[str]) -> Sheet:
    if not columns:
        return sheet
    keep = [index for index, name in enumerate(sheet.header) if name not in columns]
    return dataclasses.replace(
        sheet,
        header=[sheet.header[index] for index in keep],
        rows=[(number, [cells[index] for index in keep]) for number, cells in sheet.rows],
        flaws=[flaw for flaw in sheet.flaws if flaw.column not in columns],
    )


def _columns(job: ImportJob, sheet: Sheet) -> list[dict[str, Any]]:
    """What each column of the file is taken for: as somebody said, else as its name suggests."""
    table = kinds.get(job.kind)
    names = labels.names_of(table, tuple(code for code, _name in settings.LANGUAGES))
    guessed = matching.suggest(sheet.header, names)
    found = []
    for index, name in enumerate(sheet.header):
        if not name:
            continue
        match = guessed.get(name)
        if name in job.mapping:
            field, certain = job.mapping[name], True
        elif match is not None:
            field, certain = match.field, match.is_certain
        else:
            field, certain = OWN if table.open_part and table.open_part.NAME.fullmatch(name) else "", False
        samples = [cells[index][:SAMPLE_LENGTH] for _number, cells in sheet.rows if cells[index]]
        found.append(
            {
                "name": name,
                "field": field,
                "is_certain": certain,
                "samples": list(dict.fromkeys(samples))[:SAMPLES],
            }
        )
    return found


def _keep(job: ImportJob, report: Report, *, state: str, **values: Any) -> None:
    """Note what was found, and how many rows became, or would become, what."""
    said = [outcome.what for outcome in report.outcomes]
    changed = [outcome for outcome in report.outcomes if outcome.what != "unchanged"]
    found = {
        "rejected": [remark.as_json("text") for remark in report.rejected[:MOST_KEPT]],
        "warnings": [remark.as_json("text") for remark in report.warnings[:MOST_KEPT]],
        "outcomes": [dataclasses.asdict(outcome) for outcome in changed[:MOST_KEPT]],
    }
    rejected_rows = {remark.row for remark in report.rejected}
    ImportJob.objects.filter(pk=job.pk).update(
        state=state,
        rows=report.rows,
        created=said.count("created"),
        updated=said.count("updated"),
        unchanged=said.count("unchanged"),
        rejected=len(rejected_rows),
        warned=len(report.warnings),
        found=_storable(found),
        **{name: _storable(value) for name, value in values.items()},
    )


def _storable(value: Any) -> Any:
    """`value` with a sign for what PostgreSQL keeps in no JSON and a cell may have: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\0", "\N{SYMBOL FOR NULL}").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_storable(name): _storable(held) for name, held in value.items()}
    return [_storable(held) for held in value] if isinstance(value, list) else value


def as_mapping(job: ImportJob, wanted: Mapping[str, str]) -> dict[str, str]:
    """The columns of the file with the fields that somebody chose for them.

    Raises:
        BadMapping: two columns for one field, or a field that does not exist; says so.
    """
    table = kinds.get(job.kind)
    known = {*table.columns, *table.extra_columns, ""}
    chosen: dict[str, str] = {}
    for column in job.columns:
        name = column["name"]
        field = wanted.get(name, column["field"])
        if field not in known and not (field == OWN and table.open_part is not None):
            raise BadMapping(_("“%(field)s” is no field.") % {"field": field[:80]})
        if field not in ("", OWN) and field in chosen.values():
            other = next(column for column, taken in chosen.items() if taken == field)
            raise BadMapping(
                _("“%(field)s” is chosen for both “%(first)s” and “%(second)s”.")
                % {"field": labels.label_of(table, field), "first": other, "second": name}
            )
        chosen[name] = field
    return chosen
