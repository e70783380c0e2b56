import os
from urllib.parse import urlsplit

from django.db import connection

from tests import outbox_kills

MAILS, KILLS = 80, 5  # a thousand and a hundred by `python -m benchmarks.outbox`


def test_a_killed_worker_loses_nothing_and_repeats_only_what_it_held(real_database):
    outcome = outbox_kills.run(mails=MAILS, recipients=8, kills=KILLS, environment=environment())
    assert (outcome.lost, outcome.altered, outcome.overtaken) == (0, 0, 0)
    assert outcome.struck > 0 and outcome.repeated <= outcome.struck


def environment() -> dict[str, str]:
    """What leads another process to the database of this test."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{name}"}
    server = urlsplit(os.environ["DATABASE_URL"])  # may be a socket, which its parts do not say
    return {"DATABASE_URL": server._replace(path=f"/{name}").geturl()}
