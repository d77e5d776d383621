"""Steps that an earlier build of the same job has already run on the same engine.

Two steps are the same where the base image, the instructions up to them, the values of ARG and the
bytes of the files that they take are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild
from lightship.context.files import Context, File
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
from lightship.facts.ci.build_stages import built_stages
from lightship.facts.ci.changing_keys import declared
from lightship.facts.context.takings import files_of

_USUAL_PLATFORM = "linux/amd64"
_MOST_READ = 5000  # files of a COPY; of more than that only the paths count


def may_share_steps(earlier: CiBuild, build: CiBuild) -> bool:
    """Whether a build finds what an earlier one of its job has made, on the same builder."""
    keeps_cache = earlier.builder.keeps_cache
    if not build.step.job or keeps_cache is not False:
        return False
    if _job(earlier) != _job(build):
        return False
    if _builder(earlier) != _builder(build):
        return False

    # The earlier one is always run where this one is, and builds as much
    conditions = set(build.conditions)
    is_sure = conditions.issuperset(earlier.conditions)
    return is_sure and _platforms(build) <= _platforms(earlier)


def _job(build: CiBuild) -> tuple[object, ...]:
    """A job, and one row of its matrix."""
    return build.workflow, build.step.job, build.matrix


def _builder(build: CiBuild) -> tuple[object, ...]:
    return build.builder.driver, build.builder.written


def _platforms(build: CiBuild) -> set[str]:
    if not build.platforms:
        return {_USUAL_PLATFORM}
    return set(build.platforms)


def step_keys(build: CiBuild, image: Build) -> dict[Instruction, str]:
    """A key for each instruction of the stages that the target needs."""
    args: Mapping[str, str | None] = {}
    if build.definition is not None:
        args = build.definition.args

    keys: dict[Instruction, str] = {}
    ends: dict[int, str] = {}
    copies = {item.instruction: item for item in image.copyings()}
    for stage in built_stages(image):
        base = image.base_of(stage)
        root = image.evaluation.root(stage)
        key = str(root.name)
        if base is not None:
            key = ends[base.index]
        for item in stage.instructions:
            copying = copies.get(item)
            parts = _parts(image, item, copying, args)
            stages = _stages_read(image, stage, item, ends)
            key = _digest([key, *parts, *stages])
            keys[item] = key
        ends[stage.index] = key
    return keys


def _parts(
    image: Build,
    item: Instruction,
    copying: Copying | None,
    args: Mapping[str, str | None],
) -> Iterator[str]:
    """What the key of an instruction is made of, besides the step before it."""
    text = item.span.of(image.dockerfile.text)
    yield " ".join(text.split())
    if item.keyword == "ARG":
        for name in sorted(declared(item)):
            yield f"{name}={args.get(name)!r}"
    if item.keyword == "RUN" and _sees_context(image, item):
        yield f"{image.path} {id(image.context)}"
    if copying is None or not copying.from_context:
        return

    context = image.context
    if context is None:
        yield str(id(image))  # nobody knows what is copied: no other build has this key
        return
    for source in copying.local:
        yield from _contents(context, files_of(context, copying, source))


def _sees_context(image: Build, run: Instruction) -> bool:
    """Whether a RUN has a bind mount of the build context."""
    binds = [mount for mount in image.mounts(run) if mount.type == "bind"]
    return any(not mount.from_ for mount in binds)


def _contents(context: Context, files: Sequence[File]) -> Iterator[str]:
    """The names of files with what is in them."""
    is_alone = len(files) == 1
    is_read = len(files) <= _MOST_READ
    for file in files:
        name = file.name if is_alone else file.path
        data = context.reader(file.path) if is_read else None
        digest = hashlib.sha256(data or b"").hexdigest()
        yield f"{name} {digest}"


def _stages_read(
    image: Build, stage: Stage, item: Instruction, ends: dict[int, str]
) -> Iterator[str]:
    """The keys of the stages that an instruction copies from or mounts."""
    sources = image.evaluation.graph.sources[stage.index]
    for source in sources:
        if source.instruction is item and source.stage is not None:
            yield ends.get(source.stage.index, "")


def _digest(parts: Iterable[str]) -> str:
    text = "\0".join(parts)
    data = text.encode(errors="replace")
    return hashlib.sha256(data).hexdigest()
