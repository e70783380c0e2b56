from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    name = "coordination.base"
    label = "base"
    verbose_name = _("Strategies and sources")

    def ready(self) -> None:
        from coordination.base import codes, permissions  # noqa: F401  # registers what may be done

        post_migrate.connect(codes.add_missing, sender=self)
