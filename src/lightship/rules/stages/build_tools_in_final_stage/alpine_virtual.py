"""On Alpine, what only the build needs goes in and out of one layer: `apk add --virtual`.

What stays are other packages, the libraries of headers, and what compiled code links to.

Source: APKBUILD of alpinelinux/aports, where headers are a subpackage of their library:
main/libffi, main/libxml2, main/libxslt, main/mariadb-connector-c; libpq is one of the packages of
postgresql.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from lightship.base_images.known import is_alpine
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import has_ignore, is_plain, is_whole, joint
from lightship.facts.edits.word_edits import without
from lightship.record import record
from lightship.rules.stages.build_tools_in_final_stage.one_stage import pips_of
from lightship.rules.stages.build_tools_in_final_stage.venv_checks import (
    SETTINGS,
    check_after,
)
from lightship.shell.build_tools import is_build_tool, is_companion
from lightship.shell.commands import Script, Word
from lightship.shell.packages import Package
from lightship.text import Edit, Span

_NAME = ".build-deps"
_ADD = "apk add --no-cache"
# What stays of headers; nothing of those whose library every image has
_LIBRARIES = {
    "libc-dev": (),
    "libffi-dev": ("libffi",),
    "libxml2-dev": ("libxml2",),
    "libxslt-dev": ("libxslt",),
    "linux-headers": (),
    "mariadb-connector-c-dev": ("mariadb-connector-c",),
    "musl-dev": (),
    "openssl-dev": (),
    "postgresql-dev": ("libpq",),
    "python3-dev": (),
    "zlib-dev": (),
}
# What code links to that they compile
_RUN_TIME = {
    "alpine-sdk": ("libstdc++",),
    "build-base": ("libstdc++",),
    "cargo": ("libgcc",),
    "g++": ("libstdc++",),
    "gcc": (),
    "rust": ("libgcc",),
}
_OPTIONS = frozenset({"--no-cache", "--update-cache", "--update", "--quiet"})
_BETWEEN = SETTINGS | {"COPY", "ADD"}


@record
class _Place:
    """The install of apk and the RUN that compiles, which may be the same.

    `tools` are the packages that only the build needs, `kept` the names of what stays.
    """

    build: Build
    stage: Stage
    install: PackageInvocation
    run: Instruction
    tools: Sequence[Package]
    kept: Sequence[str]

    @property
    def script(self) -> Script:
        return self.build.scripts(self.run)[0]

    @property
    def names(self) -> str:
        return " ".join(package.word.text for package in self.tools)

    @property
    def joint(self) -> str:
        return joint(self.build, self.script)


def plan_virtual(
    build: Build, installs: Sequence[PackageInvocation]
) -> tuple[Edit, ...]:
    """The edits that remove what was installed to compile in the same layer; none where unsure."""
    try:
        place = _read(build, installs)
        if place.install.instruction is place.run:
            return tuple(_in_place(place))
        return tuple(_moved(place))
    except GiveUp:
        return ()


def _read(build: Build, installs: Sequence[PackageInvocation]) -> _Place:
    if len(installs) != 1:
        raise GiveUp
    install = installs[0]
    stage = build.lineage[-1]
    image = build.root_image(stage)
    is_here = install.instruction in stage.instructions
    if image is None or not is_alpine(image) or not image.official or not is_here:
        raise GiveUp
    run = _compiling(build, stage)
    _check_runs(build, stage, install, run)
    _check_install(install)

    tools = [package for package in install.does.packages if _is_tool(package)]
    kept: list[str] = []
    for package in install.does.packages:
        kept += _stays(package)
    names = tuple(dict.fromkeys(kept))
    return _Place(build, stage, install, run, tools, names)


def _compiling(build: Build, stage: Stage) -> Instruction:
    """The only RUN that installs Python packages."""
    runs = [item for item in stage.instructions if item.keyword == "RUN"]
    compiling = [run for run in runs if any(pips_of(build, run))]
    if len(compiling) != 1:
        raise GiveUp
    return compiling[0]


def _check_runs(
    build: Build, stage: Stage, install: PackageInvocation, run: Instruction
) -> None:
    """Both can be changed, and nothing else needs the tools."""
    items = stage.instructions
    first = items.index(install.instruction)
    last = items.index(run)
    if first > last:
        raise GiveUp
    for item in items[first + 1 : last]:
        if item.keyword not in _BETWEEN:
            raise GiveUp
    for item in items[last + 1 :]:
        check_after(build, item)

    _check_script(build, install.instruction)
    _check_script(build, run)
    is_alone = len(install.script.commands) == 1 and not install.instruction.flags
    if install.instruction is not run and not is_alone:
        raise GiveUp


def _check_script(build: Build, run: Instruction) -> None:
    """A chain of `&&` that can be read, and that no comment of a linter speaks of."""
    if not is_plain(run) or has_ignore(build, run):
        raise GiveUp
    if not moves.is_closed(build.dockerfile, run):
        raise GiveUp
    scripts = build.scripts(run)
    if len(scripts) != 1 or not is_whole(scripts[0]):
        raise GiveUp
    for pipeline in scripts[0].items:
        if pipeline.operator not in ("", "&&") or pipeline.length > 1:
            raise GiveUp


def _check_install(install: PackageInvocation) -> None:
    does = install.does
    if does.name != "add" or does.reads_more or install.command.wrappers:
        raise GiveUp
    if any(option.name not in _OPTIONS for option in does.options):
        raise GiveUp
    if does.option("--no-cache") is None:
        raise GiveUp
    if any(package.kind != "registry" for package in does.packages):
        raise GiveUp


def _is_tool(package: Package) -> bool:
    return is_build_tool("apk", package.name) or is_companion(package.name)


def _stays(package: Package) -> tuple[str, ...]:
    """What the program needs of a package; give up where that is not known."""
    name = package.name
    if not _is_tool(package):
        return (package.word.text,)
    if name in _RUN_TIME:
        return _RUN_TIME[name]
    if name in _LIBRARIES:
        return _LIBRARIES[name]
    if is_companion(name):
        return ()
    raise GiveUp


def _in_place(place: _Place) -> Iterator[Edit]:
    """One RUN: the tools get a name, and are removed at its end."""
    install = place.install
    words = install.command.words
    others = _words_of_others(place)
    edits = without(place.build, install.script, words, others)
    if edits is None:
        raise GiveUp
    yield from edits
    start = install.command.span.start
    if place.kept:
        yield Edit.insert(start, f"{_ADD} {' '.join(place.kept)}{place.joint}")
    yield Edit.insert(_last_option(install).span.end, f" --virtual {_NAME}")
    yield from _on_lines(place)
    yield _removal(place)


def _last_option(install: PackageInvocation) -> Word:
    """`add`, or the last of the options directly after it."""
    words = install.command.words
    at = words.index(install.does.subcommand)
    while words[at + 1].text.startswith("-"):
        at += 1
    return words[at]


def _on_lines(place: _Place) -> Iterator[Edit]:
    """The commands of a RUN on one line get a line each, as those that are added do."""
    text = place.build.dockerfile.text
    if "\n" in place.script.span.of(text):
        return
    for before, after in pairwise(place.script.items):
        gap = Span(before.span.end, after.span.start)
        yield Edit.replace(gap, place.joint)


def _moved(place: _Place) -> Iterator[Edit]:
    """Two RUN: the tools go to the one that compiles; what stays is left where it was."""
    dockerfile = place.build.dockerfile
    install = place.install
    run = install.instruction
    if place.kept:
        packages = install.does.packages
        first = packages[0].word.span
        last = packages[-1].word.span
        span = Span(first.start, last.end)
        if holds_comment(dockerfile, span):
            raise GiveUp
        yield Edit.replace(span, " ".join(place.kept))
    elif moves.is_commented(dockerfile, run) or holds_comment(dockerfile, run.span):
        raise GiveUp
    else:
        yield moves.remove(dockerfile, run)

    added = f"{_ADD} --virtual {_NAME} {place.names}{place.joint}"
    yield Edit.insert(place.script.span.start, added)
    yield from _on_lines(place)
    yield _removal(place)


def _words_of_others(place: _Place) -> list[Word]:
    tools = {package.word for package in place.tools}
    packages = place.install.does.packages
    return [package.word for package in packages if package.word not in tools]


def _removal(place: _Place) -> Edit:
    return Edit.insert(place.script.span.end, f"{place.joint}apk del {_NAME}")
