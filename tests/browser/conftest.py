import shutil

import pytest

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
