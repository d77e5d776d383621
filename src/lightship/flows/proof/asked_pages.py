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
    stated = [
        *_of_health(after, before, port),
        *_of_routes(after, before),
    ]
    guesses: list[HttpRequest] = []
    has_health = any(is_health_page(request.path) for request in stated)
    if not has_health:
        guesses = _of_usual_health()

    # Each question once, as it was stated first
    requests: dict[str, HttpRequest] = {}
    for request in (*stated, *guesses):
        requests.setdefault(request.question, request)
    requests.pop("/", None)
    return tuple(requests.values())


def _of_routes(after: Build, before: Build) -> list[HttpRequest]:
    """Pages of the code of both versions, those of health first."""
    routes = _routes(before)
    if after is not before:
        new_routes = _routes(after)
        paths = {route.path for route in new_routes}
        routes = [route for route in routes if route.path in paths]
    routes.sort(key=_is_less)

    requests: list[HttpRequest] = []
    for route in routes[:MOST_FOUND]:
        request = HttpRequest(route.path, origin=route.origin)
        requests.append(request)
    return requests


def _of_usual_health() -> list[HttpRequest]:
    """Pages of health that many programs have."""
    requests: list[HttpRequest] = []
    for path in HEALTH_PAGES:
        guess = HttpRequest(path, origin="tried", is_guess=True)
        requests.append(guess)
    return requests


def _is_less(route: Route) -> bool:
    """What sorts pages: those of health come first."""
    return not is_health_page(route.path)


def _routes(build: Build) -> list[Route]:
    context = build.context
    if context is None:
        return []
    return list(find_routes(context))


def _of_health(after: Build, before: Build, port: int) -> Iterator[HttpRequest]:
    """What the health check of either version asks."""
    builds = (before, after)
    for build in builds:
        for route, own in health_routes(build):
            # 0 is the port of all
            other = 0
            if own != port:
                other = own
            yield HttpRequest(route.path, origin=route.origin, port=other)


def smoke_requests(
    question: ProofQuestion,
    files: Sequence[str],
) -> tuple[HttpRequest, ...]:
    """The requests of named files, else of `lightship.http` in the version after, or before.

    A UsageError says where one cannot be read, a FileError that it is not there.
    """
    if files:
        return tuple(_of_files(files))
    sides = (question.after, question.before)
    for side in sides:
        text = _text(side)
        if text is not None:
            return read_http_file(text, NAME)
    return ()


def _of_files(paths: Sequence[str]) -> Iterator[HttpRequest]:
    for path in paths:
        data = read_file(path)
        text = decode(data)
        yield from read_http_file(text, path)


def _text(side: Side) -> str | None:
    """The text of a version's smoke file; None where it has none."""
    tree = side.tree
    if NAME not in tree.files:
        return None
    data = tree.read(NAME)
    if data is None:
        most = LONGEST >> 10
        raise UsageError(f"{NAME}: too large: the limit is {most} KiB")
    return decode(data)


def read_scripts(paths: Sequence[str]) -> tuple[CheckScript, ...]:
    """Scripts by their paths.

    A UsageError for one that is too long to be an argument, or that no interpreter here can run.
    """
    scripts: list[CheckScript] = []
    for path in paths:
        data = read_file(path)
        problem = _problem(data)
        if problem:
            raise UsageError(f"{path}: {problem}")
        text = decode(data)
        script = CheckScript(path, text)
        _check_interpreter(script)
        scripts.append(script)
    return tuple(scripts)


def _problem(data: bytes) -> str:
    """Why a file cannot be a script; empty where it can."""
    if len(data) > _LONGEST_SCRIPT:
        most = _LONGEST_SCRIPT >> 10
        return f"too long for a script: the limit is {most} KiB"
    if b"\0" in data:
        return "not a script: it has NUL bytes"
    return ""


def _check_interpreter(script: CheckScript) -> None:
    try:
        command_of(script.text)
    except ValueError as error:
        known = ", ".join(KNOWN)
        named = str(error)
        why = f"cannot be run, its first line names {named[:40]!r}"
        raise UsageError(
            f"{script.name}:1:1: {why}: write it for one of {known}"
        ) from None
