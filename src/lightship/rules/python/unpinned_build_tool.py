"""uv, Poetry, PDM, Pipenv or Hatch is installed without a version

## What it does
Finds `pip install poetry` and similar commands, installers that are fetched with curl, and tags
of uv's images that name only the system, `uv:python3.14-trixie-slim`. Images without a tag, and
`latest`, are reported by the rules about images. A range counts as a choice, and so does a
constraints file.

Left alone are tools in images for development and tests, a tool that nothing calls where pip
installs the project, one that only builds the project (`hatch build`), and a uv that only takes the
place of pip (`uv pip install`), builds the project or exports its lock file in a stage that is not
shipped (`uv export --frozen`): any version does. So is one at which a comment asks for the latest
(`# Install the latest uv`). So it is for a tool on a Python that ended a year ago: its
newest release for that stays the same, but for uv. A tag of uv's images is a note, since it names
the system at least. It says nothing of examples, nor of a uv that installs the project without its
lock file: then every build resolves all versions again, and that of uv settles nothing.
Of the installers that Poetry has removed, get-poetry.py and install-poetry.py in its repository,
the rule says that they are gone: no version helps.

## Why is this bad?
The tool decides how a lock file is read, what is installed and which options it knows. Without a
version the build uses the latest release, and fails on the day when that one is different: Poetry
2.0 has removed `poetry export` and `poetry install --no-dev`, and a minor version of uv may
change its behaviour (both say so in their changelogs and versioning policies). Last month's build
cannot be repeated. There is no fix: only you know which version was meant.

## When to ignore
Ignore it where the newest tool is wanted and a failing build does no harm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from functools import partial
from re import MULTILINE

from lightship.base_images.lifetimes import releases
from lightship.build import Build, Invocation
from lightship.dockerfile.places import comments_near
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.stages import reachable
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_commands import project_installs
from lightship.facts.installs.project_files import has_manifest, lock_of
from lightship.facts.installs.tool_installs import TOOLS, ToolInstall, tool_installs
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.stages.stage_python import gets_no_releases, stage_python
from lightship.facts.start.calls import called_in_scripts
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.wording.lists import listed

# What is installed beside such a tool, and is not the project
_TOOLING = frozenset({*TOOLS, "pip", "setuptools", "wheel"})
# Removed in January and June 2023 (github.com/python-poetry/poetry, issues 7278 and 6676)
_REMOVED = regex(r"/poetry/(?:master|main)/(?:get|install)-poetry\.py")
# Subcommands that any version has; those of uv that take the place of pip and venv
_BUILDS = frozenset(("", "build", "config", "self", "version", "cache"))
_CALLERS = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK")
_PROJECTS = frozenset(("pyproject.toml", "uv.lock", "uv.toml"))
# What a comment says that wants no other: but `not the latest uv`
_LATEST = regex(
    r"^(?!.*\b(?:not|no|never|don't|avoid|until)\b).*\b(?:latest|newest)\b", MULTILINE
)
_LEFT_BEHIND = timedelta(days=365)
_AS_PIP = frozenset(("pip", "venv", "python"))


def check(build: Build) -> Iterator[Finding]:
    tools = tool_installs(build)
    if not tools or is_for_development(build) or build.repository.is_example:
        return

    needed: Collection[int] = ()
    if build.final is not None:
        needed = reachable(build.evaluation.graph, [build.final])
    reported: set[tuple[str, str]] = set()
    by_place: dict[tuple[str, Instruction | None], list[ToolInstall]] = {}
    for tool in tools:
        kind = (tool.tool, tool.by)
        if tool.version != "" or kind in reported:
            continue
        if _is_needed(build, tool, needed) and not _may_be_any(build, tool):
            reported.add(kind)
            # Those of one RUN are one mistake; each image has a line of its own
            by_place.setdefault((tool.by, tool.instruction), []).append(tool)
    for (by, _), together in by_place.items():
        if by == "package":
            yield Finding(together[0].span, _message(build, together))
            continue
        for tool in together:
            gone = _removed_installer(build, tool)
            if gone:
                yield Finding(tool.span, gone, severity=Severity.WARNING)
            else:
                yield Finding(tool.span, _message(build, [tool]))


def _removed_installer(build: Build, tool: ToolInstall) -> str:
    """What to say of an installer whose address answers with 404; empty for others."""
    address = tool.span.of(build.dockerfile.text)
    name = address.rpartition("/")[2].strip("\"'")
    if tool.by != "installer" or not _REMOVED.search(address):
        return ""
    problem = f"{name} is gone, so the build fails"
    if _is_python_2(build, tool):
        return f'{problem}: pip install "poetry<1.2" still runs on Python 2.7'
    return f"{problem}: use https://install.python-poetry.org"


def _is_python_2(build: Build, tool: ToolInstall) -> bool:
    """Whether the installer, and any newer Poetry, needs another Python than the stage has."""
    if tool.instruction is None:
        return False
    stage = build.dockerfile.stage_of(tool.instruction)
    python = stage_python(build, stage) if stage is not None else None
    return python is not None and python.minor.startswith("2.")


def _is_needed(build: Build, tool: ToolInstall, needed: Collection[int]) -> bool:
    """Whether the final image needs the stage; what `latest` and no tag say of an image is said
    elsewhere.
    """
    if tool.instruction is None:
        image = tool.span.of(build.dockerfile.text)
        return ":" in image and not image.endswith(":latest")
    stage = build.dockerfile.stage_of(tool.instruction)
    if stage is None or stage.index not in needed:
        return False
    return tool.by != "package" or not _is_settled_by_python(build, tool, stage)


def _is_settled_by_python(build: Build, tool: ToolInstall, stage: Stage) -> bool:
    """Whether the stage's Python is so old that its newest release of the tool stays the same.

    Those in Python drop a version within a year of its end; uv is a program of its own.
    """
    if gets_no_releases(build, stage):
        return True
    python = stage_python(build, stage)
    if python is None or tool.tool == "uv" or python.minor.startswith("2."):
        return False  # some releases do not say that they leave Python 2 out
    for release in releases("Python"):
        if release.version == python.minor:
            return build.today - release.ends > _LEFT_BEHIND
    return False


def _may_be_any(build: Build, tool: ToolInstall) -> bool:
    """Whether any version does, or a comment asks for the latest."""
    if _is_wanted_latest(build, tool) or _is_idle(build, tool):
        return True
    return _has_no_lock(build, tool)


def _has_no_lock(build: Build, tool: ToolInstall) -> bool:
    """Whether each install of the project by uv lacks a lock file.

    Poetry's options differ from release to release, whatever it reads. A tag of uv's images moves
    the system as well.
    """
    if tool.tool != "uv" or tool.by == "image":
        return False
    own = [item for item in project_installs(build) if item.tool == tool.tool]
    return bool(own) and all(map(partial(_lacks_lock, build), own))


def _lacks_lock(build: Build, install: Install) -> bool:
    is_there = lock_of(build, install).is_there
    return has_manifest(build, install) is True and is_there is False


def _is_wanted_latest(build: Build, tool: ToolInstall) -> bool:
    """Whether a comment at the install says so: `# Install the latest version of uv`."""
    if tool.instruction is None:
        return False
    comments = comments_near(build.dockerfile, tool.instruction)
    if _LATEST.search(comments) is None:
        return False
    lines = [line for line in comments.splitlines() if tool.tool in line]
    return any(map(_LATEST.search, lines))


def _is_idle(build: Build, tool: ToolInstall) -> bool:
    """Whether any version does: pip installs the project, or the tool does no more than that or
    build it.
    """
    if tool.by == "image":
        return _only_takes_place_of_pip(build, tool)
    if _is_called(build, tool):
        return _only_builds(build, tool)
    for call in build.packages("pip"):
        if not call.does.installs or call.command.span.covers(tool.span):
            continue
        for package in call.does.packages:
            if package.kind != "registry" or package.name not in _TOOLING:
                return True
        if call.does.requirements:
            return True
    return False


def _only_builds(build: Build, tool: ToolInstall) -> bool:
    """Whether all that is seen of a tool is `hatch build`, or uv in the place of pip."""
    calls = list(build.commands(tool.tool, keywords=_CALLERS))
    work = [_subcommand(call.command) for call in calls]
    if not any(work):
        return False
    alike = _BUILDS
    if tool.tool == "uv":
        alike |= _AS_PIP
        rest = [call for call in calls if not _exports_lock(build, call)]
        work = [_subcommand(call.command) for call in rest]
    return alike.issuperset(work) and not _runs_in_scripts(build, tool)


def _only_takes_place_of_pip(build: Build, tool: ToolInstall) -> bool:
    """Whether uv installs named packages, and at most starts what is installed.

    `uv run` reads a project where there is one.
    """
    calls = build.commands(tool.tool, keywords=_CALLERS)
    work = {_subcommand(call.command) for call in calls} - {"", "self", "version"}
    if "pip" not in work or _runs_in_scripts(build, tool):
        return False
    context = build.context
    if context is None or any(file.name in _PROJECTS for file in context.files):
        return work <= _AS_PIP
    return work <= {*_AS_PIP, "run"}


def _exports_lock(build: Build, call: Invocation) -> bool:
    """Whether it writes down what a lock file says, in a stage that is not shipped."""
    is_frozen = call.command.has("--frozen", "--locked")
    is_shipped = call.instruction in build.shipped
    return _subcommand(call.command) == "export" and is_frozen and not is_shipped


def _subcommand(command: Command) -> str:
    for text in command.argument_texts:
        if not text.startswith("-"):
            return text
    return ""


def _is_called(build: Build, tool: ToolInstall) -> bool:
    """Whether an instruction names the tool, apart from its installs and its settings."""
    text = build.dockerfile.text
    spans = [install.span for install in tool_installs(build)]
    pattern = regex(
        rf"(?<![\w.-]){tool.tool}x?(?![\w.-])(?!\s+(?:config|completions)\b)"
    )
    for instruction in build.each("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL"):
        start, end = instruction.span
        for match in pattern.finditer(text, start, end):
            is_install = any(span.start <= match.start() < span.end for span in spans)
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            is_comment = line.lstrip().startswith("#")
            is_address = line.endswith(("astral.sh/", "github.com/astral-sh/"))
            if not is_install and not is_comment and not is_address:
                return True
    return _runs_in_scripts(build, tool)


def _runs_in_scripts(build: Build, tool: ToolInstall) -> bool:
    """Whether a script that is run or started calls the tool.

    What another source of the repository starts at run time does not decide what is installed.
    """
    runs = build.each("RUN", "CMD", "ENTRYPOINT")
    return tool.tool in called_in_scripts(build, {tool.tool}, runs)


def _message(build: Build, tools: Sequence[ToolInstall]) -> str:
    tool = tools[0]
    if tool.by == "image":
        image = tool.span.of(build.dockerfile.text)
        return f"{image} has the latest uv, which changes: pin the version of uv"
    if tool.by == "installer":
        return f"this installs the latest {tool.title}: pin a version"
    titles = listed([item.title for item in tools])
    what = "a version" if len(tools) == 1 else "their versions"
    return f"every build installs the latest {titles}: pin {what}"


_POETRY = "https://install.python-poetry.org"

RULE = Rule(
    id="unpinned-build-tool",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=tuple(TOOLS)),
    practice=Practice.REPRODUCIBILITY,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where --from names other stages"
        ),
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the version may be in the variable"
        ),
        "words-in-args": (
            "an image that is a variable as a whole is chosen at build time"
        ),
    },
    examples=(
        Example(bad="FROM python:3.14-slim\nRUN pip install --no-cache-dir poetry"),
        Example(bad="FROM python:3.14-slim\nRUN python -m pip install --no-cache-dir --upgrade "
                    "pip==26.0 'pdm[all]'"),
        Example(bad="FROM python:3.14-slim\nRUN set -e; \\\n  # the tool\n"
                    "  pip install --no-cache-dir \\\n  pipenv"),
        Example(bad='FROM python:3.14-slim\nRUN ["pip", "install", "--no-cache-dir", "uv"]'),
        Example(bad="FROM python:3.14-slim\nRUN <<EOF\npip install --no-cache-dir hatch\nEOF"),
        Example(bad="FROM python:3.14-slim\nRUN sh -c 'pipx install poetry'"),
        Example(bad=f"FROM python:3.14-slim\nRUN curl -sSL {_POETRY} -o /get.py && python /get.py"),
        Example(bad="FROM python:3.14-slim\nRUN curl -sSL https://raw.githubusercontent.com/"
                    "python-poetry/poetry/master/get-poetry.py | python3 -\nRUN poetry install"),
        Example(bad="FROM python:3.14-slim\nRUN wget -q -O /i.sh "
                    "https://astral.sh/uv/install.sh && sh /i.sh"),
        Example(bad="FROM python:3.14-slim\nADD https://astral.sh/uv/install.sh /i.sh\n"
                    "RUN sh /i.sh && rm /i.sh"),
        Example(bad="FROM ghcr.io/astral-sh/uv:python3.14-trixie-slim AS build\n"
                    "RUN uv --version\nFROM build"),
        Example(bad="FROM python:3.14-slim AS build\nRUN pip install uv\nFROM debian:13-slim\n"
                    "COPY --from=build /v /v"),
        Example(bad="FROM python:3.14-slim\nRUN pip install --no-cache-dir pdm\n"
                    "WORKDIR /app\nRUN pip install --no-cache-dir flask && pdm sync"),
        Example(good="FROM python:3.14-slim\nRUN pip install --no-cache-dir poetry\n"
                     "WORKDIR /app\nRUN pip install --no-cache-dir flask==3.1.2"),
        Example(good="FROM python:3.14-slim AS dev\nRUN pip install --no-cache-dir poetry && \\\n"
                     "    poetry config virtualenvs.in-project true"),
        Example(good="FROM python:3.14-slim\nRUN pip install --no-cache-dir poetry==2.2.1"),
        Example(good='FROM python:3.14-slim\nARG V=2.2.1\n'
                     'RUN pip install --no-cache-dir "poetry==$V"'),
        Example(good="FROM python:3.14-slim\nRUN pip install --no-cache-dir 'poetry>=2,<3' "
                     "'pdm~=2.26'"),
        Example(good="FROM python:3.14-slim\nRUN pip install --no-cache-dir -c limits.txt uv"),
        Example(good="FROM python:3.14-slim\nENV POETRY_VERSION=2.2.1\n"
                     f"RUN curl -fsSL {_POETRY} -o /get.py"),
        Example(good=f"FROM python:3.14-slim\nRUN curl -sSL {_POETRY} -o /g.py && python /g.py "
                     "--version 2.2.1"),
        Example(good="FROM python:3.14-slim\nRUN wget -q -O /i.sh "
                     "https://astral.sh/uv/0.12.5/install.sh && sh /i.sh"),
        Example(good="FROM ghcr.io/astral-sh/uv:0.12.5-python3.14-trixie-slim\nRUN uv --version"),
        Example(good="COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/"),
        # somebody wants it so
        Example(good="FROM python:3.14-slim\n# Always the latest version of Poetry\n"
                     "RUN pip install --no-cache-dir poetry\nRUN poetry install"),
        # a package of the distribution: its release decides
        Example(good="FROM alpine:3.23\nRUN apk add --no-cache pipenv"),
        Example(good="FROM python:3.14-slim AS lint\nRUN pip install uv\nFROM python:3.14-slim\n"
                     "COPY app.py /"),
    ),
)  # fmt: skip
