"""Citing a row: what it said on a day, as a fingerprint that tells later whether it still says so.

The content is what the register knows of the row itself: its own fields, what hangs on it (names, seats,
sides …) on the day, and its sources. Not part of it: who confirmed or edited it and when, and whatever
higher apps say about it. Rows it points at count by their permanent ids. Empty values are left out, so that
a field which a later version of the program adds changes no fingerprint until somebody fills it.
"""

import datetime
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Model
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import get_language_from_path

from coordination.base import as_of as as_of_module
from coordination.base import nouns
from coordination.base.models import Citation
from coordination.base.nouns import Noun
from coordination.base.periods import Period

LENGTH = 16  # hexadecimal digits: 64 bits, enough to tell versions of a row apart
GROUP = 4
# Of every row: bookkeeping, not content.
LEFT_OUT = {"id", "version", "confirmed_on", "confirmed_by", "updated_at", "sort_sv", "sort_en", "position"}


def content(row: Any, as_of: datetime.date) -> dict[str, Any]:
    """What `row` says on `as_of`, as JSON values. A few queries for each kind of part, however many rows.

    Returns:
        {"kind", "as_of", "row": {field: value}, "parts": {kind: [{field: value}]}, "sources": [{field: value}]}.
    """
    sources = [_fields(source, {"content_type", "object_id"}) for source in _sources(row)]
    found = {
        "kind": row._meta.model_name,
        "as_of": as_of.isoformat(),
        "row": _fields(row, set()),
        "parts": _parts(row, as_of),
        "sources": sorted(sources, key=canonical),
    }
    return {name: value for name, value in found.items() if value}


def fingerprint(row: Any, as_of: datetime.date) -> str:
    """The first 64 bits of the SHA-256 of `content` as canonical JSON, written as four groups of digits."""
    digest = hashlib.sha256(canonical(content(row, as_of)).encode()).hexdigest()[:LENGTH]
    return "-".join(digest[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read_fingerprint(text: str) -> str | None:
    """A fingerprint as somebody typed or pasted it, in our form; None if it is none.

    >>> read_fingerprint(" 3F9A 11C2-77b0 0d15 "), read_fingerprint("3f9a")
    ('3f9a-11c2-77b0-0d15', None)
    """
    digits = re.sub(r"[\s\-–]", "", text).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{LENGTH}}}", digits):
        return None
    return "-".join(digits[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces, in Unicode's composed form (NFC)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return unicodedata.normalize("NFC", text)


def _sources(row: Any) -> list[Citation]:
    if not hasattr(row, "citations"):
        return []
    cached = getattr(row, "_prefetched_objects_cache", {}).get("citations")
    return list(cached if cached is not None else row.citations.select_related("document"))


def _fields(row: Any, leave_out: set[str]) -> dict[str, Any]:
    """The fields of `row` that hold something, and its plain many-to-many fields as sorted ids."""
    found: dict[str, Any] = {}
    for field in _kept_fields(row):
        if field.name not in leave_out:
            found[field.name] = _value(getattr(row, field.name))
    for many in row._meta.many_to_many:
        if many.remote_field.through._meta.auto_created:
            found[many.name] = sorted(_value(other) for other in getattr(row, many.name).all())
    return {name: value for name, value in found.items() if value not in (None, "", [], {}, False)}


def _kept_fields(row: Any) -> list[Any]:
    """What the history keeps too: personal data that it leaves out has no place in a citation either."""
    history: Any = getattr(row, "history", None)
    fields = history.model.tracked_fields if history is not None else row._meta.concrete_fields
    return [field for field in fields if field.name not in LEFT_OUT]


def _value(value: Any) -> Any:
    if isinstance(value, Model):
        return key_of(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return value if isinstance(value, (str, int, bool, float, list, dict, type(None))) else str(value)


def key_of(row: Any) -> str:
    """The permanent id of a row; of an area with its strategy's, since it is unique only there."""
    for name in ("slug", "code"):
        if hasattr(row, name):
            own = str(getattr(row, name))
            return f"{row.strategy.slug}/{own}" if _is_unique_in_strategy(row) else own
    return str(row.pk)


def _is_unique_in_strategy(row: Any) -> bool:
    return hasattr(row, "strategy") and not row._meta.get_field("code").unique


def _parts(row: Any, as_of: datetime.date) -> dict[str, list[dict[str, Any]]]:
    """What hangs on `row` and goes where it goes, in force on `as_of`; of its own app only."""
    found: dict[str, list[dict[str, Any]]] = {}
    for relation in row._meta.related_objects:
        model: Any = relation.related_model
        if relation.on_delete is not models.CASCADE or model._meta.app_label != row._meta.app_label:
            continue
        if not hasattr(model, "history"):  # contacts and memberships: about people
            continue
        rows = model._default_manager.filter(**{relation.field.name: row})
        if issubclass(model, Period):
            rows = rows.as_of(as_of)
        pointed = [field.name for field in model._meta.concrete_fields if field.many_to_one]
        rows = rows.select_related(*pointed)
        shown = [_fields(part, {relation.field.name}) for part in rows]
        if shown:
            found[model._meta.model_name] = sorted(shown, key=canonical)
    return found


@dataclass(frozen=True)
class Cited:
    """What a permanent link points at."""

    noun: Noun
    lookup: dict[str, str]
    as_of: datetime.date


class NoRow(ValueError):
    """The link leads to no row's page."""


class NoDay(ValueError):
    """The link names no day."""


def read_link(link: str) -> Cited:
    """The row and day that a permanent link names, whether or not there is such a row.

    Raises:
        NoRow, NoDay.
    """
    parts = urlsplit(link.strip())
    path = parts.path
    language = get_language_from_path(path) or settings.LANGUAGE_CODE
    try:
        with translation.override(language):
            match = resolve(path)
    except Resolver404 as error:
        raise NoRow(link) from error
    noun = next((n for n in nouns.all_nouns() if f"{n.app}:{n.key}" == match.view_name), None)
    if noun is None:
        raise NoRow(link)
    names = {name: noun.address.get(name, noun.lookup) for name in match.kwargs}
    lookup = {names[name]: str(value) for name, value in match.kwargs.items()}
    day = as_of_module.parse(QueryDict(parts.query).get(as_of_module.PARAMETER))
    if day is None:
        raise NoDay(link)
    return Cited(noun, lookup, day)
