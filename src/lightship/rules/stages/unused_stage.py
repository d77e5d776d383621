"""The image does not need this stage

## What it does
Finds stages that the last stage does not use.

A stage may be there to be built by itself, with `docker build --target`. So the rule is silent
where its name says that (`dev`, `test`, `lint`, `prod`, `web`), where a compose file, a bake
file, a script, a workflow or a manual in the build context names it as a target, and where a
target is given. It reports stages without a name, and those whose name says that they prepare
something for others: `builder`, `deps`, `base`. Of a chain of such stages it reports the last.

## Why is this bad?
BuildKit builds only what the last stage needs: what this stage does, and the tests that may run
in it, is silently skipped. The classic builder, and kaniko by default, build it and throw it
away. Usually a `COPY --from` was forgotten, names another stage, or was removed.

There is no fix: only you know whether a line is missing or the stage is superfluous.

## When to ignore
Ignore it where the stage is built with `--target` from outside of the repository.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Stage
from lightship.evaluation.stages import dependencies, reachable
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex

# Words of names of stages that are made for other stages
_PREPARING = frozenset(
    """base build builder building bundle compile compiler dependencies deps download
    downloader fetch install installer modules packages pip poetry prepare requirements
    source sources uv vendor venv wheel wheels""".split()
)
# Words that show that a stage is a target of its own, whatever else the name says
_TARGETS = frozenset(
    """artifact artifacts check ci cli debug demo dev develop development devcontainer
    docs e2e example export final image lint local output prod production release run
    runner runtime serve server stage staging target test testing tests worker""".split()
)
_VARIABLE = regex(r"\$(?:\w+|\{[^{}]*\})")
_SPLIT = regex(r"[-_.]|(?<=[a-z])(?=[0-9])")
_SPEAKING = regex(
    r"(?:^|/)(?:(?:docker-)?compose[^/]*\.ya?ml|docker-bake[^/]*\.(?:hcl|json)|Makefile|justfile"
    r"|Taskfile\.ya?ml|\.gitlab-ci\.yml|skaffold\.yaml|Tiltfile|Jenkinsfile|devcontainer\.json"
    r"|.*\.sh)$|^\.(?:github|circleci|gitlab)/"
)
_MANUALS = (".md", ".rst", ".adoc", ".txt")
_LONGEST = 1 << 18


def check(build: Build) -> Iterator[Finding]:
    stages = build.dockerfile.stages
    final = build.final
    graph = build.evaluation.graph
    if len(stages) < 2 or build.target is not None or final is None:
        return
    needed = reachable(graph, [final])
    if len(needed) == len(stages):
        return

    chosen = _chosen(build)
    meant = [stage for stage in stages if _is_meant(build, stage, chosen)]
    needed = reachable(graph, [final, *meant])
    spare = [stage for stage in stages if stage.index not in needed]

    # Those that only a spare one uses go with it
    used: set[int] = set()
    for stage in spare:
        used.update(dependency.index for dependency in dependencies(graph, stage))
    for stage in spare:
        if stage.index not in used:
            name = stage.name or "without a name"
            message = (
                f"the image does not need this stage ({name}), so it is not built: "
                "remove it, or use it"
            )
            word = stage.name_word
            span = word.span if word is not None else stage.base.span
            yield Finding(on_first_line(build.dockerfile, stage.from_, span), message)


def _is_meant(build: Build, stage: Stage, chosen: Collection[int]) -> bool:
    """Whether the stage may be built for itself."""
    if stage.index in chosen or not _prepares(stage):
        return True
    return _is_target(build, stage)


def _prepares(stage: Stage) -> bool:
    """Whether a stage is made for others, as its name tells; one without a name cannot be a
    target.
    """
    if stage.name is None:
        return True
    words = set(_SPLIT.split(stage.name))
    return not words.isdisjoint(_PREPARING) and words.isdisjoint(_TARGETS)


def _chosen(build: Build) -> set[int]:
    """The stages that a FROM with a variable may stand for, by a build arg: `FROM base-${KIND}`."""
    chosen: set[int] = set()
    stages = build.dockerfile.stages
    for stage in stages:
        parts = _VARIABLE.split(stage.base.text)
        if len(parts) < 2:
            continue  # no variable, also where a $ stands alone

        # A variable alone may be an image as well
        first, last = parts[0], parts[-1]
        base = build.base_of(stage)
        if not first and not last and base is None:
            continue
        for earlier in stages[: stage.index]:
            name = earlier.name or ""
            if name.startswith(first) and name.endswith(last):
                chosen.add(earlier.index)
    return chosen


def _is_target(build: Build, stage: Stage) -> bool:
    """Whether a file of the context names it as a target, or a comment a line that would use it."""
    if stage.name is None:
        return False
    text = build.dockerfile.text
    for comment in build.dockerfile.comments:
        if f"--from={stage.name}" in comment.text(text):
            return True
    return build.context is not None and stage.name in _targets(build.context)


def _targets(context: Context) -> frozenset[str]:
    """What is named as a target in the files of the context that start builds, or say how to."""
    word = re.compile(r"""target["']?(?:\s*[:=]\s*|\s+)["']?([\w.-]+)""")
    option = re.compile(
        r"--target(?:=|\s+)([\w.-]+)"
    )  # what prose says otherwise is no target
    targets: set[str] = set()
    for file in context.files:
        pattern = None
        if _SPEAKING.search(file.path):
            pattern = word
        elif file.path.endswith(_MANUALS) and file.size <= _LONGEST:
            pattern = option
        if pattern is not None:
            matches = pattern.findall(context.read(file.path) or "")
            targets.update(match.lower() for match in matches)
    return frozenset(targets)


RULE = Rule(
    id="unused-stage",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(repeated=("FROM",)),
    needs_all_builds=True,
    aliases=("tally/no-unreachable-stages",),
    examples=(
        Example(
            bad="FROM python:3.13-slim AS builder\n"
            "RUN pip install --no-cache-dir --target=/deps flask==3.1.0\n\n"
            "FROM python:3.13-slim\nWORKDIR /app\nCOPY app.py ./"
        ),
        Example(bad="FROM debian:trixie-slim\nRUN make\nFROM debian:trixie-slim"),
        Example(
            bad="FROM golang:1.25 AS build\nFROM golang:1.25 AS build-2\nFROM scratch\n"
            "COPY --from=build /a /a"
        ),
        # By its number, in any case, by a mount, and as a base: all but one are used
        Example(
            bad="FROM alpine:3.22\nFROM alpine:3.22 AS Deps\nFROM alpine:3.22 AS base\n"
            "FROM alpine:3.22 AS fetch\n"
            "FROM alpine:3.22 AS source\nFROM base\nCOPY --from=0 /a /a\nCOPY --from=DEPS /b /b\n"
            "RUN --mount=type=bind,from=fetch,target=/c cp -r /c /d"
        ),
        # Of a chain the last is named
        Example(
            bad="FROM alpine:3.22 AS base\nFROM base AS deps\nFROM deps AS builder\n"
            "FROM alpine:3.22"
        ),
        Example(
            bad="ARG KIND=slim\nFROM debian:trixie AS base-full\nFROM debian:trixie AS build-full\n"
            "FROM debian:trixie-slim AS base-slim\nFROM base-${KIND}"
        ),
        Example(
            good="FROM golang:1.25 AS build\nRUN go build -o /app .\n\nFROM scratch\n"
            "COPY --from=build /app /app\n"
            'USER 10001\nENTRYPOINT ["/app"]'
        ),
        # Meant for --target
        Example(
            good="FROM debian:trixie-slim AS base\nFROM base AS test\nRUN ./test.sh\n"
            "FROM base AS prod"
        ),
        Example(
            good="FROM debian:trixie-slim AS base\nFROM base AS api\nFROM base AS worker"
        ),
        Example(
            good="FROM debian:trixie-slim AS wheels\nFROM debian:trixie-slim",
            files={
                "compose.yaml": "services:\n  wheels:\n    build:\n      target: wheels\n"
            },
        ),
        Example(
            good="FROM debian:trixie-slim AS wheels\nFROM debian:trixie-slim",
            files={
                ".github/workflows/ci.yml": "run: docker build --target=wheels --output=dist .\n"
            },
        ),
        # A choice that is made by a comment
        Example(
            good="FROM debian:trixie-slim AS download\nFROM debian:trixie-slim\n"
            "# COPY --from=download /data /data\nCOPY data /data"
        ),
        # A build arg may choose it
        Example(
            good="ARG KIND=slim\nFROM debian:trixie AS base-full\n"
            "FROM debian:trixie-slim AS base-slim\n"
            "FROM base-${KIND}"
        ),
    ),
)
