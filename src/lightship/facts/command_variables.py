"""The variables that a command of RUN reads, as far as the Dockerfile tells."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

from lightship.build import Build, Invocation
from lightship.errors import ExpansionError
from lightship.expansion.variables import expand
from lightship.record import record
from lightship.shell.specs import written
from lightship.shell.tree import Script

# A variable by its name; None where it is not known
Lookup = Callable[[str], str | None]


@record
class _Export:
    """The number of the command that sets a variable, and the value."""

    number: int
    value: str


_number = attrgetter("number")
_TRUE = frozenset("1 true yes on".split())


def variable(build: Build, call: Invocation, name: str) -> str | None:
    """The value of a variable for a command; None where it is not known.

    Its own assignment counts first, then an `export` before it, then ENV and ARG.
    """
    command = call.command
    for assignment in reversed(command.assignments):
        if assignment.name == name:
            return assignment.value

    exported = _exported(call, name)
    if exported is not None:
        return exported

    state = build.evaluation.before(call.instruction)
    if state is None:
        return None
    return state.env.get(name)


def _exported(call: Invocation, name: str) -> str | None:
    """The value that the last `export` before a command gives a variable."""
    exports = _exports(call.script)
    of_name = exports.get(name, ())
    own_number = call.command.index
    count = bisect_left(of_name, own_number, key=_number)
    if count == 0:
        return None
    last = of_name[count - 1]
    return last.value


@lru_cache(maxsize=64)
def _exports(script: Script) -> Mapping[str, Sequence[_Export]]:
    """What `export` sets, by name."""
    exports: dict[str, list[_Export]] = {}
    for command in script.named("export"):
        words = reversed(command.args)  # of several the first counts
        for word in words:
            text = written(word)
            name, equals, value = text.partition("=")
            if not equals:
                continue
            of_name = exports.setdefault(name, [])
            export = _Export(command.index, value)
            of_name.append(export)
    return exports


def is_true(text: str | None) -> bool:
    """Whether a setting is switched on."""
    if text is None:
        return False
    return text.lower() in _TRUE


def expanded(text: str, lookup: Lookup) -> str | None:
    """A word with the values of its variables in it.

    None where one of them is not known, or the word has a substitution.
    """
    if "`" in text or "$(" in text:
        return None
    try:
        expansion = expand(text, lookup)
    except ExpansionError:
        return None
    if expansion.unset:
        return None
    return expansion.text
