"""Who may do what to the rows of this app (design, "Who sees what")."""

import rules

from coordination.base.authorisation import AnyUser, allow, is_coordinator, is_reader, is_reviewer
from mandates.models import AppliedChanges, Expectation, Finding, Mandate, Review, Scenario
from network.models import Actor
from network.permissions import is_member, own_actors


@rules.predicate
def holds_mandate(user: AnyUser, row: Mandate | None = None) -> bool:
    """The mandate is held by one of the user's own actors; with no row, the user has one."""
    own = own_actors(user)
    return bool(own) if row is None else row.holder_id in own


@rules.predicate
def owns_scenario(user: AnyUser, row: Scenario | None = None) -> bool:
    """The scenario is the user's own; with no row, the user may have some."""
    return user.is_authenticated and (row is None or (row.owner_id is not None and row.owner_id == user.pk))


@rules.predicate
def is_named_in(user: AnyUser, row: Scenario | None = None) -> bool:
    """The user is one of the scenario's named readers."""
    if row is None or not user.is_authenticated:
        return user.is_authenticated
    return row.is_stored and any(reader.pk == user.pk for reader in row.readers.all())


@rules.predicate
def is_of_register(user: AnyUser, row: Scenario | None = None) -> bool:
    """The scenario is not stored: it is what the register's proposed rows make."""
    return row is None or not row.is_stored


makes_scenarios = is_coordinator | is_reviewer
reads_scenario = owns_scenario | is_named_in | (is_of_register & makes_scenarios)

allow(Scenario, "add", makes_scenarios)
allow(Scenario, "view", reads_scenario)
for action in ("edit", "remove"):
    allow(Scenario, action, owns_scenario & makes_scenarios)
allow(Scenario, "apply", is_coordinator & reads_scenario)
for action in ("view", "undo"):
    allow(AppliedChanges, action, is_coordinator)
allow(Actor, "reorganise", is_coordinator)

for model in (Mandate, Expectation):
    allow(model, "view", is_reader)
    for action in ("edit", "add", "remove"):
        allow(model, action, is_coordinator)

allow(Mandate, "propose", holds_mandate | is_reviewer)
allow(Mandate, "confirm", is_coordinator | holds_mandate)
# An expectation is nobody's own: whoever is to meet it may say that it is wrong.
allow(Expectation, "propose", is_member | is_reviewer)
allow(Expectation, "confirm", is_coordinator)


@rules.predicate
def has_a_role(user: AnyUser, row: object = None) -> bool:
    """The user is a member, a reviewer or a coordinator: more than a reader."""
    return bool(is_coordinator(user) or is_reviewer(user) or is_member(user))


@rules.predicate
def is_published(user: AnyUser, row: Finding | None = None) -> bool:
    """The finding is published; with no row, some may be."""
    return row is None or row.is_published


@rules.predicate
def is_named_by_finding(user: AnyUser, row: Finding | None = None) -> bool:
    """The finding names one of the user's own actors; with no row, the user has one."""
    own = own_actors(user)
    if row is None or not own:
        return bool(own)
    return Actor.objects.filter(pk__in=own, slug__in=row.actors).exists()


judges = is_reviewer | is_coordinator

allow(Finding, "view", has_a_role | (is_reader & is_published))
allow(Finding, "dispose", judges)
allow(Finding, "act", judges)  # changes the register together with the disposition, citing a source
allow(Finding, "note", judges)
allow(Finding, "publish", is_reviewer)
allow(Finding, "reply", is_named_by_finding)


@rules.predicate
def owns_review(user: AnyUser, row: Review | None = None) -> bool:
    """The review is the user's own; with no row, the user may have some."""
    return user.is_authenticated and (row is None or (row.owner_id is not None and row.owner_id == user.pk))


@rules.predicate
def is_frozen(user: AnyUser, row: Review | None = None) -> bool:
    return row is None or row.is_frozen


@rules.predicate
def is_public_review(user: AnyUser, row: Review | None = None) -> bool:
    """The review is published; with no row, some may be."""
    return row is None or row.is_published


# A draft is its owner's alone; what is frozen is for those who work with it until a reviewer publishes it.
allow(Review, "view", owns_review | (has_a_role & is_frozen) | (is_reader & is_public_review))
allow(Review, "add", judges)
for action in ("edit", "freeze", "remove"):
    allow(Review, action, owns_review & judges)
allow(Review, "publish", is_reviewer)
