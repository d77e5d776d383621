"""What a change of owner or mode stores a second time, and how much that is."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.context.files import Context
from lightship.evaluation.copies import Operand
from lightship.evaluation.paths import and_above, below
from lightship.facts.files.mode_changes import (
    Brought,
    ModeChange,
    brought,
    is_before,
    mode_changes,
)
from lightship.facts.files.placed import Placed
from lightship.facts.installs.dependencies import installs
from lightship.facts.stages.trees import trees
from lightship.record import record
from lightship.shell.mode_bits import changed

LITTLE, MUCH = 100_000, 1_000_000  # bytes
_ROOT = frozenset({"root", "0"})
_BINARIES = (
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
)
# Suffixes of what may be large; a file with any other is one that people write
LARGE = frozenset(
    """bin bz2 db deb dmg ear exe gem gz h5 img iso jar model msi nupkg onnx pkl pt pth rpm run so sqlite sqlite3 tar
    tbz tgz txz war whl xz zip zst""".split()
)


@record(eq=False)
class SecondCopy:
    """`items` are stored twice; `size` in bytes is None where it is not known. `also` names what RUN has made there."""

    items: tuple[Brought, ...]
    size: int | None
    much: bool
    also: str = ""


def second_copy(build: Build, change: ModeChange) -> SecondCopy | None:
    """What a command stores a second time; None where that is nothing, or little."""
    near = build.once(_brought_places).below(change.path)
    items = tuple(each for each in near if _is_changed(build, change, each))
    if not items:
        return None
    also = _made_there(build, change) if change.option is not None else ""
    sizes = [each.size for each in items]
    if None not in sizes:
        size = sum(each or 0 for each in sizes)
        return (
            SecondCopy(items, size, size >= MUCH or bool(also), also)
            if also or size >= LITTLE
            else None
        )
    heavy = [
        each
        for each in items
        if each.size is None and any(map(may_be_large, each.copying.sources))
    ]
    if not heavy and not also:
        return None
    much = bool(also) or any(not each.copying.from_context for each in heavy)
    return SecondCopy(items, None, much, also)


def _is_changed(build: Build, change: ModeChange, item: Brought) -> bool:
    """Whether the command works on what a COPY or ADD has brought before, and changes it."""
    copying, run = item.copying, change.found.instruction
    if copying.step is None or not is_before(build, copying.instruction, run):
        return False
    if change.option is not None:
        if below(item.root, change.path) is None:
            return False
    elif item.root != change.path or not _is_file(build.context, item):
        return False
    above = (
        place for place in and_above(item.root) if place in build.once(_changes_by_path)
    )
    others = (other for place in above for other in build.once(_changes_by_path)[place])
    if any(_comes_first(build, other, change, item) for other in others):
        return False
    return (
        _changes_mode(change, item)
        if change.name == "chmod"
        else _changes_owner(change, item)
    )


def _brought_places(build: Build) -> Placed[Brought]:
    return Placed((each.root, each) for each in brought(build))


def _changes_by_path(build: Build) -> dict[str, list[ModeChange]]:
    found: dict[str, list[ModeChange]] = {}
    for change in mode_changes(build):
        found.setdefault(change.path, []).append(change)
    return found


def _comes_first(
    build: Build, other: ModeChange, change: ModeChange, item: Brought
) -> bool:
    """Whether another command has brought the item into this layer already, or has made the same change before."""
    covers = (
        below(item.root, other.path) is not None
        if other.option is not None
        else item.root == other.path
    )
    if not covers:
        return False
    if other.found.instruction is change.found.instruction:
        return other.found.command.span.start < change.found.command.span.start
    same = (other.name, other.to.text) == (change.name, change.to.text)
    run, before = other.found.instruction, item.copying.instruction
    return (
        same
        and is_before(build, before, run)
        and is_before(build, run, change.found.instruction)
    )


def _changes_owner(change: ModeChange, item: Brought) -> bool:
    step = item.copying.step
    own = step.flags.get("chown", "") if step is not None else ""
    user, _, group = (change.to.value or change.to.text).replace('"', "").partition(":")
    if change.name == "chgrp":
        user, group = "", user
    if own:
        return not (user and own.partition(":")[0] == user)
    # Without --chown files of the build context belong to root, and those of another stage mostly too
    return not (user in _ROOT | {""} and group in _ROOT | {""})


def _changes_mode(change: ModeChange, item: Brought) -> bool:
    step = item.copying.step
    wanted, own = (
        change.to.value or "",
        step.flags.get("chmod", "") if step is not None else "",
    )
    if own:
        return own.lstrip("0") != wanted.lstrip("0")
    if (
        not item.copying.from_context
    ):  # what another stage has built is executable where it needs to be
        return change.option is not None and changed(0o755, wanted) not in (0o755, None)
    mode = (
        0o600 if any(source.kind == "url" for source in item.copying.sources) else 0o644
    )
    after = changed(mode, wanted)
    return after is not None and after != mode


def _is_file(context: Context | None, item: Brought) -> bool:
    """Whether the destination is a file: what a single file is copied to."""
    copying = item.copying
    if len(copying.sources) > 1 or (copying.destination.value or "").endswith("/"):
        return False
    if copying.sources[0].kind == "url":
        return True
    if not copying.from_context:
        return item.root.rpartition("/")[0] in _BINARIES
    name = (copying.sources[0].value or "").rpartition("/")[2]
    if item.size is None or context is None:
        return "." in name.lstrip(".")
    return context.read(copying.sources[0].value or "") is not None


def may_be_large(source: Operand) -> bool:
    """Whether more than a file that people write may come: directories, archives, programs."""
    text = source.value if source.value is not None else source.word.text
    name = text.rstrip("/").rpartition("/")[2]
    suffix = name.rpartition(".")[2].lower() if "." in name.lstrip(".") else ""
    return source.kind != "heredoc" and (not suffix or suffix in LARGE or "$" in suffix)


def _made_there(build: Build, change: ModeChange) -> str:
    """A virtual environment or node_modules below the path, made by a RUN before."""
    return next(_environments(build, change), "")


def _environments(build: Build, change: ModeChange) -> Iterator[str]:
    run = change.found.instruction
    for tree in trees(build, build.lineage[-1]).values():
        shipped = build.dockerfile.stage_of(tree.maker) in build.lineage
        if (
            shipped
            and is_before(build, tree.maker, run)
            and below(tree.path, change.path) is not None
        ):
            yield tree.path.rpartition("/")[2]
    for install in installs(build):
        if not (
            install.is_node
            and install.whole
            and is_before(build, install.instruction, run)
        ):
            continue
        there = (
            install.directory is not None
            and below(f"{install.directory}/node_modules", change.path) is not None
        )
        if there and build.dockerfile.stage_of(install.instruction) in build.lineage:
            yield "node_modules"
