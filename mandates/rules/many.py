"""What a rule says of one mandate or one holder at a time, summed up per cell where there are too many. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from mandates.coverage import Thresholds
from mandates.rules.finding import Finding, Message, key_of, quoted
from mandates.snapshot import Mandate, Snapshot

# Findings that a rule gives of single holders. A list of more than that is not read: then it is one per cell.
MOST_FINDINGS = 200


def summed_up(
    snapshot: Snapshot,
    name: str,
    mandates: Iterable[Mandate],
    thresholds: Thresholds,
    close: str,
    **params: Any,
) -> list[Finding]:
    """One finding per area and function, with how many mandates and holders it is about.

    Args:
        mandates: those that weigh most first; of each cell the first are shown.
        params: what the sentence `name`.many says besides.
    """
    cells: dict[tuple[str, str, str], list[Mandate]] = defaultdict(list)
    for mandate in mandates:
        cells[mandate.strategy, mandate.area, mandate.function].append(mandate)
    found = []
    for (strategy, area, function), rows in sorted(cells.items()):
        shown = rows[: thresholds.strongest]
        holders = len({m.holder for m in rows})
        actors = sorted({m.holder for m in shown})
        found.append(
            Finding(
                rule=name,
                key=key_of(name, strategy=strategy, area=f"{area}/{function}"),
                severity=1,
                strategy=strategy,
                area=area,
                function=function,
                actors=tuple(actors),
                mandates=tuple(sorted(m.code for m in shown)),
                evidence={
                    "count": len(rows),
                    "holders": holders,
                    "rows": [quoted(snapshot, m) for m in shown],
                },
                explanation=(
                    Message(
                        f"{name}.many",
                        {"count": len(rows), "of": holders, "area": area, "function": function, **params},
                    ),
                ),
                closes=(Message(close, {"actors": actors}),),
                thresholds=thresholds,
            )
        )
    return found
