from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MandatesConfig(AppConfig):
    name = "mandates"
    verbose_name = _("Mandates and findings")

    def ready(self) -> None:
        from mandates import permissions  # noqa: F401  # registers what may be done
