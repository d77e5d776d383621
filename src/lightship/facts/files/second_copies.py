"""What a change of owner or mode stores a second time, and how much that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname

from lightship.build import Build
from lightship.context.files import Context
from lightship.evaluation.copies import Copying, Operand
from lightship.evaluation.paths import and_above, below
from lightship.facts.files.mode_changes import (
    Brought,
    ModeChange,
    brought,
    is_before,
    mode_changes,
    path_in,
)
from lightship.facts.files.placed import Placed
from lightship.facts.files.stage_amounts import most_from_stages
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.stages.package_trees import trees
from lightship.record import record
from lightship.regex import regex
from lightship.shell.mode_bits import changed

# Bytes that are worth a word: images that copy and change owners are a dozen times as large
MUCH = 10_000_000
_ROOT = frozenset({"root", "0"})
_NOT_GIVEN = _ROOT | {""}
_BINARIES = frozenset(
    "/bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin".split()
)
_OF_ALL = _BINARIES | frozenset(
    "/ /etc /lib /usr /usr/lib /usr/local /usr/local/lib /var".split()
)
# With one of these a file may be written anew, so that this layer has it anyway
_WRITERS = frozenset("cp curl dos2unix install mv patch rm sed tee wget".split())
# Suffixes of what may be large; a file with any other is one that people write
LARGE = frozenset(
    """bin bz2 db deb dmg ear exe gem gz h5 img iso jar model msi nupkg onnx pkl pt pth rpm run so
    sqlite sqlite3 tar tbz tgz txz war whl xz zip zst""".split()
)
# Programs of some kilobytes, or 2 MB, that people fetch: github.com/krallin/tini, Yelp/dumb-init,
# tianon/gosu, ncopa/su-exec
_SMALL = regex(
    r"(?:tini|dumb-init|dumb_init|gosu|su-exec|wait-for-it|wait-for)(?:[-_.][\w.-]*)?"
)
# Of a program at a URL nothing is known but its name; these have tens of megabytes
_BIG = regex(
    r"(?:kubectl|helm|terraform|docker-compose|argocd|minio|mc|k3s|kind|minikube|consul|vault"
    r"|cloud[-_]sql[-_]proxy|chromedriver)(?:[-_.][\w.-]*)?"
)
_PLAIN = 0o644  # the mode of a file from the build context, where it is not a program
_OF_URL = 0o600
_PROGRAM = 0o755


@record(eq=False)
class SecondCopy:
    """`items` are stored twice; `size` is in bytes, None where it is not known.

    `much` is whether it is worth a warning. `also` names what RUN has made there.
    """

    items: tuple[Brought, ...]
    size: int | None
    much: bool
    also: str = ""


def second_copy(build: Build, change: ModeChange) -> SecondCopy | None:
    """What a command stores a second time; None where that is nothing, or little."""
    if change.option is not None and change.path in _OF_ALL:
        return None  # mostly files of the image itself, which no COPY reaches
    places = build.once(_brought_places)
    near = places.below(change.path)
    changed = [item for item in near if _is_changed(build, change, item)]
    items = tuple(changed)
    if not items:
        return None

    also = ""
    if change.option is not None:
        also = _made_there(build, change)

    sizes = [item.size for item in items if item.size is not None]
    if len(sizes) < len(items):
        return _of_unknown_size(build, items, also)
    size = sum(sizes)
    if also:
        return SecondCopy(items, size, much=True, also=also)
    if size < MUCH:
        return None
    return SecondCopy(items, size, much=True)


def _of_unknown_size(
    build: Build, items: tuple[Brought, ...], also: str
) -> SecondCopy | None:
    """The same where not all sizes are known: names tell whether it may be much, or the sources
    of another stage that it is not.
    """
    if also:
        return SecondCopy(items, None, much=True, also=also)
    heavy: list[Copying] = []
    size = 0
    for item in items:
        most = item.size
        if most is None and any(map(may_be_large, item.copying.sources)):
            most = most_from_stages(build, item.copying)
            if most is None or size + most >= MUCH:
                heavy.append(item.copying)
        size += most or 0
    if not heavy:
        return None
    is_of_context = all(copying.from_context for copying in heavy)
    return SecondCopy(items, None, much=not is_of_context)


def _is_changed(build: Build, change: ModeChange, item: Brought) -> bool:
    """Whether the command works on what a COPY or ADD has brought before, and changes it."""
    run = change.call.instruction
    copying = item.copying
    if copying.step is None:
        return False
    if not is_before(build, copying.instruction, run):
        return False
    if not _covers(change, item):
        return False
    if change.option is None and not _is_file(build.context, item):
        return False
    if _is_gone(build, change, item) or _is_written_here(build, change, item):
        return False

    for other in _changes_above(build, item):
        if _comes_first(build, other, change, item):
            return False
    if change.name == "chmod":
        return _changes_mode(change, item)
    return _changes_owner(change, item)


def _is_gone(build: Build, change: ModeChange, item: Brought) -> bool:
    """Whether a RUN in between has removed or moved away what was brought."""
    copy = item.copying.instruction
    changing = change.call.instruction
    for call in build.commands("rm", "mv"):
        run = call.instruction
        if run not in build.shipped:
            continue
        if not is_before(build, copy, run):
            continue
        if not is_before(build, run, changing):
            continue

        for word in call.command.args:
            path = path_in(build, call, word.value or "")
            if path is None:
                continue
            if below(item.root, path) is not None:
                return True
    return False


def _is_written_here(build: Build, change: ModeChange, item: Brought) -> bool:
    """Whether a command before it in the same RUN writes the file, or what it names."""
    start = change.call.command.span.start
    for call in build.commands(of=change.call.instruction):
        if call.command.span.start >= start:
            return False
        words = [redirect.target for redirect in call.command.redirects]
        if call.command.name in _WRITERS:
            words += call.command.args
        for word in words:
            text = word.value if word is not None else None
            path = path_in(build, call, text or "")
            if path is not None and below(item.root, path) is not None:
                return True
    return False


def modes_changed_too(
    build: Build, change: ModeChange, items: Sequence[Brought]
) -> bool:
    """Whether a chmod of the same RUN writes again what its chown does."""
    for other in mode_changes(build):
        is_here = other.call.instruction is change.call.instruction
        if other.name != "chmod" or not is_here or change.name == "chmod":
            continue
        if all(
            _covers(other, item) and _may_change_mode(other, item) for item in items
        ):
            return True
    return False


def _may_change_mode(change: ModeChange, item: Brought) -> bool:
    """Whether it changes the mode, or may: some files of a stage are plain."""
    if _changes_mode(change, item):
        return True
    is_number = (change.to.value or "").isdigit()
    is_of_stage = not item.copying.from_context and not _flag(item, "chmod")
    return is_of_stage and is_number and change.option is not None


def _covers(change: ModeChange, item: Brought) -> bool:
    """Whether a command works on the destination of a copy."""
    if change.option is None:
        return item.root == change.path
    rest = below(item.root, change.path)
    return rest is not None


def _changes_above(build: Build, item: Brought) -> Iterator[ModeChange]:
    """The commands that name the destination of a copy, or a directory above it."""
    by_path = build.once(_changes_by_path)
    for place in and_above(item.root):
        yield from by_path.get(place, ())


def _brought_places(build: Build) -> Placed[Brought]:
    rows = [(item.root, item) for item in brought(build)]
    return Placed(rows)


def _changes_by_path(build: Build) -> dict[str, list[ModeChange]]:
    by_path: dict[str, list[ModeChange]] = {}
    for change in mode_changes(build):
        changes = by_path.setdefault(change.path, [])
        changes.append(change)
    return by_path


def _comes_first(
    build: Build, other: ModeChange, change: ModeChange, item: Brought
) -> bool:
    """Whether another command has stored the item in this layer, or made the same change before."""
    if not _covers(other, item):
        return False
    run = change.call.instruction
    earlier = other.call.instruction
    if earlier is run:
        start = other.call.command.span.start
        return start < change.call.command.span.start

    if other.name != change.name:
        return False
    if other.to.text != change.to.text:
        return False
    if not is_before(build, earlier, run):
        return False
    return is_before(build, item.copying.instruction, earlier)


def _changes_owner(change: ModeChange, item: Brought) -> bool:
    to = change.to.value or change.to.text
    to = to.replace('"', "")
    if change.name == "chgrp":
        user = ""
        group, _, _ = to.partition(":")
    else:
        user, _, group = to.partition(":")

    own = _flag(item, "chown")
    if own:
        own_user, _, _ = own.partition(":")
        return not user or own_user != user
    # Without --chown all belongs to root, what comes from another stage mostly too
    given = {user, group} - _NOT_GIVEN
    return bool(given)


def _changes_mode(change: ModeChange, item: Brought) -> bool:
    wanted = change.to.value or ""
    own = _flag(item, "chmod")
    if own:
        return own.lstrip("0") != wanted.lstrip("0")

    if not item.copying.from_context:
        # What another stage has built is executable where it needs to be
        if change.option is None:
            return False
        return _is_other_mode(_PROGRAM, wanted)

    kinds = {source.kind for source in item.copying.sources}
    mode = _PLAIN
    if "url" in kinds:
        mode = _OF_URL
    return _is_other_mode(mode, wanted)


def _is_other_mode(mode: int, wanted: str) -> bool:
    """Whether chmod surely makes another mode of one."""
    after = changed(mode, wanted)
    return after is not None and after != mode


def _flag(item: Brought, name: str) -> str:
    """The value of a flag of the COPY or ADD; empty without it."""
    step = item.copying.step
    if step is None:
        return ""
    return step.flags.get(name, "")


def _is_file(context: Context | None, item: Brought) -> bool:
    """Whether the destination is a file: what a single file is copied to."""
    copying = item.copying
    target = copying.destination.value or ""
    if target.endswith("/") or len(copying.sources) > 1:
        return False
    [source] = copying.sources
    if source.kind == "url":
        return True
    if not copying.from_context:
        return dirname(item.root) in _BINARIES

    path = source.value or ""
    if item.size is not None and context is not None:
        return context.has_file(path.removeprefix("./"))
    name = basename(path)
    return "." in name.lstrip(".")


def may_be_large(source: Operand) -> bool:
    """Whether more than a file that people write may come: directories, archives, programs."""
    if source.kind == "heredoc":
        return False
    text = source.value
    if text is None:
        text = source.word.text

    name = basename(text.rstrip("/"))
    if _SMALL.fullmatch(name):
        return False
    if "." not in name.lstrip("."):
        return source.kind != "url" or _BIG.fullmatch(name) is not None
    _, _, suffix = name.rpartition(".")
    suffix = suffix.lower()
    if not suffix or "$" in suffix:
        return source.kind != "url"
    return suffix in LARGE or (
        source.kind == "url" and _BIG.fullmatch(name) is not None
    )


def _made_there(build: Build, change: ModeChange) -> str:
    """A virtual environment or node_modules below the path, made by a RUN before."""
    return next(_environments(build, change), "")


def _environments(build: Build, change: ModeChange) -> Iterator[str]:
    run = change.call.instruction
    made = trees(build, build.lineage[-1])
    for tree in made.values():
        if tree.maker not in build.shipped:
            continue
        if not is_before(build, tree.maker, run):
            continue
        if change.name != "chmod" and tree.owner and tree.owner == _new_owner(change):
            continue  # it is that user's from the first
        if below(tree.path, change.path) is not None:
            yield basename(tree.path)

    for install in _node_installs(build):
        if not is_before(build, install.instruction, run):
            continue
        modules = f"{install.directory}/node_modules"
        if below(modules, change.path) is not None:
            yield "node_modules"


def _new_owner(change: ModeChange) -> str:
    """The user that a chown names."""
    to = (change.to.value or change.to.text).replace('"', "")
    return to.partition(":")[0]


def _node_installs(build: Build) -> Sequence[Install]:
    """The installs of all packages of a project for Node into the final image."""
    into_image: list[Install] = []
    for install in installs(build):
        if not install.is_node or not install.whole:
            continue
        if install.directory is None:
            continue
        if install.instruction in build.shipped:
            into_image.append(install)
    return into_image
