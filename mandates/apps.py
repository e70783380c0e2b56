from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MandatesConfig(AppConfig):
    name = "mandates"
    verbose_name = _("Mandates and findings")

    def ready(self) -> None:
        from coordination.base import changes, navigation
        from coordination.base.authorisation import may
        from coordination.base.revision import touched
        from mandates import (  # registers what may be done
            findings_panels,
            forms,
            panels,  # noqa: F401  # imported for what it registers
            panels_insights,  # noqa: F401  # imported for what it registers
            panels_reorganise,  # noqa: F401  # imported for what it registers
            permissions,  # noqa: F401  # imported for what it registers
            register_log,
            register_snapshot,
            rowkinds,
            tablekinds,
            tasks,
        )
        from mandates.models import AppliedChanges, Expectation, Mandate, Scenario

        post_migrate.connect(register_snapshot.forget, sender=self)
        touched.connect(register_log.note)
        touched.connect(tasks.after_an_edit)
        forms.register()
        findings_panels.register()
        tablekinds.register_all()
        rowkinds.register()
        changes.register(Mandate, "valid_from", "valid_until")
        changes.register(Expectation, "valid_from", "valid_until")
        navigation.register(
            "coverage",
            _("Coverage"),
            "mandates:coverage",
            20,
            also=("mandates:expectations", "mandates:expectation"),
        )
        navigation.register(
            "findings",
            _("Findings"),
            "mandates:findings",
            60,
            also=(
                "mandates:finding",
                "mandates:finding-act",
                "mandates:scenarios",
                "mandates:scenario",
                *(f"mandates:scenario-{page}" for page in ("new", "edit", "add", "change", "apply")),
                "mandates:reviews",
                "mandates:review",
                "mandates:pre-check",
            ),
        )
        navigation.include(
            "graph",
            "mandates:insights",
            *(
                f"mandates:insights-{page}"
                for page in ("holding", "closing", "sectors", "introductions", "change")
            ),
        )
        navigation.register(
            "mandates",
            _("Mandates"),
            "mandates:mandates",
            30,
            also=("mandates:mandate", "mandates:timeline", "mandates:amounts"),
        )
        navigation.register(
            "scenarios",
            _("Scenarios"),
            "mandates:scenarios",
            25,
            place=navigation.USER,
            allowed=lambda user: may(user, "view", Scenario),
        )
        navigation.register(
            "applied",
            _("Changes made in one go"),
            "mandates:applied-list",
            60,
            place=navigation.USER,
            allowed=lambda user: may(user, "view", AppliedChanges),
        )
