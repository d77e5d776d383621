"""The first WORKDIR of the build is relative

`WORKDIR app` stands for a directory inside the one that the base image ends in. That is
nowhere to be seen in the Dockerfile, and changes with the image.

BuildKit reports the first WORKDIR of a stage and of the stages that it starts from; those
after it are right once the first one is.

The fix writes the absolute path. It is safe for `scratch` and for images that are known to
start in `/`. For any other image it takes `/` and so is unsafe: look where the image starts.
There is no fix for a path with variables or quotes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import is_bare
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.places import holds_comment, on_first_line
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import is_absolute, join_workdir
from lightship.expansion.variables import is_plain
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        if step.instruction.keyword != "WORKDIR" or step.before.workdir_set:
            continue
        path, system = step.operands[0], build.evaluation.root(step.stage).system
        if not is_absolute(path, system):
            word = step.instruction.args[0]
            span = on_first_line(build.dockerfile, step.place, word.span if step.place is step.instruction else None)
            fix = _fix(build, step) if system != "windows" else None
            yield Finding(span, f"{path or 'an empty path'} depends on where the base image ends", fix)


def _fix(build: Build, step: Step) -> Fix | None:
    word = step.instruction.args[0]
    if not is_plain(word.text, build.dockerfile.escape) or holds_comment(build.dockerfile, word.span):
        return None
    absolute = join_workdir(step.before.workdir, word.text).path
    root = build.evaluation.root(step.stage)
    image = read_reference(root.name)
    known = step.before.workdir_known or (not isinstance(image, str) and is_bare(image))
    safety = Safety.SAFE if known else Safety.UNSAFE
    return Fix(f"Write {absolute}", (Edit.replace(word.span, absolute),), safety)


RULE = Rule(
    id="relative-workdir",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("WorkdirRelativePath", "DL3000", "DS-0009", "AVD-DS-0009", "CKV_DOCKER_10"),
    examples=(
        Example(bad="WORKDIR app", fixed="WORKDIR /app"),
        Example(bad="FROM node:24\nWORKDIR ./srv/../app", fixed="FROM node:24\nWORKDIR /app"),
        Example(bad="ARG DIR=app\nWORKDIR $DIR"),
        Example(good="WORKDIR /srv\nWORKDIR app"),
    ),
)
