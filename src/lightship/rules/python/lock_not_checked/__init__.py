"""An install ignores a stale or missing lock file

## What it does
Finds `uv sync`, `uv run`, `pdm install` and `pipenv install` without the option that insists on
the lock file, and installs for which there is no lock file: it is not in the project, or COPY
does not copy it.

The rule is silent with `--locked`, `--frozen`, `--deploy`, `--check`, their environment variables,
`uv run --no-sync`, `uv run` after a `uv sync`, and where the lock file is mounted read-only. It is
also silent with `--no-sources` and where members of a uv workspace are not copied, because the lock
file cannot fit then; in a project that `git clone` has brought, whose lock file is not known; where
the command is the fallback of one that insists on the lock file (`uv sync --frozen || uv sync`),
and where the environment of `uv sync` stays in its stage, which then installs the project by pip or
`uv pip`, as those read no lock file.

## Why is this bad?
A lock file names the exact version and the hash of each package, so that the image has what was
tested. Without the option, these commands resolve again where the lock file no longer fits the
manifest, and install the newest versions where there is no lock file. The build succeeds, with
packages that were never tested.

## Fix safety
The fix adds the option that makes the build fail instead: `--locked` for uv, `--check` for PDM,
`--deploy` for Pipenv. It is unsafe, because a build that has succeeded with a stale lock file
then fails; `uv lock` updates it. So there is none where the lock file is known to be stale: by the
hash that Pipenv compares, by the names that uv.lock repeats. Where that cannot be told, as for PDM,
the fix is only shown. There is no fix for a missing lock file, nor for a Pipfile that demands a
Python which the image may not have: `--deploy` stops there as well.

## When to ignore
Ignore it where the newest versions are wanted, as in a nightly test of dependencies.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.copies.origins import origin_of
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_commands import project_installs
from lightship.facts.installs.project_files import (
    LOCKS,
    MANIFESTS,
    has_manifest,
    lock_of,
    project_of,
)
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.pyproject.project import Project
from lightship.rules.python.lock_not_checked.demanded_python import unfixed_python
from lightship.rules.python.lock_not_checked.unchecked_installs import (
    ABSENT,
    LOCK_TOOLS,
    LockTool,
    front_of,
    is_fallback,
    is_left_behind,
    is_unchecked,
)
from lightship.rules.python.lock_not_checked.workspace_above import is_member_above
from lightship.text import Edit

_MOST = 200  # commands that are looked at


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return

    for tool, about in LOCK_TOOLS.items():
        every = project_installs(build)
        installs = [install for install in every if install.tool == tool]
        if not installs or _locks(build, tool):
            continue

        first = front_of(installs)[:_MOST]
        unchecked = [
            install
            for install in first
            if is_unchecked(build, about, install)
            and not is_fallback(about, installs, install)
            and not is_left_behind(build, install)
        ]
        if unchecked:
            yield from _judge(build, about, unchecked)


def _locks(build: Build, tool: str) -> bool:
    """Whether the build makes a lock file itself, so that it resolves on purpose."""
    if any(call.does.name == "lock" for call in build.packages(tool)):
        return True
    name = LOCKS[tool]
    for call in build.commands("cp", "mv", "install", "cat"):
        texts = [word.text for word in call.command.args]
        if any(text.endswith(name) for text in texts):
            return True
    return False


def _judge(
    build: Build, about: LockTool, installs: Sequence[Install]
) -> Iterator[Finding]:
    for install in installs:
        if has_manifest(build, install) and lock_of(build, install) == ABSENT:
            yield Finding(install.does.subcommand.span, _missing(build, install))
            return

    stale = [install for install in installs if _may_be_stale(build, install)]
    if not stale:
        return

    first = stale[0]
    place = first.does.subcommand.span
    cure = f"add {about.option}"
    effect = f"{first.title} ignores a stale {LOCKS[first.tool]}"
    demanded = unfixed_python(build, first)
    if demanded:
        both = f"{cure}, and use the Pipfile's Python {demanded}"
        yield Finding(place, f"{effect}: {both}")
        return

    fix = _fix(build, about.option, stale)
    yield Finding(place, f"{effect}: {cure}", fix)


def _fix(build: Build, option: str, installs: Sequence[Install]) -> Fix | None:
    """The option for all of them."""
    if not all(takes_words(install.script) for install in installs):
        return None
    safety = _safety(build, installs)
    if safety is None:
        return None

    edits: list[Edit] = []
    for install in installs:
        edit = after_word(install.script, install.does.subcommand, option)
        edits.append(edit)
    return Fix(f"Add {option}", tuple(edits), safety)


def _safety(build: Build, installs: Sequence[Install]) -> Safety | None:
    """None where a lock file is stale, so that the build would stop.

    To be decided where that cannot be told. Without a build context there is nothing to compare.
    """
    if build.context is None:
        return Safety.UNSAFE
    answers = {_fits(build, install) for install in installs}
    if False in answers:
        return None
    return Safety.MANUAL if None in answers else Safety.UNSAFE


def _fits(build: Build, install: Install) -> bool | None:
    # Only such a finding needs it
    from lightship.pyproject.lock_fits import lock_fits  # noqa: PLC0415

    lock = lock_of(build, install)
    project = project_of(build, install)
    if build.context is None or lock.origin is None or project is None:
        return None
    text = build.context.read(lock.origin)
    return lock_fits(install.tool, project, text) if text else None


def _may_be_stale(build: Build, install: Install) -> bool:
    """Whether a lock file that can be written is there, or may be.

    It may have come with the directory of the manifest.
    """
    lock = lock_of(build, install)
    if lock.is_fixed:
        return False
    if lock.is_there is None:
        return has_manifest(build, install) is None and not _is_cloned(build, install)
    return lock.is_there


def _is_cloned(build: Build, install: Install) -> bool:
    """Whether git may have brought the project: its lock file is that of others, and unknown."""
    stage = build.dockerfile.stage_of(install.instruction)
    lineage = build.lineage_of(stage) if stage is not None else ()
    for call in build.commands("git"):
        is_before = call.command.span.start < install.command.span.start
        if not is_before or not call.command.has("clone"):
            continue
        if build.dockerfile.stage_of(call.instruction) in lineage:
            return True
    return False


def _missing(build: Build, install: Install) -> str:
    name, manifest = LOCKS[install.tool], MANIFESTS[install.tool]
    effect = f"so {install.title} installs the newest versions"
    directory = (install.directory or "").rstrip("/")
    origin = origin_of(build, install.instruction, f"{directory}/{manifest}")
    if origin and posixpath.basename(origin) != manifest:
        return f"{origin} has no {name}, {effect}: create one"

    project = project_of(build, install)
    if project is None or project.has(name):
        return f"{name} is not in the image, {effect}: copy it with {manifest}"
    if _is_ignored(project, name):
        return f"git ignores {name}, {effect}: commit it and copy it too"
    if install.tool == "uv" and is_member_above(project):
        return f"the workspace's {name} is not copied, {effect}: build from its root"
    return f"the project has no {name}, {effect}: create one and copy it"


def _is_ignored(project: Project, name: str) -> bool:
    """Whether git ignores the lock file, which people have and the repository has not."""
    ignores = project.context.git_ignores
    return ignores is not None and ignores(project.path(name))


_UV = (
    "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
    "ENV UV_NO_CACHE=1\nWORKDIR /app\n"
)
_PYPROJECT = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['flask']\n"
_LOCK = """version = 1
[[package]]
name = "shop"
source = { virtual = "." }
[package.metadata]
requires-dist = [{ name = "flask" }]
"""
_FILES = {"pyproject.toml": _PYPROJECT, "uv.lock": _LOCK, "shop.py": ""}

RULE = Rule(
    id="lock-not-checked",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=tuple(LOCK_TOOLS)),
    practice=Practice.REPRODUCIBILITY,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
    },
    examples=(
        Example(
            bad=f"{_UV}COPY pyproject.toml uv.lock ./\nRUN uv sync --no-dev",
            fixed=f"{_UV}COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev",
        ),
        Example(
            bad=f"{_UV}COPY pyproject.toml uv.lock ./\nRUN uv sync --no-dev \\\n  # not yet\n"
            "  --no-install-project\n"
            "COPY . .\nRUN uv sync --no-dev",
            fixed=f"{_UV}COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev \\\n"
            "  # not yet\n"
            "  --no-install-project\nCOPY . .\nRUN uv sync --locked --no-dev",
        ),
        Example(
            bad=f"{_UV}COPY . .\nRUN <<EOF\nset -e\nuv --no-cache sync --no-dev\nEOF",
            fixed=f"{_UV}COPY . .\nRUN <<EOF\nset -e\nuv --no-cache sync --locked --no-dev\nEOF",
            files=_FILES,
        ),
        Example(
            bad=f"{_UV}ENV UV_LOCKED=0\nCOPY . .\nRUN sh -c 'cd /app && uv sync --no-dev'",
            fixed=f"{_UV}ENV UV_LOCKED=0\nCOPY . .\n"
            "RUN sh -c 'cd /app && uv sync --locked --no-dev'",
        ),
        Example(
            bad=f'{_UV}COPY . .\nRUN ["uv", "sync", "--no-dev"]',
            fixed=f'{_UV}COPY . .\nRUN ["uv", "sync", "--locked", "--no-dev"]',
        ),
        Example(
            bad=f"{_UV}COPY . .\nRUN uv run --no-dev shop.py",
            fixed=f"{_UV}COPY . .\nRUN uv run --locked --no-dev shop.py",
            files=_FILES,
        ),
        Example(bad=f"{_UV}COPY pyproject.toml .\nRUN uv sync --no-dev"),
        Example(bad=f"{_UV}COPY pyproject.toml .\nRUN uv sync --no-dev", files=_FILES),
        Example(
            bad=f"{_UV}COPY . .\nRUN uv sync --no-dev",
            files={"pyproject.toml": _PYPROJECT},
        ),
        Example(
            bad=f"{_UV}COPY . .\nRUN uv sync --no-dev",
            files={**_FILES, ".dockerignore": "uv.lock\n"},
        ),
        Example(
            bad="FROM python:3.14-slim AS build\nRUN pip install --no-cache-dir pdm==2.26.0\n"
            "WORKDIR /app\n"
            "COPY pyproject.toml pdm.lock ./\nRUN pdm install --prod\nFROM python:3.14-slim\n"
            "COPY --from=build /app/.venv /app/.venv",
            fixed="FROM python:3.14-slim AS build\nRUN pip install --no-cache-dir pdm==2.26.0\n"
            "WORKDIR /app\n"
            "COPY pyproject.toml pdm.lock ./\nRUN pdm install --check --prod\n"
            "FROM python:3.14-slim\n"
            "COPY --from=build /app/.venv /app/.venv",
        ),
        Example(
            bad="FROM python:3.14-slim\nRUN pip install --no-cache-dir pipenv==2026.0.0\n"
            "WORKDIR /app\n"
            "COPY Pipfile* ./\nRUN PIPENV_NOSPIN=1 pipenv install --system",
            fixed="FROM python:3.14-slim\nRUN pip install --no-cache-dir pipenv==2026.0.0\n"
            "WORKDIR /app\n"
            "COPY Pipfile* ./\nRUN PIPENV_NOSPIN=1 pipenv install --deploy --system",
        ),
        Example(
            good=f"{_UV}COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev"
        ),
        Example(
            good=f"{_UV}COPY pyproject.toml uv.lock ./\n"
            "RUN uv sync --no-dev --frozen && uv run --no-dev a.py"
        ),
        Example(
            good=f"{_UV}ENV UV_FROZEN=1\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --no-dev"
        ),
        Example(
            good=f"{_UV}COPY pyproject.toml uv.lock ./\n"
            "RUN export UV_LOCKED=true && uv sync --no-dev"
        ),
        # uv cannot write it, so the build fails as it should
        Example(
            good=f"{_UV}RUN --mount=type=bind,source=uv.lock,target=uv.lock \\\n"
            "    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\\n"
            "    uv sync --no-dev"
        ),
        # the versions are resolved anew on purpose
        Example(good=f"{_UV}COPY pyproject.toml .\nRUN uv lock && uv sync --no-dev"),
        Example(
            good=f"{_UV}COPY pyproject.toml uv.lock ./\nRUN uv sync --no-dev --upgrade"
        ),
        # nobody knows what is in it
        Example(
            good=f"{_UV}ARG UV_OPTIONS\nCOPY pyproject.toml uv.lock ./\nRUN uv sync $UV_OPTIONS"
        ),
        # no project: a script, a tool, an environment that pip would fill
        Example(
            good=f"{_UV}RUN uv run --no-project python -c 'print(1)' && uv pip install --system "
            "flask==3.1.2"
        ),
        Example(good=f"{_UV}RUN uv run python -c 'print(1)'"),
        # nothing of this stage comes into the image
        Example(
            good=f"{_UV.replace('-slim', '-slim AS lint', 1)}COPY pyproject.toml .\nRUN uv sync\n"
            "FROM python:3.14-slim\nCOPY shop.py /"
        ),
        Example(
            good=f"{_UV.replace('-slim', '-slim AS dev', 1)}COPY pyproject.toml uv.lock ./\n"
            "RUN uv sync"
        ),
        Example(
            good="FROM python:3.14-slim\nRUN pip install --no-cache-dir pipenv==2026.0.0\n"
            "WORKDIR /app\n"
            "COPY Pipfile Pipfile.lock ./\n"
            "RUN pipenv sync --system && pipenv install --deploy --system"
        ),
    ),
)
