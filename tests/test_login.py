"""Guessing, enumeration, the second factor, and sessions that end (OWASP ASVS 5.0, 6.3 and 7.4)."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.conf import settings as project_settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from coordination.accounts import services
from coordination.base.models import User
from tests import factories as f

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
WRONG = "not the password at all"


@pytest.fixture(autouse=True)
def no_earlier_attempts():
    cache.clear()


def log_in(client, user, password=f.PASSWORD, **extra):
    return client.post(LOGIN, {"login": user.email, "password": password}, **extra)


def is_logged_in(client) -> bool:
    return client.get("/account/").status_code == 200


PERIOD = 58_000_000  # one of the half minutes that a code is good for


@pytest.fixture(autouse=True)
def one_half_minute(monkeypatch):
    """A code made at the end of a half minute would be read in the next one, and refused."""
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([PERIOD]))


def code(secret: str) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, PERIOD)))


def with_second_factor(user) -> str:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    totp.TOTP.activate(user, secret)
    return secret


# Guessing


def test_five_wrong_passwords_close_the_account_for_a_while_also_to_the_right_one(client):
    user = f.UserFactory()
    for attempt in range(5):
        assert log_in(client, user, WRONG, REMOTE_ADDR=f"192.0.2.{attempt}").status_code == 200
    assert log_in(client, user, REMOTE_ADDR="192.0.2.99").status_code == 200
    assert not is_logged_in(client)
    assert log_in(client, f.UserFactory()).status_code == 302  # others are not kept out


def test_ten_wrong_passwords_from_one_address_close_it_whomever_they_were_for(client):
    for _attempt in range(10):
        assert log_in(client, f.UserFactory(), WRONG).status_code == 200
    last = f.UserFactory()
    assert log_in(client, last).status_code == 200 and not is_logged_in(client)
    assert log_in(client, last, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_forged_forwarding_header_does_not_make_an_address_new(client):
    for attempt in range(10):
        log_in(client, f.UserFactory(), WRONG, headers={"X-Forwarded-For": f"198.51.100.{attempt}"})
    user = f.UserFactory()
    refused = log_in(client, user, headers={"X-Forwarded-For": "198.51.100.99"})
    assert refused.status_code == 200 and not is_logged_in(client)


def test_behind_one_proxy_of_ours_the_address_that_it_saw_counts(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for attempt in range(10):
        forged = f"203.0.113.{attempt}, 198.51.100.5"
        log_in(client, f.UserFactory(), WRONG, headers={"X-Forwarded-For": forged})
    user = f.UserFactory()
    assert log_in(client, user, headers={"X-Forwarded-For": "198.51.100.5"}).status_code == 200
    assert log_in(client, user, headers={"X-Forwarded-For": "198.51.100.6"}).status_code == 302


def test_wrong_codes_are_counted_too(client):
    user = f.ReviewerFactory()
    secret = with_second_factor(user)
    assert log_in(client, user)["Location"].startswith("/accounts/2fa/authenticate/")
    for _attempt in range(5):
        assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert not is_logged_in(client)


def test_a_code_is_good_once(client):
    user = f.ReviewerFactory()
    secret = with_second_factor(user)
    used = code(secret)
    log_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": used})
    assert is_logged_in(client)
    again = Client()
    log_in(again, user)
    again.post("/accounts/2fa/authenticate/", {"code": used})
    assert not is_logged_in(again)


def test_the_code_of_an_earlier_half_minute_is_no_good(client, monkeypatch):
    user = f.ReviewerFactory()
    secret = with_second_factor(user)
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([PERIOD + 1]))
    log_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert not is_logged_in(client)


def test_a_recovery_code_is_good_once(client):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    user = f.ReviewerFactory()
    with_second_factor(user)
    recovery = RecoveryCodes.activate(user).get_unused_codes()[0]
    for attempt, expected in enumerate((True, False)):
        fresh = Client()
        log_in(fresh, user)
        fresh.post("/accounts/2fa/authenticate/", {"code": recovery})
        assert is_logged_in(fresh) is expected, attempt


# Enumeration


def test_a_wrong_password_and_an_unknown_address_answer_alike(client):
    user = f.UserFactory()
    known = log_in(client, user, WRONG)
    unknown = client.post(LOGIN, {"login": "nobody@example.org", "password": WRONG})
    assert known.status_code == unknown.status_code == 200
    assert known.context["form"].errors == unknown.context["form"].errors


def test_a_disabled_account_answers_a_wrong_password_like_an_unknown_address(client):
    user = f.UserFactory(is_active=False)
    refused = log_in(client, user, WRONG)
    unknown = client.post(LOGIN, {"login": "nobody@example.org", "password": WRONG})
    assert refused.context["form"].errors == unknown.context["form"].errors


def test_asking_for_a_new_password_tells_nobody_who_has_an_account(client):
    user = f.UserFactory()
    known = client.post("/accounts/password/reset/", {"email": user.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[user.email]]


def test_an_unknown_address_costs_as_many_password_hashes_as_a_known_one(client, monkeypatch):
    """What a stopwatch at the other end would measure is the hashing; counted, so that it cannot waver."""
    from django.contrib.auth import hashers

    hashed: list[int] = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *args: (hashed.append(1), encode(self, *args))[1])
    counts = []
    user = f.UserFactory()
    for address in (user.email, "nobody@example.org"):
        hashed.clear()
        client.post(LOGIN, {"login": address, "password": WRONG})
        counts.append(len(hashed))
    assert counts[0] == counts[1] > 0


def test_nobody_signs_up(client):
    assert client.get("/accounts/signup/").status_code == 404
    assert client.get("/accounts/email/").status_code == 404


# The second factor


@pytest.mark.parametrize("role", ["is_coordinator", "is_reviewer", "is_staff"])
def test_who_has_a_great_role_is_sent_to_get_a_second_factor(client, settings, role):
    settings.MFA_REQUIRED = True
    client.force_login(f.UserFactory(**{role: True}))
    for path in ("/", "/my/", "/account/", "/admin/", "/users/", "/accounts/password/change/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/"), path
    assert client.post("/users/invite/", {"email": "x@example.org"}).status_code == 302
    assert client.get("/privacy/").status_code == 200
    part = client.get("/mandates/", headers={"HX-Request": "true", "HX-Target": "mandate-table"})
    assert part["HX-Redirect"] == "/accounts/2fa/totp/activate/"


def test_readers_and_members_need_none(client, settings):
    settings.MFA_REQUIRED = True
    client.force_login(f.MembershipFactory().user)
    assert client.get("/account/").status_code == 200


def test_with_a_second_factor_all_pages_open_and_it_cannot_be_dropped(client, settings):
    settings.MFA_REQUIRED = True
    user = f.CoordinatorFactory()
    secret = with_second_factor(user)
    log_in(client, user)
    assert not is_logged_in(client)  # the password alone opens nothing
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert client.get("/users/").status_code == 200
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_one_can_enrol_from_where_one_is_sent(client, settings, django_capture_on_commit_callbacks):
    settings.MFA_REQUIRED = True
    user = f.CoordinatorFactory()
    log_in(client, user)
    asked = client.get("/", follow=True).redirect_chain[-1][0]
    assert asked.startswith("/accounts/reauthenticate/")  # a session left open is not enough to enrol
    page = client.post(asked, {"password": f.PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/2fa/totp/activate/" and page.status_code == 200
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}, follow=True)
    assert done.redirect_chain[-1][0] == "/accounts/2fa/recovery-codes/" and done.status_code == 200
    assert client.get("/users/").status_code == 200
    assert [message.to for message in mail.outbox] == [[user.email]]  # told that it was switched on


def test_a_new_password_by_mail_does_not_skip_the_second_factor(client):
    from coordination.accounts.links import invitation_link

    user = f.ReviewerFactory()
    with_second_factor(user)
    page = client.get(invitation_link(user).removeprefix(project_settings.BASE_URL), follow=True)
    new = "en helt ny lang fras"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert not is_logged_in(client)
    assert log_in(client, user, new)["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_logged_in(client)


def test_the_second_factor_is_asked_for_wherever_debug_is_off(settings):
    source = (project_settings.BASE_DIR / "coordination" / "settings.py").read_text()
    assert "\nMFA_REQUIRED = not DEBUG " in source


def test_only_the_demo_lets_its_printed_accounts_off(client, settings):
    settings.MFA_REQUIRED, settings.MFA_EXEMPT = True, {"coordinator@example.org"}
    client.force_login(f.CoordinatorFactory(email="coordinator@example.org"))
    assert client.get("/users/").status_code == 200
    client.force_login(f.CoordinatorFactory(email="other@example.org"))
    assert client.get("/users/").status_code == 302


# Sessions


def test_a_disabled_user_is_logged_out_at_once_and_for_good(client):
    coordinator, user = f.CoordinatorFactory(), f.UserFactory()
    log_in(client, user)
    assert is_logged_in(client)
    services.set_active(user, active=False, by=coordinator)
    assert not is_logged_in(client)
    services.set_active(user, active=True, by=coordinator)
    assert not is_logged_in(client)  # the old session does not come back
    assert not UserSession.objects.filter(user=user).exists()


@pytest.mark.parametrize("field", ["is_coordinator", "is_reviewer", "is_staff", "is_superuser"])
def test_whoever_gains_or_loses_a_role_is_logged_out_by_whichever_door_it_changed(client, field):
    user = f.UserFactory()
    for value in (True, False):
        log_in(client, user)
        assert is_logged_in(client)
        User.objects.filter(pk=user.pk).update(**{field: value})
        assert not is_logged_in(client)


def test_a_new_password_ends_the_other_sessions(client):
    user = f.UserFactory()
    other = Client()
    log_in(client, user)
    log_in(other, user)
    new = "en helt ny lang fras"
    client.post("/accounts/password/change/", {"oldpassword": f.PASSWORD, "password1": new, "password2": new})
    assert not is_logged_in(other)


def test_logging_in_changes_the_session_key(client):
    user = f.UserFactory()
    client.get(LOGIN)
    session = client.session
    session["x"] = 1
    session.save()
    before = client.cookies[project_settings.SESSION_COOKIE_NAME].value
    log_in(client, user)
    assert client.cookies[project_settings.SESSION_COOKIE_NAME].value != before


def test_one_sees_and_ends_ones_other_sessions(client):
    user = f.UserFactory()
    other = Client()
    log_in(client, user)
    log_in(other, user)
    assert client.get("/accounts/sessions/").context["session_count"] == 2
    client.post("/accounts/sessions/")
    assert is_logged_in(client) and not is_logged_in(other)


# The way in and back


def test_a_page_leads_to_the_login_page_and_back(client, settings):
    settings.ANONYMOUS_READING = False
    user = f.UserFactory()
    asked = client.get("/mandates/?as_of=2022-06-30")
    assert asked["Location"] == "/accounts/login/?next=%2Fmandates%2F%3Fas_of%3D2022-06-30"
    back = client.post(asked["Location"], {"login": user.email, "password": f.PASSWORD, "next": "/mandates/"})
    assert back["Location"] == "/mandates/"
    english = Client().get("/en/mandates/")
    assert english["Location"].startswith("/en/accounts/login/")


def test_htmx_leaves_the_page_as_a_whole_and_comes_back_to_it(client, settings):
    settings.ANONYMOUS_READING = False
    part = client.get(
        "/mandates/?q=x",
        headers={
            "HX-Request": "true",
            "HX-Target": "mandate-table",
            "HX-Current-URL": "http://testserver/mandates/?kind=duty",
        },
    )
    assert part.status_code == 200 and part.content == b""
    assert part["HX-Redirect"] == "/accounts/login/?next=%2Fmandates%2F%3Fkind%3Dduty"


def test_a_posted_form_is_not_come_back_to(client):
    assert client.post("/users/invite/")["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_back_leads_nowhere_else(client, evil):
    answer = client.post(LOGIN, {"login": f.UserFactory().email, "password": f.PASSWORD, "next": evil})
    assert answer["Location"] == "/"


def test_without_a_way_back_one_comes_to_the_first_page_in_ones_own_language(client):
    assert log_in(client, f.UserFactory(language="en"))["Location"] == "/en/"


def test_the_admin_has_no_login_of_its_own(client):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    client.force_login(f.CoordinatorFactory())
    assert client.get("/admin/login/").status_code == 403
    client.force_login(f.UserFactory(is_staff=True))
    assert client.get("/admin/").status_code == 200
