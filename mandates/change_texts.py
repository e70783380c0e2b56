"""Why a change does not fit the register, in both languages. Pure."""

from mandates.changes import DoesNotFit

REASONS: dict[str, dict[str, str]] = {
    "sv": {
        "unknown_mandate": "Uppdraget {mandate} finns inte i registret.",
        "unknown_actor": "Aktören {actor} finns inte i registret.",
        "unknown_area": "Området {area} finns inte i strategin.",
        "unknown_strategy": "Strategin {strategy} finns inte i registret.",
        "actor_ceased": "Aktören {actor} upphörde redan före {day}.",
        "actor_not_begun": "Aktören {actor} finns först från {day}.",
        "no_proposals": "Det finns inga föreslagna uppdrag i scenariot {scenario}; de kan ha beslutats eller tagits bort sedan det gjordes.",
        "proposal_over": "Det föreslagna uppdraget {mandate} skulle ha slutat före {day}.",
        "area_adopted": "Området {area} är redan antaget.",
        "outside_strategy": "Dagen {day} ligger utanför strategins tid.",
        "mandate_exists": "Ett uppdrag med id {mandate} finns redan.",
        "ends_before_start": "Uppdraget {mandate} skulle sluta innan det börjar ({day}).",
        "not_decided": "Uppdraget {mandate} är bara ett förslag.",
        "mandate_ended": "Uppdraget {mandate} upphörde redan före {day}.",
        "mandate_open": "Uppdraget {mandate} gäller redan tills vidare.",
        "not_longer": "Uppdraget {mandate} gäller redan till {day} eller längre.",
        "succeeds_itself": "Uppdraget {mandate} kan inte efterträda sig självt.",
        "same_holder": "{actor} har redan uppdraget {mandate}.",
        "needs_receiver": "Uppdraget {mandate} börjar först {day} och behöver någon som tar emot det.",
        "not_held": "{actor} har inte {row} den dagen.",
        "actor_exists": "En aktör med id {actor} finns redan.",
        "nothing_to_merge": "Det finns ingen aktör att slå ihop med {actor}.",
        "nothing_to_split": "{actor} måste delas i minst två.",
    },
    "en": {
        "unknown_mandate": "The register has no mandate {mandate}.",
        "unknown_actor": "The register has no actor {actor}.",
        "unknown_area": "The strategy has no area {area}.",
        "unknown_strategy": "The register has no strategy {strategy}.",
        "actor_ceased": "The actor {actor} ceased before {day}.",
        "actor_not_begun": "The actor {actor} does not exist until {day}.",
        "no_proposals": "There are no proposed mandates in the scenario {scenario}; they may have been decided or removed since it was made.",
        "proposal_over": "The proposed mandate {mandate} would have ended before {day}.",
        "area_adopted": "The area {area} is adopted already.",
        "outside_strategy": "The day {day} lies outside the strategy's time.",
        "mandate_exists": "There is a mandate {mandate} already.",
        "ends_before_start": "The mandate {mandate} would end before it begins ({day}).",
        "not_decided": "The mandate {mandate} is only a proposal.",
        "mandate_ended": "The mandate {mandate} ended before {day}.",
        "mandate_open": "The mandate {mandate} holds until further notice already.",
        "not_longer": "The mandate {mandate} holds until {day} or longer already.",
        "succeeds_itself": "The mandate {mandate} cannot succeed itself.",
        "same_holder": "{actor} holds the mandate {mandate} already.",
        "needs_receiver": "The mandate {mandate} begins only on {day} and needs somebody who takes it.",
        "not_held": "{actor} does not hold {row} on that day.",
        "actor_exists": "There is an actor {actor} already.",
        "nothing_to_merge": "There is no actor to merge with {actor}.",
        "nothing_to_split": "{actor} must be split into two at least.",
    },
}


def why(refused: DoesNotFit, language: str) -> str:
    """Which change does not fit, and why, in `language` (sv or en)."""
    first = f"Ändring {refused.number}: " if language == "sv" else f"Change {refused.number}: "
    return first + REASONS[language][refused.reason].format_map(refused.params)
