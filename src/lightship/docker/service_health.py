"""When a service is ready: its own health check, and what is known of its image, ask it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.docker.awaiting import Container, awaited
from lightship.docker.inside import log_of
from lightship.docker.poller import SHELL
from lightship.proof.services.services_plan import PlannedService, Probe
from lightship.wording.printable import printable

_LOG_LINES, _LOG_BYTES, _SAID_LINES = 20, 1 << 16, 3
_LISTENS = "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ':{port:04X} .* 0A '"


def why_not_ready(container: Container, service: PlannedService) -> str:
    """Wait until a service is ready; why it is not, or empty.

    One that ends with exit code 0 was a job. Where nothing can be asked, it is ready if it is
    still running a moment later.
    """
    asked = list(_asked(container, service)) or [container]
    for question in asked:
        waited = awaited(question)
        if not container.is_running():
            return why_ended(container)
        if waited.error:
            return waited.error + said(container)
    return ""


def why_ended(container: Container) -> str:
    """How it ended by itself; empty where that was well."""
    state = container.state()
    code = int(state["ExitCode"])
    if not code:
        return ""
    if state.get("OOMKilled"):
        return f"it was killed: it needs too much memory{said(container)}"
    return f"it ended with exit code {code}{said(container)}"


def said(container: Container) -> str:
    """The last lines of its log, to stand after a reason."""
    lines = log_text(container).strip().splitlines()[-_SAID_LINES:]
    rows = [line.strip() for line in lines]
    return f": {' / '.join(rows)}" if rows else ""


def log_text(container: Container) -> str:
    """The end of its log."""
    log = log_of(container.client, container.id, _LOG_BYTES, lines=_LOG_LINES)
    return printable(log.out.decode("utf-8", "replace"))


def _asked(container: Container, service: PlannedService) -> Iterator[Container]:
    """The container once for each way in which it is asked."""
    if container.health():
        yield container
    probe = service.probe
    if probe is None:
        return
    if probe.path:
        running = replace(container.running, port=probe.port, paths=(probe.path,))
        yield replace(container, running=running)
        return
    command = _command(container, probe)
    if command:
        config = {**container.config, "Healthcheck": {"Test": ["CMD", *command]}}
        yield replace(container, config=config)


def _command(container: Container, probe: Probe) -> list[str]:
    """The first command whose program the image has; or one that looks at its ports."""
    for words in probe.commands:
        program = container.programs.get(words[0])
        if program is not None:
            return [program, *words[1:]]
    has_grep = {SHELL, "grep"} <= container.programs.keys()
    if probe.port and has_grep:
        return ["sh", "-c", _LISTENS.format(port=probe.port)]
    return []
