"""Installs that hold versions by an option, the environment or the base image."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.requirement_files import environment_of
from lightship.facts.stages.stage_python import stage_python
from lightship.regex import regex
from lightship.text import Span

UPGRADE = "--upgrade"
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
# `virtualenv --python=python2.7 env`, `pip2 install`
_PYTHON_2 = regex(
    r"\bvirtualenv\b[^\n&;|]*\s(?:--python[= ]|-p ?)\S*python2|\bpip2(?:\.7)?\s+install\b"
    r"|\bpython2(?:\.7)?\s+-m\s+(?:pip|virtualenv)\b"
)
_INSTALLS = frozenset({("pip", "install"), ("uv", "pip install")})


def is_settled(build: Build, call: PackageInvocation) -> bool:
    """Whether it is not an install, or options or the environment hold the versions."""
    does = call.does
    if (does.manager, does.name) not in _INSTALLS:
        return True
    if does.option(*_SETTLED) or does.reads_more:
        return True

    # An index of nightly builds is there for the newest
    indexes = [value for option in _INDEXES for value in does.values(option)]
    if any(map(_NEWEST_INDEX.search, indexes)):
        return True

    if base_name(build, call).startswith(_WITH_CONSTRAINTS):
        return True
    env = environment_of(build, call)
    return any(name in env for name in _CONSTRAINTS)


def is_of_python_2(build: Build, call: PackageInvocation) -> bool:
    """Whether the Python is surely a Python 2: that of the image, or of an environment for it."""
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return False
    python = stage_python(build, stage)
    if python is not None and python.minor.startswith("2."):
        return True
    end = call.command.span.end
    before = Span(call.instruction.span.start, end).of(build.dockerfile.text)
    return _PYTHON_2.search(before) is not None


def base_name(build: Build, call: PackageInvocation) -> str:
    """The image from which the stage of an install starts."""
    stage = build.dockerfile.stage_of(call.instruction)
    return build.evaluation.root(stage).name if stage is not None else ""
