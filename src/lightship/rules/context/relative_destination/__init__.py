"""COPY or ADD goes to a relative path, and no WORKDIR says where that is

## What it does
Finds COPY and ADD with a relative destination before the first WORKDIR.

The rule is silent for `scratch`, which has nothing but `/`, and for images that it does not know,
because they may have set a WORKDIR for this. It is silent, too, where RUN instructions of the same
stage use the files by the same relative path and the image does not keep them, or has only a
manifest such as `requirements.txt` that the install has read; and in images for development,
tests and CI.

## Why is this bad?
A relative destination starts at the working directory. Before the first WORKDIR that is the one
of the base image: the Dockerfile does not show it, and another image may have another.

Some official images (debian, alpine, python, …) are known to start in `/`: there the files end up
in the root directory, among those of the system.

## Fix safety
The fix writes that path. It is safe, because it is the same place. Better still, set WORKDIR.

## When to ignore
Ignore it where the files belong in the working directory of the base image, wherever that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.known import starts_in_root
from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import clean, is_absolute
from lightship.evaluation.stages import SCRATCH
from lightship.facts.stages.built_stages import built_indices
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.record import record
from lightship.rules.context.relative_destination.passing import is_passing
from lightship.text import Edit

_OF_SHELL = frozenset("<>|&;")


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return
    built = built_indices(build)
    groups: dict[tuple[int, bool], list[_RelativeCopy]] = {}
    for copying in build.copyings():
        step = copying.step
        path = copying.destination.value
        if step is None or step.before.workdir_set or not path:
            continue

        if step.stage.index not in built:
            continue
        root = build.evaluation.root(step.stage)
        if is_absolute(path, root.system):
            continue
        if not starts_in_root(root.name) or root.name == SCRATCH:
            continue

        if is_passing(build, copying, step.stage):
            continue

        edit = _edit(build, copying, _absolute(path))
        group = groups.setdefault((step.stage.index, edit is None), [])
        group.append(_RelativeCopy(copying, path, edit))

    for places in groups.values():
        yield _finding(places)


@record
class _RelativeCopy:
    """A relative destination, and the edit that writes the whole path, None where that is not
    sure.
    """

    copying: Copying
    path: str
    edit: Edit | None


def _finding(places: Sequence[_RelativeCopy]) -> Finding:
    """One for all destinations of a stage: one WORKDIR cures them."""
    first, *others = places
    absolute = _absolute(first.path)
    also = ""
    paths = "that path"
    title = f"Use {absolute}"
    if others:
        start = "starts" if len(others) == 1 else "start"
        also = f", and {len(others)} more {start} at / too"
        paths = "those paths"
        title = "Use the paths from /"

    message = f"without WORKDIR, {first.path} is {absolute}{also}: set WORKDIR, or use {paths}"
    edits = tuple(place.edit for place in places if place.edit is not None)
    fix = Fix(title, edits) if edits else None
    return Finding(first.copying.destination.word.span, message, fix)


def _absolute(path: str) -> str:
    """The same place from `/`; what names a directory ends with `/`."""
    absolute = clean(f"/{path}")
    directory = path.endswith(("/", "/."))
    return f"{absolute}/" if directory and absolute != "/" else absolute


def _edit(build: Build, copying: Copying, absolute: str) -> Edit | None:
    destination = copying.destination
    word = destination.word
    if destination.varies or word.text != destination.value:
        return None
    if word.text.startswith("~"):
        return None  # the home directory was meant, not a directory of that name
    if not _OF_SHELL.isdisjoint(word.text):
        return None  # no destination was meant
    if holds_comment(build.dockerfile, word.span):
        return None
    if copying.instruction.form != "exec":
        return Edit.replace(word.span, absolute)

    is_plain = word.span.of(build.dockerfile.text) == f'"{word.text}"'
    return Edit.replace(word.span, f'"{absolute}"') if is_plain else None


RULE = Rule(
    id="relative-destination",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    aliases=("DL3045",),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, after every WORKDIR of this one"
        ),
    },
    examples=(
        Example(bad="COPY app.py .", fixed="COPY app.py /"),
        Example(bad="COPY src ./app/.", fixed="COPY src /app/"),
        Example(bad='ADD ["a.tar", "app"]', fixed='ADD ["a.tar", "/app"]'),
        Example(
            bad="FROM node:24 AS base\nRUN npm ci\nFROM base\nCOPY app.js app/",
            fixed="FROM node:24 AS base\nRUN npm ci\nFROM base\nCOPY app.js /app/",
        ),
        Example(
            bad="FROM python:3.14\nCOPY a.py .\nRUN ./a.py\nCOPY b.py b/\nFROM python:3.14\n"
            "COPY --from=0 /b b",
            fixed="FROM python:3.14\nCOPY a.py .\nRUN ./a.py\nCOPY b.py /b/\nFROM python:3.14\n"
            "COPY --from=0 /b /b",
        ),
        Example(bad="ENV DIR=app\nCOPY app.py $DIR"),
        Example(bad="COPY .bashrc ~/"),
        Example(good="WORKDIR /app\nCOPY app.py ."),
        Example(good="FROM scratch\nCOPY app bin/app"),
        Example(good="FROM ghcr.io/acme/base:7\nCOPY app.py ."),
        Example(
            good="FROM node:24-slim AS base\nWORKDIR /app\nFROM base\nCOPY app.js ."
        ),
        Example(good="COPY app.py /app/"),
        Example(good="ARG DIR\nCOPY app.py $DIR"),
        Example(good="ENV DIR=/app\nCOPY app.py $DIR/"),
        Example(
            good="FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY app.exe C:/app/"
        ),
    ),
)
