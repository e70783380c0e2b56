"""Pages that stand only for a moment: a file on its way in, a refused login, faults. Accessible all the same."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import Client

from coordination import overview
from coordination.base.models import ImportJob
from tests import factories as f
from tests.browser.looking import WAYS, listen, look, problems_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADER = "id,name_sv,kind,level"
TABLE = f"{HEADER}\nscb,SCB,agency,national\nfk,Försäkringskassan,agencyy,national\n"


@pytest.fixture
def coordinator(live_server, settings):
    settings.ANONYMOUS_READING = True
    f.StrategyFactory()
    f.ActorFactory()  # so that the kinds and levels of the files exist
    return f.CoordinatorFactory()


@pytest.fixture
def page(chromium, live_server, coordinator):
    client = Client()
    client.force_login(coordinator)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_a_file_on_its_way_in(page, live_server, tmp_path):
    said = listen(page)
    (tmp_path / "fil.csv").write_text(TABLE)
    page.goto(f"{live_server.url}/import/")
    page.select_option("[name=kind]", "actors")
    page.set_input_files("[name=file]", tmp_path / "fil.csv")
    with page.expect_navigation():
        page.locator("main form[enctype] button[type=submit]").click()
    job = ImportJob.objects.get()
    assert (job.created, job.rejected) == (1, 1)
    problems = look(page, live_server.url, f"/import/{job.pk}/")
    with page.expect_navigation():
        page.locator("form[action$='/apply/'] button[type=submit]").first.click()
    job.refresh_from_db()
    assert job.state == "applied"
    problems += look(page, live_server.url, f"/import/{job.pk}/")
    assert problems + said == []


def test_faults(page, live_server, monkeypatch):
    problems = look(page, live_server.url, "/nowhere/", status=404)
    for error, status in ((BadRequest, 400), (PermissionDenied, 403), (RuntimeError, 500)):

        def fails(*_args, raised=error):
            raise raised

        monkeypatch.setattr(overview, "overview", fails)
        problems += look(page, live_server.url, "/", status=status)
    assert problems == []


def test_login_in_two_steps(chromium, live_server, coordinator):
    totp.TOTP.activate(coordinator, totp.generate_totp_secret())
    coordinator.set_password("ett-langt-losenord")
    coordinator.save()
    problems = []
    for prefix, scheme in WAYS:
        page = chromium.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
        page.goto(f"{live_server.url}{prefix}/accounts/login/")
        page.fill("[name=login]", coordinator.email)
        page.fill("[name=password]", "ett-langt-losenord")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "/2fa/authenticate/" in page.url
        problems += problems_of(page, f"{prefix} {scheme}")
        page.close()
    assert problems == []
