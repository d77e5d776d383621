"""pip is told to install among the packages of the distribution

## What it does
Finds `--break-system-packages`, its environment variable, and the removal of EXTERNALLY-MANAGED,
in Python images, where they have no effect, and elsewhere where the Dockerfile shows that packages
of pip and of the distribution are in each other's way: pip runs with `--ignore-installed`, or
modules of the distribution (`python3-cryptography`) are removed. Mostly a container has one
program, and nothing else uses its Python: then the option does no harm.

On images other than Python's only the first place is reported, and only where the final image gets
it. The rule is silent there where a comment explains it, where the distribution's own modules
are installed beside it, where the base is an image of the same repository, and in
images for development and tests.

## Why is this bad?
Debian, Ubuntu, Alpine and Fedora mark their Python as managed by the distribution with a file,
EXTERNALLY-MANAGED, since Python 3.11 (PEP 668). `--break-system-packages` bypasses it: pip then
replaces or hides what apt or apk has installed, and programs of the distribution may stop
working; a later upgrade of the distribution breaks the project's packages in turn. A virtual
environment keeps the two apart:

    RUN python3 -m venv /opt/venv
    ENV PATH="/opt/venv/bin:$PATH"

In a Python image (`python:3.14-slim`) the interpreter is not the distribution's and there is no
such file: the option has no effect, and pip before 23.0.1 fails on it.

## Fix safety
The fix removes the option in Python images. It is safe there: the option only ignores a file that
does not exist. It is unsafe where PATH is changed, so that pip may be another. On other images
there is no fix, because all later instructions must know the virtual environment.

## When to ignore
Ignore it where a program must import the distribution's own modules and nothing else uses them.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.places import comments_near, holds_comment, whole_lines
from lightship.dockerfile.tree import Instruction, Pair, Stage
from lightship.facts.edits.word_edits import without
from lightship.facts.installs.installer_settings import settings
from lightship.facts.stages.final_image import has_own_python, is_for_development
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.packages import Package, read_command
from lightship.text import Edit, Span

_OPTION = "--break-system-packages"
_VARIABLES = ("PIP_BREAK_SYSTEM_PACKAGES", "UV_BREAK_SYSTEM_PACKAGES")
_MARKS = ("break-system-packages", "BREAK_SYSTEM_PACKAGES", "EXTERNALLY-MANAGED")
_MANAGERS = ("apt-get", "apt", "aptitude", "apk", "dnf", "microdnf", "yum", "zypper")
_MODULE = regex(r"(?:python3(?:\.?\d+)?|py3)-(.+)")
_TOOLS = frozenset(
    """pip venv setuptools dev devel wheel full minimal distutils pkg-resources virtualenv pipx
    apt yaml-dev doc libs lib2to3 ensurepip base pyc""".split()
)
_IGNORE_INSTALLED = "--ignore-installed"  # or -I
# What a comment above a setting speaks of, where it says why
_SUBJECT = regex(
    r"\b(?:pip|system|packages?|venv|virtualenv|environment|pep|managed)\b"
)
_REASON = regex(
    r"requir|need|compat|workaround|because|since|avoid|so that|resembl|match|align|same as"
    r"|consisten|managed|pep.?668|break.system"
)
_CONDA = (
    "continuumio/",
    "condaforge/",
    "mambaorg/",
    "pytorch/pytorch",
    "quay.io/jupyter/",
    "jupyter/",
)
_OFF = frozenset({"", "0", "false", "no", "off"})


def check(build: Build) -> Iterator[Finding]:
    if _has_conda(build):
        return
    is_said = False
    for finding, own in _found(build):
        if own or not is_said:  # all of them have one cause, and one cure
            yield finding
        is_said = is_said or not own


def _has_conda(build: Build) -> bool:
    """Whether the Python may be that of conda, which no distribution has made."""
    return any(base.name.startswith(_CONDA) for base in build.evaluation.bases)


def _found(build: Build) -> Iterator[tuple[Finding, bool]]:
    """Each place, and whether it is in a Python image."""
    for setting in settings(build, *_VARIABLES):
        if setting.value.lower() in _OFF:
            continue

        own = _is_own(build, setting.instruction)
        if not own and _is_settled(build, setting.instruction, is_setting=True):
            continue
        fix = None
        if own and setting.pair:
            fix = _unset(build, setting.instruction, setting.pair)
        yield Finding(setting.span, _message(own, setting.name), fix), own

    for invocation in build.commands():
        yield from _of_command(build, invocation)


def _of_command(build: Build, invocation: Invocation) -> Iterator[tuple[Finding, bool]]:
    words = invocation.command.words
    is_system = bool(words) and words[0].text.startswith("/usr/bin/")
    own = _is_own(build, invocation.instruction) and not is_system
    if not own and not _may_override(build, invocation):
        return

    if invocation.command.name in ("rm", "mv", "find", "unlink"):
        for word in words[1:]:
            if "EXTERNALLY-MANAGED" in word.text:
                message = _message(own, "without EXTERNALLY-MANAGED")
                yield Finding(word.span, message), own
        return

    does = read_command(invocation.command)
    options = does.options if does is not None else ()
    unwanted = [option.word for option in options if option.name == _OPTION]
    if not own and any(option.name == "--user" for option in options):
        return  # what is installed for a user replaces nothing of the system
    if unwanted:
        edits = without(build, invocation.script, words, unwanted) if own else None
        fix = Fix(f"Remove {_OPTION}", edits, _safety(build)) if edits else None
        yield Finding(unwanted[0].span, _message(own, _OPTION), fix), own


def _may_override(build: Build, invocation: Invocation) -> bool:
    instruction = invocation.instruction.trigger or invocation.instruction
    bodies = (heredoc.content for heredoc in instruction.heredocs)
    text = "\n".join((instruction.line.text, *bodies))
    if not any(mark in text for mark in _MARKS):
        return False
    return not _is_settled(build, invocation.instruction)


def _is_settled(
    build: Build,
    instruction: Instruction,
    *,
    is_setting: bool = False,
) -> bool:
    """Whether another environment would not help here, or a comment explains the choice."""
    if not build.once(_shows_conflict):
        return True
    stage = build.dockerfile.stage_of(instruction)
    if stage is not None:
        if instruction not in build.shipped or is_for_development(build):
            return True
        root = build.evaluation.graph.roots[stage.index]
        if root in build.once(_mixed) or _is_of_project(build, stage):
            return True

    near = comments_near(build.dockerfile, instruction)
    if is_setting and _SUBJECT.search(near):
        return True
    if _REASON.search(near):
        return True
    return build.once(_is_spoken_of)


def _is_spoken_of(build: Build) -> bool:
    """Whether a comment anywhere names the option."""
    for comment in build.dockerfile.comments:
        text = comment.text(build.dockerfile.text)
        if any(mark in text for mark in _MARKS):
            return True
    return False


def _shows_conflict(build: Build) -> bool:
    """Whether pip and the distribution are in each other's way, as far as the commands tell."""
    for call in build.packages("pip", action="install"):
        if call.does.option(_IGNORE_INSTALLED) is not None:
            return True
    for call in build.packages(*_MANAGERS, action="remove"):
        if any(map(_is_module, call.does.packages)):
            return True
    return False


def _is_module(package: Package) -> bool:
    """Whether it is a module of the distribution's Python, and no tool to install others."""
    module = _MODULE.fullmatch(package.name)
    return module is not None and module[1] not in _TOOLS


def _mixed(build: Build) -> frozenset[int]:
    """The first stages whose images get the distribution's own modules too, which an environment
    would not see.
    """
    roots: set[int] = set()
    for call in build.packages(*_MANAGERS, action="install"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None:
            continue
        if any(map(_is_module, call.does.packages)):
            roots.add(build.evaluation.graph.roots[stage.index])
    return frozenset(roots)


def _is_of_project(build: Build, stage: Stage) -> bool:
    """Whether the stage starts from another image of the project, which chose the Python."""
    if build.evaluation.root(stage).name in build.contexts:
        return True
    image = build.root_image(stage)
    return image is not None and build.is_own_image(image)


def _message(own: bool, name: str) -> str:
    if name.startswith("without"):
        removed = f"{name.removeprefix('without ')} is removed"
        if own:
            return f"{removed}, which a Python image does not have: remove this"
        return (
            f"{removed}, so pip can replace system packages: use a virtual environment"
        )
    if own:
        return f"{name} has no effect in a Python image: remove it"
    return f"{name} lets pip replace system packages: use a virtual environment"


def _is_own(build: Build, instruction: Instruction) -> bool:
    stage = build.dockerfile.stage_of(instruction)
    return stage is not None and has_own_python(build, stage)


def _safety(build: Build) -> Safety:
    """If PATH is changed, another pip may come first, perhaps the distribution's."""
    text = build.dockerfile.text.replace("PYTHONPATH=", "")
    return Safety.UNSAFE if "PATH=" in text else Safety.SAFE


def _unset(build: Build, instruction: Instruction, pair: Pair) -> Fix | None:
    """Take the variable out of ENV or ARG, which goes away with the last."""
    dockerfile, pairs = build.dockerfile, instruction.pairs
    at = pairs.index(pair)
    if len(pairs) == 1:
        span = whole_lines(dockerfile, instruction)
    elif at:
        span = Span(pairs[at - 1].span.end, pair.span.end)
    else:
        span = Span(pair.span.start, pairs[1].span.start)
    if (
        holds_comment(dockerfile, span)
        or f"${pair.name.text}" in dockerfile.text
        or pair.legacy
    ):
        return None
    return Fix(f"Remove {pair.name.text}", (Edit.delete(span),), _safety(build))


RULE = Rule(
    id="externally-managed-overridden",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=_MARKS),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "it is not known which packages are removed"
        ),
    },
    examples=(
        Example(
            bad="FROM python:3.14-slim\nRUN pip install --no-cache-dir --break-system-packages "
            "flask==3.1.2",
            fixed="FROM python:3.14-slim\nRUN pip install --no-cache-dir flask==3.1.2",
        ),
        Example(
            bad="FROM python:3.14\nENV A=1 \\\n    PIP_BREAK_SYSTEM_PACKAGES=1 \\\n    # and\n"
            "    B=2",
            fixed="FROM python:3.14\nENV A=1 \\\n    # and\n    B=2",
        ),
        Example(
            bad="FROM python:3.14-slim AS base\nFROM base\nENV PIP_BREAK_SYSTEM_PACKAGES=1\n"
            "USER 10001",
            fixed="FROM python:3.14-slim AS base\nFROM base\nUSER 10001",
        ),
        Example(
            bad='FROM python:3.14\nRUN ["pip", "install", "--break-system-packages", "flask"]',
            fixed='FROM python:3.14\nRUN ["pip", "install", "flask"]',
        ),
        Example(
            bad="FROM ghcr.io/astral-sh/uv:python3.14-trixie-slim\n"
            "RUN uv pip install --system --break-system-packages flask",
            fixed="FROM ghcr.io/astral-sh/uv:python3.14-trixie-slim\n"
            "RUN uv pip install --system flask",
        ),
        Example(
            bad='FROM python:3.14-alpine\nENV PATH="/venv/bin:$PATH"\n'
            "RUN set -e; sh -c 'pip install --break-system-packages flask'",
            fixed='FROM python:3.14-alpine\nENV PATH="/venv/bin:$PATH"\n'
            "RUN set -e; sh -c 'pip install flask'",
        ),
        Example(
            bad="RUN apt-get remove -y python3-cryptography\n"
            "RUN pip3 install --no-cache-dir --break-system-packages impacket==0.12.0"
        ),
        Example(
            bad="RUN pip3 install --break-system-packages --ignore-installed flask==3.1.2"
        ),
        Example(
            bad="RUN <<EOF\nexport PIP_BREAK_SYSTEM_PACKAGES=1\n"
            "python3 -m pip install --ignore-installed flask\nEOF"
        ),
        Example(bad="RUN PIP_BREAK_SYSTEM_PACKAGES=1 pip install -I flask; true"),
        Example(
            bad="RUN rm /usr/lib/python3*/EXTERNALLY-MANAGED && pip install -I flask"
        ),
        Example(
            bad="RUN pip config set global.break-system-packages true\n"
            "RUN pip install -I flask"
        ),
        Example(
            bad="FROM alpine:3.22\nONBUILD RUN pip install -I -r r.txt \\\n"
            "    --break-system-packages"
        ),
        # the only program of its container
        Example(
            good="RUN pip3 install --no-cache-dir --break-system-packages flask==3.1.2"
        ),
        Example(
            good="RUN python3 -m venv /venv && /venv/bin/pip install --no-cache-dir flask==3.1.2"
        ),
        Example(
            good="FROM python:3.14-slim\nRUN pip install --no-cache-dir flask==3.1.2"
        ),
        Example(good="ENV PIP_BREAK_SYSTEM_PACKAGES=0"),
        Example(
            good="FROM pytorch/pytorch:2.5.1-cuda12.1-cudnn9-devel\nENV PIP_BREAK_SYSTEM_PACKAGES=1"
        ),
    ),
)
