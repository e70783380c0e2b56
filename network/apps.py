from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("Actors and networks")

    def ready(self) -> None:
        from coordination.base import changes, navigation
        from network import (  # registers what may be done
            nouns,
            panels,  # noqa: F401  # imported for what it registers
            permissions,  # noqa: F401  # imported for what it registers
            rowkinds,
            tablekinds,
        )
        from network.models import (
            Actor,
            ActorName,
            ActorParent,
            Collaboration,
            Convener,
            GroupMember,
            Network,
            Seat,
        )

        nouns.register()
        rowkinds.register()
        tablekinds.register_all()
        dated = (Actor, ActorName, ActorParent, GroupMember, Collaboration, Network, Seat, Convener)
        for model in dated:
            changes.register(model, "valid_from", "valid_until")
        navigation.register(
            "actors",
            _("Actors"),
            "network:actors",
            40,
            also=("network:actor", "network:groups", "network:group", "network:merges", "network:merge"),
        )
        navigation.register(
            "networks",
            _("Networks and meetings"),
            "network:networks",
            50,
            also=(
                "network:network",
                "network:collaborations",
                "network:collaboration",
                "network:encounters",
                "network:encounter",
                "network:milestones",
                "network:milestone",
            ),
        )
        navigation.register("graph", _("Map"), "network:graph", 65)
