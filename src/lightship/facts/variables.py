"""The variables that a command of RUN reads, as far as the Dockerfile tells."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

from lightship.build import Build, Invocation
from lightship.errors import ExpansionError
from lightship.expansion.variables import expand
from lightship.shell.specs import written
from lightship.shell.tree import Script

_TRUE = frozenset({"1", "true", "yes", "on"})


def variable(build: Build, call: Invocation, name: str) -> str | None:
    """The value of a variable for a command; None where it is not known.

    Its own assignment counts first, then an `export` before it, then ENV and ARG.
    """
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
    exports: dict[str, list[tuple[int, str]]] = {}
    for command in script.named("export"):
        for word in reversed(command.args):  # of several the first counts
            name, equals, given = written(word).partition("=")
            if equals:
                exports.setdefault(name, []).append((command.index, given))
    return exports


def is_true(text: str | None) -> bool:
    """Whether a setting is switched on."""
    return (text or "").lower() in _TRUE


def expanded(text: str, lookup: Callable[[str], str | None]) -> str | None:
    """A word with the values of its variables in it; None where one of them, or a substitution, is not known."""
    try:
        expansion = expand(text, lookup)
    except ExpansionError:
        return None
    has_substitution = "`" in text or "$(" in text
    return None if expansion.unset or has_substitution else expansion.text
