"""One run of an image for a proof: started, asked, looked at, stopped, and always removed.

A container has the limits that were asked for and no core files, its log is bounded, it has no
mounts of the user's, and no network unless one is asked for. All that it says is taken as
anybody's.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

from lightship.docker import poller
from lightship.docker.asking import answers, second_look, unsent
from lightship.docker.awaiting import Container, awaited
from lightship.docker.connection import address, connected
from lightship.docker.crowding import crowded
from lightship.docker.inside import find_programs, log_of
from lightship.docker.leftovers import begin, labels, remove_container
from lightship.docker.service_containers import (
    NotCopiedError,
    filled,
    host_options,
    kept_if_made,
    with_health,
)
from lightship.docker.service_stage import (
    OwnImage,
    StartedServices,
    not_copied,
    started_services,
)
from lightship.proof.measure_plan import Running
from lightship.proof.measured import Answer, Ran
from lightship.proof.services.services_plan import PlannedService, ServicesPlan
from lightship.regex import regex
from lightship.wording.printable import escaped, printable

_REST = 0.5  # seconds from the first answer to a look at its memory
_LOG_LINES, _LOG_BYTES, _LONGEST_LOG = 20, 1 << 18, 4000
_SAID_LINES = 3  # of the log, in an error
_LONGEST = 2000  # characters of a command line, or of what the engine says
_HEALTH = (
    30.0  # seconds of a health check that says nothing else: the engine's own default
)
_RETRIES = 3  # of a health check that says nothing else, and at most
_LOG_OPTIONS = {"max-size": "4m", "max-file": "2"}
_KILLED = 137
# What an engine refuses for reasons of its own, or of who asks: no image is to blame
_ENGINES_OWN = regex(
    r"no space left on device|disk quota exceeded|no such image|network \S+ not found|memory limit"
    r"|already in use|no such container|\bcgroups?\b",
    re.IGNORECASE,
)


def run(
    image: str, running: Running, run_id: str, services: ServicesPlan | None = None
) -> Ran:
    """Run an image once, and ask it. What is wrong with the image is said in `Ran.error`.

    With no port, no command and no health check to wait for it is run to its end, and its only
    answer is `exit`, with what it printed to standard output. `services` are started before it,
    new ones for each run, and removed. An EngineError where there is no
    engine or no such image, where the engine goes away, or its disk is full.
    """
    # Only an engine needs it
    from docker.errors import APIError  # type: ignore[import-untyped]  # noqa: PLC0415

    place = address()
    with connected(place) as client:
        begin(client, run_id)
        is_here = place.host.startswith("unix:")
        own = OwnImage(image, running.env, is_here)
        with _serviced(client, services, own, run_id) as served:
            if served is not None and served.failed is not None:
                return served.failed
            try:
                container = _created(client, image, running, run_id, served)
            except NotCopiedError as error:
                name = services.app.name if services is not None else "it"
                return not_copied(name, error)
            except APIError as error:
                return _refused(error)
            try:
                container.is_here = is_here
                with crowded(is_here=is_here) as crowd:
                    ran = _observed(container)
                return replace(ran, crowd=crowd.share)
            finally:
                _removed(container)


@contextmanager
def _serviced(
    client: Any, plan: ServicesPlan | None, own: OwnImage, run_id: str
) -> Iterator[StartedServices | None]:
    """What the application needs, running; None where it needs nothing."""
    if plan is None:
        yield None
        return
    with started_services(client, plan, own, run_id) as served:
        yield served


def _created(
    client: Any,
    image: str,
    running: Running,
    run_id: str,
    served: StartedServices | None,
) -> Container:
    about = client.inspect_image(image)
    app = served.app if served is not None else PlannedService("")
    config: Mapping[str, Any] = with_health(about.get("Config") or {}, app)
    options = served.options(client) if served is not None else {}
    host = host_options(app, served.around) if served is not None else {}
    made = client.create_container(
        image,
        list(running.command or app.command or ()) or None,
        name=f"{run_id}-{uuid4().hex[:8]}",
        environment={**app.environment, **running.env},
        labels=labels(run_id),
        host_config=_limits(client, running, host),
        **options,
    )
    container_id = made["Id"]
    environment: dict[str, str] = {}
    for row in config.get("Env") or ():
        name, _, value = row.partition("=")
        environment[name] = value
    environment.update(running.env)
    names = (*poller.PYTHONS, *poller.CLIENTS, poller.SHELL)
    with kept_if_made(client, container_id):
        filled(client, container_id, app.files)
        programs = find_programs(client, container_id, environment, names)
        foreign = _foreign(client, about)
        return Container(client, container_id, running, config, foreign, programs)


def _foreign(client: Any, about: Mapping[str, Any]) -> str:
    """What to say of an image for another architecture than the engine's; empty for the same."""
    engine = str(client.version().get("Arch", ""))
    made_for = str(about.get("Architecture", ""))
    if made_for in ("", engine):
        return ""
    return f" (the image is for {escaped(made_for)}, the engine is {engine})"


def _limits(client: Any, running: Running, host: Mapping[str, Any]) -> Any:
    # As above
    from docker.types import LogConfig, Ulimit  # type: ignore[import-untyped]  # noqa: PLC0415

    return client.create_host_config(
        mem_limit=running.memory,
        memswap_limit=running.memory,
        pids_limit=running.processes,
        ulimits=[Ulimit(name="core", soft=0, hard=0)],
        log_config=LogConfig(type=LogConfig.types.JSON, config=_LOG_OPTIONS),
        **{"network_mode": running.network, **host},
    )


def _refused(error: Any, foreign: str = "") -> Ran:
    """An engine that does not start a container: the image's fault, or an EngineError."""
    text = str(error.explanation or error)
    if _ENGINES_OWN.search(text):
        raise error
    return Ran(None, error=f"it cannot be started: {escaped(text[:_LONGEST])}{foreign}")


def _removed(container: Container) -> None:
    """Where the engine is gone that is said elsewhere, and a later run removes what is left."""
    from docker.errors import DockerException  # noqa: PLC0415 - as above
    from requests.exceptions import RequestException  # noqa: PLC0415 - as above

    with suppress(DockerException, RequestException):
        remove_container(container.client, container.id)


def _observed(container: Container) -> Ran:
    from docker.errors import APIError  # noqa: PLC0415 - as above

    running = container.running
    try:
        container.client.start(container.id)
    except APIError as error:
        return _refused(error, container.foreign)
    container.began = time.monotonic()
    if not is_asked(running) and not container.health():
        return _to_its_end(container)

    waited = awaited(container)
    if not container.is_running():
        return _ended(container, "before its first answer")
    ran = Ran(
        waited.start,
        at_once=waited.at_once,
        error=waited.error,
        listens=waited.listens,
        unknown=waited.unknown,
        queued=waited.queued,
    )
    if not waited.error and not waited.unknown:
        ran = _looked_at(container, ran)
    return _stopped(container, ran)


def is_asked(running: Running) -> bool:
    """Whether anything can be asked while the program runs; else it is run to its end."""
    commands = running.ready or running.checks or running.scripts
    return bool(running.port or commands)


def _to_its_end(container: Container) -> Ran:
    """What to compare of a program of which nothing can be asked.

    Of a job that is its exit code and what it printed to standard output. One that keeps running is
    a worker: it lives.
    """
    from requests.exceptions import RequestException  # noqa: PLC0415 - as above

    patience = container.running.patience
    try:
        container.client.wait(container.id, timeout=patience)
    except RequestException:
        if container.is_running():  # else an EngineError where the engine is gone
            return _stopped(container, _looked_at(container, Ran(None, lives=True)))

    log = log_of(container.client, container.id, poller.MOST, errors=False)
    printed = log.out.decode("utf-8", "replace")
    state = container.state()
    answer = Answer("exit", int(state["ExitCode"]), printed)
    if state.get("OOMKilled") or (container.foreign and answer.status):
        return replace(_ended(container, ""), answers=(answer,))
    given = (answer, *unsent(container.running))
    return Ran(None, given, code=answer.status, log=_log(container))


def _ended(container: Container, when: str) -> Ran:
    """It ended by itself, when it should not have."""
    state = container.state()
    code = int(state["ExitCode"])
    why = f"it ended by itself, with exit code {code}, {when}".rstrip(", ")
    if state.get("OOMKilled"):
        most = container.running.memory >> 20
        killed = f"it was killed {when}".rstrip()
        why = f"{killed}: it needs more than {most} MiB of memory"

    log = _log(container)
    rows = log.strip().splitlines()[-_SAID_LINES:]
    error = f"{why}{container.foreign}"
    if rows:
        error += f": {' / '.join(rows)}"
    return Ran(None, code=code, log=log, error=error)


def _looked_at(container: Container, ran: Ran) -> Ran:
    """Of a program that runs: memory at rest, processes, answers, health; then a second look."""
    began = time.monotonic()
    time.sleep(_REST)
    memory = _memory(container)
    first, users = _processes(container)
    given = tuple(answers(container))
    if _is_cut_off(replace(ran, answers=given)):
        time.sleep(_REST)  # the engine learns a little later that it has ended
    healthy = _healthy(container)

    left = container.running.settle - (time.monotonic() - began)
    time.sleep(max(left, 0.0))
    ports: tuple[int, ...] = ()
    error = ""
    if container.is_running():
        ports, error = second_look(container)
    return replace(
        ran,
        memory=memory,
        first=first,
        users=users,
        answers=given,
        healthy=healthy,
        ports=ports,
        error=error,
        spoke=bool(log_of(container.client, container.id, 1, lines=1).out),
    )


def _is_cut_off(ran: Ran) -> bool:
    """Whether an answer did not come, as where the program ended meanwhile."""
    return any(answer.error or answer.status == _KILLED for answer in ran.answers)


def _memory(container: Container) -> int | None:
    """Bytes of memory in use.

    The cache of files, which the kernel takes back first, is left out, as `docker stats` does.
    """
    stats = container.client.stats(container.id, stream=False, one_shot=True)
    memory = stats.get("memory_stats") or {}
    used = memory.get("usage")
    if not isinstance(used, int):
        return None
    parts = memory.get("stats") or {}
    files = parts.get("inactive_file", 0)  # of cgroup v2; v1 has the other
    files = parts.get("total_inactive_file", files)
    return max(used - int(files), 0)


def _processes(container: Container) -> tuple[str, tuple[str, ...]]:
    """The program of process 1, and the numbers of the users whose processes run.

    Empty where no one can tell.
    """
    from docker.errors import APIError  # noqa: PLC0415 - as above

    try:
        listed = container.client.top(container.id, "-eo pid,uid,args")
    except APIError:
        return "", ()
    first = str(container.state()["Pid"])
    program = ""
    users: set[str] = set()
    for row in listed.get("Processes") or ():
        if len(row) != 3:
            continue
        process, user, words = row
        users.add(user)
        if process == first:
            program = words
    return escaped(program[:_LONGEST]), tuple(sorted(users))


def _healthy(container: Container) -> bool | None:
    """What the image's own health check says when it is run now; None where it has none.

    As an engine does, it is run again where it fails, since one failure makes nothing unhealthy.
    """
    command = container.health()
    if not command:
        return None
    nanoseconds = container.config["Healthcheck"].get("Timeout") or 0
    seconds = nanoseconds / 1e9 or _HEALTH
    limit = min(seconds, container.running.patience)
    tries = container.config["Healthcheck"].get("Retries") or _RETRIES
    for _ in range(min(tries, _RETRIES)):
        if container.told(command, limit).code == 0:
            return True
        time.sleep(_REST)
    return False


def _stopped(container: Container, ran: Ran) -> Ran:
    """Stop it as `docker stop` does: the image's signal, and a kill when the grace is over."""
    if not container.is_running():
        when = (
            "while it was asked" if _is_cut_off(ran) else "soon after its first answer"
        )
        return replace(_ended(container, when), start=ran.start, answers=ran.answers)
    grace = math.ceil(container.running.grace)
    start = time.monotonic()
    container.client.stop(container.id, timeout=grace)
    seconds = time.monotonic() - start
    code = int(container.state()["ExitCode"])
    killed = code == _KILLED and seconds >= grace
    return replace(
        ran,
        stop=round(seconds, 3),
        code=code,
        killed=killed,
        log=_log(container),
    )


def _log(container: Container) -> str:
    log = log_of(container.client, container.id, _LOG_BYTES, lines=_LOG_LINES)
    text = log.out.decode("utf-8", "replace")
    return printable(text[-_LONGEST_LOG:])
