"""Files that a later layer removes, and COPY, ADD or a RUN has put into an earlier one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from posixpath import basename, dirname

from lightship.build import Build, Invocation
from lightship.context.archives import would_unpack
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Operand
from lightship.evaluation.mounts import hides
from lightship.evaluation.paths import clean
from lightship.facts.files.leftover import Leftover
from lightship.facts.files.mode_changes import Brought, brought, is_before
from lightship.facts.files.placed import Placed
from lightship.facts.files.second_copies import LARGE, MUCH, may_be_large
from lightship.facts.files.small_wheels import are_small_wheels
from lightship.facts.packages.downloads import downloads
from lightship.facts.values.command_values import value
from lightship.facts.values.directories import directory_of, in_directory
from lightship.record import record
from lightship.regex import regex
from lightship.shell.cleaning import spellings
from lightship.shell.git_options import OF_CLONE
from lightship.shell.specs import written
from lightship.shell.tree import Block
from lightship.text import Span

_GLOB = frozenset("*?[")
# Of these little is to be expected: settings, and packages that only tell of a repository
_SMALL = regex(
    r"script|conf|patch|template|keys?$|keyring|(?:release|prod|repo).*\.(?:deb|rpm)$",
    re.IGNORECASE,
)


@record(eq=False)
class _Addition:
    """One thing that an instruction puts into its layer.

    `paths` are where it may be, `at` is what puts it there.
    """

    kind: str
    paths: tuple[str, ...]
    maker: Instruction
    at: int = 0
    much: bool = True


@record(eq=False)
class _Removal:
    """A thing that rm removes by naming `path`, at `span`."""

    made: _Addition
    path: str
    span: Span


def late_files(build: Build) -> Iterator[Leftover]:
    """Files that rm removes, and an earlier instruction of the final image has made."""
    made = list(_copied(build))
    made += _fetched(build)
    made += _cloned(build)
    if not made:
        return

    places = Placed(_with_paths(made))
    gone: set[_Addition] = set()
    for call in build.commands("rm"):
        if call.instruction not in build.shipped:
            continue
        branch = _branch_of(call)
        if branch is not None:
            # It may not run: then the same branch has not made the file either
            gone.update(_made_in(build, call, places, branch))
            continue
        removals = _late_in(build, call, places, gone)
        yield from _together(call, removals)


def _branch_of(call: Invocation) -> Block | None:
    """The innermost branch of `if` or `case` around a command."""
    for block in call.script.enclosing(call.command):
        if block.kind in ("if", "case"):
            return block
    return None


def _made_in(
    build: Build, call: Invocation, places: Placed[_Addition], branch: Block
) -> Iterator[_Addition]:
    """What rm removes in the branch that has made it."""
    for pattern, _span in _removed(build, call):
        for made in places.below(_before_pattern(pattern)):
            is_here = branch.span.start <= made.at < branch.span.end
            if not is_here or not _is_in_time(made, call):
                continue
            if _taken(pattern, made) is not None:
                yield made


def _with_paths(made: Sequence[_Addition]) -> Iterator[tuple[str, _Addition]]:
    for thing in made:
        for path in thing.paths:
            yield path, thing


def _late_in(
    build: Build,
    call: Invocation,
    places: Placed[_Addition],
    gone: set[_Addition],
) -> Iterator[_Removal]:
    """What one rm removes too late; `gone` is what is removed already, and grows."""
    run = call.instruction
    for pattern, span in _removed(build, call):
        start = _before_pattern(pattern)
        near = places.below(start)
        for made in dict.fromkeys(near):
            if made in gone:
                continue
            path = _taken(pattern, made)
            if path is None:
                continue

            is_late = is_before(build, made.maker, run)
            if is_late or _is_in_time(made, call):
                gone.add(made)
            if is_late:
                yield _Removal(made, path, span)


def _is_in_time(made: _Addition, call: Invocation) -> bool:
    """Whether a thing is removed in the layer in which it was made."""
    if made.maker is not call.instruction:
        return False
    return made.at < call.command.span.start


def _taken(pattern: str, made: _Addition) -> str | None:
    """The path at which `rm pattern` removes a thing."""
    for path in made.paths:
        if _takes(pattern, path):
            return path
    return None


def _together(call: Invocation, removals: Iterator[_Removal]) -> Iterator[Leftover]:
    """One leftover for all that one instruction has made."""
    groups: dict[tuple[Instruction, str], list[_Removal]] = {}
    for removal in removals:
        made = removal.made
        key = (made.maker, made.kind)
        group = groups.setdefault(key, [])
        group.append(removal)

    for key, group in groups.items():
        maker, kind = key
        first = group[0]
        paths = dict.fromkeys(removal.path for removal in group)
        much = any(removal.made.much for removal in group)
        yield Leftover(
            kind,
            maker,
            call.instruction,
            names=tuple(paths),
            span=first.span,
            much=much,
        )


def _removed(build: Build, call: Invocation) -> Iterator[tuple[str, Span]]:
    """The paths that rm names, which may be patterns."""
    before = build.evaluation.before(call.instruction)
    if before is None:
        return
    mounts = build.mounts(call.instruction)
    directory = directory_of(build, call)
    for text, span in _operands(build, call):
        path = in_directory(directory, text)
        if path is None:
            continue
        if not path.strip("/*"):
            continue  # it is everything
        if not hides(mounts, path, before.workdir):
            yield path, span


def _operands(build: Build, call: Invocation) -> Iterator[tuple[str, Span]]:
    """The words of rm that are not options, with their variables and braces expanded."""
    for word in call.command.args:
        text = word.value
        if text is None:
            text = word.text.replace('"', "")
        for spelling in spellings(text):
            operand = _expanded(build, call, spelling)
            if not operand.startswith("-"):
                yield operand, word.span


def _takes(pattern: str, path: str) -> bool:
    """Whether `rm pattern` removes a path: itself, or a directory above it."""
    if pattern == path:
        return True
    if _GLOB.isdisjoint(pattern):
        return path.startswith(f"{pattern}/")

    parts = pattern.split("/")
    names = path.split("/")
    if len(parts) > len(names):
        return False
    pairs = zip(names, parts, strict=False)
    return all(fnmatchcase(name, part) for name, part in pairs)


def _before_pattern(path: str) -> str:
    """The path down to its first part that is a pattern."""
    names: list[str] = []
    for part in path.split("/"):
        if not _GLOB.isdisjoint(part):
            break
        names.append(part)
    return "/".join(names) or "/"


def _copied(build: Build) -> Iterator[_Addition]:
    """Directories and archives; of a directory of scripts or settings nothing is said."""
    for item in brought(build):
        size = item.size
        if size is not None and size < MUCH:
            continue
        for source in item.copying.sources:
            name = _name_of(source)
            if size is None and not _may_be_worth(source, name):
                continue
            if _unpacks(build, item, source):
                continue
            if are_small_wheels(build, item.copying, source):
                continue

            # Of what is fetched the size is not known
            is_remote = source.kind in ("url", "git")
            is_much = _is_much(item, name) and not is_remote
            inside = clean(f"{item.root}/{name}")
            yield _Addition(
                kind="url" if is_remote else "copy",
                paths=(item.root, inside),
                maker=item.copying.instruction,
                much=is_much,
            )


def _name_of(source: Operand) -> str:
    path = source.value or source.word.text
    path = path.rstrip("/")
    return basename(path)


def _may_be_worth(source: Operand, name: str) -> bool:
    if not may_be_large(source):
        return False
    if _is_own_package(source, name):
        return False
    return _SMALL.search(name) is None


def _is_own_package(source: Operand, name: str) -> bool:
    """Whether it is a package of the project alone, without its dependencies: a little archive."""
    if name.endswith("-none-any.whl"):
        return True
    path = source.value or source.word.text
    directory = dirname(path)
    if basename(directory) != "dist":
        return False
    return name.endswith((".whl", ".tar.gz"))


def _is_much(item: Brought, name: str) -> bool:
    """Whether it is much: by its size, or by its name where that is not known."""
    if item.size is not None:
        return True
    if not item.copying.from_context:
        return True
    return "." in name.strip(".")


def _unpacks(build: Build, item: Brought, source: Operand) -> bool:
    """Whether ADD brings the content of an archive in its place, as far as is known."""
    instruction = item.copying.instruction
    if instruction.keyword != "ADD" or instruction.flag("unpack"):
        return False
    if source.kind != "file":
        return False
    path = source.value or source.word.text
    return would_unpack(build.context, path) is not False


def _fetched(build: Build) -> Iterator[_Addition]:
    """Archives and packages that curl and wget have fetched."""
    for download in downloads(build):
        target = download.target
        _name, _dot, suffix = target.rpartition(".")
        if suffix.lower() not in LARGE:
            continue
        if _SMALL.search(target):
            continue
        call = download.call
        if not _goes_elsewhere(call):
            yield from _file(build, call, target, much=False)


def _goes_elsewhere(call: Invocation) -> bool:
    """Whether wget puts its file into a directory of its own."""
    for word in call.command.args:
        text = written(word)
        if text.startswith(("-P", "--directory")):
            return True
    return False


def _cloned(build: Build) -> Iterator[_Addition]:
    """The directories of `git clone`."""
    for call in build.commands("git"):
        if not call.command.has("clone"):
            continue
        directory = _cloned_to(call)
        if directory is not None:
            yield from _file(build, call, directory)


def _cloned_to(call: Invocation) -> str | None:
    """The directory that `git clone` names, or makes by itself; None where that is not plain."""
    operands = _operands_of_clone([written(word) for word in call.command.args])
    urls = [text for text in operands if _is_url(text)]
    if len(urls) != 1:
        return None

    [url] = urls
    place = operands.index(url)
    match operands[place + 1 :]:
        case []:
            name = basename(url.rstrip("/"))
            return name.removesuffix(".git")
        case [directory]:
            return directory
    return None


def _operands_of_clone(texts: list[str]) -> list[str]:
    """The words that are neither options nor their values: `-b` takes the next one."""
    operands: list[str] = []
    is_value = False
    for text in texts:
        if not is_value and not text.startswith("-"):
            operands.append(text)
        is_value = not is_value and text in OF_CLONE
    return operands


def _is_url(text: str) -> bool:
    return "://" in text or text.startswith("git@")


def _file(
    build: Build, call: Invocation, text: str, *, much: bool = True
) -> Iterator[_Addition]:
    """What a command writes to a path of the final image; nothing where that is not known."""
    run = call.instruction
    before = build.evaluation.before(run)
    if before is None or run not in build.shipped:
        return

    named = _expanded(build, call, text)
    directory = directory_of(build, call)
    path = in_directory(directory, named)
    if path is None:
        return
    mounts = build.mounts(run)
    if hides(mounts, path, before.workdir):
        return
    start = call.command.span.start
    yield _Addition("file", (path,), run, start, much)


def _expanded(build: Build, call: Invocation, text: str) -> str:
    """A word with its variables put in; as it is written where one is not known."""
    return value(build, call, text) or text
