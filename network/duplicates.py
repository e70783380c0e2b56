"""Actors whose name is so like another that it may be the same one."""

from rapidfuzz import fuzz, process

from coordination.base.picking import fold
from network.models import Actor, ActorName

LIKENESS = 88.0  # of 100 (rapidfuzz token_sort_ratio): "Socialstyrelsen"/"Socialstyrelse" is 97
# "Region Skåne" and "Region Dalarna" share a word that says nothing; what differs must be alike too.
MOST = 3


def near_duplicates(name_sv: str, name_en: str = "", *, leave_out: int | None = None) -> list[Actor]:
    """Actors that are, or were, called nearly `name_sv` or `name_en`; at most MOST, likest first. Three queries."""
    names: dict[tuple[int, str], str] = {}
    for pk, sv, en in Actor.objects.filter(merged_into=None).values_list("pk", "name_sv", "name_en"):
        names |= {(pk, name): fold(name) for name in (sv, en) if name}
    for pk, sv, en in ActorName.objects.values_list("actor_id", "name_sv", "name_en"):
        names |= {(pk, name): fold(name) for name in (sv, en) if name}
    best: dict[int, float] = {}
    for wanted in filter(None, (fold(name_sv), fold(name_en))):
        found = process.extract(
            wanted, names, scorer=fuzz.token_sort_ratio, score_cutoff=LIKENESS, limit=MOST * 4
        )
        for _name, score, (pk, _text) in found:
            if pk != leave_out:
                best[pk] = max(score, best.get(pk, 0.0))
    wanted_keys = sorted(best, key=lambda pk: (-best[pk], pk))[:MOST]
    actors = Actor.objects.in_bulk(wanted_keys)
    return [actors[pk] for pk in wanted_keys if pk in actors]
