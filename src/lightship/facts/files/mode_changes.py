"""chown, chgrp and chmod in RUN: of what, to what, and what of the final image they store a second time.

A file whose owner or mode changes is written whole into the new layer (Docker's documentation of OverlayFS, "copy-up").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation
from lightship.context.files import copied
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
from lightship.evaluation.mounts import hides
from lightship.evaluation.paths import in_workdir
from lightship.facts.context.context_use import path_of
from lightship.facts.values.command_values import value
from lightship.facts.values.directories import directories_of
from lightship.record import record
from lightship.regex import regex
from lightship.shell.words import Word

_FLAGS = regex(r"-[cfvRhHLP]+|--[a-z-]+")
_RECURSIVE = regex(r"-[cfvhHLP]*R[cfvRhHLP]*|--recursive")


@record(eq=False)
class ModeChange:
    """One path that a command changes. `to` is the word of the owner or mode, `option` that of `-R`, None without it.

    `path` is absolute; `children` is whether only what lies in it is named (`/app/*`). `alone` is whether the command
    names no other path.
    """

    found: Invocation
    to: Word
    path: str
    word: Word
    option: Word | None
    children: bool
    alone: bool

    @property
    def name(self) -> str:
        return self.found.command.name


@record(eq=False)
class Brought:
    """What one COPY or ADD brings to the final image; `size` in bytes is None where it is not known.

    `root` is the destination: a directory, or the file itself.
    """

    copying: Copying
    stage: Stage
    root: str
    size: int | None


def mode_changes(build: Build) -> Sequence[ModeChange]:
    """Each path that chown, chgrp and chmod in RUN of the final image name, where it is known."""
    return build.once(_mode_changes)


def _mode_changes(build: Build) -> Sequence[ModeChange]:
    found = build.commands("chown", "chmod", "chgrp")
    ours = (
        each
        for each in found
        if each.instruction in build.shipped and not each.command.wrapped_by("xargs")
    )
    return tuple(change for each in ours for change in _read(build, each))


def _read(build: Build, found: Invocation) -> Iterator[ModeChange]:
    before, operands, option = build.evaluation.before(found.instruction), [], None
    for word in found.command.args:
        text = word.value or word.text
        if text.startswith(("--reference", "--from")):
            return
        if _RECURSIVE.fullmatch(text):
            option = word
        elif not _FLAGS.fullmatch(text):
            operands.append(word)
    if before is None or len(operands) < 2:
        return
    directory = directories_of(found.script, before.workdir)[found.command.index]
    for word in operands[1:]:
        text = (
            value(
                build,
                found,
                word.value if word.value is not None else word.text.replace('"', ""),
            )
            or ""
        )
        children = text.endswith("/*")
        text = text.removesuffix("*")
        if (
            text
            and (text.startswith("/") or directory is not None)
            and not any(mark in text for mark in "*?[{$`")
        ):
            path = in_workdir(directory or "/", text)
            if not hides(build.mounts(found.instruction), path, before.workdir):
                yield ModeChange(
                    found, operands[0], path, word, option, children, len(operands) == 2
                )


def brought(build: Build) -> Sequence[Brought]:
    """What COPY and ADD bring to the final image, in order."""
    return build.once(_brought)


def _brought(build: Build) -> Sequence[Brought]:
    found = []
    for copying in build.copyings():
        target = copying.destination.value
        if (
            copying.step is None
            or copying.step.stage not in build.lineage
            or target is None
            or copying.before is None
        ):
            continue
        root = in_workdir(copying.before.workdir, target)
        found.append(Brought(copying, copying.step.stage, root, _size(build, copying)))
    return tuple(found)


def _size(build: Build, copying: Copying) -> int | None:
    """The bytes that come from the build context; None where not all of them are known."""
    context = build.context
    if (
        context is None
        or not context.is_whole
        or len(copying.local) != len(copying.sources)
    ):
        return None
    excludes = tuple(
        flag.value or "" for flag in copying.instruction.all_flags("exclude")
    )
    paths = [path_of(source) for source in copying.local]
    return sum(file.size for file in copied(context, paths, excludes))


def is_before(build: Build, first: Instruction, second: Instruction) -> bool:
    """Whether an instruction of the final image is carried out before another one."""
    order = build.once(_order)
    return order.get(first, -1) < order.get(second, -1)


def _order(build: Build) -> dict[Instruction, int]:
    items = (item for stage in build.lineage for item in stage.instructions)
    return {item: number for number, item in enumerate(items)}
