from network.models.actors import Actor, ActorName, ActorParent, Contact, GroupMember, Identifier, Membership
from network.models.collaborations import Collaboration, Participant
from network.models.events import Encounter, Milestone
from network.models.graphs import GraphActor, GraphResult
from network.models.merges import Merge
from network.models.networks import Convener, Network, Seat

__all__ = [
    "Actor",
    "ActorName",
    "ActorParent",
    "Collaboration",
    "Contact",
    "Convener",
    "Encounter",
    "GraphActor",
    "GraphResult",
    "GroupMember",
    "Identifier",
    "Membership",
    "Merge",
    "Milestone",
    "Network",
    "Participant",
    "Seat",
]
