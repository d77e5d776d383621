"""A virtual environment is made without the package that Debian keeps it in

## What it does
Finds `python3 -m venv` on images of Debian and Ubuntu where python3 is installed and python3-venv
is not.

The rule is silent where another Python may be in use, where a package that is not known, a script
or a COPY may bring the missing part, and with `--without-pip`.

## Why is this bad?
Debian and Ubuntu keep ensurepip, which puts pip into a new environment, out of python3 (its
README.venv). The command ends with "The virtual environment was not created successfully because
ensurepip is not available", and the build fails.

## Fix safety
The fix adds python3-venv where python3 is installed. It is unsafe: without a successful build
there is no image to compare with.

## When to ignore
Ignore it where a base image of the same name, but your own, has the package.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.distributions import distribution_of
from lightship.base_images.lifetimes import official_name
from lightship.base_images.pythons import SYSTEM
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.packages.apt import APT
from lightship.facts.packages.release_packages import is_listed
from lightship.facts.stages.built_stages import built_stage
from lightship.facts.stages.inherited import inheriting
from lightship.facts.stages.program_places import may_copy_programs
from lightship.facts.stages.stage_python import stage_python
from lightship.facts.values.unread import is_unread
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.failing import ends_build
from lightship.shell.python_calls import module_call
from lightship.shell.words import Word

_IMAGES = frozenset({"debian", "ubuntu"})
_PROGRAMS = frozenset("python python3 /usr/bin/python /usr/bin/python3".split())
# They bring the package along, as was worked out in the package lists of Debian 13
_BRINGERS = ("venv", "pipx", "python3-full", "virtualenv", "poetry", "tox")
_MARKS = (
    "ensurepip",
    "get-pip",
    "--without-pip",
    "make install",
    "altinstall",
)


def check(build: Build) -> Iterator[Finding]:
    for call in build.commands("python", "python3"):
        stage = built_stage(build, call.instruction)
        words = call.command.words
        if stage is None or module_call(words, "venv") is None:
            continue
        program = words[0]
        if program.value not in _PROGRAMS:
            continue
        if not _lacks_package(build, stage):
            continue
        if not ends_build(call.script, call.command):
            continue

        image = build.root_image(stage)
        release = distribution_of(image) if image is not None else None
        message = (
            f"{release} has venv in a package of its own, and the build fails: install "
            "python3-venv"
        )
        fix = _fix(build, stage)
        yield Finding(program.span, message, fix)
        return


def _lacks_package(build: Build, stage: Stage) -> bool:
    """Whether a stage has python3 of its distribution, and surely no python3-venv."""
    image = build.root_image(stage)
    if image is None or official_name(image) not in _IMAGES:
        return False
    if distribution_of(image) is None:
        return False
    python = stage_python(build, stage)
    if python is None or python.prefix != SYSTEM:
        return False
    if may_copy_programs(build, stage):
        return False

    if stage.index in build.once(_stages_with_marks):
        return False
    installs = list(_installs(build, stage))
    return bool(installs) and not any(map(_may_bring, installs))


def _stages_with_marks(build: Build) -> frozenset[int]:
    """The stages that may get what is missing in a way that is not read."""
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


def _installs(build: Build, stage: Stage) -> Iterator[PackageInvocation]:
    line = build.lineage_of(stage)
    for call in build.packages(*APT, action="install"):
        if build.dockerfile.stage_of(call.instruction) in line:
            yield call


def _may_bring(call: PackageInvocation) -> bool:
    if call.does.name != "install" or call.does.reads_more:
        return True
    for package in call.does.packages:
        name = (package.name or "").partition(":")[0]
        if package.kind != "registry":
            return True
        if not is_listed(name):
            return True
        if any(part in name for part in _BRINGERS):
            return True
    return False


def _fix(build: Build, stage: Stage) -> Fix | None:
    """Install the package beside python3."""
    for call in _installs(build, stage):
        for package in call.does.packages:
            if package.name == "python3" and takes_words(call.script):
                return _beside(call, package.word)
    return None


def _beside(call: PackageInvocation, word: Word) -> Fix:
    edit = after_word(call.script, word, "python3-venv")
    return Fix("Install python3-venv", (edit,), Safety.UNSAFE)


_APT = (
    "RUN apt-get update && apt-get install -y --no-install-recommends {} "
    "&& rm -rf /var/lib/apt/lists/*\n"
)
_VENV = "RUN python3 -m venv /venv\n"

RULE = Rule(
    id="venv-package-missing",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(text=("-m venv",), commands=("python", "python3")),
    missed={
        "in-onbuild": "a trigger runs in another build, on another image",
        "function": "whether a function is called is not followed",
        "if-branch": "a command under a condition need not be run",
        "absolute-path": "/usr/local/bin/python3 is another Python than the distribution's",
        "argument-in-an-arg argument-in-a-shell-variable": (
            "what a variable names need not be the distribution's Python"
        ),
    },
    examples=(
        Example(
            bad=f"{_APT.format('python3')}{_VENV}USER 10001",
            fixed=f"{_APT.format('python3 python3-venv')}{_VENV}USER 10001",
        ),
        Example(
            bad=f"FROM ubuntu:24.04\n{_APT.format('python3-pip python3-dev')}"
            "RUN python3 -m venv /venv && \\\n    # and then\n"
            "    /venv/bin/python -m compileall /srv\nUSER 10001",
        ),
        Example(
            good=f"{_APT.format('python3 python3-venv')}{_VENV}USER 10001",
        ),
    ),
)
