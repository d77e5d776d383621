"""A Python image of one stage as two: one compiles, and the other gets its virtual environment.

Both start from a common stage, so that they have the same interpreter at the same path, which a
virtual environment needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.word_edits import without
from lightship.regex import regex
from lightship.rules.stages.build_tools_in_final_stage import libmariadb, libpq
from lightship.rules.stages.build_tools_in_final_stage.moved_comments import (
    said_of_shared,
)
from lightship.rules.stages.build_tools_in_final_stage.one_stage import (
    APT,
    Shape,
    apt_installs,
    commands_of,
    is_for_build,
    pips_of,
    read_shape,
)
from lightship.rules.stages.build_tools_in_final_stage.openmp import (
    LIBRARY,
    uses_openmp,
)
from lightship.rules.stages.build_tools_in_final_stage.venv_checks import (
    SETTINGS,
    VENV,
    check_shape,
)
from lightship.shell.build_tools import is_headers
from lightship.shell.commands import Word
from lightship.shell.debian_libraries import libraries_of
from lightship.shell.packages import Package, PackageCommand, read_command
from lightship.text import Edit, Span

_PATH = f'ENV PATH="{VENV}/bin:$PATH"'
_VARIABLE_AND_PATH = f'ENV VIRTUAL_ENV={VENV} PATH="{VENV}/bin:$PATH"'
_PYTHON_PACKAGES = ("python3", "python3-pip", "python3-dev", "python3-full")
_INSTALL = "apt-get install -y"
_WITHOUT_RECOMMENDED = "--no-install-recommends"
_TIDY = "rm -rf /var/lib/apt/lists/*"
_LONGEST_LINE = 120
_OF_BUILD = regex(r"(?i)\bbuild(?:er)?[ -](?:image|stage|container)\b")
# Headers of what every image has anyway
_OF_COMPILERS = frozenset(("libc6-dev", "libc-dev", "linux-libc-dev"))


def plan(build: Build, runs: Sequence[Instruction]) -> tuple[Edit, ...]:
    """The edits that keep what `runs` install out of the final stage; none where unsure."""
    try:
        shape = read_shape(build, runs)
        check_shape(shape)
        return tuple(_edits(shape))
    except GiveUp:
        return ()


def _edits(shape: Shape) -> Iterator[Edit]:
    """A name for the stage, the start of the build stage, and the final stage."""
    dockerfile, stage = shape.build.dockerfile, shape.stage
    name = "base"
    if stage.name is not None:
        name = stage.from_.args[2].text
    else:
        keyword = "as" if stage.from_.name.text.islower() else "AS"
        yield Edit.insert(stage.base.span.end, f" {keyword} {name}")
    work = "build" if name.lower() != "build" else "compile"

    # What both stages need is installed once, in the common one
    shared = _shared(shape)
    run_time = _run_time(shape)
    said = list(said_of_shared(shape, shared))
    explained = [line for lines, _ in said for line in lines]
    start = [*explained, *run_time, ""] if shared else []
    banner = _banner(shape)
    yield from _opening(shape, [*start, *banner, f"FROM {name} AS {work}"])
    if banner:
        above = moves.block(dockerfile, stage.from_).start
        line = dockerfile.lines.span(stage.from_.first_line)
        yield Edit.delete(Span(above, line.start))
    yield from (edit for _, edit in said)
    yield from _without_shared(shape, shared)
    yield from _without_system(shape)
    if shape.is_debian:
        yield from _after_python(shape)

    closing = [
        f"FROM {name}",
        *([] if shared else run_time),
        f"COPY --from={work} {VENV} {VENV}",
        _PATH,
    ]
    lines = moves.indented(dockerfile, stage.from_, *closing)
    yield moves.after(dockerfile, shape.region[-1], ["", *lines])


def _opening(shape: Shape, start: Sequence[str]) -> Iterator[Edit]:
    """The build stage begins; settings between the installs are for both, and move above it."""
    dockerfile = shape.build.dockerfile
    settings = [item for item in shape.region if item.keyword in SETTINGS]
    first = next(item for item in shape.region if item.keyword not in SETTINGS)
    moved = [line for item in settings for line in moves.moved(dockerfile, item)]

    opening = [*start]
    if not shape.is_debian:
        opening += _environment(shape)
    lines = list(moves.indented(dockerfile, shape.stage.from_, *opening))

    # The stage is set apart by a blank line, as its first instruction was
    spaced = moves.is_spaced(dockerfile, first)
    if moved or not spaced:
        lines.insert(0, "")
    if spaced:
        lines.append("")
    yield moves.before(dockerfile, first, [*moved, *lines])
    for item in settings:
        yield moves.remove(dockerfile, item)


def _banner(shape: Shape) -> list[str]:
    """The comment above FROM, where it speaks of a build stage: `# BUILD IMAGE #`."""
    dockerfile, from_ = shape.build.dockerfile, shape.stage.from_
    lines = moves.moved(dockerfile, from_)
    count = from_.last_line - from_.first_line + 1
    comment = list(lines[:-count])
    return comment if _OF_BUILD.search("\n".join(comment)) is not None else []


def _environment(shape: Shape) -> list[str]:
    """The virtual environment; uv and Poetry look for it by a variable."""
    by_variable = any(does.manager in ("uv", "poetry") for does in shape.pips)
    path = _VARIABLE_AND_PATH if by_variable else _PATH
    return [f"RUN {shape.python} -m venv {VENV}", path]


def _after_python(shape: Shape) -> Iterator[Edit]:
    """The environment is made after the RUN that installs Python; venv is a package of its own."""
    dockerfile = shape.build.dockerfile
    for run, does in apt_installs(shape):
        if any(pips_of(shape.build, run)):
            break

        interpreters = [
            package for package in does.packages if package.name in _PYTHON_PACKAGES
        ]
        if not interpreters:
            continue

        names = [package.name for package in does.packages]
        if "python3-venv" not in names:
            end = interpreters[0].word.span.end
            yield Edit.insert(end, " python3-venv")
        lines = moves.indented(dockerfile, shape.stage.from_, *_environment(shape))
        yield moves.after(dockerfile, run, lines)
        return

    raise GiveUp


def _shared(shape: Shape) -> set[Word]:
    """The packages that are installed to compile and to run: `curl`, and headers whose library is
    not known.

    Python of the distribution is needed in both, with others beside it.
    """
    if shape.is_debian:
        return set()
    shared: set[Word] = set()
    for _, does in apt_installs(shape):
        for package in does.packages:
            if _needed(shape.release, package) == (package.word.text,):
                shared.add(package.word)
    return shared


def _without_shared(shape: Shape, shared: Collection[Word]) -> Iterator[Edit]:
    """They leave the installs of the build stage; an install of nothing else goes too."""
    build = shape.build
    for run, does in apt_installs(shape):
        words = [package.word for package in does.packages if package.word in shared]
        if not words:
            continue
        if len(words) == len(does.packages):
            # What stays is installed already, which does no harm
            if _only_installs(build, run, does):
                yield moves.remove(build.dockerfile, run)
            continue
        command = does.command
        script = next(
            script for script in build.scripts(run) if command in script.commands
        )
        yield from without(build, script, command.words, words) or ()


def _only_installs(build: Build, run: Instruction, does: PackageCommand) -> bool:
    """Whether a RUN is there for this install alone, and all that depends on it goes with it."""
    if moves.is_commented(build.dockerfile, run):
        return False
    for command in commands_of(build, run):
        other = read_command(command)
        is_same = other is not None and other.command == does.command
        is_tidy = command.name == "rm" or (
            other is not None
            and other.manager in APT
            and other.action in ("update", "clean")
        )
        if not is_same and not is_tidy:
            return False
    return True


def _without_system(shape: Shape) -> Iterator[Edit]:
    """`uv pip install --system` would bypass the virtual environment."""
    text = shape.build.dockerfile.text
    for does in shape.pips:
        option = does.option("--system") if does.manager == "uv" else None
        if option is not None:
            start = len(text[: option.span.start].rstrip(" "))
            yield Edit.delete(Span(start, option.span.end))


def _run_time(shape: Shape) -> list[str]:
    """The RUN that installs the Debian packages that the second stage needs, if it needs any."""
    wanted: list[str] = []
    if shape.is_debian:
        wanted.append("python3")
    unused = _unused_headers(shape)
    for _, does in apt_installs(shape):
        for package in does.packages:
            if package.name not in unused:
                wanted += _needed(shape.release, package)
    if _uses_openmp(shape):
        wanted.append(LIBRARY)

    names = list(dict.fromkeys(wanted))
    if not names:
        return []
    install = _INSTALL
    if not _takes_recommended(shape):
        install = f"{_INSTALL} {_WITHOUT_RECOMMENDED}"
    line = f"RUN apt-get update && {install} {' '.join(names)} && {_TIDY}"
    if len(line) <= _LONGEST_LINE:
        return [line]
    mark = shape.build.dockerfile.escape
    packages = [f"        {name} {mark}" for name in names]
    return [
        f"RUN apt-get update {mark}",
        f"    && {install} {mark}",
        *packages,
        f"    && {_TIDY}",
    ]


def _takes_recommended(shape: Shape) -> bool:
    """Whether a package that stays was installed with what it recommends, and so may need it."""
    for _, does in apt_installs(shape):
        if does.option(_WITHOUT_RECOMMENDED):
            continue
        for package in does.packages:
            if _needed(shape.release, package) == (package.word.text,):
                return True
    return False


def _uses_openmp(shape: Shape) -> bool:
    return uses_openmp(shape.build, _pip_calls(shape))


def _pip_calls(shape: Shape) -> list[PackageInvocation]:
    calls = shape.build.packages("pip", "uv", action="install")
    return [call for call in calls if call.does in shape.pips]


def _unused_headers(shape: Shape) -> tuple[str, ...]:
    """Headers whose library nothing that is installed loads.

    psycopg2-binary brings its own, PyMySQL needs none.
    """
    calls = _pip_calls(shape)
    if not calls or len(calls) < len(shape.pips):
        return ()
    unused: list[str] = []
    if not libpq.may_use_libpq(shape.build, calls):
        unused.append(libpq.HEADERS)
    if not libmariadb.may_use_libmariadb(shape.build, calls):
        unused += libmariadb.HEADERS
    return tuple(unused)


def _needed(release: str, package: Package) -> tuple[str, ...]:
    """What stays of a package: nothing of a compiler, and of headers the library.

    Headers stay where their library is not known.
    """
    name = package.name
    if name == "gfortran":
        return ("libgfortran5",)
    if name in _OF_COMPILERS:
        return ()
    own = (package.word.text,)
    if is_headers("apt-get", name) and not name.startswith(("python", "libpython")):
        return libraries_of(release, name) or own
    return () if is_for_build(package) else own
