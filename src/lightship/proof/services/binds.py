"""The files of a repository that a bind mount brings: those that everybody has."""

from __future__ import annotations

from lightship.builds.workspace import Workspace, joined
from lightship.proof.services.public_files import PublicFiles

_MOST, _DEEPEST = 500, 8  # files of one bind, directories below it
_MODE, _EXECUTABLE = 0o644, 0o755
_SCRIPT = b"#!"


class FileList:
    """Lists and reads what lies below a path; nothing that git does not have."""

    def __init__(self, files: PublicFiles) -> None:
        self._files = files
        self._known: dict[str, list[str]] = {}

    @property
    def _workspace(self) -> Workspace:
        return self._files.workspace

    def below(self, path: str) -> list[str]:
        """The file itself, or the files in a directory, sorted."""
        if path not in self._known:
            self._known[path] = self._found(path, 0)[:_MOST]
        return self._known[path]

    def _found(self, path: str, depth: int) -> list[str]:
        if self._workspace.is_file(path):
            # Of a file that only its developer has, the example is read
            return [] if self._workspace.read(path) is None else [path]
        if depth > _DEEPEST or not self._workspace.is_directory(path):
            return []
        found: list[str] = []
        for name in sorted(self._workspace.names(path)):
            inside = joined(path, name)
            if name == ".git" or inside is None or len(found) > _MOST:
                continue
            found += self._found(inside, depth + 1)
        return found

    def mode(self, path: str) -> int:
        """A script can be run: the mode of a file does not come along."""
        data = self._workspace.read(path) or b""
        return _EXECUTABLE if data.startswith(_SCRIPT) else _MODE
