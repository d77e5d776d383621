"""Owner or mode of copied files is changed in a later layer

## What it does
Finds RUN instructions that change the owner or the mode of files that COPY or ADD has brought
into the final image.

The rule is silent where the files have that owner already, where the mode stays the same (`a+r`),
where they are less than 10 MB (also the sources that another stage has, or their bundle in `dist`,
where no packages are among them), or clearly only a few small files (also tini, gosu and their
like, whatever fetches them), for a program that ADD fetches from a URL unless it is known to be
large, as kubectl is, where a RUN in between or a command of the same RUN has removed or replaced
them, for directories that the base image fills, such as /usr/local/bin, and in images for
development, tests and CI. The severity is higher where the build context shows that it is a lot, or
where a virtual environment or node_modules is there too that another user has made (not USER, `sudo
-u`, `gosu` or `su -c` of the new owner): that may stay with root, since it is only read.

## Why is this bad?
A layer holds whole files. `RUN chown -R app /app` after `COPY . /app` changes only the owner, but
writes every file again into the new layer: on a tree of 71.2 MB the image grew by exactly 71.2
MB. Those bytes are pulled, pushed and stored twice. `chmod -R` does the same wherever a mode
really changes.

`COPY --chown=app:app` and `--chmod=755` set both when the files are written.

## Fix safety
The fix adds the flag to each COPY and ADD, and leaves the command the directory itself, without
`-R`: a directory that WORKDIR has made belongs to root, and so do those that the RUN itself makes
before it, which the command then names too. Where the command is alone in its RUN,
and COPY makes the directory, the RUN is removed. Where the RUN makes the user as well, it moves
above the first COPY, because a name must be known there.

The fix is safe where no other instruction may have put anything there, the image is one of the
official ones, and the path does not belong to the system; it is unsafe where the image may have
files there, or the RUN moves. There is none where a RUN in between writes there: let that RUN
change the owner of what it creates.

## When to ignore
Ignore it where the files are small, or the builder does not support `--chmod`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.files.mode_changes import ModeChange, mode_changes
from lightship.facts.files.second_copies import (
    SecondCopy,
    modes_changed_too,
    second_copy,
)
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.shell.commands import Command
from lightship.text import Span
from lightship.wording.lists import listed

# Plans made for one file; what is left is found all the same, and planned in the next round
_MOST_PLANS = 50


@record(eq=False)
class _OwnerChange:
    """One path that a command changes, and what that copies again."""

    change: ModeChange
    second: SecondCopy


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build):
        return
    plans = 0
    told: dict[tuple[Command, str, Severity], list[_OwnerChange]] = {}
    for change in mode_changes(build):
        second = second_copy(build, change)
        if second is None:
            continue
        fix = _fix(build, change, second) if plans < _MOST_PLANS else None
        plans += 1
        severity = Severity.WARNING if second.much else Severity.INFO
        flags = _flag(change)
        if modes_changed_too(build, change, second.items):
            flags, fix = "--chown and --chmod", None
        if fix is None and second.size is None and not second.also:
            # Several paths of one command are one mistake
            same = told.setdefault((change.call.command, flags, severity), [])
            same.append(_OwnerChange(change, second))
            continue
        message = _message(change, second, flags, [_what(change, second)])
        yield Finding(_span(change), message, fix, severity)

    for (_, flags, severity), changes in told.items():
        first = changes[0]
        what = [_what(item.change, item.second) for item in changes]
        message = _message(first.change, first.second, flags, what)
        yield Finding(_span(first.change), message, severity=severity)


def _span(change: ModeChange) -> Span:
    start = change.call.command.words[0].span.start
    return Span(start, change.word.span.end)


def _fix(build: Build, change: ModeChange, second: SecondCopy) -> Fix | None:
    # Only a fix needs it
    from lightship.rules.context.ownership_changed_after_copy.copied_as import plan  # noqa: PLC0415

    planned = plan(build, change, second)
    if planned is None:
        return None
    safety = Safety.SAFE if planned.safe else Safety.UNSAFE
    return Fix(f"Add {_flag(change)} to COPY", planned.edits, safety)


def _flag(change: ModeChange) -> str:
    return "--chmod" if change.name == "chmod" else "--chown"


def _what(change: ModeChange, second: SecondCopy) -> str:
    what = change.path
    if change.option is not None:
        what = f"all of {what}"
    return f"{what} with {second.also}" if second.also else what


def _message(
    change: ModeChange,
    second: SecondCopy,
    flags: str,
    paths: Sequence[str],
) -> str:
    what = listed(paths)
    size = ""
    # What RUN has made there is not counted
    if second.size is not None and not second.also:
        size = f", {second.size / 1_000_000:.1f} MB"
    keywords = {item.copying.instruction.keyword for item in second.items}
    keyword = "ADD" if keywords == {"ADD"} else "COPY"
    advice = f"use {keyword} {flags}"
    if second.also and change.name == "chown":
        # What RUN has installed is only read; as another USER it may fail to install it
        advice += " for the sources alone"
    return f"{change.name} duplicates {what} in this layer{size}: {advice}"


_USER = "RUN useradd --create-home --uid 10001 app\n"
_END = 'USER app\nCMD ["celery", "-A", "main", "worker"]'
_FROM = "FROM python:3.13-slim\n"

RULE = Rule(
    id="ownership-changed-after-copy",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(commands=("chown", "chmod", "chgrp")),
    practice=Practice.SIZE,
    missed={
        "argument-in-a-shell-variable": (
            "the operand is the mistake, and shell variables are not followed"
        ),
        "loop function": "a `cd` before it may not have run",
    },
    examples=(
        # The directory is made by WORKDIR: it keeps a chown of its own
        Example(
            bad=f"{_FROM}{_USER}WORKDIR /app\nCOPY . .\nRUN chown -R app:app /app\n{_END}",
            fixed=f"{_FROM}{_USER}WORKDIR /app\nCOPY --chown=app:app . .\nRUN chown app:app /app\n"
            f"{_END}",
        ),
        # The user is made in the same RUN, which moves above the first COPY
        Example(
            bad=f"{_FROM}WORKDIR /app\nCOPY requirements.txt ./\n"
            "RUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\n\n# Not as root\n"
            f"RUN useradd --create-home app \\\n    && chown --recursive app:app /app\n{_END}",
            fixed=f"{_FROM}WORKDIR /app\n# Not as root\n"
            "RUN useradd --create-home app \\\n    && chown app:app /app\n"
            "COPY --chown=app:app requirements.txt ./\n"
            "RUN pip install --no-cache-dir -r requirements.txt\nCOPY --chown=app:app . .\n\n"
            f"{_END}",
        ),
        # COPY makes the directory: nothing is left to do
        Example(
            bad=f"{_FROM}COPY ./ /app/\nRUN chown -fR 10001:10001 /app\n{_END}",
            fixed=f"{_FROM}COPY --chown=10001:10001 ./ /app/\n{_END}",
        ),
        Example(
            bad=f"{_FROM}{_USER}COPY . /app\nCOPY --from=ghcr.io/acme/web:1 /web /app/web\n"
            f"RUN chown -Rv app:app /app\n{_END}",
            fixed=f"{_FROM}{_USER}COPY --chown=app:app . /app\n"
            f"COPY --chown=app:app --from=ghcr.io/acme/web:1 /web /app/web\n{_END}",
        ),
        # Without a group the group stays as it is
        Example(
            bad=f"{_FROM}ENV APP_UID=10001\nCOPY src/ /app/\nRUN chmod -R 0775 /app\n{_END}",
            fixed=f"{_FROM}ENV APP_UID=10001\nCOPY --chmod=0775 src/ /app/\nRUN chmod 0775 /app\n"
            f"{_END}",
        ),
        Example(
            bad=f"{_FROM}{_USER}COPY src/ /srv/app/\nRUN chown -R app /srv/app\n{_END}",
            fixed=f"{_FROM}{_USER}COPY --chown=app:0 src/ /srv/app/\n{_END}",
        ),
        Example(
            bad=f"{_FROM}{_USER}COPY . /app\nRUN <<EOF\nset -e\nchown -R app:app /app\nEOF\n{_END}",
        ),
        Example(
            bad=f"{_FROM}{_USER}COPY . /app\nRUN bash -c 'cd /app && chown -R app:app .'\n{_END}"
        ),
        Example(
            bad=f"{_FROM}{_USER}WORKDIR /app\nCOPY . .\n"
            f"RUN cd / && chown -R $(id -u app) ./app; true\n{_END}"
        ),
        Example(
            bad="FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\n"
            "RUN npm ci\nCOPY . .\n"
            'RUN chown -R node:node /app\nUSER node\nCMD ["node", "server.js"]'
        ),
        Example(
            bad=f"{_FROM}ADD https://example.com/kubectl /usr/local/bin/kubectl\n"
            f"RUN chmod +x /usr/local/bin/kubectl\n{_END}"
        ),
        Example(
            bad=f"{_FROM}{_USER}WORKDIR /app\nCOPY . .\nRUN chown -R app:app /app\n{_END}",
            fixed=f"{_FROM}{_USER}WORKDIR /app\nCOPY --chown=app:app . .\nRUN chown app:app /app\n"
            f"{_END}",
        ),
        Example(good=f"{_FROM}{_USER}WORKDIR /app\nCOPY --chown=app:app . .\n{_END}"),
        # They have that owner already, and the directory itself is no file
        Example(
            good=f"{_FROM}{_USER}WORKDIR /app\nCOPY --chown=app . .\nRUN chown -R app:app /app\n"
            f"{_END}"
        ),
        Example(
            good=f"{_FROM}{_USER}WORKDIR /app\nRUN chown app:app /app\nCOPY . .\n{_END}"
        ),
        Example(
            good=f"{_FROM}{_USER}COPY . /app\nRUN mkdir /app/data && chown -R app:app /app/data\n"
            f"{_END}"
        ),
        Example(
            good=f"{_FROM}COPY . /app\nRUN chmod -R a+rX /app && chown -R root:root /app\n{_END}"
        ),
        # A script is not worth a word
        Example(
            good=f"{_FROM}COPY entrypoint.sh /\n"
            f"RUN chmod +x /entrypoint.sh && chown -R app: /entrypoint.sh\n{_END}"
        ),
        Example(
            good=f"{_FROM}{_USER}WORKDIR /app\nCOPY . .\nRUN chown -R app:app /app\n{_END}",
            files={
                "main.py": "print(1)\n",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good="FROM python:3.13-slim AS build\nCOPY . /app\n"
            "RUN chown -R www-data:www-data /app\n"
            f"FROM python:3.13-slim\nCOPY --from=build /app /app\n{_END}"
        ),
        Example(
            good=f"{_FROM}COPY . /app\n"
            f"RUN --mount=type=cache,target=/app/cache chown -R 10001 /app/cache\n{_END}"
        ),
    ),
)
