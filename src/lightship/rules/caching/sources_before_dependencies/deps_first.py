"""The order in which a stage is best built: manifests, then the dependencies, then the sources.

`plan` writes the edits that put a copy of the sources behind the install that it stands before, or gives up where
something between the two, or the install itself, may need the sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.known import starts_in_root
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import clean, join_workdir
from lightship.facts.copies.deliveries import below, delivery
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

_SETTINGS = frozenset(
    "ENV ARG WORKDIR LABEL EXPOSE CMD ENTRYPOINT HEALTHCHECK STOPSIGNAL USER SHELL MAINTAINER".split()
)


def plan(early: EarlyCopy) -> tuple[Edit, ...]:
    """The edits that put the copy behind the installs of the RUN, nothing where that may be wrong."""
    try:
        return tuple(_edits(early))
    except GiveUp:
        return ()


def _edits(early: EarlyCopy) -> Iterator[Edit]:
    dockerfile, run = early.build.dockerfile, early.run
    is_here = (
        early.taken.copying.step is not None
        and early.taken.copying.step.stage is early.stage
    )
    if not is_here or not all(
        moves.is_closed(dockerfile, item) for item in (early.copy, run)
    ):
        raise GiveUp
    going = [early.copy, *_check_between(early)]
    head = read_head(
        early.build,
        run,
        early.installs,
        [each for each in early.installs if is_virtual(early, each)],
    )
    lines = [line for install in head.installs for line in copy_lines(early, install)]
    manifests = moves.indented(dockerfile, run, *dict.fromkeys(lines))
    sources = [line for item in going for line in moves.moved(dockerfile, item)]
    for group in moves.neighbours(dockerfile, going):
        yield moves.remove(dockerfile, group[0], group[-1])
    if head.projects:
        yield moves.before(
            dockerfile, run, [*manifests, without_project(head), *sources]
        )
        yield from without_repetition(head)
        return
    if manifests:
        yield moves.before(dockerfile, run, manifests)
    yield moves.after(dockerfile, run, sources) if head.whole else cut(head, sources)


def _check_between(early: EarlyCopy) -> list[Instruction]:
    """Nothing between the two may need the sources, or change what the copy does.

    What only changes owners and modes goes where the sources go.
    """
    copying, items = early.taken.copying, early.stage.instructions
    step, relative = copying.step, not (copying.destination.value or "").startswith("/")
    if step is None or copying.before is None:
        raise GiveUp
    if relative and not (
        copying.before.workdir_set
        or starts_in_root(early.build.evaluation.root(step.stage).name)
    ):
        raise GiveUp
    between = items[items.index(early.copy) + 1 : items.index(early.run)]
    _check_copies(early, [item for item in between if item.keyword in ("COPY", "ADD")])
    along: list[Instruction] = []
    for item in between:
        if item.keyword == "RUN":
            if _changes_modes(early, item):
                along.append(item)
            else:
                _check_run(early, item)
        elif item.keyword not in (*_SETTINGS, "COPY", "ADD") or (
            item.keyword == "WORKDIR" and relative
        ):
            raise GiveUp
        if item.keyword in ("ENV", "ARG") and step.used & {
            pair.name.text for pair in item.pairs
        }:
            raise GiveUp
    return along


def _changes_modes(early: EarlyCopy, run: Instruction) -> bool:
    """Whether a RUN does nothing but chmod and chown, to files that the install reads as root whoever has them."""
    build = early.build
    plain = all(
        install.files and not (install.whole or install.project)
        for install in early.installs
    )
    before, after = build.evaluation.before(run), build.evaluation.before(early.run)
    if (
        not plain
        or run.flags
        or before is None
        or after is None
        or user_of(build, early.run) not in ROOT
    ):
        return False
    if (before.user, before.workdir, before.shell) != (
        after.user,
        after.workdir,
        after.shell,
    ):
        return False
    scripts = build.scripts(run)
    names = [command.name for script in scripts for command in script.commands]
    return (
        bool(names)
        and set(names) <= {"chmod", "chown"}
        and moves.is_closed(build.dockerfile, run)
    )


def _check_run(early: EarlyCopy, run: Instruction) -> None:
    scripts = early.build.scripts(run)
    if not scripts or any(script.opaque or script.errors for script in scripts):
        raise GiveUp
    for script in scripts:
        if not all(needs_nothing(command, scripts) for command in script.commands):
            raise GiveUp


def _check_copies(early: EarlyCopy, between: Sequence[Instruction]) -> None:
    """A copy that stays must not be overwritten by other content: it brings the same files, or goes somewhere else."""
    if not between:
        return
    taken, context, waiting = early.taken, early.build.context, set(between)
    for other in early.build.copyings():
        if other.instruction not in waiting:
            continue
        target = other.destination.value
        if target is None or other.before is None:
            raise GiveUp
        waiting.discard(other.instruction)
        root = clean(join_workdir(other.before.workdir, target).path)
        if below(root, taken.root) is None and below(taken.root, root) is None:
            continue
        same = delivery(other)
        if same is None:
            raise GiveUp
        for source in same.sources:
            place = same.target(context, source)
            if taken.writes(context, place) and taken.origin(context, place) != source:
                raise GiveUp
    if waiting:
        raise GiveUp
