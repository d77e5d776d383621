"""Python packages are installed without locked versions

## What it does
Finds installs of requirements that name no version, or only a lowest one. It is reported once for
a file, and for `-r requirements.txt` and `pip install .` only where the build context is known. Of
a name in an ARG the default counts.

An upper bound (`~=2.1`, `>=2,<3`) counts as a deliberate choice. The rule is silent about pip,
setuptools, uv and other tools that install, build or test packages, about lists that are meant to
be new (certifi, tzdata), about packages that the repository publishes itself, about constraints,
and where the newest is meant: with `--pre`, for names after `--upgrade`, from an index of nightly
builds, in a Dockerfile called `latest` or `nightly`. So it is in stages for development and tests
and in examples. It does not speak of a small matter either: one name beside other installs, two
beside a lock file, or a few beside five times as many that are pinned, unless the program is built
on them, such as torch or Django. It is a note where requirements come from a file that pins some of
them, or from pyproject.toml, as usual for libraries and tools; one that bounds most of them is not
reported.

## Why is this bad?
Two builds of the same Dockerfile may make different images: the second behaves differently, or
fails, although nothing was changed. What was tested is not what is shipped; and a bad release
reaches the image on the day that it is published.

Lock the versions once, including all transitive dependencies, and install from that: `pip-compile
requirements.txt -o locked.txt`, or `uv pip compile`, which takes the same words, best with
`--generate-hashes`; `uv lock` and `uv sync --locked`; `poetry.lock`; or constraints, `pip install
-c`.
Over an image that ships a matched set of packages (PyTorch's, vLLM's) a lock made elsewhere would
replace those: name versions that fit them, or compile with the `pip freeze` of the image as
constraints.
There is no fix: only you know which versions work.

## When to ignore
Ignore it where the newest versions are wanted, as in a nightly test of dependencies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.base_images.known import has_python_stack
from lightship.build import Build, PackageInvocation
from lightship.evaluation.stages import reachable
from lightship.facts.installs.requirement_files import (
    environment_of,
    requirements_of,
)
from lightship.facts.stages.final_image import is_development_name, is_for_development
from lightship.facts.stages.stage_python import gets_no_releases
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.pyproject.dependency import Dependency, normalised
from lightship.regex import regex
from lightship.rules.python.unlocked_requirements.settled_versions import (
    bounded_names,
    is_open,
    is_pinned,
    loose_packages,
    project_at,
)
from lightship.rules.python.unlocked_requirements.small_matters import (
    LISTS,
    LONELY,
    SETTLED_FOR_ONE,
    TOOLS,
    is_of_tools,
    is_small_matter,
)
from lightship.wording.lists import listed

_UPGRADE = "--upgrade"
_SETTLED = (
    "--constraint",
    "--constraints",
    "--require-hashes",
    "--no-index",
    "--no-deps",
    "--exclude-newer",
    "--dry-run",
    "--pre",
    "--prerelease",
)
_INDEXES = ("--index-url", "-i", "--extra-index-url", "--find-links", "-f")
_NEWEST_INDEX = regex(r"/(?:nightly|test|dev)(?:/|$)")
# `Dockerfile-latest`, `nightly/Dockerfile`
_NEWEST = regex(r"(?i)(?:^|[/._-])(?:latest|nightly|edge)(?:[/._-]|$)")
_CONSTRAINTS = (
    "PIP_CONSTRAINT",
    "UV_CONSTRAINT",
    "PIP_REQUIRE_HASHES",
    "UV_REQUIRE_HASHES",
    "UV_EXCLUDE_NEWER",
)
# NVIDIA's images of frameworks come with a constraints file in PIP_CONSTRAINT
_WITH_CONSTRAINTS = (
    "nvcr.io/nvidia/pytorch",
    "nvcr.io/nvidia/tensorflow",
    "nvcr.io/nvidia/jax",
)
# Lock files, with what installs from them
_LOCKS = {
    "uv.lock": "uv sync --locked",
    "poetry.lock": "poetry install",
    "pdm.lock": "pdm sync",
}
_INSTALLS = frozenset({("pip", "install"), ("uv", "pip install")})


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or "install" not in build.dockerfile.text:
        return
    if is_for_development(build) or build.repository.is_example:
        return
    if _NEWEST.search(build.path or ""):
        return

    shipped = reachable(build.evaluation.graph, [build.final])
    for call in build.packages("pip", "uv"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or stage.index not in shipped:
            continue
        if is_development_name(stage.name) or _is_settled(build, call):
            continue
        if gets_no_releases(build, stage):
            continue  # the newest has been the same for years

        finding = _of_install(build, call)
        if finding is not None:
            yield finding
            return


def _is_settled(build: Build, call: PackageInvocation) -> bool:
    """Whether it is not an install, or options or the environment hold the versions."""
    does = call.does
    if (does.manager, does.name) not in _INSTALLS:
        return True
    if does.option(*_SETTLED) or does.reads_more:
        return True
    indexes = [value for option in _INDEXES for value in does.values(option)]
    if any(map(_NEWEST_INDEX.search, indexes)):
        return True

    if _base_name(build, call).startswith(_WITH_CONSTRAINTS):
        return True

    env = environment_of(build, call)
    return any(name in env for name in _CONSTRAINTS)


def _base_name(build: Build, call: PackageInvocation) -> str:
    """The image from which the stage of an install starts."""
    stage = build.dockerfile.stage_of(call.instruction)
    return build.evaluation.root(stage).name if stage is not None else ""


def _of_install(build: Build, call: PackageInvocation) -> Finding | None:
    files = requirements_of(build, call)
    if files is None or any(file.missing for file in files):
        return None  # not known
    if any(path.endswith("l") for path in call.does.requirements):
        return None  # no requirements file: pyproject.toml
    options = (option.option for file in files for option in file.options)
    if "--require-hashes" in options:
        return None

    everything = [asked for file in files for asked in file.dependencies]
    asked = [item for item in everything if item.name and not item.url]
    pinned = {item.name for item in asked if is_pinned(item)}
    constrained = {item.name for file in files for item in file.constraints}
    settled = pinned | constrained | TOOLS | LISTS | bounded_names(build, call)
    settled |= build.repository.projects

    loose = loose_packages(build, call, settled)
    if call.does.option(_UPGRADE) or is_small_matter(build, call, loose):
        loose = []
    open_ones = [item for item in asked if item.name not in settled]
    asked_for = {item.name for item in asked}
    versions = asked_for & (settled - TOOLS - LISTS - build.repository.projects)
    if len(versions) >= SETTLED_FOR_ONE * len(open_ones):
        open_ones = []
    if loose:
        # What a requirements file of the same command leaves open is locked with it
        names = [package.name for package in loose]
        names += [item.name for item in open_ones]
        command = f"write requirements.in and run {_tool(call)}"
        return Finding(loose[0].word.span, _message(build, call, names, command))

    if open_ones:
        return _of_file(build, call, open_ones, len(versions))

    stated = _of_project(build, call, settled)
    if not stated:
        return None
    names = [item.name for item in stated]
    command = _of_lock(build, call, stated[0].file)
    message = _message(build, call, names, command)
    return Finding(call.does.subcommand.span, message, severity=Severity.INFO)


def _of_lock(build: Build, call: PackageInvocation, manifest: str) -> str:
    """How to install a project with its extras from a lock file, which may be there already."""
    folder, _, name = manifest.rpartition("/")
    extras = [extra for package in call.does.packages for extra in package.extras]
    named = [extra for extra in extras if "$" not in extra]
    options = "".join(f" --extra {extra}" for extra in named)
    for lock, command in _LOCKS.items():
        path = f"{folder}/{lock}".lstrip("/")
        if build.context is not None and build.context.exists(path):
            return f"install from {lock} with {command}{options}"
    return f"run {_tool(call)}{options} {name} -o locked.txt"


def _message(
    build: Build, call: PackageInvocation, names: Sequence[str], command: str
) -> str:
    advice = _advice(build, call, command)
    if advice != command:
        # What the image has already stays as it is
        verb = "is" if len(names) == 1 else "are"
        return f"{listed(names)} {verb} not pinned: {advice}"
    return f"every build installs the newest {listed(names)}: {advice}"


def _tool(call: PackageInvocation) -> str:
    """What locks, of the tools that the Dockerfile uses."""
    return "uv pip compile" if call.does.manager == "uv" else "pip-compile"


def _advice(build: Build, call: PackageInvocation, command: str) -> str:
    """What to do: a lock that is made elsewhere would replace what a base image has matched."""
    if has_python_stack(_base_name(build, call)):
        return "name versions that fit the base image"
    return command


def _of_file(
    build: Build, call: PackageInvocation, loose: list[Dependency], pinned: int
) -> Finding:
    option = call.does.option("--requirement", "--requirements")
    span = option.span if option is not None else call.does.subcommand.span
    names = listed(dependency.name for dependency in loose)
    file = loose[0].file
    _, _, name = file.rpartition("/")
    advice = _advice(build, call, f"run {_tool(call)} {name} -o locked.txt")
    message = f"{file} does not pin {names}: {advice}"
    return Finding(span, message, severity=Severity.INFO if pinned else None)


def _of_project(
    build: Build, call: PackageInvocation, settled: Collection[str]
) -> list[Dependency]:
    """What `pip install .` asks for without a version, where nothing that came before may have
    settled it.
    """
    local = [package for package in call.does.packages if package.kind == "directory"]
    if len(local) != 1 or _has_earlier(build, call):
        return []
    project = project_at(build, call, local[0])
    if project is None:
        return []
    asked = list(project.dependencies)
    for extra in local[0].extras:
        asked += project.extras.get(normalised(extra), ())
    unbound = [
        stated for stated in asked if _is_unbound(stated) and stated.name not in settled
    ]
    most = len(asked) / 2
    return unbound if len(unbound) >= most else []


def _is_unbound(stated: Dependency) -> bool:
    """Whether the project itself asks for it, always and without a version."""
    if not stated.file.endswith(("pyproject.toml", "setup.py", "setup.cfg")):
        return False
    return not stated.url and not stated.marker and is_open(stated.specifier)


def _has_earlier(build: Build, call: PackageInvocation) -> bool:
    """Whether another install comes before it: what that takes already exists."""
    start = call.command.span.start
    for earlier in build.packages(*LONELY):
        if earlier.command.span.start >= start:
            continue
        if earlier.does.installs and not is_of_tools(earlier.does):
            return True
    return False


_PYTHON = "FROM python:3.14-slim\nWORKDIR /app\n"
_FILE = f"{_PYTHON}COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt"

RULE = Rule(
    id="unlocked-requirements",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("pip", "uv")),
    practice=Practice.REPRODUCIBILITY,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the version may be in the variable"
        ),
    },
    examples=(
        Example(bad=f"{_PYTHON}RUN pip install --no-cache-dir flask"),
        Example(
            bad=f"{_PYTHON}RUN python3 -m pip install --no-cache-dir \\\n    # web\n"
            "    'flask[async]>=3' gunicorn"
        ),
        Example(
            bad=f'{_PYTHON}RUN ["pip3", "install", "--no-cache-dir", "flask==3.1.2", "gunicorn"]'
        ),
        Example(bad=f"{_PYTHON}RUN <<EOF\nset -e\nuv pip install --system flask\nEOF"),
        Example(
            bad=f"{_PYTHON}RUN set -e; sh -c 'pip install -U pip && pip install flask'; rm "
            "-rf ~/.cache"
        ),
        Example(
            bad=f'{_PYTHON}ENV PIP_NO_CACHE_DIR=1\nRUN /venv/bin/pip install "flask" && true'
        ),
        Example(
            bad="FROM python:3.14-slim AS build\nRUN pip install --prefix=/deps flask\n"
            "FROM python:3.14-slim\n"
            "COPY --from=build /deps /usr/local"
        ),
        Example(bad=_FILE, files={"requirements.txt": "flask\ngunicorn>=23\n"}),
        Example(
            bad=_FILE,
            files={
                "requirements.txt": "-r base.txt\ngunicorn==23.0.0\n",
                "base.txt": "flask # web\n",
            },
        ),
        Example(
            bad=f"{_PYTHON}RUN --mount=type=bind,source=reqs/web.txt,target=web.txt "
            "pip install --no-cache-dir -r web.txt",
            files={"reqs/web.txt": "flask\n"},
        ),
        Example(
            bad=f"{_PYTHON}COPY . .\nRUN pip install --no-cache-dir .",
            files={
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask"]\n'
            },
        ),
        Example(
            bad=f"{_PYTHON}ARG REQUIREMENTS=web.txt\nCOPY $REQUIREMENTS ./\n"
            'RUN pip install --no-cache-dir -r "$REQUIREMENTS"',
            files={"web.txt": "flask\n"},
        ),
        Example(
            good=f"{_PYTHON}ARG REQUIREMENTS\nCOPY $REQUIREMENTS ./\n"
            'RUN pip install --no-cache-dir -r "$REQUIREMENTS"',
            files={"web.txt": "flask\n"},
        ),
        Example(
            good=f"{_PYTHON}RUN pip install --no-cache-dir flask==3.1.2 'gunicorn~=23.0' "
            "'django>=5.2,<6'"
        ),
        Example(
            good=f"{_PYTHON}RUN pip install --no-cache-dir --upgrade pip setuptools wheel"
        ),
        Example(
            good=f"{_PYTHON}COPY locked.txt .\nRUN pip install --no-cache-dir -c locked.txt flask"
        ),
        Example(
            good=f"{_PYTHON}ENV PIP_CONSTRAINT=/locked.txt\nRUN pip install --no-cache-dir flask"
        ),
        Example(
            good=f"{_PYTHON}ARG V=3.1.2\nRUN pip install --no-cache-dir flask==$V $MORE"
        ),
        Example(good=_FILE),  # what the file says is not known
        Example(
            good=_FILE,
            files={"requirements.txt": "flask==3.1.2\n", ".dockerignore": ""},
        ),
        Example(
            good=_FILE,
            files={
                "requirements.txt": "flask --hash=sha256:00\n-c locked.txt\n",
                "locked.txt": "",
            },
        ),
        Example(
            good=_FILE,
            files={
                "requirements.txt": "-c locked.txt\nflask\n",
                "locked.txt": "flask==3.1.2\n",
            },
        ),
        Example(
            good="FROM python:3.14-slim AS test\nRUN pip install --no-cache-dir pytest\n"
            "FROM python:3.14-slim"
        ),
        Example(
            good=f"{_PYTHON}COPY requirements.txt .\n"
            "RUN pip install --no-cache-dir -r requirements.txt\n"
            "COPY pyproject.toml shop.py ./\nRUN pip install --no-cache-dir .",
            files={
                "requirements.txt": "flask==3.1.2\n",
                "shop.py": "",
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask"]\n',
            },
        ),
        Example(  # it is the one of the file in the end
            good=_FILE.replace(
                "install --no", "install --no-cache-dir numpy && pip install --no"
            ),
            files={"requirements.txt": "numpy==2.4.1\n", ".dockerignore": ""},
        ),
    ),
)
