"""Changes in words, and why one does not fit the register, in both languages. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from coordination.base.dates import format_date
from mandates import changes as kinds
from mandates.changes import Change, DoesNotFit, Handover
from mandates.explain import Names, listed
from mandates.shortnames import plain_title, short_name
from mandates.snapshot import ONE_DAY, Actor, Date

REASONS: dict[str, dict[str, str]] = {
    "sv": {
        "unknown_mandate": "Uppdraget {mandate} finns inte i registret.",
        "unknown_actor": "Aktören {actor} finns inte i registret.",
        "unknown_area": "Området {area} finns inte i strategin.",
        "unknown_strategy": "Strategin {strategy} finns inte i registret.",
        "actor_ceased": "Aktören {actor} fanns bara {day}.",
        "actor_not_begun": "Aktören {actor} finns först från {day}.",
        "no_proposals": "Det finns inga föreslagna uppdrag i scenariot {scenario}; de kan ha beslutats eller tagits bort sedan det gjordes.",
        "proposal_over": "Det föreslagna uppdraget {mandate} skulle ha slutat före {day}.",
        "area_adopted": "Området {area} är redan antaget.",
        "outside_strategy": "Dagen {day} ligger utanför strategins tid.",
        "mandate_exists": "Ett uppdrag med id {mandate} finns redan.",
        "ends_before_start": "Uppdraget {mandate} skulle sluta innan det börjar ({day}).",
        "ends_added": "Uppdraget {mandate} läggs till av ändring {added_by} och skulle sluta samma dag ({day}).",
        "not_decided": "Uppdraget {mandate} är bara ett förslag.",
        "mandate_ended": "Uppdraget {mandate} gällde bara {day}.",
        "mandate_open": "Uppdraget {mandate} gäller redan tills vidare.",
        "not_longer": "Uppdraget {mandate} gäller redan {day}; välj en senare dag.",
        "succeeds_itself": "Uppdraget {mandate} kan inte efterträda sig självt.",
        "same_holder": "{actor} har redan uppdraget {mandate}.",
        "needs_receiver": "{row} börjar först {day} och behöver någon som tar emot det.",
        "not_held": "{actor} har inte {row} den dagen.",
        "both_ways": "{row} kan inte både tas över och avslutas.",
        "undecided": "Någon måste ta över detta från {actor}, eller så måste det avslutas: {rows}.",
        "own_receiver": "{actor} kan inte lämna över till sig själv.",
        "is_group": "{actor} är en grupp; den ändras på sin egen sida.",
        "actor_exists": "En aktör med id {actor} finns redan.",
        "nothing_to_merge": "Det finns ingen aktör att slå ihop med {actor}.",
        "nothing_to_split": "{actor} måste delas i minst två.",
        "nothing_to_transfer": "Säg vad {actor} lämnar över, eller vad den blir en del av.",
        "same_name": "{actor} heter redan så.",
        "same_parent": "{actor} är redan en del av {parent}.",
    },
    "en": {
        "unknown_mandate": "The register has no mandate {mandate}.",
        "unknown_actor": "The register has no actor {actor}.",
        "unknown_area": "The strategy has no area {area}.",
        "unknown_strategy": "The register has no strategy {strategy}.",
        "actor_ceased": "The actor {actor} existed only {day}.",
        "actor_not_begun": "The actor {actor} does not exist until {day}.",
        "no_proposals": "There are no proposed mandates in the scenario {scenario}; they may have been decided or removed since it was made.",
        "proposal_over": "The proposed mandate {mandate} would have ended before {day}.",
        "area_adopted": "The area {area} is adopted already.",
        "outside_strategy": "The day {day} lies outside the strategy's time.",
        "mandate_exists": "There is a mandate {mandate} already.",
        "ends_before_start": "The mandate {mandate} would end before it begins ({day}).",
        "ends_added": "The mandate {mandate} is added by change {added_by} and would end on the same day ({day}).",
        "not_decided": "The mandate {mandate} is only a proposal.",
        "mandate_ended": "The mandate {mandate} held only {day}.",
        "mandate_open": "The mandate {mandate} holds until further notice already.",
        "not_longer": "The mandate {mandate} holds {day} already; choose a later day.",
        "succeeds_itself": "The mandate {mandate} cannot succeed itself.",
        "same_holder": "{actor} holds the mandate {mandate} already.",
        "needs_receiver": "{row} begins only on {day} and needs somebody who takes it.",
        "not_held": "{actor} does not hold {row} on that day.",
        "both_ways": "{row} cannot both be taken over and end.",
        "undecided": "Somebody must take this over from {actor}, or it must end: {rows}.",
        "own_receiver": "{actor} cannot hand over to itself.",
        "is_group": "{actor} is a group; it is changed on its own page.",
        "actor_exists": "There is an actor {actor} already.",
        "nothing_to_merge": "There is no actor to merge with {actor}.",
        "nothing_to_split": "{actor} must be split into two at least.",
        "nothing_to_transfer": "Say what {actor} hands over, or what it becomes a part of.",
        "same_name": "{actor} has that name already.",
        "same_parent": "{actor} is a part of {parent} already.",
    },
}
UNREADABLE = {
    "sv": "Den kan inte läsas. Ta bort den och lägg till den på nytt.",
    "en": "It cannot be read. Take it away and add it anew.",
}
FIRST = {"sv": "Ändring {}: ", "en": "Change {}: "}
# Days in REASONS on which something no longer holds are said as the last day on which it did.
LAST_DAYS = frozenset({"actor_ceased", "mandate_ended", "not_longer"})

WORDS: dict[str, dict[str, str]] = {
    "sv": {
        "from": "från och med {}",
        "from_asked": "från den dag som visas",
        "until": "till och med {}",
        "open": "tills vidare",
        "proposals": "De föreslagna uppdragen i {scenario} beslutas och gäller {when}{rows}.",
        "adopt": "Området {area} antas {when}.",
        "add": "{actor} får uppdraget {title} ({code}) {when}: {task}, {where} {level}{until}.",
        "add_until": ", {}",
        "end": "Uppdraget {mandate} gäller inte längre {when}.",
        "end_successor": "Uppdraget {mandate} gäller inte längre {when}; det efterträds av {successor}.",
        "prolong": "Uppdraget {mandate} förlängs och gäller {until}.",
        "move": "{actor} tar över uppdraget {mandate} {when}.",
        "close": "{actor} upphör {when}.",
        "merge": "{actors} går upp i {into} {when}.",
        "split": "{actor} delas {when} i {parts}.",
        "rename": "{actor} byter namn till {name} {when}.",
        "transfer": "{actor} lämnar över {when}.",
        "parent": "{actor} blir en del av {parent} {when}.",
        "all_to": "Allt den har går till {rest}.",
        "rest_to": "Resten går till {rest}.",
        "all_ends": "Allt den har avslutas.",
        "goes_to": "{rows} går till {receiver}.",
        "ends": "{rows} avslutas.",
        "successor": "Efterträds av {successor}.",
        "convener": "sammankallandet av {}",
        "seat": "platsen i {}",
    },
    "en": {
        "from": "from {}",
        "from_asked": "from the day that is shown",
        "until": "until {}",
        "open": "until further notice",
        "proposals": "The proposed mandates of {scenario} are decided and hold {when}{rows}.",
        "adopt": "The area {area} is adopted {when}.",
        "add": "{actor} is given the mandate {title} ({code}) {when}: {task}, {where} {level}{until}.",
        "add_until": ", {}",
        "end": "The mandate {mandate} no longer holds {when}.",
        "end_successor": "The mandate {mandate} no longer holds {when}; {successor} succeeds it.",
        "prolong": "The mandate {mandate} is prolonged and holds {until}.",
        "move": "{actor} takes over the mandate {mandate} {when}.",
        "close": "{actor} ceases {when}.",
        "merge": "{actors} become part of {into} {when}.",
        "split": "{actor} is split {when} into {parts}.",
        "rename": "{actor} is renamed {name} {when}.",
        "transfer": "{actor} hands over {when}.",
        "parent": "{actor} becomes part of {parent} {when}.",
        "all_to": "All that it holds passes to {rest}.",
        "rest_to": "The rest passes to {rest}.",
        "all_ends": "All that it holds ends.",
        "goes_to": "{rows} passes to {receiver}.",
        "ends": "{rows} ends.",
        "successor": "Succeeded by {successor}.",
        "convener": "convening {}",
        "seat": "the seat in {}",
    },
}


def why(refused: DoesNotFit, language: str, names: Names | None = None) -> str:
    """Which change does not fit, and why, in `language` (sv or en); with `names`, rows by their names."""
    return FIRST[language].format(refused.number) + reason(refused, language, names)


def unreadable(number: int, language: str) -> str:
    """That a stored change cannot be read at all."""
    return FIRST[language].format(number) + UNREADABLE[language]


def reason(refused: DoesNotFit, language: str, names: Names | None = None) -> str:
    """Why a change does not fit, without saying which."""
    params: dict[str, Any] = dict(refused.params)
    day = params.get("day")
    if isinstance(day, Date):
        last = refused.reason in LAST_DAYS
        params["day"] = WORDS[language]["until"].format(day - ONE_DAY) if last else day.isoformat()
    if names is not None:
        readers: dict[str, Callable[[str, str], str]] = {
            "actor": names.actor,
            "parent": names.actor,
            "mandate": names.mandate,
            "row": lambda row, lang: any_row(names, row, lang),
            "area": lambda code, lang: names.code("area", code, lang),
        }
        for name, read in readers.items():
            if params.get(name):
                params[name] = read(params[name], language)
        if "rows" in params:
            rows = (any_row(names, row, language) for row in params["rows"].split(", "))
            params["rows"] = listed(rows, language, 8)
    said = REASONS[language][refused.reason].format_map(params)
    return said[:1].upper() + said[1:]


def any_row(names: Names, row: str, language: str) -> str:
    """The name of a row whatever its kind; its id where it has none."""
    for read in (names.mandate, names.collaboration, names.network):
        if (found := read(row, language)) != row:
            return found
    return row


def held(names: Names, key: str, language: str) -> str:
    """What an actor holds, from its key: ”Titel” (DEL-01), platsen i Nätverket."""
    kind, _, row = key.partition(":")
    if kind == "mandate":
        return names.mandate(row, language)
    if kind == "collaboration":
        return names.collaboration(row, language)
    return WORDS[language][kind].format(names.network(row, language))


def in_words(change: Change, names: Names, language: str) -> str:
    """What `change` does, as sentences."""
    return " ".join(_SAY[type(change)](change, _Saying(names, language)))


class _Saying:
    def __init__(self, names: Names, language: str) -> None:
        self.names, self.language, self.words = names, language, WORDS[language]

    def when(self, change: Change) -> str:
        return self.words["from"].format(change.on.isoformat()) if change.on else self.words["from_asked"]

    def until(self, until: Date | None) -> str:
        if until is None:
            return self.words["open"]
        return self.words["until"].format(format_date(until - ONE_DAY, "day", self.language))

    def actor(self, actor: Actor | str) -> str:
        if isinstance(actor, str):
            return self.names.actor(actor, self.language)
        english = actor.name_en if self.language == "en" else ""
        return short_name(english or actor.name_sv or actor.slug)

    def mandate(self, code: str) -> str:
        return self.names.mandate(code, self.language)

    def say(self, key: str, **values: str) -> str:
        said = self.words[key].format_map(values)
        return said[:1].upper() + said[1:]

    def listed(self, words: Any) -> str:
        return listed(words, self.language, 8)


def _proposals(change: kinds.StartProposals, to: _Saying) -> list[str]:
    rows = to.names.proposed(change.scenario)
    listed_rows = f": {to.listed(rows)}" if rows else ""
    return [to.say("proposals", scenario=change.scenario, when=to.when(change), rows=listed_rows)]


def _adopt(change: kinds.AdoptArea, to: _Saying) -> list[str]:
    area = to.names.code("area", change.code, to.language)
    return [to.say("adopt", area=area, when=to.when(change))]


def _add(change: kinds.AddMandate, to: _Saying) -> list[str]:
    row = change.mandate
    title = (row.title_en if to.language == "en" else "") or row.title_sv
    levels = to.listed(to.names.code("level", level, to.language).lower() for level in sorted(row.levels))
    until = to.words["add_until"].format(to.until(row.valid_until)) if row.valid_until else ""
    return [
        to.say(
            "add",
            actor=to.actor(row.holder),
            title=f"“{plain_title(title)}”" if to.language == "en" else f"”{plain_title(title)}”",
            code=row.code,
            when=to.when(change),
            task=to.names.code("function", row.function, to.language).lower(),
            where=to.names.area(row.area, to.language),
            level=f"({levels})",
            until=until,
        )
    ]


def _end(change: kinds.EndMandate, to: _Saying) -> list[str]:
    given = {"mandate": to.mandate(change.code), "when": to.when(change)}
    if change.successor:
        return [to.say("end_successor", successor=to.mandate(change.successor), **given)]
    return [to.say("end", **given)]


def _prolong(change: kinds.ProlongMandate, to: _Saying) -> list[str]:
    return [to.say("prolong", mandate=to.mandate(change.code), until=to.until(change.until))]


def _move(change: kinds.MoveMandate, to: _Saying) -> list[str]:
    return [
        to.say("move", actor=to.actor(change.holder), mandate=to.mandate(change.code), when=to.when(change))
    ]


def _handed_over(change: Handover, to: _Saying, *, closes: bool) -> list[str]:
    said = []
    by_receiver: dict[str, list[str]] = {}
    for key, receiver in change.receivers.items():
        by_receiver.setdefault(receiver, []).append(held(to.names, key, to.language))
    for receiver, rows in by_receiver.items():
        said.append(to.say("goes_to", rows=to.listed(rows), receiver=to.actor(receiver)))
    if change.ends:
        rows = [held(to.names, key, to.language) for key in sorted(change.ends)]
        said.append(to.say("ends", rows=to.listed(rows)))
    if change.rest:
        said.append(to.say("rest_to" if said else "all_to", rest=to.actor(change.rest)))
    elif closes and change.ends is None and not change.receivers:
        said.append(to.say("all_ends"))
    return said


def _close(change: kinds.CloseActor, to: _Saying) -> list[str]:
    said = [to.say("close", actor=to.actor(change.slug), when=to.when(change))]
    if change.successor:
        said.append(to.say("successor", successor=to.actor(change.successor)))
    return said + _handed_over(change, to, closes=True)


def _merge(change: kinds.MergeActors, to: _Saying) -> list[str]:
    into = change.into if isinstance(change.into, str) else change.into.slug
    others = to.listed(to.actor(slug) for slug in change.slugs if slug != into)
    return [to.say("merge", actors=others, into=to.actor(change.into), when=to.when(change))]


def _split(change: kinds.SplitActor, to: _Saying) -> list[str]:
    parts = {part.slug: to.actor(part) for part in change.parts}
    own = _PartNames(to.names, parts)
    named = _Saying(own, to.language)
    first = to.say(
        "split",
        actor=to.actor(change.slug),
        parts=to.listed(parts.values()),
        when=to.when(change),
    )
    return [first, *_handed_over(change, named, closes=True)]


class _PartNames(Names):
    """Names of the register, and of actors that a change makes."""

    def __init__(self, names: Names, parts: Mapping[str, str]) -> None:
        super().__init__(names._snapshot)
        self._parts = parts

    def actor(self, slug: str, language: str) -> str:
        return self._parts.get(slug) or super().actor(slug, language)


def _rename(change: kinds.RenameActor, to: _Saying) -> list[str]:
    name = (change.name_en if to.language == "en" else "") or change.name_sv
    return [to.say("rename", actor=to.actor(change.slug), name=name, when=to.when(change))]


def _transfer(change: kinds.TransferActor, to: _Saying) -> list[str]:
    given = {"actor": to.actor(change.slug), "when": to.when(change)}
    first = (
        to.say("parent", parent=to.actor(change.parent), **given)
        if change.parent
        else to.say("transfer", **given)
    )
    return [first, *_handed_over(change, to, closes=False)]


_SAY: dict[type[Change], Callable[[Any, _Saying], list[str]]] = {
    kinds.StartProposals: _proposals,
    kinds.AdoptArea: _adopt,
    kinds.AddMandate: _add,
    kinds.EndMandate: _end,
    kinds.ProlongMandate: _prolong,
    kinds.MoveMandate: _move,
    kinds.CloseActor: _close,
    kinds.MergeActors: _merge,
    kinds.SplitActor: _split,
    kinds.RenameActor: _rename,
    kinds.TransferActor: _transfer,
}
