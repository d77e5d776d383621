"""The Python that a stage has, as far as its instructions tell."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.base_images.pythons import LOCAL, Python, libc_without_python
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import below, in_workdir
from lightship.facts.stages.stage_python import stage_python


def python_here(build: Build, stage: Stage, maker: Python) -> Python | None:
    """The Python of a stage, without a prefix where it is known to have none below /usr/local."""
    if has_own(build, stage, maker):
        return None
    known = stage_python(build, stage)
    image = read_reference(build.evaluation.root(stage).name)
    if known is not None or isinstance(image, str) or maker.prefix != LOCAL:
        return known
    libc = libc_without_python(image)
    return Python("", libc, "") if libc is not None else None


def has_own(build: Build, stage: Stage, python: Python) -> bool:
    """Whether the stage may get an interpreter at the prefix of `python` by COPY, ADD or RUN."""
    known = build.once(_own_pythons)
    key = stage.index, python.prefix
    if key not in known:
        known[key] = _may_bring(build, build.lineage_of(stage), python.prefix)
    return known[key]


def _own_pythons(_: Build) -> dict[tuple[int, str], bool]:
    """What was found already, by stage and prefix."""
    return {}


def _may_bring(build: Build, line: Sequence[Stage], prefix: str) -> bool:
    for copying in build.copyings():
        if (
            copying.step is None
            or copying.before is None
            or copying.step.stage not in line
        ):
            continue
        root = in_workdir(copying.before.workdir, copying.destination.value or "/")
        whole = any(
            (source.value or "").rstrip("/") in ("", prefix, "/usr")
            for source in copying.sources
        )
        if (whole and not copying.from_context) or any(
            "/bin/python" in source.word.text for source in copying.sources
        ):
            return True
        if (
            copying.instruction.keyword == "ADD"
            and below(f"{prefix}/bin", root) is not None
        ):
            return True

    program = f"{prefix}/bin/python"
    text = build.dockerfile.text
    for stage in line:
        for item in stage.instructions:
            if item.keyword == "RUN" and program in item.span.of(text):
                return True
    return False
