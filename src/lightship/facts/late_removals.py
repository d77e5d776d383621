"""What a later layer removes: files that COPY, ADD or a RUN has put into an earlier one, and packages.

The earlier layer keeps them, and the image all of its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from lightship.build import Build, Invocation
from lightship.context.archives import would_unpack
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Operand
from lightship.evaluation.mounts import hides
from lightship.evaluation.paths import clean, join_workdir
from lightship.facts.command_values import value
from lightship.facts.dependencies import directories_of
from lightship.facts.downloads import downloads
from lightship.facts.mode_changes import Brought, brought, is_before
from lightship.facts.second_copies import LARGE, LITTLE, may_be_large
from lightship.record import record
from lightship.shell.build_tools import is_build_tool
from lightship.shell.cleaning import spellings
from lightship.shell.specs import written
from lightship.text import Span

_SYSTEM = frozenset({"apt", "apk", "rpm", "zypper"})


@record(eq=False)
class Leftover:
    """What `run` removes, and the layer of `maker` keeps. `kind` is copy, file or packages.

    `names` are paths, or names of packages; `span` is the first of them in `run`. `much` is whether it is worth a word.
    """

    kind: str
    maker: Instruction
    run: Instruction
    names: tuple[str, ...]
    span: Span
    much: bool = True


@record(eq=False)
class _Made:
    """One thing that an instruction puts into its layer; `paths` are where it may be, `at` is what puts it there."""

    kind: str
    paths: tuple[str, ...]
    maker: Instruction
    at: int = 0


def late_removals(build: Build) -> Sequence[Leftover]:
    """Each with the first instruction that removes it, in the order of the text."""
    return build.once(_find)


def _find(build: Build) -> Sequence[Leftover]:
    found = [*_late_files(build), *_late_packages(build)]
    return tuple(sorted(found, key=lambda each: each.span))


def _late_files(build: Build) -> Iterator[Leftover]:
    if "rm " not in build.dockerfile.text:
        return
    made = [*_copied(build), *_fetched(build), *_cloned(build)] if build.lineage else []
    gone: set[_Made] = set()
    shipped = {item for stage in build.lineage for item in stage.instructions}
    for call in build.commands("rm"):
        if call.instruction not in shipped:
            continue
        groups: dict[tuple[Instruction, str], list[tuple[str, Span]]] = {}
        for path, span in _removed(build, call):
            for each in made:
                place = next((place for place in each.paths if _takes(path, place)), None)
                if each in gone or place is None:
                    continue
                if is_before(build, each.maker, call.instruction):
                    gone.add(each)
                    groups.setdefault((each.maker, each.kind), []).append((place, span))
                elif each.maker is call.instruction and each.at < call.command.span.start:
                    gone.add(each)
        for (maker, kind), hits in groups.items():
            names = tuple(dict.fromkeys(path for path, _ in hits))
            yield Leftover(kind, maker, call.instruction, names, hits[0][1])


def _removed(build: Build, call: Invocation) -> Iterator[tuple[str, Span]]:
    """The paths that rm names, which may be patterns."""
    before = build.evaluation.before(call.instruction)
    if before is None:
        return
    directory = directories_of(call.script, before.workdir)[call.command.index]
    for word in call.command.args:
        for text in spellings(word.value if word.value is not None else word.text.replace('"', "")):
            path = value(build, call, text) or text
            if path.startswith("-") or (directory is None and not path.startswith(("/", "$"))):
                continue
            path = path if path.startswith("$") else clean(join_workdir(directory or "/", path).path)
            if path.strip("/*") and not hides(build.mounts(call.instruction), path, before.workdir):
                yield path, word.span


def _takes(pattern: str, path: str) -> bool:
    """Whether `rm pattern` removes a path: itself, a directory above it, or what a pattern stands for."""
    parts, wanted = pattern.split("/"), path.split("/")
    if len(parts) > len(wanted):
        return False
    return all(fnmatchcase(name, part) for name, part in zip(wanted, parts, strict=False))


def _copied(build: Build) -> Iterator[_Made]:
    for item in brought(build):
        if item.size is not None and item.size < LITTLE:
            continue
        for source in item.copying.sources:
            if item.size is None and not may_be_large(source):
                continue
            if item.copying.instruction.keyword == "ADD" and _unpacks(build, item, source):
                continue
            name = (source.value or source.word.text).rstrip("/").rpartition("/")[2]
            root = item.root
            yield _Made("copy", (root, clean(f"{root}/{name}")), item.copying.instruction)


def _unpacks(build: Build, item: Brought, source: Operand) -> bool:
    if source.kind != "file" or item.copying.instruction.flag("unpack") is not None:
        return False
    return would_unpack(build.context, source.value or source.word.text) is not False


def _fetched(build: Build) -> Iterator[_Made]:
    """Archives and packages that curl and wget have fetched."""
    for download in downloads(build):
        target = download.target
        if target.rpartition(".")[2].lower() not in LARGE and not target.endswith((".tar.gz", ".tar.xz")):
            continue
        elsewhere = any(written(word).startswith(("-P", "--directory")) for word in download.found.command.args)
        path = _place(build, download.found, target)
        if path is not None and not elsewhere and _is_shipped(build, download.found.instruction, path):
            at = download.found.command.span.start
            yield _Made("file", (path,), download.found.instruction, at)


def _cloned(build: Build) -> Iterator[_Made]:
    """The directories of `git clone`."""
    for call in build.commands("git"):
        if not call.command.has("clone"):
            continue
        operands = [written(word) for word in call.command.args if not word.text.startswith("-")]
        urls = [number for number, text in enumerate(operands) if "://" in text or text.startswith("git@")]
        if len(urls) != 1:
            continue
        rest = operands[urls[0] + 1 :]
        name = rest[0] if rest else operands[urls[0]].rstrip("/").rpartition("/")[2].removesuffix(".git")
        path = _place(build, call, name)
        if path is not None and len(rest) < 2 and _is_shipped(build, call.instruction, path):
            yield _Made("file", (path,), call.instruction, call.command.span.start)


def _place(build: Build, call: Invocation, text: str) -> str | None:
    """The path that a command writes; variables that are not known stay as they are written."""
    before = build.evaluation.before(call.instruction)
    if before is None:
        return None
    directory = directories_of(call.script, before.workdir)[call.command.index]
    text = value(build, call, text) or text
    if text.startswith("$"):
        return text
    return clean(join_workdir(directory or "/", text).path) if directory or text.startswith("/") else None


def _is_shipped(build: Build, run: Instruction, path: str) -> bool:
    before, stage = build.evaluation.before(run), build.dockerfile.stage_of(run)
    return before is not None and stage in build.lineage and not hides(build.mounts(run), path, before.workdir)


def _late_packages(build: Build) -> Iterator[Leftover]:
    shipped = {item for stage in build.lineage for item in stage.instructions}
    installed: dict[tuple[str, str], Instruction] = {}
    tools: set[str] = set()
    for found in build.package_commands:
        does = found.does
        spelling = does.facts.spelling
        if spelling not in _SYSTEM or found.instruction not in shipped:
            continue
        named = [package for package in does.packages if package.kind in ("registry", "group", "variable")]
        if does.action == "install":
            virtual = does.option("--virtual")
            names = [package.name or package.word.text for package in named]
            names += [virtual.value] if virtual is not None and virtual.value else []
            tools |= {name for name in names if is_build_tool(does.manager, name)} | set(names[len(named) :])
            installed |= dict.fromkeys(((spelling, name) for name in names), found.instruction)
        elif does.action == "remove":
            spans = {package.name or package.word.text: package.word.span for package in named}
            yield from _of_packages(installed, tools, found.instruction, spelling, spans)


def _of_packages(
    installed: Mapping[tuple[str, str], Instruction],
    tools: set[str],
    run: Instruction,
    spelling: str,
    spans: Mapping[str, Span],
) -> Iterator[Leftover]:
    groups: dict[Instruction, list[str]] = {}
    for name in spans:
        maker = installed.get((spelling, name))
        if maker is not None and maker is not run:
            groups.setdefault(maker, []).append(name)
    for maker, names in groups.items():
        much = not tools.isdisjoint(names)
        yield Leftover("packages", maker, run, tuple(names), spans[names[0]], much)
