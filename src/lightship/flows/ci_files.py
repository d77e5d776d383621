"""The files of CI systems in a repository, with the builds that they run, and their images."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from lightship.builds.ci.ci_bases import ci_bases, names_given
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.own_packages import own_packages
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

_ENDINGS = (".yml", ".yaml", ".jenkinsfile", ".Jenkinsfile")
_STARTS = ("Jenkinsfile",)
_ACTIONS = ("action.yml", "action.yaml")
_HERE = "."
_BYTE_ORDER_MARK = "\ufeff"
# Inputs that fixes add or remove
_MENDED = frozenset({"cache-from", "cache-to", "context", "load"})
_WORKFLOWS = (".github/workflows", ".gitea/workflows", ".forgejo/workflows")


def ci_path(path: str) -> str | None:
    """The path of a file of a CI system from the root of its repository; None for other files."""
    name = os.path.basename(path)
    if not _may_be_of_ci(name):
        return None
    if not os.path.isfile(path):
        return None
    inside = _inside(path)
    if inside is None or not is_ci_file(inside):
        return None
    return inside


def _may_be_of_ci(name: str) -> bool:
    return name.endswith(_ENDINGS) or name.startswith(_STARTS)


def answering_path(path: str) -> str | None:
    """The same, also of an action of the repository that workflows use."""
    name = os.path.basename(path)
    if name in _ACTIONS and os.path.isfile(path):
        return _inside(path)
    return ci_path(path)


def _inside(path: str) -> str | None:
    """A path from the root of its repository."""
    place = os.path.realpath(path)
    folder = place
    if not os.path.isdir(place):
        folder = os.path.dirname(place)
    root = repository_of(folder)
    return path_inside(place, root)


def workflows_in(folder: str) -> Iterator[str]:
    """The workflows of a directory that holds nothing else, as `.github/workflows`."""
    if not os.path.isdir(folder):
        return
    if _inside(folder) not in _WORKFLOWS:
        return
    names = sorted(os.listdir(folder))
    for name in names:
        path = os.path.join(folder, name)
        if ci_path(path) is not None:
            yield path


class BuildingFiles:
    """Tells which files of CI build images; of each repository all builds are read once."""

    def __init__(self, finder: BuildFinder) -> None:
        self._finder = finder
        self._paths: dict[str, frozenset[str]] = {}

    def has(self, path: str) -> bool:
        """Whether a file is one of CI, or an action that a workflow uses, and builds an image."""
        name = os.path.basename(path)
        if not _may_be_of_ci(name):
            return False
        place = os.path.realpath(path)
        root = self._finder.root_of(os.path.dirname(place))
        inside = path_inside(place, root)
        if inside is None:
            return False
        is_answering = name in _ACTIONS or is_ci_file(inside)
        return is_answering and inside in self._paths_in(root)

    def _paths_in(self, root: str) -> frozenset[str]:
        paths = self._paths.get(root)
        if paths is None:
            _workspace, builds = self._finder.in_ci(root)
            paths = frozenset(build.path for build in builds)
            self._paths[root] = paths
        return paths


@record(eq=False)
class CiRepository:
    """A repository, and all builds that CI runs in it; paths count from `root`."""

    root: str
    workspace: Workspace
    builds: tuple[CiBuild, ...]


class CiFinder:
    """Finds files of CI systems; `place_of` gives a Dockerfile with what the user says of it."""

    def __init__(
        self,
        finder: BuildFinder,
        place_of: Callable[[str], BuildPlace],
    ) -> None:
        self._finder = finder
        self._place_of = place_of

    def repository(self, folder: str) -> CiRepository:
        """The repository that a directory lies in."""
        place = os.path.realpath(folder)
        root = repository_of(place)
        workspace, builds = self._finder.in_ci(root)
        return CiRepository(root, workspace, builds)

    def files_in(self, folder: str) -> Iterator[CiFile]:
        """The files that lie in a directory and build something, by their paths."""
        repository = self.repository(folder)
        place = os.path.realpath(folder)
        inside = path_inside(place, repository.root) or _HERE
        paths = {build.path for build in repository.builds}
        in_order = sorted(paths)
        for path in in_order:
            if lies_in(path, inside):
                yield self._file(repository, path)

    def file(self, path: str) -> CiFile:
        """A file, also one that builds nothing. A FileError where it is none of a CI system."""
        inside = answering_path(path)
        if inside is None:
            raise FileError(f"{path} is not a file of a CI system")
        repository = self._repository_of_file(path)
        return self._file(repository, inside)

    def _repository_of_file(self, path: str) -> CiRepository:
        folder = os.path.dirname(path) or _HERE
        return self.repository(folder)

    def reread(self, path: str) -> Reread:
        """What gives a file with another text: None where its builds would not be the same."""
        repository = self._repository_of_file(path)
        inside = answering_path(path) or ""
        before = _built(repository.builds, inside)

        def again(text: str) -> CiFile | None:
            workspace = _with_text(repository.workspace, inside, text)
            builds = ci_builds(workspace)
            if _built(builds, inside) != before:
                return None
            changed = CiRepository(repository.root, workspace, builds)
            return self._file(changed, inside)

        return again

    def _file(self, repository: CiRepository, path: str) -> CiFile:
        builds = [build for build in repository.builds if build.may_succeed]
        own = [build for build in builds if build.path == path]
        content = repository.workspace.read(path) or b""
        whole = decode(content)
        text = whole.removeprefix(_BYTE_ORDER_MARK)
        mark = whole.removesuffix(text)
        return CiFile(
            path,
            text,
            tuple(own),
            tuple(builds),
            _Images(repository, self._place_of),
            mark,
        )


def _with_text(workspace: Workspace, path: str, text: str) -> Workspace:
    """The files of a repository, one of them with another text."""

    def read(name: str) -> bytes | None:
        if name == path:
            return encode(text)
        return workspace.reader(name)

    return replace(workspace, reader=read)


def lies_in(path: str, folder: str) -> bool:
    """Whether a path lies in a directory; `.` is the root of the repository."""
    return folder == _HERE or path.startswith(f"{folder}/")


class _Images:
    """Gives what builds build, each once."""

    def __init__(
        self,
        repository: CiRepository,
        place_of: Callable[[str], BuildPlace],
    ) -> None:
        self._repository = repository
        self._place_of = place_of
        # By the ids of builds, which stay the same as long as the builds are kept with them
        self._known: dict[int, tuple[CiBuild, Build | None]] = {}

    def __call__(self, build: CiBuild) -> Build | None:
        key = id(build)
        known = self._known.get(key)
        if known is not None:
            _build, image = known
            return image
        image = self._read(build)
        self._known[key] = (build, image)
        return image

    def _read(self, build: CiBuild) -> Build | None:
        definition = build.definition
        if definition is None:
            return None
        path = os.path.join(self._repository.root, definition.dockerfile)
        place = self._place_of(path)
        place = replace(place, definitions=(definition,))
        try:
            builds = read_builds(place)
        except LightshipError:
            return None  # a target that it does not have, or a file that cannot be read
        image = builds[0].build
        facts = replace(
            image.repository,
            projects=self._projects,
            images=ci_bases(self._repository.workspace, image, lambda: self._names),
        )
        return replace(image, repository=facts)

    @cached_property
    def _names(self) -> frozenset[str]:
        """What the files of the repository call its images."""
        return names_given(self._repository.workspace, self._repository.builds)

    @cached_property
    def _projects(self) -> frozenset[str]:
        """The packages that the repository publishes itself."""
        return own_packages(self._repository.workspace)


def _built(builds: tuple[CiBuild, ...], path: str) -> list[str]:
    """What a file builds, as fixes must leave it: all but its caches, builder and context."""
    shown: list[str] = []
    for build in builds:
        if build.path == path:
            kept = _kept(build)
            shown.append(repr(kept))
    return sorted(shown)


def _kept(build: CiBuild) -> list[object]:
    step = build.step
    inputs = set(step.keys) - _MENDED
    kept: list[object] = [step.job, sorted(inputs)]
    for switch in (build.push, build.no_cache):
        kept += [switch.value, switch.text]
    kept += [
        build.outputs,
        build.platforms,
        build.secrets,
        build.secret_args,
    ]
    definition = build.definition
    if definition is None:
        kept.append(build.problem)
        return kept

    args = definition.args.items()
    kept += [
        definition.dockerfile,
        definition.target,
        definition.names,
        sorted(args),
    ]
    return kept
