"""chown, chgrp and chmod in RUN, and what COPY has brought before them.

A file whose owner or mode changes is written whole into the new layer (Docker's documentation of
OverlayFS, "copy-up").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.build import Build, Invocation
from lightship.context.files import Context, File
from lightship.context.taken_by_copy import copied
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
from lightship.evaluation.mounts import hides
from lightship.evaluation.paths import below, in_workdir
from lightship.facts.context.takings import excludes_of, path_of
from lightship.facts.copies.deliveries import delivery
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.values.command_values import value
from lightship.facts.values.directories import directory_of, in_directory
from lightship.record import record
from lightship.regex import regex
from lightship.shell.words import Word

_FLAGS = regex(r"-[cfvRhHLP]+|--[a-z-]+")
_RECURSIVE = regex(r"-[cfvhHLP]*R[cfvRhHLP]*|--recursive")
# What the owner depends on then is not known
_BY_ANOTHER = ("--reference", "--from")
_UNKNOWN = frozenset("*?[{$`")  # a path with one of these is not known


@record(eq=False)
class ModeChange:
    """One path that a command changes.

    `to` is the word of the owner or mode, `option` that of `-R`, None without it. `path` is
    absolute; `children` is whether only what lies in it is named (`/app/*`). `alone` is whether
    the command names no other path.
    """

    call: Invocation
    to: Word
    path: str
    word: Word
    option: Word | None
    children: bool
    alone: bool

    @property
    def name(self) -> str:
        """The command: chown, chmod or chgrp."""
        return self.call.command.name


@record(eq=False)
class Brought:
    """What one COPY or ADD brings to the final image.

    `root` is the destination: a directory, or the file itself. `size` is in bytes, None where it is
    not known.
    """

    copying: Copying
    stage: Stage
    root: str
    size: int | None


def mode_changes(build: Build) -> Sequence[ModeChange]:
    """Each path that chown, chgrp and chmod in RUN of the final image name, where it is known."""
    return build.once(_mode_changes)


def _mode_changes(build: Build) -> Sequence[ModeChange]:
    changes: list[ModeChange] = []
    for call in build.commands("chown", "chmod", "chgrp"):
        if call.instruction not in build.shipped:
            continue
        # xargs adds paths that are not known
        if call.command.wrapped_by("xargs"):
            continue
        changes += _changes(build, call)
    return tuple(changes)


def _changes(build: Build, call: Invocation) -> Iterator[ModeChange]:
    operands: list[Word] = []
    option = None
    for word in call.command.args:
        text = word.value or word.text
        if text.startswith(_BY_ANOTHER):
            return
        if _RECURSIVE.fullmatch(text):
            option = word
        elif not _FLAGS.fullmatch(text):
            operands.append(word)

    if not operands:
        return
    to, *targets = operands
    is_alone = len(targets) == 1
    for word in targets:
        text = _target(build, call, word)
        directory = text.removesuffix("*")
        path = path_in(build, call, directory)
        if path is None:
            continue
        only_children = text.endswith("/*")
        yield ModeChange(
            call,
            to,
            path,
            word,
            option,
            children=only_children,
            alone=is_alone,
        )


def _target(build: Build, call: Invocation, word: Word) -> str:
    """What a word names, with its variables put in; empty where that is not known."""
    text = word.value
    if text is None:
        text = word.text.replace('"', "")
    expanded = value(build, call, text)
    return expanded or ""


def path_in(build: Build, call: Invocation, text: str) -> str | None:
    """The path of the image that a text means; None where it is not known, or is on a mount."""
    before = build.evaluation.before(call.instruction)
    if before is None:
        return None
    if not text:
        return None
    if not _UNKNOWN.isdisjoint(text):
        return None

    directory = directory_of(build, call)
    path = in_directory(directory, text)
    if path is None:
        return None
    mounts = build.mounts(call.instruction)
    if hides(mounts, path, before.workdir):
        return None
    return path


def brought(build: Build) -> Sequence[Brought]:
    """What COPY and ADD bring to the final image, in order."""
    return build.once(_brought)


def _brought(build: Build) -> Sequence[Brought]:
    items: list[Brought] = []
    for copying in build.copyings():
        step = copying.step
        target = copying.destination.value
        if step is None:
            continue
        if target is None:
            continue
        if step.stage not in build.lineage:
            continue
        workdir = step.before.workdir
        root = in_workdir(workdir, target)
        size = size_of(build, copying)
        item = Brought(copying, step.stage, root, size)
        items.append(item)
    return tuple(items)


def size_of(build: Build, copying: Copying) -> int | None:
    """The bytes that come from the build context; None where not all of them are known."""
    context = build.context
    if context is None:
        return None
    if not context.is_whole:
        return None
    sources = copying.local
    if len(sources) < len(copying.sources):
        return _size_through_stages(build, context, copying)

    files = files_taken(context, copying)
    sizes = [file.size for file in files]
    return sum(sizes)


def files_taken(context: Context, copying: Copying) -> Iterable[File]:
    """The files that it takes from the build context."""
    excludes = excludes_of(copying)
    paths = [path_of(source) for source in copying.local]
    return copied(context, paths, excludes)


def _size_through_stages(
    build: Build, context: Context, copying: Copying
) -> int | None:
    """The same of a COPY --from that takes what the stage has from the build context."""
    taken = [copy for copy in stage_copies(build) if copy.copying is copying]
    if len(taken) < len(copying.sources):
        return None

    size = 0
    for copy in taken:
        origin = _origin_in(build, context, copy)
        if not origin:
            return None
        sizes = list(_sizes_below(context, origin))
        if not sizes:
            return None  # it is made in the stage
        size += sum(sizes)
    return size


def _sizes_below(context: Context, path: str) -> Iterator[int]:
    for file in context.sent:
        if below(file.path, path) is not None:
            yield file.size


def _origin_in(build: Build, context: Context, copy: StageCopy) -> str | None:
    """What of the build context the last COPY into the stage has put where a copy takes from."""
    last = None
    line = build.lineage_of(copy.origin)
    for copying in build.copyings():
        step = copying.step
        if step is None or step.stage not in line:
            continue
        brought = delivery(copying)
        if brought is None:
            continue
        origin = brought.origin(context, copy.source)
        if origin:
            last = origin
    return last


def is_before(build: Build, first: Instruction, second: Instruction) -> bool:
    """Whether an instruction of the final image is carried out before another one."""
    order = build.once(_order)
    first_place = order.get(first, -1)
    second_place = order.get(second, -1)
    return first_place < second_place


def _order(build: Build) -> dict[Instruction, int]:
    """The place of each instruction of the final image."""
    order: dict[Instruction, int] = {}
    for stage in build.lineage:
        for item in stage.instructions:
            place = len(order)
            order[item] = place
    return order
