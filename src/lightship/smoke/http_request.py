"""One HTTP request that a program is sent, and what its answer must have."""

from __future__ import annotations

from lightship.record import record


@record
class Expectation:
    """One thing that an answer must have, as it was written.

    `subject` is status, body, header or json; `name` is that of a header, or a path such as
    `$.items[0].id`. `operator` is `==`, `!=`, contains, not-contains or exists.
    """

    subject: str
    operator: str
    value: str = ""
    name: str = ""
    written: str = ""


@record
class HttpRequest:
    """A request; `port` 0 for that of the program.

    `headers` are lines, `Name: value`. `origin` says where it was found: `app.py:12`. `is_guess`
    tells that nothing names it: where no version has such a page it is not spoken of.
    """

    path: str
    method: str = "GET"
    headers: tuple[str, ...] = ()
    body: str = ""
    expected: tuple[Expectation, ...] = ()
    origin: str = ""
    port: int = 0
    is_guess: bool = False

    @property
    def question(self) -> str:
        """As reports name it: `/items`, `POST /items`, `:9000/metrics`."""
        port = f":{self.port}" if self.port else ""
        place = f"{port}{self.path}"
        return place if self.method == "GET" else f"{self.method} {place}"

    @property
    def is_repeatable(self) -> bool:
        """Whether to send it twice changes nothing (RFC 9110, 9.2.1: safe methods)."""
        return self.method in ("GET", "HEAD", "OPTIONS")
