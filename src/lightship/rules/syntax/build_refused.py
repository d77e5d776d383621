"""BuildKit would refuse to build this Dockerfile

## What it does
Finds instructions that can be read but not carried out: an invalid image name in FROM, a stage that
depends on itself, a port that is not a number, a variable expansion that fails.

Some reasons have a rule of their own: `invalid-default-base-image` where FROM lacks a build
argument, `copy-from-own-stage`, and `port-out-of-range`. The base image of the last stage is not
judged where a BuildConfig of OpenShift in the repository replaces it (`dockerStrategy`). Where an
ARG without a default is the reason, such as in VOLUME, the command of the build has to give it:
that is a note where files of the repository say how it is built and none of them gives it, and else
nothing.

## Why is this bad?
BuildKit finds such errors when it turns the Dockerfile into steps, before it runs any of them. It
stops at the first one, and nothing is built.

## When to ignore
Ignore it where the Dockerfile is a template that another tool completes before it is built.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.places import word_on_first_line
from lightship.dockerfile.tree import Problem
from lightship.expansion.variables import is_plain
from lightship.facts.start.container_lines import run_texts
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.regex import regex
from lightship.text import Span

# Instructions whose operands are variables as well; COPY and RUN take none in `--from`
_EXPANDED = frozenset(
    {"ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
_VARIABLE = regex(r"\$\{?(\w+)")
_MOUNT_OF_BUILDAH = regex(
    r"RUN: (?:unexpected key (?:relabel|[zZU]|idmap) in --mount|[zZU] must be key=value)"
)


def check(build: Build) -> Iterator[Finding]:
    reported = {*_needing_args(build), *_own_stages(build), *_ports_too_high(build)}
    reported |= set(_replaced(build))
    if build.may_be_buildah:
        reported |= set(_variable_sources(build))
        reported |= set(_mounts_of_buildah(build))
    for problem in build.evaluation.refusals:
        # A second reason is mostly a consequence of the first
        if problem.span in reported:
            continue

        reported.add(problem.span)
        message = problem.message
        if problem.hint:
            message = f"{message} ({problem.hint})"
        left_open = _left_open(build, problem)
        if left_open and _is_given(build, left_open):
            continue
        if left_open:
            message = f"{message}, unless a build arg gives {left_open}"
            yield Finding(problem.span, message, severity=Severity.INFO)
        else:
            yield Finding(problem.span, message)


def _left_open(build: Build, problem: Problem) -> str:
    """The first ARG of the stage in the text that is refused which only a build arg gives a value;
    empty where there is none.
    """
    stages = build.dockerfile.stages
    stage = next((item for item in stages if item.span.covers(problem.span)), None)
    if stage is None or stage.from_.span.covers(problem.span):
        return ""
    required: set[str] = set()
    for item in stage.instructions:
        if item.span.covers(problem.span) and item.keyword not in _EXPANDED:
            return ""
        if item.keyword == "ARG" and item.span.start < problem.span.start:
            pairs = [pair for pair in item.pairs if pair.value is None]
            required.update(pair.name.text for pair in pairs)
    required -= build.args.keys() | build.evaluation.globals.keys()
    for name in _VARIABLE.findall(problem.span.of(build.dockerfile.text)):
        if name in required:
            return str(name)
    return ""


def _is_given(build: Build, name: str) -> bool:
    """Whether a script of the repository gives a build arg, or may do so outside of it."""
    if not build.are_args_known or name in build.given_args:
        return True
    option = regex(rf"--build-arg[ =]+[\"']?{name}\b")
    return any(map(option.search, run_texts(build) or ()))


def _needing_args(build: Build) -> Iterator[Span]:
    """The base images that are not a valid image without build arguments."""
    for stage, base in zip(
        build.dockerfile.stages, build.evaluation.bases, strict=True
    ):
        invalid = isinstance(read_reference(base.name), str)
        if invalid and not is_plain(stage.base.text, build.dockerfile.escape):
            is_default = base.name == base.default_name
            if is_default or _has_missing(build, stage.base.text):
                yield stage.base.span

        platform = stage.from_.flag("platform")
        if platform is not None and _has_missing(build, platform.value or ""):
            yield platform.span


def _replaced(build: Build) -> Iterator[Span]:
    """The base image of the last stage where a BuildConfig of OpenShift puts another in its place.

    What stands there is never built: `dockerStrategy.from` replaces it.
    """
    stages = build.dockerfile.stages
    if not stages:
        return
    base = stages[-1].base.span
    if not any(problem.span == base for problem in build.evaluation.refusals):
        return
    if any("dockerStrategy" in text for text in run_texts(build) or ()):
        yield base


def _has_missing(build: Build, text: str) -> bool:
    """Whether a text of FROM has a variable that only a build arg can give a value."""
    names = (match[1] for match in _VARIABLE.finditer(text))
    return any(name not in build.evaluation.globals for name in names)


def _own_stages(build: Build) -> Iterator[Span]:
    """Where COPY names the stage that it is in."""
    graph = build.evaluation.graph
    for stage, sources in zip(graph.stages, graph.sources, strict=True):
        yield from (
            source.span
            for source in sources
            if source.stage is stage and source.instruction.keyword == "COPY"
        )


def _variable_sources(build: Build) -> Iterator[Span]:
    """The `--from` of COPY with a variable, which buildah and podman expand."""
    for sources in build.evaluation.graph.sources:
        for source in sources:
            if source.instruction.keyword == "COPY" and "$" in source.name:
                yield source.span


def _mounts_of_buildah(build: Build) -> Iterator[Span]:
    """The mounts with an option that only buildah and podman have (buildah-build(1))."""
    for problem in build.evaluation.refusals:
        if _MOUNT_OF_BUILDAH.match(problem.message) is not None:
            yield problem.span


def _ports_too_high(build: Build) -> Iterator[Span]:
    """The ports of EXPOSE that are higher than any port."""
    for step in build.evaluation.steps:
        for word, port in step.ports:
            if port.too_high:
                yield word_on_first_line(build.dockerfile, step, word.span)


RULE = Rule(
    id="build-refused",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    aliases=("tally/circular-stage-deps",),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
        "words-in-args": (
            "another value may build: it is left to invalid-default-base-image"
        ),
    },
    examples=(
        Example(bad="FROM Debian:trixie-slim"),
        Example(bad="EXPOSE http"),
        Example(  # whoever builds it says for what
            good="ARG ARCH\nFROM --platform=linux/$ARCH debian:trixie-slim\nCOPY app /app"
        ),
        Example(  # OpenShift puts its own base image there
            good="FROM Base/image:of-the-build-config\nCOPY app /app",
            files={
                "app": "",
                "openshift/build.yaml": "kind: BuildConfig\nspec:\n  strategy:\n"
                "    dockerStrategy:\n      from: { kind: ImageStreamTag, name: 'base:1' }\n",
            },
        ),
        Example(
            bad="FROM debian:trixie AS a\nCOPY --from=b /a /b\nFROM debian:trixie AS b\n"
            "COPY --from=a /b /a"
        ),
        Example(
            bad="ARG IMAGE=alpine\nFROM debian:trixie-slim\nCOPY --from=$IMAGE /a /b"
        ),
        Example(bad="RUN --mount=type=cache ./build"),
        Example(good="FROM debian:trixie-slim\nARG DOCS\nVOLUME $DOCS"),
        Example(
            good="FROM debian:trixie-slim\nEXPOSE 80\nRUN --mount=type=cache,target=/cache ./build"
        ),
    ),
)
