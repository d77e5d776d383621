"""What a proof asks besides what its options name: pages of the code, a smoke file, scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.bench.proof_run import ProofQuestion
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.errors import UsageError
from lightship.files.reading import read_file
from lightship.proof.check_command import KNOWN, command_of
from lightship.proof.measure_plan import CheckScript
from lightship.routes.find_routes import (
    HEALTH_PAGES,
    find_routes,
    health_routes,
    is_health_page,
)
from lightship.routes.route import Route
from lightship.smoke.http_file import LONGEST, NAME, read_http_file
from lightship.smoke.http_request import HttpRequest
from lightship.text import decode

MOST_FOUND = 12  # pages of the code
_LONGEST_SCRIPT = 64 << 10  # bytes: it is an argument of a command


def found_requests(question: ProofQuestion, port: int) -> tuple[HttpRequest, ...]:
    """Pages that both versions state: those of health first, then the shortest.

    Where neither states a page of health, the usual ones are tried.
    """
    before = question.before.build
    after = question.after.build
    requests: dict[str, HttpRequest] = {}
    for request in _of_health(after, before, port):
        requests.setdefault(request.question, request)

    routes = _routes(before)
    if after is not before:
        there = {route.path for route in _routes(after)}
        routes = [route for route in routes if route.path in there]
    for route in sorted(routes, key=_is_less)[:MOST_FOUND]:
        request = HttpRequest(route.path, origin=route.origin)
        requests.setdefault(request.question, request)

    if not any(is_health_page(request.path) for request in requests.values()):
        for path in HEALTH_PAGES:
            guess = HttpRequest(path, origin="tried", is_guess=True)
            requests.setdefault(guess.question, guess)
    requests.pop("/", None)
    return tuple(requests.values())


def _is_less(route: Route) -> bool:
    return not is_health_page(route.path)


def _routes(build: Build) -> list[Route]:
    return [] if build.context is None else find_routes(build.context)


def _of_health(after: Build, before: Build, port: int) -> Iterator[HttpRequest]:
    """What the health check of either version asks."""
    for build in (before, after):
        for route, own in health_routes(build):
            other = own if own != port else 0
            yield HttpRequest(route.path, origin=route.origin, port=other)


def smoke_requests(
    question: ProofQuestion, files: Sequence[str]
) -> tuple[HttpRequest, ...]:
    """The requests of named files, else of `lightship.http` in the version after, or before.

    A UsageError says where one cannot be read, a FileError that it is not there.
    """
    requests: list[HttpRequest] = []
    for path in files:
        data = read_file(path)
        requests += read_http_file(decode(data), path)
    if files:
        return tuple(requests)
    for side in (question.after, question.before):
        text = _text(side)
        if text is not None:
            return read_http_file(text, NAME)
    return ()


def _text(side: Side) -> str | None:
    """The text of a version's smoke file; None where it has none."""
    if NAME not in side.tree.files:
        return None
    data = side.tree.read(NAME)
    if data is None:
        raise UsageError(f"{NAME}: too large: the limit is {LONGEST >> 10} KiB")
    return decode(data)


def read_scripts(paths: Sequence[str]) -> tuple[CheckScript, ...]:
    """Scripts by their paths.

    A UsageError for one that is too long to be an argument, or that no interpreter here can run.
    """
    scripts: list[CheckScript] = []
    for path in paths:
        data = read_file(path)
        if len(data) > _LONGEST_SCRIPT:
            limit = f"the limit is {_LONGEST_SCRIPT >> 10} KiB"
            raise UsageError(f"{path}: too long for a script: {limit}")
        if b"\0" in data:
            raise UsageError(f"{path}: not a script: it has NUL bytes")
        script = CheckScript(path, decode(data))
        _check_interpreter(script)
        scripts.append(script)
    return tuple(scripts)


def _check_interpreter(script: CheckScript) -> None:
    try:
        command_of(script.text)
    except ValueError as error:
        known = ", ".join(KNOWN)
        why = f"cannot be run, its first line names {str(error)[:40]!r}"
        raise UsageError(
            f"{script.name}:1:1: {why}: write it for one of {known}"
        ) from None
