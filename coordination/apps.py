from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoordinationConfig(AppConfig):
    name = "coordination"
    verbose_name = _("Samsyn")

    def ready(self) -> None:
        from coordination.base import navigation

        navigation.register("home", _("Overview"), "home", 10, also=("due", "changes"))
