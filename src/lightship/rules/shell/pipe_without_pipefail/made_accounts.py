"""Accounts that the first command of a pipe makes: a later command fails without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.build import Build, Invocation
from lightship.facts.command_variables import expanded, variable
from lightship.facts.users.account_calls import account_calls
from lightship.facts.users.accounts import accounts
from lightship.shell.commands import Command
from lightship.shell.failing import ends_build
from lightship.text import Span

# They run a command as the user that one of their words names
_AS_USER = ("gosu", "runuser", "su", "su-exec", "sudo")


def is_account_used(build: Build, failing: Command) -> bool:
    """Whether a command makes an account that a later one needs to be there."""
    name = build.once(_made).get(failing.span, "")
    if not name:
        return False
    return build.once(_last_uses).get(name, -1) > failing.span.end


def _made(build: Build) -> Mapping[Span, str]:
    """The name of the account that a command makes."""
    made: dict[Span, str] = {}
    for account in accounts(build):
        made[account.call.command.span] = account.name
    return made


def _last_uses(build: Build) -> Mapping[str, int]:
    """By account, where the last command stands that stops the build without it."""
    uses: dict[str, int] = {}
    for call in build.commands("chown"):
        _note(uses, _owner(build, call), call)
    for account_call in account_calls(build):
        operands = account_call.operands
        is_changed = account_call.command.kind == "change" and len(operands) == 1
        is_member = account_call.command.program == "adduser" and len(operands) == 2
        if is_changed or is_member:
            _note(uses, operands[0] or "", account_call.call)
    for call in build.commands(*_AS_USER):
        for text in call.command.argument_texts:
            _note(uses, text, call)
    for name, start in _named_by_instructions(build):
        uses[name] = max(start, uses.get(name, -1))
    return uses


def _named_by_instructions(build: Build) -> Iterator[tuple[str, int]]:
    """The users that `COPY --chown` names, and those of USER as whom a RUN is made."""
    for stage in build.dockerfile.stages:
        user = ""
        for item in stage.instructions:
            owner = item.flag("chown")
            if owner is not None and owner.value is not None:
                name, _, _ = owner.value.partition(":")
                yield name, item.span.start
            if item.keyword == "USER" and item.args:
                user, _, _ = item.args[0].text.partition(":")
            if item.keyword == "RUN" and user:
                yield user, item.span.start


def _note(uses: dict[str, int], name: str, call: Invocation) -> None:
    if not name or not ends_build(call.script, call.command):
        return
    start = call.command.span.start
    uses[name] = max(start, uses.get(name, -1))


def _owner(build: Build, call: Invocation) -> str:
    """The user to whom chown gives files; empty where it is not known."""
    for text in call.command.argument_texts:
        if text.startswith("-"):
            continue
        user, _, _ = text.partition(":")
        known = expanded(user, lambda name: variable(build, call, name))
        return known or ""
    return ""
