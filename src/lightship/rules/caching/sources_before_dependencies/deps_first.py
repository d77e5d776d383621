"""The order in which a stage is best built: manifests, then the dependencies, then the sources.

`plan` writes the edits that move a copy of the sources after the install that it precedes, or
gives up where something between the two, or the install itself, may need the sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import dirname

from lightship.base_images.known import starts_in_root
from lightship.context.taken_by_copy import copied
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import in_workdir, related
from lightship.facts.copies.deliveries import Delivery, delivery
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import has_ignore
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import user_of
from lightship.rules.caching.sources_before_dependencies.comment_places import (
    comments_above,
    is_of_dependencies,
    stays_above,
)
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy
from lightship.rules.caching.sources_before_dependencies.kept_out import keeping_out
from lightship.rules.caching.sources_before_dependencies.moved_sources import (
    below_install,
    moved_sources,
)
from lightship.rules.caching.sources_before_dependencies.needed_files import (
    copy_lines,
    is_virtual,
    is_workspace,
)
from lightship.rules.caching.sources_before_dependencies.one_copy import (
    together,
    widened_copy,
)
from lightship.rules.caching.sources_before_dependencies.run_heads import (
    RunHead,
    cut,
    needs_nothing,
    read_head,
    without_project,
    without_repetition,
)
from lightship.text import Edit

_COPIES = frozenset({"COPY", "ADD"})
_SETTINGS = frozenset(
    "ENV ARG WORKDIR LABEL EXPOSE CMD ENTRYPOINT HEALTHCHECK STOPSIGNAL USER SHELL"
    " MAINTAINER".split()
)


def plan(early: EarlyCopy) -> tuple[Edit, ...]:
    """The edits that move the copy after the installs of the RUN; none where that may be wrong."""
    try:
        return tuple(_edits(early))
    except GiveUp:
        return ()


def _edits(early: EarlyCopy) -> Iterator[Edit]:
    dockerfile = early.build.dockerfile
    run = early.run
    step = early.delivery.copying.step
    if step is None or step.stage is not early.stage:
        raise GiveUp
    for item in (early.copy, run):
        if not moves.is_closed(dockerfile, item):
            raise GiveUp

    going = [early.copy, *_check_between(early)]
    virtual = [install for install in early.installs if is_virtual(early, install)]
    workspaces = [item for item in early.installs if is_workspace(early, item)]
    head = read_head(early.build, run, early.installs, virtual, workspaces)

    yield from keeping_out(early, head.installs)
    lines = _copies_of_manifests(early, head)
    widened = widened_copy(early, going, lines)
    yield from widened
    manifests = moves.indented(dockerfile, run, *(() if widened else lines))
    comments = _comments_of_install(early, manifests)
    if comments:
        yield moves.before(dockerfile, run, comments)
    moved = moved_sources(early, going, lines, comments)
    yield from moved.edits
    yield from _removals(early, going)

    # A tool that installs the project too runs once without it, and again after the sources
    if head.projects:
        yield from _split_install(early, head, manifests, moved.lines)
        return

    if manifests:
        yield _above_install(early, manifests)
    if head.whole:
        yield below_install(early, moved.lines)
    else:
        yield cut(head, moved.lines)


def _removals(early: EarlyCopy, going: Sequence[Instruction]) -> Iterator[Edit]:
    """What takes the instructions out of their places."""
    dockerfile = early.build.dockerfile
    for group in moves.neighbours(dockerfile, going):
        yield moves.remove(dockerfile, group[0], group[-1])


def _comments_of_install(early: EarlyCopy, manifests: Sequence[str]) -> list[str]:
    """What stands above the copy and is about the dependencies: it goes above the manifests."""
    dockerfile = early.build.dockerfile
    if manifests and is_of_dependencies(dockerfile, early.copy):
        return list(comments_above(dockerfile, early.copy))
    return []


def _split_install(
    early: EarlyCopy, head: RunHead, manifests: Sequence[str], sources: Sequence[str]
) -> Iterator[Edit]:
    """The install without the project, the sources, and the install as it was."""
    dockerfile, run = early.build.dockerfile, early.run
    dependencies = without_project(head)
    # What a blank line kept apart from the install stays apart
    gap = [""] if moves.is_spaced(dockerfile, run) else []
    lines = [*manifests, dependencies, *gap, *sources, *gap]
    if not stays_above(early.build, run):
        yield moves.before(dockerfile, run, lines)
    else:
        yield moves.directly_before(dockerfile, run, lines)
    yield from without_repetition(head)


def _copies_of_manifests(early: EarlyCopy, head: RunHead) -> list[str]:
    """The COPY lines for all installs, each once."""
    lines: dict[str, None] = {}
    for install in head.installs:
        lines |= dict.fromkeys(copy_lines(early, install))
    return together(list(lines))


def _above_install(early: EarlyCopy, manifests: Sequence[str]) -> Edit:
    """The manifests directly above the install, below a comment that speaks of both."""
    build, run = early.build, early.run
    is_commented = moves.is_commented(build.dockerfile, run)
    if is_commented and not has_ignore(build, run):
        return moves.directly_before(build.dockerfile, run, manifests)
    return moves.before(build.dockerfile, run, manifests)


def _check_between(early: EarlyCopy) -> list[Instruction]:
    """Give up where something between the two needs the sources, or changes what the copy does.

    What only changes owners and modes is moved with the copy: those instructions are returned.
    """
    is_relative = _check_target(early)
    items = early.stage.instructions
    first = items.index(early.copy) + 1
    last = items.index(early.run)
    between = items[first:last]
    copies = [item for item in between if item.keyword in _COPIES]
    _check_copies(early, copies)

    along: list[Instruction] = []
    for item in between:
        if item.keyword != "RUN":
            _check_setting(early, item, is_relative)
        elif _changes_modes(early, item):
            along.append(item)
        else:
            _check_run(early, item)
    return along


def _check_target(early: EarlyCopy) -> bool:
    """Whether the copy goes to a path seen from the working directory.

    Give up where that is not known.
    """
    copying = early.delivery.copying
    before = copying.before
    if copying.step is None or before is None:
        raise GiveUp
    target = copying.destination.value or ""
    if target.startswith("/"):
        return False
    if not before.workdir_set:
        base = early.build.evaluation.root(copying.step.stage)
        if not starts_in_root(base.name):
            raise GiveUp
    return True


def _check_setting(early: EarlyCopy, item: Instruction, is_relative: bool) -> None:
    """Give up where an instruction that stays changes what the copy does after it."""
    if item.keyword in _COPIES:
        return  # they are looked at by themselves
    if item.keyword not in _SETTINGS:
        raise GiveUp
    if item.keyword == "WORKDIR" and is_relative:
        raise GiveUp
    step = early.delivery.copying.step
    if step is None or item.keyword not in ("ENV", "ARG"):
        return
    for pair in item.pairs:
        if pair.name.text in step.used:
            raise GiveUp


def _changes_modes(early: EarlyCopy, run: Instruction) -> bool:
    """Whether a RUN only calls chmod and chown, for files that the install reads as root anyway."""
    build = early.build
    for install in early.installs:
        if install.whole or install.project or not install.files:
            return False
    if run.flags or user_of(build, early.run) not in ROOT:
        return False

    before = build.evaluation.before(run)
    after = build.evaluation.before(early.run)
    if before is None or after is None:
        return False
    if before.user != after.user or before.workdir != after.workdir:
        return False
    if before.shell != after.shell:
        return False

    names: set[str] = set()
    for script in build.scripts(run):
        names.update(command.name for command in script.commands)
    if not names or not names <= {"chmod", "chown"}:
        return False
    return moves.is_closed(build.dockerfile, run)


def _check_run(early: EarlyCopy, run: Instruction) -> None:
    scripts = early.build.scripts(run)
    if not scripts:
        raise GiveUp
    for script in scripts:
        if script.opaque or script.errors:
            raise GiveUp
        for command in script.commands:
            if not needs_nothing(command, scripts):
                raise GiveUp


def _check_copies(early: EarlyCopy, between: Sequence[Instruction]) -> None:
    """Give up where a copy that stays would be overwritten with other content."""
    waiting = set(between)
    if not waiting:
        return
    for copying in early.build.copyings():
        if copying.instruction in waiting:
            waiting.discard(copying.instruction)
            _check_copy(early, copying)
    if waiting:
        raise GiveUp


def _check_copy(early: EarlyCopy, copying: Copying) -> None:
    """The copy must bring the same files as the sources do, or go somewhere else."""
    target = copying.destination.value
    if target is None or copying.before is None:
        raise GiveUp
    root = in_workdir(copying.before.workdir, target)
    if not related(root, early.delivery.root):
        return

    brought = delivery(copying)
    if brought is None:
        raise GiveUp
    for source in brought.sources:
        if _overwrites(early, brought, source):
            raise GiveUp


def _overwrites(early: EarlyCopy, brought: Delivery, source: str) -> bool:
    """Whether the sources, once they come later, put something else where `source` went."""
    context = early.build.context
    place = brought.target(context, source)
    if not early.delivery.writes(context, place):
        return False
    origin = early.delivery.origin(context, place)
    if origin is None and _is_of_files(early):
        return False
    return origin != source


def _is_of_files(early: EarlyCopy) -> bool:
    """Whether the sources are patterns that match files alone: `*.py`.

    They bring what they match by name, and nothing into a directory.
    """
    context = early.build.context
    sources = early.delivery.sources
    if context is None or not all(map(has_wildcards, sources)):
        return False
    directories = {dirname(source) for source in sources}
    files = copied(context, sources)
    return all(dirname(file.path) in directories for file in files)
