"""Pictures of the pages as a browser shows them, of the shipped case: for reviewing, and for the README.

    python tools/screenshots.py FOLDER                every main page, at both widths, schemes and languages
    python tools/screenshots.py FOLDER /actors/delmos/?as_of=2022-06-30 …     only these
    python tools/screenshots.py --readme              renews docs/screenshots/overview.png

The pages are served from a database of their own, or by `--site http://localhost:8000` from a running one.
Needs a Chromium, as the browser tests do.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MAIN_PAGES = ROOT / "tests" / "main_pages.txt"
OVERVIEW = ROOT / "docs" / "screenshots" / "overview.png"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PREFIXES = {"sv": "", "en": "/en"}
HEIGHTS = {1280: 900, 390: 844}
START_SECONDS = 60
README_HEIGHT, README_BYTES = 1040, 300_000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="where the pictures go")
    parser.add_argument("pages", nargs="*", help="paths (all of tests/main_pages.txt)")
    parser.add_argument("--site", default="", help="address of a running site (one is started)")
    parser.add_argument("--widths", default="1280,390")
    parser.add_argument("--schemes", default="light,dark")
    parser.add_argument("--languages", default="sv,en")
    parser.add_argument(
        "--login", default="", metavar="ROLE", help="as coordinator, member, reviewer or reader"
    )
    parser.add_argument("--readme", action="store_true", help="renew the README's picture")
    given = parser.parse_args(arguments)
    if bool(given.folder) == given.readme:
        parser.error("name a folder, or --readme")
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        print(f"No browser: none of {', '.join(CHROMIUM_NAMES)} is installed.", file=sys.stderr)
        return 1
    with served(given.site) as site, browser(chromium) as driver:
        if given.readme:
            return renew_readme(driver, site)
        return take_all(driver, site, given)


def main_pages() -> list[str]:
    lines = MAIN_PAGES.read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def take_all(driver: Any, site: str, given: argparse.Namespace) -> int:
    """Every page in every way asked for; says which did not answer, or are wider than the screen."""
    given.folder.mkdir(parents=True, exist_ok=True)
    problems = 0
    pages = given.pages or main_pages()
    for width, scheme in product(map(int, given.widths.split(",")), given.schemes.split(",")):
        context = driver.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)}, color_scheme=scheme
        )
        page = context.new_page()
        if given.login:
            log_in(page, site, given.login)
        for language, path in product(given.languages.split(","), pages):
            answer = page.goto(site + PREFIXES[language] + path)
            page.wait_for_load_state("networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth")
            if answer.status != 200 or wide > width:
                problems += 1
                print(
                    f"{path} ({language}, {width} px): status {answer.status}, {wide} px wide",
                    file=sys.stderr,
                )
            name = f"{file_name(path)}-{language}-{width}-{scheme}.png"
            page.screenshot(path=given.folder / name, full_page=True)
            print(name)
        context.close()
    return 1 if problems else 0


def file_name(path: str) -> str:
    """A page's address as the beginning of a file name.

    >>> file_name("/"), file_name("/actors/delmos/?as_of=2022-06-30")
    ('home', 'actors-delmos-as_of-2022-06-30')
    """
    return re.sub(r"[^\w\-]+", "-", path).strip("-") or "home"


def renew_readme(driver: Any, site: str) -> int:
    """The upper part of the first page in Swedish, light: what a newcomer sees."""
    context = driver.new_context(viewport={"width": 1280, "height": README_HEIGHT}, color_scheme="light")
    page = context.new_page()
    page.goto(f"{site}/")
    page.wait_for_load_state("networkidle")
    OVERVIEW.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=OVERVIEW)
    size = OVERVIEW.stat().st_size
    print(f"{OVERVIEW.relative_to(ROOT)}: {size // 1000} kB")
    if size > README_BYTES:
        print(f"More than {README_BYTES // 1000} kB.", file=sys.stderr)
        return 1
    return 0


def log_in(page: Any, site: str, role: str) -> None:
    """As one of the accounts that `load_demo` prints."""
    source = (ROOT / "coordination" / "demo" / "accounts.py").read_text()
    password = re.findall(r'^PASSWORD = "(.+)"$', source, re.MULTILINE)[0]
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=login]", f"{role}@example.org")
    page.fill("[name=password]", password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")


@contextmanager
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@contextmanager
def served(site: str) -> Iterator[str]:
    """The address of the shipped case, without a trailing slash; started here unless `site` is given."""
    if site:
        yield site.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="samsyn-pictures-") as folder:
        port = free_port()
        address = f"http://localhost:{port}"
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"VAR_DIR": folder, "BASE_URL": address, "ANONYMOUS_READING": "True", "DEMO": "True"}
        for command in (["migrate", "-v", "0"], ["load_demo"]):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        serve = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
        serve += ["--log-level", "error", "coordination.wsgi:application"]
        server = subprocess.Popen(serve, cwd=ROOT, env=environment)
        try:
            wait_for(f"{address}/health/")
            yield address
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise SystemExit("The pages were not served.")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
