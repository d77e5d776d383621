"""Whether an image is a stage in a file of its own, out of which other Dockerfiles copy files."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lightship.base_images.reference import read_reference
from lightship.builds.definition import BuildDefinition, Purpose
from lightship.builds.workspace import Workspace, folder_of
from lightship.dockerfile.tree import Dockerfile, Stage

_MOST_STAGES = 100  # of one Dockerfile


def by_copies(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """TOOL where nobody pulls it: others take files from its tag, and none starts from that."""
    tags = frozenset(filter(None, map(_full, build.tags)))
    if build.is_published or not tags:
        return Purpose.UNKNOWN
    is_copied = False
    for path in _others(workspace, build.dockerfile):
        dockerfile = workspace.dockerfile(path)
        if not 0 < len(dockerfile.stages) <= _MOST_STAGES:
            continue
        if any(_full(stage.base.text) in tags for stage in _shipped(dockerfile)):
            return Purpose.UNKNOWN
        is_copied = is_copied or _is_source(dockerfile, tags)
    return Purpose.TOOL if is_copied else Purpose.UNKNOWN


def _others(workspace: Workspace, dockerfile: str) -> Iterator[str]:
    """The other Dockerfiles: those that are listed, beside it, and at the root.

    Where one Dockerfile is asked for, no others are listed.
    """
    paths = dict.fromkeys(workspace.paths)
    for folder in dict.fromkeys((folder_of(dockerfile), ".")):
        for name in workspace.names(folder):
            paths[name if folder == "." else f"{folder}/{name}"] = None
    for path in paths:
        is_one = path != dockerfile and workspace.dockerfiles(path)
        if is_one and workspace.is_file(path):
            yield path


def _full(name: str) -> str:
    """A name with its tag, as Docker writes both; empty for what is none."""
    reference = read_reference(name)
    if isinstance(reference, str):
        return ""
    return f"{reference.name}:{reference.tag or 'latest'}"


def _shipped(dockerfile: Dockerfile) -> Iterator[Stage]:
    """The last stage, and those that it starts from."""
    by_name = {stage.name: stage for stage in dockerfile.stages if stage.name}
    stage: Stage | None = dockerfile.stages[-1]
    seen: set[int] = set()
    while stage is not None and stage.index not in seen:
        seen.add(stage.index)
        yield stage
        stage = by_name.get(stage.base.text.lower())


def _is_source(dockerfile: Dockerfile, tags: Collection[str]) -> bool:
    """Whether a COPY takes files from one of the tags, or from a stage on it."""
    names = {
        stage.name for stage in dockerfile.stages if _full(stage.base.text) in tags
    }
    for instruction in dockerfile.instructions:
        flag = instruction.flag("from") if instruction.keyword == "COPY" else None
        source = flag.value if flag is not None else None
        if source and (source.lower() in names or _full(source) in tags):
            return True
    return False
