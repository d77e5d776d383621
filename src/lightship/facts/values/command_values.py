"""What a word of a command, or a variable that it reads, stands for, as far as the Dockerfile tells."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

from lightship.build import Build, Invocation
from lightship.errors import ExpansionError
from lightship.expansion.variables import expand
from lightship.facts.users.homes import home_of
from lightship.shell.specs import written
from lightship.shell.tree import Script

_TRUE = frozenset({"1", "true", "yes", "on"})


def variable(build: Build, call: Invocation, name: str) -> str | None:
    """The value of a variable for a command: its own assignment, an `export` before it, or ENV and ARG."""
    for assignment in reversed(call.command.assignments):
        if assignment.name == name:
            return assignment.value
    exported = _exports(call.script).get(name, ())
    before = bisect_left(exported, call.command.index, key=itemgetter(0))
    if before:
        return exported[before - 1][1]
    state = build.evaluation.before(call.instruction)
    return state.env.get(name) if state is not None else None


@lru_cache(maxsize=64)
def _exports(script: Script) -> Mapping[str, Sequence[tuple[int, str]]]:
    """What `export` sets, by name: the number of the command, and the value."""
    found: dict[str, list[tuple[int, str]]] = {}
    for command in script.named("export"):
        for word in reversed(command.args):  # of several the first counts
            name, equals, given = written(word).partition("=")
            if equals:
                found.setdefault(name, []).append((command.index, given))
    return found


def is_true(text: str | None) -> bool:
    """Whether a setting is switched on."""
    return (text or "").lower() in _TRUE


def value(build: Build, call: Invocation, text: str) -> str | None:
    """A word with its variables put in, `~` and `$HOME` too; None where one is not known."""
    if "$" not in text and not text.startswith("~"):
        return text
    home = home_of(build, call.instruction)
    if text == "~" or text.startswith("~/"):
        text = f"{home or '$HOME'}{text[1:]}"
    try:
        found = expand(
            text, lambda name: home if name == "HOME" else variable(build, call, name)
        )
    except ExpansionError:
        return None
    return None if found.unset or "`" in text or "$(" in text else found.text
