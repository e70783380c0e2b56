"""Calendar feeds: secrets, who may read what, and the calendar as it is fetched."""

import datetime
import hashlib
import secrets
from dataclasses import dataclass

from django.core.cache import caches
from django.db.models import Count, F, Max, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from coordination.base import revision
from coordination.base.authorisation import may
from coordination.base.models import PriorityArea, User
from mandates.models import Mandate
from meetings import feed_events, feed_rows
from meetings.itip import building
from meetings.models import Feed, Meeting
from network.models import Actor, Milestone, Network
from network.permissions import own_actors

BYTES, PREFIX = 32, 6
SEEN_AFTER = datetime.timedelta(minutes=5)  # how exactly it is known when a feed was fetched
KEPT = 24 * 3600  # seconds, of a calendar that nobody fetches
CACHE = "feeds"


@dataclass(frozen=True)
class Calendar:
    """A calendar as it is answered; `etag` is made from all of its bytes."""

    content: bytes
    etag: str


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make(
    owner: User, kind: str, *, about: Network | Actor | PriorityArea | None = None, language: str = "sv"
) -> tuple[Feed, str]:
    """A new feed and its secret, which is known to nobody afterwards but to whom it is shown now."""
    secret = secrets.token_urlsafe(BYTES)
    feed = Feed.objects.create(
        owner=owner,
        kind=kind,
        network=about if isinstance(about, Network) else None,
        actor=about if isinstance(about, Actor) else None,
        area=about if isinstance(about, PriorityArea) else None,
        language=language,
        digest=digest(secret),
        prefix=secret[:PREFIX],
    )
    return feed, secret


def revoke(feed: Feed, *, now: datetime.datetime) -> None:
    """End a feed for good. A second time changes nothing."""
    Feed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=now)


def find(secret: str) -> Feed | None:
    """The feed of a secret, if it stands and its owner may read, today, what it is about."""
    feed = (
        Feed.objects.filter(digest=digest(secret), revoked_at=None, owner__is_active=True)
        .select_related("owner", "network", "actor", "area__strategy")
        .first()
    )
    return feed if feed is not None and is_readable(feed) else None


def is_readable(feed: Feed) -> bool:
    """Whether the owner may see what the feed is made of; asked again each time that it is fetched."""
    owner, about = feed.owner, about_of(feed)
    kinds = [Meeting, Milestone, *([Mandate] if feed.kind != Feed.Kind.NETWORK else [])]
    return may(owner, "view", feed) and all(
        may(owner, "view", target) for target in (*kinds, *([about] if about is not None else []))
    )


def about_of(feed: Feed) -> Network | Actor | PriorityArea | None:
    """What it is about; None of a person's own."""
    return feed.network or feed.actor or feed.area


def name_of(feed: Feed) -> str:
    """What programs call the calendar, in the active language."""
    about = about_of(feed)
    return f"Samsyn: {about.name}" if about is not None else _("Samsyn: my calendar")


def calendar(feed: Feed, *, now: datetime.datetime) -> Calendar:
    """The calendar as it stands. Kept until something changes that it could be made from."""
    key = f"{feed.pk}-{_state(feed)}"
    cached: Calendar | None = caches[CACHE].get(key)
    if cached is None:
        with translation.override(feed.language):
            name = name_of(feed)
        items = feed_rows.wanted(feed)
        content = building.feed(name, feed_events.contents(items, feed.language, now=now))
        cached = Calendar(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
        caches[CACHE].set(key, cached, KEPT)
    return cached


def _state(feed: Feed) -> str:
    """What changes whenever something may have changed that the feed shows. At most four queries."""
    meetings = Meeting.objects.aggregate(n=Count("pk"), versions=Sum("version"), at=Max("updated_at"))
    mine: tuple[object, ...] = ()
    if feed.kind == Feed.Kind.MINE:
        mine = (sorted(own_actors(feed.owner)), feed_rows.invited(feed.owner))
    made_from = (revision.current(), *meetings.values(), *mine, feed_rows.FORM)
    return hashlib.sha256(repr(made_from).encode()).hexdigest()


def note_use(feed: Feed, *, now: datetime.datetime) -> None:
    """Remember that it was fetched, to some minutes: programs fetch often, and a write is not free."""
    if feed.used_at is None or now - feed.used_at > SEEN_AFTER:
        Feed.objects.filter(pk=feed.pk).update(used_at=now)


def own(user: User) -> list[Feed]:
    """The feeds of `user` that stand, and those that are revoked after them."""
    rows = Feed.objects.filter(owner=user).select_related("network", "actor", "area__strategy")
    return list(rows.order_by(F("revoked_at").desc(nulls_first=True), "-created_at", "-pk"))
