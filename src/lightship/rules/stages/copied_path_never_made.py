"""COPY --from names a path that the stage does not have

## What it does
Finds paths in `COPY --from` that are certainly missing: in a stage FROM scratch, which has
nothing but what COPY, ADD and WORKDIR put there; the library of another version of Python than
the stage has; a virtual environment that the stage creates elsewhere; and `/root/.local` where
pip was not told `--user`.

The rule is silent where an unknown command runs in the stage, where a directory is copied whose
content is not known, and where the image is not an official one.

## Why is this bad?
The build fails with "not found" when it comes to this line.

## Fix safety
The fix writes the version of Python that both stages have. It is unsafe: without a successful
build there is no image to compare with. Elsewhere only you know whether the path or the stage is
wrong.

## When to ignore
Ignore it where a base image of the same name, but your own, contains the path.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.evaluation.stages import SCRATCH, reachable
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.files.stage_content import is_absent
from lightship.facts.stages.package_trees import trees
from lightship.facts.stages.stage_python import other_minor, stage_python
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit, Span

_ENVIRONMENTS = frozenset({"venv", ".venv", "env", "virtualenv"})
_OF_VERSION = regex(r"(?<=/lib/python)3\.[0-9]+(?=/|$)")


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or not stage_copies(build):
        return
    needed = reachable(build.evaluation.graph, [build.final])
    for copy in stage_copies(build):
        if copy.stage.index in needed and copy.origin is not copy.stage:
            message = _message(build, copy)
            if message and is_absent(build, copy.origin, copy.source):
                yield Finding(copy.word.span, message, _fix(build, copy))


def _message(build: Build, copy: StageCopy) -> str:
    """What is wrong if the path is not there; empty where nothing speaks against it."""
    name = f"stage {copy.origin.index}"
    if copy.origin.name:
        name = f"the stage {copy.origin.name}"
    if build.evaluation.root(copy.origin).name == SCRATCH:
        return f"{name} starts from scratch and nothing creates {copy.source} in it"

    version = _OF_VERSION.search(copy.source)
    other = other_minor(build, copy.origin, version[0]) if version is not None else ""
    if other:
        return f"{name} has Python {other}: there is no {copy.source}"

    made = trees(build, copy.origin).values()
    venvs = [tree.path for tree in made if tree.kind == "venv"]
    if venvs and copy.source.rpartition("/")[2] in _ENVIRONMENTS:
        return f"{name} creates its virtual environment at {venvs[0]}: there is no {copy.source}"
    if copy.source != "/root/.local":
        return ""
    if any(tree.kind == "user" for tree in made):
        owners = [tree.owner for tree in made if tree.kind == "user" and tree.owner]
        user = owners[0] if owners else "another user"
        return f"{name} installs for {user}, not for root: there is no {copy.source}"
    if any(_installs(build, copy)):
        return (
            f"{name} installs for all users, without --user: there is no {copy.source}"
        )
    return ""


def _installs(build: Build, copy: StageCopy) -> Iterator[bool]:
    """Whether pip has installed something in the stage, or in one that it starts from."""
    stages = build.lineage_of(copy.origin)
    for call in build.packages("pip"):
        stage = build.dockerfile.stage_of(call.instruction)
        yield call.does.installs and stage in stages


def _fix(build: Build, copy: StageCopy) -> Fix | None:
    """The version that both stages have, where that is all that is wrong."""
    there = stage_python(build, copy.origin)
    here = stage_python(build, copy.stage)
    if there is None or here is None or there.minor != here.minor:
        return None
    if not _OF_VERSION.search(copy.word.text):
        return None

    sources = _versions(build, copy.word.span)
    if not sources:
        return None
    destinations = _versions(build, copy.copying.destination.word.span)
    spans = [*sources, *destinations]
    edits = tuple(Edit.replace(span, there.minor) for span in spans)
    return Fix(f"Use python{there.minor}", edits, Safety.UNSAFE)


def _versions(build: Build, span: Span) -> list[Span]:
    spans = []
    for match in _OF_VERSION.finditer(span.of(build.dockerfile.text)):
        start, end = match.span()
        spans.append(Span(span.start + start, span.start + end))
    return spans


_END = 'USER 10001\nCMD ["python3", "/app/main.py"]'
_SITE = "/usr/local/lib/python3.{}/site-packages"

RULE = Rule(
    id="copied-path-never-made",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(text=("--from=",)),
    aliases=("tally/copy-from-empty-scratch-stage",),
    missed={
        "in-onbuild": (
            "a trigger runs in another build: what it makes or takes is not in this image"
        ),
        "function": "calls of functions are not followed",
    },
    examples=(
        Example(
            bad="FROM scratch AS files\nFROM debian:trixie-slim\nCOPY --from=files /data /data\n"
            "USER 10001",
            on_page=True,
        ),
        Example(
            bad="FROM scratch AS files\nCOPY app.conf /etc/\nWORKDIR /srv\n"
            "FROM debian:trixie-slim\n"
            "COPY --from=files /etc/site.conf /etc/\nUSER 10001"
        ),
        Example(
            bad="FROM python:3.13-slim AS build\n"
            "RUN python -m venv /venv && /venv/bin/pip install flask==3.1.0\n"
            f"FROM python:3.13-slim\nCOPY --from=build /opt/venv /opt/venv\n{_END}"
        ),
        Example(
            bad="FROM python:3.13-slim AS build\nRUN pip install --no-cache-dir flask==3.1.0\n"
            "FROM python:3.13-slim\n"
            f"COPY --from=build {_SITE.format(12)} {_SITE.format(12)}\n{_END}",
            fixed="FROM python:3.13-slim AS build\nRUN pip install --no-cache-dir flask==3.1.0\n"
            "FROM python:3.13-slim\n"
            f"COPY --from=build {_SITE.format(13)} {_SITE.format(13)}\n{_END}",
            on_page=True,
        ),
        Example(
            bad="FROM python:3-slim AS build\nRUN pip install --no-cache-dir flask==3.1.0\n"
            "FROM python:3.12-slim\n"
            f"COPY --from=build {_SITE.format(12)} {_SITE.format(12)}\n{_END}",
        ),
        Example(
            bad="FROM python:3.13-slim AS build\nENV UV_PROJECT_ENVIRONMENT=/opt/venv\n"
            "WORKDIR /app\n"
            "COPY pyproject.toml uv.lock ./\nRUN <<EOF\nset -e\n"
            "uv sync --locked --no-dev --no-install-project\nEOF\n"
            f"FROM python:3.13-slim\nCOPY --from=build /app/.venv /app/.venv\n{_END}"
        ),
        Example(
            bad="FROM python:3.13-slim AS build\nRUN set -e; pip install --no-cache-dir \\\n"
            "    # for all users\n"
            "    flask==3.1.0\nFROM python:3.13-slim\n"
            f"COPY --from=build /root/.local /root/.local\n{_END}"
        ),
        Example(
            bad="FROM scratch AS base\nCOPY app.conf /etc/\nFROM base AS build\nWORKDIR /src\n"
            "FROM debian:trixie-slim\nCOPY --from=build /srv/app.conf /etc/app.conf\nUSER 10001",
        ),
        Example(
            bad="FROM scratch AS build\nCOPY src /src\nFROM alpine:3.22\n"
            "COPY --from=build /src/dist /dist\nUSER 10001",
            files={"src/main.c": "", ".dockerignore": "Dockerfile\n.dockerignore\n"},
        ),
        Example(
            good="FROM scratch AS files\nCOPY app.conf /etc/\nWORKDIR /srv\n"
            "FROM debian:trixie-slim\n"
            "COPY --from=files /etc/app.conf /etc/\nCOPY --from=files /srv /srv\nUSER 10001"
        ),
        # Anything may be in an image that is not known, in a directory, and behind a command
        Example(
            good="FROM example.com/base:1 AS build\nFROM debian:trixie-slim\n"
            "COPY --from=build /app /app\nUSER 10001"
        ),
        Example(
            good="FROM debian:trixie-slim AS build\nCOPY . /src\nFROM debian:trixie-slim\n"
            "COPY --from=build /src/dist /dist\nUSER 10001"
        ),
        Example(
            good="FROM debian:trixie-slim AS build\nCOPY build.sh /\nRUN /build.sh\n"
            "FROM debian:trixie-slim\n"
            "COPY --from=build /app /app\nUSER 10001"
        ),
        Example(
            good="FROM python:3.13-slim AS build\nRUN python -m venv /venv\nFROM python:3.13-slim\n"
            "COPY --from=build /venv/bin/python /venv/\nUSER 10001"
        ),
        Example(
            good="FROM python:3.13-slim AS build\n"
            "RUN pip install --no-cache-dir --user flask==3.1.0\n"
            "FROM python:3.13-slim\nCOPY --from=build /root/.local /root/.local\n"
            "ENV PATH=/root/.local/bin:$PATH"
        ),
    ),
)
