"""The files of CI systems in a repository, with the builds that they run, and their images."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.source_files import is_ci_file
from lightship.builds.workspace import Workspace
from lightship.errors import FileError, LightshipError
from lightship.files.reading import path_inside
from lightship.files.workspace_folder import repository_of
from lightship.flows.builds import BuildFinder
from lightship.flows.judged_builds import BuildPlace, read_builds
from lightship.lint.ci_fixes import Reread
from lightship.record import record
from lightship.text import decode, encode

if TYPE_CHECKING:
    from lightship.build import Build

_ENDINGS = (".yml", ".yaml")
_STARTS = ("Jenkinsfile",)
_MARK = "\ufeff"
# Inputs that fixes add or remove
_MENDED = frozenset({"cache-from", "cache-to", "context", "load"})
_WORKFLOWS = (".github/workflows", ".gitea/workflows", ".forgejo/workflows")


def ci_path(path: str) -> str | None:
    """The path of a file of a CI system from the root of its repository; None for other files."""
    name = os.path.basename(path)
    is_like = name.endswith(_ENDINGS) or name.startswith(_STARTS)
    if not is_like or not os.path.isfile(path):
        return None
    inside = _inside(path)
    return inside if inside is not None and is_ci_file(inside) else None


def _inside(path: str) -> str | None:
    place = os.path.realpath(path)
    folder = place if os.path.isdir(place) else os.path.dirname(place)
    return path_inside(place, repository_of(folder))


def workflows_in(folder: str) -> Iterator[str]:
    """The workflows of a directory that holds nothing else, as `.github/workflows`."""
    inside = _inside(folder) if os.path.isdir(folder) else None
    if inside not in _WORKFLOWS:
        return
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if ci_path(path) is not None:
            yield path


@record(eq=False)
class CiRepository:
    """A repository, and all builds that CI runs in it; paths count from `root`."""

    root: str
    workspace: Workspace
    builds: tuple[CiBuild, ...]


class CiFinder:
    """Finds files of CI systems; `place_of` gives a Dockerfile with what the user says of it."""

    def __init__(
        self, finder: BuildFinder, place_of: Callable[[str], BuildPlace]
    ) -> None:
        self._finder, self._place_of = finder, place_of

    def repository(self, folder: str) -> CiRepository:
        """The repository that a directory lies in."""
        root = repository_of(os.path.realpath(folder))
        workspace, builds = self._finder.in_ci(root)
        return CiRepository(root, workspace, builds)

    def files_in(self, folder: str) -> Iterator[CiFile]:
        """The files that lie in a directory and build something, by their paths."""
        repository = self.repository(folder)
        inside = path_inside(os.path.realpath(folder), repository.root) or "."
        for path in sorted({build.path for build in repository.builds}):
            if inside == "." or path.startswith(f"{inside}/"):
                yield self._file(repository, path)

    def file(self, path: str) -> CiFile:
        """A file, also one that builds nothing. A FileError where it is none of a CI system."""
        inside = ci_path(path)
        if inside is None:
            raise FileError(f"{path} is not a file of a CI system")
        return self._file(self.repository(os.path.dirname(path) or "."), inside)

    def reread(self, path: str) -> Reread:
        """What gives a file with another text: None where its builds would not be the same."""
        repository = self.repository(os.path.dirname(path) or ".")
        inside = ci_path(path) or ""
        before = _built(repository.builds, inside)

        def again(text: str) -> CiFile | None:
            workspace = repository.workspace

            def read(name: str) -> bytes | None:
                return encode(text) if name == inside else workspace.reader(name)

            changed = replace(workspace, reader=read)
            builds = ci_builds(changed)
            if _built(builds, inside) != before:
                return None
            return self._file(CiRepository(repository.root, changed, builds), inside)

        return again

    def _file(self, repository: CiRepository, path: str) -> CiFile:
        builds = tuple(build for build in repository.builds if build.may_run)
        own = tuple(build for build in builds if build.path == path)
        whole = decode(repository.workspace.read(path) or b"")
        text = whole.removeprefix(_MARK)
        mark = whole[: len(whole) - len(text)]
        image_of = self._images(repository.root)
        return CiFile(path, text, own, builds, image_of, mark)

    def _images(self, root: str) -> _Images:
        return _Images(root, self._place_of)


class _Images:
    """Gives what builds build, each once."""

    def __init__(self, root: str, place_of: Callable[[str], BuildPlace]) -> None:
        self._root, self._place_of = root, place_of
        self._known: dict[int, tuple[CiBuild, Build | None]] = {}

    def __call__(self, build: CiBuild) -> Build | None:
        known = self._known.get(id(build))
        if known is None:
            known = build, self._read(build)
            self._known[id(build)] = known
        return known[1]

    def _read(self, build: CiBuild) -> Build | None:
        definition = build.definition
        if definition is None:
            return None
        path = os.path.join(self._root, definition.dockerfile)
        place = replace(self._place_of(path), definitions=(definition,))
        try:
            return read_builds(place)[0].build
        except LightshipError:
            return None  # a target that it does not have, or a file that cannot be read


def _built(builds: tuple[CiBuild, ...], path: str) -> list[str]:
    """What a file builds, as fixes must leave it: all but its caches, builder and context."""
    return sorted(repr(_kept(build)) for build in builds if build.path == path)


def _kept(build: CiBuild) -> tuple[object, ...]:
    inputs = sorted(set(build.step.keys) - _MENDED)
    switches = [(item.value, item.text) for item in (build.push, build.no_cache)]
    more = (build.outputs, build.platforms, build.secrets, build.secret_args)
    options = (build.step.job, inputs, switches, more)
    definition = build.definition
    if definition is None:
        return (*options, build.problem)
    args = sorted(definition.args.items())
    place = (definition.dockerfile, definition.target, definition.names)
    return (*options, place, args)
