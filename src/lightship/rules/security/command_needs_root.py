"""A command that only root may run comes after USER

## What it does
Finds package managers of the system, `useradd` and `groupadd` in RUN after USER.

The rule knows the user only from the Dockerfile, not from a base image that starts as another
user. It is silent with sudo, and where a failure is expected (`|| true`).

## Why is this bad?
After `USER app` every RUN is run by that user. A package manager of the system cannot write to
/usr and /var then, so `apt-get install` fails with "Permission denied", and so does the build.

## Fix safety
The fix puts `USER root` before the RUN, and the user back after it. It is unsafe only because the
rest of that RUN then runs as root too, and what it writes belongs to root. Moving the RUN above
USER works as well, and needs no second USER.

## When to ignore
Ignore it where the base image replaces the command with one that works without root.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.dispatch import Step
from lightship.facts.edits import moves
from lightship.facts.users.accounts import is_root
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.account_commands import AccountCommand, read_account_command
from lightship.shell.commands import Command
from lightship.shell.failing import is_certain
from lightship.shell.packages import read_command
from lightship.shell.starters import USERS

_MANAGERS = frozenset("apt-get apt aptitude apk dnf microdnf yum tdnf zypper".split())
_ACTIONS = frozenset("install update upgrade remove".split())
_ELSEWHERE = (
    "--root",
    "--installroot",
    "--download-only",
    "--simulate",
    "--downloadonly",
    "--print-uris",
)
_ACCOUNTS = ("useradd", "groupadd", "adduser", "addgroup", "usermod", "groupmod")
_BECOMES_ROOT = USERS | {"fakeroot"}
_RUNS = (*_MANAGERS, *_ACCOUNTS)


def check(build: Build) -> Iterator[Finding]:

    reported: set[Instruction] = set()
    for call in build.commands(*_RUNS):
        run = call.instruction
        step = build.evaluation.step(run)
        if step is None or run in reported:
            continue
        user = step.before.user
        if not user or is_root(user) or not _is_known(build, user, run):
            continue
        if not _needs_root(call):
            continue

        reported.add(run)
        command = call.command
        message = (
            f"{command.name} needs root, and this runs as {user}: move it above USER"
        )
        yield Finding(command.words[0].span, message, _fix(build, run, user))


def _is_known(build: Build, user: str, run: Instruction) -> bool:
    """Whether the user is named for sure: not where a variable has no value."""
    users = build.once(_users)
    stage = build.dockerfile.stage_of(run)
    while stage is not None:
        steps = users.get(stage.index, [])
        number = bisect_left(steps, run.span.start, key=_start)
        if number:
            step = steps[number - 1]
            return not step.unset and step.operands == (user,)
        stage = build.base_of(stage)
    return False


def _start(step: Step) -> int:
    return step.instruction.span.start


def _users(build: Build) -> dict[int, list[Step]]:
    """The USER instructions of each stage."""
    by_stage: dict[int, list[Step]] = {}
    for instruction in build.each("USER"):
        step = build.evaluation.step(instruction)
        if step is not None:
            by_stage.setdefault(step.stage.index, []).append(step)
    return by_stage


def _needs_root(call: Invocation) -> bool:
    command = call.command
    script = call.script
    if any(command.wrapped_by(name) for name in _BECOMES_ROOT):
        return False
    if not is_certain(script, command):
        return False
    if script.outer is not None and script.outer.name in ("su", "runuser"):
        return False
    if any(map(_may_be_root, script.commands)):
        return False  # a function, or a line that gives the user rights

    does = read_command(command)
    if does is None:
        account_command = read_account_command(command)
        return account_command is not None and _changes_accounts(account_command)
    if does.action not in _ACTIONS or does.option(*_ELSEWHERE) is not None:
        return False
    return not command.has("--help", "--version")


def _may_be_root(command: Command) -> bool:
    return command.name in _BECOMES_ROOT or command.wrapped_by("sudo")


def _changes_accounts(command: AccountCommand) -> bool:
    """Whether it makes or changes an account of the image, for which it must be root."""
    is_asked = bool(command.operands or command.options)
    only_prints = command.has("help", "version", "defaults")
    return is_asked and not only_prints and not command.is_elsewhere


def _fix(build: Build, run: Instruction, user: str) -> Fix | None:
    """Root for this RUN, and the user again after it, as USER named it."""
    dockerfile = build.dockerfile
    if run.trigger is not None or not moves.is_closed(dockerfile, run):
        return None
    before = moves.before(dockerfile, run, moves.indented(dockerfile, run, "USER root"))
    after = moves.after(
        dockerfile, run, moves.indented(dockerfile, run, f"USER {user}")
    )
    return Fix("Run this RUN as root", (before, after), Safety.UNSAFE)


_INSTALL = (
    "apt-get update && apt-get install -y --no-install-recommends git && rm -rf "
    "/var/lib/apt/lists/*"
)

RULE = Rule(
    id="command-needs-root",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(keywords=("USER",)),
    missed={
        "if-branch function": "it may run only for a user who may do it",
        "sudo": "sudo runs it as root",
    },
    examples=(
        Example(
            bad=f'RUN useradd app\nUSER app\nRUN {_INSTALL}\nCMD ["/app/server"]',
            fixed=f"RUN useradd app\nUSER app\nUSER root\nRUN {_INSTALL}\nUSER app\n"
            'CMD ["/app/server"]',
        ),
        Example(
            bad="FROM alpine:3.22\nUSER 10001:10001\n# For the tests\nRUN apk add --no-cache git",
            fixed="FROM alpine:3.22\nUSER 10001:10001\nUSER root\n# For the tests\n"
            "RUN apk add --no-cache git\n"
            "USER 10001:10001",
        ),
        Example(
            bad="USER app\nRUN <<EOF\nset -e\napt-get update\napt-get install -y git\nEOF\n",
            fixed="USER app\nUSER root\nRUN <<EOF\nset -e\napt-get update\n"
            "apt-get install -y git\nEOF\nUSER app\n",
        ),
        Example(
            bad="USER app\nRUN ./prepare; \\\n  # what it needs\n  sh -c 'apt-get install -y git'",
            fixed="USER app\nUSER root\nRUN ./prepare; \\\n  # what it needs\n"
            "  sh -c 'apt-get install -y git'\n"
            "USER app",
        ),
        Example(
            bad='USER app\nRUN ["apt-get", "update"]',
            fixed='USER app\nUSER root\nRUN ["apt-get", "update"]\nUSER app',
        ),
        Example(
            bad='ARG NAME=app\nUSER "$NAME"\nRUN DEBIAN_FRONTEND=noninteractive apt-get '
            "install -y git",
            fixed='ARG NAME=app\nUSER "$NAME"\nUSER root\n'
            "RUN DEBIAN_FRONTEND=noninteractive apt-get install -y git\n"
            "USER app",
        ),
        Example(
            bad="FROM fedora:43 AS base\nUSER app\nFROM base\nRUN dnf install -y git",
            fixed="FROM fedora:43 AS base\nUSER app\nFROM base\nUSER root\n"
            "RUN dnf install -y git\nUSER app",
        ),
        Example(
            bad="USER app\nRUN useradd other",
            fixed="USER app\nUSER root\nRUN useradd other\nUSER app",
        ),
        Example(good=f"RUN {_INSTALL}\nUSER app"),
        Example(good=f"USER app\nRUN ./configure\nUSER root\nRUN {_INSTALL}\nUSER app"),
        # It may be the user of root
        Example(good=f"ARG NAME\nUSER $NAME\nRUN {_INSTALL}"),
        Example(good="USER app\nRUN apt-get download git && apt-cache policy git"),
        Example(good="USER app\nRUN apt-get --version || true"),
        Example(good="USER app\nRUN ./build && git -C /app status"),
        Example(
            good="FROM debian:trixie-slim AS a\nUSER app\nFROM debian:trixie-slim\n"
            f"RUN {_INSTALL}\nUSER app"
        ),
        Example(
            good="FROM alpine:3.22\nUSER 1\nRUN apk --root=/home/a/root --initdb --usermode add "
            "--no-cache git"
        ),
    ),
)
