from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("Actors and networks")

    def ready(self) -> None:
        from network import nouns, permissions, tablekinds  # noqa: F401  # registers what may be done

        nouns.register()
        tablekinds.register_all()
