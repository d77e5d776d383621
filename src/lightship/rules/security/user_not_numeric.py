"""USER names the user instead of giving its number

## What it does
Finds a last USER of the final image that is a name. The rule is off by default: outside
Kubernetes a name works as well, and is easier to read.

## Why is this bad?
Kubernetes checks `runAsNonRoot: true` before the container starts, from the image's settings
alone. It cannot read the image's /etc/passwd, so it cannot tell whether `USER app` is root, and
refuses it: "container has runAsNonRoot and image has non-numeric user (app), cannot verify user
is non-root".

## Fix safety
The fix writes the number where the Dockerfile creates the user with a fixed one, or where the
base image is known to (`node` is 1000). It is safe: a container runtime looks up a number in
/etc/passwd as it does a name, and takes the group and the home directory from there
(moby/sys/user, GetExecUser). Elsewhere there is none: create the user with a number, `useradd
--uid 10001`.

## When to ignore
Ignore it where the image does not run on Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.users import uid_of
from lightship.build import Build
from lightship.dockerfile.places import word_on_first_line
from lightship.evaluation.dispatch import Step
from lightship.facts.users.accounts import is_root, shipped_accounts
from lightship.facts.users.current_user import user_steps
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit, Span


def check(build: Build) -> Iterator[Finding]:
    for step in user_steps(build)[-1:]:
        name, _, _ = step.operands[0].partition(":")
        windows = build.evaluation.root(step.stage).system == "windows"
        if not name or name.isdecimal() or is_root(step.operands[0]):
            continue
        if step.unset or windows:
            continue

        word = step.instruction.args[0]
        span = word_on_first_line(build.dockerfile, step, word.span)
        message = (
            f"Kubernetes cannot tell whether {name} is root: use the user's number"
        )
        yield Finding(span, message, _fix(build, step, name))


def _fix(build: Build, step: Step, name: str) -> Fix | None:
    number = _number(build, name)
    if not number or step.place is not step.instruction:
        return None
    span = step.instruction.args[0].span
    if not span.of(build.dockerfile.text).startswith(name):
        return None
    edit = Edit.replace(Span(span.start, span.start + len(name)), number)
    return Fix(f"Use {number}", (edit,))


def _number(build: Build, name: str) -> str:
    """The number of a user that the image makes, or of one that the base image is known to have."""
    if any(True for _ in build.commands("usermod", "userdel", "deluser")):
        return ""
    made = [user for user in shipped_accounts(build) if user.name in (name, "")]
    if made:
        return made[0].number if len(made) == 1 and not made[0].varies else ""
    return uid_of(build.evaluation.root(build.lineage[0]).name, name)


_CMD = 'CMD ["/app/server"]'

RULE = Rule(
    id="user-not-numeric",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    production_only=True,
    scope=RuleScope(keywords=("USER",)),
    aliases=("DL3066",),
    default=False,
    practice=Practice.SECURITY,
    examples=(
        Example(
            bad=f"RUN useradd --uid 10001 app\nUSER app\n{_CMD}",
            fixed=f"RUN useradd --uid 10001 app\nUSER 10001\n{_CMD}",
        ),
        Example(
            bad=f"RUN groupadd -g 10001 app && useradd -lmu 10001 -g app app\nUSER app:app\n{_CMD}",
            fixed="RUN groupadd -g 10001 app && useradd -lmu 10001 -g app app\nUSER 10001:app\n"
            f"{_CMD}",
        ),
        Example(
            bad=f"FROM alpine:3.22\nRUN adduser -D -u 10001 app\nUSER \\\n  app\n{_CMD}",
            fixed=f"FROM alpine:3.22\nRUN adduser -D -u 10001 app\nUSER \\\n  10001\n{_CMD}",
        ),
        Example(
            bad='FROM node:24-slim\nUSER node\nCMD ["node", "app.js"]',
            fixed='FROM node:24-slim\nUSER 1000\nCMD ["node", "app.js"]',
        ),
        Example(
            bad="FROM debian:trixie-slim AS a\nRUN useradd --uid=10001 app\nUSER app\nFROM a\n"
            f"{_CMD}",
            fixed="FROM debian:trixie-slim AS a\nRUN useradd --uid=10001 app\nUSER 10001\n"
            f"FROM a\n{_CMD}",
        ),
        Example(bad=f"RUN useradd app\nUSER app\n{_CMD}"),
        Example(bad=f"ARG ID=10001\nRUN useradd --uid $ID app\nUSER app\n{_CMD}"),
        Example(bad=f"ARG NAME=app\nRUN useradd --uid 10001 app\nUSER $NAME\n{_CMD}"),
        Example(bad=f'USER "app"\n{_CMD}'),
        Example(
            bad='FROM node:24-slim\nRUN usermod -u 10001 node\nUSER node\nCMD ["node", "app.js"]'
        ),
        Example(bad=f"USER nobody\n{_CMD}"),
        Example(good=f"USER 10001:10001\n{_CMD}"),
        Example(good=f"USER 10001:app\n{_CMD}"),
        Example(good=f"USER app\nUSER 10001\n{_CMD}"),
        Example(good=f"ARG ID=10001\nUSER $ID\n{_CMD}"),
        Example(good=f"ARG ID\nUSER $ID\n{_CMD}"),
        # Only the final image matters
        Example(
            good="FROM debian:trixie-slim AS build\nUSER app\nRUN ./build\n"
            f"FROM debian:trixie-slim\nCOPY --from=build /a /a\nUSER 10001\n{_CMD}"
        ),
    ),
)
