"""Headers and cookies that depend on what is answered, and Django's own check of a production configuration.

What every address must answer with is in `answer_headers`, and the authorisation walk asks it of each.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from django.test import Client

from tests import factories as f

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "coordination.settings",
    "DEBUG": "False",
    "SECRET_KEY": "k9Vt2mQx7Rp4Wz8Ls3Nb6Hc1Jf5Yd0Ga" * 2,
    "ALLOWED_HOSTS": "samsyn.example.org",
    "BASE_URL": "https://samsyn.example.org",
    "EMAIL_URL": "smtp://localhost",
}


def test_a_rendered_page_carries_a_fresh_nonce(client):
    first, second = client.get("/privacy/"), client.get("/privacy/")
    nonces = [
        re.search(r"script-src[^;]*'nonce-([^']+)'", r["Content-Security-Policy"])[1] for r in (first, second)
    ]
    assert nonces[0] != nonces[1] and f'nonce="{nonces[0]}"' in first.text
    assert "unsafe" not in first["Content-Security-Policy"]


def test_a_view_that_decides_about_caching_is_left_alone(rf):
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpResponse

    from coordination.base.middleware import PageHeadersMiddleware

    def view(request):
        return HttpResponse(headers={"Cache-Control": "private, no-store"})

    request = rf.get("/")
    for user in (AnonymousUser(), f.UserFactory()):
        request.user = user
        assert PageHeadersMiddleware(view)(request)["Cache-Control"] == "private, no-store"


def test_logging_out_leaves_no_session_cookie(client):
    user = f.UserFactory()
    client.post("/accounts/login/", {"login": user.email, "password": f.PASSWORD})
    answer = client.post("/accounts/logout/")
    assert answer.cookies[project_settings.SESSION_COOKIE_NAME]["max-age"] == 0


def test_a_session_ends_with_the_browser(client):
    user = f.UserFactory()
    answer = client.post("/accounts/login/", {"login": user.email, "password": f.PASSWORD})
    assert answer.cookies[project_settings.SESSION_COOKIE_NAME]["expires"] == ""


def test_a_form_without_its_token_is_refused():
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(f.CoordinatorFactory())
    assert careful.post("/users/invite/", {"email": "a@example.org"}).status_code == 403
    assert careful.post("/accounts/login/", {"login": "a@example.org", "password": "x"}).status_code == 403


def run(code: list[str], tmp_path) -> subprocess.CompletedProcess:
    # Nothing of the machine that tests: a developer's own variables would be judged as if they were deployed.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = kept | PRODUCTION | {"VAR_DIR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, *code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_django_finds_nothing_to_warn_of_in_a_production_configuration(tmp_path):
    found = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], tmp_path)
    assert found.returncode == 0, found.stderr
    assert "no issues (0 silenced)" in found.stdout


def test_production_cookies_and_transport(tmp_path):
    said = run(
        [
            "-c",
            "from django.conf import settings as s; import django;"
            "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,"
            "s.CSRF_COOKIE_HTTPONLY, s.SESSION_COOKIE_NAME, s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT,"
            "s.MFA_REQUIRED, s.MFA_EXEMPT, s.ANONYMOUS_READING, s.ALLAUTH_TRUSTED_PROXY_COUNT)",
        ],
        tmp_path,
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.split() == [
        *["True"] * 4,
        "__Host-samsyn",
        str(365 * 24 * 3600),
        "True",
        "True",
        "set()",
        "False",
        "0",
    ]
