"""Whether a stage has a Python 3 of its own, in whichever way it is built."""

from __future__ import annotations

import re
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.facts.stages.final_image import has_own_python
from lightship.regex import regex


def is_python_image(build: Build, stage: Stage) -> bool:
    """Whether a stage has a Python 3 of its own, in whichever way it is built."""
    if not has_own_python(build, stage):
        return False
    if ":2" in build.evaluation.root(stage).name:
        return False  # in an image of Python 2, Python 3 is another
    return _is_python_by_default(build, stage)


def _is_python_by_default(build: Build, stage: Stage) -> bool:
    """Whether it starts from a Python image without build args, too.

    A Dockerfile for several base images installs Python for those that have none.
    """
    if _is_compared(build, stage):
        return False
    if not build.args:
        return True
    default = build.once(_without_args)
    has_default = bool(default.evaluation.root(stage).name)
    return not has_default or has_own_python(default, stage)


def _is_compared(build: Build, stage: Stage) -> bool:
    """Whether RUN asks for the value of the build arg that is the base image: there are others."""
    index = build.evaluation.graph.roots[stage.index]
    base = build.dockerfile.stages[index].base.text
    name = base.strip("${}")
    if base not in (f"${name}", f"${{{name}}}"):
        return False
    name = re.escape(name)  # it may have a default in it
    pattern = regex(rf"\[\[? [^\n]*\$\{{?{name}\b|\bcase [^\n]*\$\{{?{name}\b")
    return pattern.search(build.dockerfile.text) is not None


def _without_args(build: Build) -> Build:
    return replace(build, args={})
