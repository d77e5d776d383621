"""`$NAME` and `${NAME:-default}` as compose fills them in.

Source: compose-go, template/template.go; a shell's `=` counts as `-`. A variable without value or
default is empty there, with a warning; here it is not known, since it may be set in any shell.
"""

from __future__ import annotations

from collections.abc import Callable

from lightship.regex import regex

Lookup = Callable[[str], str | None]
_START = regex(r"\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{)")
_NAME = regex(r"([A-Za-z_][A-Za-z0-9_]*)(:?[-?+=])?")
_DEEPEST = 20


class UnknownValueError(Exception):
    """Why a value is not known, and which variable has none; it never leaves this room."""

    def __init__(self, why: str, name: str = "") -> None:
        super().__init__(why)
        self.name = name


def interpolate(text: str, get: Lookup, depth: int = 0) -> str:
    """`text` with its variables. An UnknownValueError where one is not known."""
    if "$" not in text:
        return text
    if depth > _DEEPEST:
        raise UnknownValueError("its variables are nested too deeply")

    parts = []
    at = 0
    while (match := _START.search(text, at)) is not None:
        parts.append(text[at : match.start()])
        at = match.end()
        if match[1]:
            parts.append(_known(match[1], get))
        elif match[0] == "$$":
            parts.append("$")
        else:
            close = _closing(text, at)
            parts.append(_braced(text[at:close], get, depth))
            at = close + 1
    parts.append(text[at:])
    return "".join(parts)


def _known(name: str, get: Lookup) -> str:
    value = get(name)
    if value is None:
        raise UnknownValueError(f"{name} is not set", name)
    return value


def _closing(text: str, at: int) -> int:
    """Where the brace that opened before `at` closes."""
    depth = 1
    for place in range(at, len(text)):
        if text[place] == "}":
            depth -= 1
            if not depth:
                return place
        elif text[place] == "{" and text[place - 1] == "$":
            depth += 1
    raise UnknownValueError(f"invalid variable in {text!r}")


def _braced(inside: str, get: Lookup, depth: int) -> str:
    """What stands for `${inside}`."""
    match = _NAME.match(inside)
    if match is None or (not match[2] and match.end() < len(inside)):
        raise UnknownValueError(f"invalid variable ${{{inside}}}")
    name, operator = match[1], match[2]
    rest = inside[match.end() :]
    if not operator:
        return _known(name, get)

    value = get(name)
    is_set = bool(value) if operator[0] == ":" else value is not None
    if operator[-1] == "+":
        return interpolate(rest, get, depth + 1) if is_set else ""
    if is_set:
        return value or ""
    if operator[-1] == "?":
        raise UnknownValueError(f"{name} must be set", name)
    return interpolate(rest, get, depth + 1)
