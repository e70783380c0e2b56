"""What a rule gives, and the register of rules. Pure."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mandates.coverage import DEFAULTS, Thresholds
from mandates.snapshot import CROSS_SECTOR, ONE_DAY, Date, Mandate, Snapshot

# Kept out of what "by design" rests on: rows that do not count come and go without changing the finding,
# and how far back a rule looked follows the day.
PASSING = frozenset({"almost", "brokers", "looked_back_to"})
# How a row is worded and sourced, and until when an expectation was checked, is not what a finding rests on.
WORDING = frozenset(
    {"title_sv", "title_en", "sources", "confidence", "inferred_fields", "mapped_from", "mapped_until"}
)

# Rows that a finding names. One that is about more names those of the strongest only, and counts the rest.
MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence as a key and its parameters; `mandates.explain` writes it in Swedish and English.

    The names of parameters say what they hold: ids of actors, mandates, networks … days, numbers.
    """

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule derives on a day.

    Attributes:
        key: rule and the ids it is about; the same as long as they are.
        severity: 1 to 3 (design, Rules).
        expectation: id of the cell it is about, "X14/demokrati"; None when about none, or several.
        area, function, level, place: codes; None when about none; level may join several by ";".
        actors, mandates, networks, collaborations: ids, sorted, that it names.
        managed: of overlaps, duplications and collisions; None for other rules.
        evidence: rows quoted, what almost counts and why not, days and numbers; plain JSON values.
        explanation, closes: sentences: what holds, and what would end it.
    """

    rule: str
    key: str
    severity: int
    strategy: str | None = None
    expectation: str | None = None
    area: str | None = None
    function: str | None = None
    level: str | None = None
    place: str | None = None
    actors: tuple[str, ...] = ()
    mandates: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    collaborations: tuple[str, ...] = ()
    managed: bool | None = None
    goes_dark_on: Date | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    explanation: tuple[Message, ...] = ()
    closes: tuple[Message, ...] = ()
    thresholds: Thresholds = DEFAULTS

    @property
    def version(self) -> int:
        """The version of its rule."""
        return REGISTERED[self.rule].version

    @property
    def fingerprint(self) -> str:
        """Changes when the facts do: the rule's version, the rows, how they stand. Not with the day alone."""
        facts = {
            "key": self.key,
            "version": self.version,
            "severity": self.severity,
            "actors": self.actors,
            "mandates": self.mandates,
            "networks": self.networks,
            "collaborations": self.collaborations,
            "managed": self.managed,
            "goes_dark_on": self.goes_dark_on,
            "evidence": {name: _facts(value) for name, value in self.evidence.items() if name not in PASSING},
            "thresholds": asdict(self.thresholds),
        }
        text = json.dumps(facts, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _facts(value: Any) -> Any:
    """`value` of evidence without the wording of the rows that it quotes."""
    if isinstance(value, Mapping):
        return {name: _facts(part) for name, part in value.items() if name not in WORDING}
    if isinstance(value, (list, tuple)):
        return [_facts(part) for part in value]
    return value


RuleFunction = Callable[[Snapshot, Date, Thresholds], list[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its function from (register, day, thresholds), and how its findings are to be read.

    apart: listed by itself and never counted among what needs a decision. thresholds: those it uses.
    """

    name: str
    version: int
    find: RuleFunction
    thresholds: tuple[str, ...] = ()
    apart: bool = False

    @property
    def doc(self) -> str:
        return (self.find.__doc__ or "").strip()


REGISTERED: dict[str, Rule] = {}


def rule(
    name: str, *, version: int = 1, thresholds: tuple[str, ...] = (), apart: bool = False
) -> Callable[[RuleFunction], RuleFunction]:
    """Register the decorated function as the rule `name`."""

    def registered(function: RuleFunction) -> RuleFunction:
        if name in REGISTERED:
            raise ValueError(f"two rules are named {name!r}")
        REGISTERED[name] = Rule(name, version, function, thresholds, apart)
        return function

    return registered


def key_of(
    rule_name: str,
    *,
    expectation: str | None = None,
    strategy: str | None = None,
    area: str | None = None,
    rows: Iterable[str] = (),
) -> str:
    """The stable key of a finding.

    An area is known by its code only within its strategy, which is named where nothing else in the key
    says which it is. Rows other than mandates and actors come with their kind: `network/…`.

    >>> key_of("gap", expectation="X02"), key_of("overlap", area="*", rows=["SCB-02", "DEL-05"])
    ('gap:X02', 'overlap:*:DEL-05+SCB-02')
    >>> key_of("fragmentation", strategy="mot-segregation", area="boende")
    'fragmentation:mot-segregation:boende'
    """
    parts = [
        rule_name,
        *([expectation] if expectation is not None else [strategy, area]),
        "+".join(sorted(set(rows))),
    ]
    return ":".join(part for part in parts if part)


# Quoting rows as evidence: plain values, dates as files have them.


def iso(day: Date | None) -> str | None:
    return day.isoformat() if day else None


def last_day(until: Date | None) -> str | None:
    """The inclusive last day of a half-open period, as files and JSON have it."""
    return iso(until - ONE_DAY) if until else None


def quoted(snapshot: Snapshot, mandate: Mandate) -> dict[str, Any]:
    """A mandate as evidence: its coding, its days, its sources."""
    return {
        "mandate": mandate.code,
        "holder": mandate.holder,
        "title_sv": mandate.title_sv,
        "title_en": mandate.title_en,
        "kind": mandate.kind,
        "area": mandate.area,
        "function": mandate.function,
        "levels": by_level(snapshot, mandate.levels),
        "explicit": mandate.explicit,
        "valid_from": iso(mandate.valid_from),
        "from_precision": mandate.from_precision,
        "valid_to": last_day(mandate.valid_until),
        "to_precision": mandate.to_precision,
        "confidence": mandate.confidence,
        "inferred_fields": sorted(mandate.inferred_fields),
        "sources": list(mandate.sources),
    }


def by_level(snapshot: Snapshot, levels: Iterable[str]) -> list[str]:
    """`levels` from the highest to the lowest."""
    return sorted(levels, key=lambda level: (snapshot.level_order.get(level, 0), level))


def area_params(area: str) -> dict[str, Any]:
    return {"area": area, "is_cross_sector": area == CROSS_SECTOR}
