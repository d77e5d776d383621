"""How a repository builds its images: from a directory, or for one Dockerfile."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from lightship.base_images.reference import Reference
from lightship.builds.definition import (
    BuildDefinition,
    Discovery,
    Unresolved,
    Written,
)
from lightship.builds.source_files import may_speak
from lightship.builds.workspace import Workspace
from lightship.config.config_keys import Config
from lightship.errors import FileError
from lightship.files.reading import path_inside
from lightship.files.search import is_dockerfile
from lightship.files.workspace_folder import open_near, open_workspace, repository_of
from lightship.flows.build_options import BuildOptions, config_of
from lightship.flows.repository_file import RepositoryFile
from lightship.record import record
from lightship.repository_facts import OwnBase

if TYPE_CHECKING:
    from lightship.builds.ci.ci_build import CiBuild
    from lightship.builds.graph import ImageNode


@record(eq=False)
class FoundBuilds:
    """What was found in a repository.

    `root` is the repository on the disk, from which all paths count. `folder` is the directory
    that was asked for, from there; `.` where it is the root itself.
    """

    root: str
    folder: str
    workspace: Workspace
    discovery: Discovery


_Whole = tuple[Workspace, Discovery]  # what all of a repository says


class BuildFinder:
    """Finds builds; within a run each repository is read once.

    For one Dockerfile only what is near it is read. Where several are to come, with `many`, all of
    its repository is, which is quicker than to look again and again.
    """

    def __init__(
        self,
        options: BuildOptions | None = None,
        *,
        many: bool = False,
    ) -> None:
        self._many = many
        self._options = options or BuildOptions()
        # By the root of a repository and the configuration that holds there
        self._whole: dict[tuple[str, str | None], _Whole] = {}
        self._single: dict[str, Discovery] = {}
        self._written: dict[str, Discovery] = {}
        self._near: dict[str, Workspace] = {}
        self._roots: dict[str, str] = {}
        self._in_ci: dict[str, tuple[Workspace, tuple[CiBuild, ...]]] = {}
        self._packages: dict[Workspace, frozenset[str]] = {}

    def in_folder(self, folder: str) -> FoundBuilds:
        """All builds whose Dockerfile lies in a directory, read from all of its repository.

        A FileError where `folder` is not a directory.
        """
        if not os.path.isdir(folder):
            raise FileError(f"cannot read {folder}: not a directory")
        root = self.root_of(folder)
        config = config_of(self._options, folder)
        workspace, whole = self._read(root, config)

        inside = path_inside(os.path.realpath(folder), root) or "."
        discovery = _within(whole, inside)
        return FoundBuilds(root, inside, workspace, discovery)

    def root_of(self, folder: str) -> str:
        """The repository that a directory lies in, from which the paths of its builds count."""
        root = self._roots.get(folder)
        if root is None:
            root = repository_of(folder)
            self._roots[folder] = root
        return root

    def root_of_file(self, path: str) -> str:
        """The repository that a file lies in."""
        place = os.path.abspath(path)
        return self.root_of(os.path.dirname(place))

    def of(self, dockerfile: str) -> tuple[BuildDefinition, ...]:
        """The builds of a Dockerfile, at least a guess; paths count from its repository.

        Where all of the repository was read before, that is used; else only the files that may
        speak of this Dockerfile are read, and no directory is searched.
        """
        return self._discovery_of(dockerfile).builds

    def images_beside(self, dockerfile: str) -> frozenset[str]:
        """The images that the repository of a Dockerfile builds, as far as `of` reads it: names
        without tags.
        """
        return self._discovery_of(dockerfile).images

    def images_of_repository(self, path: str) -> frozenset[str]:
        """The images that the repository of any file builds, all of which is read for it."""
        whole = self._whole_of(self._file(path), may_read=True)
        assert whole is not None
        _workspace, discovery = whole
        return discovery.images

    def _discovery_of(self, dockerfile: str) -> Discovery:
        place = os.path.abspath(dockerfile)
        discovery = self._single.get(place)
        if discovery is None:
            discovery = self._find(place)
            self._single[place] = discovery
        return discovery

    def _file(self, path: str) -> RepositoryFile:
        place = os.path.abspath(path)
        root = self.root_of_file(place)
        return RepositoryFile(place, root)

    def given_args(self, dockerfile: str, names: Iterable[str]) -> frozenset[str]:
        """Those of `names` that a file of the repository gives as `--build-arg`, to any build.

        It finds them in what no reader understands, too: in a loop, or a template.
        """
        file = self._file(dockerfile)
        whole = self._whole_of(file)
        if whole is not None:
            workspace, _discovery = whole
        else:
            path = file.followed
            if path is None:
                return frozenset()
            workspace = open_near(file.root, path, may_speak)

        given: set[str] = set()
        for source in workspace.paths:
            data = workspace.read(source) or b""
            for name in _build_arg().findall(data):
                given.add(name.decode())
        return frozenset(given.intersection(names))

    def own_images(
        self, dockerfile: str, images: Collection[Reference]
    ) -> frozenset[str]:
        """Those of `images` that its repository makes, as their names tell."""
        # Few Dockerfiles name such an image
        from lightship.builds.own_images import own_images  # noqa: PLC0415

        found = self._workspace_of(dockerfile)
        if found is None:
            return frozenset()
        workspace, path = found
        return own_images(workspace, path, images)

    def own_packages(self, dockerfile: str) -> frozenset[str]:
        """The packages that its repository publishes itself."""
        # Only what installs packages asks
        from lightship.builds.own_packages import own_packages  # noqa: PLC0415

        found = self._workspace_of(dockerfile)
        if found is None:
            return frozenset()
        workspace, _path = found
        if workspace not in self._packages:
            self._packages[workspace] = own_packages(workspace)
        return self._packages[workspace]

    def cache_settings(self, dockerfile: str) -> frozenset[str]:
        """The variables with which others of its repository switch caches off."""
        # Few Dockerfiles have such a base
        from lightship.builds.own_images import cache_settings  # noqa: PLC0415

        found = self._workspace_of(dockerfile)
        if found is None:
            return frozenset()
        workspace, path = found
        return cache_settings(workspace, path)

    def own_bases(
        self, dockerfile: str, names: Collection[str]
    ) -> Mapping[str, OwnBase]:
        """What of its repository makes the images of those names, and the images under them."""
        # Few Dockerfiles have such a base
        from lightship.builds.base_makers import own_bases  # noqa: PLC0415

        found = self._workspace_of(dockerfile)
        if found is None:
            return {}
        workspace, path = found
        whole = self._whole_of(self._file(dockerfile))
        discovery = whole[1] if whole is not None else Discovery()
        return own_bases(workspace, discovery.builds, path, names)

    def _workspace_of(self, dockerfile: str) -> tuple[Workspace, str] | None:
        """The repository of a Dockerfile, as far as it is read, and the path in it."""
        file = self._file(dockerfile)
        path = file.followed
        if path is None:
            return None
        whole = self._whole_of(file, may_read=self._many)
        if whole is not None:
            workspace, _discovery = whole
        else:
            workspace = open_near(file.root, path, _may_speak_of_images)
        return workspace, path

    def declared_contexts(
        self, dockerfile: str, names: Collection[str]
    ) -> frozenset[str]:
        """Those of `names` that its repository uses for additional build contexts, anywhere.

        No directory is searched: what is read are the files near the Dockerfile and those of CI.
        """
        if not names:
            return frozenset()

        # Few Dockerfiles name what is no stage
        from lightship.builds.declared_contexts import (  # noqa: PLC0415
            declared_contexts,
            may_declare,
        )

        file = self._file(dockerfile)
        workspace = self._near.get(file.place)
        if workspace is None:
            workspace = open_near(file.root, file.path, may_declare)
            self._near[file.place] = workspace
        return declared_contexts(workspace, names)

    def written_in(self, build_file: str) -> Discovery:
        """What a compose file, bake file or workflow builds, with what it includes.

        Paths count from its repository. The configuration wins over none of it.
        """
        place = os.path.abspath(build_file)
        discovery = self._written.get(place)
        if discovery is None:
            discovery = self._find_written(place)
            self._written[place] = discovery
        return discovery

    def in_ci(self, root: str) -> tuple[Workspace, tuple[CiBuild, ...]]:
        """A repository, and the builds that CI runs in it."""
        found = self._in_ci.get(root)
        if found is None:
            # With all readers of CI
            from lightship.builds.ci.ci_builds import ci_builds  # noqa: PLC0415

            workspace = open_workspace(root, may_speak)
            found = workspace, ci_builds(workspace)
            self._in_ci[root] = found
        return found

    def forget(self) -> None:
        """Read everything again: a file that says how images are built was changed."""
        for known in (self._whole, self._single, self._written, self._near):
            known.clear()
        self._in_ci.clear()

    def _find_written(self, place: str) -> Discovery:
        from lightship.builds.discover import discover  # noqa: PLC0415 - as below

        file = self._file(place)
        path = file.followed
        if path is None:
            why = "it is a link that leads out of the repository"
            problem = Unresolved(Written(place), why)
            return Discovery(unresolved=(problem,))

        workspace = open_near(file.root, path, may_speak)
        builds: list[BuildDefinition] = []
        for build in discover(workspace).builds:
            # Several files may write the same build down: this one comes first
            sources = sorted(build.sources, key=lambda source: source.path != path)
            if sources[0].path == path:
                builds.append(replace(build, sources=tuple(sources)))

        # What it includes is written elsewhere
        only_this = replace(workspace, lister=lambda: (path,))
        alone = discover(only_this)
        builds += [build for build in alone.builds if build.source.path != path]
        return Discovery(tuple(builds), alone.unresolved)

    def _find(self, place: str) -> Discovery:
        file = self._file(place)
        path = file.path
        whole = self._whole_of(file, may_read=self._many)
        if whole is not None:
            _workspace, discovery = whole
            known = [build for build in discovery.builds if build.dockerfile == path]
            if known:
                return replace(discovery, builds=tuple(known))

        from lightship.builds.discover import discover  # noqa: PLC0415 - as below

        config = config_of(self._options, file.folder)
        configured = _configured(file.root, config)
        workspace = open_near(file.root, path, may_speak)
        return discover(workspace, configured.builds, path)

    def _whole_of(
        self,
        file: RepositoryFile,
        *,
        may_read: bool = False,
    ) -> _Whole | None:
        """What all of a file's repository says; None where it is not read, nor may be now."""
        config = config_of(self._options, file.folder)
        key = (file.root, config.source)
        if may_read or key in self._whole:
            return self._read(file.root, config)
        return None

    def _read(self, root: str, config: Config) -> _Whole:
        key = (root, config.source)
        whole = self._whole.get(key)
        if whole is None:
            from lightship.builds.discover import discover  # noqa: PLC0415 - a third of the start

            configured = _configured(root, config)
            workspace = open_workspace(root, may_speak)
            discovery = discover(workspace, configured.builds)
            unresolved = (*configured.unresolved, *discovery.unresolved)
            whole = workspace, replace(discovery, unresolved=unresolved)
            self._whole[key] = whole
        return whole


def _may_speak_of_images(path: str) -> bool:
    return may_speak(path) or is_dockerfile(path.rpartition("/")[2])


@cache
def _build_arg() -> re.Pattern[bytes]:
    return re.compile(rb"--build-arg[=\s\\\"',]+(\w+)")


def builds_of(
    dockerfile: str,
    options: BuildOptions | None = None,
) -> tuple[BuildDefinition, ...]:
    """The builds of one Dockerfile: see `BuildFinder.of`."""
    finder = BuildFinder(options)
    return finder.of(dockerfile)


def image_graph_of(found: FoundBuilds) -> tuple[ImageNode, ...]:
    """Which image comes from which, of all builds that were found."""
    from lightship.builds.graph import image_graph  # noqa: PLC0415 - only text shows it

    return image_graph(found.workspace, found.discovery.builds)


def _within(whole: Discovery, folder: str) -> Discovery:
    """What of a repository lies in a directory."""
    builds = [build for build in whole.builds if _lies_in(build.dockerfile, folder)]
    problems = whole.unresolved
    unresolved = [item for item in problems if _lies_in(item.source.path, folder)]
    return Discovery(tuple(builds), tuple(unresolved))


def _lies_in(path: str, folder: str) -> bool:
    if folder in (".", path):
        return True
    return path.startswith(f"{folder}/")


def _configured(root: str, config: Config) -> Discovery:
    """The builds of the configuration, and what of it cannot be one."""
    if not config.build:
        return Discovery()

    # Only for a table
    from lightship.flows.configured_builds import configured_builds  # noqa: PLC0415

    items = configured_builds(root, config)
    return Discovery.of(items)
