"""The tables of this app: mandates and expectations."""

from typing import Any

from django.utils.translation import gettext as _

from coordination.base.models import Level, MandateKind, MandateRole
from coordination.base.tablekinds import FUNCTION, PLACE, STRATEGY, doubts, ends_after_start, period, titles
from coordination.base.tables import TableKind, register
from coordination.base.tables.parts import Choice, Code, Day, Id, Number, Ref, Text, YesNo
from coordination.base.tables.relations import Area, Many, Relation, Sources, replace_links
from coordination.base.tables.scope import Bad, Found, Reference, Row, Scope, words
from coordination.base.tables.storing import Stamp
from mandates.models import Expectation, Mandate
from network.tableparts import ACTOR, GroupRef

MANDATE = Reference(Mandate, "code")
LEVEL = Reference(Level, "code")
MANDATE_KIND = Reference(MandateKind, "code")
OF_GROUP = "group:"


class Territory(Relation):
    """Where a mandate holds: codes of places, or `group:id` for where the members of a group are."""

    prefetch = ("territory_places", "territory_groups")

    def __init__(self) -> None:
        super().__init__("territory")

    def read(self, row: Row, scope: Scope) -> tuple[dict[str, str], tuple[list[Found], list[Found]]]:
        places, groups = {}, {}
        for text in words(row.text("territory")):
            if not text.startswith(OF_GROUP):
                places[text] = scope.find(PLACE, text)
                continue
            found = scope.find(ACTOR, text.removeprefix(OF_GROUP).strip())
            if not found.is_group:
                raise Bad(
                    _("“%(text)s” is an organisation, not a group.") % {"text": found.text}, code="no_group"
                )
            groups[found.text] = found
        texts = [*sorted(places), *(f"{OF_GROUP}{text}" for text in sorted(groups))]
        return {"territory": ";".join(texts)}, (list(places.values()), list(groups.values()))

    def write(self, instance: Any, scope: Scope) -> dict[str, str]:
        places = sorted(place.code for place in instance.territory_places.all())
        groups = sorted(f"{OF_GROUP}{group.slug}" for group in instance.territory_groups.all())
        return {"territory": ";".join([*places, *groups])}

    def store(self, rows: Any, stamp: Stamp) -> None:
        replace_links("territory_places", rows, lambda row: row.values[self][0])
        replace_links("territory_groups", rows, lambda row: row.values[self][1])


def register_all() -> None:
    """Offer this app's tables. Called once, when the app is ready."""
    register(
        TableKind(
            "mandates",
            Mandate,
            (
                Id("id", "code", slug=False),
                Ref("holder", ACTOR, required=True),
                *titles(),
                Code("kind", MandateKind, required=True),
                Ref("strategy", STRATEGY, required=True),
                Area(strategy="strategy"),
                Ref("function", FUNCTION, required=True),
                Many("level", LEVEL, attr="levels", required=True),
                Territory(),
                Text("target_group_sv", most=300),
                Text("target_group_en", most=300, extra=True),
                Code("role", MandateRole),
                YesNo("explicit"),
                *period(),
                Text("legal_basis", most=300),
                Choice("status", Mandate.Status, Mandate.Status.DECIDED),
                Text("scenario", most=80),
                Text("joint_assignment", most=80),
                Day("report_due"),
                Number("amount_sek_per_year", most=2**53),
                Ref("successor", MANDATE, refers_back=True),
                Sources(),
                *doubts(inferred=True, confirmed="strategy"),
            ),
            key=("id",),
            ordering=("code",),
            checks=(ends_after_start(),),
            confirms="strategy",
            order=20,
        )
    )
    register(
        TableKind(
            "expectations",
            Expectation,
            (
                Id("id", "code", slug=False),
                Ref("strategy", STRATEGY, required=True),
                Area(strategy="strategy", each="each_area"),
                Ref("function", FUNCTION, required=True),
                Code("level", Level, required=True),
                Number("min_holders", least=1, most=32767, empty=1),
                YesNo("explicit_only"),
                Many("kinds", MANDATE_KIND),
                YesNo("single_lead"),
                GroupRef("holder_group", ACTOR),
                *period(extra=("from_precision", "to_precision")),
                Day("mapped_from"),
                Day("mapped_until"),
                *titles(),
                Sources(extra=("external_source",)),
                *doubts(confidence=False, note=False, confirmed="strategy"),
            ),
            key=("id",),
            ordering=("code",),
            checks=(ends_after_start(), ends_after_start("mapped_from", "mapped_until")),
            confirms="strategy",
            order=21,
        )
    )
