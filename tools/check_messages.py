"""Checks that every string shown to people has a Swedish translation that uses the same placeholders.

What the code says is found by Django's own `makemessages`, in a scratch copy of the sources.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/sv/LC_MESSAGES/django.po")
SOURCES = ("*.py", "*.html", "*.txt")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")


def main() -> int:
    if shutil.which("xgettext") is None:
        print("xgettext is missing (Debian: apt-get install gettext).", file=sys.stderr)
        return 1
    problems = compare(used=extract(), translated=read(ROOT / CATALOGUE))
    print("\n".join(problems) or "Every string is translated.")
    return 1 if problems else 0


def extract() -> Catalog:
    """The strings that the committed sources, and those not yet committed, show to people."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *SOURCES]
    paths = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        (scratch / CATALOGUE).parent.mkdir(parents=True)
        for path in paths:
            if (
                (ROOT / path).is_file()
                and not path.startswith(("tests/", "tools/"))
                and "/migrations/" not in path
            ):
                (scratch / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / path, scratch / path)
        make = [sys.executable, "-m", "django", "makemessages", "-l", "sv", "--no-wrap", "-v", "0"]
        subprocess.run(make, cwd=scratch, check=True)
        return read(scratch / CATALOGUE)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="sv", domain="django")


def compare(*, used: Catalog, translated: Catalog) -> list[str]:
    """One line for each string in use that lacks a usable translation."""
    problems = []
    for message in used:
        if message.id:
            problem = fault(message, translated.get(key(message), message.context))
            if problem:
                where = message.locations[0] if message.locations else ("?", None)
                problems.append(f"{where[0]}: {key(message)!r}: {problem}")
    return sorted(problems)


def fault(message: Message, found: Message | None) -> str:
    """What is wrong with the translation of a message; empty if nothing is."""
    if found is None:
        return "no translation"
    strings = [
        text or "" for text in (found.string if isinstance(found.string, (list, tuple)) else [found.string])
    ]
    if not all(strings):
        return "no translation"
    if found.fuzzy:
        return "marked as doubtful (fuzzy)"
    if message.pluralizable and len(strings) != 2:
        return "the plural is missing"
    ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    wanted = {name for text in ids for name in PLACEHOLDER.findall(text)}
    extra = {name for text in strings for name in PLACEHOLDER.findall(text)} - wanted
    if extra:
        return f"unknown placeholder {', '.join(sorted(extra))}"
    # A singular may leave its number out ("one row"); the last form says all.
    lost = set(PLACEHOLDER.findall(ids[-1])) - set(PLACEHOLDER.findall(strings[-1]))
    return f"lost placeholder {', '.join(sorted(lost))}" if lost else ""


def key(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, (list, tuple)) else message.id)


if __name__ == "__main__":
    sys.exit(main())
