"""Runs `make demo` in a fresh clone as a newcomer would, looks at the main pages, and stops it by Ctrl-C."""

import http.cookiejar
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAIN_PAGES = ROOT / "tests" / "main_pages.txt"
LANGUAGES = {"sv": "", "en": "/en"}
START_SECONDS = 300
STOP_SECONDS = 30


def main() -> int:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="samsyn-demo-") as folder:
        clone = Path(folder) / "samsyn"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        log = Path(folder) / "log"
        with log.open("w") as output:
            # A group of its own, so that Ctrl-C can be sent to all of it, as a terminal does.
            make = subprocess.Popen(
                ["make", "demo", f"PORT={port}"],
                cwd=clone,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            problems = look(make, port, clone)
        finally:
            left = stop(make, clone)
        print(log.read_text())
        for process in left:
            problems.append(f"left running after Ctrl-C: {process}")
    print("\n".join(problems) or "The demo starts, shows its pages and stops.")
    return 1 if problems else 0


def look(make: subprocess.Popen[bytes], port: int, clone: Path) -> list[str]:
    """Wait for the first page, fetch all main pages in both languages, check their HTML. Return what is wrong."""
    start = time.monotonic()
    while fetch(port, "/health/")[0] != 200:
        if make.poll() is not None or time.monotonic() - start > START_SECONDS:
            return ["make demo did not come to serve a page"]
        time.sleep(0.3)
    print(f"First page after {time.monotonic() - start:.1f} s")
    problems, pages = [], clone.parent / "pages"
    pages.mkdir()
    for path in main_pages():
        for language, prefix in LANGUAGES.items():
            status, html = fetch(port, prefix + path)
            if status != 200:
                problems.append(f"{prefix + path} gives {status}")
            elif "<html" in html:
                if f'<html lang="{language}"' not in html:
                    problems.append(f"{prefix + path} is not marked as {language}")
                name = f"{language}{path.split('?')[0].replace('/', '-')}.html"
                (pages / name.replace("-.html", ".html")).write_text(html)
    validate = [
        str(ROOT / "node_modules" / ".bin" / "html-validate"),
        "--config",
        str(ROOT / ".htmlvalidate.json"),
    ]
    checked = subprocess.run(
        [*validate, "--formatter", "text", str(pages)], capture_output=True, text=True, check=False
    )
    if checked.returncode:
        problems += [
            "HTML: " + line.replace(f"{pages}/", "")
            for line in checked.stdout.splitlines() + checked.stderr.splitlines()
        ]
    print(f"{len(list(pages.iterdir()))} pages fetched")
    return problems


def main_pages() -> list[str]:
    lines = [line.strip() for line in MAIN_PAGES.read_text().splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def fetch(port: int, path: str) -> tuple[int, str]:
    """Status and text as an anonymous visitor gets them; status 0 when nothing answers."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    try:
        with opener.open(f"http://localhost:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


def stop(make: subprocess.Popen[bytes], clone: Path) -> list[str]:
    """Press Ctrl-C; return (and end) the processes that are still there when that should be over."""
    if make.poll() is None:
        os.killpg(make.pid, signal.SIGINT)
    try:
        make.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(make.pid, signal.SIGKILL)
        make.wait()
    left = running_in(clone)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return list(left.values())


def running_in(folder: Path) -> dict[int, str]:
    """Process number -> command line, of what runs in or from the folder (Linux; elsewhere none is seen)."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_text(errors="replace").replace("\0", " ")
            inside = os.readlink(entry / "cwd").startswith(str(folder))
        except OSError:
            continue
        if (inside or str(folder) in command) and int(entry.name) != os.getpid():
            found[int(entry.name)] = command
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
