"""A script sets all sources to one modification time before the image is built

## What it does
Finds shell scripts and Makefiles in the build context with `find ... -exec touch -d` or `xargs
touch -t` followed by a `docker build`, and reports the first COPY or ADD of the sources. CI
workflows are not considered: their machines usually start without the context of an earlier
build. `touch` in a RUN is harmless: what a RUN leaves is not compared by its times.

## Why is this bad?
BuildKit keeps the build context of the last build, and asks the client only for the files whose
size, modification time, mode or owner has changed (fsutil, `sameFile`). A script that sets all
times to one value, for reproducible builds, hides an edit that leaves the size unchanged: the old
file goes into the image, the step is CACHED, and `--no-cache` does not help (moby/buildkit#5680,
near/mpc#3579).

Do not change the times of the context: they are not part of the cache key anyway. With
`--build-arg SOURCE_DATE_EPOCH=...` and the exporter's option `rewrite-timestamp=true`, BuildKit
sets the times in the image. Or remove the kept context before the build: `docker buildx prune
--filter type=source.local`. There is no fix, because the script is not a Dockerfile.

## When to ignore
Ignore it where every build starts on a new builder.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.copies.deliveries import delivery
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.text import Span


def check(build: Build) -> Iterator[Finding]:
    context = build.context
    if context is None:
        return
    for copying in build.copyings():
        brought = delivery(copying)
        if brought is None or not brought.has_sources(context):
            continue
        # It reads files, so it is asked only once there is something to say
        # As said
        from lightship.rules.caching.sources_touched.context_times import touched  # noqa: PLC0415

        script = touched(context)
        if script is not None:
            words = copying.instruction.args
            span = Span(words[0].span.start, words[-2].span.end)
            message = (
                f"line {script.line} of {script.path} sets all times to one value: "
                "BuildKit misses edits that keep the size"
            )
            yield Finding(span, message)
        return


_DOCKERFILE = "FROM python:3.13-slim\nCOPY . /app"
_FILES = {".dockerignore": "Dockerfile\n.dockerignore\n", "app.py": ""}
_EPOCH = 'find . -exec touch -d "@$SOURCE_DATE_EPOCH" {} +'

RULE = Rule(
    id="sources-touched",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, after all instructions of this one"
        ),
    },
    examples=(
        Example(
            bad=_DOCKERFILE,
            files=_FILES
            | {"build.sh": f"#!/bin/sh\nset -e\n{_EPOCH}\ndocker build -t app .\n"},
        ),
        Example(
            bad=_DOCKERFILE,
            files=_FILES
            | {
                "Makefile": "image:\n\t@git ls-files -z | xargs -0 touch -t 202501011200\n"
                "\tdocker buildx build .\n"
            },
        ),
        Example(
            bad="FROM python:3.13-slim\nWORKDIR /app\nCOPY src/ src/",
            files={
                "src/app.py": "",
                "scripts/image.sh": "if true; then\n"
                "  find $CONTEXT -type f -exec touch -ht 202501011200.00 {} +\n"
                "fi\n"
                "buildctl build --frontend dockerfile.v0 --local context=$CONTEXT\n",
            },
        ),
        Example(
            good="FROM rust:1.98-slim\nWORKDIR /app\nCOPY src src\n"
            "RUN touch src/main.rs && cargo build"
        ),
        Example(
            good=_DOCKERFILE,
            files=_FILES
            | {
                "build.sh": 'docker build --build-arg SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" .\n'
            },
        ),
        Example(
            good=_DOCKERFILE,
            files=_FILES | {"build.sh": "touch .stamp\ndocker build .\n"},
        ),
        Example(
            good=_DOCKERFILE,
            files=_FILES | {"build.sh": f"{_EPOCH}\ntar -czf app.tar.gz .\n"},
        ),
        Example(
            good=_DOCKERFILE, files=_FILES | {"build.sh": f"docker build .\n{_EPOCH}\n"}
        ),
        Example(
            good=_DOCKERFILE,
            files=_FILES
            | {"build.sh": "find /tmp/out -exec touch -d @0 {} +\ndocker build .\n"},
        ),
    ),
)
