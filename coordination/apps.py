from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoordinationConfig(AppConfig):
    name = "coordination"
    verbose_name = _("Samsyn")

    def ready(self) -> None:
        from coordination.base import navigation
        from coordination.base.authorisation import may
        from coordination.base.models import User
        from coordination.demo import rule_rows

        rule_rows.register()
        navigation.register("home", _("Overview"), "home", 10, also=("due", "changes", "confirm"))
        navigation.register("my", _("My organisation"), "my", 10, place=navigation.USER)
        navigation.register("my-proposals", _("My proposals"), "base:my-proposals", 20, place=navigation.USER)
        navigation.register("account", _("My account"), "accounts:account", 40, place=navigation.USER)
        navigation.register(
            "users",
            _("Users"),
            "accounts:users",
            50,
            place=navigation.USER,
            allowed=lambda user: may(user, "manage", User),
        )
