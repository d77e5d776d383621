"""A Python image of one stage as two: one compiles, and the other gets its virtual environment.

Both start from a common stage, so that they have the same interpreter at the same path, which a
virtual environment needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.pyproject.manifests import of_requirements
from lightship.rules.stages.build_tools_in_final_stage.one_stage import (
    APT,
    Shape,
    commands_of,
    is_for_build,
    pips_of,
    read_shape,
)
from lightship.rules.stages.build_tools_in_final_stage.venv_checks import (
    SETTINGS,
    VENV,
    check_shape,
)
from lightship.shell.build_tools import is_headers
from lightship.shell.debian_libraries import libraries_of
from lightship.shell.packages import Package, PackageCommand, read_command
from lightship.text import Edit, Span

_PATH = f'ENV PATH="{VENV}/bin:$PATH"'
_UV_PATH = f'ENV VIRTUAL_ENV={VENV} PATH="{VENV}/bin:$PATH"'
_PYTHON_PACKAGES = ("python3", "python3-pip", "python3-dev", "python3-full")
_INSTALL = "apt-get install -y --no-install-recommends"
_TIDY = "rm -rf /var/lib/apt/lists/*"
_LONGEST_LINE = 120
# Headers of what every image has anyway
_OF_COMPILERS = frozenset(("libc6-dev", "libc-dev", "linux-libc-dev"))
# Packages of Python whose wheels load the library of OpenMP, which gcc brings along
_OPENMP = ("lightgbm", "xgboost", "implicit", "fasttext")


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

    yield from _opening(shape, f"FROM {name} AS {work}")
    yield from _without_system(shape)
    if shape.is_debian:
        yield from _after_python(shape)

    closing = [
        f"FROM {name}",
        *_run_time(shape),
        f"COPY --from={work} {VENV} {VENV}",
        _PATH,
    ]
    lines = moves.indented(dockerfile, stage.from_, *closing)
    yield moves.after(dockerfile, shape.region[-1], ["", *lines])


def _opening(shape: Shape, start: str) -> Iterator[Edit]:
    """The build stage begins; settings between the installs are for both, and move above it."""
    dockerfile = shape.build.dockerfile
    settings = [item for item in shape.region if item.keyword in SETTINGS]
    first = next(item for item in shape.region if item.keyword not in SETTINGS)
    moved = [line for item in settings for line in moves.moved(dockerfile, item)]

    opening = [start]
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


def _environment(shape: Shape) -> list[str]:
    """The virtual environment; uv looks for it by a variable."""
    with_uv = any(does.manager == "uv" for does in shape.pips)
    path = _UV_PATH if with_uv else _PATH
    return [f"RUN {shape.python} -m venv {VENV}", path]


def _apt_installs(shape: Shape) -> Iterator[tuple[Instruction, PackageCommand]]:
    for run in shape.runs:
        for command in commands_of(shape.build, run):
            does = read_command(command)
            if does is None or does.manager not in APT:
                continue
            if does.action == "install":
                yield run, does


def _after_python(shape: Shape) -> Iterator[Edit]:
    """The environment is made after the RUN that installs Python; venv is a package of its own."""
    dockerfile = shape.build.dockerfile
    for run, does in _apt_installs(shape):
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
    for _, does in _apt_installs(shape):
        for package in does.packages:
            wanted += _needed(shape.release, package)
    if _uses_openmp(shape):
        wanted.append("libgomp1")

    names = list(dict.fromkeys(wanted))
    if not names:
        return []
    line = f"RUN apt-get update && {_INSTALL} {' '.join(names)} && {_TIDY}"
    if len(line) <= _LONGEST_LINE:
        return [line]
    mark = shape.build.dockerfile.escape
    packages = [f"        {name} {mark}" for name in names]
    return [
        f"RUN apt-get update {mark}",
        f"    && {_INSTALL} {mark}",
        *packages,
        f"    && {_TIDY}",
    ]


def _uses_openmp(shape: Shape) -> bool:
    """As far as the commands and the requirements in the build context tell."""
    context = shape.build.context
    asked: list[str] = []
    for does in shape.pips:
        asked += [package.name for package in does.packages]
        if context is None:
            continue
        for requirements in does.requirements:
            for path in of_requirements(context, requirements).paths:
                asked += (context.read(path) or "").split("\n")
    return any(line.lower().startswith(_OPENMP) for line in asked)


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
