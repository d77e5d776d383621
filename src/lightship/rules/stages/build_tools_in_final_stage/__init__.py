"""Compilers and headers stay in the final image

## What it does
Finds compilers and headers that are installed in an image that starts a program.

The rule is silent where the packages are removed again, where nothing in the Dockerfile seems to
need the compiler that it installs, where the base image has the very package already, or compilers
beside which one to three more packages of no great weight are nothing (the full Python image, the
builders of OpenShift), where the program is itself a build tool or an agent that writes code, or
calls one, where PyTorch or similar packages compile at run time or a comment says so, where Python
looks for libraries by their names on Alpine, as GeoDjango and soundfile do, which takes a compiler
there, where conda or pixi install compilers as well, where `PIP_USER` lets users install more,
where a test of the processor decides whether they are installed, where nothing but formatters and
test tools follows, where zsh, tmux or similar tools show an image to work in, in examples, where
the final stage or the Dockerfile is named as one for development, tests or builds, where an
`action.yml` names it for an action that builds what its users have, and where a `Dockerfile.slim`
beside it shows that this image has them on purpose. It is silent, too, where another Dockerfile of
the repository starts from this image, by the tag that a build gives it, and installs Python
packages or their like there without a compiler of its own, and for gcc without a C library on
Alpine, beside a group such as `.build-deps` that is removed: it cannot compile. Headers without a
compiler are only a note: compiled code runs with the libraries, `libpq5` for `libpq-dev`. Headers
that weigh little are not reported, nor any beside the libraries of a GPU.

## Why is this bad?
What compiles the dependencies is not needed to run them. `build-essential` with its dependencies
is about 250 MB of every pull and every start on a new machine, and gives an intruder a compiler.

Build in one stage, and copy the result into another that starts from the same image.

## Fix safety
The fix does that for Dockerfiles of a known shape: one stage, on a slim Python image; Debian
packages; then Python packages, by pip or uv from requirements, or by Poetry with
`virtualenvs.create` off; then the sources. It makes three
stages: a common one, so that both others have the same interpreter; one in which a virtual
environment is created and filled; and the final one, which gets the virtual environment at the
same path (its programs contain that path), and the run-time libraries of the headers (`libpq5`
for `libpq-dev`). Headers whose library is not known stay, as do all packages that are not build
tools: those are installed once, in the common stage. It is only shown where requirements are not
there to read.

On Alpine the packages for the build become a virtual one, `apk add --virtual .build-deps`, in the
RUN that installs the Python packages, and `apk del` takes them out of the same layer; libraries of
the headers stay, as far as they are known.

It is unsafe: a program may compile at run time, or load a library that came with the headers of
another. Wherever the Dockerfile does anything else, there is no fix; nor where the files of the
repository run a login shell in a container (`docker exec web sh -lc`) or the image runs cron: those
have a PATH of their own, without the virtual environment.

## When to ignore
Ignore it where the program compiles at run time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.installs.requirement_files import requirements_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.stages.build_tools_in_final_stage.actions import (
    is_action_that_builds,
)
from lightship.rules.stages.build_tools_in_final_stage.built_upon import is_built_upon
from lightship.rules.stages.build_tools_in_final_stage.few_more import adds_few
from lightship.rules.stages.build_tools_in_final_stage.kept_tools import (
    MANAGERS,
    KeptTools,
    kept_tools,
)
from lightship.rules.stages.build_tools_in_final_stage.run_time_needs import (
    called_later,
    has_slim_sibling,
    is_explained,
    is_for_build,
    is_started_to_build,
    is_workbench,
    starts_a_program,
)
from lightship.shell.build_tools import is_companion
from lightship.shell.packages import Package
from lightship.wording.lists import listed


def check(build: Build) -> Iterator[Finding]:
    if not starts_a_program(build) or build.repository.is_example:
        return
    every = list(kept_tools(build))
    kept = [item for item in every if is_for_build(build, item)]
    if not kept or is_workbench(build) or any(called_later(build)):
        return
    if has_slim_sibling(build) or is_started_to_build(build):
        return
    if is_action_that_builds(build):
        return
    tools = [tool for install in kept for tool in install.tools]
    if is_explained(build, {tool.name for tool in tools}):
        return

    compiles = any(item.compiles for item in kept)
    if not compiles and _is_little(build, kept, every):
        return
    if adds_few(build, kept) or (compiles and is_built_upon(build)):
        return
    fix = _fix(build, kept)
    named = [tool for tool in tools if not is_companion(tool.name)]
    stays = f"{_listed(named)} in the final image"
    span = named[0].word.span
    if compiles:
        yield Finding(span, f"{stays}: build in a stage of its own", fix)
    else:
        message = f"{stays}: only a compiler reads headers"
        yield Finding(span, message, fix, Severity.INFO)


def _is_little(
    build: Build, kept: Sequence[KeptTools], every: Sequence[KeptTools]
) -> bool:
    """Whether it gains nothing to do without headers, where those are all that is reported."""
    # Most keep a compiler
    from lightship.rules.stages.build_tools_in_final_stage import little_headers  # noqa: PLC0415

    has_compiler = any(item.compiles for item in every)
    return little_headers.is_little(build, kept, has_compiler=has_compiler)


def _fix(build: Build, kept: Sequence[KeptTools]) -> Fix | None:
    """A stage for the build, or else one RUN that removes what it has installed."""
    # Only a finding needs it
    from lightship.rules.stages.build_tools_in_final_stage.two_stages import plan  # noqa: PLC0415

    edits = plan(build, [item.install.instruction for item in kept])
    if edits:
        safety = Safety.MANUAL if _installs_unknown(build) else Safety.UNSAFE
        return Fix("Build in a stage of its own", edits, safety)

    # As above
    from lightship.rules.stages.build_tools_in_final_stage import alpine_virtual  # noqa: PLC0415

    edits = alpine_virtual.plan_virtual(build, [item.install for item in kept])
    return Fix("Remove them in the same RUN", edits, Safety.UNSAFE) if edits else None


def _installs_unknown(build: Build) -> bool:
    """Whether pip reads requirements that are not there: they may load more at run time."""
    if build.context is None:
        return False
    for call in build.packages("pip", "uv", action="install"):
        files = requirements_of(build, call)
        if files is None or any(file.missing for file in files):
            return True
    return False


def _listed(tools: Sequence[Package]) -> str:
    names = list(dict.fromkeys(tool.name for tool in tools))
    verb = "stays" if len(names) == 1 else "stay"
    return f"{listed(names, 2)} {verb}"


RULE = Rule(
    id="build-tools-in-final-stage",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=MANAGERS),
    production_only=True,
    aliases=("tally/prefer-multi-stage-build",),
    practice=Practice.SIZE,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "it is not known which packages are installed"
        ),
    },
    examples=(
        Example(
            bad="""FROM python:3.13-slim
WORKDIR /app

# What psycopg2 is compiled with
RUN apt-get update \\
    && apt-get install -y --no-install-recommends build-essential curl libpq-dev \\
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY . .
USER 10001:10001
CMD ["uvicorn", "main:app"]""",
            fixed="""FROM python:3.13-slim AS base
WORKDIR /app

"""
            "RUN apt-get update && apt-get install -y --no-install-recommends curl libpq5 "
            """&& rm -rf /var/lib/apt/lists/*

FROM base AS build
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

# What psycopg2 is compiled with
RUN apt-get update \\
    && apt-get install -y --no-install-recommends build-essential libpq-dev \\
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

FROM base
COPY --from=build /opt/venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

COPY . .
USER 10001:10001
CMD ["uvicorn", "main:app"]""",
        ),
        Example(
            bad="""FROM python:3.13-slim-bookworm
RUN apt-get update && apt-get install -y gcc
ENV PYTHONUNBUFFERED=1
RUN --mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt \\
    pip install uv && uv pip install --system -r /tmp/requirements.txt
COPY main.py /
CMD ["python", "/main.py"]""",
            fixed="""FROM python:3.13-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1

FROM base AS build
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"
RUN apt-get update && apt-get install -y gcc
RUN --mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt \\
    pip install uv && uv pip install -r /tmp/requirements.txt

FROM base
COPY --from=build /opt/venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY main.py /
CMD ["python", "/main.py"]""",
        ),
        Example(
            bad='RUN apt-get update && apt-get install -y g++ && make -C /src\nCMD ["/src/server"]'
        ),
        Example(
            bad="FROM alpine:3.22\nRUN apk add --no-cache build-base python3-dev\n"
            'RUN make -C /src\nCMD ["/app"]'
        ),
        Example(
            bad='FROM fedora:43\nRUN dnf install -y "@Development Tools" && make && dnf clean all\n'
            'CMD ["/app"]'
        ),
        Example(
            bad="FROM python:3.13-slim\nRUN <<EOF\napt-get update\napt-get install -y libpq-dev\n"
            "EOF\n"
            'CMD ["python", "/a.py"]'
        ),
        Example(
            bad="FROM python:3.13-slim\nRUN apt-get update && apt-get install -y gcc\nCOPY . .\n"
            "RUN pip install .\n"
            'CMD ["app"]'
        ),
        Example(
            good="FROM alpine:3.22\n"
            "RUN apk add --no-cache --virtual .build gcc musl-dev && make && apk del .build\n"
            'USER 10001\nCMD ["/app"]'
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends gcc && make "
            "&& apt-get purge -y --auto-remove gcc && rm -rf /var/lib/apt/lists/*\n"
            'USER 10001\nCMD ["/app"]'
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends build-essential "
            "&& rm -rf /var/lib/apt/lists/*\n"
            'USER 10001\nCMD ["make", "test"]'
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends build-essential "
            "&& rm -rf /var/lib/apt/lists/*"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends make git "
            "&& rm -rf /var/lib/apt/lists/*\n"
            'USER 10001\nCMD ["/app"]'
        ),
        Example(
            good="FROM debian:13 AS build\nRUN apt-get update "
            "&& apt-get install -y --no-install-recommends gcc\nFROM debian:13-slim\n"
            'COPY --from=build /app /app\nUSER 10001\nCMD ["/app"]'
        ),
        # nothing is compiled here: the program does it
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev "
            "&& rm -rf /var/lib/apt/lists/*\nCOPY --chown=root:root judge /srv/judge\n"
            'USER 10001\nCMD ["/srv/judge"]'
        ),
        Example(
            good="FROM python:3.13-slim\nENV PYTHONUNBUFFERED=1\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf "
            "/var/lib/apt/lists/*\n"
            "RUN pip install --no-cache-dir fastapi==0.128.0\nCOPY judge.py /\n"
            'USER 10001\nCMD ["python", "/judge.py"]',
            files={
                "judge.py": "import subprocess\nsubprocess.run(['g++', 'a.cc'])\n",
                ".dockerignore": "Dockerfile\n",
            },
        ),
        Example(
            good="# gcc: Triton compiles its kernels at run time\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev "
            '&& rm -rf /var/lib/apt/lists/*\nRUN make -C /src\nUSER 10001\nCMD ["/src/server"]'
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev "
            "python3-venv "
            "&& rm -rf /var/lib/apt/lists/*\nENV PYTHONUNBUFFERED=1 PATH=/venv/bin:$PATH\n"
            "RUN python3 -m venv /venv && pip install --no-cache-dir vllm==0.14.0\nCOPY main.py /\n"
            'USER 10001\nCMD ["python3", "/main.py"]'
        ),
        # an image to work in
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends build-essential "
            "zsh "
            '&& rm -rf /var/lib/apt/lists/*\nRUN make -C /src\nUSER 10001\nCMD ["/src/shell"]'
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends build-essential "
            "&& rm -rf /var/lib/apt/lists/*\nRUN make -C /src\nUSER 10001\n"
            'CMD ["start-notebook.sh"]'
        ),
    ),
)
