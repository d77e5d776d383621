"""Whether a build relies on what the full image has and the slim one lacks: a compiler, git, curl, headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lightship.base_images.full import missing_commands, missing_libraries
from lightship.base_images.reference import Reference
from lightship.build import Build, Invocation, PackageInvocation
from lightship.context.files import Context
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.packages.recommended import BRING_HEADERS
from lightship.facts.start.calls import called_programs
from lightship.pyproject.manifests import is_manifest
from lightship.shell.packages import MANAGERS
from lightship.shell.python import is_python

_KEYWORDS = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
_ONE_COUNTS = frozenset(("CMD", "ENTRYPOINT", "HEALTHCHECK"))
_APT = ("apt-get", "apt", "aptitude")
INSTALLERS = tuple(
    name for name in MANAGERS if MANAGERS[name].spelling in ("pip", "poetry", "npm")
)
_BARE_COMPILERS = frozenset(("clang", "gcc", "gfortran"))
_SHELLS = frozenset(("sh", "bash", "dash", "ash", ".", "source"))
_BUILDS = (
    "ext_modules",
    "cythonize",
    "scikit-build",
    "meson-python",
    "maturin",
    "setuptools-rust",
    "pybind11",
)
# A version that git tells, or a repository
_REPOSITORY = (
    "git+",
    "github:",
    "git = ",
    "git@",
    "setuptools_scm",
    "setuptools-scm",
    "hatch-vcs",
    "versioningit",
)
_MOST_MANIFESTS = 50
_NOT_OF_THE_PROJECT = frozenset(("Dockerfile", ".dockerignore"))


def relies_on_full(build: Build, root: Stage, image: Reference) -> str | None:
    """What the stages that start from `root` use of the full image, where something is found; None where nothing is."""
    stages = [
        stage
        for stage in build.dockerfile.stages
        if build.evaluation.graph.roots[stage.index] == root.index
    ]
    instructions = {instruction for stage in stages for instruction in _in_force(stage)}
    installed = _installed(build, instructions)
    missing = missing_commands(image, installed)
    libraries = missing_libraries(installed)
    if "gcc" in missing and (
        headers := next(
            (name for name in sorted(installed) if name.endswith("-dev")), None
        )
    ):
        return headers  # who installs headers compiles
    naming = [item for item in instructions if item.keyword in (*_KEYWORDS, "COPY")]
    checks = (
        _commands(build, instructions, missing),
        _installs(build, instructions, missing, libraries),
        called_programs(build, missing, naming),
    )
    return next((reason for reasons in checks for reason in reasons), None)


def _in_force(stage: Stage) -> Iterator[Instruction]:
    """The instructions of a stage but for each CMD, ENTRYPOINT and HEALTHCHECK that a later one replaces."""
    last = {instruction.keyword: instruction for instruction in stage.instructions}
    for instruction in stage.instructions:
        if (
            instruction.keyword not in _ONE_COUNTS
            or instruction is last[instruction.keyword]
        ):
            yield instruction


def _installed(build: Build, instructions: set[Instruction]) -> set[str]:
    """The packages that apt installs in these stages, but for a compiler that gets no headers of C along."""
    installed, bare = set(), set()
    for found in build.packages(*_APT):
        if found.does.installs and found.instruction in instructions:
            names = {package.name.partition(":")[0] for package in found.does.packages}
            installed |= names
            if found.does.option("--no-install-recommends"):
                bare |= names & _BARE_COMPILERS
    return installed - bare if installed.isdisjoint(BRING_HEADERS) else installed


def _commands(
    build: Build, instructions: set[Instruction], missing: frozenset[str]
) -> Iterator[str]:
    """Commands that the slim image lacks, and scripts that nobody can look into."""
    for found in build.commands(keywords=_KEYWORDS):
        if found.instruction not in instructions:
            continue
        name = found.command.name
        if name in missing:
            yield name
        elif name == "tar" and (packer := _packer(found)) in missing:
            yield packer
        elif name == "setup.py" or (is_python(name) and found.command.has("setup.py")):
            yield from ("setup.py" for _ in missing & {"gcc"})
        elif (
            found.instruction.trigger or found.instruction
        ).keyword == "RUN" and _runs_script(found):
            yield found.command.words[0].text


def _packer(found: Invocation) -> str:
    """What tar needs to unpack: xz, bzip2, or nothing that the slim image lacks."""
    words = [word.prefix for word in found.command.args]
    letters = words[0].lstrip("-") if words and not words[0].startswith("--") else ""
    if "J" in letters or any(".xz" in word or ".txz" in word for word in words):
        return "xz"
    return (
        "bzip2"
        if "j" in letters or any(".bz2" in word or ".tbz" in word for word in words)
        else ""
    )


def _runs_script(found: Invocation) -> bool:
    """Whether it runs a script of the project: what that needs is unknown."""
    words = found.command.words
    if not words:
        return False
    if found.command.name in _SHELLS:
        return (
            len(words) > 1
            and not words[1].prefix.startswith("-")
            and not words[1].suffix.endswith("activate")
        )
    path = words[0].prefix
    return path.startswith(("./", "../")) or path.endswith(".sh")


def _installs(
    build: Build,
    instructions: set[Instruction],
    missing: frozenset[str],
    libraries: Iterable[str],
) -> Iterator[str]:
    """Libraries that are built from source, or need a program of the system."""
    wanted = re.compile(
        rf"(?<![\w.-])(?:{'|'.join(map(_any_spelling, libraries))})(?![\w-])",
        re.IGNORECASE,
    )
    installs = [
        found
        for found in build.packages(*INSTALLERS)
        if found.instruction in instructions
    ]
    for found in installs:
        yield from _named(found, missing, wanted)
    if build.context is not None and any(found.does.installs for found in installs):
        for text in _manifests(build.context):
            yield from (
                match[0]
                for match in wanted.finditer(text)
                if not _has_wheels(match[0], text)
            )
            if "git" in missing and any(mark in text for mark in _REPOSITORY):
                yield "git"
            if "gcc" in missing and any(mark in text for mark in _BUILDS):
                yield "gcc"


def _has_wheels(name: str, text: str) -> bool:
    """Whether it is asked for in the form that brings its libraries along: `psycopg[binary]`."""
    return f"{name}[binary" in text or f"{name}-binary" in text


def _any_spelling(name: str) -> str:
    return re.sub(r"[-_.]+", "[-_.]", name)


def _named(
    found: PackageInvocation, missing: frozenset[str], wanted: re.Pattern[str]
) -> Iterator[str]:
    """What one command installs by name."""
    if not found.does.installs:
        return
    if "gcc" in missing and found.does.option(
        "--no-binary", "--no-binary-package", "--build-from-source"
    ):
        yield "gcc"
    for package in found.does.packages:
        if (
            package.kind == "url"
            and "git" in missing
            and package.word.text.strip("'\"").startswith(("git", "-e git"))
        ):
            yield "git"
        if (
            package.kind in ("registry", "url")
            and wanted.fullmatch(package.name)
            and not package.extras
        ):
            yield package.name


def _manifests(context: Context) -> Iterator[str]:
    """The texts of the manifests and lock files that are sent to the builder."""
    paths = [
        file.path
        for file in context.sent
        if is_manifest(file.path) and file.name not in _NOT_OF_THE_PROJECT
    ]
    for path in paths[:_MOST_MANIFESTS]:
        yield context.read(path) or ""
