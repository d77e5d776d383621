"""What the words of a script stand for, as far as that is known without running it.

Variables with one value, `$PWD`, `$0` and the usual ways to find the directory of a script are
known; everything else that a shell would compute is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from re import Match

from lightship.builds.interpolation import UnknownValueError, interpolate
from lightship.builds.workspace import ROOTED, folder_of, joined, rooted
from lightship.record import record
from lightship.regex import regex
from lightship.shell.parse import parse
from lightship.shell.words import PieceKind, Word, pieces
from lightship.text import Mapped

_DEEPEST = 6  # substitutions in substitutions
_LONGEST = 4_000  # characters of a word that is computed
_SELF = regex(r"\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\})")
_VARIABLE = regex(r"\$\{?([A-Za-z_]\w*)\}?")
_WITH_DEFAULT = regex(r"\$\{(?:\w+):?[-=]([^{}]*)\}")
_QUOTED_DEFAULT = regex(r"""(\$\{\w+:?[-=])(?:"([^"]*)"|'([^']*)')\}""")
_WHOLE_ARRAY = regex(r'"?\$\{([A-Za-z_]\w*)\[[@*]\]\}"?')


@record
class ShellValue:
    """A word after expansion: as it is written where that is not known, and `why` says why."""

    text: str
    why: str = ""


@record(eq=False, frozen=False)
class ScriptScope:
    """What a script may know while it runs.

    `folder` is the working directory, None where it is not known; `script` the path of the script
    itself, empty where it is in another file. `variables` are set outside, `own` in the script,
    None where a value is not known or there are several; so are `arrays`. `reasons` says of names
    that stand for something else what that is.
    """

    folder: str | None
    script: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    own: dict[str, str | None] = field(default_factory=dict)
    arrays: dict[str, tuple[ShellValue, ...] | None] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """The value of a variable. An UnknownValueError where it has one that is not known."""
        if name in self.own:
            value = self.own[name]
            if value is None:
                raise UnknownValueError(f"the value of {name} is not known")
            return value
        if name in self.reasons:
            raise UnknownValueError(self.reasons[name])
        if name == "PWD":
            return self._here()
        return self.variables.get(name)

    def _here(self) -> str:
        if self.folder is None:
            raise UnknownValueError("the working directory is not known")
        return rooted(self.folder)

    def assign(self, name: str, value: str | None) -> None:
        """Note a value; a second one makes it unknown."""
        if name in self.own and self.own[name] != value:
            value = None
        self.own[name] = value

    def assign_array(self, name: str, items: tuple[ShellValue, ...]) -> None:
        """Note an array; a second one makes it unknown."""
        is_other = name in self.arrays and self.arrays[name] != items
        self.arrays[name] = None if is_other else items

    def forget(self, name: str) -> None:
        """Note that a variable has a value that is not known."""
        self.own[name] = None
        self.arrays[name] = None


def is_whole_array(word: Word) -> bool:
    """Whether a word stands for all items of an array."""
    return _WHOLE_ARRAY.fullmatch(word.text) is not None


def shell_values(word: Word, scope: ScriptScope) -> Iterator[ShellValue]:
    """What a shell makes of a word: one value, or several of an array or a list."""
    array = _WHOLE_ARRAY.fullmatch(word.text)
    if array is not None:
        items = scope.arrays.get(array[1])
        if items is None:
            yield ShellValue(word.text, f"the array {array[1]} is not known")
        else:
            yield from items
        return
    if word.value is not None:
        yield ShellValue(word.value, _reason_in(word.value, scope))
        return
    try:
        text = known_text(word.text, scope)
    except UnknownValueError as error:
        yield ShellValue(word.text, str(error))
        return
    is_split = not word.quoted and word.text.startswith("$")
    for part in text.split() if is_split else [text]:
        yield ShellValue(part)


def known_text(text: str, scope: ScriptScope, depth: int = 0) -> str:
    """What a word stands for. An UnknownValueError with the reason where it is not known."""
    if depth > _DEEPEST or len(text) > _LONGEST:
        raise UnknownValueError("it is too long to follow")
    parts: list[str] = []
    is_quoted = False
    for piece in pieces(text):
        if piece.kind is PieceKind.VARIABLE:
            parts.append(_variable(piece.text, scope))
        elif piece.kind is PieceKind.OTHER:
            value, rest = _computed(piece.text, scope, depth)
            parts.append(value)
            if rest:
                more = f'"{rest}' if is_quoted else rest
                parts.append(known_text(more, scope, depth + 1))
        else:
            if not piece.text and text[piece.at] == '"':
                is_quoted = not is_quoted
            parts.append(piece.text)
    whole = "".join(parts)
    if why := _reason_in(whole, scope):
        raise UnknownValueError(why)
    return _placed(whole)


def _reason_in(text: str, scope: ScriptScope) -> str:
    """Why a text in quotes is not known: what CI fills in before the shell reads it."""
    for name, why in scope.reasons.items():
        if f"${{{name}}}" in text:
            return why
    return ""


def _placed(text: str) -> str:
    """A path from the root has nothing that counts before it but `--option=` or `NAME=`."""
    at = text.rfind(ROOTED)
    if at <= 0:
        return text
    name_end = text.rfind("=", 0, at) + 1
    return text[:name_end] + text[at:]


def _variable(text: str, scope: ScriptScope) -> str:
    if scope.script and _SELF.fullmatch(text):
        return rooted(scope.script)
    plain = _VARIABLE.fullmatch(text)
    if plain is not None:
        value = scope.get(plain[1])
        if value is None:
            raise UnknownValueError(f"{plain[1]} is not set")
        return value
    default = _WITH_DEFAULT.fullmatch(text)
    if default is not None and text[2].isdecimal():
        return default[1]
    if not text.startswith("${"):
        raise UnknownValueError(f"{text} is known only when the script runs")
    try:
        return _with_default(text, scope)
    except UnknownValueError as error:
        if str(error).startswith("invalid variable"):
            raise UnknownValueError(f"{text} is computed by the shell") from None
        raise


def _with_default(text: str, scope: ScriptScope) -> str:
    """`${NAME:-"default"}`: a shell takes the quotes of the default off."""

    def without_quotes(match: Match[str]) -> str:
        literal = (match[3] or "").replace("$", "$$")
        inner = literal if match[2] is None else match[2]
        return f"{match[1]}{inner}}}"

    value = interpolate(_QUOTED_DEFAULT.sub(without_quotes, text), scope.get)
    if "`" in value or "$(" in value:
        raise UnknownValueError(f"{text} is computed by the shell")
    return value


def _computed(text: str, scope: ScriptScope, depth: int) -> tuple[str, str]:
    """What stands for a substitution or a nested variable, and what follows it."""
    if text.startswith("${"):
        end = _end(text, 2, "{", "}")
        if scope.script and _SELF.fullmatch(text[:end]):
            return rooted(scope.script), text[end:]
        return _with_default(text[:end], scope), text[end:]
    if text.startswith("$(") and not text.startswith("$(("):
        end = _end(text, 2, "(", ")")
        return _substituted(text[2 : end - 1], scope, depth), text[end:]
    if text.startswith("`"):
        end = text.find("`", 1) + 1
        if end:
            return _substituted(text[1 : end - 1], scope, depth), text[end:]
    raise UnknownValueError(f"{text[:60]} is computed by the shell")


def _end(text: str, at: int, opens: str, closes: str) -> int:
    """The place after the bracket that closes the one before `at`."""
    depth = 1
    while at < len(text):
        char = text[at]
        if char == "'":
            close = text.find("'", at + 1)
            at = close if close > 0 else at
        elif char == opens:
            depth += 1
        elif char == closes:
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    raise UnknownValueError("it is computed by the shell")


def _substituted(text: str, scope: ScriptScope, depth: int) -> str:
    """What the commands in `$(…)` print, where it is a path that they only look up."""
    script = parse(Mapped.plain(text, 0), "bash")
    computed = f"$({text[:60]}) is computed by the shell"
    folder = scope.folder
    printed = None
    for command in script.commands:
        if script.inside(command, "substitution"):
            continue
        inner = ScriptScope(
            folder, scope.script, scope.variables, scope.reasons, scope.own
        )
        words = [word for word in command.args if not word.text.startswith("-")]
        match command.name, words:
            case "cd", [word]:
                folder = joined(folder or "..", known_text(word.text, inner, depth + 1))
            case "pwd", []:
                printed = rooted(folder) if folder is not None else None
            case (("realpath" | "readlink" | "echo"), [word]):
                printed = known_text(word.text, inner, depth + 1)
            case "command", [word] if _SELF.fullmatch(word.text.strip('"')):
                # `command -v "$0"`: where the script itself lies
                printed = known_text(word.text, inner, depth + 1)
            case "dirname", [word]:
                printed = _dirname(known_text(word.text, inner, depth + 1))
            case "git", _ if command.argument_texts == ["rev-parse", "--show-toplevel"]:
                printed = rooted(".")
            case _:
                # What it prints, and whether it succeeds, is not known: `git … || echo none`
                raise UnknownValueError(computed)
    if printed is None:
        raise UnknownValueError(computed)
    return printed


def _dirname(path: str) -> str:
    if path.startswith(ROOTED):
        return rooted(folder_of(path[1:].strip("/")))
    return folder_of(path.rstrip("/"))
