"""The image runs a server and has no HEALTHCHECK

## What it does
Finds images that are known to serve and have no HEALTHCHECK: with EXPOSE and a start command, or
with a start command that is a known server. It cannot see a HEALTHCHECK of the base image.

The rule is off by default, because it depends on where the image runs: Kubernetes ignores
HEALTHCHECK and has probes of its own.

## Why is this bad?
Without HEALTHCHECK Docker knows only whether the process runs. A server that hangs, or that has
lost its database, counts as running: Docker Swarm keeps sending requests to it, and `depends_on`
of Compose with `condition: service_healthy` cannot wait for it.

There is no fix, because only you know which answer means that the server is healthy. A Python
program needs no tool for it:

    HEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen('http://localhost:8000/')"

## When to ignore
Ignore it where the platform has probes of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.facts.start.purpose import start_commands, start_steps
from lightship.facts.start.servers import server_of
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    starts = start_steps(build)
    keywords = {step.instruction.keyword for step in build.shipped_steps}
    if not starts or "HEALTHCHECK" in keywords:
        return
    if "EXPOSE" in keywords or any(map(server_of, start_commands(build))):
        message = "Docker cannot tell whether this server is healthy: add a HEALTHCHECK"
        yield Finding(on_first_line(build.dockerfile, starts[-1].place), message)


RULE = Rule(
    id="healthcheck-missing",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    production_only=True,
    aliases=("DL3057", "DS-0026", "AVD-DS-0026", "CKV_DOCKER_2", "CIS-DI-0006"),
    default=False,
    examples=(
        Example(bad='USER 10001\nEXPOSE 8000\nCMD ["/app/server"]'),
        Example(bad='USER 10001\nCMD ["gunicorn", "shop.wsgi"]'),
        Example(bad='USER 10001\nENTRYPOINT ["tini", "--", "uvicorn", "shop:app"]'),
        Example(bad='USER 10001\nCMD ["sh", "-c", "exec python -m http.server $PORT"]'),
        Example(
            bad='USER 10001\nCMD ["poetry", "run", "flask", "run", "--host=0.0.0.0"]'
        ),
        Example(
            bad="FROM debian:trixie-slim AS a\nHEALTHCHECK CMD true\nFROM debian:trixie-slim\n"
            "USER 10001\n"
            'EXPOSE 80\nCMD ["/app/server"]'
        ),
        Example(
            good='USER 10001\nEXPOSE 8000\nHEALTHCHECK CMD ["/app/server", "--check"]\n'
            'CMD ["/app/server"]'
        ),
        Example(good='USER 10001\nEXPOSE 8000\nHEALTHCHECK NONE\nCMD ["/app/server"]'),
        Example(
            good="FROM debian:trixie-slim AS a\nHEALTHCHECK CMD true\nFROM a\nUSER 10001\n"
            'CMD ["nginx"]'
        ),
        Example(good='USER 10001\nCMD ["/app/import"]'),
        Example(good="EXPOSE 8000"),
        Example(good='USER 10001\nCMD ["flask", "db", "upgrade"]'),
    ),
)
