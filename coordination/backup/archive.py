"""The file that holds a backup: a zip archive that ends with the digest of all that stands before it.

Members: `manifest.json`; the database, either as the SQLite file `db.sqlite3` or as JSON lines in
`rows/<table>.jsonl`; and uploaded files in `files/`.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "db.sqlite3"
ROWS = "rows/"
FILES = "files/"
_MARK = b"samsyn backup, sha256 "
_DIGEST = 64  # hexadecimal digits
_BLOCK = 1024 * 1024


class Unusable(Exception):
    """The file cannot be restored; the message says why in one sentence."""


@dataclass
class Manifest:
    """What a backup holds.

    `migrations`: [app, name] of every one applied. `rows`: how many, by table. `next_ids`: by table, the
    number that its next row gets: those of removed rows are not given again, since history still names them.
    """

    made_at: str
    vendor: str
    migrations: list[list[str]]
    rows: dict[str, int] = field(default_factory=dict)
    next_ids: dict[str, int] = field(default_factory=dict)
    files: int = 0
    format: int = FORMAT


class Writer:
    """Members of an archive being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, path: Path) -> None:
        self._archive.write(path, name)

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        with self._archive.open(name, "w", force_zip64=True) as member:
            yield member

    def finish(self, manifest: Manifest) -> None:
        self._archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write an archive that appears at `path` when it is complete and on disk, or not at all.

    Only its owner may read it: it holds addresses of people and hashes of their passwords.
    """
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "r+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.comment = _MARK + b"0" * _DIGEST
                yield Writer(archive)
            file.flush()
            digest = _digest(file).encode()
            file.seek(-_DIGEST, os.SEEK_END)
            file.write(digest)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def reading(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """The members and the manifest of a backup, none of whose bytes has changed since it was made.

    Raises:
        Unusable: no backup, damaged, cut off, or made by a newer version.
    """
    try:
        with path.open("rb") as file:
            _check(file, path)
            with zipfile.ZipFile(file) as archive:
                yield archive, _manifest(archive, path)
    except FileNotFoundError as error:
        raise Unusable(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise Unusable(f"{path} is a folder: name the file.") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise Unusable(f"{path} is damaged: use another backup.") from error


def _check(file: IO[bytes], path: Path) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _DIGEST - len(_MARK)))
    mark, digest = file.read(len(_MARK)), file.read(_DIGEST)
    if mark != _MARK:
        file.seek(0)
        if file.read(4) == b"PK\x03\x04":
            raise Unusable(f"{path} is cut off or is no backup of Samsyn: use another one.")
        raise Unusable(f"{path} is no backup of Samsyn.")
    if _digest(file).encode() != digest:
        raise Unusable(f"{path} is damaged, its digest does not agree: use another backup.")


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        read: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if read["format"] > FORMAT:
            raise Unusable(f"{path} was made by a newer version of Samsyn: install that one first.")
        return Manifest(**read)
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable(f"{path} is no backup of Samsyn.") from error


def _digest(file: IO[bytes]) -> str:
    """SHA-256 of everything before the digest itself, which stands last."""
    left = file.seek(0, os.SEEK_END) - _DIGEST
    file.seek(0)
    summed = hashlib.sha256()
    while left > 0 and (block := file.read(min(_BLOCK, left))):
        summed.update(block)
        left -= len(block)
    return summed.hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of a whole file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack_files(archive: zipfile.ZipFile, folder: Path) -> int:
    """Write the uploaded files into `folder`, which is empty. Return how many.

    Raises:
        Unusable: a name that leads out of the folder.
    """
    count = 0
    for member in archive.infolist():
        if not member.filename.startswith(FILES):
            continue
        name = PurePosixPath(member.filename.removeprefix(FILES))
        if name.is_absolute() or ".." in name.parts or not name.parts:
            raise Unusable(f"The backup holds a file with the forbidden name {member.filename!r}.")
        target = folder.joinpath(*name.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("wb") as out:
            while block := source.read(_BLOCK):
                out.write(block)
        count += 1
    return count


def sync_folder(folder: Path) -> None:
    """Have the disk keep a renaming in `folder`."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
