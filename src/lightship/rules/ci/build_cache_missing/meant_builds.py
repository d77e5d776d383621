"""Builds whose missing cache is meant, and those that one script runs."""

from __future__ import annotations

from collections.abc import Hashable

from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.regex import regex

# `# cache-from: type=gha`, `# --cache-to ...`
_SWITCHED_OFF = regex(r"#[ \t-]*cache[-_](?:from|to)\b")
# Two builds from nothing are compared: a cache would make them the same
_REPRODUCIBLE = regex(r"(?i)reproducib")
_OTHER_ENGINE = "docker-env"  # of minikube: the images are built in the cluster


def is_meant(file: CiFile, build: CiBuild) -> bool:
    """Whether the step has a cache that is commented out, builds with an engine that has its own
    images and takes no cache of CI, or is there to see whether a build is reproducible.
    """
    step = build.step
    about = f"{build.path} {build.workflow} {step.job} {step.name}"
    if _REPRODUCIBLE.search(about):
        return True
    span = step.span
    text = span.of(file.text) if span is not None else ""
    return _SWITCHED_OFF.search(text) is not None or _OTHER_ENGINE in text


def scripts(file: CiFile) -> list[list[CiBuild]]:
    """The builds of each step, by line: those of the commands of one script together."""
    together: dict[Hashable, list[CiBuild]] = {}
    for builds in file.steps:
        for build in builds:
            together.setdefault(_script(build), []).append(build)
    return list(together.values())


def _script(build: CiBuild) -> Hashable:
    """What is the same for the commands of one script alone."""
    step = build.step
    if step.uses or not step.job:
        return build.line
    if step.span is not None:
        return step.span
    return step.job
