"""useradd writes a huge log for a user with a high number

## What it does
Finds useradd with numbers from 100000 on, including those in a variable. shadow no longer writes
these logs since 4.13, so the rule is silent on Debian from 12 and on Ubuntu from 24.04 on, and a
note where the release is not known.

## Why is this bad?
useradd empties the user's entry in /var/log/lastlog and /var/log/faillog, at an offset of 292 and
32 bytes times the number. The files are sparse: they need no space on a disk. A layer has no sparse
files: a user 1885580785 made an image of 1.23 TB (pull request 183 of
ucam-department-of-psychiatry/crate), and moby/moby issue 5419 reports builds that never end.

## Fix safety
The fix adds `--no-log-init`. It is safe: those logs record when a user last logged in, which
never happened here.

## When to ignore
Ignore it where the shadow of the base image is 4.13 or later.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.lifetimes import parts
from lightship.base_images.variants import unnamed
from lightship.build import Build, Invocation
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.users.account_calls import account_calls
from lightship.facts.values.command_values import value
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.account_commands import AccountCommand

_HIGH = 100_000
_ENTRY = 292 + 32  # bytes, of both logs
_NEW = {"Debian": 12.0, "Ubuntu": 24.04}  # with shadow 4.13
_NEW_NAMES = frozenset(("bookworm", "trixie", "forky", "sid"))


def check(build: Build) -> Iterator[Finding]:
    for account_call in account_calls(build):
        call = account_call.call
        command = account_call.command
        if call.command.name != "useradd" or command.has("no-log-init"):
            continue

        number = _number(build, call, command)
        if number is None or number < _HIGH:
            continue
        is_new = _has_new_shadow(build, call)
        if is_new:
            continue

        size = number * _ENTRY / 1_000_000
        text = f"{size / 1000:,.1f} GB" if size > 1000 else f"{size:.0f} MB"
        message = f"useradd writes up to {text} of empty log for user {number}: add --no-log-init"
        severity = Severity.INFO if is_new is None else None
        yield Finding(call.command.words[0].span, message, _fix(call), severity)


def _fix(call: Invocation) -> Fix | None:
    if not takes_words(call.script):
        return None
    edit = after_word(call.script, call.command.words[0], "--no-log-init")
    return Fix("Add --no-log-init", (edit,))


def _number(build: Build, call: Invocation, command: AccountCommand) -> int | None:
    """The number that `-u` asks for, where it is known."""
    number = value(build, call, command.value("uid") or "") or ""
    return int(number) if number.isdecimal() and len(number) <= 10 else None


def _has_new_shadow(build: Build, call: Invocation) -> bool | None:
    """Whether the base image's useradd leaves the logs alone; None where that is not known."""
    stage = build.dockerfile.stage_of(call.instruction)
    image = build.root_image(stage) if stage is not None else None
    if image is None:
        return None
    today = unnamed(image)
    if today is not None and today.release in _NEW_NAMES:
        return True
    if any(name in image.tag for name in _NEW_NAMES):
        return True
    for part in parts(image):
        newest = _NEW.get(part.release.product)
        if newest is not None:
            return float(part.release.version) >= newest
    return None


RULE = Rule(
    id="high-uid-logged",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(commands=("useradd",)),
    practice=Practice.SIZE,
    aliases=("DL3046", "parfum/DL3046"),
    examples=(
        Example(
            bad="FROM ubuntu:22.04\nRUN useradd -u 1885580785 app",
            fixed="FROM ubuntu:22.04\nRUN useradd --no-log-init -u 1885580785 app",
        ),
        Example(
            bad="FROM example.com/base:1\nRUN useradd \\\n    # from the directory\n"
            "    --uid=200000 --create-home app",
            fixed="FROM example.com/base:1\nRUN useradd --no-log-init \\\n"
            "    # from the directory\n"
            "    --uid=200000 --create-home app",
        ),
        Example(
            bad="FROM ubuntu:22.04\nARG UID=123456\n"
            "RUN groupadd -g $UID app; useradd -mu $UID -g app app",
            fixed="FROM ubuntu:22.04\nARG UID=123456\n"
            "RUN groupadd -g $UID app; useradd --no-log-init -mu $UID -g app app",
        ),
        Example(
            bad="FROM ubuntu:22.04\nRUN <<EOF\nset -e\nuseradd --uid 100000 app\nEOF",
            fixed="FROM ubuntu:22.04\nRUN <<EOF\nset -e\n"
            "useradd --no-log-init --uid 100000 app\nEOF",
        ),
        Example(
            bad='FROM ubuntu:22.04\nRUN ["useradd", "-u", "100000", "app"]',
            fixed='FROM ubuntu:22.04\nRUN ["useradd", "--no-log-init", "-u", "100000", "app"]',
        ),
        Example(
            bad="FROM ubuntu:22.04\nRUN sh -c 'useradd -u 100000 app'",
            fixed="FROM ubuntu:22.04\nRUN sh -c 'useradd --no-log-init -u 100000 app'",
        ),
        Example(
            bad="FROM ubuntu:22.04\nONBUILD RUN useradd -u 100000 app",
            fixed="FROM ubuntu:22.04\nONBUILD RUN useradd --no-log-init -u 100000 app",
        ),
        Example(
            good="FROM example.com/base:1\nRUN useradd --no-log-init --uid 200000 app"
        ),
        Example(
            good="FROM example.com/base:1\nRUN useradd -lmu 200000 app && useradd -l -u 300000 b"
        ),
        Example(good="FROM example.com/base:1\nRUN useradd --uid 10001 app"),
        Example(good="FROM example.com/base:1\nARG UID\nRUN useradd -u $UID app"),
        # useradd of these leaves the logs alone
        Example(good="FROM debian:trixie-slim\nRUN useradd --uid 200000 app"),
        Example(good="FROM python:3.14-slim\nRUN useradd --uid 200000 app"),
        Example(good="FROM ubuntu:24.04\nRUN useradd --uid 200000 app"),
    ),
)
