"""Whether a build needs what the full image has and the slim one lacks: compilers, git, headers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from lightship.base_images.full import missing_commands, missing_libraries, unloadable
from lightship.base_images.lifetimes import supported, version_numbers
from lightship.base_images.reference import Reference
from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.installs.requirement_files import install_of, requirements_of
from lightship.facts.start.built_services import built_services
from lightship.facts.start.calls import called_programs
from lightship.facts.start.start_scripts import start_scripts
from lightship.pyproject.dependency import normalised
from lightship.pyproject.manifests import is_manifest
from lightship.record import record
from lightship.regex import regex
from lightship.rules.base_image.full_base_image.compiled_pins import compiled_pins
from lightship.rules.base_image.full_base_image.run_time_use import asked_at_run_time
from lightship.shell.build_tools import BRING_HEADERS
from lightship.shell.packages import MANAGERS
from lightship.shell.python_calls import is_python

_KEYWORDS = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
_NAMING = (*_KEYWORDS, "COPY")
_ONE_COUNTS = frozenset(("CMD", "ENTRYPOINT", "HEALTHCHECK"))
_APT = ("apt-get", "apt", "aptitude")
INSTALLERS = tuple(
    name for name in MANAGERS if MANAGERS[name].spelling in ("pip", "poetry", "npm")
)
_BARE_COMPILERS = frozenset(("clang", "gcc", "gfortran"))
_SHELLS = frozenset(("sh", "bash", "dash", "ash", ".", "source"))
_FROM_SOURCE = ("--no-binary", "--no-binary-package", "--build-from-source")
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
    "git://",
    "github:",
    "gitlab:",
    "bitbucket:",
    "git = ",
    "git@",
    "setuptools_scm",
    "setuptools-scm",
    "hatch-vcs",
    "versioningit",
)
# In package.json: an address that ends in .git, or `owner/name`
_NODE_REPOSITORY = regex(
    r"\"(?:https?|ssh)://[^\"\s]+\.git(?:#[^\"]*)?\""
    r"|:\s*\"[A-Za-z0-9][\w.-]*/[\w.-]+(?:#[^\"\s]*)?\"\s*[,}\n]"
)
_NODE_SECTIONS = regex(
    r"\"(?:dependencies|devDependencies|optionalDependencies)\"\s*:\s*\{[^{}]*\}"
)
# An install in what is started: of packages that only the container sees
_INSTALLS_AT_START = regex(
    r"\b(?:npm|pnpm|bun)\s+(?:install|i|ci|add)\b|\byarn(?:\s+(?:install|add)\b|\s*(?:&&|;|$))"
    r"|\b(?:pip3?|pipenv|poetry|pdm)\s+install\b|\buv\s+(?:sync|pip\s+install)\b",
    re.MULTILINE,
)
_MINOR = regex(r"[23]\.[0-9]+|2\b")
# Libraries in C, C++ or Rust whose releases leave old Pythons behind
_COMPILED = regex(
    r"(?im)^[ \t\"']*(?:aiohttp|asyncpg|blis|cryptography|cymem|gevent|greenlet|grpcio|lxml"
    r"|matplotlib|murmurhash|numpy|orjson|pandas|pillow|preshed|psutil|pydantic-core|pyyaml"
    r"|pyzmq|regex|scikit-learn|scipy|spacy|thinc|tokenizers|uvloop)(?![\w.-])"
)
# Before 0.6 it draws with Wand, which loads ImageMagick when it is imported
_OLD_PDFPLUMBER = regex(
    r"(?i)\bpdfplumber[\s\"']*(?:==|~=|=|\^|~)[\s\"'^~=]*0\.[0-5]\b"
)
# As a command of a health check or of the service: `test: curl -f …`, `["CMD", "wget", …]`
_IN_SERVICE = regex(r"(?<![\w./:@$-])(?:curl|wget|git)(?=[\"',\s]+\S)")
_MOST_MANIFESTS = 50
_NOT_OF_THE_PROJECT = frozenset(("Dockerfile", ".dockerignore"))


@record
class _Stages:
    """What counts of the stages on one image, and the commands that a slim image lacks."""

    build: Build
    instructions: frozenset[Instruction]
    installed: frozenset[str]
    missing: frozenset[str]


@record
class _Libraries:
    """Libraries that the slim image cannot build or run: names, and how manifests write them."""

    names: frozenset[str]
    written: re.Pattern[str]


def is_for_others(build: Build) -> bool:
    """Whether the image is a sandbox.

    It gets no files, or does not say what it starts and gets no libraries.
    """
    instructions = [item for stage in build.lineage for item in stage.instructions]
    keywords = {item.keyword for item in instructions}
    # The scripts of taskcluster clone the sources with git
    if "%include-run-task" in build.dockerfile.text:
        return True
    mounts = any("type=bind" in item.line.text for item in instructions)
    if not mounts and not keywords & {"COPY", "ADD"}:
        return True
    if keywords & {"CMD", "ENTRYPOINT"}:
        return False
    return not any(call.does.installs for call in build.packages(*INSTALLERS))


def relies_on_full(build: Build, root: Stage, image: Reference) -> str | None:
    """What the stages that start from `root` use of the full image, if anything."""
    roots = build.evaluation.graph.roots
    stages = [
        stage for stage in build.dockerfile.stages if roots[stage.index] == root.index
    ]
    instructions = frozenset(item for stage in stages for item in _in_force(stage))
    installed = _installed(build, instructions)
    missing = missing_commands(image, installed)
    if build.once(_has_ended) and "gcc" in missing:
        libraries = _compiled(build, instructions)
        if libraries:
            return libraries
    return next(_reasons(_Stages(build, instructions, installed, missing)), None)


def _has_ended(build: Build) -> bool:
    """Whether the image's Python gets no fixes: new releases of libraries have no wheels for it."""
    image = build.root_image(build.lineage[0])
    if image is None or image.name != "python":
        return False
    match = _MINOR.match(image.tag)
    if match is None:
        return False
    own = version_numbers(match[0])
    releases = supported("Python", build.today)
    alive = [version_numbers(release.version) for release in releases]
    return own < min(alive, default=(0,))


def _compiled(build: Build, instructions: Collection[Instruction]) -> str | None:
    """A library that is compiled where it has no wheel, of those that are installed."""
    texts: list[str] = []
    calls: list[PackageInvocation] = []
    for call in build.packages(*INSTALLERS, action="install"):
        if call.instruction not in instructions:
            continue
        names = [package.name for package in call.does.packages]
        if names and _is_python_2(build):
            return names[0]
        texts += names
        calls.append(call)
    texts += _manifests(build, calls)
    found = _COMPILED.search("\n".join(texts))
    return found[0].strip() if found is not None else None


def _is_python_2(build: Build) -> bool:
    image = build.root_image(build.lineage[0])
    return image is not None and image.tag.startswith("2")


def _reasons(stages: _Stages) -> Iterator[str]:
    if "gcc" in stages.missing:
        # Headers are installed to compile something
        yield from (name for name in sorted(stages.installed) if name.endswith("-dev"))
    yield from _commands(stages)
    yield from _installs(stages)
    yield from _installs_at_start(stages)
    yield from _copied_libraries(stages)
    for service in built_services(stages.build):
        match = _IN_SERVICE.search(service)
        if match is not None and match[0] in stages.missing:
            yield match[0]
    own = {item for stage in stages.build.lineage for item in stage.instructions}
    if not own.isdisjoint(stages.instructions):
        yield from asked_at_run_time(stages.build, stages.installed, stages.missing)
    naming = [item for item in stages.instructions if item.keyword in _NAMING]
    yield from called_programs(stages.build, stages.missing, naming)


def _copied_libraries(stages: _Stages) -> Iterator[str]:
    """What another stage has compiled and the image copies: it loads libraries of the system."""
    build = stages.build
    graph = build.evaluation.graph
    sources = {
        source.stage
        for stage in build.lineage
        for source in graph.sources[stage.index]
        if source.stage is not None
    }
    users = unloadable(stages.installed)
    for call in build.packages(*INSTALLERS, action="install"):
        if build.dockerfile.stage_of(call.instruction) not in sources:
            continue
        names = [normalised(package.name) for package in call.does.packages]
        for file in requirements_of(build, call) or ():
            names += [item.name for item in file.dependencies]
        yield from (name for name in names if name in users)


def _installs_at_start(stages: _Stages) -> Iterator[str]:
    """An install when the container starts, in a mounted directory perhaps: what it needs is not
    known.
    """
    build = stages.build
    started = [text for text in start_scripts(build) if text]
    started += built_services(build)
    for item in stages.instructions:
        if item.keyword in ("CMD", "ENTRYPOINT"):
            words = [word.text.strip("\"'") for word in item.args]
            started.append(" ".join(words))
    for text in started:
        match = _INSTALLS_AT_START.search(text)
        if match is not None:
            yield match[0]


def _in_force(stage: Stage) -> Iterator[Instruction]:
    """The instructions of a stage but for each CMD or HEALTHCHECK that a later one replaces."""
    last = {instruction.keyword: instruction for instruction in stage.instructions}
    for item in stage.instructions:
        if item.keyword not in _ONE_COUNTS or item is last[item.keyword]:
            yield item


def _installed(build: Build, instructions: Collection[Instruction]) -> frozenset[str]:
    """The packages that apt installs here, but for a compiler that gets no headers of C."""
    installed: set[str] = set()
    bare: set[str] = set()
    for install in build.packages(*_APT):
        if not install.does.installs or install.instruction not in instructions:
            continue
        packages = install.does.packages
        names = {package.name.partition(":")[0] for package in packages}
        installed |= names
        if install.does.option("--no-install-recommends"):
            bare |= names & _BARE_COMPILERS
    if installed.isdisjoint(BRING_HEADERS):
        installed -= bare
    return frozenset(installed)


def _commands(stages: _Stages) -> Iterator[str]:
    """Commands that the slim image lacks, and scripts that cannot be read."""
    missing = stages.missing
    for call in stages.build.commands(keywords=_KEYWORDS):
        if call.instruction not in stages.instructions:
            continue
        name = call.command.name
        ran_by = call.instruction.trigger or call.instruction
        if name in missing:
            yield name
        elif name == "tar" and (packer := _packer(call)) in missing:
            yield packer
        elif name == "setup.py" or (is_python(name) and call.command.has("setup.py")):
            if "gcc" in missing:
                yield "setup.py"
        elif ran_by.keyword == "RUN" and _runs_script(call):
            yield call.command.words[0].text


def _packer(call: Invocation) -> str:
    """What tar needs to unpack: xz, bzip2, or nothing that the slim image lacks."""
    words = [word.prefix for word in call.command.args]
    letters = words[0].lstrip("-") if words and not words[0].startswith("--") else ""
    names = " ".join(words)
    if "J" in letters or ".xz" in names or ".txz" in names:
        return "xz"
    if "j" in letters or ".bz2" in names or ".tbz" in names:
        return "bzip2"
    return ""


def _runs_script(call: Invocation) -> bool:
    """Whether it runs a script of the project: what that needs is unknown."""
    words = call.command.words
    if not words:
        return False
    if call.command.name in _SHELLS:
        if len(words) == 1 or words[1].prefix.startswith("-"):
            return False
        return not words[1].suffix.endswith("activate")
    path = words[0].prefix
    return path.startswith(("./", "../")) or path.endswith(".sh")


def _libraries(installed: Collection[str]) -> _Libraries:
    names = [normalised(name) for name in missing_libraries(installed)]
    spellings = "|".join(names).replace("-", "[-_.]")
    pattern = rf"(?<![\w.-])(?:{spellings})(?![\w-])"
    return _Libraries(frozenset(names), regex(pattern, re.IGNORECASE))


def _installs(stages: _Stages) -> Iterator[str]:
    """Libraries that are built from source, or need a program of the system."""
    libraries = _libraries(stages.installed)
    installs = [
        call
        for call in stages.build.packages(*INSTALLERS)
        if call.instruction in stages.instructions and call.does.installs
    ]
    for call in installs:
        yield from _named(call, stages.missing, libraries)
        if "gcc" in stages.missing:
            yield from compiled_pins(stages.build, call)
    for text in _manifests(stages.build, installs):
        yield from _asked_for(text, stages.missing, libraries)


def reads_unknown_files(build: Build, root: Stage) -> bool:
    """Whether an install on the image of `root` reads manifests that are not known."""
    context = build.context
    for call in build.packages(*INSTALLERS):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or build.lineage_of(stage)[0] is not root:
            continue
        does = call.does
        if not does.installs or (does.packages and not does.requirements):
            continue
        if context is None or (
            does.requirements and requirements_of(build, call) is None
        ):
            return True
    return False


def _asked_for(
    text: str, missing: frozenset[str], libraries: _Libraries
) -> Iterator[str]:
    """What a manifest asks for."""
    flat = normalised(text)
    # A look that costs little comes first
    if any(name in flat for name in libraries.names):
        for match in libraries.written.finditer(text):
            if not _has_wheels(match[0], text):
                yield match[0]
    if "convert" in missing and _OLD_PDFPLUMBER.search(text):
        yield "pdfplumber"
    if "git" in missing and _names_repository(text):
        yield "git"
    if "gcc" in missing and any(mark in text for mark in _BUILDS):
        yield "gcc"


def _names_repository(text: str) -> bool:
    """Whether a manifest or lock file has a dependency that git fetches."""
    if any(mark in text for mark in _REPOSITORY):
        return True
    sections = _NODE_SECTIONS.findall(text)
    return any(map(_NODE_REPOSITORY.search, sections))


def _has_wheels(name: str, text: str) -> bool:
    """Whether it is requested in the form that includes its libraries: `psycopg[binary]`."""
    return f"{name}[binary" in text or f"{name}-binary" in text


def _named(
    call: PackageInvocation, missing: frozenset[str], libraries: _Libraries
) -> Iterator[str]:
    """What one command installs by name."""
    if "gcc" in missing and call.does.option(*_FROM_SOURCE):
        yield "gcc"
    for package in call.does.packages:
        if package.kind == "url" and "git" in missing:
            address = package.word.text.strip("'\"")
            if address.startswith(("git", "-e git")):
                yield "git"
        if package.kind not in ("registry", "url") or package.extras:
            continue
        if normalised(package.name) in libraries.names:
            yield package.name
        if "convert" in missing and _OLD_PDFPLUMBER.search(package.word.text):
            yield package.name


def _manifests(build: Build, calls: Sequence[PackageInvocation]) -> list[str]:
    """The texts of the requirements that installs read.

    Of all manifests and lock files that are sent to the builder, where it is not known which.
    """
    context = build.context
    if context is None or not calls:
        return []
    paths = _requirement_paths(build, calls)
    if paths is None:
        manifests = [file for file in context.sent if is_manifest(file.path)]
        named = [
            file.path for file in manifests if file.name not in _NOT_OF_THE_PROJECT
        ]
        paths = named[:_MOST_MANIFESTS]
    return [context.read(path) or "" for path in paths]


def _requirement_paths(
    build: Build, calls: Sequence[PackageInvocation]
) -> list[str] | None:
    """The files with what pip installs; None where another one may be read."""
    paths: dict[str, None] = {}
    for call in calls:
        install = install_of(build, call)
        if call.does.manager not in ("pip", "uv") or call.does.action != "install":
            return None
        requirements = requirements_of(build, call)
        if install is None or install.project or requirements is None:
            return None
        for asked in requirements:
            if asked.missing:
                return None
            paths.update(dict.fromkeys(asked.paths))
    return list(paths)
