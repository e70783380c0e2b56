from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("Actors and networks")

    def ready(self) -> None:
        from coordination.base import changes, navigation
        from network import (  # registers what may be done
            nouns,
            panels,  # noqa: F401
            permissions,  # noqa: F401
            rowkinds,
            tablekinds,
        )
        from network.models import Collaboration, Convener, Network, Seat

        nouns.register()
        rowkinds.register()
        tablekinds.register_all()
        for model in (Collaboration, Network, Seat, Convener):
            changes.register(model, "valid_from", "valid_until")
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
