"""The start script is not in the image

## What it does
Finds ENTRYPOINT and CMD that name a file in a directory that COPY fills, where the build context
has no such file, or `.dockerignore` excludes it.

The rule is silent wherever the file may come from somewhere else: a RUN that does more than install
packages and set owners and modes, another stage, an archive, an unknown base image, a volume, or a
directory that a compose file or `docker run` mounts over it. It is also silent where the build
context seems to be the wrong one: then COPY names files that do not exist, or no file of the
repository says how the image is built, and another directory has a file of that name.

It is a note where it is CMD, and all services of the compose files start something else instead.

## Why is this bad?
The image builds, but no container starts: "exec ./start.sh: no such file or directory", or "can't
open file" from Python. There is no fix: correct the path, or stop `.dockerignore` from
excluding the file.

## When to ignore
Ignore it where the file is mounted when the container starts, and no file of the repository says
so.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.places import place_of_word
from lightship.evaluation.paths import below
from lightship.facts.copies.deliveries import Delivery, delivery
from lightship.facts.start.file_trails import covers
from lightship.facts.start.made_scripts import base_lacks, may_make, script_started
from lightship.facts.start.started import Started, paths_of, started
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    context = build.context
    if context is None or not build.lineage:
        return
    for start in started(build):
        file = script_started(start)
        paths = list(paths_of(build, file)) if file is not None else []
        if file is None or len(paths) != 1:
            continue

        path = paths[0]
        if not base_lacks(build, path) or not context.is_whole:
            continue
        missing = _missing(build, context, path)
        if not missing:
            continue

        reason = ".dockerignore excludes it"
        if not context.exists(missing):
            reason = "it does not exist"
            if not _is_right(build, context) or _lies_elsewhere(
                build, context, missing
            ):
                continue
        # Only a finding needs it
        from lightship.facts.context.submodules import in_submodule  # noqa: PLC0415
        from lightship.facts.start.mounted_files import is_mounted  # noqa: PLC0415 - as above

        if is_mounted(build, path) or in_submodule(context, missing):
            continue
        message = f"{path} should be {missing} of the build context, but {reason}"
        where = place_of_word(build.dockerfile, start.step, file.word.span)
        severity = Severity.INFO if _is_replaced(build, start) else None
        yield Finding(where, message, severity=severity)


def _is_replaced(build: Build, start: Started) -> bool:
    """Whether all services that run the image have a command of their own in place of CMD."""
    if start.step.instruction.keyword != "CMD":
        return False
    # As above
    from lightship.facts.start.really_started import commands_instead  # noqa: PLC0415

    return bool(commands_instead(build))


def _missing(build: Build, context: Context, path: str) -> str:
    """The file of the context that would be at `path` and is not sent; empty where something
    is or may be there.
    """
    by_item = {copying.instruction: copying for copying in build.copyings()}
    unsent = ""
    for step in build.shipped_steps:
        copying = by_item.get(step.instruction)
        if may_make(build, step, path):
            return ""
        if copying is None:
            continue

        brought = delivery(copying)
        if brought is None:
            if covers(copying, path):
                return ""
            continue

        wanted = set(_inside(context, brought, path))
        origin = brought.origin(context, path)
        if origin is not None:
            wanted.add(origin)
        wanted.discard("")
        if any(file.path in wanted for file in context.sent):
            return ""
        unsent = min(wanted, default=unsent)
    return unsent


def _inside(context: Context, brought: Delivery, path: str) -> Iterator[str]:
    """What a source that is a directory would have to hold."""
    rest = below(path, brought.root)
    if not rest:
        return
    for source in brought.sources:
        if _is_directory(context, source) and not has_wildcards(source):
            yield f"{source}/{rest}".lstrip("/")


def _is_directory(context: Context, path: str) -> bool:
    if not path:
        return True  # the context itself
    return context.exists(path) and context.read(path) is None


def _is_right(build: Build, context: Context) -> bool:
    """Whether this is the context that the Dockerfile is meant for: it has all that is named, and
    something is.
    """
    names: set[str] = set()
    for copying in build.copyings():
        for source in copying.local:
            if source.value is not None and not has_wildcards(source.value):
                names.add(source.value.strip("/").removeprefix("./"))
    names -= {"", "."}
    return bool(names) and all(map(context.exists, names))


def _lies_elsewhere(build: Build, context: Context, missing: str) -> bool:
    """Whether the context is a guess, and another directory has a file of that name."""
    name = basename(missing)
    return build.is_guess and any(file.name == name for file in context.files)


_IGNORE = {".dockerignore": "Dockerfile\n.dockerignore\n"}
_TEXT = 'WORKDIR /app\nCOPY pyproject.toml .\nCOPY . .\nUSER 10001\nENTRYPOINT ["./start.sh"]'
_FILES_THERE = {
    "pyproject.toml": "",
    "shop.py": "",
    "docker/start.sh": "#!/bin/sh\n",
    **_IGNORE,
}

RULE = Rule(
    id="entrypoint-missing",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    examples=(
        Example(bad=_TEXT, files=_FILES_THERE),
        Example(
            bad='WORKDIR /app\nCOPY . .\nUSER 10001\nENTRYPOINT ["sh", "docker/start.sh"]',
            files=_FILES_THERE
            | {".dockerignore": "docker\nDockerfile\n.dockerignore\n"},
        ),
        Example(
            bad="FROM python:3.13-slim\nWORKDIR /srv/\nCOPY pyproject.toml shop.py /srv/\n"
            "COPY docker /srv/docker\n"
            'USER 10001\nCMD ["/srv/docker/run.sh"]',
            files=_FILES_THERE,
        ),
        Example(
            bad="FROM python:3.13-slim\nWORKDIR /app\nCOPY pyproject.toml .\n"
            "RUN pip install --no-cache-dir flask\n"
            'COPY . .\nUSER 10001\nCMD ["python", "-u", "main.py"]',
            files=_FILES_THERE,
        ),
        Example(
            bad=_TEXT.replace("USER", "RUN chmod +x start.sh && useradd shop\nUSER"),
            files=_FILES_THERE,
        ),
        Example(bad=_TEXT.replace("COPY . .", "COPY . /app/"), files=_FILES_THERE),
        Example(bad=_TEXT.replace('["./start.sh"]', "./start.sh"), files=_FILES_THERE),
        Example(
            bad="FROM debian:trixie-slim AS base\nWORKDIR /app\n"
            "COPY pyproject.toml docker /app/\nFROM base\n"
            'USER 10001\nCOPY . /app\nENTRYPOINT ["tini", "--", "/app/run.sh"]',
            files=_FILES_THERE,
        ),
        Example(good=_TEXT, files=_FILES_THERE | {"start.sh": "#!/bin/sh\n"}),
        Example(good=_TEXT),
        Example(good=_TEXT.replace("./", "docker/"), files=_FILES_THERE),
        # It may be made or fetched by a RUN, come from another stage, or be in the base image
        Example(
            good=_TEXT.replace("USER", "RUN cp docker/start.sh .\nUSER"),
            files=_FILES_THERE,
        ),
        Example(
            good=_TEXT.replace("USER", "RUN ./configure\nUSER"), files=_FILES_THERE
        ),
        Example(
            good=_TEXT.replace("USER", "RUN echo 'exec a' > start.sh\nUSER"),
            files=_FILES_THERE,
        ),
        Example(
            good=_TEXT.replace("USER", "COPY --from=example.com/a:1 /a /app/\nUSER"),
            files=_FILES_THERE,
        ),
        Example(good=f"FROM example.com/base:1\n{_TEXT}", files=_FILES_THERE),
        Example(good=_TEXT.replace("USER", "VOLUME /app\nUSER"), files=_FILES_THERE),
        # Another build context may be meant, where Dockerfile lies in a directory of its own
        Example(
            good='COPY . /app\nUSER 10001\nENTRYPOINT ["/app/docker/start.sh"]',
            files={"start.sh": "#!/bin/sh\n", **_IGNORE},
        ),
        # Programs are mostly built
        Example(
            good='WORKDIR /app\nCOPY pyproject.toml .\nCOPY . .\nUSER 10001\nCMD ["./shop"]',
            files=_FILES_THERE,
        ),
    ),
)
