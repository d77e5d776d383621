"""All files of a stage are copied over those of the base image

## What it does
Finds `COPY --from=build / /`. The rule is silent in a stage on scratch, where this makes one
layer of several, and for a stage on scratch, which contains nothing but the files that were put
there. So it is where both stages start from the same image, and the one has nothing else yet: that
squashes the layers of the other. A stage on an image that is not an official one counts only if it
has a RUN.

## Why is this bad?
It puts one system over another: programs, libraries and package databases of both are mixed,
files of the base image that the stage does not have stay, and the image contains most files
twice. Copy what the program needs: its directory, a virtual environment, a binary. There is no
fix.

## When to ignore
Ignore it where the two systems are the same and the size does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.reference import Reference
from lightship.base_images.users import may_be_local
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.stages import SCRATCH
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope

# Images from scratch that are there to be copied whole
_ONLY_FILES = frozenset({"tonistiigi/xx", "crazymax/xx", "docker/dockerfile-xx"})


def check(build: Build) -> Iterator[Finding]:
    graph = build.evaluation.graph
    for copying in build.copyings("COPY"):
        stage = build.dockerfile.stage_of(copying.instruction)
        if copying.from_context or stage is None or copying.destination.value != "/":
            continue
        if (
            all(source.value != "/" for source in copying.sources)
            or build.evaluation.root(stage).name == SCRATCH
        ):
            continue

        sources = graph.sources[stage.index]
        item = copying.instruction
        own = (source for source in sources if source.instruction is item)
        source = next(own, None)
        if source is None or source.stage is None:
            continue
        if build.evaluation.root(source.stage).name == SCRATCH:
            continue
        image = build.root_image(source.stage)
        if image is not None and image.name in _ONLY_FILES:
            continue
        if _is_squash(build, stage, source.stage, item):
            continue
        if _may_be_only_files(build, source.stage, image):
            continue

        name = source.stage.name or f"stage {source.stage.index}"
        message = f"this copies all of {name} over the base image: copy only what the program needs"
        yield Finding(copying.sources[0].word.span, message)


def _is_squash(build: Build, stage: Stage, source: Stage, copying: Instruction) -> bool:
    """Whether a stage goes on from what another one was made of: several layers become one."""
    for item in stage.instructions:
        if item is copying:
            break
        if item.keyword in ("RUN", "COPY", "ADD"):
            return False
    base = build.base_of(stage)
    if base is not None:
        return base in build.lineage_of(source)
    first = build.lineage_of(source)[0]
    return first.base.text == stage.base.text


def _may_be_only_files(build: Build, stage: Stage, image: Reference | None) -> bool:
    """Whether a stage is an image under another name, and not known to be that of a system."""
    for ancestor in build.lineage_of(stage):
        if any(item.keyword == "RUN" for item in ancestor.instructions):
            return False
    return image is None or not image.official or may_be_local(image)


RULE = Rule(
    id="filesystem-copied-onto-another",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("--from=",)),
    practice=Practice.SIZE,
    aliases=("DL3067",),
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
    },
    examples=(
        Example(
            bad="FROM golang:1.25 AS build\nRUN ./make\nFROM debian:13-slim\nCOPY --from=build / /"
        ),
        Example(
            bad="FROM golang:1.25 AS build\nRUN ./make\nFROM debian:13-slim\n"
            'COPY --from=0 ["/", "/"]'
        ),
        Example(
            bad="FROM golang:1.25 AS build\nRUN ./make\nFROM debian:13-slim AS run\nUSER 10001\n"
            "FROM run\n"
            "COPY --chown=10001 \\\n    # all\n    --from=build / /"
        ),
        Example(
            good="FROM golang:1.25 AS build\nRUN ./make\nFROM debian:13-slim\n"
            "COPY --from=build /app /app"
        ),
        # one layer of several
        Example(
            good="FROM debian:13-slim AS build\nRUN ./make\nFROM scratch\nCOPY --from=build / /"
        ),
        # the same system, in one layer
        Example(
            good="FROM debian:13-slim AS base\nRUN ./tools\nFROM base AS build\nRUN ./make\n"
            "FROM base\nCOPY --from=build / /"
        ),
        # nothing but files that were put there
        Example(
            good="FROM scratch AS files\nCOPY a /etc/a\nFROM debian:13-slim\nCOPY --from=files / /"
        ),
        Example(good="COPY --from=example.com/files:1 / /"),
        Example(
            good="FROM example.com/s6-overlay:3 AS s6\nFROM debian:13-slim\nCOPY --from=s6 / /"
        ),
    ),
)
