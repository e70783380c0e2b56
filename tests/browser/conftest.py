import shutil

import pytest

from coordination.demo import accounts

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def chromium():
    """A headless Chromium, or a skipped test that says why.

    Playwright's synchronous driver runs a loop in this thread, which Django takes for an asynchronous view.
    Both the driver and Django's leave to work beside it end with the last test of this folder: no other test
    is to run, or to start a process, under a setting that no deployment has.
    """
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(CHROMIUM_NAMES)} is installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with pytest.MonkeyPatch.context() as environment, playwright.sync_playwright() as driver:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = driver.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def logged_in():
    """What a browser keeps after logging in as a role of the demo: {role: state}, filled as roles are asked for."""
    return {}


@pytest.fixture
def visitor(chromium, site, logged_in):
    """visitor(role, **options): a new browser page; without a role nobody is logged in."""
    contexts = []

    def arrive(role=None, **options):
        if role and role not in logged_in:
            context = chromium.new_context()
            page = context.new_page()
            page.goto(f"{site}/accounts/login/")
            page.fill("[name=login]", f"{role}@example.org")
            page.fill("[name=password]", accounts.PASSWORD)
            with page.expect_navigation():
                page.keyboard.press("Enter")
            logged_in[role] = context.storage_state()
            context.close()
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = chromium.new_context(storage_state=logged_in.get(role), **options)
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()
