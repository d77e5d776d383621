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
    if not build.step.job or earlier.builder.keeps_cache is not False:
        return False
    is_one_job = (earlier.workflow, earlier.step.job) == (
        build.workflow,
        build.step.job,
    )
    first, second = earlier.builder, build.builder
    is_one_builder = (first.driver, first.written) == (second.driver, second.written)
    is_sure = set(earlier.conditions) <= set(build.conditions)
    is_one_row = earlier.matrix == build.matrix
    is_built = _platforms(build) <= _platforms(earlier)
    return is_one_job and is_one_builder and is_sure and is_one_row and is_built


def _platforms(build: CiBuild) -> set[str]:
    return set(build.platforms or (_USUAL_PLATFORM,))


def step_keys(build: CiBuild, image: Build) -> dict[Instruction, str]:
    """A key for each instruction of the stages that the target needs."""
    args = build.definition.args if build.definition is not None else {}
    keys: dict[Instruction, str] = {}
    ends: dict[int, str] = {}
    copies = {item.instruction: item for item in image.copyings()}
    for stage in built_stages(image):
        base = image.base_of(stage)
        name = image.evaluation.root(stage).name
        key = ends[base.index] if base is not None else str(name)
        for item in stage.instructions:
            parts = _parts(image, item, copies.get(item), args)
            key = _digest([key, *parts, *_stages_read(image, stage, item, ends)])
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
    yield " ".join(item.span.of(image.dockerfile.text).split())
    if item.keyword == "ARG":
        yield from (f"{name}={args.get(name)!r}" for name in sorted(declared(item)))
    if item.keyword == "RUN" and any(
        mount.type == "bind" and not mount.from_ for mount in image.mounts(item)
    ):
        yield f"{image.path} {id(image.context)}"
    context = image.context
    if copying is None or not copying.from_context:
        return
    if context is None:
        yield str(id(image))
        return
    for source in copying.local:
        yield from _contents(context, files_of(context, copying, source))


def _contents(context: Context, files: Sequence[File]) -> Iterator[str]:
    """The names of files with what is in them."""
    for file in files:
        name = file.path if len(files) > 1 else file.name
        data = context.reader(file.path) if len(files) <= _MOST_READ else None
        yield f"{name} {hashlib.sha256(data or b'').hexdigest()}"


def _stages_read(
    image: Build, stage: Stage, item: Instruction, ends: dict[int, str]
) -> Iterator[str]:
    for source in image.evaluation.graph.sources[stage.index]:
        if source.instruction is item and source.stage is not None:
            yield ends.get(source.stage.index, "")


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()
