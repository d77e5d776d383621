"""What a later layer removes: files that COPY, ADD or a RUN has put into an earlier one, and packages.

The earlier layer keeps them, and the image all of its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from lightship.build import Build, Invocation, PackageInvocation
from lightship.context.archives import would_unpack
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Operand
from lightship.evaluation.mounts import hides
from lightship.evaluation.paths import clean, in_workdir
from lightship.facts.files.mode_changes import Brought, brought, is_before
from lightship.facts.files.placed import Placed
from lightship.facts.files.second_copies import LARGE, LITTLE, MUCH, may_be_large
from lightship.facts.packages.downloads import downloads
from lightship.facts.values.command_values import value
from lightship.facts.values.directories import directories_of
from lightship.record import record
from lightship.regex import regex
from lightship.shell.build_tools import is_build_tool
from lightship.shell.cleaning import spellings
from lightship.shell.specs import Package, written
from lightship.text import Span

_GLOB = frozenset("*?[")
_BRINGING = ("curl", "wget", "clone")
_SYSTEM = frozenset({"apt", "apk", "rpm", "zypper"})
_KINDS = frozenset({"registry", "group", "variable"})
# Of these little is to be expected: settings, and packages that only tell of a repository
_SMALL = regex(
    r"script|conf|patch|template|keys?$|keyring|(?:release|prod|repo).*\.(?:deb|rpm)$",
    re.IGNORECASE,
)


@record(eq=False)
class Leftover:
    """What `run` removes, and the layer of `maker` keeps. `kind` is copy, url, file or packages.

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
    much: bool = True


def late_removals(build: Build) -> Sequence[Leftover]:
    """Each with the first instruction that removes it, in the order of the text."""
    return build.once(_find)


def _find(build: Build) -> Sequence[Leftover]:
    found = [*_late_files(build), *_late_packages(build)]
    return tuple(sorted(found, key=lambda each: each.span))


def _late_files(build: Build) -> Iterator[Leftover]:
    if not _may_remove_late(build):
        return
    made = [*_copied(build), *_fetched(build), *_cloned(build)]
    if not made:
        return
    places = Placed((place, each) for each in made for place in each.paths)
    gone: set[_Made] = set()
    for call in build.commands("rm"):
        if call.instruction in build.shipped and not call.script.inside(
            call.command, "if", "case"
        ):
            yield from _late_in(build, call, places, gone)


def _late_in(
    build: Build, call: Invocation, places: Placed[_Made], gone: set[_Made]
) -> Iterator[Leftover]:
    """What one rm removes too late, together where one instruction has made it; `gone` is what is removed already."""
    groups: dict[tuple[Instruction, str], list[tuple[str, Span, bool]]] = {}
    for path, span in _removed(build, call):
        for each in dict.fromkeys(places.below(_before_pattern(path))):
            place = next((place for place in each.paths if _takes(path, place)), None)
            if each in gone or place is None:
                continue
            if is_before(build, each.maker, call.instruction):
                gone.add(each)
                groups.setdefault((each.maker, each.kind), []).append(
                    (place, span, each.much)
                )
            elif each.maker is call.instruction and each.at < call.command.span.start:
                gone.add(each)
    for (maker, kind), hits in groups.items():
        names = tuple(dict.fromkeys(path for path, *_ in hits))
        yield Leftover(
            kind,
            maker,
            call.instruction,
            names,
            hits[0][1],
            any(much for *_, much in hits),
        )


def _may_remove_late(build: Build) -> bool:
    """Whether a RUN that speaks of rm stands behind an instruction that may bring something: a look at the text."""
    if "rm" not in build.dockerfile.text:
        return False
    brings = False
    for item in (
        item.trigger or item for stage in build.lineage for item in stage.instructions
    ):
        text = item.line.text
        if item.keyword == "RUN":
            bodies = [heredoc.content for heredoc in item.heredocs]
            if brings and any("rm" in each for each in (text, *bodies)):
                return True
            brings = brings or any(
                name in each for each in (text, *bodies) for name in _BRINGING
            )
        brings = brings or item.keyword in ("COPY", "ADD")
    return False


def _removed(build: Build, call: Invocation) -> Iterator[tuple[str, Span]]:
    """The paths that rm names, which may be patterns."""
    before = build.evaluation.before(call.instruction)
    if before is None:
        return
    directory = directories_of(call.script, before.workdir)[call.command.index]
    for word in call.command.args:
        for text in spellings(
            word.value if word.value is not None else word.text.replace('"', "")
        ):
            path = value(build, call, text) or text
            if path.startswith("-") or (directory is None and not path.startswith("/")):
                continue
            path = in_workdir(directory or "/", path)
            if path.strip("/*") and not hides(
                build.mounts(call.instruction), path, before.workdir
            ):
                yield path, word.span


def _takes(pattern: str, path: str) -> bool:
    """Whether `rm pattern` removes a path: itself, a directory above it, or what a pattern stands for."""
    if pattern == path or (not _GLOB & set(pattern) and path.startswith(f"{pattern}/")):
        return True
    parts, wanted = pattern.split("/"), path.split("/")
    if not _GLOB & set(pattern) or len(parts) > len(wanted):
        return False
    return all(
        fnmatchcase(name, part) for name, part in zip(wanted, parts, strict=False)
    )


def _before_pattern(path: str) -> str:
    """The path down to its first part that is a pattern."""
    parts = path.split("/")
    return (
        "/".join(
            parts[
                : next(
                    (at for at, part in enumerate(parts) if _GLOB & set(part)),
                    len(parts),
                )
            ]
        )
        or "/"
    )


def _copied(build: Build) -> Iterator[_Made]:
    """Directories and archives; of a directory of scripts or settings nothing is said."""
    for item in brought(build):
        copying = item.copying
        for source in (
            copying.sources if item.size is None or item.size >= LITTLE else ()
        ):
            name = (source.value or source.word.text).rstrip("/").rpartition("/")[2]
            if item.size is None and not (
                may_be_large(source) and not _SMALL.search(name)
            ):
                continue
            if copying.instruction.keyword == "ADD" and _unpacks(build, item, source):
                continue
            kind = "url" if source.kind in ("url", "git") else "copy"
            sure = (
                "." in name.strip(".") or not copying.from_context
                if item.size is None
                else item.size >= MUCH
            )
            yield _Made(
                kind,
                (item.root, clean(f"{item.root}/{name}")),
                copying.instruction,
                much=sure,
            )


def _unpacks(build: Build, item: Brought, source: Operand) -> bool:
    if source.kind != "file" or item.copying.instruction.flag("unpack") is not None:
        return False
    return would_unpack(build.context, source.value or source.word.text) is not False


def _fetched(build: Build) -> Iterator[_Made]:
    """Archives and packages that curl and wget have fetched."""
    for download in downloads(build):
        target = download.target
        if target.rpartition(".")[2].lower() not in LARGE or _SMALL.search(target):
            continue
        elsewhere = any(
            written(word).startswith(("-P", "--directory"))
            for word in download.found.command.args
        )
        path = _place(build, download.found, target)
        if (
            path is not None
            and not elsewhere
            and _is_shipped(build, download.found.instruction, path)
        ):
            at = download.found.command.span.start
            yield _Made("file", (path,), download.found.instruction, at)


def _cloned(build: Build) -> Iterator[_Made]:
    """The directories of `git clone`."""
    for call in build.commands("git"):
        if not call.command.has("clone"):
            continue
        operands = [
            written(word) for word in call.command.args if not word.text.startswith("-")
        ]
        urls = [
            number
            for number, text in enumerate(operands)
            if "://" in text or text.startswith("git@")
        ]
        if len(urls) != 1:
            continue
        rest = operands[urls[0] + 1 :]
        name = (
            rest[0]
            if rest
            else operands[urls[0]].rstrip("/").rpartition("/")[2].removesuffix(".git")
        )
        path = _place(build, call, name)
        if (
            path is not None
            and len(rest) < 2
            and _is_shipped(build, call.instruction, path)
        ):
            yield _Made("file", (path,), call.instruction, call.command.span.start)


def _place(build: Build, call: Invocation, text: str) -> str | None:
    """The path that a command writes; variables that are not known stay as they are written."""
    before = build.evaluation.before(call.instruction)
    if before is None:
        return None
    directory = directories_of(call.script, before.workdir)[call.command.index]
    text = value(build, call, text) or text
    return (
        in_workdir(directory or "/", text)
        if directory or text.startswith("/")
        else None
    )


def _is_shipped(build: Build, run: Instruction, path: str) -> bool:
    before, stage = build.evaluation.before(run), build.dockerfile.stage_of(run)
    return (
        before is not None
        and stage in build.lineage
        and not hides(build.mounts(run), path, before.workdir)
    )


def _late_packages(build: Build) -> Iterator[Leftover]:
    """Packages of the distribution; those of a virtual package of apk go by its name."""
    if not any(found.does.action == "remove" for found in build.package_commands):
        return
    installed: dict[tuple[str, str], Instruction] = {}
    for found in build.package_commands:
        does = found.does
        if does.facts.spelling not in _SYSTEM or found.instruction not in build.shipped:
            continue
        spans = {
            _name(build, found, each): each.word.span
            for each in does.packages
            if each.kind in _KINDS
        }
        if does.action == "remove":
            yield from _of_packages(installed, found, spans)
        elif does.action == "install":
            virtual = [name for name in does.values("--virtual") if name]
            names = [(does.facts.spelling, name) for name in (*spans, *virtual)]
            installed |= dict.fromkeys(names, found.instruction)


def _name(build: Build, found: PackageInvocation, package: Package) -> str:
    """The name of a package, or what a variable stands for; as it is written where that is not known."""
    if package.name:
        return package.name
    for earlier in reversed(found.script.commands[: found.command.index]):
        for assignment in earlier.assignments if not earlier.words else ():
            if (
                assignment.name == package.word.variable
                and assignment.value is not None
            ):
                return assignment.value
    call = Invocation(found.instruction, found.script, found.command)
    return value(build, call, package.word.text.strip('"')) or package.word.text


def _of_packages(
    installed: Mapping[tuple[str, str], Instruction],
    found: PackageInvocation,
    spans: Mapping[str, Span],
) -> Iterator[Leftover]:
    groups: dict[Instruction, list[str]] = {}
    for name in spans:
        maker = installed.get((found.does.facts.spelling, name))
        if maker is not None and maker is not found.instruction:
            groups.setdefault(maker, []).append(name)
    for maker, names in groups.items():
        much = any(
            is_build_tool(found.does.manager, name) or "build" in name for name in names
        )
        yield Leftover(
            "packages", maker, found.instruction, tuple(names), spans[names[0]], much
        )
