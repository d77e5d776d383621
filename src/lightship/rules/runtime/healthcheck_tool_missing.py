"""HEALTHCHECK calls curl or wget, which the image does not have

## What it does
Finds health checks with curl or wget where the base image is known to lack the program, and where
nothing in the Dockerfile mentions it: no install, no copy, and no script or list of packages that
cannot be read.

## Why is this bad?
The check fails each time with "not found", so the container is `unhealthy` forever: Docker Swarm
kills and restarts it, and services in Compose that wait for it never start. Slim images,
including Python's, have neither curl nor wget; Alpine has the wget of busybox.

## Fix safety
In a Python image the fix requests the same URL with Python's own library, so that nothing need be
installed. It is unsafe: it treats any answer from 400 on as a failure, as `curl --fail` does, and
follows redirects. It is offered for a URL without variables, and for options that do not change
the request. Elsewhere there is no fix: install the program, or let the server check itself.

## When to ignore
Ignore it where the program is mounted when the container starts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from lightship.base_images.fetchers import BRINGERS, FETCHERS, is_python, lacks
from lightship.build import Build
from lightship.dockerfile.places import holds_comment, place_of_word
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.dispatch import Step
from lightship.facts.values.unread import is_unread
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.commands import Command, Script
from lightship.shell.packages import Package
from lightship.text import Edit

_URL = regex(r"https?://[\w.:/?=&%~+-]+")
_QUIET = frozenset(
    """-f --fail -s --silent -S --show-error -L --location -fs -sf -fsS -sSf -fsSL -fsL
    -sfL -Ss -sS -fSs -I --head -q --quiet -nv --no-verbose --spider -qO- -O- -fI -fsI
    -sfI --no-proxy""".split()
)
_WITH_VALUE = frozenset(
    "-o --output -O --output-document -m --max-time --connect-timeout -T --timeout -t".split()
)
_FAILS = frozenset({("exit", "1"), ("false",)})
_SYSTEM = ("apt-get", "apt", "aptitude", "apk")
_PROGRAMS = frozenset(
    (
        "",
        "/bin",
        "/usr",
        "/usr/bin",
        "/usr/local/bin",
        "/usr/local",
        "/sbin",
        "/usr/sbin",
    )
)
_OF_UV = frozenset({"/uv", "/uvx"})
_PATIENT = ("--tries", "--timeout", "--output-document")


def check(build: Build) -> Iterator[Finding]:
    steps = build.shipped_steps
    checks = [step for step in steps if step.instruction.keyword == "HEALTHCHECK"]
    if not checks:
        return

    step = checks[-1]
    calls: dict[str, tuple[Script, Command]] = {}
    for script in build.scripts(step.instruction):
        for command in script.commands:
            if command.name in FETCHERS:
                calls.setdefault(command.name, (script, command))
    if len(calls) != 1:
        return

    [(name, (script, command))] = calls.items()
    base = build.evaluation.root(build.lineage[0]).name
    if not lacks(base, name) or _may_come(build, steps, name):
        return

    fix = _fix(build, step, script, command) if is_python(base) else None
    span = place_of_word(build.dockerfile, step, command.words[0].span)
    message = (
        f"the image has no {name}, so this check always fails: install it, or use "
        "another check"
    )
    yield Finding(span, message, fix)


def _may_come(build: Build, steps: tuple[Step, ...], name: str) -> bool:
    """Whether anything may bring the program: what speaks of it, or does what cannot be read."""
    items = {step.instruction for step in steps}
    if any(_may_bring(build, item, name) for item in items):
        return True

    for call in build.packages(*_SYSTEM):
        if call.instruction not in items:
            continue
        if call.does.reads_more or any(map(_may_be_more, call.does.packages)):
            return True
    return False


def _may_be_more(package: Package) -> bool:
    """Whether a package may bring another's program."""
    return package.name in BRINGERS or package.kind != "registry"


def _may_bring(build: Build, item: Instruction, name: str) -> bool:
    text = item.span.of(build.dockerfile.text)
    if item.keyword == "RUN":
        return name in text or "playwright" in text or is_unread(build, item)
    if item.keyword not in ("COPY", "ADD"):
        return False
    *sources, target = item.args
    if all(word.text in _OF_UV for word in sources):
        return False
    return name in text or target.text.rstrip("/") in _PROGRAMS


def _fix(build: Build, step: Step, script: Script, command: Command) -> Fix | None:
    """The same question in Python; None where there is more to it than a URL."""
    url = _only_url(command)
    if url is None or step.place is not step.instruction:
        return None
    if script.outer is not None or holds_comment(build.dockerfile, script.span):
        return None

    # Nothing else but `|| exit 1`
    others = [item for item in script.commands if item is not command]
    if len(others) > 1:
        return None
    for ending in others:
        if ending.values not in _FAILS or script.pipeline_of(ending).operator != "||":
            return None

    program = f"import urllib.request; urllib.request.urlopen('{url}')"
    text = f'python -c "{program}"'
    if script.shell == "exec":
        text = json.dumps(["python", "-c", program])
    edit = Edit.replace(script.span, text)
    return Fix("Send the request with Python", (edit,), Safety.UNSAFE)


def _only_url(command: Command) -> str | None:
    """The URL, where all other words only say how quiet or patient to be."""
    urls: list[str] = []
    values = list(command.values[1:])
    while values:
        value = values.pop(0)
        if value is None:
            return None
        if value in _WITH_VALUE:
            if values:
                values.pop(0)
        elif value.startswith("-"):
            option, _, _ = value.partition("=")
            if value not in _QUIET and option not in _PATIENT:
                return None
        else:
            urls.append(value if "://" in value else f"http://{value}")

    if len(urls) != 1 or not _URL.fullmatch(urls[0]):
        return None
    return urls[0]


_PYTHON = "FROM python:3.13-slim\nUSER 10001\n"
_CMD = 'CMD ["/srv/shop"]'
_ASK = "import urllib.request; urllib.request.urlopen('http://localhost:8000/health')"

RULE = Rule(
    id="healthcheck-tool-missing",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(keywords=("HEALTHCHECK",)),
    examples=(
        Example(
            bad=f"{_PYTHON}HEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1\n{_CMD}",
            fixed=f'{_PYTHON}HEALTHCHECK CMD python -c "{_ASK}"\n{_CMD}',
        ),
        Example(
            bad=f"{_PYTHON}HEALTHCHECK --interval=10s \\\n"
            f'  CMD ["wget", "-qO-", "http://localhost:8000/health"]\n{_CMD}',
            fixed=f'{_PYTHON}HEALTHCHECK --interval=10s \\\n  CMD ["python", "-c", "{_ASK}"]\n'
            f"{_CMD}",
        ),
        Example(
            bad=f"{_PYTHON}HEALTHCHECK CMD curl --fail --silent -o /dev/null "
            f"localhost:8000/health || false\n{_CMD}",
            fixed=f'{_PYTHON}HEALTHCHECK CMD python -c "{_ASK}"\n{_CMD}',
        ),
        Example(
            bad=f"{_PYTHON}ENV PORT=8000\nHEALTHCHECK CMD curl -f "
            f"http://localhost:$PORT/health\n{_CMD}"
        ),
        Example(
            bad=f"{_PYTHON}HEALTHCHECK CMD curl -f http://localhost:8000/ | grep -q well\n{_CMD}"
        ),
        Example(
            bad=f"{_PYTHON}HEALTHCHECK CMD curl -f \\\n  # over there\n"
            f"  http://localhost:8000/ || exit 1\n{_CMD}"
        ),
        Example(
            bad=f'{_PYTHON}HEALTHCHECK CMD ["sh", "-c", "curl -f \'http://localhost:8000/\'"]\n'
            f"{_CMD}"
        ),
        Example(
            bad="FROM python:3.13 AS build\nRUN curl -O https://example.com/a\n"
            f"{_PYTHON}HEALTHCHECK CMD curl -f -H Host:shop http://localhost:8000/health\n{_CMD}"
        ),
        Example(
            bad="HEALTHCHECK CMD curl -f http://localhost/ || exit 1\nUSER 10001\n"
            'CMD ["/app/server"]'
        ),
        Example(
            bad="FROM alpine:3.22\nUSER 10001\n"
            'HEALTHCHECK CMD curl -f http://localhost/ || exit 1\nCMD ["/server"]'
        ),
        Example(
            bad="FROM python:3.13-slim AS base\nHEALTHCHECK CMD curl -f http://localhost/\n"
            f"FROM base\nUSER 10001\n{_CMD}",
            fixed="FROM python:3.13-slim AS base\nHEALTHCHECK CMD python -c "
            "\"import urllib.request; urllib.request.urlopen('http://localhost/')\"\n"
            f"FROM base\nUSER 10001\n{_CMD}",
        ),
        Example(good=f'{_PYTHON}HEALTHCHECK CMD python -c "{_ASK}"\n{_CMD}'),
        Example(
            good="FROM alpine:3.22\nUSER 10001\n"
            'HEALTHCHECK CMD wget -q --spider http://localhost/\nCMD ["/server"]'
        ),
        Example(
            good="FROM python:3.13-slim\nRUN apt-get update && apt-get install -y "
            "--no-install-recommends curl \\\n"
            "    && rm -rf /var/lib/apt/lists/*\nUSER 10001\n"
            f"HEALTHCHECK CMD curl -f http://localhost/\n{_CMD}"
        ),
        Example(
            good=f"FROM python:3.13\nUSER 10001\nHEALTHCHECK CMD curl -f http://localhost/\n{_CMD}"
        ),
        Example(
            good="FROM example.com/shop:1\nUSER 10001\n"
            f"HEALTHCHECK CMD curl -f http://localhost/\n{_CMD}"
        ),
        Example(
            good="FROM python:3.13-slim\nCOPY --from=ghcr.io/example/tools:1 /bin/curl /bin/\n"
            "USER 10001\n"
            f"HEALTHCHECK CMD curl -f http://localhost/\n{_CMD}"
        ),
        # What a script of the project installs is not known
        Example(
            good="FROM python:3.13-slim\nRUN ./setup.sh\nUSER 10001\n"
            f"HEALTHCHECK CMD curl localhost\n{_CMD}"
        ),
        # Either of the two will do
        Example(
            good=f"{_PYTHON}HEALTHCHECK CMD curl -f http://localhost/ || wget -q "
            f"http://localhost/\n{_CMD}"
        ),
        Example(
            good="FROM python:3.13-slim AS base\nHEALTHCHECK CMD curl -f http://localhost/\n"
            "FROM base\nUSER 10001\n"
            f"HEALTHCHECK NONE\n{_CMD}"
        ),
    ),
)
