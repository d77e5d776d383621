"""The passwords that RUN set and no start script sets again: they are in the image."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
from lightship.text import Span

ACCOUNTS = ("useradd", "usermod", "adduser")
_PRINTS = frozenset(("echo", "printf"))
_VARIABLE = regex(r"\$\{?(\w+)")
_HASH = regex(r"\$[0-9a-z]{1,2}\$")
# Who logs in where something is tried out: the password is meant to be known
_TRIAL_USER = regex(r"(?:test|dummy|demo|foo|guest|example)[\w-]*", re.IGNORECASE)
_TRIAL = regex(r"\b(?:tests?|testing|dummy|demo|examples?)\b", re.IGNORECASE)
_FOR_TESTS = frozenset({Purpose.TEST, Purpose.CI})
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
        plain = call.command.name not in ACCOUNTS
        span = _given(call) if plain else _hashed(call.command)
        run = call.instruction
        if span is None or run in found or _is_secret(build, call):
            continue
        if not _is_trial(call) and not _is_set_at_start(build, call):
            found[run] = SetPassword(span, plain)
    return found


def _is_trial(call: Invocation) -> bool:
    """Whether the user is there to try something out, by its name or the comment above."""
    if any(map(_TRIAL.search, call.instruction.comments)):
        return True
    command = call.command
    users = [word.value or "" for word in command.args[-1:]]
    if command.name == "chpasswd":
        printed = [
            word for earlier in call.script.pipe(command) for word in earlier.args
        ]
        given = [redirect.target for redirect in command.redirects if redirect.target]
        texts = [word.value or "" for word in (*printed, *given)]
        users = [text.partition(":")[0] for text in texts if ":" in text]
    return bool(users) and all(map(_TRIAL_USER.fullmatch, users))


def _is_set_at_start(build: Build, call: Invocation) -> bool:
    """Whether a start script sets it again, from the variable whose default the RUN takes."""
    text = call.script.text.text
    names = {match[1] for match in _VARIABLE.finditer(text)}
    names = {name for name in names if is_secret_name(name)}
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
    option = account_command.option("password") if account_command is not None else None
    if option is None or option.value is None:
        return None
    is_hash = _HASH.match(option.value) or option.value.startswith(("$(", "`"))
    return option.span if is_hash else None


def _is_secret(build: Build, call: Invocation) -> bool:
    if any(mount.type == "secret" for mount in build.mounts(call.instruction)):
        return True
    text = call.script.text.text.lower()
    return any(word in text for word in _RANDOM)
