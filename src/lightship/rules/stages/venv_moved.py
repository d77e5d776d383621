"""A virtual environment is copied to another path than the one it was created at

## What it does
Finds `COPY --from` that moves a virtual environment to another path.

The rule knows `python -m venv`, `virtualenv`, `uv venv`, `uv sync`, `pdm install`, and poetry and
pipenv where they are configured to create `.venv` in the project. It is silent for `uv venv
--relocatable`, also with a `uv sync` after it, which keeps such an environment, and where the stage
mentions the old path, as a link does. It is only a note where the image is not seen to start such a
program: `python -m`, a script of yours.

## Why is this bad?
A virtual environment contains its own path. Each program in its `bin` (`gunicorn`, `flask`,
`pip`) starts with `#!/path/of/the/environment/bin/python`, and `activate` sets that path too.
Copied to another path, the programs fail with "no such file or directory", although the file
exists. Only `python` itself finds the packages at the new place, so `python -m gunicorn` works
where `gunicorn` does not. The documentation of Python's venv says that environments are not meant
to be moved.

Create it where it will be, or copy it to where it was created.

## Fix safety
The fix copies to the old path and writes that path wherever the stage names the new one. It is
unsafe: something outside of the Dockerfile may look for the new path. There is none where a
directory above it is copied, or where a command works on the environment.

## When to ignore
Ignore it where programs are only started with `python -m`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.stages.package_trees import Arrival, arrivals
from lightship.facts.stages.renaming import names, others, renamed
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.start_programs import starts_script_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.shell.python_calls import python_call


def check(build: Build) -> Iterator[Finding]:
    for arrival in arrivals(build):
        tree = arrival.after
        if tree.kind != "venv" or tree.path == tree.made:
            continue
        if arrival.copy.stage not in build.lineage or _is_provided(build, arrival):
            continue
        if _is_given_to_python(build, tree.path):
            continue

        message = (
            "the programs of this virtual environment need "
            f"{tree.made}/bin/python, which this stage lacks"
        )
        severity = None if starts_script_of(build, tree.path) else Severity.INFO
        span = arrival.copy.copying.destination.word.span
        yield Finding(span, message, _fix(build, arrival), severity)


def _is_given_to_python(build: Build, environment: str) -> bool:
    """Whether Python is started with a program of the environment: nobody reads its first line."""
    for command in start_commands(build):
        call = python_call(command.words)
        if call is None or call.kind != "file":
            continue
        if call.name.startswith(f"{environment}/bin/"):
            return True
    return False


def _is_provided(build: Build, arrival: Arrival) -> bool:
    """Whether something else may bring or make the place where it was."""
    for item in others(build, arrival.copy):
        if item.keyword not in ("RUN", "COPY"):
            continue
        if names(build, item, arrival.after.made):
            return True
    return False


def _fix(build: Build, arrival: Arrival) -> Fix | None:
    if not arrival.alone:
        return None
    tree = arrival.after
    edits = renamed(build, arrival.copy, tree.path, tree.made)
    return Fix(f"Copy it to {tree.made}", edits, Safety.UNSAFE) if edits else None


_MADE = (
    "FROM python:3.13-slim AS build\nRUN python -m venv /opt/venv\n"
    "RUN /opt/venv/bin/pip install --no-cache-dir celery==5.6.0\n\n"
)
_BUILD = f"{_MADE}FROM python:3.13-slim\n"
_UV = (
    "FROM ghcr.io/astral-sh/uv:0.9.11-python3.13-trixie-slim AS build\nWORKDIR {}\n"
    "ENV UV_COMPILE_BYTECODE=1\nRUN uv sync --locked --no-dev\n\nFROM python:3.13-slim\n"
)
_UV_BUILD, _UV_APP = _UV.format("/build"), _UV.format("/app")
_END = 'USER 10001\nCMD ["celery", "-A", "app", "worker"]'

RULE = Rule(
    id="venv-moved",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("--from=",)),
    missed={
        "in-onbuild": (
            "a trigger runs in another build: what it makes or takes is not in this image"
        ),
        "argument-in-a-shell-variable": (
            "the operand is the mistake, and shell variables are not followed"
        ),
    },
    examples=(
        Example(
            bad=f'{_BUILD}COPY --from=build /opt/venv /venv\nENV PATH="/venv/bin:$PATH"\n{_END}',
            fixed=f"{_BUILD}COPY --from=build /opt/venv /opt/venv\n"
            f'ENV PATH="/opt/venv/bin:$PATH"\n{_END}',
        ),
        Example(
            bad=f"{_UV_BUILD}WORKDIR /app\nCOPY --from=build --chown=10001:10001 /build/.venv "
            "/app/.venv\n"
            'USER 10001\nCMD ["/app/.venv/bin/celery", "-A", "app", "worker"]',
            fixed=f"{_UV_BUILD}WORKDIR /app\nCOPY --from=build --chown=10001:10001 /build/.venv "
            "/build/.venv\n"
            'USER 10001\nCMD ["/build/.venv/bin/celery", "-A", "app", "worker"]',
        ),
        Example(
            bad=f"{_UV_BUILD}COPY --from=build /build /app\nENV PATH=/app/.venv/bin:$PATH\n{_END}"
        ),
        Example(
            bad="FROM python:3.13-slim AS build\nENV UV_PROJECT_ENVIRONMENT=/venv\nWORKDIR /app\n"
            "RUN <<EOF\nset -e\nuv sync --locked\nEOF\nFROM python:3.13-slim\n"
            "COPY --from=build /venv /app/.venv\n"
            f"ENV PATH=/app/.venv/bin:$PATH VIRTUAL_ENV=/app/.venv\n{_END}",
            fixed="FROM python:3.13-slim AS build\nENV UV_PROJECT_ENVIRONMENT=/venv\nWORKDIR /app\n"
            "RUN <<EOF\nset -e\nuv sync --locked\nEOF\nFROM python:3.13-slim\n"
            f"COPY --from=build /venv /venv\nENV PATH=/venv/bin:$PATH VIRTUAL_ENV=/venv\n{_END}",
        ),
        Example(
            bad="FROM python:3.13-slim AS build\nENV VENV=/opt/venv\n"
            "RUN set -e; python3 -m venv --upgrade-deps \\\n"
            "    # where it is made\n    $VENV\nFROM python:3.13-slim\nENV VENV=/srv/venv\n"
            f"COPY --from=build /opt/venv ${{VENV}}\n{_END}",
        ),
        Example(
            bad="FROM python:3.13-slim AS build\nENV POETRY_VIRTUALENVS_IN_PROJECT=1\n"
            "WORKDIR /src\n"
            "RUN poetry install --only main --no-root\nFROM python:3.13-slim\nWORKDIR /app\n"
            f"COPY --from=build /src/.venv ./.venv\nENV PATH=/app/.venv/bin:$PATH\n{_END}",
        ),
        Example(
            bad="FROM python:3.13-slim AS base\nRUN sh -c 'cd /opt && virtualenv env'\n"
            "FROM base AS build\n"
            f'FROM python:3.13-slim\nCOPY --from=build ["/opt/env", "/env"]\n{_END}',
        ),
        # Python itself finds its packages: only a note
        Example(
            bad=f"{_BUILD}COPY --from=build /opt/venv /venv\nUSER 10001\n"
            'CMD ["/venv/bin/python", "-m", "app"]',
            fixed=f"{_BUILD}COPY --from=build /opt/venv /opt/venv\nUSER 10001\n"
            'CMD ["/opt/venv/bin/python", "-m", "app"]',
        ),
        Example(
            good=f"{_BUILD}COPY --from=build /opt/venv /opt/venv\n"
            f'ENV PATH="/opt/venv/bin:$PATH"\n{_END}'
        ),
        Example(
            good=f"{_UV_APP}COPY --from=build /app /app\nENV PATH=/app/.venv/bin:$PATH\n{_END}"
        ),
        Example(
            good=f"{_BUILD}COPY --from=build /opt/venv /venv\nRUN ln -s /venv /opt/venv\n"
            f"ENV PATH=/opt/venv/bin:$PATH\n{_END}"
        ),
        Example(
            good="FROM python:3.13-slim AS build\nRUN uv venv --relocatable /opt/venv\n"
            "FROM python:3.13-slim\n"
            f"COPY --from=build /opt/venv /venv\nENV PATH=/venv/bin:$PATH\n{_END}"
        ),
        # It comes back to its own path
        Example(
            good=f"{_MADE}FROM python:3.13-slim AS store\n"
            "COPY --from=build /opt/venv /tree\nFROM python:3.13-slim\n"
            "COPY --from=store /tree /opt/venv\n"
            f"ENV PATH=/opt/venv/bin:$PATH\n{_END}"
        ),
        # Only packages, which do not know where they are
        Example(
            good="FROM python:3.13-slim AS build\n"
            "RUN pip install --no-cache-dir --target=/deps flask==3.1.0\n"
            'FROM python:3.13-slim\nCOPY --from=build /deps /app\nUSER 10001\nCMD ["/app/main"]'
        ),
    ),
)
