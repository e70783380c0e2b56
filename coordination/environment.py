"""Reads the environment for settings.py. A wrong value stops the start with a sentence that names it."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
SECRET_LENGTH = 50  # what Django's own deployment check asks for (security.W009)
SOCKET_PATH_LENGTH = 100  # a unix socket's path is cut off after 107 bytes on Linux, 103 on macOS


def env_bool(name: str, default: bool) -> bool:
    """True or False as the environment says; anything else is refused rather than guessed."""
    value = os.environ.get(name) or str(default)
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name}={value!r}: use True or False")
    return value == "True"


def env_int(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name}={value!r}: use a whole number")
    return int(value)


def env_positive(name: str, default: int) -> int:
    value = env_int(name, default)
    if value < 1:
        raise ImproperlyConfigured(f"{name}={value!r}: use a whole number of at least 1")
    return value


def env_percent(name: str, default: int) -> float:
    """A share from a whole number of per cent, 1 to 100."""
    value = env_int(name, default)
    if not 1 <= value <= 100:
        raise ImproperlyConfigured(f"{name}={value!r}: use a percentage from 1 to 100")
    return value / 100


def env_list(name: str, default: str = "") -> list[str]:
    """The parts between commas; the default where the variable is unset or empty."""
    value = os.environ.get(name) or default
    return [part.strip() for part in value.split(",") if part.strip()]


def base_url(value: str) -> str:
    """The public address, without a trailing slash."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ImproperlyConfigured(f"BASE_URL={value!r}: use an address like https://samsyn.example.org")
    return value.rstrip("/")


def is_local(url: str) -> bool:
    return urlsplit(url).hostname in LOCAL_HOSTS


def refuse_insecure(
    *, secret_key: str, allowed_hosts: list[str], url: str, demo: bool, email_url: str
) -> None:
    """Raise ImproperlyConfigured for the first value that must not be used when DEBUG is off.

    Plain http is accepted on localhost alone, and printed demo passwords only there too.
    """
    if not secret_key:
        raise ImproperlyConfigured("SECRET_KEY is required when DEBUG=False")
    if len(secret_key) < SECRET_LENGTH or len(set(secret_key)) < 5 or "insecure" in secret_key:
        raise ImproperlyConfigured(f"SECRET_KEY is too easy to guess: use {SECRET_LENGTH} random characters")
    if not allowed_hosts or "*" in allowed_hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that are served, when DEBUG=False")
    if demo and not (is_local(url) and set(allowed_hosts) <= LOCAL_HOSTS):
        raise ImproperlyConfigured(
            "DEMO=True prints its passwords: BASE_URL and ALLOWED_HOSTS must be localhost"
        )
    if urlsplit(url).scheme != "https" and not is_local(url):
        raise ImproperlyConfigured(f"BASE_URL={url!r}: use https when DEBUG=False")
    if not email_url and not demo:
        raise ImproperlyConfigured("EMAIL_URL is required when DEBUG=False: invitations must reach people")


def socket_path(folder: Path) -> Path:
    """Where the embedded broker listens: in `folder`, or in a private folder with a short name if that is too deep."""
    wanted = folder / "broker.sock"
    if len(os.fsencode(wanted)) <= SOCKET_PATH_LENGTH:
        return wanted
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"samsyn-{os.getuid()}-{digest}" / "broker.sock"
