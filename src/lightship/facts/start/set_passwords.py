"""The passwords that RUN set and no start script sets again: they are in the image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lightship.build import Build, Invocation
from lightship.builds.definition import Purpose
from lightship.dockerfile.tree import Instruction
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.facts.start.start_scripts import start_scripts
from lightship.record import record
from lightship.regex import regex
from lightship.shell.account_commands import read_account_command
from lightship.shell.commands import Command
from lightship.shell.specs import written
from lightship.shell.words import Word
from lightship.text import Span

ACCOUNTS = ("useradd", "usermod", "adduser")
_PRINTS = frozenset(("echo", "printf"))
_VARIABLE = regex(r"\$\{?(\w+)")
_HASH = regex(r"\$[0-9a-z]{1,2}\$")
# Who logs in where something is tried out: the password is meant to be known
_TRIAL_USER = regex(r"(?:test|dummy|demo|foo|guest|example)[\w-]*", re.IGNORECASE)
_TRIAL = regex(r"\b(?:tests?|testing|dummy|demo|examples?)\b", re.IGNORECASE)
_FOR_TESTS = frozenset({Purpose.TEST, Purpose.CI})
# `{user}:{password}`: what builds the image writes them there before
_TEMPLATE = regex(
    r"(?<![\w$]){{1,2}[ \t]*\w*(?i:pass(?:word|wd)?|pwd|secret)\w*[ \t]*}{1,2}"
)
_RANDOM = ("random", "openssl rand", "pwgen", "uuid", "/run/secrets", "mktemp")


@record
class SetPassword:
    """Where a RUN sets a password; `is_plain` is whether it says the password, and not its hash."""

    span: Span
    is_plain: bool


def set_passwords(build: Build) -> Mapping[Instruction, SetPassword]:
    """The first password of each RUN that sets one."""
    return build.once(_set_passwords)


def _set_passwords(build: Build) -> dict[Instruction, SetPassword]:
    found: dict[Instruction, SetPassword] = {}
    if build.purpose in _FOR_TESTS or _TRIAL.search(build.path or ""):
        return found
    if build.repository.is_example:
        return found
    for call in build.commands("chpasswd", "passwd", *ACCOUNTS):
        run = call.instruction
        if run in found:
            continue
        is_plain = call.command.name not in ACCOUNTS
        span = _given(call) if is_plain else _hashed(call.command)
        if span is not None and not _is_harmless(build, call):
            found[run] = SetPassword(span, is_plain)
    return found


def _is_harmless(build: Build, call: Invocation) -> bool:
    """Whether nobody can read a password of use there."""
    if _is_secret(build, call) or _is_trial(call):
        return True
    if _TEMPLATE.search(call.script.text.text):
        return True
    return _is_set_at_start(build, call)


def _is_trial(call: Invocation) -> bool:
    """Whether the user is there to try something out, by its name or the comment above."""
    if any(map(_TRIAL.search, call.instruction.comments)):
        return True
    command = call.command
    users = [word.value or "" for word in command.args[-1:]]
    if command.name == "chpasswd":
        users = list(_users_given(call))
    return bool(users) and all(map(_TRIAL_USER.fullmatch, users))


def _users_given(call: Invocation) -> Iterator[str]:
    """The users of each `user:password` that chpasswd is given."""
    words: list[Word | None] = []
    for earlier in call.script.pipe(call.command):
        words += earlier.args
    words += [redirect.target for redirect in call.command.redirects]

    for word in words:
        text = (word.value or "") if word is not None else ""
        user, colon, _ = text.partition(":")
        if colon:
            yield user


def _is_set_at_start(build: Build, call: Invocation) -> bool:
    """Whether a start script sets it again, from the variable whose default the RUN takes."""
    variables = set(_VARIABLE.findall(call.script.text.text))
    names = {name for name in variables if is_secret_name(name)}
    if not names:
        return False
    for script in start_scripts(build):
        text = script or ""
        if "passwd" in text and any(name in text for name in names):
            return True
    return False


def _given(call: Invocation) -> Span | None:
    """What is piped or redirected into a command that sets a password."""
    command = call.command
    # The other options of passwd, such as -l and -d, lock or remove it
    has_options = any(written(word).startswith("-") for word in command.args)
    if command.name == "passwd" and has_options and not command.has("--stdin"):
        return None

    for redirect in command.redirects:
        if redirect.operator in ("<<<", "<<", "<<-") and redirect.target is not None:
            return redirect.span

    for earlier in call.script.pipe(command):
        if earlier.stage < command.stage and _prints_password(earlier, command):
            return Span(earlier.span.start, command.span.end)
    return None


def _prints_password(earlier: Command, command: Command) -> bool:
    """Whether it prints what `command` takes: chpasswd takes `user:password`."""
    if earlier.name not in _PRINTS or not earlier.args:
        return False
    return command.name == "passwd" or any(":" in word.text for word in earlier.args)


def _hashed(command: Command) -> Span | None:
    """The option that sets the hash of a password, as such or made from a password here."""
    account_command = read_account_command(command)
    if account_command is None:
        return None
    option = account_command.option("password")
    if option is None or option.value is None:
        return None
    is_made_here = option.value.startswith(("$(", "`"))
    is_hash = is_made_here or _HASH.match(option.value)
    return option.span if is_hash else None


def _is_secret(build: Build, call: Invocation) -> bool:
    if any(mount.type == "secret" for mount in build.mounts(call.instruction)):
        return True
    text = call.script.text.text.lower()
    return any(word in text for word in _RANDOM)
