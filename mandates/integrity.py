"""What must hold between mandates, expectations and what they point at."""

from collections.abc import Iterator

from django.db.models import F

from coordination.base.faults import Fault, cycles, fault, register
from mandates import reviews
from mandates.models import Expectation, Mandate, Review


@register("mandate_successor_cycle")
def successors() -> Iterator[Fault]:
    """No chain of successors leads back to where it began."""
    edges = Mandate.objects.exclude(successor=None).values_list("code", "successor__code")
    for knot in cycles(edges):
        value = ", ".join(knot)
        yield Fault(
            "mandate_successor_cycle",
            "mandates.mandate",
            knot[0],
            "successor",
            value,
            "Leads back to itself.",
        )


@register("area_of_strategy")
def areas() -> Iterator[Fault]:
    """The area of a mandate or an expectation belongs to the strategy that it names."""
    for model in (Mandate, Expectation):
        rows = model._default_manager.exclude(area=None).exclude(area__strategy=F("strategy"))
        for row in rows.select_related("area").order_by("code"):
            yield fault(
                "area_of_strategy",
                row,
                "area",
                row.area.code if row.area else "",
                "Belongs to another strategy.",
            )


@register("mandate")
def mandates() -> Iterator[Fault]:
    """A mandate aims at a level; one that is only proposed says in which scenario."""
    for row in Mandate.objects.filter(levels=None).order_by("code"):
        yield fault("mandate", row, "levels", "", "Aims at no level.")
    for row in Mandate.objects.filter(status=Mandate.Status.PROPOSED, scenario="").order_by("code"):
        yield fault("mandate", row, "scenario", "", "Is proposed, in no scenario.")


@register("group_of_actors")
def groups() -> Iterator[Fault]:
    """Where a group is asked for, there is a group."""
    for row in Expectation.objects.filter(holder_group__is_group=False).select_related("holder_group"):
        yield fault("group_of_actors", row, "holder_group", row.holder_group, "Is not a group.")
    links = Mandate.territory_groups.through.objects.filter(actor__is_group=False)
    for code, slug in links.order_by("pk").values_list("mandate__code", "actor__slug"):
        yield fault("group_of_actors", (Mandate, code), "territory_groups", slug, "Is not a group.")


@register("review_is_whole")
def frozen_reviews() -> Iterator[Fault]:
    """What a review froze is what its fingerprint says."""
    for row in Review.objects.filter(frozen_at__isnull=False).order_by("slug").iterator(chunk_size=10):
        if not reviews.is_whole(row):
            yield fault("review_is_whole", row, "content", "", "Is not what was frozen.")
