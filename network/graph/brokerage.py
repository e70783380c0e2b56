"""Who stands between whom: Gould and Fernandez' roles. Pure."""

from collections.abc import Sequence

import numpy as np

from network.graph.structure import Ints, Structure

COORDINATOR, REPRESENTATIVE, ITINERANT, LIAISON = range(4)
ROLES = ("coordinator", "representative", "itinerant", "liaison")


def brokerage(structure: Structure, groups: Sequence[object]) -> Ints:
    """How many pairs of others, not tied to each other, each actor is tied to both of, by role.

    In an undirected graph each unordered pair counts once, and gatekeeper and representative are one role.
    With the broker in group B and the two in groups A and C, the roles are:

    * coordinator: all three in one group;
    * representative: one of the two is in the broker's group, the other is not;
    * itinerant: the two are in one group, the broker in another;
    * liaison: three different groups.

    Args:
        groups: N values, the group of each actor.

    Returns:
        N×4 counts in the order of ROLES. Their sum over an actor is the pairs that it brokers.

    Source: Gould and Fernandez, "Structures of mediation", Sociological Methodology 19 (1989).
    """
    n = structure.order
    found = np.zeros((n, len(ROLES)), dtype=np.int64)
    if not structure.size:
        return found
    _, group = np.unique(np.asarray([str(value) for value in groups]), return_inverse=True)
    ends = structure.ends
    actor, neighbour = np.concatenate([ends, ends[:, ::-1]]).T
    # Sparse counts: a row for each (actor, group of its neighbours).
    keys, counts = np.unique(actor * (group.max() + 1) + group[neighbour], return_counts=True)
    of, towards = np.divmod(keys, group.max() + 1)
    own = towards == group[of]
    same = np.bincount(of[own], weights=counts[own], minlength=n).astype(np.int64)
    pairs_in_one_other = np.bincount(
        of[~own], weights=(counts * (counts - 1) // 2)[~own], minlength=n
    ).astype(np.int64)
    degree = structure.degree
    others = degree - same
    found[:, COORDINATOR] = same * (same - 1) // 2
    found[:, REPRESENTATIVE] = same * others
    found[:, ITINERANT] = pairs_in_one_other
    found[:, LIAISON] = others * (others - 1) // 2 - pairs_in_one_other
    corners, _ = structure.triangles
    for at in range(3):  # two who are tied need no broker
        broker, some, other = (corners[:, (at + step) % 3] for step in range(3))
        role = _role(group[broker], group[some], group[other])
        for number in range(len(ROLES)):
            found[:, number] -= np.bincount(broker[role == number], minlength=n)
    return found


def _role(broker: Ints, some: Ints, other: Ints) -> Ints:
    alike = some == other
    touches = (some == broker) | (other == broker)
    return np.where(
        alike & touches,
        COORDINATOR,
        np.where(touches, REPRESENTATIVE, np.where(alike, ITINERANT, LIAISON)),
    )
