"""What the commands of a script assign to variables and arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.builds.commands.known_words import (
    ScriptScope,
    ShellValue,
    known_text,
    shell_values,
)
from lightship.builds.interpolation import UnknownValueError
from lightship.regex import regex
from lightship.shell.parse import parse
from lightship.shell.tree import Assignment, Command
from lightship.shell.words import Word
from lightship.text import Mapped

_ASSIGNS = frozenset({"export", "readonly", "local", "declare", "typeset"})
_READERS = frozenset({"read", "mapfile", "readarray"})
_ASSIGNMENT = regex(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_LONGEST = 4_000  # characters of a text, or words of an array, that grow
_COMMENT = regex(r"(?:^|\s)#[^\n]*")
_DEFAULT = regex(r"\$\{([A-Za-z_]\w*):?=")


def note_assignments(
    scope: ScriptScope, command: Command, source: str, *, is_certain: bool = True
) -> None:
    """What a command assigns to variables of the shell.

    `is_certain` is whether it runs whenever the script does: else what it appends is not known.
    """
    if not command.words:
        for assignment in command.assignments:
            _note(scope, assignment, source, is_certain=is_certain)
    elif command.name in _ASSIGNS:
        for word in command.args:
            match = _ASSIGNMENT.fullmatch(word.text)
            if match is not None:
                _assign(scope, match[1], match[2])
    elif command.name == ":":
        for word in command.args:
            _note_default(scope, word)
    elif command.name in _READERS:
        for word in command.args:
            scope.forget(word.text)


def _note(
    scope: ScriptScope, assignment: Assignment, source: str, *, is_certain: bool
) -> None:
    start, end = assignment.value_span
    text = source[start:end]
    is_appended = source[assignment.span.start : start].endswith("+=")
    if not is_appended:
        _assign(scope, assignment.name, text)
    elif is_certain:
        _append(scope, assignment.name, text)
    else:
        scope.forget(assignment.name)


def _assign(scope: ScriptScope, name: str, text: str) -> None:
    if text.startswith("("):
        scope.assign_array(name, tuple(_items(scope, text)))
        return
    try:
        value: str | None = known_text(text, scope)
    except UnknownValueError:
        value = None
    scope.assign(name, value)


def _append(scope: ScriptScope, name: str, text: str) -> None:
    """`NAME+=value`, `NAME+=(words)`."""
    if text.startswith("("):
        before = scope.arrays.get(name, ())
        more = tuple(_items(scope, text))
        is_known = before is not None and len(before) + len(more) < _LONGEST
        scope.arrays[name] = (*(before or ()), *more) if is_known else None
        return
    try:
        whole = (scope.get(name) or "") + known_text(text, scope)
    except UnknownValueError:
        whole = ""
    is_known = bool(whole) and len(whole) < _LONGEST
    scope.own[name] = whole if is_known else None


def _items(scope: ScriptScope, text: str) -> Iterator[ShellValue]:
    """The words in the brackets of an array."""
    inside = _COMMENT.sub("", text[1:-1]).replace("\n", " ")
    script = parse(Mapped.plain(f"array {inside}", 0), "bash")
    for command in script.commands[:1]:
        for word in command.args:
            yield from shell_values(word, scope)


def _note_default(scope: ScriptScope, word: Word) -> None:
    """`: "${NAME:=value}"`."""
    match = _DEFAULT.search(word.text)
    if match is None or match[1] in scope.own:
        return
    try:
        scope.assign(match[1], known_text(word.text, scope))
    except UnknownValueError:
        scope.assign(match[1], None)
