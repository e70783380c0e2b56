"""One line for each finding, by the key of the first sentence that explains it. Parameters are that sentence's."""

from mandates.explain_texts import Text

# Where the first sentence says no more than the headline does, pages leave it out below it.
SAID_BY_HEADLINE = frozenset({"unmet.nobody", "unmet.partly", "unmet.members", "orphaned.network.none"})

HEADLINES: dict[str, dict[str, Text]] = {
    "unmet.nobody": {
        "sv": "Ingen aktör har uppgiften {cell}",
        "en": "Nobody holds the task {cell}",
    },
    "unmet.partly": {
        "sv": "Bara {count} av minst {of} aktörer har uppgiften {cell}",
        "en": "Only {count} of at least {of} actors hold the task {cell}",
    },
    "unmet.members": {
        "sv": "{count} av {of} i gruppen {group} har uppgiften {cell}",
        "en": "{count} of {of} in the group {group} hold the task {cell}",
    },
    "not_mapped": {
        "sv": "Okänt vem som har uppgiften {cell}",
        "en": "Unknown who holds the task {cell}",
    },
    "goes_dark": {
        "sv": "Uppgiften {cell} saknar ansvarig från {dark_day}",
        "en": "The task {cell} has no owner from {dark_day}",
    },
    "short_term": {
        "sv": "Uppgiften {cell} vilar bara på tidsbegränsade uppdrag",
        "en": "The task {cell} rests on temporary mandates alone",
    },
    "overlap": {
        "sv": "{actors} har båda uppgiften {function} {area}",
        "en": "{actors} both have the task {function} {area}",
    },
    "duplication": {
        "sv": "{actors} har båda uppgiften {function} {area} för samma målgrupp",
        "en": "{actors} both have the task {function} {area} for the same target group",
    },
    "assignment_collision": {
        "sv": "{actors} har var sitt uppdrag om {function} {area} som ska vara klart nästan samtidigt",
        "en": "{actors} each have an assignment on {function} {area} due at nearly the same time",
    },
    "many_pairs": {
        "sv": "{count} par av uppdrag om {function} {area} möts",
        "en": "{count} pairs of mandates for {function} {area} meet",
    },
    "vertical_sharing": {
        "sv": "Uppgiften {if_function} {area} delas mellan nivåer",
        "en": "The task {if_function} {area} is shared between levels",
    },
    "complementary": {
        "sv": "{count} par av aktörer kompletterar varandra {area}",
        "en": (
            "{count} pair of actors complements each other {area}",
            "{count} pairs of actors complement each other {area}",
        ),
    },
    "orphaned.mandate": {
        "sv": "Ingen har tagit över {mandate} efter {actors}",
        "en": "Nobody has taken over {mandate} after {actors}",
    },
    "orphaned.known": {
        "sv": "Ingen är känd som har tagit över {mandate} efter {actors}",
        "en": "Nobody is known to have taken over {mandate} after {actors}",
    },
    "orphaned.network": {
        "sv": "Nätverket {network} har ingen sammankallande",
        "en": "The network {network} has no convener",
    },
    "orphaned.network.none": {
        "sv": "Nätverket {network} har ingen sammankallande",
        "en": "The network {network} has no convener",
    },
    "orphaned.collaboration": {
        "sv": "Samverkan {collaboration} har förlorat {actors}",
        "en": "The collaboration {collaboration} has lost {actors}",
    },
    "dangling.ended": {
        "sv": "Kedjan av efterträdare slutar med {mandate}, som inte längre är i kraft",
        "en": "The chain of successors ends with {mandate}, which is no longer in force",
    },
    "dangling.proposed": {
        "sv": "Kedjan av efterträdare slutar med {mandate}, som bara är ett förslag",
        "en": "The chain of successors ends with {mandate}, which is only a proposal",
    },
    "contested_lead": {
        "sv": "Flera leder uppgiften {cell}",
        "en": "Several lead the task {cell}",
    },
    "no_lead": {
        "sv": "Oklart vem som leder uppgiften {cell}",
        "en": "Unclear who leads the task {cell}",
    },
    "fragmentation": {
        "sv": "{count} statliga aktörer har uppdrag {area}",
        "en": "{count} government actors have mandates {area}",
    },
    "coordination_gap": {
        "sv": "{actors} har varken samverkan eller gemensamt nätverk",
        "en": "{actors} have neither a collaboration nor a shared network",
    },
    "coordination_gap.area": {
        "sv": "{count} av {of} par som kompletterar varandra {area} saknar samverkan",
        "en": "{count} of {of} pairs that complement each other {area} do not work together",
    },
    "unmandated": {
        "sv": "{actors} samverkar {area} utan eget uppdrag där",
        "en": "{actors} works with others {area} without a mandate there",
    },
    "dormant": {
        "sv": "Registret visar inget som {actors} gör {area} med sina uppdrag",
        "en": "The register shows nothing done by {actors} {area} on its mandates",
    },
    "absent_holder.seat": {
        "sv": "{actors} leder men saknar plats i nätverket {network}",
        "en": "{actors} leads but has no seat in the network {network}",
    },
    "absent_holder.missed": {
        "sv": "{actors} leder men var inte med på de {count} senaste mötena i nätverket {network}",
        "en": "{actors} leads but missed the last {count} meetings of the network {network}",
    },
    "single_point.cells": {
        "sv": "{count} förväntade uppgifter vilar på {actors} ensam",
        "en": "{count} expected tasks rest on {actors} alone",
    },
    "single_point.cut": {
        "sv": "Utan {actors} tappar {count} aktörer kontakten med de övriga",
        "en": "Without {actors}, {count} actors lose contact with the rest",
    },
    "stale": {
        "sv": (
            "Ett uppdrag hos {actors} är inte bekräftat",
            "{count} uppdrag hos {actors} är inte bekräftade",
        ),
        "en": (
            "One mandate of {actors} is not confirmed",
            "{count} mandates of {actors} are not confirmed",
        ),
    },
    "stale.never": {
        "sv": (
            "Ett uppdrag hos {actors} har aldrig bekräftats",
            "{count} uppdrag hos {actors} har aldrig bekräftats",
        ),
        "en": (
            "One mandate of {actors} has never been confirmed",
            "{count} mandates of {actors} have never been confirmed",
        ),
    },
    "unsourced": {
        "sv": ("Ett uppdrag hos {actors} saknar källa", "{count} uppdrag hos {actors} saknar källa"),
        "en": ("One mandate of {actors} has no source", "{count} mandates of {actors} have no source"),
    },
    "no_sunset": {
        "sv": (
            "Ett uppdrag till {actors} saknar slutdatum och redovisningsdag",
            "{count} uppdrag till {actors} saknar slutdatum och redovisningsdag",
        ),
        "en": (
            "One assignment to {actors} has no end and no report date",
            "{count} assignments to {actors} have no end and no report date",
        ),
    },
    "conflicting_basis": {
        "sv": "Aktörerna {area} styr efter olika indelningar",
        "en": "The actors {area} steer by different classifications",
    },
    "person_dependent": {
        "sv": "Samverkan {collaboration} hänger på en enda person",
        "en": "The collaboration {collaboration} depends on one single person",
    },
}
