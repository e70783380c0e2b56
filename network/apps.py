from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("Actors and networks")

    def ready(self) -> None:
        from network import (  # registers what may be done
            nouns,
            panels,  # noqa: F401
            permissions,  # noqa: F401
            rowkinds,
            tablekinds,
        )

        nouns.register()
        rowkinds.register()
        tablekinds.register_all()
