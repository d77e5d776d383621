"""What later commands call, read, copy and install: they fail where a pipe has not brought it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from posixpath import basename

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.facts.copies.stage_copies import stage_copies
from lightship.rules.shell.pipe_without_pipefail.in_image import InImage, in_image
from lightship.shell.failing import ends_build
from lightship.shell.interpreters import SHELLS
from lightship.shell.python_calls import without_python
from lightship.shell.specs import written

SYSTEM = ("apt-get", "apt", "dnf", "yum", "microdnf", "zypper", "apk")
# They succeed without the file that they name
_ENDS_WITHOUT_USE = frozenset({"echo", "export", "ln", "mkdir", "printf", "rm"})
_UNKNOWN = "?"  # a command that the image is not known to have


def is_used_later(
    build: Build, stage: Stage, names: Collection[str], after: int
) -> bool:
    """Whether a command after a place needs something of those names, in the stage or one that
    starts from it, or a COPY takes it from there.
    """
    uses = build.once(_uses)[stage.index]
    return any(uses.get(name, -1) > after for name in names)


def is_unknown_called(build: Build, stage: Stage, after: int) -> bool:
    """Whether a command after a place is called that the image is not known to have."""
    return build.once(_uses)[stage.index].get(_UNKNOWN, -1) > after


def is_packaged(build: Build, stage: Stage, names: Collection[str]) -> bool:
    """Whether the system's own package of one of those names is installed in a stage."""
    packages = build.once(_packages).get(stage.index, frozenset())
    return not packages.isdisjoint(names)


def _packages(build: Build) -> Mapping[int, frozenset[str]]:
    by_stage: dict[int, set[str]] = {}
    for call in build.packages(*SYSTEM, action="install"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is not None:
            names = by_stage.setdefault(stage.index, set())
            names.update(package.name for package in call.does.packages)
    return {index: frozenset(names) for index, names in by_stage.items()}


def _uses(build: Build) -> list[dict[str, int]]:
    """By stage and name, where the last command stands that needs it."""
    stages = build.dockerfile.stages
    uses: list[dict[str, int]] = [{} for _ in stages]
    for call in build.commands():
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None:
            continue
        for name in _names(build, stage, call):
            _note(uses[stage.index], name, call.command.span.start)
    for copy in stage_copies(build):
        for part in copy.source.split("/"):
            _note(uses[copy.origin.index], part, copy.copying.instruction.span.start)

    # What a stage needs that starts from another, the other has to have
    for stage in reversed(stages):
        base = build.base_of(stage)
        if base is None:
            continue
        for name, start in uses[stage.index].items():
            _note(uses[base.index], name, start)
    return uses


def _note(uses: dict[str, int], name: str, start: int) -> None:
    uses[name] = max(start, uses.get(name, -1))


def _names(build: Build, stage: Stage, call: Invocation) -> Iterator[str]:
    """What a command calls, reads or copies, by the names of files."""
    command = call.command
    if command.name in _ENDS_WITHOUT_USE or not command.words:
        return
    yield command.name
    yield written(without_python(command.words)[0])
    for word in command.words:
        text = word.text.strip("\"'")
        if "/" not in text or "://" in text:
            continue
        yield basename(text)
        if ".cargo" in text.split("/"):
            yield ".cargo"
    if _is_unknown(build, stage, call):
        yield _UNKNOWN


def _is_unknown(build: Build, stage: Stage, call: Invocation) -> bool:
    """Whether the build stops without a command that the image is not known to have."""
    command = call.command
    if command.name in SHELLS or not ends_build(call.script, command):
        return False
    return in_image(build, stage, call.script, command) is InImage.UNKNOWN
