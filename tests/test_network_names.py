"""What actors were called on a day."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from network import names
from network.models import ActorName
from tests.factories import ActorFactory, ActorNameFactory

Date = datetime.date


@pytest.fixture
def association(db):
    """Three names: the first of unknown start, the second from 2007, the present one from December 2019."""
    actor = ActorFactory(slug="skr", name_sv="Regioner (SKR)", name_en="Regions")
    ActorNameFactory(actor=actor, name_sv="Landsting (SKL)", valid_until=Date(2019, 12, 1))
    ActorNameFactory(actor=actor, name_sv="Förbunden", name_en="Federations", valid_until=Date(2007, 3, 27))
    for kind, name in ((ActorName.Kind.ALIAS, "Arbetsgivaren"), (ActorName.Kind.ACRONYM, "SKR")):
        ActorNameFactory(actor=actor, kind=kind, name_sv=name, valid_until=Date(2030, 1, 1))
    ActorNameFactory(actor=actor, name_sv="Utan slut", valid_until=None)
    return actor


@pytest.mark.parametrize(
    "day, swedish, english",
    [
        (Date(2000, 1, 1), "Förbunden", "Federations"),
        (Date(2007, 3, 26), "Förbunden", "Federations"),
        (Date(2007, 3, 27), "Landsting (SKL)", "Landsting (SKL)"),
        (Date(2019, 11, 30), "Landsting (SKL)", "Landsting (SKL)"),
        (Date(2019, 12, 1), "Regioner (SKR)", "Regions"),
    ],
)
def test_each_day_has_the_name_of_the_day(association, day, swedish, english):
    called = names.name_on(association, day)
    assert called.name == swedish
    with translation.override("en"):
        assert called.name == english
    bulk = names.former_on(day).get(association.pk)
    assert (bulk or names.Called(association.name_sv, association.name_en)) == called


def test_a_name_that_had_not_begun_is_not_the_name_of_the_day(db):
    actor = ActorFactory(name_sv="Nu")
    ActorNameFactory(actor=actor, name_sv="Då", valid_from=Date(2015, 1, 1), valid_until=Date(2020, 1, 1))
    assert [names.name_on(actor, Date(year, 1, 1)).name for year in (2014, 2015, 2020)] == ["Nu", "Då", "Nu"]


def test_links_carry_the_name_of_the_pages_day_with_one_query(association, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.as_of = Date(2018, 6, 30)
    request.as_of_default = Date(2023, 2, 14)
    others = ActorFactory.create_batch(5)
    source = "{% load network %}{% for a in actors %}{% actor_link a short=True %}{% endfor %}"
    with django_assert_num_queries(1):
        html = Template(source).render(Context({"request": request, "actors": [association, *others]}))
    assert "SKL" in html and "SKR" not in html and others[0].name in html
