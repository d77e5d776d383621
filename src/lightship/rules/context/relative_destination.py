"""COPY or ADD goes to a relative path, and no WORKDIR says where that is

A relative destination counts from the working directory. Before the first WORKDIR that is the
one in which the base image ends: the Dockerfile does not show it, and another image may have
another.

Some official images (debian, alpine, python, …) are known to start in `/`: there the files land
in the root directory, among those of the system. The fix writes that path. It is safe, as it is
the same place. Better still, set WORKDIR.

The rule is silent for `scratch`, which has nothing but `/`, and for images that it does not know,
since they may well have set a WORKDIR for this.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import starts_in_root
from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.evaluation.copies import Copying, copyings
from lightship.evaluation.paths import clean, is_absolute
from lightship.evaluation.stages import SCRATCH
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Edit


def check(build: Build) -> Iterator[Finding]:
    for copying in copyings(build.dockerfile, build.evaluation):
        step, path = copying.step, copying.destination.value
        if step is None or step.before.workdir_set or not path:
            continue
        if is_absolute(path, build.evaluation.root(step.stage).system):
            continue
        root = build.evaluation.root(step.stage).name
        if starts_in_root(root) and root != SCRATCH:
            absolute = _absolute(path)
            message = f"no WORKDIR is set, so {path} is {absolute}: set one, or write that path"
            yield Finding(copying.destination.word.span, message, _fix(build, copying, absolute))


def _absolute(path: str) -> str:
    """The same place from `/`; what names a directory ends with `/`."""
    absolute = clean(f"/{path}")
    directory = path.endswith(("/", "/."))
    return f"{absolute}/" if directory and absolute != "/" else absolute


def _fix(build: Build, copying: Copying, absolute: str) -> Fix | None:
    word = copying.destination.word
    exec_form = copying.instruction.form == "exec"
    if (
        copying.destination.varies
        or word.text != copying.destination.value
        or holds_comment(build.dockerfile, word.span)
    ):
        return None
    if exec_form and word.span.of(build.dockerfile.text) != f'"{word.text}"':
        return None
    return Fix(f"Write {absolute}", (Edit.replace(word.span, f'"{absolute}"' if exec_form else absolute),))


RULE = Rule(
    id="relative-destination",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("DL3045",),
    examples=(
        Example(bad="COPY app.py .", fixed="COPY app.py /"),
        Example(bad="COPY src ./app/.", fixed="COPY src /app/"),
        Example(bad='ADD ["a.tar", "app"]', fixed='ADD ["a.tar", "/app"]'),
        Example(
            bad="FROM node:24 AS base\nRUN npm ci\nFROM base\nCOPY app.js app/",
            fixed="FROM node:24 AS base\nRUN npm ci\nFROM base\nCOPY app.js /app/",
        ),
        Example(bad="ENV DIR=app\nCOPY app.py $DIR"),
        Example(good="WORKDIR /app\nCOPY app.py ."),
        Example(good="FROM scratch\nCOPY app bin/app"),
        Example(good="FROM ghcr.io/acme/base:7\nCOPY app.py ."),
        Example(good="FROM node:24-slim AS base\nWORKDIR /app\nFROM base\nCOPY app.js ."),
        Example(good="COPY app.py /app/"),
        Example(good="ARG DIR\nCOPY app.py $DIR"),
        Example(good="ENV DIR=/app\nCOPY app.py $DIR/"),
        Example(good="FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY app.exe C:/app/"),
    ),
)
