"""No list takes more queries for a thousand rows than for ten."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mandates import tasks
from tests.large_register import DAY, Large

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 1000
# SQLite asks for a long list of keys piece by piece, PostgreSQL at once: what is constant there is so here.
MANY_ON_POSTGRESQL = 200
LISTS = [
    "/",
    "/due/",
    "/changes/",
    "/mandates/",
    "/mandates/M/history/",
    "/mandates/timeline/",
    "/mandates/amounts/",
    "/expectations/",
    "/coverage/",
    "/findings/",
    "/scenarios/",
    "/applied/",
    "/actors/",
    "/groups/",
    "/actors/merges/",
    "/collaborations/",
    "/networks/",
    "/encounters/",
    "/milestones/",
    "/documents/",
    "/places/",
    "/places/tree/",
    "/strategies/",
    "/functions/",
    "/proposals/",
    "/removed/",
    "/search/?q=uppdrag",
    "/search/suggest/?q=uppdrag",
    "/import/",
    "/export/",
    "/users/",
    "/users/?state=member&q=Akt%C3%B6r",
    "/api/v1/mandates",
    "/api/v1/expectations",
    "/api/v1/actors",
    "/api/v1/networks",
    "/api/v1/scenarios",
]
OF_A_MEMBER = ["/proposals/mine/"]


@pytest.fixture
def large():
    return Large()


def queries(client, path):
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path, follow=True)
    assert response.status_code == 200, path
    return len(asked)


def test_no_list_takes_more_queries_for_a_thousand_rows_than_for_ten(client, large, settings, monkeypatch):
    settings.PAGE_SIZE = 2 * FEW
    settings.FINDINGS_AT_ONCE = -1
    monkeypatch.setattr(tasks.keep_findings, "delay", lambda **kwargs: None)  # the worker's part

    def count():
        cache.clear()
        ContentType.objects.clear_cache()
        counted = {}
        for user, paths in ((large.coordinator, LISTS), (large.member, OF_A_MEMBER)):
            client.force_login(user)
            client.get("/cite/", {"as_of": DAY})  # what every page asks once for each revision
            counted |= {path: queries(client, path) for path in paths}
        return counted

    large.fill(FEW)
    few = count()
    large.fill(MANY if connection.vendor == "sqlite" else MANY_ON_POSTGRESQL)
    many = count()
    grown = {path: (few[path], number) for path, number in many.items() if number > few[path]}
    assert grown == {}
