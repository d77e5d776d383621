"""The Python that a stage has, as far as its instructions tell."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.base_images.pythons import LOCAL, Python, libc_without_python
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import below, in_workdir
from lightship.facts.stages.stage_python import stage_python


def python_here(build: Build, stage: Stage, maker: Python) -> Python | None:
    """The Python of a stage, without a prefix where it is known to have none below /usr/local."""
    if has_own(build, stage, maker):
        return None
    known = stage_python(build, stage)
    if known is not None or maker.prefix != LOCAL:
        return known

    image = build.root_image(stage)
    if image is None:
        return None
    libc = libc_without_python(image)
    if libc is None:
        return None
    return Python("", libc, "")


def has_own(build: Build, stage: Stage, python: Python) -> bool:
    """Whether the stage may get an interpreter at the prefix of `python` by COPY, ADD or RUN."""
    known = build.once(_own_pythons)
    key = (stage.index, python.prefix)
    if key not in known:
        line = build.lineage_of(stage)
        known[key] = _may_bring(build, line, python.prefix)
    return known[key]


def _own_pythons(_: Build) -> dict[tuple[int, str], bool]:
    """What was found already, by stage and prefix."""
    return {}


def _may_bring(build: Build, line: Sequence[Stage], prefix: str) -> bool:
    for copying in build.copyings():
        step = copying.step
        if step is not None and step.stage in line and _may_copy(copying, prefix):
            return True

    program = f"{prefix}/bin/python"
    text = build.dockerfile.text
    for stage in line:
        for item in stage.instructions:
            if item.keyword == "RUN" and program in item.span.of(text):
                return True
    return False


def _may_copy(copying: Copying, prefix: str) -> bool:
    """Whether a COPY or ADD may bring an interpreter."""
    if copying.before is None:
        return False
    for source in copying.sources:
        if "/bin/python" in source.word.text:
            return True
        path = (source.value or "").rstrip("/")
        is_whole = path in ("", prefix, "/usr")
        if is_whole and not copying.from_context:
            return True

    if copying.instruction.keyword != "ADD":
        return False
    # It may unpack an archive
    target = copying.destination.value or "/"
    root = in_workdir(copying.before.workdir, target)
    return below(f"{prefix}/bin", root) is not None
