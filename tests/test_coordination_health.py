import pytest
from django.db import OperationalError


@pytest.mark.django_db
def test_health_answers_by_one_query_whoever_asks(client, settings, django_assert_num_queries):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["samsyn.example.org"], True
    with django_assert_num_queries(1):
        response = client.get("/health/", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.text) == (200, "ok")
    assert "no-store" in response["Cache-Control"]


def test_health_fails_when_the_database_does(client, monkeypatch):
    def refuse(self):
        raise OperationalError("gone")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", refuse)
    client.raise_request_exception = False
    assert client.get("/health/").status_code == 500
