"""Serves, as static files, the few files that pages use out of the installed npm packages."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Warning
from django.core.files.storage import FileSystemStorage, Storage


class NpmFinder(BaseFinder):
    """Finds `vendor/<name>/<file>` by `settings.NPM_FILES`, {name: (folder in node_modules, patterns)}.

    Whole package folders would make 48 MB of static files out of the 4 MB that are used.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storages: dict[str, FileSystemStorage] = {}
        for name, (folder, _patterns) in settings.NPM_FILES.items():
            storage = FileSystemStorage(location=settings.NODE_MODULES / folder)
            storage.prefix = f"vendor/{name}"  # type: ignore[attr-defined]  # where collectstatic puts it
            self.storages[name] = storage

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        if settings.NODE_MODULES.is_dir():
            return []
        return [
            Warning("The front-end packages are not installed.", hint="Run `npm ci`.", id="coordination.W001")
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file behind a static path, or None (an empty list if `find_all`)."""
        root, _, rest = path.partition("/")
        name, _, file = rest.partition("/")
        found = None
        if root == "vendor" and name in self.storages and file in set(self._files(name)):
            found = self.storages[name].path(file)
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name, storage in self.storages.items():
            for file in self._files(name):
                yield file, storage

    def _files(self, name: str) -> Iterator[str]:
        folder, patterns = settings.NPM_FILES[name]
        root: Path = settings.NODE_MODULES / folder
        for pattern in patterns:
            for file in sorted(root.glob(pattern)):
                yield file.relative_to(root).as_posix()
