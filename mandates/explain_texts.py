"""The words in which findings are explained. A pair (one, many) is chosen by `days`, `count` or the first list."""

Text = str | tuple[str, str]

WORDS: dict[str, dict[str, str]] = {
    "sv": {
        "and": "och",
        "more": "och {} till",
        "cross_sector": "över alla områden",
        "in_area": "inom {}",
        "at_level": "på {} nivå",
        "explicit": "som namnger strategins mål",
        "of_kind": "av slaget {}",
        "held_by_all": "hos {} som grupp eller hos alla dess medlemmar",
        "single_lead": "och där det framgår vem som leder",
        "ceased": "Aktören finns inte längre.",
        "until": "t.o.m. {}",
        "bond_collaboration": "samverkan {}",
        "bond_network": "nätverket {}",
        "bond_mandate": "samordningsuppdraget {}",
    },
    "en": {
        "and": "and",
        "more": "and {} more",
        "cross_sector": "across all areas",
        "in_area": "within {}",
        "at_level": "at {} level",
        "explicit": "that names the strategy's goal",
        "of_kind": "of the kind {}",
        "held_by_all": "with {} as a group or with all its members",
        "single_lead": "and says who leads",
        "ceased": "The actor no longer exists.",
        "until": "until {}",
        "bond_collaboration": "the collaboration {}",
        "bond_network": "the network {}",
        "bond_mandate": "the coordination mandate {}",
    },
}

REASONS: dict[str, dict[str, str]] = {
    "sv": {
        "ended": "slutade",
        "holder_ceased": "aktören har upphört",
        "not_begun": "har inte börjat",
        "proposed": "bara ett förslag",
        "area": "annat område",
        "level": "annan nivå",
        "not_explicit": "namnger inte strategins mål",
        "kind": "annat slag av uppdrag",
        "holder_group": "annan innehavare än gruppen",
    },
    "en": {
        "ended": "has ended",
        "holder_ceased": "the actor has ceased",
        "not_begun": "has not begun",
        "proposed": "only a proposal",
        "area": "another area",
        "level": "another level",
        "not_explicit": "does not name the strategy's goal",
        "kind": "another kind of mandate",
        "holder_group": "held by others than the group",
    },
}

LACKS: dict[str, dict[str, str]] = {
    "sv": {
        "ties": "de hänger inte ihop genom samverkan eller nätverk",
        "lead": "ingen av dem leder, och inget nätverk samlar dem",
    },
    "en": {
        "ties": "collaborations and networks do not connect them all",
        "lead": "none of them leads, and no network gathers them",
    },
}

SENTENCES: dict[str, dict[str, Text]] = {
    "unmet.nobody": {
        "sv": "Ingen aktör har uppgiften {cell}.",
        "en": "Nobody holds the task {cell}.",
    },
    "unmet.partly": {
        "sv": "Bara {count} av minst {of} aktörer har uppgiften {cell}: {actors}.",
        "en": "Only {count} of at least {of} actors hold the task {cell}: {actors}.",
    },
    "unmet.members": {
        "sv": "{count} av {of} i gruppen {group} har uppgiften {cell}.",
        "en": "{count} of {of} in the group {group} hold the task {cell}.",
    },
    "unmet.last": {
        "sv": (
            "{actors} hade den t.o.m. {last_day}. Den {day} har den varit utan ansvarig i en dag.",
            "{actors} hade den t.o.m. {last_day}. Den {day} har den varit utan ansvarig i {days} dagar.",
        ),
        "en": (
            "{actors} held it until {last_day}. On {day} it has been without an owner for one day.",
            "{actors} held it until {last_day}. On {day} it has been without an owner for {days} days.",
        ),
    },
    "unmet.known": {
        "sv": "Källorna visar att {actors} hade den t.o.m. {last_day}; om det fortsatte är okänt.",
        "en": "The sources show that {actors} held it until {last_day}; whether it went on is unknown.",
    },
    "unmet.never": {
        "sv": "Registret visar ingen som har haft den, trots att den förväntas sedan {first_day}.",
        "en": "The register shows nobody who has held it, though it has been expected since {first_day}.",
    },
    "projected.known": {
        "sv": "Det följer av vad som var beslutat den {mapped_until}; senare beslut kan ha ändrat saken.",
        "en": "This follows from what had been decided by {mapped_until}; later decisions may have changed it.",
    },
    "voluntary_only": {
        "sv": "{actors} arbetar med den frivilligt; ingen lag kräver det.",
        "en": "{actors}: the task is done of their own will; no law requires it.",
    },
    "not_mapped": {
        "sv": "Ingen i registret har uppgiften {cell}, men ingen har heller kontrollerat det efter {mapped_until}. Läget är okänt, det är inte en lucka.",
        "en": "Nobody in the register holds the task {cell}, but nobody has checked since {mapped_until} either. It is unknown, not a gap.",
    },
    "goes_dark": {
        "sv": "{actors} har uppgiften {cell} t.o.m. {last_day}. Inget beslut ger den till någon från {dark_day}.",
        "en": (
            "{actors} holds the task {cell} until {last_day}. No decision gives it to anybody from {dark_day}.",
            "{actors} hold the task {cell} until {last_day}. No decision gives it to anybody from {dark_day}.",
        ),
    },
    "from_above": {
        "sv": "Den efterfrågas {level}, men bara aktörer på en högre nivå har den.",
        "en": "It is asked for {level}, but only actors of a higher level hold it.",
    },
    "short_term": {
        "sv": "Uppgiften {cell} vilar bara på tidsbegränsade uppdrag: {actors} har den t.o.m. {last_day}, men den behövs t.o.m. {needed_day}.",
        "en": (
            "The task {cell} rests on temporary mandates alone: {actors} holds it until {last_day}, but it is needed until {needed_day}.",
            "The task {cell} rests on temporary mandates alone: {actors} hold it until {last_day}, but it is needed until {needed_day}.",
        ),
    },
    "overlap": {
        "sv": "{actors} har båda uppgiften {function} {area}, riktad till samma nivå: {mandate} och {other_mandate}. Det kan vara avsiktligt.",
        "en": "{actors} both have the task {function} {area}, aimed at the same level: {mandate} and {other_mandate}. It may be intended.",
    },
    "duplication": {
        "sv": "{actors} har båda uppgiften {function} {area}, med målgruppen {texts} gemensam: {mandate} och {other_mandate}. Det kan vara samma insats två gånger, eller avsiktligt.",
        "en": "{actors} both have the task {function} {area}, with the target group {texts} in common: {mandate} and {other_mandate}. It may be the same effort twice, or intended.",
    },
    "assignment_collision": {
        "sv": "{actors} har var sitt uppdrag om {function} {area} som ska vara klart nästan samtidigt ({due_day} och {other_due_day}), utan att det är ett gemensamt uppdrag: {mandate} och {other_mandate}.",
        "en": "{actors} each have an assignment on {function} {area} due at nearly the same time ({due_day} and {other_due_day}), without it being a joint one: {mandate} and {other_mandate}.",
    },
    "many_pairs": {
        "sv": "{count} par av uppdrag om {function} {area} berörs; {of} av dem är ohanterade. De viktigaste visas.",
        "en": "{count} pairs of mandates for {function} {area} are concerned; {of} of them are unmanaged. The most important are shown.",
    },
    "managed": {
        "sv": "Det hanteras genom {bonds}.",
        "en": "It is managed through {bonds}.",
    },
    "unmanaged": {
        "sv": "Registret visar ingen pågående samverkan, inget gemensamt nätverk som möts och inget samordningsuppdrag som namnger båda. Det är alltså ohanterat.",
        "en": "The register shows no current collaboration, no shared network that meets and no coordination mandate naming both. So it is unmanaged.",
    },
    "vertical_sharing": {
        "sv": (
            "Uppgiften {if_function} {area} delas mellan olika nivåer av {count} par av aktörer: {actors}. Det är ofta avsikten.",
            "Uppgiften {if_function} {area} delas mellan olika nivåer av {count} par av aktörer: {actors}. Det är ofta avsikten.",
        ),
        "en": (
            "The task {if_function} {area} is shared between levels by {count} pair of actors: {actors}. That is often intended.",
            "The task {if_function} {area} is shared between levels by {count} pairs of actors: {actors}. That is often intended.",
        ),
    },
    "complementary": {
        "sv": "{count} par av aktörer har olika uppgifter {area} för samma nivå: {actors}. De kan ha nytta av varandra.",
        "en": (
            "{count} pair of actors has different tasks {area} for the same level: {actors}. They may be of use to each other.",
            "{count} pairs of actors have different tasks {area} for the same level: {actors}. They may be of use to each other.",
        ),
    },
    "orphaned.mandate": {
        "sv": "{actors} hade uppdraget {mandate} t.o.m. {last_day}. {if_ceased}",
        "en": "{actors} held the mandate {mandate} until {last_day}. {if_ceased}",
    },
    "orphaned.known": {
        "sv": "{actors} hade uppdraget {mandate}, känt t.o.m. {last_day}; om det fortsatte är okänt. {if_ceased}",
        "en": "{actors} held the mandate {mandate}, known until {last_day}; whether it went on is unknown. {if_ceased}",
    },
    "orphaned.chain": {
        "sv": "Efterträdaren {mandates} är inte i kraft.",
        "en": "Its successor {mandates} is not in force.",
    },
    "orphaned.nobody": {
        "sv": "Ingen efterträdare är utpekad.",
        "en": "No successor is named.",
    },
    "orphaned.cells": {
        "sv": "Därmed saknas nu {cells}.",
        "en": "As a result nobody now covers {cells}.",
    },
    "orphaned.network": {
        "sv": "Nätverket {network} är inte avslutat men har ingen sammankallande. {actors} var sammankallande {if_last_day}.",
        "en": "The network {network} has not ended but has no convener. {actors} convened it {if_last_day}.",
    },
    "orphaned.network.none": {
        "sv": "Nätverket {network} är inte avslutat, och registret visar ingen sammankallande.",
        "en": "The network {network} has not ended, and the register shows no convener.",
    },
    "orphaned.collaboration": {
        "sv": "Samverkan {collaboration} pågår enligt registret, men {actors} finns inte längre. Kvar är {others}.",
        "en": "The collaboration {collaboration} goes on according to the register, but {actors} no longer exists. Left: {others}.",
    },
    "dangling.ended": {
        "sv": "{mandates} skulle tas över av {mandate}, som gällde {if_last_day} och saknar efterträdare i kraft. Det som fortfarande förväntas är {cells}.",
        "en": "{mandates} was to be taken over by {mandate}, which ran {if_last_day} and has no successor in force. Still expected: {cells}.",
    },
    "dangling.proposed": {
        "sv": "{mandates} skulle tas över av {mandate}, som bara är ett förslag. Det som fortfarande förväntas är {cells}.",
        "en": "{mandates} was to be taken over by {mandate}, which is only a proposal. Still expected: {cells}.",
    },
    "contested_lead": {
        "sv": "För uppgiften {cell} ska en enda aktör leda, men {actors} leder var för sig.",
        "en": "A single actor is to lead the task {cell}, but {actors} each lead it.",
    },
    "no_lead": {
        "sv": "För uppgiften {cell} ska en enda aktör leda. {actors} har den, men registret säger inte vem som leder. Det är en fråga, inte ett fel.",
        "en": "A single actor is to lead the task {cell}. {actors} holds it, but the register does not say who leads. This is a question, not a fault.",
    },
    "fragmentation": {
        "sv": "{count} statliga aktörer har uppdrag {area}: {actors}.",
        "en": "{count} government actors have mandates {area}: {actors}.",
    },
    "fragmentation.coordinated": {
        "sv": "De är samordnade: de hänger ihop och någon leder eller samlar dem.",
        "en": "They are coordinated: they are connected, and somebody leads or gathers them.",
    },
    "fragmentation.lacks": {
        "sv": "Registret visar ingen samordning: {lacks}.",
        "en": "The register shows no coordination: {lacks}.",
    },
    "coordination_gap": {
        "sv": "{actors} har med varandras uppgifter att göra {area}, men registret visar varken samverkan eller ett gemensamt nätverk som möts.",
        "en": "{actors} have to do with each other's tasks {area}, but the register shows neither a collaboration nor a shared network that meets.",
    },
    "coordination_gap.area": {
        "sv": "{count} av {of} par av aktörer som kompletterar varandra {area} saknar samverkan och gemensamt nätverk. Det gäller {actors}.",
        "en": "{count} of {of} pairs of actors that complement each other {area} have neither a collaboration nor a shared network. It concerns {actors}.",
    },
    "brokers": {
        "sv": "{actors} känner båda och kan föra dem samman.",
        "en": (
            "{actors} is tied to both and could bring them together.",
            "{actors} are tied to both and could bring them together.",
        ),
    },
    "unmandated": {
        "sv": "{actors} deltar i samverkan {area} men har inget uppdrag där: {collaborations}.",
        "en": "{actors} takes part in collaboration {area} but holds no mandate there: {collaborations}.",
    },
    "dormant": {
        "sv": "{actors} har uppdrag {area} som namnger strategins mål, men sedan {since_day} syns varken samverkan, möte eller beslut där: {mandates}.",
        "en": "{actors} holds mandates {area} that name the strategy's goal, but since {since_day} the register shows no tie, meeting or decision there: {mandates}.",
    },
    "absent_holder.seat": {
        "sv": "{actors} leder enligt {mandate} men har ingen plats i nätverket {network}.",
        "en": "{actors} leads under {mandate} but has no seat in the network {network}.",
    },
    "absent_holder.missed": {
        "sv": "{actors} leder enligt {mandate} men var inte med på de {count} senaste mötena i nätverket {network}.",
        "en": "{actors} leads under {mandate} but was not at the last {count} meetings of the network {network}.",
    },
    "single_point.cells": {
        "sv": "{actors} är ensam om {count} förväntade uppgifter. Försvinner aktören saknas {cells}.",
        "en": "{actors} alone holds {count} expected tasks. Without it nobody covers {cells}.",
    },
    "single_point.cut": {
        "sv": "Utan {actors} förlorar {count} aktörer kontakten med de övriga: {others}.",
        "en": "Without {actors}, {count} actors lose contact with the rest: {others}.",
    },
    "stale": {
        "sv": (
            "Ett uppdrag hos {actors} har inte bekräftats på länge, senast {confirmed_day}.",
            "{count} uppdrag hos {actors} har inte bekräftats på länge, senast {confirmed_day}.",
        ),
        "en": (
            "One mandate of {actors} has not been confirmed for long, last on {confirmed_day}.",
            "{count} mandates of {actors} have not been confirmed for long, last on {confirmed_day}.",
        ),
    },
    "stale.never": {
        "sv": (
            "Ett uppdrag hos {actors} har aldrig bekräftats.",
            "{count} uppdrag hos {actors} har aldrig bekräftats.",
        ),
        "en": (
            "One mandate of {actors} has never been confirmed.",
            "{count} mandates of {actors} have never been confirmed.",
        ),
    },
    "unsourced": {
        "sv": ("Ett uppdrag hos {actors} saknar källa.", "{count} uppdrag hos {actors} saknar källa."),
        "en": ("One mandate of {actors} has no source.", "{count} mandates of {actors} have no source."),
    },
    "no_sunset": {
        "sv": (
            "Ett uppdrag till {actors} har varken slutdatum eller redovisningsdag: {mandates}.",
            "{count} uppdrag till {actors} har varken slutdatum eller redovisningsdag: {mandates}.",
        ),
        "en": (
            "One assignment to {actors} has neither an end nor a report date: {mandates}.",
            "{count} assignments to {actors} have neither an end nor a report date: {mandates}.",
        ),
    },
    "conflicting_basis": {
        "sv": "{actors} styr {area} efter olika indelningar: {texts}.",
        "en": "{actors} steer {area} by different classifications: {texts}.",
    },
    "person_dependent": {
        "sv": "Samverkan {collaboration} hänger på en enda namngiven person hos {actors}.",
        "en": "The collaboration {collaboration} depends on one single named person at {actors}.",
    },
}

CLOSES: dict[str, dict[str, Text]] = {
    "close.mandate": {
        "sv": "Ett beslutat uppdrag {if_kinds} om {function} {area}, {level}, {if_explicit} {if_group} {if_single_lead}.",
        "en": "A decided mandate {if_kinds} for {function} {area}, {level}, {if_explicit} {if_group} {if_single_lead}.",
    },
    "close.map": {
        "sv": "Att någon kontrollerar läget och anger t.o.m. när det är kontrollerat.",
        "en": "Somebody checks and says until when it has been checked.",
    },
    "close.prolong": {
        "sv": "Att {mandates} förlängs förbi {dark_day}.",
        "en": ("{mandates} is prolonged beyond {dark_day}.", "{mandates} are prolonged beyond {dark_day}."),
    },
    "close.permanent": {
        "sv": "Ett uppdrag utan slutdatum, eller som räcker hela den tid som uppgiften {cell} förväntas.",
        "en": "A mandate without an end, or one that lasts as long as the task {cell} is expected.",
    },
    "close.tie": {
        "sv": "En pågående, daterad samverkan eller ett gemensamt nätverk som möts, med {actors}.",
        "en": "A current, dated collaboration or a shared network that meets, with {actors}.",
    },
    "close.joint": {
        "sv": "Ett gemensamt uppdrag, eller att den ena uppgiften flyttas till den andra aktören.",
        "en": "A joint assignment, or one of the tasks moved to the other actor.",
    },
    "close.managed": {
        "sv": "Den är hanterad; den stängs om ett av uppdragen upphör eller om de görs gemensamma.",
        "en": "It is managed; it closes if one of the mandates ends or if they are made joint.",
    },
    "close.nothing": {
        "sv": "Inget behöver göras; den visas för kännedom.",
        "en": "Nothing needs to be done; it is shown for information.",
    },
    "close.successor": {
        "sv": "Att någon får uppgiften efter {mandate} och anges som efterträdare.",
        "en": "Somebody is given the task after {mandate} and named as its successor.",
    },
    "close.convener": {
        "sv": "Att någon blir sammankallande för nätverket {network}, eller att det avslutas.",
        "en": "Somebody becomes the convener of the network {network}, or it is ended.",
    },
    "close.collaboration": {
        "sv": "Att samverkan {collaboration} avslutas, eller att någon tar den frånvarandes plats.",
        "en": "The collaboration {collaboration} is ended, or somebody takes the place of the one that left.",
    },
    "close.contested_lead": {
        "sv": "Att en av dem får leda uppgiften {cell}, eller att uppdraget görs gemensamt.",
        "en": "One of them is to lead the task {cell}, or the assignment is made joint.",
    },
    "close.no_lead": {
        "sv": "Att det framgår av uppdragets roll vem som leder uppgiften {cell}.",
        "en": "The role of a mandate says who leads the task {cell}.",
    },
    "close.coordinate": {
        "sv": "Ett nätverk som möts och samlar dem, eller samverkan och någon som leder {area}.",
        "en": "A network that meets and gathers them, or collaboration and somebody who leads {area}.",
    },
    "close.unmandated": {
        "sv": "Ett uppdrag för {actors} {area}, eller att samverkan förs till rätt område.",
        "en": "A mandate for {actors} {area}, or the collaboration is put in the right area.",
    },
    "close.dormant": {
        "sv": "Att {actors} för in vad som görs, eller att uppdraget avslutas.",
        "en": "{actors} records what is being done, or the mandate is ended.",
    },
    "close.seat": {
        "sv": "Att {actors} får och tar sin plats i nätverket {network}.",
        "en": "{actors} is given a seat in the network {network} and takes it.",
    },
    "close.second": {
        "sv": "Att fler än {actors} har uppgiften, eller att de andra knyts samman på annat sätt.",
        "en": "Others than {actors} hold the task too, or the others are connected in another way.",
    },
    "close.confirm": {
        "sv": "Att {actors} eller en samordnare bekräftar uppdragen.",
        "en": "{actors} or a coordinator confirms the mandates.",
    },
    "close.cite": {
        "sv": "Att en källa anges för varje uppdrag.",
        "en": "A source is cited for each mandate.",
    },
    "close.sunset": {
        "sv": "Ett slutdatum eller en redovisningsdag.",
        "en": "An end or a report date.",
    },
    "close.basis": {
        "sv": "Att de enas om en indelning {area}, eller att skillnaden motiveras.",
        "en": "They agree on one classification {area}, or give the reason for the difference.",
    },
    "close.contact": {
        "sv": "En andra kontakt eller en funktionsbrevlåda hos {actors}.",
        "en": "A second contact or a role's mailbox at {actors}.",
    },
}
