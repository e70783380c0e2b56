"""Headlines and sentences of findings that sum up more than a list can show. As those of single ones."""

from mandates.explain_texts import Text

MANY_HEADLINES: dict[str, dict[str, Text]] = {
    "vertical_sharing.many": {
        "sv": "Uppgiften {if_function} {area} delas mellan nivåer",
        "en": "The task {if_function} {area} is shared between levels",
    },
    "complementary.many": {
        "sv": "{count} par av aktörer kompletterar varandra {area}",
        "en": "{count} pairs of actors complement each other {area}",
    },
    "fragmentation.many": {
        "sv": "{count} statliga aktörer har uppdrag {area}",
        "en": "{count} government actors have mandates {area}",
    },
    "coordination_gap.many": {
        "sv": "{count} par av aktörer om {function} {area} saknar samverkan",
        "en": "{count} pairs of actors with {function} {area} do not work together",
    },
    "coordination_gap.area.many": {
        "sv": "{count} av {of} par som kompletterar varandra {area} saknar samverkan",
        "en": "{count} of {of} pairs that complement each other {area} do not work together",
    },
    "dormant.many": {
        "sv": "Registret visar inget som {of} aktörer gör med sina uppdrag om {function} {area}",
        "en": "The register shows nothing done by {of} actors on their mandates for {function} {area}",
    },
    "absent_holder.many": {
        "sv": "{count} som leder saknas i nätverket {network}",
        "en": "{count} that lead are missing from the network {network}",
    },
    "stale.many": {
        "sv": (
            "Ett uppdrag om {function} {area} är inte bekräftat",
            "{count} uppdrag om {function} {area} är inte bekräftade",
        ),
        "en": (
            "One mandate for {function} {area} is not confirmed",
            "{count} mandates for {function} {area} are not confirmed",
        ),
    },
    "unsourced.many": {
        "sv": (
            "Ett uppdrag om {function} {area} saknar källa",
            "{count} uppdrag om {function} {area} saknar källa",
        ),
        "en": (
            "One mandate for {function} {area} has no source",
            "{count} mandates for {function} {area} have no source",
        ),
    },
    "no_sunset.many": {
        "sv": (
            "Ett uppdrag om {function} {area} saknar slutdatum och redovisningsdag",
            "{count} uppdrag om {function} {area} saknar slutdatum och redovisningsdag",
        ),
        "en": (
            "One assignment on {function} {area} has no end and no report date",
            "{count} assignments on {function} {area} have no end and no report date",
        ),
    },
}

MANY_SENTENCES: dict[str, dict[str, Text]] = {
    "vertical_sharing.many": {
        "sv": "Uppgiften {if_function} {area} delas mellan olika nivåer av {count} par av aktörer. Det är ofta avsikten. De mest lika visas.",
        "en": "The task {if_function} {area} is shared between levels by {count} pairs of actors. That is often intended. The most alike are shown.",
    },
    "complementary.many": {
        "sv": "{count} par av aktörer har olika uppgifter {area} för samma nivå. De kan ha nytta av varandra. De mest lika visas.",
        "en": "{count} pairs of actors have different tasks {area} for the same level. They may be of use to each other. The most alike are shown.",
    },
    "fragmentation.many": {
        "sv": "{count} statliga aktörer har uppdrag {area}. Några av dem är {actors}.",
        "en": "{count} government actors have mandates {area}. Some of them are {actors}.",
    },
    "coordination_gap.many": {
        "sv": "{count} par av aktörer har med varandras uppgifter att göra när det gäller {function} {area}, men registret visar varken samverkan eller ett gemensamt nätverk som möts. De mest lika visas.",
        "en": "{count} pairs of actors have to do with each other's tasks in {function} {area}, but the register shows neither a collaboration nor a shared network that meets. The most alike are shown.",
    },
    "coordination_gap.area.many": {
        "sv": "{count} av {of} par av aktörer som kompletterar varandra {area} saknar samverkan och gemensamt nätverk. De som har mest med varandra att göra visas.",
        "en": "{count} of {of} pairs of actors that complement each other {area} have neither a collaboration nor a shared network. Those with most to do with each other are shown.",
    },
    "dormant.many": {
        "sv": "{of} aktörer har {count} uppdrag om {function} {area} som namnger strategins mål, men sedan {since_day} syns varken samverkan, möte eller beslut där. De äldsta visas.",
        "en": "{of} actors hold {count} mandates for {function} {area} that name the strategy's goal, but since {since_day} the register shows no tie, meeting or decision there. The oldest are shown.",
    },
    "absent_holder.many": {
        "sv": "{count} uppdrag leder inom nätverkets områden, men innehavarna har ingen plats i nätverket {network} eller var inte med på de senaste mötena. De äldsta visas.",
        "en": "{count} mandates lead in the network's areas, but their holders have no seat in the network {network} or were not at its last meetings. The oldest are shown.",
    },
    "stale.many": {
        "sv": "{count} uppdrag om {function} {area}, hos {of} aktörer, har inte bekräftats på länge eller aldrig. De som det är längst sedan visas.",
        "en": "{count} mandates for {function} {area}, of {of} actors, have not been confirmed for long, or never. Those longest ago are shown.",
    },
    "unsourced.many": {
        "sv": "{count} uppdrag om {function} {area}, hos {of} aktörer, saknar källa. Några av dem visas.",
        "en": "{count} mandates for {function} {area}, of {of} actors, have no source. Some of them are shown.",
    },
    "no_sunset.many": {
        "sv": "{count} uppdrag om {function} {area}, hos {of} aktörer, har varken slutdatum eller redovisningsdag. Några av dem visas.",
        "en": "{count} assignments on {function} {area}, to {of} actors, have neither an end nor a report date. Some of them are shown.",
    },
}
