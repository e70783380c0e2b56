import json
import re
import socket
import sys
from pathlib import Path

import pytest

from tools import bootstrap

ROOT = Path(bootstrap.__file__).parent.parent
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))
ADDRESS = re.compile(r"https?://|^(-i|--index-url|--extra-index-url|--find-links)\b", re.MULTILINE)


def test_a_step_is_skipped_until_what_it_is_made_from_changes(tmp_path):
    made, record = [], tmp_path / "made.json"
    for wanted in ("a", "a", "b", "b"):
        bootstrap.once("Step", record, {"from": wanted}, lambda wanted=wanted: made.append(wanted))
    assert made == ["a", "b"]
    record.unlink()
    bootstrap.once("Step", record, {"from": "b"}, lambda: made.append("again"))
    assert made == ["a", "b", "again"]


def test_a_step_that_fails_is_tried_again(tmp_path):
    def fail() -> None:
        raise bootstrap.Stop("no")

    with pytest.raises(bootstrap.Stop):
        bootstrap.once("Step", tmp_path / "made.json", {"from": "a"}, fail)
    assert not (tmp_path / "made.json").exists()


def test_steps_share_a_record_without_forgetting_each_other(tmp_path):
    record = tmp_path / "made.json"
    record.write_text("not json")
    record.unlink()
    bootstrap.once("One", record, {"one": "1"}, lambda: None)
    bootstrap.once("Two", record, {"two": "2"}, lambda: None)
    assert json.loads(record.read_text()) == {"one": "1", "two": "2"}


def test_the_fingerprint_follows_content_names_and_words():
    here = Path(__file__)
    assert bootstrap.fingerprint([here]) == bootstrap.fingerprint([here])
    assert bootstrap.fingerprint([here]) != bootstrap.fingerprint([here.parent / "conftest.py"])
    assert bootstrap.fingerprint([here], "a") != bootstrap.fingerprint([here], "b")


@pytest.mark.parametrize("port", ["", "0", "65536", "http", "-1"])
def test_a_port_that_is_none_gives_a_sentence(port):
    with pytest.raises(bootstrap.Stop, match="use a number"):
        bootstrap.refuse_unusable_port(port)


def test_a_port_in_use_gives_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "VAR", tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(bootstrap.Stop, match="Choose another: make demo PORT="):
            bootstrap.refuse_unusable_port(str(taken.getsockname()[1]))


def test_an_old_python_gives_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(bootstrap.Stop, match="Python 3.11 or later is needed; .* is 3.9.2"):
        bootstrap.main(["demo"])


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("socket.gaierror: [Errno -3] Temporary failure in name resolution", "registry cannot be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "DO NOT MATCH THE HASHES"),
    ],
)
def test_a_failed_installation_says_why(said, sentence):
    command = [sys.executable, "-c", f"import sys; sys.exit({said!r})"]
    with pytest.raises(bootstrap.Stop, match=sentence):
        bootstrap.run(command, registry=True)


def test_start_over_forgets_the_database_and_keeps_the_secret(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "VAR", tmp_path)
    for name in ("db.sqlite3", "db.sqlite3-wal", "demo.json", "secret-key", "broker/appendonly.aof"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    bootstrap.reset()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret-key", "serve.lock"]


def test_start_over_refuses_while_it_runs(monkeypatch, tmp_path):
    import fcntl

    monkeypatch.setattr(bootstrap, "VAR", tmp_path)
    (tmp_path / "db.sqlite3").write_text("x")
    with (tmp_path / "serve.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(bootstrap.Stop, match="stop it before RESET=1"):
            bootstrap.reset()
    assert (tmp_path / "db.sqlite3").exists()


@pytest.mark.parametrize("lock", LOCKS)
def test_python_locks_pin_and_hash_every_package_and_name_no_address(lock):
    text = (ROOT / lock).read_text()
    assert not ADDRESS.search(text)
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip() and not entry.startswith("#")]
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9.\-]+(\[[a-z,]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_development_lock_contains_the_runtime_lock():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_npm_lock_pins_and_hashes_every_package_and_names_no_download_address():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name
    wanted = json.loads((ROOT / "package.json").read_text())
    for version in (wanted["dependencies"] | wanted["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
