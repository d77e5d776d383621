"""`lightship.http`: requests in the format that editors send, with the answers that are expected.

    @base = http://localhost:8000

    ### keep a note
    # @status 201
    # @json $.kept == true
    POST {{base}}/notes
    Content-Type: application/json

    {"text": "milk"}

That is what all clients of such files have in common (https://http-files.org/spec: blocks between
`###`, comments by # or //, METHOD URL, headers, a blank line, a body, `@name = value` and
`{{name}}`), and expectations as comments. What would have to be run or read from elsewhere
(scripts, files, other requests' answers) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.errors import UsageError
from lightship.record import record
from lightship.regex import regex
from lightship.smoke.expectations import (
    EXAMPLES,
    KINDS,
    WrongExpectationError,
    near_kind,
    read_assertion,
    read_expectation,
)
from lightship.smoke.http_request import Expectation, HttpRequest

NAME = "lightship.http"
LONGEST = 256 << 10  # bytes of a file
MOST_REQUESTS = 50
_LONGEST_BODY = 16 << 10  # bytes: it is an argument of a command
_LONGEST_LINE = 8_000
_MOST_VARIABLES = 100
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SEPARATOR = "###"
_VARIABLE = regex(r"@([A-Za-z_][\w.-]*)\s*=\s*(.*)")
_USED = regex(r"\{\{([^{}]*)\}\}")
_HEADER = regex(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*(.*)")
_URL = regex(r"http://([^/?#\s:]*|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?(?=[/?#]|$)(.*)")
_HERE = ("localhost", "127.0.0.1", "0.0.0.0", "[::1]", "")  # noqa: S104 - names of the container
_VERSION = regex(r"(?<!\s)\s++HTTP/[0-9.]+$")
_OURS = ("content-length", "connection", "transfer-encoding")
_NOTED = regex(r"(?:#|//)\s*@(?=([A-Za-z][\w-]*)(\S*))")
_ASSERTED = "?? "


@record
class _Line:
    """A line: its number from 1, its text as written, and with variables replaced."""

    number: int
    written: str
    text: str


class _HttpText:
    """One file; `name` is what errors call it."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._rows = text.removeprefix("\ufeff").splitlines()
        self._variables: dict[str, str] = {}

    def requests(self) -> Iterator[HttpRequest]:
        for block in self._blocks():
            request = self._request(block)
            if request is not None:
                yield request

    def _wrong(self, line: _Line, why: str, at: int = 0, length: int = 1) -> UsageError:
        """An error with the line, and carets below what is wrong."""
        shown = "".join(char if char.isprintable() else " " for char in line.written)
        shown = shown[:120]
        at = min(at, len(shown))
        space = " " * len(str(line.number))
        carets = "^" * max(min(length, len(shown) - at), 1)
        place = f"{self._name}:{line.number}:{at + 1}"
        return UsageError(
            f"{place}: {why}\n{line.number} | {shown}\n{space} | {' ' * at}{carets}"
        )

    def _blocks(self) -> Iterator[list[_Line]]:
        block: list[_Line] = []
        for number, row in enumerate(self._rows, 1):
            if row.startswith(_SEPARATOR):
                yield block
                block = []
                continue
            line = _Line(number, row, row)
            if len(row) > _LONGEST_LINE:
                raise self._wrong(
                    line, f"a line has at most {_LONGEST_LINE} characters"
                )
            if self._defines(line):
                continue
            block.append(line)
        yield block

    def _defines(self, line: _Line) -> bool:
        """Whether it gives a variable a value."""
        match = _VARIABLE.fullmatch(line.written.strip())
        if match is None:
            return False
        if len(self._variables) == _MOST_VARIABLES:
            raise self._wrong(line, f"a file has at most {_MOST_VARIABLES} variables")
        value = self._filled(line, match[2].strip())
        self._variables[match[1]] = value
        return True

    def _filled(self, line: _Line, text: str) -> str:
        """A text with the values of its variables."""
        parts: list[str] = []
        at = 0
        for match in _USED.finditer(text):
            name = match[1].strip()
            if name not in self._variables:
                why = f"unknown variable {name}: give it a value with @{name} = ..."
                if name.startswith("$") or ".response" in name:
                    why = (
                        f"{{{{{name}}}}} would differ in each run: write a fixed value"
                    )
                place = max(line.written.find(match[0]), 0)
                raise self._wrong(line, why, place, len(match[0]))
            parts += [text[at : match.start()], self._variables[name]]
            at = match.end()
        filled = "".join((*parts, text[at:]))
        if len(filled) > _LONGEST_LINE:
            raise self._wrong(line, f"a line has at most {_LONGEST_LINE} characters")
        return filled

    def _request(self, block: list[_Line]) -> HttpRequest | None:
        """The request of a block; None where it has comments alone."""
        expected, rest = self._parted(block)
        at = _first_said(rest)
        if at == len(rest):
            if expected:
                raise self._wrong(block[-1], "expectations without a request")
            return None

        first = rest[at]
        url = self._filled(first, first.written.strip())
        at += 1
        while at < len(rest) and _goes_on(rest[at].written):
            url += self._filled(rest[at], rest[at].written.strip())
            at += 1
        method, path, port = self._target(first, url)
        end = _first_blank(rest, at)
        headers = tuple(self._headers(rest[at:end]))
        body = self._body(rest[end + 1 :])
        origin = f"{self._name}:{first.number}"
        return HttpRequest(path, method, headers, body, tuple(expected), origin, port)

    def _parted(self, block: list[_Line]) -> tuple[list[Expectation], list[_Line]]:
        """The expectations of a block, and its other lines.

        Comments are expectations above the body and after its end; within it they are its text.
        """
        body = _first_blank(block, _first_said(block))
        end = len(block)
        while end > body and _may_follow(block[end - 1].written.strip()):
            end -= 1
        expected: list[Expectation] = []
        rest: list[_Line] = []
        for number, line in enumerate(block):
            is_text = body <= number < end
            is_assertion = line.written.strip().startswith(_ASSERTED)
            found = None
            if is_assertion or not is_text:
                found = self._expectation(line)
            if found is None:
                rest.append(line)
            else:
                expected.append(found)
        return expected, rest

    def _expectation(self, line: _Line) -> Expectation | None:
        """What a line expects of the answer; None for any other line."""
        stripped = line.written.strip()
        comment = _NOTED.match(stripped)
        if comment is not None:
            kind, more = comment.groups()
            near = near_kind(kind)
            if near and (kind not in KINDS or more):
                at = line.written.find("@")
                wrong = f"@{kind}{more}"
                why = f"unknown expectation {wrong[:40]}: write # {EXAMPLES[near]}"
                raise self._wrong(line, why, at, len(wrong))
            if not near:
                return None
        elif not stripped.startswith(_ASSERTED):
            return None
        start = comment.end() if comment is not None else 2
        text = self._filled(line, stripped[start:])
        mark = "@" if comment else "?? "
        # Reports show it as it stands in the file: a variable may be a credential
        written = f"{mark}{stripped[start:].strip()}"
        try:
            found = read_expectation(text) if comment else read_assertion(text)
            return None if found is None else replace(found, written=written)
        except WrongExpectationError as error:
            indent = len(line.written) - len(line.written.lstrip())
            at = indent + start + min(error.at, len(text))
            raise self._wrong(line, str(error), at, len(stripped)) from None

    def _target(self, line: _Line, text: str) -> tuple[str, str, int]:
        """Method, path and port of a request line."""
        word, _, rest = text.partition(" ")
        method, url = ("GET", text) if _is_url(word) else (word, rest.strip())
        if method not in _METHODS:
            known = ", ".join(_METHODS)
            why = f"unknown method {word[:20]!r}: write one of {known}, and a path"
            raise self._wrong(line, why, 0, len(word))
        url = _VERSION.sub("", url)
        at = max(line.written.find(url), 0)
        port = 0
        if not url.startswith("/"):
            match = _URL.fullmatch(url)
            if match is None or match[1] not in _HERE:
                why = "requests are sent inside the container: write a path such as /health"
                raise self._wrong(line, why, at, len(url))
            port, url = int(match[2] or 0), match[3]
        path = url.partition("#")[0]
        if any(char.isspace() for char in path):
            raise self._wrong(line, "a path has no blanks: write %20", at, len(url))
        return method, path if path.startswith("/") else f"/{path}", port

    def _headers(self, rows: list[_Line]) -> Iterator[str]:
        for line in rows:
            if _is_passed_over(line.written):
                continue
            text = self._filled(line, line.written.strip())
            match = _HEADER.fullmatch(text)
            if match is None:
                why = (
                    "not a header: write Name: value, and a blank line before the body"
                )
                raise self._wrong(line, why, 0, len(line.written))
            if match[1].lower() in _OURS:
                why = f"{match[1]} is set by lightship: remove it"
                raise self._wrong(line, why, 0, len(match[1]))
            if not all(char.isprintable() and char.isascii() for char in match[2]):
                raise self._wrong(
                    line, "a header has printable ASCII only", len(match[1])
                )
            yield f"{match[1]}: {match[2].strip()}"

    def _body(self, rest: list[_Line]) -> str:
        while rest and not rest[-1].written.strip():
            rest.pop()
        rows: list[str] = []
        for line in rest:
            stripped = line.written.strip()
            if stripped.startswith(("> {%", "< {%", "<> ")):
                why = "scripts are not run: expect an answer with # @status 200"
                raise self._wrong(line, why, 0, len(stripped))
            if stripped.startswith(("< ", "<@ ")):
                raise self._wrong(line, "files are not read: write the body itself")
            rows.append(self._filled(line, line.written))
        body = "\n".join(rows)
        if len(body.encode("utf-8", "replace")) > _LONGEST_BODY:
            why = f"a body has at most {_LONGEST_BODY >> 10} KiB"
            raise self._wrong(rest[0], why, 0, len(rest[0].written))
        return body


def _is_passed_over(text: str) -> bool:
    stripped = text.strip()
    return not stripped or stripped.startswith(("#", "//"))


def _first_said(rows: list[_Line]) -> int:
    """The index of the first line that is not a comment: that of the request."""
    for number, line in enumerate(rows):
        said = not line.written.strip().startswith(_ASSERTED)
        if said and not _is_passed_over(line.written):
            return number
    return len(rows)


def _first_blank(rows: list[_Line], start: int) -> int:
    """The index of the blank line before the body."""
    for number in range(start, len(rows)):
        if not rows[number].written.strip():
            return number
    return len(rows)


def _goes_on(text: str) -> bool:
    """Whether a line continues the URL before it."""
    return text[:1] in (" ", "\t") and bool(text.strip())


def _may_follow(stripped: str) -> bool:
    """Whether a line after a body may be none of it: a blank one, or an expectation."""
    if not stripped or stripped.startswith(_ASSERTED):
        return True
    noted = _NOTED.match(stripped)
    return noted is not None and bool(near_kind(noted[1]))


def _is_url(word: str) -> bool:
    return word.startswith(("/", "http://", "https://"))


def read_http_file(text: str, name: str = NAME) -> tuple[HttpRequest, ...]:
    """The requests of a file, in their order.

    A UsageError names the file, the line and the column of what cannot be read.
    """
    if len(text) > LONGEST:
        raise UsageError(f"{name}: too large: the limit is {LONGEST >> 10} KiB")
    requests: list[HttpRequest] = []
    for request in _HttpText(text, name).requests():
        if len(requests) == MOST_REQUESTS:
            raise UsageError(f"{name}: a file has at most {MOST_REQUESTS} requests")
        requests.append(request)
    return tuple(requests)
