"""pip installs into the Python of a distribution that does not allow it

## What it does
Finds `pip install` and `uv pip install --system` into the Python of Debian 12, Ubuntu 23.04,
Alpine 3.19 and later releases, without a virtual environment and without
`--break-system-packages`.

The rule is silent where another Python may be in use: where PATH is changed or a virtual
environment is activated, where pip is called by a path, where conda, pyenv or another build of
Python is installed or copied, and where `--target`, `--prefix` or `--root` name another place. It
is silent too where the failure does not end the build, as before `|| true`, and where a package
such as python3.6 is installed: it is another Python, or the build fails there already.

## Why is this bad?
These releases mark their Python as externally managed (PEP 668), and pip refuses to install into
it: the build fails with "error: externally-managed-environment". A virtual environment is the way
that the message names:

    RUN python3 -m venv /opt/venv
    ENV PATH="/opt/venv/bin:$PATH"
    RUN pip install -r requirements.txt

There is no fix, because all later instructions must know the virtual environment. Starting from a
python image (`python:3.14-slim`) does away with the question.

## When to ignore
Ignore it where a base image of the same name, but your own, comes without EXTERNALLY-MANAGED.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.distributions import distribution_of, is_externally_managed
from lightship.base_images.lifetimes import Release, official_name
from lightship.base_images.pythons import SYSTEM
from lightship.build import Build, Invocation, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.command_variables import variable
from lightship.facts.stages.built_stages import built_stage
from lightship.facts.stages.inherited import inheriting
from lightship.facts.stages.program_places import may_copy_programs
from lightship.facts.stages.stage_python import stage_python
from lightship.facts.values.unread import is_unread
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.failing import ends_build

# Of other images the distribution's Python may not be the only one
_IMAGES = frozenset("debian ubuntu alpine buildpack-deps".split())
# With one of these in a stage pip may be another, or told that it may
_MARKS = (
    "BREAK_SYSTEM_PACKAGES",
    "EXTERNALLY-MANAGED",
    "PATH=",
    "VIRTUAL_ENV",
    "activate",
    "break-system-packages",
    "ensurepip",
    "get-pip",
    "make altinstall",
    "make install",
    "pip.conf",
    "pip config",
    "update-alternatives",
)
_NUMBERED = regex(r"python3\.\d")
_ELSEWHERE = ("--target", "--prefix", "--root", "--dry-run", "--python", "--help")
_PLACES = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_REQUIRE_VENV")
_PROGRAMS = ("", "/usr/bin")


def check(build: Build) -> Iterator[Finding]:
    reported: set[Stage] = set()
    for call in build.packages("pip", "uv", action="install"):
        stage = built_stage(build, call.instruction)
        if stage is None or stage in reported:
            continue
        release = _guarded(build, stage)
        if release is None or not _is_into_system(build, call):
            continue
        if not ends_build(call.script, call.command):
            continue

        reported.add(stage)
        title = _title(build, stage, release)
        message = (
            f"{title} refuses pip in its own Python, and the build fails: use a virtual "
            "environment"
        )
        yield Finding(call.does.subcommand.span, message)


def _title(build: Build, stage: Stage, release: Release) -> str:
    """The release, or only the system where the tag moves from one to the next."""
    image = build.root_image(stage)
    tag = image.tag if image is not None else ""
    if tag in ("", "latest"):
        return f"the newest {release.product}"
    return str(release)


def _guarded(build: Build, stage: Stage) -> Release | None:
    """The release whose guarded Python is the only one that the stage has."""
    image = build.root_image(stage)
    if image is None or official_name(image) not in _IMAGES:
        return None
    release = distribution_of(image)
    if release is None or not is_externally_managed(release):
        return None

    python = stage_python(build, stage)
    if python is None or python.prefix != SYSTEM or _may_have_another(build, stage):
        return None
    return release


def _may_have_another(build: Build, stage: Stage) -> bool:
    """Whether something in the stage may bring another pip, or lift the guard."""
    if stage.index in build.once(_stages_with_another):
        return True
    for call in build.packages("apt", "apt-get", "aptitude", action="install"):
        packages = call.does.packages
        if any(_NUMBERED.match(package.name or "") for package in packages):
            return True
    return may_copy_programs(build, stage)


def _stages_with_another(build: Build) -> frozenset[int]:
    text = build.dockerfile.text

    def holds(stage: Stage) -> bool:
        for item in stage.instructions:
            own = item.span.of(text)
            if any(mark in own for mark in _MARKS):
                return True
            if item.keyword == "RUN" and is_unread(build, item):
                return True
        return False

    return inheriting(build, holds)


def _is_into_system(build: Build, call: PackageInvocation) -> bool:
    """Whether it goes into the environment of `python3`."""
    does = call.does
    if does.option(*_ELSEWHERE, "-t") or does.option("--break-system-packages"):
        return False
    run = Invocation(call.instruction, call.script, call.command)
    if any(variable(build, run, name) for name in _PLACES):
        return False
    if does.manager == "uv":
        return does.name == "pip install" and does.option("--system") is not None
    program = call.command.words[0].value or "?"
    directory, _, _ = program.rpartition("/")
    return directory in _PROGRAMS


_PIP = (
    "RUN apt-get update && apt-get install -y --no-install-recommends python3-pip"
    " && rm -rf /var/lib/apt/lists/*\n"
)
_FLASK = "RUN pip3 install --no-cache-dir flask==3.1.2\n"
_END = 'USER 10001\nCMD ["python3", "/app/main.py"]'

RULE = Rule(
    id="externally-managed-install",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(text=tuple(sorted(_IMAGES))),
    missed={
        "in-onbuild": "a trigger runs in another build, on another image",
        "absolute-path": "/usr/local/bin/pip is another pip than the distribution's",
        "function": "whether a function is called is not followed",
        "if-branch": "an install under a condition need not be carried out",
        "argument-in-an-arg argument-in-a-shell-variable": (
            "what a variable names need not be the distribution's Python"
        ),
    },
    examples=(
        Example(bad=f"FROM ubuntu:24.04\n{_PIP}{_FLASK}{_END}"),
        Example(
            bad=f"FROM debian:bookworm-slim\n{_PIP}COPY requirements.txt .\n"
            f"RUN pip install --no-cache-dir -r requirements.txt\n{_END}"
        ),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache py3-pip \\\n    # and then\n"
            f"    && python3 -m pip install flask==3.1.2\n{_END}"
        ),
        Example(
            bad=f"FROM debian:13 AS base\n{_PIP}FROM base\n"
            f"RUN set -e; pip install --upgrade pip; pip install flask==3.1.2\n{_END}"
        ),
        Example(
            bad=f"FROM debian:stable-slim\n{_PIP}"
            f'RUN ["pip", "install", "--user", "flask==3.1.2"]\n{_END}'
        ),
        Example(
            bad=f"FROM ubuntu\n{_PIP}RUN <<EOF\nset -e\npip3 install flask==3.1.2\nEOF\n{_END}"
        ),
        Example(
            bad=f"FROM debian:trixie\n{_PIP}"
            f"RUN sh -c 'pip install flask==3.1.2'\n{_END}"
        ),
        Example(
            good="FROM debian:13-slim\nENV PYTHONUNBUFFERED=1\n"
            f"{_PIP.replace('python3-pip', 'python3-venv')}RUN python3 -m venv /venv\n"
            f'ENV PATH="/venv/bin:$PATH"\n{_FLASK}{_END}'
        ),
        Example(
            good=f"FROM ubuntu:22.04\nENV PYTHONUNBUFFERED=1\n{_PIP}{_FLASK}{_END}"
        ),
    ),
)
