"""How a repository builds its images: from a directory, or for one Dockerfile."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

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
from lightship.files.reading import path_inside, read_file
from lightship.files.workspace_folder import open_near, open_workspace, repository_of
from lightship.flows.build_options import BuildOptions, config_of
from lightship.record import record
from lightship.regex import regex

if TYPE_CHECKING:
    from lightship.builds.graph import ImageNode

_TABLE = regex(r"[ \t]*\[\[[ \t]*(?:tool\.lightship\.)?build[ \t]*\]\]")
_ARRAY = regex(r"[ \t]*build[ \t]*=")


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


class BuildFinder:
    """Finds builds; within a run each repository is read once.

    For one Dockerfile only what is near it is read. Where several are to come, with `many`, all of
    its repository is, which is quicker than to look again and again.
    """

    def __init__(
        self, options: BuildOptions | None = None, *, many: bool = False
    ) -> None:
        self._many = many
        self._options = options or BuildOptions()
        self._whole: dict[tuple[str, str | None], tuple[Workspace, Discovery]] = {}
        self._single: dict[str, tuple[BuildDefinition, ...]] = {}
        self._written: dict[str, Discovery] = {}
        self._roots: dict[str, str] = {}

    def in_folder(self, folder: str) -> FoundBuilds:
        """All builds whose Dockerfile lies in a directory, read from all of its repository.

        A FileError where `folder` is not a directory.
        """
        if not os.path.isdir(folder):
            raise FileError(f"cannot read {folder}: not a directory")
        root = self.root_of(folder)
        config = config_of(self._options, folder)
        workspace, found = self._read(root, config)

        inside = path_inside(os.path.realpath(folder), root) or "."
        builds = [item for item in found.builds if _lies_in(item.dockerfile, inside)]
        unresolved = [
            item for item in found.unresolved if _lies_in(item.source.path, inside)
        ]
        discovery = Discovery(tuple(builds), tuple(unresolved))
        return FoundBuilds(root, inside, workspace, discovery)

    def root_of(self, folder: str) -> str:
        """The repository that a directory lies in, from which the paths of its builds count."""
        if folder not in self._roots:
            self._roots[folder] = repository_of(folder)
        return self._roots[folder]

    def of(self, dockerfile: str) -> tuple[BuildDefinition, ...]:
        """The builds of a Dockerfile, at least a guess; paths count from its repository.

        Where all of the repository was read before, that is used; else only the files that may
        speak of this Dockerfile are read, and no directory is searched.
        """
        place = os.path.abspath(dockerfile)
        if place not in self._single:
            self._single[place] = self._find(place)
        return self._single[place]

    def written_in(self, build_file: str) -> Discovery:
        """What a compose or bake file builds, those that it includes too, and what is unresolved.

        Paths count from its repository. The configuration wins over none of it.
        """
        place = os.path.abspath(build_file)
        if place not in self._written:
            self._written[place] = self._find_written(place)
        return self._written[place]

    def forget(self) -> None:
        """Read everything again: a file that says how images are built was changed."""
        for known in (self._whole, self._single, self._written):
            known.clear()

    def _find_written(self, place: str) -> Discovery:
        from lightship.builds.discover import discover  # noqa: PLC0415 - as below

        folder = os.path.dirname(place)
        root = self.root_of(folder)
        path = path_inside(os.path.realpath(place), root)
        if path is None:
            why = "it is a link that leads out of the repository"
            return Discovery((), (Unresolved(Written(place), why),))
        workspace = open_near(root, path, may_speak)
        builds: list[BuildDefinition] = []
        for build in discover(workspace).builds:
            own = [source for source in build.sources if source.path == path]
            others = [source for source in build.sources if source.path != path]
            if own:
                builds.append(replace(build, sources=(*own, *others)))

        # What it includes is written elsewhere
        alone = discover(replace(workspace, lister=lambda: (path,)))
        builds += [item for item in alone.builds if item.source.path != path]
        return Discovery(tuple(builds), alone.unresolved)

    def _find(self, place: str) -> tuple[BuildDefinition, ...]:
        folder = os.path.dirname(place)
        root = self.root_of(folder)
        config = config_of(self._options, folder)
        real = os.path.join(os.path.realpath(folder), os.path.basename(place))
        path = path_inside(real, root)
        assert path is not None, "a repository is above its files"
        if self._many or (root, config.source) in self._whole:
            builds = self._read(root, config)[1].builds
            known = tuple(item for item in builds if item.dockerfile == path)
            if known:
                return known
        from lightship.builds.discover import discover  # noqa: PLC0415 - as below

        workspace = open_near(root, path, may_speak)
        configured, _ = _configured(root, config)
        return discover(workspace, configured, path).builds

    def _read(self, root: str, config: Config) -> tuple[Workspace, Discovery]:
        key = (root, config.source)
        if key not in self._whole:
            from lightship.builds.discover import discover  # noqa: PLC0415 - a third of the start

            workspace = open_workspace(root, may_speak)
            configured, refused = _configured(root, config)
            found = discover(workspace, configured)
            unresolved = (*refused, *found.unresolved)
            self._whole[key] = workspace, Discovery(found.builds, unresolved)
        return self._whole[key]


def builds_of(
    dockerfile: str,
    options: BuildOptions | None = None,
) -> tuple[BuildDefinition, ...]:
    """The builds of one Dockerfile: see `BuildFinder.of`."""
    return BuildFinder(options).of(dockerfile)


def image_graph_of(found: FoundBuilds) -> tuple[ImageNode, ...]:
    """Which image comes from which, of all builds that were found."""
    from lightship.builds.graph import image_graph  # noqa: PLC0415 - only text shows it

    return image_graph(found.workspace, found.discovery.builds)


def _lies_in(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder}/")


def _configured(
    root: str,
    config: Config,
) -> tuple[list[BuildDefinition], list[Unresolved]]:
    """The builds of the configuration, and what of it cannot be one."""
    builds: list[BuildDefinition] = []
    refused: list[Unresolved] = []
    if not config.build or config.source is None:
        return builds, refused
    path = path_inside(os.path.realpath(config.source), root)
    if path is None:
        return builds, refused  # it is for several repositories

    from lightship.builds.configured import configured_build  # noqa: PLC0415 - only for a table

    lines = _table_lines(read_file(config.source), len(config.build))
    for table, line in zip(config.build, lines, strict=True):
        written = Written(path, line)
        build = configured_build(table, written)
        if isinstance(build, str):
            refused.append(Unresolved(written, build))
        else:
            builds.append(build)
    return builds, refused


def _table_lines(data: bytes, count: int) -> list[int]:
    """The lines of the tables `[[build]]`; TOML's own parser does not tell."""
    found = []
    array = 1
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        if _TABLE.match(line):
            found.append(number)
        elif _ARRAY.match(line):
            array = number
    return found if len(found) == count else [array] * count
