"""Posts that truly come at the same time, each in a thread with its own connection."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.test import Client

from coordination.base import nouns
from coordination.base.models import Place
from mandates.models import Mandate
from tests import factories as f
from tests.test_editing_forms import SOURCE

ROUNDS, PARALLEL = 50, 4


def at_once(posts):
    """Send all of `posts` [(client, url, data)] at the same moment; their answers' status codes."""
    barrier = threading.Barrier(len(posts))

    def send(client, url, data):
        barrier.wait()
        try:
            return client.post(url, data).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(posts)) as pool:
        return [future.result() for future in [pool.submit(send, *post) for post in posts]]


def clients(count):
    user = f.CoordinatorFactory()
    found = [Client() for _ in range(count)]
    for client in found:
        client.force_login(user)
    return found


def test_four_posts_at_once_of_fifty_forms_make_fifty_mandates(real_database):
    holder, function, strategy = f.ActorFactory(), f.FunctionFactory(), f.StrategyFactory()
    senders = clients(PARALLEL)
    codes = []
    for n in range(ROUNDS):
        data = {
            "holder": holder.slug,
            "title_sv": f"Uppdrag {n}",
            "kind": "instruction",
            "strategy": strategy.slug,
            "function": function.code,
            "levels": ["national"],
            "status": "decided",
            "confidence": "stated",
            "submit_key": str(uuid.uuid4()),
            **SOURCE,
        }
        codes += at_once([(client, "/mandates/new/", data) for client in senders])
    assert set(codes) == {302}
    assert Mandate.objects.count() == ROUNDS


def test_two_editors_at_once_two_hundred_times_overwrite_nothing(real_database):
    place = f.PlaceFactory(note="")
    url = nouns.noun_of(place).url("edit", place)
    first, second = clients(2)
    lost = 0
    for n in range(200):
        version = Place.objects.get(pk=place.pk).version
        data = {
            "name_sv": place.name_sv,
            "name_en": place.name_en,
            "kind": "municipality",
            "confidence": "stated",
            "version": version,
        }
        posts = [
            (client, url, data | {"note": f"{who} {n}", "submit_key": str(uuid.uuid4())})
            for who, client in (("first", first), ("second", second))
        ]
        codes = at_once(posts)
        assert sorted(codes) == [302, 409], codes
        winner = ("first", "second")[codes.index(302)]
        lost += Place.objects.get(pk=place.pk).note != f"{winner} {n}"
    assert lost == 0
    assert Place.history.filter(id=place.pk).count() == 201
