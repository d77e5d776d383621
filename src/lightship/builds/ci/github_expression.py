"""`${{ … }}` of GitHub's workflows, as far as values are known without a run.

Source: docs.github.com, "Evaluate expressions in workflows and actions". `||` and `&&` give one of
their operands, comparison of texts ignores case, and what a context does not have is null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lightship.builds.interpolation import UnknownValueError
from lightship.builds.yaml_tree import YamlNode, plain_value
from lightship.record import record
from lightship.regex import regex

_EXPRESSION = regex(r"\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}")
_TOKEN = regex(
    r"\s*(?:('(?:[^']|'')*')|([A-Za-z_][\w-]*)|(-?[0-9]+(?:\.[0-9]+)?)"
    r"|(\|\||&&|==|!=|<=|>=|[<>!().,\[\]*]))"
)
_DEEPEST = 30
_LONGEST = 2_000  # characters of an expression
# What they hold is only known in a run
_OF_A_RUN = frozenset("secrets vars needs steps job jobs runner strategy".split())
_CONSTANTS = {"true": True, "false": False, "null": None}
Values = Mapping[str, Any]


@record
class NotKnown:
    """A value that exists and is not known, such as an axis of a matrix that is computed."""

    why: str


def filled(text: str, values: Values) -> str:
    """A text with its expressions. An UnknownValueError where one is not known."""
    if "${{" not in text:
        return text
    return _EXPRESSION.sub(lambda match: as_text(value_of(match[1], values)), text)


def with_names(text: str, values: Values) -> tuple[str, dict[str, str]]:
    """A script with its expressions, those that are not known as variables; and why of each."""
    reasons: dict[str, str] = {}
    names: dict[str, str] = {}

    def replaced(expression: str) -> str:
        try:
            return as_text(value_of(expression, values))
        except UnknownValueError as error:
            name = names.setdefault(expression, f"LIGHTSHIP_UNKNOWN_{len(names)}")
            reasons[name] = str(error)
            return f"${{{name}}}"

    filled_text = _EXPRESSION.sub(lambda match: replaced(match[1]), text)
    return filled_text, reasons


def value_of(text: str, values: Values) -> Any:
    """The value of one expression. An UnknownValueError where it is not known."""
    shown = f"${{{{ {text.strip()[:60]} }}}}"
    if len(text) > _LONGEST:
        raise UnknownValueError(f"{shown} is too long to follow")
    tokens: list[tuple[str, str]] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnknownValueError(f"{shown} is not followed")
        kind = ("text", "name", "number", "sign")[(match.lastindex or 1) - 1]
        tokens.append((kind, match[match.lastindex or 0]))
        at = match.end()
    reader = _Expression(tokens, values)
    try:
        value = reader.any_of()
    except UnknownValueError as error:
        reason = str(error) or "is known only in a run"
        raise UnknownValueError(f"{shown} {reason}") from None
    if reader.at < len(tokens):
        raise UnknownValueError(f"{shown} is not followed")
    return value


def as_text(value: Any) -> str:
    """A value in a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return str(value).removesuffix(".0")
    raise UnknownValueError("is not a text")


def plain(node: YamlNode | None) -> Any:
    """A value of YAML as expressions see it: texts, lists and objects."""
    if node is None:
        return None
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {name: plain(item) for name, item in node.value.items()}
    return node.value


class _Expression:
    """The tokens of an expression, and how far they are read."""

    def __init__(self, tokens: list[tuple[str, str]], values: Values) -> None:
        self.tokens, self.values = tokens, values
        self.at = 0
        self.depth = 0

    def take(self, sign: str) -> bool:
        if self.tokens[self.at : self.at + 1] == [("sign", sign)]:
            self.at += 1
            return True
        return False

    def any_of(self) -> Any:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise UnknownValueError("is nested too deeply")
        value = self._all_of()
        while self.take("||"):
            other = self._later(self._all_of)
            value = value if _truth(value) else other()
        self.depth -= 1
        return value

    def _all_of(self) -> Any:
        value = self._compared()
        while self.take("&&"):
            other = self._later(self._compared)
            value = other() if _truth(value) else value
        return value

    def _later(self, read: Callable[[], Any]) -> Callable[[], Any]:
        """What an operand is, where it is not known only if it is needed."""
        start = self.at
        try:
            value = read()
        except UnknownValueError as error:
            reason = str(error)
            self._pass_operand(start)

            def unknown() -> Any:
                raise UnknownValueError(reason)

            return unknown
        return lambda: value

    def _pass_operand(self, start: int) -> None:
        """Go on after an operand that could not be worked out."""
        depth = 0
        self.at = start
        while self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == "sign":
                if not depth and text in ("||", "&&", ")", ",", "]"):
                    return
                depth += text in "(["
                depth -= text in ")]"
            self.at += 1

    def _compared(self) -> Any:
        left = self._single()
        for sign in ("==", "!="):
            if self.take(sign):
                right = self._single()
                is_same = _folded(left) == _folded(right)
                return is_same if sign == "==" else not is_same
        for sign in ("<=", ">=", "<", ">"):
            if self.take(sign):
                raise UnknownValueError("is not followed")
        return left

    def _single(self) -> Any:
        if self.take("!"):
            self.depth += 1
            if self.depth > _DEEPEST:
                raise UnknownValueError("is nested too deeply")
            return not _truth(self._single())
        if self.take("("):
            value = self.any_of()
            if not self.take(")"):
                raise UnknownValueError("is not followed")
            return value
        return self._operand()

    def _operand(self) -> Any:
        """A text, a number, a name with its members, or a call."""
        if self.at >= len(self.tokens):
            raise UnknownValueError("is not followed")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return plain_value(text)
        if kind != "name":
            raise UnknownValueError("is not followed")
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if self.take("("):
            return self._function(text)
        return self._members(text)

    def _function(self, name: str) -> Any:
        arguments = []
        while not self.take(")"):
            arguments.append(self.any_of())
            if not self.take(",") and self.tokens[self.at : self.at + 1] != [
                ("sign", ")")
            ]:
                raise UnknownValueError("is not followed")
        match name.lower(), arguments:
            case "format", [pattern, *rest]:
                text = as_text(pattern)
                for number, item in enumerate(rest):
                    text = text.replace(f"{{{number}}}", as_text(item))
                return text
            case "contains", [str(whole), part]:
                return as_text(part).lower() in whole.lower()
            case "startswith", [whole, part]:
                return as_text(whole).lower().startswith(as_text(part).lower())
            case "endswith", [whole, part]:
                return as_text(whole).lower().endswith(as_text(part).lower())
        raise UnknownValueError("")

    def _members(self, name: str) -> Any:
        if name in _OF_A_RUN or name not in self.values:
            raise UnknownValueError("")
        value = self.values[name]
        while True:
            if self.take("."):
                if self.at >= len(self.tokens) or self.tokens[self.at][0] != "name":
                    raise UnknownValueError("is not followed")
                key: Any = self.tokens[self.at][1]
                self.at += 1
            elif self.take("["):
                key = as_text(self.any_of())
                if not self.take("]"):
                    raise UnknownValueError("is not followed")
            else:
                return value
            value = _member(value, key)


def _member(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        found = value.get(key)
    elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        found = value[int(key)]
    else:
        found = None
    if isinstance(found, NotKnown):
        raise UnknownValueError(found.why)
    return found


def _truth(value: Any) -> bool:
    """Whether a value counts as true; an empty text and zero do not."""
    return bool(value) and value != "0"


def _folded(value: Any) -> str:
    return as_text(value).lower()
