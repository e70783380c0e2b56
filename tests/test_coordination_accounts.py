import re

import pytest
from django.conf import settings as project_settings
from django.core import mail
from django.core.management.base import CommandError
from django.test import Client

from coordination.accounts import services
from coordination.base.models import AccountEvent, User
from coordination.demo.accounts import ACCOUNTS, PASSWORD, create_accounts
from network.models import Membership
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client):
    user = f.CoordinatorFactory(name="Karin Berg")
    client.force_login(user)
    return user


def invite(client, **changes):
    given = {"email": "Ny.Person@Example.org", "name": "Ny Person", "language": "sv"}
    return client.post("/users/invite/", given | changes)


def test_an_invited_user_chooses_a_password_by_the_mailed_link_and_logs_in(client, coordinator):
    actor = f.ActorFactory(slug="huddinge", name_sv="Huddinge kommun")
    answer = invite(client, roles=["reviewer"], actors=["Huddinge kommun"])
    user = User.objects.get(email="ny.person@example.org")
    assert answer.status_code == 302 and answer["Location"] == f"/users/{user.pk}/"
    assert (user.is_reviewer, user.is_coordinator, user.is_staff) == (True, False, False)
    assert list(user.memberships.values_list("actor", flat=True)) == [actor.pk]
    said = [(e.kind, e.what, e.by) for e in user.account_events.order_by("pk")]
    assert said == [
        ("invited", "", coordinator),
        ("role_given", "reviewer", coordinator),
        ("membership_given", "huddinge", coordinator),
    ]
    message = mail.outbox[0]
    assert message.to == ["ny.person@example.org"] and "Karin Berg" in message.body
    link = re.search(r"http://localhost:8000(/accounts/password/reset/key/\S+)", message.body)[1]
    fresh = Client()
    page = fresh.get(link, follow=True)
    url = page.redirect_chain[-1][0]
    chosen = fresh.post(url, {"password1": "en lagom lang fras", "password2": "en lagom lang fras"})
    assert chosen.status_code == 302
    assert fresh.get("/account/").status_code == 302  # choosing a password logs nobody in
    assert fresh.post(
        "/accounts/login/", {"login": "ny.person@example.org", "password": "en lagom lang fras"}
    )
    assert fresh.get("/account/").status_code == 200
    assert (
        "Felaktig" in Client().get(link, follow=True).text
        or "ogiltig" in Client().get(link, follow=True).text
    )


def test_the_mail_is_in_the_users_language(client, coordinator):
    invite(client)
    invite(client, email="other@example.org", language="en")
    assert "Välj ett lösenord" in mail.outbox[0].body and "/accounts/" in mail.outbox[0].body
    assert "Choose a password" in mail.outbox[1].body and "/en/accounts/" in mail.outbox[1].body


def test_the_link_is_built_on_the_configured_address_not_on_the_host_header(client, coordinator, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post(
        "/users/invite/",
        {"email": "a@example.org", "name": "A", "language": "sv"},
        headers={"Host": "evil.example"},
    )
    Client().post("/accounts/password/reset/", {"email": coordinator.email}, headers={"Host": "evil.example"})
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "evil.example" not in message.body and "http://localhost:8000/accounts/" in message.body


def test_mail_that_cannot_be_sent_leaves_the_account_and_says_so(client, coordinator, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = client.get(invite(client)["Location"])
    assert User.objects.filter(email="ny.person@example.org").exists()
    assert "Skicka inbjudan igen" in page.text


def test_an_address_is_invited_once_in_whatever_case(client, coordinator):
    invite(client)
    again = invite(client, email="NY.PERSON@example.org")
    assert again.status_code == 422 and len(mail.outbox) == 1
    with pytest.raises(services.AddressTaken):
        services.invite(
            email="ny.person@EXAMPLE.org", name="", language="sv", roles=[], actors=[], by=coordinator
        )


def test_no_flag_can_be_slipped_into_a_form(client, coordinator):
    smuggled = {
        "is_staff": "on",
        "is_superuser": "on",
        "is_coordinator": "on",
        "password": "x",
        "email": "x@x.se",
    }
    invite(client, **{k: v for k, v in smuggled.items() if k != "email"})
    made = User.objects.get(email="ny.person@example.org")
    assert not (made.is_staff or made.is_superuser or made.is_coordinator or made.has_usable_password())
    reader = f.UserFactory()
    client.force_login(reader)
    assert client.post("/account/", {"name": "Nytt namn", "language": "en", **smuggled}).status_code == 302
    after = User.objects.get(pk=reader.pk)
    assert (after.name, after.language, after.email) == ("Nytt namn", "en", reader.email)
    assert not (after.is_staff or after.is_superuser or after.is_coordinator)
    assert after.password == reader.password


def test_roles_and_memberships_are_given_and_taken_one_at_a_time(client, coordinator):
    user, actor = f.UserFactory(), f.ActorFactory(slug="skr")
    client.post(f"/users/{user.pk}/role/reviewer/", {"give": "1"})
    client.post(f"/users/{user.pk}/role/reviewer/", {"give": "1"})
    client.post(f"/users/{user.pk}/membership/", {"give": "1", "actor": "skr"})
    user.refresh_from_db()
    assert user.is_reviewer and Membership.objects.filter(user=user, actor=actor).exists()
    client.post(f"/users/{user.pk}/role/reviewer/")
    client.post(f"/users/{user.pk}/membership/", {"actor": "skr"})
    user.refresh_from_db()
    assert not user.is_reviewer and not Membership.objects.filter(user=user).exists()
    kinds = list(AccountEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["role_given", "membership_given", "role_taken", "membership_taken"]
    page = client.get(f"/users/{user.pk}/")
    assert "Karin Berg" in page.text and "skr" in page.text


def test_coordinators_cannot_lock_themselves_out(client, coordinator):
    client.post(f"/users/{coordinator.pk}/role/coordinator/")
    client.post(f"/users/{coordinator.pk}/active/")
    coordinator.refresh_from_db()
    assert coordinator.is_coordinator and coordinator.is_active
    assert not AccountEvent.objects.exists()


def test_unknown_actor_and_role(client, coordinator):
    user = f.UserFactory()
    assert (
        client.post(f"/users/{user.pk}/membership/", {"give": "1", "actor": "finns inte"}).status_code == 422
    )
    assert client.post(f"/users/{user.pk}/role/administrator/", {"give": "1"}).status_code == 404


@pytest.mark.parametrize(
    "path", ["/users/", "/users/?state=member&q=Akt%C3%B6r", "/en/users/?state=disabled"]
)
def test_the_list_takes_as_many_queries_for_ten_as_for_fifty(
    client, coordinator, path, django_assert_max_num_queries
):
    def fill(n):
        for membership in f.MembershipFactory.create_batch(n):
            membership.user.is_active = "disabled" not in path
            membership.user.save()

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for n in (10, 35):
        fill(n)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(path).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_demo_accounts_are_made_once_and_put_right(settings):
    settings.DEMO = True
    for slug in ("huddinge", "skr"):
        f.ActorFactory(slug=slug)
    lines = create_accounts()
    assert len(lines) == len(ACCOUNTS) == 4 and all(PASSWORD in line for line in lines)
    before = list(User.objects.order_by("pk").values())
    assert create_accounts() == lines
    assert list(User.objects.order_by("pk").values()) == before
    assert Membership.objects.filter(user__email="member@example.org").count() == 2
    User.objects.update(is_active=False, is_coordinator=True)
    create_accounts()
    assert (
        User.objects.filter(is_active=True).count() == 4
        and User.objects.filter(is_coordinator=True).count() == 1
    )


def test_demo_accounts_open_no_real_register(settings):
    settings.DEBUG = settings.DEMO = False
    with pytest.raises(CommandError):
        create_accounts()
    assert not User.objects.exists()


def test_only_the_printed_accounts_of_the_demo_are_let_off_the_second_factor():
    source = (project_settings.BASE_DIR / "coordination" / "settings.py").read_text()
    roles = re.search(r"for role in \((.*?)\)", source)[1]
    assert {f"{role}@example.org" for role in re.findall(r'"(\w+)"', roles)} == {a.email for a in ACCOUNTS}
