"""Every address × method × role × own, foreign and missing row, against the table in authorisation_rows.py.

Templates are not rendered: this is about who gets in, and other tests look at the pages. The headers of each
answer are looked at on the way.
"""

import datetime
import itertools
import logging
import re
from collections import Counter
from fnmatch import fnmatchcase
from http.cookies import SimpleCookie
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from mandates import findings_refresh
from meetings import links, preferences
from network.models import Merge
from tests import answer_headers
from tests import factories as f
from tests.authorisation_rows import CLOSED, DISABLED, LOGGED_IN, READER, ROLES, ROWS, STAFF, Row

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TARGETS = ("own", "foreign", "missing")
MISSING = {
    "strategy": "finns-inte",
    "key": "finns-inte",
    "code": "finns-inte",
    "slug": "finns-inte",
    "pk": 987654,
    "token": "finns-inte",
    "secret": "finns-inte",
    "record": 987654,
}
FIXED = {"role": "reviewer", "kind": "end_mandate", "number": 1, "format": "docx"}
PASSED = {200, 301, 302, 400, 409, 410, 422}
LEAST_CASES = 5000
SECRETS = ("hemlig-egen-adress", "hemlig-annans-adress")  # of feeds
WALKERS = (*ROLES, STAFF)
SHUT = (CLOSED, DISABLED)  # where reading is for those who are logged in


def patterns(resolver=None, spaces=()):
    """(name with namespaces, pattern) of every address."""
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLPattern):
            yield ":".join((*spaces, found.name or "")), found
        else:
            yield from patterns(found, (*spaces, *filter(None, [found.namespace])))


def row_for(name: str) -> Row | None:
    return next((row for row in ROWS if fnmatchcase(name, row.names)), None)


NAMES = sorted({name for name, _pattern in patterns()})


def test_every_address_has_a_row():
    assert [name for name in NAMES if row_for(name) is None] == []


def test_no_row_is_left_over():
    """A misspelt row would promise what nothing holds. Pages that do not exist yet may have theirs."""
    unused = [row.names for row in ROWS if not any(row_for(name) is row for name in NAMES)]
    assert [names for names in unused if "-" in names.rpartition(":")[2]] == []


@pytest.fixture
def world(db, settings, monkeypatch):
    """Users by role and rows by kind: {kind: (own, foreign)}."""
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")
    made = make_world()
    logging.disable(logging.CRITICAL)  # thousands of refusals, each with its traceback
    yield made
    logging.disable(logging.NOTSET)


def make_world() -> SimpleNamespace:
    cache.clear()
    actor, other, convening = f.ActorFactory(), f.ActorFactory(), f.ActorFactory()
    network, far = f.NetworkFactory(), f.NetworkFactory()
    group = f.GroupFactory()
    users = {
        "reader": f.UserFactory(),
        "member": f.MembershipFactory(actor=actor).user,
        "convener": f.MembershipFactory(actor=convening).user,
        "reviewer": f.ReviewerFactory(),
        "coordinator": f.CoordinatorFactory(),
        "disabled": f.MembershipFactory(actor=actor, user=f.CoordinatorFactory(is_reviewer=True)).user,
        STAFF: f.UserFactory(is_staff=True),
    }
    f.MembershipFactory(user=users["member"], actor=group)
    rows = {
        "actor": (actor, other),
        "group": (group, f.GroupFactory()),
        "seat": (f.SeatFactory(network=network, actor=actor), f.SeatFactory(network=far, actor=other)),
        "convener": (f.ConvenerFactory(network=network, actor=convening), f.ConvenerFactory(network=far)),
        "network": (network, far),
        "encounter": (f.EncounterFactory(network=network), f.EncounterFactory(network=far)),
        "milestone": (f.MilestoneFactory(network=network), f.MilestoneFactory(network=far)),
        "collaboration": (f.CollaborationFactory(participants=[actor, other]), f.CollaborationFactory()),
        "group-member": (f.GroupMemberFactory(group=group), f.GroupMemberFactory(group=f.GroupFactory())),
        "mandate": (f.MandateFactory(holder=actor), f.MandateFactory(holder=other)),
        "expectation": (f.ExpectationFactory(), f.ExpectationFactory()),
        "document": (f.DocumentFactory(), f.DocumentFactory()),
        "place": (f.PlaceFactory(), f.PlaceFactory()),
        "strategy": (f.StrategyFactory(slug="var"), f.StrategyFactory(slug="annan")),
        "area": (f.PriorityAreaFactory(), f.PriorityAreaFactory()),
        "function": (f.FunctionFactory(), f.FunctionFactory()),
        "user": (users["reader"], users["reviewer"]),
        "applied": (f.AppliedChangesFactory(), f.AppliedChangesFactory()),
    }
    named = [users["reviewer"], users["coordinator"]]
    rows["scenario"] = (
        f.ScenarioFactory(owner=users["reviewer"], readers=named),
        f.ScenarioFactory(readers=named),
    )
    sides = [rows["collaboration"][0].sides.get(actor=actor), rows["collaboration"][1].sides.first()]
    rows["side"] = tuple(sides)
    of_actor = {
        "actor-name": f.ActorNameFactory,
        "identifier": f.IdentifierFactory,
        "actor-parent": f.ActorParentFactory,
        "contact": f.ContactFactory,
    }
    rows |= {kind: (make(actor=actor), make(actor=other)) for kind, make in of_actor.items()}
    rows["proposal"] = (
        f.ProposalFactory(row=actor, proposed_by=users["member"], changes={}),
        f.ProposalFactory(row=other, proposed_by=f.UserFactory(), changes={}),
    )
    rows["review"] = (
        f.FrozenReviewFactory(owner=users["reviewer"]),
        f.FrozenReviewFactory(),
    )
    rows["meeting"] = tuple(f.MeetingFactory(network=row, state="invited") for row in (network, far))
    rows["invitation"] = tuple(
        f.InvitationFactory(meeting=row, actor=who)
        for row, who in zip(rows["meeting"], (actor, other), strict=True)
    )
    rows["item"] = tuple(f.AgendaItemFactory(meeting=row) for row in rows["meeting"])
    rows["decision"] = tuple(f.DecisionFactory(item=row) for row in rows["item"])
    rows["action"] = tuple(
        f.ActionFactory(item=row, owner=who) for row, who in zip(rows["item"], (actor, other), strict=True)
    )
    rows["agenda"] = rows["minutes"] = rows["meeting"]
    rows["preferences"] = tuple(preferences.recipient(users[name].email) for name in ("member", "convener"))
    rows["mail"] = tuple(f.OutgoingMailFactory.create_batch(2, state="failed"))
    rows["incoming"] = tuple(f.IncomingReplyFactory(meeting=row) for row in rows["meeting"])
    rows["feed"] = tuple(
        f.FeedFactory(owner=who, secret=secret)
        for who, secret in ((users["member"], SECRETS[0]), (f.UserFactory(), SECRETS[1]))
    )
    rows["poll"] = tuple(
        f.PollFactory(
            meeting__network=row, state="open", deadline=timezone.now() + datetime.timedelta(days=9)
        )
        for row in (network, far)
    )
    for invitation in rows["invitation"]:
        f.PollFactory(meeting=invitation.meeting, state="decided")
    rows["pause"] = (f.PauseFactory(network=network), f.PauseFactory(network=far))
    rows["circular"] = (f.CircularMailFactory(network=network), f.CircularMailFactory(network=far))
    rows["seatrequest"] = tuple(
        f.SeatRequestFactory(network=place, actor=who) for place, who in ((network, actor), (far, other))
    )
    rows["finding"] = (gap_after(actor), gap_after(other))
    rows["import"] = (f.ImportJobFactory(), f.ImportJobFactory())
    gone = f.MilestoneFactory()
    gone_key = gone.pk
    gone.delete()
    record = type(gone).history.filter(id=gone_key, history_type="-").get()
    merge = Merge.objects.create(source=f.ActorFactory(), target=other, merged_by=users["coordinator"])
    findings_refresh.follow(timezone.localdate(), timezone.now())
    clients = {role: Client(raise_request_exception=False) for role in (*ROLES, STAFF)}
    for role, user in users.items():
        clients[role].force_login(user)
    disabled = users["disabled"]
    disabled.is_active = False
    disabled.save()
    return SimpleNamespace(rows=rows, clients=clients, record=record, merge=merge)


def gap_after(actor) -> str:
    """The key of a finding that names `actor`: it had a task that is still expected."""
    task = f.FunctionFactory()
    f.MandateFactory(holder=actor, function=task, valid_until=datetime.date(2022, 6, 1))
    return f"gap:{f.ExpectationFactory(function=task).code}"


def arguments(name: str, pattern: URLPattern, target: str, world) -> dict:
    """What the address's placeholders are filled with."""
    wanted = list(pattern.pattern.regex.groupindex)
    app, _colon, key = name.rpartition(":")
    index = 1 if target == "foreign" else 0
    noun = pattern.default_args.get("noun")
    filled: dict = {}
    for argument in wanted:
        if target == "missing" and argument in MISSING:
            is_number = (
                argument in pattern.pattern.converters
                and "Int" in type(pattern.pattern.converters[argument]).__name__
            )
            filled[argument] = 987654 if is_number else MISSING[argument]
        elif app == "admin" or name.startswith("account_"):
            filled[argument] = {"app_label": "auth", "uidb36": "1", "key": "a-b"}.get(argument, "1")
        elif name == "base:restore":
            filled |= {"app": "network", "key": "milestone", "record": world.record.pk}
        elif name == "network:merge":
            filled[argument] = world.merge.pk
        elif name == "mandates:matrix-cell":
            mandate = world.rows["mandate"][index]
            codes = {"area": "*", "function": mandate.function.code, "level": "national"}
            filled[argument] = codes[argument]
        elif key.startswith("finding"):
            filled[argument] = world.rows["finding"][index]
        elif name == "api-missing":
            filled[argument] = "finns-inte"
        elif name in ("base:export", "base:import-template"):
            filled[argument] = "actors"
        elif key.startswith("import"):
            filled[argument] = world.rows["import"][index].pk
        elif name == "meetings:feed":
            filled[argument] = SECRETS[index]
        elif argument == "what":
            filled[argument] = preferences.REMINDERS
        elif key.startswith("preferences"):
            filled[argument] = preferences.token(world.rows["preferences"][index])
        elif app == "meetings" and argument == "format":
            filled[argument] = "pdf"
        elif app == "meetings":
            found = world.rows[key.partition("-")[0]][index]
            if argument == "slug" and not hasattr(found, "slug"):
                found = found.meeting
            filled[argument] = (
                links.token(found, links.ANSWER) if argument == "token" else getattr(found, argument)
            )
        elif argument in FIXED:
            filled[argument] = FIXED[argument]
        elif noun is not None:
            filled[argument] = noun.id_of(world.rows[noun.key][index])
        else:
            kind = {"accounts": "user"}.get(app, "proposal" if key.startswith("proposal") else key)
            kind = "scenario" if kind.startswith("scenario-") else kind
            kind = "review" if kind.startswith("review-") else kind
            kind = {"actor-merge": "actor", "reorganise": "actor", "conveners": "network"}.get(kind, kind)
            found = world.rows[kind][index]
            lookup = {"key": "slug"}.get(argument, argument)
            filled[argument] = found.strategy.slug if argument == "strategy" else getattr(found, lookup)
    return filled


def expected(row: Row, role: str, target: str, method: str) -> set:
    """What the table says of one case: statuses, or "login"."""
    if method not in row.methods:
        if row.library:  # refused, or the same as POST; never more than the row gives
            return {405} | expected(row, role, target, "POST")
        return {405}
    logged_in = role in LOGGED_IN
    if row.library:
        if row.may(role, target):
            return PASSED | {403, 404, 405}
        return {"login", 403, 404, 405} if not logged_in else {"login", 302, 403, 404, 405}
    if row.some_public and role == "open":
        return PASSED if row.may(role, target) and target != "missing" else {404}
    if not logged_in and not row.may(role, "own"):
        return {"login"}
    if row.kind_first and not row.may(role, "own"):
        return {403}
    if target == "missing":
        return {404}
    if row.may(role, target):
        return PASSED
    if not logged_in:
        return {"login"}
    seers = row.seers | (row.own_seers if target == "own" else frozenset())
    return {404} if row.rest == "hidden" and role not in seers else {403}


def answer(response) -> object:
    if response.status_code == 302 and response["Location"].startswith(("/accounts/login/", "/admin/login/")):
        return "login"
    if response.status_code == 401:  # the machine interface has no page to log in on
        return "login"
    return response.status_code


def cases(world):
    for name, pattern in patterns():
        row = row_for(name)
        if row is None or not pattern.name:  # Django's admin answers every other address below it with 404
            continue
        placeholders = pattern.pattern.regex.groupindex
        targets = TARGETS if set(placeholders) & set(MISSING) and not row.library else ("own",)
        for target in targets:
            url = reverse(name, kwargs=arguments(name, pattern, target, world))
            if pattern.name.endswith("-undo"):
                url += "?to=1"
            yield name, row, target, url


@pytest.mark.parametrize("role", WALKERS)  # each in a transaction of its own: PostgreSQL runs out of locks
def test_walk(role, world, settings, capsys):
    unexpected, headless, counted, missing_pages = [], [], Counter(), {}
    settings.ANONYMOUS_READING = role not in SHUT
    client = world.clients[role]
    for (name, row, target, url), method in itertools.product(list(cases(world)), METHODS):
        # What an address does not take is refused before anybody or any row is looked at: two ask for it all,
        # and that on one database.
        spared = target != "own" or role not in ("open", "coordinator") or connection.vendor != "sqlite"
        if spared and method not in row.methods and method != "GET":
            continue
        kept = SimpleCookie(client.cookies.output(header="", sep=";"))
        point = transaction.savepoint()
        response = client.generic(method, url)
        transaction.savepoint_rollback(point)
        client.cookies = kept
        counted[target] += 1
        # A login may end on the way (a role that was taken): what the answer says of itself counts.
        faults = answer_headers.faults(
            response, logged_in=response.wsgi_request.user.is_authenticated, name=name
        )
        headless += [f"{method} {url}: {faults}"] if faults else []
        if role == STAFF and name.startswith("admin:"):
            continue
        # Who opens Django's admin is a reader of the register, no more.
        wanted = expected(row, READER if role == STAFF else role, target, method)
        if answer(response) not in wanted:
            unexpected.append(
                f"{method} {url} ({name}) as {role}, {target}: {answer(response)}, not {sorted(map(str, wanted))}"
            )
        if response.status_code == 404 and not row.library:
            missing_pages.setdefault((method, name), {})[target] = shape(response)
    with capsys.disabled():
        print(
            f"\nauthorisation walk as {role}: {len(NAMES)} addresses, {counted.total()} cases, "
            f"{len(unexpected)} unexpected"
        )
    assert unexpected == [], "\n".join([f"{len(unexpected)} unexpected", *unexpected[:400]])
    assert headless == []
    assert counted.total() * len(WALKERS) >= LEAST_CASES
    # Whoever may not know of a row learns nothing from how its absence is answered.
    telling = [case for case, found in missing_pages.items() if len(set(found.values())) > 1]
    assert telling == []


def shape(response) -> tuple:
    headers = {k: re.sub(r"nonce-[^']+", "", v) for k, v in response.headers.items() if k != "Set-Cookie"}
    return response.status_code, tuple(sorted(headers.items())), response.content
