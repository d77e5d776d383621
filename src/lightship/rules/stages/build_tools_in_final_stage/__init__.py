"""Compilers and headers stay in the final image

## What it does
Finds compilers and headers that are installed in an image that starts a program.

The rule is silent where the packages are removed again, where nothing in the Dockerfile seems to
need the compiler that it installs, where the program is itself a build tool or calls one, or a
comment says that it compiles at run time, where zsh, tmux or similar tools show an image to work
in, and where the final stage or the Dockerfile is named as one for development, tests or builds.
Headers without a compiler are only a note: compiled code runs with the libraries, `libpq5` for
`libpq-dev`.

## Why is this bad?
What compiles the dependencies is not needed to run them. `build-essential` with its dependencies
is about 250 MB of every pull and every start on a new machine, and gives an intruder a compiler.

Build in one stage, and copy the result into another that starts from the same image.

## Fix safety
The fix does that for Dockerfiles of a known shape: one stage, on a slim Python image; Debian
packages; then Python packages, by pip or uv, from requirements; then the sources. It makes three
stages: a common one, so that both others have the same interpreter; one in which a virtual
environment is created and filled; and the final one, which gets the virtual environment at the
same path (its programs contain that path), and the run-time libraries of the headers (`libpq5`
for `libpq-dev`). Headers whose library is not known stay, as do all packages that are not build
tools.

It is unsafe: a program may compile at run time, or load a library that came with the headers of
another. Wherever the Dockerfile does anything else, there is no fix.

## When to ignore
Ignore it where the program compiles at run time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.base_images.reference import read_reference
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.files.late_removals import late_removals
from lightship.facts.stages.final_image import is_development_name
from lightship.facts.start.calls import called_programs, compilers_at_run_time
from lightship.facts.start.purpose import runs_program, start_commands
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.record import record
from lightship.shell.build_tools import is_build_tool, is_companion, is_headers
from lightship.shell.packages import Package
from lightship.wording.lists import listed

_MANAGERS = (
    "apt-get",
    "apt",
    "aptitude",
    "apk",
    "dnf",
    "microdnf",
    "yum",
    "tdnf",
    "zypper",
)
_BUILDERS = frozenset(
    "make gmake gcc g++ cc c++ clang cmake ninja meson cargo rustc go maturin cython mvn gradle"
    " bazel scons tox nox pytest conan vcpkg dpkg-buildpackage rpmbuild abuild jupyter jupyter-lab"
    " jupyter-notebook code-server sshd".split()
)
# Their images are compilers themselves
_TOOLCHAINS = frozenset(
    "buildpack-deps clojure dart elixir erlang gcc golang gradle haskell maven rust sbt swift"
    " swipl".split()
)
_CALLED = ("gcc", "g++", "cc", "c++", "clang", "make", "cmake", "cargo", "nvcc")
# They compile kernels when they run, with gcc and the headers of Python
_COMPILING = frozenset(
    "bitsandbytes deepspeed liger-kernel sglang triton unsloth vllm".split()
)
_COMFORT = frozenset(
    ("bash-completion", "byobu", "fish", "man-db", "screen", "tmux", "zsh")
)
_NOTEBOOKS = ("jupyter", "notebook")
_LATE = ("at runtime", "at run time", "at run-time", "at start", "jit ")
# What needs no compiler
_IDLE = frozenset(_MANAGERS) | frozenset(
    ". : [ addgroup adduser apt-key apt-mark cat cd chmod chown chpasswd cp curl dpkg"
    " dpkg-reconfigure echo env exit export find gpg grep groupadd install ldconfig ln locale-gen"
    " localedef ls mkdir mv passwd printf rm sed set sleep source tar tee test touch true unzip"
    " update-ca-certificates useradd usermod wget".split()
)
_TESTS = frozenset(("test", "tests"))
_NAMES = ("dev", "test", "build", "compil", "ci", "debug", "lint", "sdk", "toolchain")
_MAY_CALL = ("COPY", "ADD", "CMD", "ENTRYPOINT")


@record
class _Kept:
    """An install whose build tools, or the headers for them, stay in the final image."""

    install: PackageInvocation
    tools: Sequence[Package]

    @property
    def compiles(self) -> bool:
        """Whether more stays than headers."""
        return not all(_is_headers(self.install, tool) for tool in self.tools)


def check(build: Build) -> Iterator[Finding]:
    if not _starts_a_program(build):
        return
    kept = list(_kept(build))
    if not kept or _is_workbench(build) or any(_called_later(build)):
        return
    tools = [tool for install in kept for tool in install.tools]
    if _is_explained(build, {tool.name for tool in tools}):
        return

    from lightship.rules.stages.build_tools_in_final_stage.two_stages import plan  # noqa: PLC0415 - only a fix needs it

    edits = plan(build, [item.install.instruction for item in kept])
    compiles = any(item.compiles for item in kept)
    first_install = min(item.install.command.span.start for item in kept)
    if compiles and not _builds(build, first_install):
        return  # it is there for the program

    fix = Fix("Build in a stage of its own", edits, Safety.UNSAFE) if edits else None
    named = [tool for tool in tools if not is_companion(tool.name)]
    stays = f"{_listed(named)} in the final image"
    span = named[0].word.span
    if compiles:
        yield Finding(span, f"{stays}: build in a stage of its own", fix)
    else:
        message = f"{stays}: only a compiler reads headers"
        yield Finding(span, message, fix, Severity.INFO)


def _starts_a_program(build: Build) -> bool:
    """Whether the image is for a program, and not for building something."""
    final = build.final
    if final is None or (final.name or "").startswith(_NAMES):
        return False
    if _is_for_work(build) or not runs_program(build):
        return False
    image = read_reference(build.evaluation.root(final).name)
    if isinstance(image, str) or (image.official and image.name in _TOOLCHAINS):
        return False
    return not any(command.name in _BUILDERS for command in start_commands(build))


def _is_for_work(build: Build) -> bool:
    """Whether the Dockerfile is named as one for development, or lies with the tests."""
    *directories, name = (build.path or "").split("/")
    return is_development_name(name) or not _TESTS.isdisjoint(directories)


def _is_workbench(build: Build) -> bool:
    """Whether someone works in the image: notebooks, or a shell with comfort."""
    for command in start_commands(build):
        if any(part in command.name for part in _NOTEBOOKS):
            return True
    for install in build.packages(*_MANAGERS, action="install"):
        names = {package.name for package in install.does.packages}
        if names & _COMFORT:
            return True
    return False


def _is_explained(build: Build, names: Collection[str]) -> bool:
    """Whether a comment says that the program needs them: `# gcc: Triton compiles at run time`."""
    named = (*names, "compil")
    for comment in build.dockerfile.comments:
        text = comment.text(build.dockerfile.text).lower()
        is_late = any(mark in text for mark in _LATE)
        if is_late and any(name in text for name in named):
            return True
    return False


def _called_later(build: Build) -> Iterator[str]:
    """Build tools that scripts of the project call, but for those that a RUN starts."""
    shipped = [item for stage in build.lineage for item in stage.instructions]
    built = [item.line.text for item in shipped if item.keyword == "RUN"]
    may_call = [item for item in shipped if item.keyword in _MAY_CALL]
    yield from called_programs(build, _CALLED, may_call, but=built)
    yield from compilers_at_run_time(build)

    in_image = set(shipped)
    for install in build.packages("pip", "uv", action="install"):
        if install.instruction in in_image:
            names = {package.name for package in install.does.packages}
            yield from (name for name in names if name.lower() in _COMPILING)


def _builds(build: Build, start: int) -> bool:
    """Whether a RUN does more after `start` than install system packages and arrange files."""
    for call in build.commands():
        if call.command.name in _IDLE or call.command.span.start <= start:
            continue
        if call.instruction in build.shipped:
            return True
    return False


def _kept(build: Build) -> Iterator[_Kept]:
    """Installs of build tools that stay in the layers of the final image."""
    lineage = set(build.lineage)
    steps = build.evaluation.steps
    shipped = {step.instruction for step in steps if step.stage in lineage}
    # What a later layer removes is a finding of removed-in-later-layer
    later = {(left.maker, name) for left in late_removals(build) for name in left.names}
    removals: dict[Instruction, list[PackageInvocation]] = {}
    for removal in build.packages(*_MANAGERS, action="remove"):
        removals.setdefault(removal.instruction, []).append(removal)

    for install in build.packages(*_MANAGERS, action="install"):
        run = install.instruction
        virtual = install.does.values("--virtual")
        if run not in shipped or any((run, name) in later for name in virtual):
            continue
        left = [
            tool
            for tool in _left(install, removals.get(run, ()))
            if (run, tool.name) not in later
        ]
        if not all(is_companion(tool.name) for tool in left):
            yield _Kept(install, left)


def _is_tool(install: PackageInvocation, package: Package) -> bool:
    if package.kind not in ("registry", "group"):
        return False
    name = package.name
    return is_build_tool(install.does.manager, name) or is_companion(name)


def _is_headers(install: PackageInvocation, package: Package) -> bool:
    """Headers alone, or what goes with them: nothing here compiles."""
    name = package.name
    return is_headers(install.does.manager, name) or is_companion(name)


def _left(
    install: PackageInvocation, removals: Sequence[PackageInvocation]
) -> Sequence[Package]:
    """The build tools that the same RUN does not remove.

    It may remove them by name, as a virtual package, or by a list that the shell makes.
    """
    removed: set[str] = set()
    for removal in removals:
        if removal.does.reads_more or not removal.does.packages:
            return ()
        removed |= {package.name for package in removal.does.packages}
    virtual = install.does.option("--virtual")
    if virtual is not None and virtual.value in removed:
        return ()
    tools = [tool for tool in install.does.packages if _is_tool(install, tool)]
    return [tool for tool in tools if tool.name not in removed]


def _listed(tools: Sequence[Package]) -> str:
    names = list(dict.fromkeys(tool.name for tool in tools))
    verb = "stays" if len(names) == 1 else "stay"
    return f"{listed(names, 2)} {verb}"


RULE = Rule(
    id="build-tools-in-final-stage",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
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

FROM base AS build
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

# What psycopg2 is compiled with
RUN apt-get update \\
    && apt-get install -y --no-install-recommends build-essential curl libpq-dev \\
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

FROM base
"""
            "RUN apt-get update && apt-get install -y --no-install-recommends curl libpq5 "
            "&& rm -rf /var/lib/apt/lists/*\n"
            """COPY --from=build /opt/venv /opt/venv
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
            bad="FROM python:3.13\nRUN <<EOF\napt-get update\napt-get install -y libpq-dev\nEOF\n"
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
            "python3-pip "
            "&& rm -rf /var/lib/apt/lists/*\nENV PYTHONUNBUFFERED=1\n"
            "RUN pip install --no-cache-dir vllm==0.14.0\nCOPY main.py /\n"
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
