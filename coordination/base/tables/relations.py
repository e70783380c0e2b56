"""Parts that name several rows, or that are kept in rows of their own."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from coordination.base.models import Citation, Document
from coordination.base.tables import storing
from coordination.base.tables.journal import BATCH, CREATED
from coordination.base.tables.parts import Field, Part
from coordination.base.tables.reading import clean
from coordination.base.tables.scope import Bad, Found, Reference, Row, Scope, word, words
from coordination.base.tables.storing import Stamp

CROSS_SECTOR, EACH = "*", "each"
DOCUMENT = Reference(Document, "slug")
EXTERNAL = "EXT"
_EXTERNAL_ENDS = re.compile(rf"\s*[+;]\s*(?={EXTERNAL}(?!\S))")
_MARK = re.compile(rf"(?<!\S){EXTERNAL}(?!\S) ?")
_is_url = URLValidator(schemes=["http", "https"])


class Area(Field):
    """A priority area, or `*` for none of them. `strategy`: the column that says whose areas are meant."""

    def __init__(self, *, strategy: str = "", each: str = "", **kwargs: Any) -> None:
        super().__init__("area", **kwargs)
        self.strategy, self.each = strategy, each
        self.select = ("area__strategy",)

    def parse(self, text: str, row: Row, scope: Scope) -> tuple[str, Any]:
        if text in ("", CROSS_SECTOR):
            return CROSS_SECTOR, None
        if self.each and text == EACH:
            return EACH, EACH
        within = row.text(self.strategy) if self.strategy else ""
        pk = scope.area(text, within)
        owner, code = next((owner, code) for owner, code, key in scope.areas if key == pk)
        return scope.area_text(owner, code, within=within), pk

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        if self.each and getattr(instance, self.each):
            return {self.column: EACH}
        area = instance.area
        if area is None:
            return {self.column: CROSS_SECTOR}
        within = instance.strategy.slug if self.strategy else ""
        return {self.column: scope.area_text(area.strategy.slug, area.code, within=within)}

    def assign(self, instance: Any, value: Any) -> None:
        if self.each:
            setattr(instance, self.each, value == EACH)
        instance.area_id = None if value == EACH else value

    def fields(self) -> tuple[str, ...]:
        return ("area", *([self.each] if self.each else []))


class Relation(Part):
    """A part that is kept in rows of their own, written once the row itself has a key."""

    is_relation = True

    def store(self, rows: Sequence[Row], stamp: Stamp) -> None:
        """Make the stored rows those of `row.values[self]`, for every row."""
        raise NotImplementedError


class Many(Relation):
    """Rows of another table by their ids, in a plain many-to-many field: a set, written in a fixed order."""

    def __init__(
        self,
        column: str,
        reference: Reference,
        *,
        attr: str = "",
        required: bool = False,
        refers_back: bool = False,
        extra: bool = False,
    ) -> None:
        super().__init__(column, extra=extra)
        self.column, self.reference, self.attr = column, reference, attr or column
        self.required, self.refers_back = required, refers_back
        self.prefetch = (self.attr,)

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], list[Found]]:
        found = {text: scope.find(self.reference, text, row) for text in words(row.text(self.column))}
        if self.required and not found:
            raise Bad(_("A value is missing."), code="missing")
        unique = {item.text: item for item in found.values()}
        listed = sorted(unique.values(), key=lambda item: (item.position, item.text))
        return {self.column: ";".join(item.text for item in listed)}, listed

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        key = self.reference.key
        rows = getattr(instance, self.attr).all()
        listed = sorted((getattr(row, "position", 0), str(getattr(row, key))) for row in rows)
        return {self.column: ";".join(text for _position, text in listed)}

    def store(self, rows: Sequence[Row], stamp: Stamp) -> None:
        replace_links(self.attr, rows, lambda row: row.values[self])


def replace_links(attr: str, rows: Sequence[Row], targets: Any) -> None:
    """Make the many-to-many field `attr` of each row's instance hold `targets(row)`."""
    if not rows:
        return
    relation = rows[0].instance._meta.get_field(attr)
    through = relation.remote_field.through
    owner, target = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
    old = [row.instance.pk for row in rows if not row.is_new]
    for start in range(0, len(old), BATCH):
        through._default_manager.filter(**{f"{owner}__in": old[start : start + BATCH]}).delete()
    links = [
        through(**{owner: row.instance.pk, target: pk_of(found)}) for row in rows for found in targets(row)
    ]
    through._default_manager.bulk_create(links, batch_size=BATCH)


def pk_of(found: Found) -> Any:
    return found.pending.instance.pk if found.pending else found.pk


class Areas(Relation):
    """Several priority areas, or `*` for none of them in particular."""

    def __init__(self, attr: str = "areas") -> None:
        super().__init__("area")
        self.attr = attr
        self.prefetch = (f"{attr}__strategy",)

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], list[Found]]:
        texts = [text for text in words(row.text("area")) if text != CROSS_SECTOR]
        found = {}
        for text in texts:
            pk = scope.area(text)
            owner, code = next((owner, code) for owner, code, key in scope.areas if key == pk)
            found[scope.area_text(owner, code)] = Found(pk, text)
        return {"area": ";".join(sorted(found)) or CROSS_SECTOR}, list(found.values())

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        areas = getattr(instance, self.attr).all()
        listed = sorted(scope.area_text(area.strategy.slug, area.code) for area in areas)
        return {"area": ";".join(listed) or CROSS_SECTOR}

    def store(self, rows: Sequence[Row], stamp: Stamp) -> None:
        replace_links(self.attr, rows, lambda row: row.values[self])


class Sources(Relation):
    """`sources` = "document place; document place"; `external_source` = "EXT name address + EXT …".

    Kept as citations, never as text. An external page that stands in both columns is one citation.
    """

    def __init__(self, *, extra: Sequence[str] = ()) -> None:
        super().__init__("sources", "external_source", extra=extra)

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], list[Citation]]:
        cited: list[tuple[str, Citation]] = []
        pages: list[Citation] = []
        for text in words(row.text("sources")):
            if text.split(maxsplit=1)[0] == EXTERNAL or text.startswith(("http://", "https://")):
                pages.append(_external(text, "sources"))
                continue
            slug, place = (_on_one_line(text).split(" ", 1) + [""])[:2]
            try:
                found = scope.find(DOCUMENT, slug)
            except Bad as bad:
                bad.column, bad.value = "sources", text
                raise
            _room("place", place, "sources")
            cited.append((found.text, Citation(document_id=found.pk, place=place)))
        for text in _EXTERNAL_ENDS.split(row.text("external_source")):
            if text.strip():
                pages.append(_external(text, "external_source"))
        unique_pages = {_page(citation): citation for citation in pages}
        unique_cited = {_cited(slug, citation.place): citation for slug, citation in cited}
        texts = {"sources": "; ".join(unique_cited), "external_source": " + ".join(unique_pages)}
        return texts, [*unique_cited.values(), *unique_pages.values()]

    def attach(self, instances: Sequence[Any]) -> None:
        # Django's own prefetch of generic relations builds a queryset for each row: 2 ms each.
        if not instances:
            return
        rows = Citation.objects.filter(
            content_type=ContentType.objects.get_for_model(type(instances[0])),
        ).select_related("document")
        if len(instances) <= BATCH:
            rows = rows.filter(object_id__in=[instance.pk for instance in instances])
        cited = grouped((row.object_id, row) for row in rows.order_by("position", "pk"))
        for instance in instances:
            instance.cited = cited.get(instance.pk, [])

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        rows = instance.cited
        cited = [_cited(row.document.slug, row.place) for row in rows if row.document]
        pages = [_page(row) for row in rows if not row.document]
        # The same place cited twice says no more than once.
        return {
            "sources": "; ".join(dict.fromkeys(cited)),
            "external_source": " + ".join(dict.fromkeys(pages)),
        }

    def store(self, rows: Sequence[Row], stamp: Stamp) -> None:
        if not rows:
            return
        content_type = ContentType.objects.get_for_model(type(rows[0].instance))
        old = [row.instance.pk for row in rows if not row.is_new]
        for start in range(0, len(old), BATCH):
            cited = Citation.objects.filter(
                content_type=content_type, object_id__in=old[start : start + BATCH]
            )
            storing.remove(list(cited), stamp)
        made = []
        for row in rows:
            for position, citation in enumerate(row.values[self]):
                citation.content_type, citation.object_id = content_type, row.instance.pk
                citation.position = position
                made.append(citation)
        storing.create(made)
        storing.record(made, CREATED, stamp)


def _cited(slug: str, place: str) -> str:
    return word(_on_one_line(f"{slug} {place}"))


def _page(citation: Citation) -> str:
    return f"{EXTERNAL} {_unmarked(f'{citation.label} {citation.url}')}"


def _unmarked(text: str) -> str:
    """The name and address of a page without the mark that the column puts before each."""
    return _MARK.sub("", _on_one_line(text)).strip()


def _on_one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _external(text: str, column: str) -> Citation:
    """“EXT Name of the page https://…”: a label, an address, or both."""
    plain = _unmarked(text)
    label, _space, last = plain.rpartition(" ")
    if not last.startswith(("http://", "https://")):
        label, last = plain, ""
    if last:
        try:
            _is_url(last)
        except ValidationError:
            label, last = plain, ""
    label = label.strip()
    if not label and not last:
        raise Bad(_("An external source has a name, an address, or both."), column=column, code="missing")
    _room("label", label, column)
    _room("url", last, column)
    return Citation(label=label, url=last)


def _room(name: str, text: str, column: str) -> None:
    most: int = getattr(Citation._meta.get_field(name), "max_length", 0)
    if len(text) > most:
        raise Bad(
            _("“%(start)s…” is too long: at most %(most)s characters.") % {"start": text[:40], "most": most},
            column=column,
            value=text,
            code="too_long",
        )


class Attributes(Part):
    """Whatever further columns a file has, kept as text in a JSON field and written back as columns."""

    is_open = True
    NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

    def __init__(self, attr: str = "attributes", *, most: int = 300) -> None:
        super().__init__()
        self.attr, self.most = attr, most

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], dict[str, str]]:
        found = {name: row.cells[name] for name in row.open_columns}
        for name, text in found.items():
            if len(text) > self.most:
                raise Bad(
                    _("“%(start)s…” is too long: at most %(most)s characters.")
                    % {"start": text[:40], "most": self.most},
                    column=name,
                    value=text,
                    code="too_long",
                )
        return found, found

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        kept: dict[str, Any] = getattr(instance, self.attr)
        return {name: clean(str(value)) for name, value in sorted(kept.items()) if str(value).strip()}

    def assign(self, instance: Any, value: dict[str, str]) -> None:
        kept = {**getattr(instance, self.attr), **value}
        setattr(instance, self.attr, {name: text for name, text in kept.items() if text})

    def fields(self) -> tuple[str, ...]:
        return (self.attr,)


def grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
