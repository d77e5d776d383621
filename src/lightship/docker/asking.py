"""What a running program is asked: paths, found pages, a smoke file, commands and scripts."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lightship.docker import poller
from lightship.docker.awaiting import NOBODY_ASKS, Ask, Container, ways
from lightship.docker.poller import PortQuestion, read_answer, read_many, read_waited
from lightship.proof.answer_headers import compared_headers
from lightship.proof.check_command import command_of
from lightship.proof.measure_plan import Running
from lightship.proof.measured import Answer
from lightship.routes.stated_pages import (
    OPENAPI,
    linked_paths,
    openapi_paths,
    redirect_path,
)
from lightship.smoke.expectations import failures
from lightship.smoke.http_request import HttpRequest

MOST_STATED, MOST_LINKED = 12, 6  # of OpenAPI, and of what the first page links
_MOST_AT_ONCE = 40  # requests of one command
_FOR_EACH = 2.0  # seconds that each of them adds to patience
_NO_SHELL = "this image has no shell to run the command"
_CANNOT_SEND = "no program in this image can send it: it has wget alone"
_NO_PORT = (
    "no port is known to send it to: add --port, or write http://localhost:PORT/path"
)
_SECOND_LOOK = 5.0  # seconds within which it has to answer then
_OK, _FIRST_BAD = 200, 300


def answers(container: Container) -> Iterator[Answer]:
    """Each path twice, to see what varies by itself; then the smoke file, checks and scripts, once.

    These may change something.
    """
    running = container.running
    if running.port:
        yield from _pages(container)
    yield from _sent(container, sendable(running))
    yield from unsent(running)
    for check in running.checks:
        yield _checked(container, check, ("sh", "-c", f"exec 2>&1\n{check}"))
    for script in running.scripts:
        yield _checked(container, script.name, command_of(script.text))


def sendable(running: Running) -> tuple[HttpRequest, ...]:
    """The requests of the smoke file for which a port is known."""
    requests = running.smoke
    return tuple(each for each in requests if running.port or each.port)


def unsent(running: Running) -> Iterator[Answer]:
    """What the report says of the others, so that nobody takes them for answered."""
    for request in running.smoke:
        if running.port or request.port:
            continue
        answer = Answer(request.question, error=_NO_PORT)
        yield replace(answer, expects=len(request.expected), origin=request.origin)


def _pages(container: Container) -> Iterator[Answer]:
    """Paths that are given, found in the code, and stated by the program itself, each twice."""
    running = container.running
    requests = [HttpRequest(path) for path in running.paths]
    requests += _new_ones(running.found, requests)
    first = list(_sent(container, requests))
    if _answers_anything(first):
        first = [answer for answer in first if not answer.is_guess]
        requests = [request for request in requests if not request.is_guess]

    if running.finds:
        stated = _stated(container, requests, first)
        more = _new_ones(stated, requests)
        first += _sent(container, more)
        requests += more

    second = list(_sent(container, requests))
    for one, two in zip(first, second, strict=True):
        yield _twice(one, two)


def _new_ones(
    more: Iterable[HttpRequest], requests: Sequence[HttpRequest]
) -> list[HttpRequest]:
    """Those of `more` that ask for something else."""
    known = {request.question for request in requests}
    return [request for request in more if request.question not in known]


def _answers_anything(answers: Sequence[Answer]) -> bool:
    """Whether all pages that were tried are there: then it has one page for whatever is asked."""
    tried = [answer for answer in answers if answer.is_guess]
    return len(tried) > 1 and all(map(_is_good, tried))


def _twice(first: Answer, second: Answer) -> Answer:
    """One answer of two; the first that did not come is what counts."""
    if first.error:
        return first
    if second.error:
        return replace(first, error=second.error)

    times = (first.seconds, second.seconds)
    known = [seconds for seconds in times if seconds is not None]
    failed = dict.fromkeys((*first.failed, *second.failed))
    return replace(
        first,
        again=second.text,
        again_status=second.status,
        again_headers=second.headers,
        seconds=min(known, default=None),
        failed=tuple(failed),
    )


def _stated(
    container: Container, requests: Sequence[HttpRequest], given: Sequence[Answer]
) -> Iterator[HttpRequest]:
    """What the running program states: its OpenAPI document, redirects, files that pages link."""
    running = container.running
    [document] = _sent(container, [HttpRequest(OPENAPI)])
    if _is_good(document):
        paths = sorted(openapi_paths(document.text), key=_order)
        for path in paths[:MOST_STATED]:
            yield HttpRequest(path, origin=OPENAPI)

    found: dict[str, HttpRequest] = {}
    for request, answer in zip(requests, given, strict=True):
        target = redirect_path(answer.headers, running.port)
        if target:
            named = HttpRequest(target, origin=f"redirect of {request.question}")
            found.setdefault(target, named)
        if not _is_good(answer) or "<" not in answer.text:
            continue
        for path in linked_paths(answer.text, MOST_LINKED):
            linked = HttpRequest(path, origin=f"linked by {request.question}")
            found.setdefault(path, linked)
    yield from list(found.values())[:MOST_LINKED]


def _is_good(answer: Answer) -> bool:
    return not answer.error and _OK <= answer.status < _FIRST_BAD


def _order(path: str) -> tuple[int, int, str]:
    return path.count("/"), len(path), path


def _sent(container: Container, requests: Sequence[HttpRequest]) -> Iterator[Answer]:
    """The answers to requests, in their order: as few commands as can be."""
    if container.ask is None:
        container.ask = next(ways(container), None)
    for start in range(0, len(requests), _MOST_AT_ONCE):
        part = requests[start : start + _MOST_AT_ONCE]
        given = _raw(container, part)
        for request, answer in zip(part, given, strict=True):
            yield _finished(request, answer)


def _raw(container: Container, requests: Sequence[HttpRequest]) -> list[Answer]:
    ask = container.ask
    questions = [request.question for request in requests]
    if ask is None:
        return [Answer(question, error=NOBODY_ASKS) for question in questions]
    if ask.client or len(requests) == 1:
        return [_one(container, ask, request) for request in requests]

    running = container.running
    patience = running.patience + _FOR_EACH * len(requests)
    question = PortQuestion("many", running.port, tuple(requests), patience)
    said = ask.send(question)
    return read_many(questions, said.out)


def _one(container: Container, ask: Ask, request: HttpRequest) -> Answer:
    running = container.running
    if ask.client and not poller.can_send(ask.client, request):
        return Answer(request.question, error=_CANNOT_SEND)
    question = PortQuestion("ask", running.port, (request,), running.patience)
    start = time.monotonic()
    said = ask.send(question)
    seconds = time.monotonic() - start
    if said.late:
        late = f"it did not answer within {running.patience:.0f} s"
        return Answer(request.question, error=late)
    answer = read_answer(request.question, said.out)
    return replace(answer, seconds=round(seconds, 3))


def _finished(request: HttpRequest, answer: Answer) -> Answer:
    """With what it lacks, where it was asked from, and of its headers those that are compared."""
    failed: tuple[str, ...] = ()
    if not answer.error:
        found = failures(request.expected, answer.status, answer.headers, answer.text)
        failed = tuple(found)
    return replace(
        answer,
        headers=compared_headers(answer.headers),
        failed=failed,
        expects=len(request.expected),
        origin=request.origin,
        is_guess=request.is_guess,
    )


def _checked(container: Container, name: str, command: Sequence[str]) -> Answer:
    """What a command printed; on two streams it would come in any order."""
    program = command[0]
    if program not in container.programs:
        missing = f"this image has no {program} to run it"
        if program == poller.SHELL:
            missing = _NO_SHELL
        return Answer(name, error=missing)

    patience = container.running.patience
    said = container.told(command, patience)
    printed = said.out.decode("utf-8", "replace")
    answer = Answer(name, said.code or 0, printed)
    if said.late:
        return replace(answer, error=f"it did not end within {patience:.0f} s")
    if said.code is None:
        return replace(answer, error="the container ended meanwhile")
    return answer


def second_look(container: Container) -> tuple[tuple[int, ...], str]:
    """The ports that are listened at from outside, and what is wrong: it answers no more."""
    running = container.running
    ask = container.ask
    if ask is None or not running.paths:
        return (), ""
    first = HttpRequest(running.paths[0])
    patience = min(_SECOND_LOOK, running.patience)
    said = ask.send(PortQuestion("wait", running.port, (first,), patience))
    waited = read_waited(said.out)
    if waited is None:
        return (), ""
    if waited.is_up:
        return waited.reachable, ""
    return waited.reachable, "it answered at first, but no longer at a second look"
