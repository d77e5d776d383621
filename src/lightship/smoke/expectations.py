"""Expected answers: read from `# @status 200` or `?? status == 200`, and held against an answer.

Comments are the form that this project documents, since VS Code's REST Client, JetBrains' client
and Visual Studio pass them over. `??` is the form of httpyac (https://httpyac.github.io/guide,
asserts), of which what needs JavaScript is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from lightship.regex import regex
from lightship.smoke.http_request import Expectation

EXAMPLES = {
    "status": "@status 200",
    "contains": "@contains TEXT",
    "not-contains": "@not-contains TEXT",
    "header": "@header NAME == VALUE",
    "json": "@json $.path == VALUE",
}
KINDS = tuple(EXAMPLES)
_NEAR = 0.8  # of difflib: `contain`, `heder`, and none of the words of other clients
_PATH = regex(r"(?:\['[^'\]]+'\]|\S)+")
_OPERATORS = {
    "==": "==",
    "!=": "!=",
    "contains": "contains",
    "includes": "contains",
    "not-contains": "not-contains",
    "exists": "exists",
}
_STATUS = regex(r"[1-5](?:[0-9]{2}|xx)")
_STEP = regex(r"\.([A-Za-z_][\w-]*)|\[([0-9]{1,6})\]|\['([^'\]]+)'\]")
_MOST_STEPS = 20
_SHOWN = 80  # characters of what is there instead
_ABSENT = object()


class WrongExpectationError(ValueError):
    """Why a line is not a valid expectation; `at` is the place in its text."""

    def __init__(self, why: str, at: int = 0) -> None:
        super().__init__(why)
        self.at = at


def near_kind(word: str) -> str:
    """The kind that a word after `@` is, or may be a slip for; empty for a word of other clients.

    Those are `name`, `note`, `no-redirect`, `timeout` and their like, which stay comments.
    """
    lowered = word.lower()
    if lowered in KINDS:
        return lowered
    for kind in KINDS:
        if lowered.startswith(kind):
            return kind
    return next(iter(get_close_matches(lowered, KINDS, 1, _NEAR)), "")


def read_expectation(text: str) -> Expectation | None:
    """What `status 200`, the part after `@`, asks for; None for what is none of ours (`name x`).

    A WrongExpectationError says what is wrong with one of ours.
    """
    kind, *others = text.split(maxsplit=1) or [""]
    rest = "".join(others).strip()
    written = f"@{text.strip()}"
    if kind not in KINDS:
        return None
    if not rest:
        raise WrongExpectationError(f"@{kind} needs a value", len(kind))
    if kind == "status":
        return _status("==", rest, written)
    if kind in ("contains", "not-contains"):
        return Expectation("body", kind, rest, written=written)
    return _named(kind, rest, written)


def read_assertion(text: str) -> Expectation:
    """What httpyac's `status == 200`, the part after `??`, asks for."""
    subject, _, rest = text.strip().partition(" ")
    written = f"?? {text.strip()}"
    if subject == "status":
        operator, _, value = rest.strip().partition(" ")
        return _status(operator, value.strip(), written)
    if subject == "body":
        operator, value = _operator(rest)
        return Expectation("body", operator, value, written=written)
    if subject == "header":
        return _named("header", rest.strip(), written)
    raise WrongExpectationError(
        f"unknown subject {subject!r}: write status, header or body, or # @json $.path == value"
    )


def _status(operator: str, value: str, written: str) -> Expectation:
    if operator not in ("==", "!="):
        raise WrongExpectationError("a status is compared by == or !=")
    if _STATUS.fullmatch(value) is None:
        raise WrongExpectationError(f"invalid status {value!r}: write 200 or 2xx", 7)
    return Expectation("status", operator, value, written=written)


def _named(kind: str, text: str, written: str) -> Expectation:
    """`Content-Type contains json`, `$.items[0] == 3`, or the name alone: it exists."""
    name, _, rest = text.partition(" ")
    if kind == "json":
        path = _PATH.match(text)
        name = path[0] if path is not None else text
        rest = text[len(name) :]
        _steps(name)
    if not rest.strip():
        return Expectation(kind, "exists", name=name, written=written)
    operator, value = _operator(rest)
    return Expectation(kind, operator, value, name, written)


def _operator(text: str) -> tuple[str, str]:
    word, _, value = text.strip().partition(" ")
    if word not in _OPERATORS:
        known = ", ".join(_OPERATORS)
        raise WrongExpectationError(f"unknown operator {word!r}: write one of {known}")
    value = value.strip()
    if not value and word != "exists":
        raise WrongExpectationError(f"{word} needs a value")
    return _OPERATORS[word], value


def _steps(path: str) -> list[str | int]:
    """`$.items[0].id` as keys and indexes; a WrongExpectationError for any other text."""
    if not path.startswith("$"):
        raise WrongExpectationError(f"invalid path {path!r}: write $ or $.name[0]", 5)
    steps: list[str | int] = []
    at = 1
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None or len(steps) == _MOST_STEPS:
            raise WrongExpectationError(
                f"invalid path {path!r}: write $.name[0]", 5 + at
            )
        name, index, quoted = match.groups()
        steps.append(int(index) if index is not None else name or quoted)
        at = match.end()
    return steps


def failures(
    expected: Sequence[Expectation], status: int, headers: Sequence[str], body: str
) -> Iterator[str]:
    """What an answer lacks, a sentence for each expectation that it does not meet.

    `headers` are lines; `body` is text whose characters are bytes.
    """
    for each in expected:
        found = _found(each, status, headers, body)
        if not _holds(each, found):
            yield f"{each.written}: it is {_there(each, found)}"


def _there(each: Expectation, found: Any) -> str:
    """What there is instead; of a cookie, which may be a credential, without its value."""
    if found is _ABSENT:
        return "nothing"
    if each.subject == "header" and each.name.lower() == "set-cookie":
        pair, semicolon, attributes = found.partition(";")
        name = pair.partition("=")[0]
        return _shown(f"{name}=…{semicolon}{attributes}")
    return _shown(found)


def _found(each: Expectation, status: int, headers: Sequence[str], body: str) -> Any:
    if each.subject == "status":
        return status
    if each.subject == "header":
        return _header(headers, each.name)
    text = body.encode("latin-1", "replace").decode("utf-8", "replace")
    return text if each.subject == "body" else _in_json(text, each.name)


def _header(headers: Sequence[str], name: str) -> Any:
    for line in headers:
        own, _, value = line.partition(":")
        if own.strip().lower() == name.lower():
            return value.strip()
    return _ABSENT


def _in_json(text: str, path: str) -> Any:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return _ABSENT
    for step in _steps(path):
        if not _has(value, step):
            return _ABSENT
        value = value[step]
    return value


def _has(value: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(value, list) and step < len(value)
    return isinstance(value, dict) and step in value


def _holds(each: Expectation, found: Any) -> bool:
    if each.operator == "!=":
        return not _equals(each, found)
    if each.operator == "not-contains":
        return found is _ABSENT or each.value not in _text(found)
    if found is _ABSENT:
        return False
    if each.operator == "exists":
        return True
    if each.operator == "contains":
        return each.value in _text(found)
    return _equals(each, found)


def _equals(each: Expectation, found: Any) -> bool:
    """A value of JSON is compared as JSON where it is written so, else as its text."""
    if found is _ABSENT:
        return False
    if each.subject == "status":
        return each.value in (str(found), f"{found // 100}xx")
    if each.subject == "json":
        try:
            wanted = json.loads(each.value)
        except (ValueError, RecursionError):
            return _text(found) == each.value
        # In Python True is 1
        return bool(
            wanted == found and isinstance(wanted, bool) == isinstance(found, bool)
        )
    return _text(found).strip() == each.value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _shown(value: Any) -> str:
    text = " ".join(_text(value).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
