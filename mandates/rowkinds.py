"""What pages and the search know of this app's rows."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base import rowkinds
from coordination.base.rowkinds import CODE, CONTEXT, NAME, Entry, RowKind, line, period_of
from mandates.models import Expectation, Mandate
from network.shortnames import short_name


def _mandate_entries() -> Iterator[Entry]:
    """One query."""
    rows = Mandate.objects.order_by("sort_sv", "code").values_list(
        "pk",
        "title_sv",
        "title_en",
        "code",
        "legal_basis",
        "joint_assignment",
        "target_group_sv",
        "target_group_en",
        "function__name_sv",
        "function__name_en",
        "holder__name_sv",
        "holder__name_en",
        "valid_from",
        "valid_until",
    )
    for pk, swedish, english, code, *context, begins, ends in rows:
        texts = [(swedish, NAME), (english, NAME), (code, CODE), *((text, CONTEXT) for text in context)]
        yield Entry(pk, tuple((text, weight) for text, weight in texts if text), begins, ends)


def _expectation_entries() -> Iterator[Entry]:
    """One query."""
    rows = Expectation.objects.order_by("sort_sv", "code").values_list(
        "pk",
        "title_sv",
        "title_en",
        "code",
        "function__name_sv",
        "function__name_en",
        "valid_from",
        "valid_until",
    )
    for pk, swedish, english, code, *context, begins, ends in rows:
        texts = [(swedish, NAME), (english, NAME), (code, CODE), *((text, CONTEXT) for text in context)]
        yield Entry(pk, tuple((text, weight) for text, weight in texts if text), begins, ends)


def _mandate_detail(row: Any) -> str:
    proposed = _("proposed, not decided") if row.status == Mandate.Status.PROPOSED else ""
    return line(short_name(row.holder.name), row.function, proposed, period_of(row))


def _expectation_detail(row: Any) -> str:
    area = _("In each adopted area") if row.each_area else row.area or _("Cross-sector")
    return line(row.function, area, row.level)


def register() -> None:
    """Make this app's rows known. Called once, when the app is ready."""
    for kind in (
        RowKind(
            "mandate",
            Mandate,
            gettext_lazy("Mandates"),
            30,
            ("holder", "function"),
            detail=_mandate_detail,
            code="code",
            entries=_mandate_entries,
            list_name="mandates:mandates",
        ),
        RowKind(
            "expectation",
            Expectation,
            gettext_lazy("Expectations"),
            40,
            ("function", "area", "level"),
            detail=_expectation_detail,
            code="code",
            entries=_expectation_entries,
            list_name="mandates:expectations",
        ),
    ):
        rowkinds.register(kind)
