"""One account for each role, for trying Samsyn on one's own machine. Everybody may know the password."""

from dataclasses import dataclass

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from coordination.base.models import User
from network.models import Actor, Membership

PASSWORD = "samsyn-demo-2018"


@dataclass(frozen=True)
class DemoAccount:
    """A printed login. `actors` are the slugs of those it speaks for."""

    role: str
    email: str
    name: str
    is_coordinator: bool = False
    is_reviewer: bool = False
    actors: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.role:<12} {self.email:<26} {PASSWORD}"


ACCOUNTS = [
    DemoAccount("coordinator", "coordinator@example.org", "Karin Samordnare", is_coordinator=True),
    DemoAccount("member", "member@example.org", "Mikael Medlem", actors=("huddinge", "skr")),
    DemoAccount("reviewer", "reviewer@example.org", "Rut Granskare", is_reviewer=True),
    DemoAccount("reader", "reader@example.org", "Lars Läsare"),
]


@transaction.atomic
def create_accounts() -> list[str]:
    """Make the accounts that are missing and put the password and roles of the others right.

    Returns a line to print for each. An actor that the register lacks is passed over.

    Raises:
        CommandError: this is neither the demo nor a development machine. Passwords that are printed in the
            source must never open a real register.
    """
    if not (settings.DEBUG or settings.DEMO):
        raise CommandError("Demo accounts are made only with DEBUG=True or DEMO=True.")
    for account in ACCOUNTS:
        user = User.objects.filter(email=account.email).first() or User(email=account.email)
        roles = {"is_coordinator": account.is_coordinator, "is_reviewer": account.is_reviewer}
        changed = user.pk is None or not user.check_password(PASSWORD) or not user.is_active
        changed = changed or any(getattr(user, name) != value for name, value in roles.items())
        if changed:
            user.name = user.name or account.name
            user.is_active, user.is_coordinator, user.is_reviewer = True, *roles.values()
            user.set_password(PASSWORD)
            user.save()
        for actor in Actor.objects.filter(slug__in=account.actors):
            Membership.objects.get_or_create(user=user, actor=actor)
    return [str(account) for account in ACCOUNTS]
