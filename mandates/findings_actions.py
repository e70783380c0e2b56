"""Action taken: a change of the register that closes a finding, with its source and the disposition, in one go."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.base import nouns
from coordination.base.charts import language
from coordination.base.editing import save_form, save_row
from coordination.base.forms import REASON_LENGTH, RowForm
from coordination.base.history import keep_baseline
from coordination.base.models import Citation
from mandates import explain, findings_refresh, findings_work, register_snapshot, thresholds
from mandates.findings_store import Row, is_quick
from mandates.findings_work import Moment
from mandates.models import Disposition, Finding, FindingEvent, Mandate
from mandates.rules import findings

ENDING = ("valid_to", "sources")
MANDATE = (
    "holder",
    "title_sv",
    "title_en",
    "valid_from",
    "valid_to",
    "kind",
    "legal_basis",
    "sources",
    "strategy",
    "area",
    "function",
    "levels",
    "explicit",
    "role",
    "report_due",
    "target_group_sv",
    "target_group_en",
    "joint_assignment",
    "amount_sek_per_year",
)
PLACE = ("network", "actor", "role_sv", "role_en", "valid_from", "valid_to", "sources")
TIE = ("title_sv", "title_en", "kind", "area", "participants", "valid_from", "valid_to", "sources")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: the noun whose form makes it, and which of its fields, in order."""

    app: str
    noun: str
    label: str | Promise
    only: tuple[str, ...]
    is_new: bool = False


KINDS: dict[str, Kind] = {
    "give": Kind("mandates", "mandate", gettext_lazy("Record a new mandate"), MANDATE, is_new=True),
    "take_over": Kind(
        "mandates",
        "mandate",
        gettext_lazy("Record the mandate that takes over after %(row)s"),
        MANDATE,
        is_new=True,
    ),
    "prolong": Kind("mandates", "mandate", gettext_lazy("Prolong %(row)s"), ENDING),
    "end": Kind("mandates", "mandate", gettext_lazy("End %(row)s"), ENDING),
    "role": Kind("mandates", "mandate", gettext_lazy("Say the role of %(row)s"), ("role", "sources")),
    "sunset": Kind(
        "mandates",
        "mandate",
        gettext_lazy("Set an end or a report date for %(row)s"),
        ("valid_to", "report_due", "sources"),
    ),
    "cite": Kind("mandates", "mandate", gettext_lazy("Cite the source of %(row)s"), ("sources",)),
    "convene": Kind("network", "convener", gettext_lazy("Name a convener of %(row)s"), PLACE, is_new=True),
    "seat": Kind("network", "seat", gettext_lazy("Give a seat in %(row)s"), PLACE, is_new=True),
    "end_network": Kind("network", "network", gettext_lazy("End the network %(row)s"), ENDING),
    "tie": Kind(
        "network", "collaboration", gettext_lazy("Record a collaboration between them"), TIE, is_new=True
    ),
    "end_tie": Kind("network", "collaboration", gettext_lazy("End the collaboration %(row)s"), ENDING),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A change that may close a finding: a key of KINDS, and the id of the row it is about ("" for none)."""

    kind: str
    row: str = ""

    @property
    def label(self) -> str:
        return str(KINDS[self.kind].label) % {"row": self.row}

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.row}"


class StillThere(Exception):
    """The change leaves the finding as it is; nothing was saved. `said`: why, as far as one can say."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def offers(body: Mapping[str, Any]) -> list[Offer]:
    """The changes that would close the finding `body`, the most likely first."""
    rule, evidence = body["rule"], body.get("evidence") or {}
    mandates = list(body.get("mandates") or ())
    networks = list(body.get("networks") or ())
    ties = list(body.get("collaborations") or ())
    last = [row["mandate"] for row in evidence.get("last_met_by") or ()]
    counted = [row["mandate"] for row in evidence.get("counted") or ()]
    match rule:
        case "gap" | "voluntary_only":
            return [Offer("give"), *(Offer("prolong", code) for code in last)]
        case "projected_gap" | "short_term":
            return [*(Offer("prolong", code) for code in last or counted), Offer("give")]
        case "orphaned" if mandates:
            return [Offer("take_over", mandates[0]), Offer("prolong", mandates[0])]
        case "orphaned" if networks:
            return [Offer("convene", networks[0]), Offer("end_network", networks[0])]
        case "orphaned":
            return [Offer("end_tie", code) for code in ties]
        case "dangling_successor":
            return [Offer("take_over", evidence["last"]), Offer("prolong", evidence["last"])]
        case "overlap" | "duplication" | "assignment_collision":
            ending = [Offer("end", code) for code in mandates] if len(mandates) == 2 else []
            return [*([] if body.get("managed") else [Offer("tie")]), *ending]
        case "coordination_gap" | "fragmentation" | "single_point_of_failure":
            return [Offer("tie"), Offer("give")] if rule == "single_point_of_failure" else [Offer("tie")]
        case "no_lead" | "contested_lead":
            return [Offer("role", code) for code in mandates]
        case "absent_holder":
            return [Offer("seat", networks[0])]
        case "unmandated":
            return [Offer("give"), *(Offer("end_tie", code) for code in ties)]
        case "dormant":
            return [Offer("end", code) for code in mandates]
        case "no_sunset":
            return [Offer("sunset", code) for code in mandates]
        case "unsourced":
            return [Offer("cite", code) for code in mandates]
    return []


def form_of(offer: Offer, body: Mapping[str, Any], *, user: Any, data: Any = None) -> tuple[RowForm, Any]:
    """The form of the change, filled with what would close the finding; and the row that it changes, if any.

    Raises:
        LookupError: the row is gone.
    """
    kind = KINDS[offer.kind]
    noun = nouns.get(kind.app, kind.noun)
    if kind.is_new:
        form = noun.form_class(data, initial=initial_of(offer, body), user=user, only=kind.only)
        row = None
    else:
        row = noun.rows.filter(**{noun.lookup: offer.row}).first()
        if row is None:
            raise LookupError(offer.row)
        form = noun.form_class(data, instance=row, user=user, only=kind.only)
    form.fields.pop("reason", None)  # the disposition's reason is the change's
    form.order_fields(kind.only)
    if "sources" in form.fields:
        form.fields["sources"].required = kind.is_new
    return form, row


def initial_of(offer: Offer, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a new row starts with, as raw values of its form."""
    actors = list(body.get("actors") or ())
    area = body.get("area") or ""
    strategy = body.get("strategy") or ""
    areas = {"area": f"{strategy}/{area}"} if strategy and area not in ("", "*") and ";" not in area else {}
    if offer.kind in ("convene", "seat"):
        holder = actors[0] if offer.kind == "seat" and actors else ""
        return {"network": offer.row, "actor": holder}
    if offer.kind == "tie":
        return {"participants": actors, **areas}
    evidence = body.get("evidence") or {}
    row = evidence.get("row") or {}
    asked: dict[str, Any] = evidence.get("asked") or next(iter(evidence.get("expectations") or ()), {})
    levels = [asked["level"]] if asked else list(row.get("levels") or ())
    kinds = list(asked.get("kinds") or ())
    return {
        "strategy": strategy,
        **areas,
        "function": body.get("function") or "",
        "levels": levels,
        "explicit": bool(asked.get("explicit_only") or row.get("explicit")),
        "kind": kinds[0] if len(kinds) == 1 else "",
        "holder": (asked.get("holder_group") or "") if asked else "",
        "title_sv": row.get("title_sv", ""),
        "title_en": row.get("title_en", ""),
        "status": Mandate.Status.DECIDED,
    }


def new_sources(form: RowForm, row: Any) -> list[Citation]:
    """The sources that a valid form cites and the row did not cite before."""

    def same(citation: Citation) -> tuple[Any, ...]:
        return (citation.document_id, citation.place, citation.url, citation.label)

    had = {same(citation) for citation in row.citations.all()} if row is not None else set()
    return [one for one in form.cleaned_data.get("sources") or () if same(one) not in had]


@transaction.atomic
def act(
    finding: Finding,
    row: Row,
    moment: Moment,
    *,
    offer: Offer,
    form: RowForm,
    reason: str,
    seen_version: int,
    even_if_open: bool = False,
) -> Disposition:
    """Make the change of a valid form, and the disposition that says so. The finding closes by itself.

    Args:
        even_if_open: keep the change though it does not close the finding.

    Raises:
        StillThere: it does not; nothing is saved.
        Conflict: somebody changed the row, or decided about the finding, meanwhile.
    """
    sources = new_sources(form, None if form.is_new else form.instance)
    form.cleaned_data["reason"] = reason[:REASON_LENGTH]
    if not form.is_new:
        keep_baseline(form.instance)
    changed = save_form(form, user=moment.user)
    if offer.kind == "take_over":
        _name_successor(offer.row, changed, moment, reason)
    day = effective_day(offer, changed, moment.as_of)
    closed = _closes(row, day, new=changed, even_if_open=even_if_open)
    made = findings_work.dispose(
        finding,
        row,
        moment,
        choice=Disposition.Choice.ACTION_TAKEN,
        reason=reason,
        seen_version=seen_version,
        source="\n".join(str(one) for one in sources),
        changes=[{"app": KINDS[offer.kind].app, "noun": KINDS[offer.kind].noun, "pk": changed.pk}],
        takes_effect=day,
    )
    if closed and day == moment.as_of == findings_refresh.followed_day(moment.today):
        close(finding, moment)
    return made


def _name_successor(code: str, successor: Mandate, moment: Moment, reason: str) -> None:
    mandate = Mandate.objects.get(code=code)
    keep_baseline(mandate)
    mandate.successor = successor
    save_row(mandate, seen_version=mandate.version, user=moment.user, reason=reason)


def effective_day(offer: Offer, row: Any, as_of: datetime.date) -> datetime.date:
    """The first day, from `as_of` on, on which the change is felt."""
    felt = None
    if KINDS[offer.kind].is_new:
        felt = getattr(row, "valid_from", None)
    elif offer.kind.startswith("end"):
        felt = row.valid_until
    return max(as_of, felt) if felt else as_of


GONE, MANAGED = "gone", "managed"


def standing_after(row: Row, day: datetime.date) -> str:
    """GONE where the register, as it now stands, is without the finding on `day`; MANAGED where it no longer is
    unmanaged; else "", also where the register is too large to be asked while somebody waits.
    """
    if not is_quick():
        return ""
    found = findings(register_snapshot.read(), day, thresholds.current(), rules=[row.rule])
    there = next((one for one in found if one.key == row.key), None)
    if there is None:
        return GONE
    return MANAGED if there.managed and row.managed is False else ""


def _closes(row: Row, day: datetime.date, *, new: Any, even_if_open: bool) -> bool:
    """Whether the register, as it now stands, is without the finding on `day`. Raises StillThere if it must be.

    A large register is not asked while somebody waits: the worker will close the finding.
    """
    if not is_quick():
        return False
    snapshot = register_snapshot.read()
    found = {one.key: one for one in findings(snapshot, day, thresholds.current(), rules=[row.rule])}
    there = found.get(row.key)
    if there is None:
        return True
    if there.managed and row.managed is False:
        return False  # still an overlap, and managed now
    if not even_if_open:
        names = explain.Names(snapshot)
        said = explain.explanation(there, names)[language()]
        raise StillThere(" ".join([*_why_it_does_not_count(there.evidence, new), said]))
    return False


def _why_it_does_not_count(evidence: Mapping[str, Any], new: Any) -> list[str]:
    code = getattr(new, "code", None)
    for miss in evidence.get("almost") or ():
        if miss["mandate"] == code:
            why = ", ".join(explain.why_not(reason, language()) for reason in miss["why_not"])
            return [_("%(code)s does not count: %(why)s.") % {"code": code, "why": why}]
    return []


def close(finding: Finding, moment: Moment) -> None:
    """Close at once what the change has closed, so that whoever made it sees it; the worker finds it so."""
    Finding.objects.filter(pk=finding.pk).update(is_open=False, closed_at=moment.now)
    FindingEvent.objects.create(
        finding=finding,
        kind=FindingEvent.Kind.CLOSED,
        cause=FindingEvent.Cause.ACTION,
        at=moment.now,
        as_of=moment.as_of,
        user=moment.user,
    )
