"""Edits with which the packages of a user are where the container finds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Pair
from lightship.facts.edits import moves
from lightship.facts.stages.package_trees import Arrival, Tree, arrivals
from lightship.facts.stages.renaming import renamed
from lightship.facts.users.accounts import ROOT, accounts
from lightship.facts.users.current_user import user_of
from lightship.lint.finding import Fix, Safety
from lightship.text import Edit, Span, apply_edits


def arrival_of(build: Build, tree: Tree) -> Arrival | None:
    """The last COPY that brings it into the final image."""
    for arrival in reversed(arrivals(build)):
        if arrival.copy.stage in build.lineage and arrival.after == tree:
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
    return Fix(title, edits, Safety.UNSAFE) if edits else None


def _to_home(build: Build, arrival: Arrival, home: str) -> tuple[Edit, ...]:
    """The COPY with the home directory as its destination, after the RUN that makes the user."""
    copy = arrival.copy.copying.instruction
    edits = renamed(build, arrival.copy, arrival.after.path, f"{home}/.local")
    makers = (account.maker for account in accounts(build) if account.home == home)
    maker = next(makers, None)
    if not edits or (maker is None and home not in ("/root", "/home/node")):
        return ()
    if maker is None or maker.first_line < copy.first_line:
        return edits

    # What stands between must not need the files
    items = arrival.copy.stage.instructions
    between: Sequence[Instruction] = (maker,)
    if maker in items:
        between = items[items.index(copy) + 1 : items.index(maker)]
    if any(item.keyword in ("RUN", "ONBUILD") for item in between):
        return ()
    if not moves.is_closed(build.dockerfile, maker):
        return ()
    if copy.first_line != copy.last_line:
        return ()

    start, end = copy.span
    old = copy.span.of(build.dockerfile.text)
    new = apply_edits(build.dockerfile.text[:end], edits[:1])[start:]
    lines = moves.moved(build.dockerfile, copy)
    moved = tuple(line.replace(old, new) for line in lines)
    return (
        moves.remove(build.dockerfile, copy),
        moves.after(build.dockerfile, maker, moved),
        *edits[1:],
    )


def _for_all(build: Build, tree: Tree) -> Iterator[Edit]:
    """Every `--user` that puts something there goes."""
    for call in build.packages("pip"):
        stage = build.dockerfile.stage_of(call.instruction)
        option = call.does.option("--user")
        if option is None or stage not in build.lineage or not call.does.installs:
            continue
        if option.value is not None or option.word.text != "--user":
            return
        if user_of(build, call.instruction) not in ROOT:
            return

        before = build.dockerfile.text[: option.span.start]
        if not before.endswith(" ") or tree.path != "/root/.local":
            return
        yield Edit.delete(Span(len(before.rstrip(" ")), option.span.end))


def path_edits(build: Build, tree: Tree) -> tuple[Edit, ...]:
    """ENV after the COPY or RUN, where no later one sets PATH again."""
    arrival = arrival_of(build, tree)
    item = tree.maker if arrival is None else arrival.copy.copying.instruction
    if any(_replaces_path(later) for later in _later(build, item)):
        return ()
    if not moves.is_closed(build.dockerfile, item) or item.trigger is not None:
        return ()
    line = moves.indented(build.dockerfile, item, f"ENV PATH={tree.path}/bin:$PATH")
    return (moves.after(build.dockerfile, item, line),)


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
        text = _text(pair)
        if pair.name.text == "PATH" and "$PATH" not in text and "${PATH" not in text:
            return True
    return False


def _text(pair: Pair) -> str:
    return pair.value.text if pair.value is not None else ""
