"""Giving and taking rights. Each act is one transaction and leaves an `AccountEvent`.

Every act is about one right, so that two coordinators at work on the same account overwrite nothing.
"""

from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction

from coordination.base.models import AccountEvent, User
from network.models import Actor, Membership

ROLES = ("coordinator", "reviewer")
Kind = AccountEvent.Kind


class Refused(Exception):
    """The act would leave nobody to look after the accounts."""


class AddressTaken(Exception):
    """Somebody has an account with this address."""


@transaction.atomic
def invite(*, email: str, name: str, language: str, roles: list[str], actors: list[Actor], by: User) -> User:
    """Make an account without a password; the caller mails the link that sets one.

    Raises:
        AddressTaken: there is an account with this address, in whatever case it was written.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise AddressTaken(email)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, None, name=name, language=language)
    except IntegrityError as error:  # invited twice at the same moment
        raise AddressTaken(email) from error
    AccountEvent.objects.create(user=user, kind=Kind.INVITED, by=by)
    for role in roles:
        set_role(user, role, given=True, by=by)
    for actor in actors:
        set_membership(user, actor, given=True, by=by)
    return user


@transaction.atomic
def set_role(user: User, role: str, *, given: bool, by: User) -> bool:
    """Give or take a role of ROLES. Returns whether anything changed; the user is then logged out everywhere.

    Raises:
        Refused: a coordinator takes the role from themselves. Another has to.
        ValueError: there is no such role.
    """
    if role not in ROLES:
        raise ValueError(role)
    if not given and role == "coordinator" and user.pk == by.pk:
        raise Refused
    field = f"is_{role}"
    changed = bool(User.objects.filter(pk=user.pk, **{field: not given}).update(**{field: given}))
    if changed:
        setattr(user, field, given)
        kind = Kind.ROLE_GIVEN if given else Kind.ROLE_TAKEN
        AccountEvent.objects.create(user=user, kind=kind, what=role, by=by)
        end_sessions(user)
    return changed


@transaction.atomic
def set_membership(user: User, actor: Actor, *, given: bool, by: User) -> bool:
    """Let the user speak for an actor, or no longer. Returns whether anything changed."""
    if given:
        changed = Membership.objects.get_or_create(user=user, actor=actor)[1]
    else:
        changed = bool(Membership.objects.filter(user=user, actor=actor).delete()[0])
    if changed:
        kind = Kind.MEMBERSHIP_GIVEN if given else Kind.MEMBERSHIP_TAKEN
        AccountEvent.objects.create(user=user, kind=kind, what=actor.slug[:80], by=by)
    return changed


@transaction.atomic
def set_active(user: User, *, active: bool, by: User) -> bool:
    """Disable an account or open it again. Returns whether anything changed; its sessions end.

    Raises:
        Refused: somebody disables themselves.
    """
    if not active and user.pk == by.pk:
        raise Refused
    changed = bool(User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active))
    if changed:
        user.is_active = active
        AccountEvent.objects.create(user=user, kind=Kind.ENABLED if active else Kind.DISABLED, by=by)
        end_sessions(user)
    return changed


def end_sessions(user: User) -> int:
    """End every session of the user; an account that is opened again starts without any. Returns how many."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
