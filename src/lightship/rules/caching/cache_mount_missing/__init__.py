"""An install downloads everything again whenever it runs

## What it does
Finds installs by pip, uv, Poetry, PDM, Pipenv, npm, pnpm, bun and apt-get without a cache mount.

`apk add --no-cache` is left alone, because apk caches only where /etc/apk/cache is a link. So are
yarn, whose versions keep their caches in different places, and Go and Cargo, whose caches later
commands need.

The rule is off by default: a mount helps where builds run again and again on one machine, such as
yours; CI runners usually start with empty ones.

## Why is this bad?
When a manifest changes, BuildKit runs the whole RUN again, and a package manager without a cache
downloads all packages again because of one. A cache mount is a directory that BuildKit keeps from
one build to the next, outside of the image: `RUN --mount=type=cache,target=/root/.cache/pip pip
install -r requirements.txt`. With uv and such a mount an added dependency took 3.1 s, where pip
without one took 4.6 s, for an application of five direct dependencies and a fast network.

## Fix safety
The fix adds the mount at the place of the cache, according to HOME, the user, and variables such
as PIP_CACHE_DIR, and removes `--no-cache-dir`. uv gets UV_LINK_MODE=copy, because it cannot link
out of a mount. For apt both the packages and the index are mounted, `rm -rf /var/lib/apt/lists/*`
is removed, and so is /etc/apt/apt.conf.d/docker-clean, which makes apt remove its downloads.

It is unsafe: files in the cache may have been built in another image. There is no fix for users
whose number is not known, because they could not write to the mount, where ENV switches the cache
off, and where the RUN mounts another cache, which no command of it uses.

## When to ignore
Ignore it where no builder keeps its cache mounts between builds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.base_images.known import has_docker_clean
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import hides
from lightship.facts.caching.cache_mounts import TOOLS, cache_of, fills_cache
from lightship.facts.caching.cache_places import cache_place
from lightship.facts.packages.apt import apt_runs
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import user_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.record import record
from lightship.rules.caching.cache_mount_missing.mounting import (
    apt_mounting,
    are_links_settled,
    mounting,
)
from lightship.text import Edit

# Installers: what they download themselves is little
_SMALL = frozenset(
    "build hatch pdm pip pip-tools pipenv pipx poetry setuptools uv virtualenv wheel".split()
)


@record
class _Uses:
    """The commands of one tool in one RUN that fill its cache, and where each keeps it."""

    run: Instruction
    tool: str
    installs: list[PackageInvocation]
    places: list[str | None]


def check(build: Build) -> Iterator[Finding]:
    yield from _tools(build)
    yield from _apt(build)


def _tools(build: Build) -> Iterator[Finding]:
    """One finding for each RUN and tool."""
    settled: set[int] = set()  # stages that a fix gives UV_LINK_MODE
    for uses in _uses(build):
        place = uses.places[0]
        if place is None or set(uses.places) != {place}:
            continue
        if all(map(_is_small, uses.installs)) or _is_hidden(build, uses.run, place):
            continue

        links = are_links_settled(build, uses.installs)
        stages = _stages(build, uses.run)
        edits: tuple[Edit, ...] = ()
        if all(cache_place(build, install) == place for install in uses.installs):
            known = links or not settled.isdisjoint(stages)
            edits = mounting(build, uses.installs, place, links=known)
        if edits and not links:
            settled.add(stages[-1])

        message = (
            f"{uses.tool} downloads everything again whenever this runs: "
            f"mount its cache, {place}"
        )
        fix = None
        if edits:
            # No other fix may switch the cache off that this one mounts
            calls = tuple(install.command.span for install in uses.installs)
            fix = Fix(f"Mount {place}", edits, Safety.UNSAFE, relies_on=calls)
        yield Finding(uses.installs[0].does.subcommand.span, message, fix)


def _uses(build: Build) -> Iterable[_Uses]:
    by_run: dict[tuple[Instruction, str], _Uses] = {}
    for install in build.packages(*TOOLS):
        run, tool = install.instruction, install.does.manager
        if run.trigger is None and fills_cache(install):
            uses = by_run.setdefault((run, tool), _Uses(run, tool, [], []))
            uses.installs.append(install)
            uses.places.append(cache_of(build, install))
    return by_run.values()


def _is_hidden(build: Build, run: Instruction, place: str) -> bool:
    """Whether a mount of the RUN lies over the cache."""
    before = build.evaluation.before(run)
    workdir = before.workdir if before is not None else "/"
    return hides(build.mounts(run), place, workdir)


def _stages(build: Build, instruction: Instruction) -> list[int]:
    """The stages that an instruction's stage starts from, then that stage itself."""
    stage = build.dockerfile.stage_of(instruction)
    if stage is None:
        return [-1]
    return [below.index for below in build.lineage_of(stage)]


def _is_small(install: PackageInvocation) -> bool:
    """Whether it only installs an installer."""
    names = [package.name.lower() for package in install.does.packages]
    if not names or install.does.requirements:
        return False
    return _SMALL.issuperset(names)


def _apt(build: Build) -> Iterator[Finding]:
    for run in apt_runs(build).values():
        image = build.root_image(run.stage)
        if image is None or not has_docker_clean(image):
            continue
        if run.hidden or not run.updates or run.uses_before_update:
            continue

        installs = [use for use in run.uses if use.does.action == "install"]
        if not installs or user_of(build, run.instruction) not in ROOT:
            continue

        edits = apt_mounting(build, run)
        message = (
            "apt downloads everything again whenever this runs: "
            "mount /var/cache/apt and its index"
        )
        fix = Fix("Mount apt's caches", edits, Safety.UNSAFE) if edits else None
        yield Finding(installs[0].does.subcommand.span, message, fix)


_PIP = "--mount=type=cache,target=/root/.cache/pip"
_UV = "--mount=type=cache,target=/root/.cache/uv"
_APT = "--mount=type=cache,target=/var/cache/apt,sharing=locked"
_LISTS = "--mount=type=cache,target=/var/lib/apt/lists,sharing=locked"
_NO_CLEAN = "rm -f /etc/apt/apt.conf.d/docker-clean"
_UPDATE, _INSTALL = "apt-get update", "apt-get install -y --no-install-recommends git"
_LINK = "ENV UV_LINK_MODE=copy"

RULE = Rule(
    id="cache-mount-missing",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("tally/prefer-package-cache-mounts",),
    default=False,
    practice=Practice.PERFORMANCE,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, whose user and settings say where the cache is"
        ),
        "argument-in-a-shell-variable": (
            "the operand is the mistake, and shell variables are not followed"
        ),
        "sudo": "sudo may change its home and its environment",
    },
    examples=(
        Example(
            bad="RUN pip install --no-cache-dir -r requirements.txt",
            fixed=f"RUN {_PIP} pip install -r requirements.txt",
        ),
        Example(
            bad=f"RUN {_UPDATE} && {_INSTALL} && rm -rf /var/lib/apt/lists/*",
            fixed=f"RUN {_APT} \\\n    {_LISTS} \\\n    {_NO_CLEAN} && {_UPDATE} && {_INSTALL}",
        ),
        Example(
            bad="RUN --mount=type=bind,source=uv.lock,target=uv.lock \\\n"
            "    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\\n"
            "    uv sync --locked --no-cache --no-install-project\nCOPY . .\nRUN uv sync --locked",
            fixed=f"{_LINK}\nRUN --mount=type=bind,source=uv.lock,target=uv.lock \\\n"
            f"    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\\n    {_UV} \\\n"
            f"    uv sync --locked --no-install-project\nCOPY . .\nRUN {_UV} uv sync --locked",
        ),
        Example(
            bad="RUN <<EOF\nset -e\npython3 -m pip install --no-cache-dir flask==3.1.2\nEOF",
            fixed=f"RUN {_PIP} <<EOF\nset -e\npython3 -m pip install flask==3.1.2\nEOF",
        ),
        Example(
            bad="RUN set -ex; \\\n  # the server\n  pip install -r requirements.txt; \\\n"
            "  pip install gunicorn==23.0.0",
            fixed=f"RUN {_PIP} \\\n    set -ex; \\\n  # the server\n"
            "  pip install -r requirements.txt; \\\n"
            "  pip install gunicorn==23.0.0",
        ),
        Example(
            bad='RUN ["npm", "ci"]',
            fixed='RUN --mount=type=cache,target=/root/.npm ["npm", "ci"]',
        ),
        Example(
            bad="ENV PIP_CACHE_DIR=/pip\nRUN sh -c 'pip install flask==3.1.2'",
            fixed="ENV PIP_CACHE_DIR=/pip\n"
            "RUN --mount=type=cache,target=/pip sh -c 'pip install flask==3.1.2'",
        ),
        Example(
            bad="ENV POETRY_CACHE_DIR=/tmp/poetry\nRUN poetry install --only main --no-root",
            fixed="ENV POETRY_CACHE_DIR=/tmp/poetry\n"
            "RUN --mount=type=cache,target=/tmp/poetry poetry install --only main --no-root",
        ),
        Example(
            bad="RUN useradd --create-home --uid 10001 app\nUSER app\n"
            "RUN pip install --user flask==3.1.2",
            fixed="RUN useradd --create-home --uid 10001 app\nUSER app\n"
            "RUN --mount=type=cache,target=/home/app/.cache/pip,uid=10001 pip install --user "
            "flask==3.1.2",
        ),
        Example(
            bad="RUN export PIP_CACHE_DIR=/pip XDG_CACHE_HOME=/x && pip install flask==3.1.2",
            fixed="RUN --mount=type=cache,target=/pip export PIP_CACHE_DIR=/pip "
            "XDG_CACHE_HOME=/x && "
            "pip install flask==3.1.2",
        ),
        Example(
            bad="FROM python:3.13-slim\nENV PIP_NO_CACHE_DIR=1\nRUN pip install -r requirements.txt"
        ),
        Example(
            bad="RUN --mount=target=/pip,type=cache pip install --no-cache-dir flask==3.1.2"
        ),
        Example(bad="RUN useradd app\nUSER app\nRUN pip install --user flask==3.1.2"),
        Example(bad="RUN pip install flask==3.1.2 && rm -rf ~/.cache/pip"),
        Example(bad=f"RUN {_UPDATE} && {_INSTALL}; rm -rf /var/lib/apt/lists/*"),
        Example(good=f"RUN {_PIP} pip install flask==3.1.2"),
        Example(
            good=f"{_LINK}\nRUN --mount=type=cache,target=/root/.cache uv sync --locked"
        ),
        Example(good=f"RUN {_APT} {_LISTS} {_NO_CLEAN} && {_UPDATE} && {_INSTALL}"),
        Example(
            good="RUN pip install --no-cache-dir uv==0.9.2"
        ),  # a small thing that seldom changes
        Example(
            good="RUN pip install --no-cache-dir --no-index --find-links /wheels flask"
        ),
        Example(good="FROM alpine:3.23\nRUN apk add --no-cache git"),
        Example(
            good="FROM example.com/base:1\nRUN pip install --no-cache-dir flask==3.1.2"
        ),  # who runs it is not known
        Example(good="ONBUILD RUN pip install --no-cache-dir -r requirements.txt"),
    ),
)
