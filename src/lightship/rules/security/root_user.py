"""The container runs as root

Whoever breaks into a process that runs as root is root in the container: may change every file of
the image, install tools, and is one kernel bug, one mount or one socket away from the host.
Kubernetes refuses such an image where `runAsNonRoot` asks for it.

The rule looks at the last USER of the final stage and of the stages that it starts from. Without any
USER it knows which images run as another user by themselves, or start as root and give that up, as
the servers of databases do. Of a base image that it does not know it only says so as a note. It is
silent where the image starts no program of its own, since then others start from it or work in it,
and where the start command is one that must be root, or changes the user itself (`gosu`, `su-exec`,
`setpriv`).

The fix makes a user with a fixed number, 10001, which no user of the host is likely to have, and
writes the number: Kubernetes cannot tell from a name that it is not root. It stands behind the last
step that needs root. A user that the Dockerfile has made or used already is taken instead. The user
has a home directory, because many programs write caches there; all other files stay with root, so
that the program cannot change its own code. Where it must write elsewhere, give it that directory:
`COPY --chown=10001:10001`, or `mkdir` and `chown` before USER, not `chown -R` of all, which stores
every file a second time. Ports below 1024 are open to all users since Docker 20.10.

It is unsafe: a program may need root for what only it knows. There is no fix where volumes,
installs under /root or start scripts speak against it, or where it is not known how the image
makes users.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.evaluation.dispatch import Step
from lightship.facts.purpose import runs_program, start_steps
from lightship.facts.users import base_of, gives_root_up, is_root, lineage_steps, plan
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule


def check(build: Build) -> Iterator[Finding]:
    final = build.final
    if (
        final is None
        or build.evaluation.root(final).system == "windows"
        or any(item.trigger for item in final.instructions)
    ):
        return
    base = base_of(build)
    last = next((step for step in reversed(lineage_steps(build)) if step.instruction.keyword == "USER"), None)
    if last is not None:
        meant = gives_root_up(build) or (base.runs_as == "drops" and not start_steps(build))
        if last.operands and is_root(last.operands[0]) and not meant:
            yield from _found(build, last, "the container runs as root: the last USER is root", None)
        return
    if base.runs_as in ("user", "drops") or gives_root_up(build) or not runs_program(build):
        return
    if base.runs_as == "root":
        yield from _found(build, None, "the container runs as root: set USER to another user", None)
    else:
        message = "no USER is set, so the container runs as root unless the base image says otherwise"
        yield from _found(build, None, message, Severity.INFO)


def _found(build: Build, step: Step | None, message: str, severity: Severity | None) -> Iterator[Finding]:
    edits = plan(build, base_of(build)) if severity is None else ()
    fix = Fix("Run as a user with a fixed number", edits, Safety.UNSAFE) if edits else None
    place = step.instruction if step is not None else build.lineage[-1].from_
    word = step.instruction.args[0] if step is not None and step.instruction.args else build.lineage[-1].base
    yield Finding(on_first_line(build.dockerfile, place, word.span), message, fix, severity)


_CMD = 'CMD ["python3", "app.py"]'

RULE = Rule(
    id="root-user",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    aliases=("DL3002", "DS-0002", "CKV_DOCKER_3", "CKV_DOCKER_8"),
    examples=(
        Example(
            bad=f"FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n\nEXPOSE 8000\n{_CMD}",
            fixed="FROM python:3.13-slim\nWORKDIR /app\n"
            "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app\nCOPY . .\n\n"
            f"USER 10001:10001\nEXPOSE 8000\n{_CMD}",
        ),
        Example(
            bad=f"FROM alpine:3.22\nRUN apk add --no-cache python3\n# Starts it\n{_CMD}",
            fixed="FROM alpine:3.22\nRUN apk add --no-cache python3\n"
            "RUN addgroup -g 10001 app && adduser -D -u 10001 -G app app\nUSER 10001:10001\n"
            f"# Starts it\n{_CMD}",
        ),
        Example(
            bad='FROM scratch\nCOPY --from=build /server /\nENTRYPOINT ["/server"]',
            fixed='FROM scratch\nCOPY --from=build /server /\nUSER 10001:10001\nENTRYPOINT ["/server"]',
        ),
        Example(
            bad='FROM gcr.io/distroless/python3-debian12\nCOPY . /\nCMD ["/app.py"]',
            fixed='FROM gcr.io/distroless/python3-debian12\nCOPY . /\nUSER 65532:65532\nCMD ["/app.py"]',
        ),
        Example(
            bad=f"RUN useradd --uid 10002 shop\nCOPY . /app\n{_CMD}",
            fixed=f"RUN useradd --uid 10002 shop\nCOPY . /app\nUSER 10002\n{_CMD}",
        ),
        Example(
            bad=f"USER 10001\nCOPY . /app\nUSER root\nRUN apt-get update\n{_CMD}",
            fixed=f"USER 10001\nCOPY . /app\nUSER root\nRUN apt-get update\nUSER 10001\n{_CMD}",
        ),
        Example(bad=f"USER app\nUSER 0:0\n{_CMD}", fixed=f"USER app\nUSER app\n{_CMD}"),
        Example(bad=f"FROM debian:13 AS base\nUSER root\nFROM base\n{_CMD}\nVOLUME /data"),
        Example(bad="RUN pip install --user flask\nCMD flask run"),
        Example(
            bad='COPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]', files={"entrypoint.sh": "chown app /data\n"}
        ),
        Example(bad='FROM example.com/base\nCMD ["/app"]'),
        Example(good=f"COPY . /app\nUSER 10001:10001\n{_CMD}"),
        Example(good="RUN apt-get update && apt-get install -y git"),
        Example(good='RUN ./install-python.sh\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["python3"]'),
        Example(good=f"FROM debian:13 AS base\nUSER 10001\nFROM base\n{_CMD}"),
        Example(good=f"FROM debian:13 AS build\nUSER root\nFROM python:3.13-slim\nUSER 10001\n{_CMD}"),
        Example(good=f"ARG APP_USER\nUSER $APP_USER\n{_CMD}"),
        Example(good='FROM gcr.io/distroless/static:nonroot\nCMD ["/app"]'),
        Example(good="FROM postgres:18\nCOPY init.sql /docker-entrypoint-initdb.d/"),
        Example(good='RUN apt-get install -y gosu\nCOPY . /\nENTRYPOINT ["/entrypoint.sh"]'),
        Example(good='COPY run.sh /\nCMD ["/run.sh"]', files={"run.sh": "exec setpriv --reuid=10001 /app\n"}),
        Example(good='CMD ["/usr/sbin/sshd", "-D"]'),
        Example(good="USER root\nCMD /usr/sbin/cron -f"),
    ),
)
