"""The order in which a stage is best built: manifests, then the dependencies, then the sources.

`plan` writes the edits that move a copy of the sources after the install that it precedes, or
gives up where something between the two, or the install itself, may need the sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.known import starts_in_root
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import below, in_workdir
from lightship.facts.copies.deliveries import Delivery, delivery
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import user_of
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy
from lightship.rules.caching.sources_before_dependencies.needed_files import (
    copy_lines,
    is_virtual,
)
from lightship.rules.caching.sources_before_dependencies.run_heads import (
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
    dockerfile, run = early.build.dockerfile, early.run
    step = early.delivery.copying.step
    if step is None or step.stage is not early.stage:
        raise GiveUp
    if not all(moves.is_closed(dockerfile, item) for item in (early.copy, run)):
        raise GiveUp

    going = [early.copy, *_check_between(early)]
    virtual = [install for install in early.installs if is_virtual(early, install)]
    head = read_head(early.build, run, early.installs, virtual)
    lines = [line for install in head.installs for line in copy_lines(early, install)]
    manifests = moves.indented(dockerfile, run, *dict.fromkeys(lines))
    sources = [line for item in going for line in moves.moved(dockerfile, item)]

    for group in moves.neighbours(dockerfile, going):
        yield moves.remove(dockerfile, group[0], group[-1])

    # A tool that installs the project too runs once without it, and again after the sources
    if head.projects:
        dependencies = without_project(head)
        yield moves.before(dockerfile, run, [*manifests, dependencies, *sources])
        yield from without_repetition(head)
        return

    if manifests:
        yield moves.before(dockerfile, run, manifests)
    yield moves.after(dockerfile, run, sources) if head.whole else cut(head, sources)


def _check_between(early: EarlyCopy) -> list[Instruction]:
    """Give up where something between the two needs the sources, or changes what the copy does.

    What only changes owners and modes is moved with the copy: those instructions are returned.
    """
    copying = early.delivery.copying
    step = copying.step
    if step is None or copying.before is None:
        raise GiveUp
    relative = not (copying.destination.value or "").startswith("/")
    if relative and not copying.before.workdir_set:
        base = early.build.evaluation.root(step.stage).name
        if not starts_in_root(base):
            raise GiveUp

    items = early.stage.instructions
    between = items[items.index(early.copy) + 1 : items.index(early.run)]
    _check_copies(early, [item for item in between if item.keyword in _COPIES])
    along: list[Instruction] = []
    for item in between:
        if item.keyword == "RUN":
            if _changes_modes(early, item):
                along.append(item)
            else:
                _check_run(early, item)
        elif item.keyword not in _SETTINGS | _COPIES or (
            item.keyword == "WORKDIR" and relative
        ):
            raise GiveUp
        elif item.keyword in ("ENV", "ARG"):
            names = {pair.name.text for pair in item.pairs}
            if step.used & names:
                raise GiveUp
    return along


def _changes_modes(early: EarlyCopy, run: Instruction) -> bool:
    """Whether a RUN only calls chmod and chown, for files that the install reads as root anyway."""
    build = early.build
    reads_files_only = all(
        install.files and not (install.whole or install.project)
        for install in early.installs
    )
    if not reads_files_only or run.flags or user_of(build, early.run) not in ROOT:
        return False

    before, after = build.evaluation.before(run), build.evaluation.before(early.run)
    if before is None or after is None:
        return False
    if (before.user, before.workdir) != (after.user, after.workdir):
        return False
    if before.shell != after.shell:
        return False

    scripts = build.scripts(run)
    names = {command.name for script in scripts for command in script.commands}
    is_plain = bool(names) and names <= {"chmod", "chown"}
    return is_plain and moves.is_closed(build.dockerfile, run)


def _check_run(early: EarlyCopy, run: Instruction) -> None:
    scripts = early.build.scripts(run)
    if not scripts or any(script.opaque or script.errors for script in scripts):
        raise GiveUp
    for script in scripts:
        if not all(needs_nothing(command, scripts) for command in script.commands):
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
    sources = early.delivery.root
    if below(root, sources) is None and below(sources, root) is None:
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
    return early.delivery.origin(context, place) != source
