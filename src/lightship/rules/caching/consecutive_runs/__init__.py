"""A RUN continues the work of the one above it

## What it does
Finds two RUN instructions of the final image that clearly belong together, such as installs with
the same package manager, or a download, its unpacking and its removal. An install by apt-get from
the index of the RUN above is left to `stale-package-index`, and `pip install -r` is left alone:
many RUN are better separate, so that each has its own cache. The rule is silent where a comment
says that the steps are split into layers, where both RUN only remove or change what lies in lower
layers, and in images for tests.

## Why is this bad?
Each RUN is a layer of its own. If two of them make one step, the second is cached separately from
the first, and what it removes or changes stays in the layer below, which makes the image bigger.

## Fix safety
The fix joins both with `&&`. It is safe: it is offered only where the shell does in one RUN what
it did in two, with the same mounts, and where the commands are known to leave no process running.
Comments between the two stay where they are.

## When to ignore
Ignore it where the first step is slow and you change the second every day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.runs import join
from lightship.facts.files.late_removals import late_removals
from lightship.facts.packages.apt import apt_runs
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.regex import regex
from lightship.rules.caching.consecutive_runs.bonds import apt_bond, bond
from lightship.text import Edit

_COMMENT = regex(r"(?m)^[ \t]*#.*")
# `Break down the steps, so we have more but smaller image layers`
_SPLIT = regex(
    r"(?i)\b(?:more|smaller|several|separate|own|multiple)\b[^\n.]{0,30}\blayers?\b"
    r"|\b(?:split|break|divid|separat)\w*\b[^\n.]{0,40}\b(?:layers?|steps?|runs)\b"
)


@record
class _RunPair:
    """Two RUN that belong together, why, and the edit that joins them."""

    first: Instruction
    second: Instruction
    bond: str
    description: str
    edit: Edit
    safety: Safety

    @property
    def _kind(self) -> tuple[str, str, Safety]:
        return self.bond, self.description, self.safety

    def is_followed_by(self, pair: _RunPair) -> bool:
        """Whether a later pair continues the same work."""
        return self.second is pair.first and self._kind == pair._kind


def check(build: Build) -> Iterator[Finding]:
    chain: list[_RunPair] = []
    for pair in _pairs(build):
        if chain and not chain[-1].is_followed_by(pair):
            yield _finding(chain)
            chain = []
        chain.append(pair)
    if chain:
        yield _finding(chain)


def _finding(chain: Sequence[_RunPair]) -> Finding:
    """One for all RUN of a row."""
    count = len(chain)
    subject, all_ = "this RUN continues", "both"
    if count == 2:
        subject, all_ = "this RUN and the next continue", "all"
    elif count > 2:
        subject, all_ = f"this RUN and the next {count - 1} continue", "all"

    pair = chain[0]
    line = pair.first.first_line
    message = f"{subject} line {line}, because {all_} {pair.bond}: join them"
    edits = tuple(link.edit for link in chain)
    fix = Fix(pair.description, edits, pair.safety)
    return Finding(pair.second.name.span, message, fix)


def _pairs(build: Build) -> Iterator[_RunPair]:
    if not is_shipped(build) or _is_split_on_purpose(build):
        return
    # Another rule speaks of these
    removals = {(late.maker, late.run) for late in late_removals(build)}
    apt = apt_runs(build)
    for stage in build.lineage:
        for first, second in pairwise(stage.instructions):
            if not _is_script(first) or not _is_script(second):
                continue
            if (first, second) in removals:
                continue
            if _only_updates(build, first) or _only_updates(build, second):
                continue  # update-alone says what to do

            before = apt.get(first)
            after = apt.get(second)
            safety = Safety.UNSAFE if before and before.others else Safety.SAFE
            reason = bond(build, first, second)
            if before and after:
                reason = apt_bond(before, after)
            pair = _pair(build, first, second, reason, safety)
            if pair is not None:
                yield pair


def _is_split_on_purpose(build: Build) -> bool:
    """Whether a comment says that steps are kept in layers of their own."""
    text = build.dockerfile.text
    return any(_SPLIT.search(comment) for comment in _COMMENT.findall(text))


def _only_updates(build: Build, run: Instruction) -> bool:
    """Whether it does nothing but update apk's index."""
    calls = list(build.packages("apk", of=run))
    commands = list(build.commands(of=run))
    if len(calls) != len(commands):
        return False
    return all(call.does.action == "update" for call in calls)


def _is_script(instruction: Instruction) -> bool:
    return instruction.keyword == "RUN" and instruction.form == "shell"


def _pair(
    build: Build, first: Instruction, second: Instruction, bond: str, safety: Safety
) -> _RunPair | None:
    edit = join(build, first, second) if bond else None
    if edit is None:
        return None
    return _RunPair(first, second, bond, "Join the RUN instructions", edit, safety)


RULE = Rule(
    id="consecutive-runs",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    scope=RuleScope(repeated=("RUN",)),
    aliases=("DL3059",),
    practice=Practice.SIZE,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, after all instructions of this one"
        ),
        "argument-in-an-arg argument-in-a-shell-variable": (
            "an ARG or a command of another kind is between the two"
        ),
        "in-an-earlier-stage": "a FROM is between the two",
        "heredoc heredoc-with-set-e heredoc-with-tabs heredoc-for-bash sh-c "
        "bash-c-in-double-quotes exec-form-with-a-shell heredoc-given-to-bash "
        "exec-form": ("only commands joined by `&&` certainly do the same in one RUN"),
        "behind-set-e behind-set-eux-and": "the options would apply to both",
        "before-or-exit": "the `||` would apply to both",
        "mount shell-set-before": "the two do not run in the same environment",
        "before-another behind-another-with-and behind-another-with-semicolon "
        "if-branch function": (
            "two RUN belong together only where each does one thing"
        ),
    },
    examples=(
        Example(
            bad="RUN apt-get update \\\n && apt-get install -y git\n\n# no one needs it\n"
            "RUN rm -r /var/lib/apt/lists",
            fixed="RUN apt-get update \\\n && apt-get install -y git \\\n # no one needs it\n"
            " && rm -r /var/lib/apt/lists",
        ),
        Example(
            bad="ADD https://example.org/a.tar /a.tar\nRUN tar -xf /a.tar\nRUN rm /a.tar",
            fixed="ADD https://example.org/a.tar /a.tar\nRUN tar -xf /a.tar && \\\n    rm /a.tar",
        ),
        Example(
            bad="RUN groupadd --gid 10001 app\nRUN useradd --uid 10001 --gid app app",
            fixed="RUN groupadd --gid 10001 app && \\\n    useradd --uid 10001 --gid app app",
        ),
        Example(
            bad="RUN --mount=type=cache,target=/root/.cache pip install flask\n"
            "RUN --mount=type=cache,target=/root/.cache pip install gunicorn",
            fixed="RUN --mount=type=cache,target=/root/.cache pip install flask && \\\n"
            "    pip install gunicorn",
        ),
        Example(
            bad="RUN pip install flask\nRUN pip install gunicorn\nRUN pip install httpx",
            fixed="RUN pip install flask && \\\n    pip install gunicorn && \\\n"
            "    pip install httpx",
        ),
        Example(
            bad="# escape=`\nFROM alpine:3.22\nRUN apk add git\nRUN apk del curl",
            fixed="# escape=`\nFROM alpine:3.22\nRUN apk add git && `\n    apk del curl",
        ),
        Example(
            good="FROM alpine:3.22\nRUN apk add --no-cache git\nENV A=1\n"
            "RUN apk add --no-cache curl"
        ),
        Example(
            good="RUN --mount=type=cache,target=/var/lib/apt/lists cd /tmp && apt-get update "
            "&& apt-get install -y --no-install-recommends git\n"
            "RUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y "
            "--no-install-recommends ./curl.deb"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git "
            "&& rm -rf /var/lib/apt/lists/*\nRUN make\nRUN make test"
        ),
        Example(
            good="RUN pip install --no-cache-dir numpy==2.4.1\n"
            "RUN pip install --no-cache-dir -r requirements.txt"
        ),
        Example(
            good="FROM alpine:3.22\nRUN apk add --no-cache git || true\nRUN apk add --no-cache curl"
        ),
        Example(
            good="FROM alpine:3.22\nRUN --mount=type=cache,target=/a apk add --no-cache git\n"
            "RUN apk add --no-cache curl"
        ),
        Example(
            good="FROM alpine:3.22\nRUN apk add --no-cache git\n# hadolint ignore=DL3018\n"
            "RUN apk add --no-cache curl"
        ),
        Example(good="RUN mkdir /a\nRUN mkdir /b"),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf "
            "/var/lib/apt/lists/*"
        ),
        Example(
            good="FROM alpine:3.22 AS build\nRUN apk add --no-cache git\n"
            "RUN apk add --no-cache curl\n"
            "FROM scratch\nCOPY --from=build /a /a"
        ),
    ),
)
