"""A Python image of one stage as two: what compiles stays in the first, a virtual environment goes to the second.

Both start from a common stage, so that they have the same interpreter at the same path, which a virtual environment
needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.pyproject.manifests import of_requirements
from lightship.rules.stages.build_tools_in_final_stage.one_stage import (
    APT,
    SETTINGS,
    VENV,
    Shape,
    commands_of,
    is_for_build,
    pips_of,
    read_shape,
)
from lightship.shell.build_tools import is_headers
from lightship.shell.debian_libraries import libraries_of
from lightship.shell.packages import Package, PackageCommand, read_command
from lightship.text import Edit, Span

_PATH = f'ENV PATH="{VENV}/bin:$PATH"'
_PYTHON_PACKAGES = ("python3", "python3-pip", "python3-dev", "python3-full")
_LONGEST_LINE = 120
# Headers of what every image has anyway
_OF_COMPILERS = frozenset(("libc6-dev", "libc-dev", "linux-libc-dev"))
# Packages of Python whose wheels load the library of OpenMP, which gcc brings along
_OPENMP = ("lightgbm", "xgboost", "implicit", "fasttext")


def plan(build: Build, runs: Sequence[Instruction]) -> tuple[Edit, ...]:
    """The edits that keep what `runs` install in a stage of its own; nothing where that may be wrong."""
    try:
        return tuple(_edits(read_shape(build, runs)))
    except GiveUp:
        return ()


def _edits(shape: Shape) -> Iterator[Edit]:
    """A name for the stage, an opening of the build stage, the settings moved above it, and the final stage."""
    dockerfile, stage = shape.build.dockerfile, shape.stage
    name = stage.from_.args[2].text if stage.name is not None else "base"
    work = "build" if name.lower() != "build" else "compile"
    if stage.name is None:
        yield Edit.insert(
            stage.base.span.end,
            " as base" if stage.from_.name.text.islower() else " AS base",
        )
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
    yield moves.after(
        dockerfile,
        shape.region[-1],
        ["", *moves.indented(dockerfile, stage.from_, *closing)],
    )


def _opening(shape: Shape, start: str) -> Iterator[Edit]:
    """The build stage begins; settings between the installs are for both stages, and move above it."""
    dockerfile = shape.build.dockerfile
    settings = [item for item in shape.region if item.keyword in SETTINGS]
    first = next(item for item in shape.region if item.keyword not in SETTINGS)
    lines = [line for item in settings for line in moves.moved(dockerfile, item)]
    opening = moves.indented(
        dockerfile,
        shape.stage.from_,
        start,
        *([] if shape.is_debian else _environment(shape)),
    )
    spaced = moves.is_spaced(dockerfile, first)
    above, below = [] if spaced and not lines else [""], [""] if spaced else []
    yield moves.before(dockerfile, first, [*lines, *above, *opening, *below])
    for item in settings:
        yield moves.remove(dockerfile, item)


def _environment(shape: Shape) -> list[str]:
    """The virtual environment; uv looks for it by a variable."""
    uv = any(
        does.manager == "uv" for run in shape.runs for does in pips_of(shape.build, run)
    )
    path = f'ENV VIRTUAL_ENV={VENV} PATH="{VENV}/bin:$PATH"' if uv else _PATH
    return [f"RUN {shape.python} -m venv {VENV}", path]


def _apt_installs(shape: Shape) -> Iterator[tuple[Instruction, PackageCommand]]:
    for run in shape.runs:
        for command in commands_of(shape.build, run):
            does = read_command(command)
            if does is not None and does.manager in APT and does.action == "install":
                yield run, does


def _after_python(shape: Shape) -> Iterator[Edit]:
    """Debian has venv in a package of its own; it is made behind the RUN that installs it."""
    for run, does in _apt_installs(shape):
        if any(True for _ in pips_of(shape.build, run)):
            break
        python = next(
            (package for package in does.packages if package.name in _PYTHON_PACKAGES),
            None,
        )
        if python is not None:
            if all(package.name != "python3-venv" for package in does.packages):
                yield Edit.insert(python.word.span.end, " python3-venv")
            lines = moves.indented(
                shape.build.dockerfile, shape.stage.from_, *_environment(shape)
            )
            yield moves.after(shape.build.dockerfile, run, lines)
            return
    raise GiveUp


def _without_system(shape: Shape) -> Iterator[Edit]:
    """`uv pip install --system` would pass the virtual environment by."""
    text = shape.build.dockerfile.text
    for run in shape.runs:
        for does in pips_of(shape.build, run):
            option = does.option("--system") if does.manager == "uv" else None
            if option is not None:
                start = len(text[: option.span.start].rstrip(" "))
                yield Edit.delete(Span(start, option.span.end))


def _run_time(shape: Shape) -> list[str]:
    """The packages of the distribution that the second stage needs, tidily installed."""
    wanted = ["python3"] if shape.is_debian else []
    for _, does in _apt_installs(shape):
        wanted += [
            name
            for package in does.packages
            for name in _needed(shape.release, package)
        ]
    wanted += ["libgomp1"] if _uses_openmp(shape) else []
    names = list(dict.fromkeys(wanted))
    if not names:
        return []
    start, end = (
        "RUN apt-get update && apt-get install -y --no-install-recommends",
        "rm -rf /var/lib/apt/lists/*",
    )
    line = f"{start} {' '.join(names)} && {end}"
    if len(line) <= _LONGEST_LINE:
        return [line]
    mark = shape.build.dockerfile.escape
    packages = [f"        {name} {mark}" for name in names]
    return [
        f"RUN apt-get update {mark}",
        f"    && apt-get install -y --no-install-recommends {mark}",
        *packages,
        f"    && {end}",
    ]


def _uses_openmp(shape: Shape) -> bool:
    """As far as the commands and the requirements in the build context tell."""
    context, found = shape.build.context, []
    for does in (does for run in shape.runs for does in pips_of(shape.build, run)):
        found += [package.name for package in does.packages]
        for path in does.requirements if context is not None else ():
            found += [
                line
                for each in of_requirements(context, path).paths
                for line in _lines(context, each)
            ]
    return any(text.lower().startswith(_OPENMP) for text in found)


def _lines(context: Context | None, path: str) -> list[str]:
    return (context.read(path) or "").split("\n") if context is not None else []


def _needed(release: str, package: Package) -> tuple[str, ...]:
    """What stays of a package: nothing of a compiler, the library for headers, headers if the library is not known."""
    name = package.name
    if name == "gfortran":
        return ("libgfortran5",)
    if name in _OF_COMPILERS:
        return ()
    if is_headers("apt-get", name) and not name.startswith(("python", "libpython")):
        return libraries_of(release, name) or (package.word.text,)
    return () if is_for_build(package) else (package.word.text,)
