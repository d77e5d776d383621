"""The tool that installs the dependencies stays in the final image, unused

## What it does
Finds uv, Poetry, PDM and Pipenv in the final image where nothing uses them at run time.

The rule is silent where ENTRYPOINT, CMD or HEALTHCHECK calls the tool, where a script that the
image starts or a program of any language does so, or the script cannot be read, where the RUN
removes it again, where the build clones a program into the image, where Poetry's environment lies
in its cache, so that only `poetry run` finds it, in images for development, and in those that start
notebooks, from which people install more. It is silent for uv in a program that starts the MCP
servers which its settings name, mostly by `uvx`, and for a tool that the last RUN installs, which
the build does not use. It is silent where compilers stay as well, because one change removes both,
where the requirements list the tool, and where a Makefile, a page of the documentation or a CI job
runs it with `docker run`, `docker exec` or the same of compose.

## Why is this bad?
Once the environment exists, these tools have done their work. They make the image bigger (uv
0.13.9 is a program of 38 MB; Poetry 2.5.1 with its dependencies takes 82 MB, PDM 2.29.3 48 MB,
Pipenv 2026.10.3 36 MB, each installed alone), a scanner reports their dependencies, and an
intruder can install more with them. Where Poetry is installed beside the program's own packages,
its requirements are mixed with theirs.

Create the environment in a separate stage, and copy it.

## Fix safety
For uv's program that is copied from its image, the fix mounts it in each RUN that uses it
instead. It is unsafe: something else in the image may call uv. Where RUN calls scripts or make,
there is no fix.

## When to ignore
Ignore it where packages are installed in running containers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.copies.origins import file_of
from lightship.facts.copies.sources import sources_of
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.installs.tool_installs import ToolInstall, tool_installs
from lightship.facts.stages.final_image import is_worked_in
from lightship.facts.start.container_lines import is_told_to_run, run_texts
from lightship.facts.start.purpose import runs_program, start_commands
from lightship.facts.values.own_bases import own_bases
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.python.package_manager_shipped.wanted_tools import (
    is_last,
    may_be_called,
    starts_servers,
)
from lightship.shell.build_tools import is_build_tool
from lightship.shell.commands import Command
from lightship.shell.programs import program_of
from lightship.shell.specs import written

_SYSTEM = ("apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper")
_COMPILER = regex(r"gcc[0-9]+(?:-c\+\+)?")  # as openSUSE names them
_WORD = {
    tool: regex(rf"(?<![\w.-]){tool}x?(?![\w-])")
    for tool in ("uv", "poetry", "pdm", "pipenv", "hatch")
}
_PROGRAMS = (".py", ".js", ".cjs", ".mjs", ".ts", ".tsx", ".go", ".rb", ".rs")
# `spawn("poetry", …)`, `exec.Command("uv", …)`, `subprocess.run("uv run a", shell=True)`
_CALL = {
    tool: regex(
        r"(?i)\b(?:spawn|exec|system|popen|run|which|call|check_call|check_output|command)\w*"
        rf"(?:::new)?\(\s*[rf]?[\"'`](?:[\w./-]*/)?{tool}x?(?=[\"'` ])"
    )
    for tool in _WORD
}
_INTERACTIVE = frozenset(
    """jupyter-lab jupyter-notebook jupyterhub-singleuser start-notebook.sh start-notebook.py
    code-server openvscode-server marimo ipython""".split()
)
_NOTEBOOKS = frozenset("lab notebook server".split())
_RUNNERS = frozenset("npm npx yarn pnpm bun deno make just task".split())
_OF_NODE = frozenset("npm yarn pnpm".split())
_TASK_FILES = ("package.json", "Makefile", "makefile", "justfile", "Taskfile.yml")
_SCRIPT_ENDS = (".sh", ".bash", "/start", "/init", "/run")
_LONGEST_SCRIPT = 1 << 16
_MOST = 50  # installs that are looked at


def check(build: Build) -> Iterator[Finding]:
    tools = [install for install in tool_installs(build) if install.tool in _WORD]
    if not tools or is_worked_in(build) or not runs_program(build):
        return
    if _keeps_compilers(build) or _is_for_people(build):
        return

    reported: set[str] = set()
    for install in tools[:_MOST]:
        instruction = install.instruction or _holder(build, install)
        if instruction is None or install.tool in reported:
            continue
        if not _is_shipped(build, instruction) or _is_used(build, install.tool):
            continue
        if _is_removed(install, instruction) or _is_required(build, install.tool):
            continue
        if _is_told_of(build, install.tool) or is_last(build, install, tools):
            continue

        reported.add(install.tool)
        cure = "install in a stage of its own"
        if instruction.keyword == "FROM" and _has_build_stage(build):
            cure = "start this stage from an image without it"
        elif _is_elsewhere(build, install, tools):
            cure = "remove this RUN"
        message = f"{install.title} stays in the image unused: {cure}"
        yield Finding(install.span, message, _fix(build, instruction))


def _has_build_stage(build: Build) -> bool:
    """Whether another stage makes what the image runs."""
    return any(copy.stage in build.lineage for copy in stage_copies(build))


def _is_elsewhere(
    build: Build, install: ToolInstall, tools: Sequence[ToolInstall]
) -> bool:
    """Whether a stage that the image copies from has the tool, and this one's is a RUN of its own.

    Nothing in the final image calls it, in a RUN either.
    """
    run = install.instruction
    if run is None or run.keyword != "RUN" or not _has_build_stage(build):
        return False
    number = sum(len(script.commands) for script in build.scripts(run))
    if number != 1:
        return False
    for call in build.commands(install.tool, f"{install.tool}x"):
        if call.instruction in build.shipped:
            return False
    others = [item for item in tools if item.tool == install.tool]
    for other in others:
        holder = other.instruction or _holder(build, other)
        if holder is not None and holder not in build.shipped:
            return True
    return False


def _fix(build: Build, instruction: Instruction) -> Fix | None:
    if instruction.keyword != "COPY":
        return None

    # Only a fix needs it
    from lightship.rules.python.package_manager_shipped.uv_mounts import plan  # noqa: PLC0415

    edits = plan(build, instruction)
    if not edits:
        return None
    return Fix("Mount uv where it is used", edits, Safety.UNSAFE)


def _holder(build: Build, install: ToolInstall) -> Instruction | None:
    """The instruction that names an image."""
    for item in build.dockerfile.instructions:
        if item.span.covers(install.span):
            return item
    return None


def _is_shipped(build: Build, instruction: Instruction) -> bool:
    """Whether it is done in the final image: a mount is gone after its RUN."""
    if instruction.keyword == "FROM":
        return instruction is build.lineage[0].from_
    stage = build.dockerfile.stage_of(instruction)
    mounted = any("from=" in flag.text for flag in instruction.all_flags("mount"))
    return stage in build.lineage and not mounted


def _is_for_people(build: Build) -> bool:
    """Whether it starts notebooks or an editor, from which people install what they need."""
    for command in start_commands(build):
        program = program_of(command.all_words)
        if program.name in _INTERACTIVE:
            return True
        if program.name != "jupyter":
            continue
        texts = map(written, program.words)
        if not _NOTEBOOKS.isdisjoint(texts):
            return True
    return False


def _keeps_compilers(build: Build) -> bool:
    for call in build.packages(*_SYSTEM, action="install"):
        if build.dockerfile.stage_of(call.instruction) not in build.lineage:
            continue
        manager = call.does.manager
        names = [package.name for package in call.does.packages]
        if any(is_build_tool(manager, name) for name in names):
            return True
        if any(map(_COMPILER.fullmatch, names)):
            return True
    return False


def _is_used(build: Build, tool: str) -> bool:
    """Whether the image starts it, as far as is known: a script that cannot be read may."""
    for command in (*start_commands(build), *_health_commands(build)):
        for word in command.all_words:
            if word.value is None or _WORD[tool].search(word.text):
                return True
            if _script_uses(build, tool, word.value):
                return True
        if command.name in _RUNNERS and _tasks_use(build, command.name, tool):
            return True
    return _is_called(build, tool) or may_be_called(build, tool)


def _tasks_use(build: Build, runner: str, tool: str) -> bool:
    """Whether a task of npm, make and similar may call it, also one that another task calls."""
    context = build.context
    if context is None:
        return True
    is_of_node = runner in _OF_NODE
    if is_of_node and not context.exists("package.json"):
        return True  # the task is not known
    texts = (context.read(name) or "" for name in _TASK_FILES)
    return any(_WORD[tool].search(text) for text in texts)


def _is_called(build: Build, tool: str) -> bool:
    """Whether the program starts it as a process: as the first of some words, or of a command."""
    starts = (f'["{tool}",', f"['{tool}',")
    for text in sources_of(build, _PROGRAMS):
        if any(start in text for start in starts):
            return True
        if tool in text and _CALL[tool].search(text):
            return True
    return tool == "uv" and starts_servers(build, _PROGRAMS)


def _is_required(build: Build, tool: str) -> bool:
    """Whether the requirements of the program bring the tool in any case."""
    for call in build.packages("pip", "uv"):
        for requirements in requirements_of(build, call) or ():
            if any(item.name == tool for item in requirements.dependencies):
                return True
    return False


def _is_told_of(build: Build, tool: str) -> bool:
    """Whether the repository tells people to run the tool in a container, or to build on it."""
    if is_told_to_run(build, (tool, f"{tool}x")):
        return True
    texts = run_texts(build) or ()
    return any(any(own_bases(build, text)) for text in texts)


def _health_commands(build: Build) -> Iterator[Command]:
    """The commands of the HEALTHCHECK in force."""
    in_force: Instruction | None = None
    for stage in build.lineage:
        for item in stage.instructions:
            if item.keyword == "HEALTHCHECK":
                in_force = item

    if in_force is not None:
        for script in build.scripts(in_force):
            yield from script.commands


def _script_uses(build: Build, tool: str, path: str) -> bool:
    origin = ""
    if "." in path or "/" in path or "entrypoint" in path:
        origin = file_of(build, path)
    text = build.context.read(origin) if origin and build.context is not None else None
    if text is None:
        return "entrypoint" in path or path.endswith(_SCRIPT_ENDS)
    if not text.startswith("#!") and not path.endswith((".sh", ".bash")):
        return False
    return len(text) > _LONGEST_SCRIPT or _WORD[tool].search(text) is not None


def _is_removed(install: ToolInstall, instruction: Instruction) -> bool:
    text = instruction.line.text
    if instruction.keyword != "RUN" or "uninstall" not in text:
        return False
    return _WORD[install.tool].search(text) is not None


_SLIM = "FROM python:3.14-slim\nWORKDIR /app\n"
_BASE = _SLIM.replace("slim", "slim AS base")
_UV = "FROM ghcr.io/astral-sh/uv:0.12.5-python3.14-trixie-slim\nWORKDIR /app\n"
_COPY = "COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /uvx /bin/\n"
_FILES = "ENV UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1\nCOPY pyproject.toml uv.lock ./\n"
_SYNC = "uv sync --locked --no-dev\n"
_END = 'COPY shop.py /app/\nUSER 10001\nCMD ["/app/.venv/bin/python", "-u", "/app/shop.py"]'
_MOUNT = "--mount=from=ghcr.io/astral-sh/uv:0.12.5,source=/uv,target=/bin/uv"
_CACHE = "--mount=type=cache,target=/root/.cache/uv"
_POETRY = f"{_SLIM}RUN pip install --no-cache-dir poetry==2.2.1"
_SCRIPT = f'{_SLIM}{_COPY}RUN echo\nCOPY --chmod=755 start.sh /\nUSER 10001\nCMD ["/start.sh"]'

RULE = Rule(
    id="package-manager-shipped",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    production_only=True,
    scope=RuleScope(text=tuple(_WORD)),
    practice=Practice.SIZE,
    missed={
        "in-onbuild": (
            "a trigger runs in another build: what it makes or takes is not in this image"
        ),
    },
    examples=(
        Example(
            bad=f"{_SLIM}# The tool\n{_COPY}{_FILES}RUN {_SYNC}{_END}",
            fixed=f"{_SLIM}{_FILES}RUN {_MOUNT} {_SYNC}{_END}",
        ),
        Example(
            bad=f"{_SLIM}{_COPY}ENV UV_LINK_MODE=copy\n{_FILES}RUN {_CACHE} \\\n"
            f"    # all but tests\n    {_SYNC}"
            f"RUN <<EOF\nset -e\nuv --version\nEOF\nRUN sh -c 'uv --version'\n{_END}",
            fixed=f"{_SLIM}ENV UV_LINK_MODE=copy\n{_FILES}RUN {_MOUNT} {_CACHE} \\\n"
            f"    # all but tests\n    {_SYNC}"
            f"RUN {_MOUNT} <<EOF\nset -e\nuv --version\nEOF\n"
            f"RUN {_MOUNT} sh -c 'uv --version'\n{_END}",
        ),
        Example(
            bad=f"{_SLIM}{_COPY}{_FILES}COPY build.sh /\nRUN /build.sh && {_SYNC}{_END}"
        ),
        Example(bad=f"{_UV}{_FILES}RUN {_SYNC}{_END}"),
        Example(bad=f"{_POETRY}\n{_END}"),
        Example(
            bad=f"{_SLIM}RUN set -e; \\\n  # tool\n  pip install --no-cache-dir \\\n"
            f"  pipenv==2026.0.0\n{_END}"
        ),
        Example(
            bad=f"{_BASE}RUN pip install --no-cache-dir 'pdm==2.26.0'\nFROM base\n{_END}"
        ),
        Example(
            bad=_SCRIPT,
            files={"start.sh": "#!/bin/sh\nexec /app/.venv/bin/shop\n", "shop.py": ""},
        ),
        Example(
            good=f"{_SLIM}RUN {_MOUNT} uv pip install --system --compile-bytecode flask==3.1.2\n"
            f"{_END}"
        ),
        Example(
            good=f"{_SLIM.replace('slim', 'slim AS build')}{_COPY}{_FILES}RUN {_SYNC}FROM "
            "python:3.14-slim\n"
            f"COPY --from=build /app/.venv /app/.venv\n{_END}"
        ),
        Example(
            good=f"{_SLIM}{_COPY}{_FILES}RUN {_SYNC}USER 10001\n"
            'CMD ["uv", "run", "--no-sync", "shop"]'
        ),
        Example(
            good=f'{_POETRY}\nUSER 10001\nENTRYPOINT ["poetry", "run", "gunicorn"]'
        ),
        # what the script does is not known, or it does use the tool
        Example(good=_SCRIPT),
        Example(
            good=_SCRIPT,
            files={
                "start.sh": "#!/bin/sh\nexec uv run --no-sync shop\n",
                "shop.py": "",
            },
        ),
        Example(good=f"{_POETRY} && pip uninstall -y poetry\n{_END}"),
        # an image to work in
        Example(good=f'{_SLIM}{_COPY}RUN uv --version\nUSER 10001\nCMD ["bash"]'),
        Example(
            good=f"{_SLIM.replace('slim', 'slim AS dev')}{_COPY}RUN uv --version\n{_END}"
        ),
    ),
)
