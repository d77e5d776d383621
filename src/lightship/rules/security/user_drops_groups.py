"""USER names a group, so the user loses its supplementary groups

## What it does
Finds `USER name:group` where the Dockerfile itself adds that user to another group. It is silent
for `sudo` and `wheel` where the Dockerfile writes a line for users to sudoers.

## Why is this bad?
With `USER app:app` the process has that one group and no other: "when specifying a group for the
user, the user will have only the specified group membership" (Dockerfile reference, USER).
`usermod -aG video app` then has no effect, and the program gets "Permission denied" for files of
the group video. With `USER app` it has all the groups of /etc/group.

## Fix safety
The fix removes the group. It is unsafe: where the group is not the user's own, files that the
program writes then belong to another group. There is no fix where a build arg says the group, and
useradd does not make it the user's primary one.

## When to ignore
Ignore it where the program should have that one group only.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import word_on_first_line
from lightship.evaluation.dispatch import Step
from lightship.facts.users.accounts import memberships, shipped_accounts
from lightship.facts.users.current_user import user_steps
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit, Span

# The groups that sudoers has a line for in distributions
_FOR_SUDO = frozenset({"sudo", "wheel", "admin"})
# `${UID}:${GID}`
_USER = regex(r"([\w.-]+|\$\w+|\$\{\w+\}):([^\s\"']+)")
# `app ALL=(ALL) NOPASSWD: ALL`, or `ALL ALL = ...`; the line of a group starts with `%`
_FOR_USER = regex(r"(?<![\w%}])(?:[A-Za-z_][\w.-]*|\$\{?\w+\}?)[ \t]+ALL[ \t]*=")


def check(build: Build) -> Iterator[Finding]:
    for step in user_steps(build)[-1:]:
        name, colon, group = step.operands[0].partition(":")
        if not colon or not group or step.unset:
            continue

        lost: dict[str, None] = {}
        for user, added in _groups(build, name):
            if user != name or added in (group, name):
                continue
            if added in _FOR_SUDO and _has_sudo_otherwise(build):
                continue
            lost[added] = None
        if lost:
            word = step.instruction.args[0]
            span = word_on_first_line(build.dockerfile, step, word.span)
            written, primary = _as_written(build, step)
            groups = " and ".join(lost)
            message = f"with a group, {name} loses {groups}: use USER {written or name}"
            if _is_of_builder(build, name, written, primary):
                told = f"{message} and useradd --gid {primary}"
                yield Finding(span, told)
            else:
                yield Finding(span, message, _fix(step, written))


def _groups(build: Build, name: str) -> Iterator[tuple[str, str]]:
    """Users and the groups that they are put into; a user who is named by number has the one
    of that number.
    """
    numbers = {
        user.number: user.name for user in shipped_accounts(build) if user.number
    }
    for membership in memberships(build):
        is_same = numbers.get(name) == membership.user
        yield (name if is_same else membership.user), membership.group


def _has_sudo_otherwise(build: Build) -> bool:
    """Whether a RUN writes a line of sudoers that is for users, not for a group."""
    for instruction in build.each("RUN"):
        text = instruction.span.of(build.dockerfile.text)
        if "sudoers" in text and _FOR_USER.search(text):
            return True
    return False


def _as_written(build: Build, step: Step) -> tuple[str, str]:
    """User and group as the file has them: `${UID}`, whose value others may change.

    Empty if quoted.
    """
    if step.place is not step.instruction:
        return "", ""
    text = step.instruction.args[0].span.of(build.dockerfile.text)
    match = _USER.fullmatch(text)
    if match is None:
        return "", ""
    return match[1], match[2]


def _is_of_builder(build: Build, name: str, user: str, group: str) -> bool:
    """Whether who builds says the group, and it is not the primary one of the account.

    `USER ${UID}` then has the group that useradd made, not the one of the host's files.
    """
    if "$" not in group or group == user:
        return False
    for account in shipped_accounts(build):
        if name in (account.name, account.number):
            return account.own_group
    return True


def _fix(step: Step, written: str) -> Fix | None:
    if not written:
        return None
    span = step.instruction.args[0].span
    edit = Edit.delete(Span(span.start + len(written), span.end))
    return Fix("Remove the group", (edit,), Safety.UNSAFE)


_CMD = 'CMD ["/app/server"]'

RULE = Rule(
    id="user-drops-groups",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(keywords=("USER",)),
    aliases=("tally/user-explicit-group-drops-supplementary-groups",),
    missed={
        "argument-in-a-shell-variable": (
            "the operand is the mistake, and shell variables are not followed"
        ),
    },
    examples=(
        Example(
            bad=f"RUN useradd app && usermod -aG video app\nUSER app:app\n{_CMD}",
            fixed=f"RUN useradd app && usermod -aG video app\nUSER app\n{_CMD}",
        ),
        Example(
            bad=f"RUN useradd --uid 10001 --groups video,audio app\nUSER 10001:10001\n{_CMD}",
            fixed=f"RUN useradd --uid 10001 --groups video,audio app\nUSER 10001\n{_CMD}",
        ),
        Example(
            bad="FROM alpine:3.22\nRUN adduser -D app; \\\n  # to see\n  addgroup app video\n"
            f"USER app:app\n{_CMD}",
            fixed="FROM alpine:3.22\nRUN adduser -D app; \\\n  # to see\n  addgroup app video\n"
            f"USER app\n{_CMD}",
        ),
        Example(
            bad=f"RUN <<EOF\nset -e\nuseradd app\ngpasswd -a app video\nEOF\nUSER app:app\n{_CMD}",
            fixed=f"RUN <<EOF\nset -e\nuseradd app\ngpasswd -a app video\nEOF\nUSER app\n{_CMD}",
        ),
        Example(bad=f'RUN adduser app video\nUSER "app:app"\n{_CMD}'),
        Example(
            bad="ARG NAME=app\nRUN sh -c 'usermod --append --groups video app'\n"
            f"USER $NAME:app\n{_CMD}",
            fixed="ARG NAME=app\nRUN sh -c 'usermod --append --groups video app'\n"
            f"USER $NAME\n{_CMD}",
        ),
        Example(
            bad="FROM debian:trixie-slim AS a\nRUN usermod -a -G video app\nFROM a\n"
            f"USER app:app\n{_CMD}",
            fixed="FROM debian:trixie-slim AS a\nRUN usermod -a -G video app\nFROM a\n"
            f"USER app\n{_CMD}",
        ),
        Example(good=f"RUN useradd app && usermod -aG video app\nUSER app\n{_CMD}"),
        Example(
            good=f"RUN useradd app && usermod -aG video app\nUSER app:video\n{_CMD}"
        ),
        Example(
            good=f"RUN useradd app && usermod -aG video other\nUSER app:app\n{_CMD}"
        ),
        Example(good=f"RUN groupadd app && useradd -g app app\nUSER app:app\n{_CMD}"),
        Example(
            good="FROM alpine:3.22\nRUN addgroup -S app && adduser -S -G app app\n"
            f"USER app:app\n{_CMD}"
        ),
        Example(good=f"ARG GROUP\nRUN usermod -aG video app\nUSER app:$GROUP\n{_CMD}"),
    ),
)
