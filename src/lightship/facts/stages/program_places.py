"""Whether COPY and ADD may put programs where a shell looks for them."""

from __future__ import annotations

from posixpath import basename

from lightship.build import Build
from lightship.context.taken_by_copy import copied
from lightship.context.wildcards import clean
from lightship.dockerfile.tree import Stage
from lightship.evaluation.copies import Copying, Operand
from lightship.evaluation.paths import in_workdir, related
from lightship.evaluation.state import DEFAULT_PATH
from lightship.facts.stages.inherited import inheriting

_SYSTEM = frozenset("bin sbin usr lib lib64 opt etc root home".split())
_ROOT = "/"
# ADD unpacks them
_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")


def may_copy_programs(build: Build, stage: Stage) -> bool:
    """Whether a COPY or ADD of a stage, or of one that it starts from, may bring programs."""
    return stage.index in build.once(_stages_with_programs)


def _stages_with_programs(build: Build) -> frozenset[int]:
    own: set[int] = set()
    for copying in build.copyings():
        step = copying.step
        if step is None:
            continue
        if brings_programs(build, copying):
            own.add(step.stage.index)
    return inheriting(build, lambda stage: stage.index in own)


def brings_programs(build: Build, copying: Copying) -> bool:
    """Whether what it copies may lie in a directory of PATH."""
    target = copying.destination.value
    before = copying.before
    if target is None or before is None:
        return True

    root = in_workdir(before.workdir, target)
    if root == _ROOT and _unpacks(copying):
        return True
    if root == _ROOT and copying.from_context:
        return any(_has_system(build, source) for source in copying.sources)

    path = before.env.get("PATH", DEFAULT_PATH)
    places = filter(None, path.split(":"))
    return any(related(place, root) for place in places)


def _unpacks(copying: Copying) -> bool:
    """Whether it is ADD of an archive, in which anything may be."""
    if copying.instruction.keyword != "ADD":
        return False
    return any((source.value or "").endswith(_ARCHIVES) for source in copying.sources)


def _has_system(build: Build, source: Operand) -> bool:
    """Whether a source that goes to `/` may have directories of a file system in it."""
    if source.kind == "heredoc":
        return False
    if source.kind != "file" or source.value is None:
        return True

    path = clean(f"/{source.value}").removeprefix("/")
    context = build.context
    if context is None or not context.is_whole:
        # A name without a suffix may be that of a directory
        name = basename(path)
        visible = name.lstrip(".")
        return "." not in visible

    for file in copied(context, [path]):
        inside = file.path.removeprefix(path)
        inside = inside.lstrip("/")
        first, slash, _rest = inside.partition("/")
        if slash and first in _SYSTEM:
            return True
    return False
