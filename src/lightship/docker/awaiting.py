"""A running container, and how its program is awaited and asked: from inside, by what is there."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from typing import Any

from lightship.docker import poller
from lightship.docker.inside import NOT_FOUND, Said, told
from lightship.docker.poller import PortQuestion, Waited, read_waited
from lightship.proof.measure_plan import Running
from lightship.record import record
from lightship.smoke.http_request import HttpRequest
from lightship.wording.printable import escaped

NOBODY_ASKS = (
    "no program in this image can send a request: add --ready or --run-network bridge"
)
_CANNOT_START = 126  # as an exit code
_STILL = 2.0  # seconds that a program must live which nothing can be asked of
_PAUSE = 0.02
_SLACK = 15.0  # seconds for a script to end by itself
_MOST_PORTS = 5


@record(eq=False)
class Ask:
    """A way to ask the program; `client` is the shell's, empty for Python, which asks several."""

    send: Callable[[PortQuestion], Said]
    client: str = ""


@record(eq=False, frozen=False)
class Container:
    """A container of ours, and what is known of its image.

    `programs` are those that it has of `poller`'s, `is_here` says that the engine is on this
    machine, `began` is when it was started, on our clock, `ask` how its program is asked, once that
    is known.
    """

    client: Any
    id: str
    running: Running
    config: Mapping[str, Any]
    foreign: str = ""  # why the engine may not be able to run it
    programs: dict[str, str] = field(default_factory=dict)
    is_here: bool = False
    began: float = 0.0
    ask: Ask | None = None

    def state(self) -> Mapping[str, Any]:
        """As the engine knows it now."""
        about = self.client.inspect_container(self.id)
        state: Mapping[str, Any] = about["State"]
        return state

    def is_running(self) -> bool:
        return bool(self.state()["Running"])

    def told(
        self,
        command: Sequence[str],
        patience: float,
        *,
        errors: bool = True,
        most: int = poller.MOST,
    ) -> Said:
        least = max(patience, 0.1)
        return told(self.client, self.id, command, least, most, errors=errors)

    def health(self) -> list[str]:
        """The command of the image's HEALTHCHECK; empty where it has none."""
        check = self.config.get("Healthcheck") or {}
        kind, *words = check.get("Test") or ("NONE",)
        if kind == "CMD":
            return words
        if kind != "CMD-SHELL":
            return []
        shell = self.config.get("Shell") or ("/bin/sh", "-c")
        return [*shell, *words]


@record
class Awaited:
    """What came of waiting.

    Seconds from the start, None where they are not known; `error` why it is not ready, or empty;
    `unknown` why nobody can tell; `queued` are the seconds that it waited for a processor.
    """

    start: float | None = None
    at_once: bool = False  # it was ready when it was first asked
    listens: str = ""
    error: str = ""
    unknown: str = ""
    queued: float = 0.0


def awaited(container: Container) -> Awaited:
    """Wait for the first path, or the command, or the health check.

    Without any, see that the container lives on.
    """
    running = container.running
    health = container.health()
    if running.port and running.paths:
        return _by_path(container)
    if running.ready:
        command = ["sh", "-c", running.ready]
        return _by_command(container, command, "the command of --ready")
    if health:
        return _by_command(container, health, "its health check")
    time.sleep(min(_STILL, running.patience))
    return Awaited()


def _not_started(said: Said) -> bool:
    """Whether the engine ran no command, as where its time is up while it starts; a shell that
    cannot run one says why.
    """
    return said.code == _CANNOT_START and not said.out


def _by_command(container: Container, command: Sequence[str], name: str) -> Awaited:
    """Run it again and again. Each time costs what the engine needs to start a command."""
    patience = container.running.patience
    end = container.began + patience
    last = Said(None)  # of those that came to an end
    at_once = True
    while time.monotonic() < end:
        said = container.told(command, end - time.monotonic())
        seconds = time.monotonic() - container.began
        if said.code == 0:
            return Awaited(round(seconds, 3), at_once)
        at_once = False
        if said.code is not None:
            # Of one whose time was up as it ended the words may be lost
            is_whole = not said.late and not _not_started(said)
            if is_whole or last.code is None:
                last = said
        elif not said.late and not container.is_running():
            return Awaited()
        time.sleep(_PAUSE)

    why = "it did not end"
    if last.code is not None:
        why = f"it last ended with exit code {last.code}"
    text = escaped(last.out[-200:].decode("utf-8", "replace").strip())
    if text:
        why += f": {text}"
    return Awaited(error=f"{name} did not succeed within {patience:.0f} s: {why}")


def _by_path(container: Container) -> Awaited:
    running = container.running
    first = HttpRequest(running.paths[0])
    question = PortQuestion("wait", running.port, (first,), running.patience)
    for ask in ways(container):
        said = ask.send(question)
        waited = None
        if said.code not in NOT_FOUND:
            waited = read_waited(said.out)
        if waited is not None:
            container.ask = ask
            return _of(waited, container)
        if said.late:
            return Awaited(error=f"it did not answer within {running.patience:.0f} s")
        if not container.is_running():
            return Awaited()
    return Awaited(unknown=NOBODY_ASKS)


def _of(waited: Waited, container: Container) -> Awaited:
    running = container.running
    listens = waited.listens(running.port)
    if not waited.is_up:
        limit = f"at port {running.port} within {running.patience:.0f} s"
        why = _why_no_answer(waited, running.port)
        return Awaited(listens=listens, error=f"it did not answer {limit}: {why}")
    start = waited.seconds
    if start is None:
        start = time.monotonic() - container.began
    queued = min(waited.queued, start)
    return Awaited(round(start, 3), waited.at_once, listens, queued=queued)


def _why_no_answer(waited: Waited, port: int) -> str:
    """What stands in the way of an answer at a port."""
    if waited.head.startswith("HTTP/"):
        return f"its last answer was {escaped(waited.head[:200])}"
    ports = {listening for _, listening in waited.listening}
    if port in ports:
        return "a program listens there, but gives no HTTP answer"
    if not ports:
        return "nothing listens there"
    others = [str(other) for other in sorted(ports)[:_MOST_PORTS]]
    return f"nothing listens there, but at {', '.join(others)}"


def ways(container: Container) -> Iterator[Ask]:
    """The ways to ask the program, the best first.

    Whether a way works is seen when it is tried.
    """
    for name in poller.PYTHONS:
        if name in container.programs:
            yield _by_python(container, container.programs[name])
    if poller.SHELL in container.programs:
        for name in poller.CLIENTS:
            if name in container.programs:
                yield _by_shell(container, name)

    about = container.client.inspect_container(container.id)
    networks = about["NetworkSettings"].get("Networks") or {}
    addresses = [network.get("IPAddress") for network in networks.values()]
    hosts = [host for host in addresses if host]
    if hosts and container.is_here:
        yield _from_here(container, hosts)


def _by_python(container: Container, program: str) -> Ask:
    def send(question: PortQuestion) -> Said:
        words = poller.in_python(program, question)
        return _told(container, words, question)

    return Ask(send)


def _by_shell(container: Container, client: str) -> Ask:
    def send(question: PortQuestion) -> Said:
        words = poller.in_shell(client, question)
        return _told(container, words, question)

    return Ask(send, client)


def _told(container: Container, words: Sequence[str], question: PortQuestion) -> Said:
    patience = question.patience + _SLACK
    most = poller.longest_output(question)
    return container.told(words, patience, errors=False, most=most)


def _from_here(container: Container, hosts: Sequence[str]) -> Ask:
    """The same script, run by our own Python.

    That works where the container's network reaches this machine.
    """
    process = f"/proc/{int(container.state()['Pid'])}"

    def send(question: PortQuestion) -> Said:
        words = poller.in_python(sys.executable, question, process, hosts)
        patience = question.patience + _SLACK
        with suppress(subprocess.TimeoutExpired):
            done = subprocess.run(  # noqa: S603 - our own script
                words,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=patience,
            )
            return Said(done.returncode, done.stdout)
        return Said(None, late=True)

    return Ask(send)
