"""Which image comes from which: base images, the stages on them, and the builds that end there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.builds.definition import BuildDefinition
from lightship.builds.workspace import Workspace
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Dockerfile, Stage
from lightship.evaluation.evaluate import Evaluation, evaluate
from lightship.evaluation.stages import reachable
from lightship.record import record
from lightship.text import Lines

_DEEPEST = 50  # images that come from one another
_IMAGE = "docker-image://"


@record
class ImageNode:
    """A base image or a stage, and what starts from it.

    A stage has a path and a line. `copies` are the stages that it copies from, `builds` those that
    end with it.
    """

    name: str
    path: str = ""
    line: int = 0
    copies: tuple[str, ...] = ()
    builds: tuple[BuildDefinition, ...] = ()
    children: tuple[ImageNode, ...] = ()


@record(eq=False, frozen=False)
class _Part:
    """A stage while the graph is made; `base` is the image or the key of the stage below it."""

    name: str
    path: str
    line: int
    base: str
    copies: tuple[str, ...]
    builds: list[BuildDefinition]


def image_graph(
    workspace: Workspace, builds: Iterable[BuildDefinition]
) -> tuple[ImageNode, ...]:
    """The base images, by name, each with all that comes from it."""
    parts: dict[str, _Part] = {}
    for build in builds:
        _add(parts, workspace, build)

    makers: dict[str, str] = {}
    for key, part in parts.items():
        for build in part.builds:
            for name in build.names:
                makers.setdefault(_untagged(name), key)
    below: dict[str, list[str]] = {}
    for key, part in parts.items():
        base = part.base
        maker = makers.get(_untagged(base))
        if base not in parts and maker is not None and maker != key:
            base = maker
        below.setdefault(base, []).append(key)

    for keys in below.values():
        keys.sort(key=lambda key: (parts[key].path, parts[key].line))
    roots = [base for base in below if base not in parts]
    return tuple(
        ImageNode(base, children=tuple(_nodes(parts, below, base, 0)))
        for base in sorted(roots)
    )


def _nodes(
    parts: dict[str, _Part], below: dict[str, list[str]], base: str, depth: int
) -> Iterator[ImageNode]:
    if depth > _DEEPEST:
        return
    for key in below.get(base, ()):
        part = parts[key]
        yield ImageNode(
            part.name,
            part.path,
            part.line,
            part.copies,
            tuple(part.builds),
            tuple(_nodes(parts, below, key, depth + 1)),
        )


def _add(parts: dict[str, _Part], workspace: Workspace, build: BuildDefinition) -> None:
    """The stages that a build needs, and the one that it ends with."""
    inline = build.inline
    dockerfile = workspace.dockerfile(build.dockerfile)
    if inline is not None:
        dockerfile = parse(inline.text)
    if dockerfile.problems or not dockerfile.stages:
        return
    final = _final(dockerfile, build.target)
    if final is None:
        return
    known = {name: value for name, value in build.args.items() if value is not None}
    evaluation = evaluate(dockerfile, known, build.target)
    first_line = inline.line - 1 if inline is not None else 0
    lines = Lines(dockerfile.text)

    needed = reachable(evaluation.graph, [final])
    for stage in dockerfile.stages:
        if stage.index not in needed:
            continue
        line = lines.line(stage.from_.span.start) + first_line
        base = _base_of(evaluation, build, stage, first_line)
        key = _key(build, stage, evaluation, first_line)
        part = _Part(
            stage.name or "",
            build.dockerfile,
            line,
            base,
            _copied(evaluation, stage),
            [],
        )
        parts.setdefault(key, part)
        if stage.index == final.index:
            parts[key].builds.append(build)


def _final(dockerfile: Dockerfile, target: str | None) -> Stage | None:
    """The stage that is built; None where the target does not exist."""
    if target is None:
        return dockerfile.stages[-1]
    for stage in reversed(dockerfile.stages):
        if target.lower() == stage.name or target == str(stage.index):
            return stage
    return None


def _root_of(evaluation: Evaluation, build: BuildDefinition, stage: Stage) -> str:
    """The image at the bottom of a stage, as a named context may replace it."""
    name = evaluation.root(stage).name or "an image that is not known"
    replaced = build.contexts.get(name)
    if replaced is None:
        return name
    return replaced.removeprefix(_IMAGE)


def _base_of(
    evaluation: Evaluation, build: BuildDefinition, stage: Stage, first_line: int
) -> str:
    below = evaluation.graph.bases[stage.index]
    if below is None:
        return _root_of(evaluation, build, stage)
    return _key(build, below, evaluation, first_line)


def _key(
    build: BuildDefinition, stage: Stage, evaluation: Evaluation, first_line: int
) -> str:
    """A stage of a Dockerfile on its root; NUL keeps it apart from names of images."""
    root = _root_of(evaluation, build, stage)
    return f"\0{build.dockerfile}\0{first_line}\0{stage.index}\0{root}"


def _copied(evaluation: Evaluation, stage: Stage) -> tuple[str, ...]:
    """The stages and images that a stage copies or mounts from."""
    names: dict[str, None] = {}
    for source in evaluation.graph.sources[stage.index]:
        if source.stage is not None:
            name = source.stage.name or f"stage {source.stage.index}"
        else:
            name = source.name
        if name:
            names[name] = None
    return tuple(names)


def _untagged(name: str) -> str:
    """The name of an image without digest and tag."""
    name = name.partition("@")[0]
    head, slash, tail = name.rpartition("/")
    return f"{head}{slash}{tail.partition(':')[0]}"
