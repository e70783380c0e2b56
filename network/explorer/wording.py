"""What each measure is called, and in one sentence what it says here and what it does not."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Measure:
    """`decimals`: how exactly it is shown."""

    label: str | Promise
    meaning: str | Promise
    decimals: int = 0


MEASURES: dict[str, Measure] = {
    "degree": Measure(
        _("Contacts"),
        _("How many others the actor has a tie to; it does not say how much they do together."),
    ),
    "strength": Measure(
        _("Strength"),
        _(
            "The actor's ties by weight, where a large network counts as little for each pair; it does not say that the work is good."
        ),
        2,
    ),
    "betweenness": Measure(
        _("Brokerage"),
        _(
            "The share of all pairs of others whose shortest way to each other passes the actor; it does not say that anything is passed on."
        ),
        4,
    ),
    "closeness": Measure(
        _("Closeness"),
        _(
            "How few steps the actor needs to reach the others it can reach; it does not say that they would answer."
        ),
        3,
    ),
    "harmonic": Measure(
        _("Reach"),
        _(
            "The others counted by nearness, one for each contact and a half for each contact's contact; it does not count who is not tied at all."
        ),
        1,
    ),
    "pagerank": Measure(
        _("PageRank"),
        _(
            "How often a random walk along the ties comes to the actor; it does not say that the actor decides anything."
        ),
        4,
    ),
    "core_number": Measure(
        _("Core"),
        _(
            "The largest number k such that the actor belongs to a circle where everybody has k ties; it mostly shows who sits in the same large network."
        ),
    ),
    "constraint": Measure(
        _("Constraint"),
        _(
            "How much the actor's contacts also know each other; high means few other ways out, not that somebody holds it back."
        ),
        2,
    ),
    "effective_size": Measure(
        _("Effective size"),
        _(
            "The contacts less those that lead to the same people; it does not say which contact could be spared."
        ),
        1,
    ),
    "clustering": Measure(
        _("Clustering"),
        _(
            "The share of the actor's pairs of contacts that are tied to each other; it is 0 for fewer than two contacts."
        ),
        2,
    ),
}
SIZES = ("degree", "strength", "betweenness", "closeness", "pagerank", "core_number")
COMMUNITY = Measure(
    _("Community"),
    _(
        "Those who are tied more among themselves than with others have the same number; a community is found by calculation, nobody has formed it."
    ),
)
ARTICULATION = Measure(
    _("Only link"),
    _("Without the actor some of the others no longer reach each other; it does not say that they need to."),
)
BROKERED = Measure(
    _("Pairs brokered"),
    _(
        "Pairs of contacts that are not tied to each other; the actor could introduce them, which does not say that it does."
    ),
)
ROLES: dict[str, Measure] = {
    "coordinator": Measure(
        _("Coordinator"),
        _(
            "Pairs of contacts of the actor's own kind that it stands between; it does not say that it has the task."
        ),
    ),
    "representative": Measure(
        _("Representative"),
        _(
            "Pairs of a contact of its own kind and one of another that it stands between; it does not say that it speaks for anybody."
        ),
    ),
    "itinerant": Measure(
        _("Itinerant broker"),
        _(
            "Pairs of contacts alike in kind, of another kind than its own, that it stands between; it does not say that they ask for it."
        ),
    ),
    "liaison": Measure(
        _("Liaison"),
        _(
            "Pairs of contacts of two kinds, both other than its own, that it stands between; it does not say that they need each other."
        ),
    ),
}
WHOLE: dict[str, Measure] = {
    "density": Measure(
        _("Density"),
        _(
            "The share of all possible ties that exist; it falls as a register grows, so that sizes must be alike to compare."
        ),
        4,
    ),
    "components": Measure(
        _("Parts"),
        _(
            "Groups of actors that reach each other, isolates included; nothing says that two parts ought to meet."
        ),
    ),
    "transitivity": Measure(
        _("Transitivity"),
        _("How often two contacts of the same actor are tied; a large network alone makes it high."),
        2,
    ),
    "modularity": Measure(
        _("Modularity"),
        _(
            "How much more ties stay inside the communities than chance would have it; it does not say that the division is the right one."
        ),
        2,
    ),
    "articulation_points": Measure(_("Only links"), ARTICULATION.meaning),
    "bridges": Measure(
        _("Bridges"),
        _(
            "Ties without which some actors no longer reach each other; it does not say that anybody uses them."
        ),
    ),
    "ei_index": Measure(
        _("Openness between kinds"),
        _(
            "Ties between kinds less ties within, as a share of all, from -1 to 1; it is read beside what the sizes alone would give, and is no grade."
        ),
        2,
    ),
}
EVERY: dict[str, Measure] = {
    **MEASURES,
    "community": COMMUNITY,
    "articulation": ARTICULATION,
    "brokerage": BROKERED,
    **ROLES,
    **WHOLE,
}
