"""Commands that only start the command in their operands: tini, gosu, env, `poetry run` ...

Tables say for each how its own options are told from the command. Every reader of commands uses
them. The shell reader takes off those that leave the command what it is (`unwrap`), and readers of
start commands take off all of them (`lightship.shell.programs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightship.shell.environment_starters import (
    OTHER_ENVIRONMENTS,
    PYTHON_ENVIRONMENTS,
)
from lightship.shell.process_starters import (
    INIT_ROWS,
    SECRETS,
    SHELL,
    TOOLS,
    USER_ROWS,
    WAITERS,
)
from lightship.shell.starter import INIT, PLAIN, USER, Starter
from lightship.shell.tree import Wrapper
from lightship.shell.words import Word

_TRANSPARENT = (INIT, USER, PLAIN)
_ROWS = (
    *INIT_ROWS,
    *USER_ROWS,
    *SHELL,
    *TOOLS,
    *SECRETS,
    *WAITERS,
    *PYTHON_ENVIRONMENTS,
    *OTHER_ENVIRONMENTS,
)


def _by_name(rows: Sequence[Starter]) -> Mapping[str, tuple[Starter, ...]]:
    table: dict[str, tuple[Starter, ...]] = {}
    for row in rows:
        table[row.name] = (*table.get(row.name, ()), row)
    return table


STARTERS = _by_name(_ROWS)
# Those that the shell reader takes off: what they start is what would run without them
WRAPPERS = _by_name([row for row in _ROWS if row.role in _TRANSPARENT])
INITS = frozenset(row.name for row in INIT_ROWS if row.role == INIT)
USERS = frozenset(row.name for row in USER_ROWS)
ASSIGNING = frozenset(row.name for row in _ROWS if row.assigns)
# Those that take a script for a shell
SCRIPT_STARTERS = {row.name: row for row in _ROWS if row.scripts or row.script_operand}


def unwrap(words: Sequence[Word]) -> tuple[tuple[Wrapper, ...], int]:
    """The wrappers that `words` begin with, and where the command itself begins."""
    wrappers: list[Wrapper] = []
    at = 0
    while True:
        found = starter_at(words, at, WRAPPERS)
        if found is None or found[1] >= len(words):
            return tuple(wrappers), at
        starter, end = found
        wrappers.append(Wrapper(starter.name, tuple(words[at:end])))
        at = end


def starter_at(
    words: Sequence[Word],
    at: int,
    table: Mapping[str, tuple[Starter, ...]] = STARTERS,
) -> tuple[Starter, int] | None:
    """The starter at a place in `words`, and where its command begins.

    That is the end of the words where the command is missing.
    """
    path = words[at].value or ""
    _, _, name = path.rpartition("/")
    rows = table.get(path) or table.get(name, ())
    for row in rows:
        end = _command_at(words, at + 1, row)
        if end is not None:
            return row, end
    return None


def _command_at(words: Sequence[Word], start: int, starter: Starter) -> int | None:
    """Where the command begins in the words after a starter; None where it starts none."""
    at = start
    for subcommand in starter.subcommand:
        after = _after_operand(words, at, starter, subcommand)
        if after is None:
            return None
        at = after

    find = _after_dashes if starter.dashes else _after_own
    end = find(words, at, starter)
    if end is None or not starter.needs:
        return end
    for word in words[start:end]:
        option, _, _ = _text(word).partition("=")
        if option in starter.needs:
            return end
    return None


def _after_operand(
    words: Sequence[Word], at: int, starter: Starter, subcommand: str
) -> int | None:
    """What follows the next word that is not an option; None where that is not the subcommand."""
    while at < len(words):
        kind = _kind_of(_text(words[at]), starter)
        if kind == "query":
            return None
        if kind == "operand":
            return at + 1 if _text(words[at]) == subcommand else None
        at += 2 if kind == "value" else 1
    return None


def _after_dashes(words: Sequence[Word], at: int, _: Starter) -> int | None:
    for place, word in enumerate(words[at:], at):
        if word.value == "--":
            return place + 1
    return None


def _after_own(words: Sequence[Word], at: int, starter: Starter) -> int | None:
    """What follows the options and operands of a starter itself."""
    operands = starter.operands
    while at < len(words):
        text = _text(words[at])
        if text == "--":
            at = _after_assignments(words, at + 1, starter)
            return min(at + operands, len(words))

        kind = _kind_of(text, starter)
        if kind == "query":
            return None
        if kind == "operand":
            if not operands:
                return at
            operands -= 1
        at += 2 if kind == "value" else 1
    return len(words)


def _after_assignments(words: Sequence[Word], at: int, starter: Starter) -> int:
    if not starter.assigns:
        return at
    while at < len(words) and _assigns(_text(words[at])):
        at += 1
    return at


def _kind_of(text: str, starter: Starter) -> str:
    """What a word is: a query, an option whose value is the next word, a flag, or an operand."""
    name, equals, _ = text.partition("=")
    if not text.startswith("-"):
        return "flag" if starter.assigns and _assigns(text) else "operand"
    if name in starter.query or name in starter.scripts:
        return "query"
    if text in starter.values:
        return "value"
    if starter.all_values:
        return "flag" if equals else "value"
    if text.startswith("--"):
        return "flag"
    return _kind_of_letters(text, starter)


def _kind_of_letters(text: str, starter: Starter) -> str:
    """Of `-Eu`: the first letter that takes a value has the rest of the word, or the next word."""
    last = len(text) - 1
    for at, letter in enumerate(text[1:], 1):
        option = f"-{letter}"
        if option in starter.query:
            return "query"
        if option in starter.values:
            return "value" if at == last else "flag"
    return "flag"


def _assigns(text: str) -> bool:
    """Whether it is NAME=value: neither a path nor an expansion stands before the equals sign."""
    name, equals, _ = text.partition("=")
    return bool(equals) and "/" not in name and "$" not in name


def _text(word: Word) -> str:
    return word.value or word.text
