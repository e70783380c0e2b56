from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from coordination.base import navigation
        from meetings import permissions  # noqa: F401  # imported for what it registers

        navigation.register("meetings", _("Meetings"), "meetings:meetings", 55, also=("meetings:meeting",))
