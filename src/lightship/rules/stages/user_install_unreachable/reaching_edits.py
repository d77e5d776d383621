"""Edits with which the packages of a user are where the container finds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits import moves
from lightship.facts.stages.package_trees import Arrival, Tree, arrivals
from lightship.facts.stages.renaming import renamed
from lightship.facts.users.accounts import ROOT, accounts
from lightship.facts.users.current_user import user_of
from lightship.lint.finding import Fix, Safety
from lightship.text import Edit, Span, apply_edits

# Of users that base images have
_HOMES_OF_IMAGES = ("/root", "/home/node")


def arrival_of(build: Build, tree: Tree) -> Arrival | None:
    """The last COPY that brings it into the final image."""
    for arrival in reversed(arrivals(build)):
        if arrival.copy.stage not in build.lineage:
            continue
        if arrival.after == tree:
            return arrival
    return None


def reaching_fix(build: Build, tree: Tree, home: str | None) -> Fix | None:
    """Copy it to the home directory of the user, or install it for all."""
    arrival = arrival_of(build, tree)
    if arrival is None:
        title = "Install for all users, without --user"
        edits = tuple(_for_all(build, tree))
    elif home is not None and arrival.alone:
        title = f"Copy it to {home}/.local"
        edits = _to_home(build, arrival, home)
    else:
        return None
    if not edits:
        return None
    return Fix(title, edits, Safety.UNSAFE)


def _to_home(build: Build, arrival: Arrival, home: str) -> tuple[Edit, ...]:
    """The COPY with the home directory as its destination, after the RUN that makes the user."""
    copy = arrival.copy.copying.instruction
    edits = renamed(build, arrival.copy, arrival.after.path, f"{home}/.local")
    if not edits:
        return ()
    maker = _maker_of(build, home)
    if maker is None:
        return edits if home in _HOMES_OF_IMAGES else ()
    if maker.first_line < copy.first_line:
        return edits

    # What stands between must not need the files
    between = _between(arrival, copy, maker)
    if any(item.keyword in ("RUN", "ONBUILD") for item in between):
        return ()
    if not moves.is_closed(build.dockerfile, maker):
        return ()
    if copy.first_line != copy.last_line:
        return ()

    renaming, *others = edits
    moved = _moved_behind(build, copy, maker, renaming)
    return (*moved, *others)


def _maker_of(build: Build, home: str) -> Instruction | None:
    """The RUN that makes the user with that home directory."""
    for account in accounts(build):
        if account.home == home:
            return account.maker
    return None


def _between(
    arrival: Arrival, copy: Instruction, maker: Instruction
) -> Sequence[Instruction]:
    """What stands between a COPY and a later RUN; the RUN itself where it is in another stage."""
    items = arrival.copy.stage.instructions
    if maker not in items:
        return (maker,)
    first = items.index(copy) + 1
    return items[first : items.index(maker)]


def _moved_behind(
    build: Build, copy: Instruction, maker: Instruction, renaming: Edit
) -> tuple[Edit, Edit]:
    """The edits that put a COPY of one line after a RUN, with another destination."""
    dockerfile = build.dockerfile
    start, end = copy.span
    before = dockerfile.text[:end]
    old = before[start:]
    new = apply_edits(before, (renaming,))[start:]

    lines = moves.moved(dockerfile, copy)
    moved = [line.replace(old, new) for line in lines]
    removal = moves.remove(dockerfile, copy)
    addition = moves.after(dockerfile, maker, moved)
    return removal, addition


def _for_all(build: Build, tree: Tree) -> Iterator[Edit]:
    """Every `--user` that puts something there goes."""
    for call in build.packages("pip"):
        option = call.does.option("--user")
        if option is None or not call.does.installs:
            continue
        if build.dockerfile.stage_of(call.instruction) not in build.lineage:
            continue
        if option.value is not None or option.word.text != "--user":
            return
        if user_of(build, call.instruction) not in ROOT:
            return
        if tree.path != "/root/.local":
            return

        start, end = option.span
        before = build.dockerfile.text[:start]
        kept = before.rstrip(" ")
        if kept == before:
            return
        yield Edit.delete(Span(len(kept), end))


def path_edits(build: Build, tree: Tree) -> tuple[Edit, ...]:
    """ENV after the COPY or RUN, where no later one sets PATH again."""
    item = tree.maker
    arrival = arrival_of(build, tree)
    if arrival is not None:
        item = arrival.copy.copying.instruction
    if any(map(_replaces_path, _later(build, item))):
        return ()
    if item.trigger is not None:
        return ()
    if not moves.is_closed(build.dockerfile, item):
        return ()

    setting = f"ENV PATH={tree.path}/bin:$PATH"
    lines = moves.indented(build.dockerfile, item, setting)
    return (moves.after(build.dockerfile, item, lines),)


def _later(build: Build, item: Instruction) -> Iterator[Instruction]:
    for stage in build.lineage:
        for instruction in stage.instructions:
            if instruction.first_line > item.first_line:
                yield instruction


def _replaces_path(instruction: Instruction) -> bool:
    """Whether it is an ENV that sets PATH without what it was before."""
    if instruction.keyword != "ENV":
        return False
    for pair in instruction.pairs:
        if pair.name.text != "PATH":
            continue
        text = pair.value.text if pair.value is not None else ""
        if "$PATH" not in text and "${PATH" not in text:
            return True
    return False
