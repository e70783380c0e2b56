import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from coordination.environment import (
    SOCKET_PATH_LENGTH,
    base_url,
    env_bool,
    env_int,
    env_list,
    env_percent,
    env_positive,
    refuse_insecure,
    socket_path,
)

SECURE = {
    "secret_key": "k9Vt2mQx7Rp4Wz8Ls3Nb6Hc1Jf5Yd0Ga" * 2,
    "allowed_hosts": ["samsyn.example.org"],
    "url": "https://samsyn.example.org",
    "demo": False,
    "email_url": "smtp://localhost",
}


def test_secure_values_are_accepted():
    refuse_insecure(**SECURE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"secret_key": ""}, "SECRET_KEY is required"),
        ({"secret_key": "short"}, "SECRET_KEY is too easy"),
        ({"secret_key": "a" * 80}, "SECRET_KEY is too easy"),
        ({"secret_key": "insecure-" + "k9Vt2mQx7Rp4Wz8Ls3Nb6Hc1Jf5Yd0Ga" * 2}, "SECRET_KEY is too easy"),
        ({"allowed_hosts": []}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ["*"]}, "ALLOWED_HOSTS"),
        ({"url": "http://samsyn.example.org"}, "use https"),
        ({"demo": True}, "DEMO=True"),
        ({"demo": True, "url": "http://localhost:8000"}, "DEMO=True"),
        ({"email_url": ""}, "EMAIL_URL"),
    ],
)
def test_insecure_values_are_refused_by_name(change, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        refuse_insecure(**(SECURE | change))


def test_the_demo_may_use_plain_http_on_this_machine_alone():
    local = {"url": "http://localhost:8000", "allowed_hosts": ["localhost", "127.0.0.1"], "demo": True}
    refuse_insecure(**(SECURE | local | {"email_url": ""}))


@pytest.mark.parametrize("value", ["true", "1", "yes", "Fasle"])
def test_a_misspelt_switch_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("DEBUG", value)
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        env_bool("DEBUG", True)


def test_numbers_and_lists(monkeypatch):
    monkeypatch.setenv("PAGE_SIZE", "25")
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,")
    assert env_int("PAGE_SIZE", 50) == 25
    assert env_list("ALLOWED_HOSTS") == ["a.example", "b.example"]
    monkeypatch.setenv("PAGE_SIZE", "-1")
    with pytest.raises(ImproperlyConfigured, match="PAGE_SIZE"):
        env_int("PAGE_SIZE", 50)


@pytest.mark.parametrize("value", ["samsyn.example.org", "ftp://x", "https://"])
def test_the_public_address_must_be_an_address(value):
    with pytest.raises(ImproperlyConfigured, match="BASE_URL"):
        base_url(value)


def test_the_brokers_socket_fits_however_deep_the_project_lies():
    assert socket_path(Path("/srv/samsyn/var/broker")) == Path("/srv/samsyn/var/broker/broker.sock")
    deep = Path("/srv") / ("x" * 60) / ("y" * 60)
    assert len(str(socket_path(deep))) <= SOCKET_PATH_LENGTH
    assert socket_path(deep) == socket_path(deep) != socket_path(deep / "z")


def start_with(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = (
        keep | {"DJANGO_SETTINGS_MODULE": "coordination.settings", "VAR_DIR": str(tmp_path)} | environment
    )
    ask = "import django; django.setup(); from django.core.management import call_command as c; c('check', deploy=True, fail_level='WARNING')"
    return subprocess.run(
        [sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=False
    )


def test_with_debug_off_it_does_not_start_without_a_secret(tmp_path):
    refused = start_with(tmp_path, DEBUG="False")
    assert refused.returncode != 0
    assert "SECRET_KEY is required when DEBUG=False" in refused.stderr


def test_a_secure_deployment_has_no_warning(tmp_path):
    started = start_with(
        tmp_path,
        DEBUG="False",
        SECRET_KEY=SECURE["secret_key"],
        ALLOWED_HOSTS="samsyn.example.org",
        BASE_URL=SECURE["url"],
        EMAIL_URL="smtp://localhost",
    )
    assert started.returncode == 0, started.stderr
    assert "WARNING" not in started.stderr


def test_thresholds_that_would_mean_nothing_stop_the_start(monkeypatch):
    monkeypatch.setenv("FINDINGS_NETWORK_SHARE", "75")
    assert env_percent("FINDINGS_NETWORK_SHARE", 80) == 0.75
    monkeypatch.setenv("FINDINGS_NETWORK_SHARE", "101")
    with pytest.raises(ImproperlyConfigured, match="FINDINGS_NETWORK_SHARE"):
        env_percent("FINDINGS_NETWORK_SHARE", 80)
    assert env_positive("FINDINGS_STRONGEST", 20) == 20
    monkeypatch.setenv("FINDINGS_STRONGEST", "0")
    with pytest.raises(ImproperlyConfigured, match="FINDINGS_STRONGEST"):
        env_positive("FINDINGS_STRONGEST", 20)
