from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    name = "coordination.base"
    label = "base"
    verbose_name = _("Strategies and sources")

    def ready(self) -> None:
        from coordination.base import (  # registers what may be done
            changes,
            codes,
            navigation,
            ownkinds,
            permissions,  # noqa: F401  # imported for what it registers
            rowforms,
            search_index,
            strategyforms,
            tablekinds,
        )
        from coordination.base.authorisation import may
        from coordination.base.models import ImportJob, PriorityArea, Strategy

        rowforms.register()
        tablekinds.register_all()
        strategyforms.register()
        ownkinds.register()
        changes.register(Strategy, "valid_from", "valid_until")
        changes.register(PriorityArea, "valid_from", "valid_until")
        for order, (key, label) in enumerate(
            [
                ("documents", _("Documents")),
                ("places", _("Places")),
                ("strategies", _("Strategies and areas")),
                ("functions", _("Functions")),
                ("how_we_count", _("How we count")),
                ("cite", _("Check a reference")),
                ("accessibility", _("Accessibility")),
                ("privacy", _("Personal data")),
            ]
        ):
            navigation.register(key, label, f"base:{key}", 50 + order, place=navigation.FOOTER)

        navigation.register(
            "exports", _("Download the register"), "base:exports", 54, place=navigation.FOOTER
        )
        navigation.register(
            "imports",
            _("Read in a file"),
            "base:imports",
            45,
            place=navigation.USER,
            also=("base:import",),
            allowed=lambda user: may(user, "add", ImportJob),
        )

        post_migrate.connect(codes.add_missing, sender=self)
        post_migrate.connect(search_index.forget, sender=self)
