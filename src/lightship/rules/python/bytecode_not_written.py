"""Packages are installed without bytecode, so every container compiles them at start

## What it does
Finds installs without bytecode in images that start a Python program. It is reported once, and
not where a later command runs compileall, or, as root, `manage.py` or another script: what that
imports is compiled then. The rule is silent for examples and for an image to work in, as debugpy,
`sleep infinity` or a LABEL that speaks of development tell.

## Why is this bad?
Python runs bytecode, and writes what it compiles beside the source, for the next start. In a
container there often is no next start: each new one starts with the files of the image, a user
other than root cannot write there, and PYTHONDONTWRITEBYTECODE forbids it. Importing fastapi,
uvicorn, sqlalchemy, httpx and jinja2 then took 1.3 s of processor time at every start, and 0.55 s
with bytecode (measured, Python 3.11, without a container).

pip compiles what it installs. uv does not unless UV_COMPILE_BYTECODE or `--compile-bytecode` asks
for it (docs.astral.sh/uv/guides/integration/docker), nor does Poetry without `--compile`
(python-poetry.org/docs/cli). PYTHONDONTWRITEBYTECODE in a build stage does not change that: pip,
uv and `python -m compileall` write the files themselves (py_compile never reads it).

## Fix safety
The fix adds the option to each such install. It is unsafe: the program does the same, but the
image is bigger, in this example by 18 MB on 41 MB, and the build takes longer.

## When to ignore
Ignore it for an image that must be small and is rarely started.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation, PackageInvocation
from lightship.evaluation.stages import reachable
from lightship.facts.command_variables import is_true
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.edits.word_edits import without
from lightship.facts.installs.project_commands import ships
from lightship.facts.installs.requirement_files import environment_of, install_of
from lightship.facts.stages.final_image import (
    image_env,
    is_development_name,
    is_for_development,
)
from lightship.facts.start.read_launches import launches
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import user_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.shell.packages import PackageCommand
from lightship.shell.programs import program_of
from lightship.shell.python_calls import python_call
from lightship.shell.specs import written
from lightship.shell.tree import Command
from lightship.text import Edit

_MARKS = ("uv", "poetry", "no-compile", "NO_COMPILE")
_IMPORT = regex(r"\b(?:from|import)\s+(\w+)")
_OFF = "PYTHONDONTWRITEBYTECODE"
_UV_VARIABLE = "UV_COMPILE_BYTECODE"
_OLD = ("0.", "1.0", "1.1", "1.2", "1.3")  # versions of Poetry
# It is removed again, or an optimised program reads none of it
_WITHOUT = ("*.pyc", "*.py[co]", "__pycache__", "python -o ", "python3 -o ", '"-o",')
_UV = frozenset({"sync", "pip sync", "pip install", "add"})
_TOOLS = frozenset(
    "pip setuptools wheel uv poetry build hatch pdm pipenv virtualenv".split()
)
_POETRY = frozenset({"install", "sync"})


def check(build: Build) -> Iterator[Finding]:
    text = build.dockerfile.text
    if build.final is None:
        return
    if is_for_development(build) or build.repository.is_example:
        return
    if "compileall" in text or build.mentions(*_WITHOUT):
        return

    calls = list(_without(build))
    if not calls or not any(launch.is_python for launch in launches(build)):
        return
    if _is_to_work_in(build) or _compiles_later(build, calls[-1]):
        return

    first = calls[0]
    title = {"uv": "uv", "poetry": "Poetry", "pip": "this"}[first.does.manager]
    variable = image_env(build).get(_OFF)
    is_off = variable is not None and variable.value
    when = "at every start" if is_off else "in each container"
    message = f"{title} writes no bytecode, so Python compiles imports {when}: {_advice(first)}"
    yield Finding(first.does.subcommand.span, message, _fix(build, calls))


def _is_to_work_in(build: Build) -> bool:
    if build.mentions("debugpy", "sleep infinity", '"sleep", "infinity"'):
        return True
    text = build.dockerfile.text
    labels = (label.span.of(text).lower() for label in build.each("LABEL"))
    return any("develop" in label for label in labels)


def _compiles_later(build: Build, install: PackageInvocation) -> bool:
    """Whether a script that a later RUN of the image runs leaves the bytecode of its imports."""
    start = install.command.span.start
    for call in build.commands():
        command = call.command
        if command.span.start < start or call.instruction not in build.shipped:
            continue
        runs_own = _runs_script(command) or _imports_own(build, command)
        if runs_own and _may_write(build, call):
            return True
    return False


def _runs_script(command: Command) -> bool:
    """Whether it is `python manage.py`, `uv run python manage.py` or `./manage.py`."""
    words = program_of(command.words).words
    path = written(words[0]) if words else ""
    return path.endswith(".py") and not path.endswith("setup.py")


def _imports_own(build: Build, command: Command) -> bool:
    """Whether it is `python -c "from shop import warm_up"`, of a module of the build context."""
    program = program_of(command.words)
    call = python_call((*program.interpreter, *program.words))
    context = build.context
    if call is None or context is None:
        return False
    if call.kind != "code":
        return False
    for word in command.args:
        for match in _IMPORT.finditer(word.text):
            module = match[1]
            own = (f"{module}.py", f"{module}/__init__.py")
            if any(map(context.exists, own)):
                return True
    return False


def _may_write(build: Build, call: Invocation) -> bool:
    """Whether it runs as root, and nothing forbids to write bytecode."""
    state = build.evaluation.before(call.instruction)
    if state is None or state.env.get(_OFF):
        return False
    return user_of(build, call.instruction) in ROOT


def _fix(build: Build, calls: Sequence[PackageInvocation]) -> Fix | None:
    """All of them, or none: one that is left compiles again all that it finds."""
    edits: list[Edit] = []
    for call in calls:
        own = _edits(build, call)
        if not own:
            return None
        edits += own
    title = "Compile the bytecode in the image"
    return Fix(title, tuple(edits), Safety.UNSAFE)


def _without(build: Build) -> Iterator[PackageInvocation]:
    """The installs that go into the image and leave no bytecode."""
    assert build.final is not None
    stages = reachable(build.evaluation.graph, [build.final])
    lineage = set(build.lineage)
    for call in build.packages("uv", "poetry", "pip"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or stage.index not in stages or not call.does.installs:
            continue
        if is_development_name(stage.name) or _is_of_tools(call.does):
            continue

        is_project = call.does.action == "sync" or bool(call.does.requirements)
        is_shipped = stage in lineage or (is_project and _is_shipped(build, call))
        if is_shipped and _writes_none(build, call):
            yield call


def _is_of_tools(does: PackageCommand) -> bool:
    """Whether it installs only tools that install, which no container starts."""
    registry = [package for package in does.packages if package.kind == "registry"]
    names = [package.name for package in registry]
    return bool(names) and _TOOLS.issuperset(names) and not does.requirements


def _is_shipped(build: Build, call: PackageInvocation) -> bool:
    """Whether the environment may be copied on: a stage that builds a wheel hands on nothing
    else.
    """
    install = install_of(build, call)
    if install is None:
        return True
    return ships(build, install)


def _writes_none(build: Build, call: PackageInvocation) -> bool:
    does = call.does
    if does.manager == "pip":
        return does.option("--no-compile") is not None
    if does.manager == "poetry":
        if does.name not in _POETRY or does.option("--compile", "--only-root"):
            return False
        return not build.once(_is_old_poetry)

    if does.name not in _UV or does.option("--compile-bytecode"):
        return False
    env = environment_of(build, call)
    value = env.get(_UV_VARIABLE)
    if is_true(value) or (_UV_VARIABLE in env and value is None):
        return False  # it is set, or its value is not known

    context = build.context
    if context is None:
        return True
    texts = (context.read(name) or "" for name in ("pyproject.toml", "uv.toml"))
    return not any("compile-bytecode" in text for text in texts)


def _is_old_poetry(build: Build) -> bool:
    """Whether Poetry may be older than 1.4, which let pip do it."""
    versions: list[str] = []
    for call in build.packages("pip", "pipx", "uv"):
        packages = call.does.packages
        poetries = [package for package in packages if package.name == "poetry"]
        versions += [poetry.version or "" for poetry in poetries]

    variable = image_env(build).get("POETRY_VERSION")
    if variable is not None:
        versions.append(variable.value)
    return any(version.startswith(_OLD) for version in versions)


def _advice(call: PackageInvocation) -> str:
    by_manager = {
        "uv": "set UV_COMPILE_BYTECODE=1",
        "poetry": "add --compile",
        "pip": "remove --no-compile",
    }
    return by_manager[call.does.manager]


def _edits(build: Build, call: PackageInvocation) -> tuple[Edit, ...] | None:
    does = call.does
    if does.manager == "pip":
        options = (option for option in does.options if option.name == "--no-compile")
        unwanted = [option.word for option in options]
        return without(build, call.script, call.command.words, unwanted)
    if not takes_words(call.script):
        return None
    option = "--compile-bytecode" if does.manager == "uv" else "--compile"
    return (after_word(call.script, does.subcommand, option),)


_END = 'USER 10001\nENV PYTHONUNBUFFERED=1\nCMD ["python", "app.py"]'
_PYTHON = "FROM python:3.14-slim\nWORKDIR /app\n"
_BUILD = "FROM python:3.14-slim AS build\nWORKDIR /app\n"
_FINAL = f"\nFROM python:3.14-slim\nCOPY --from=build /app/.venv /app/.venv\n{_END}"

RULE = Rule(
    id="bytecode-not-written",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    default=False,
    production_only=True,
    scope=RuleScope(text=_MARKS),
    practice=Practice.PERFORMANCE,
    examples=(
        Example(
            bad=f"{_PYTHON}RUN uv sync --locked --no-dev\n{_END}",
            fixed=f"{_PYTHON}RUN uv sync --compile-bytecode --locked --no-dev\n{_END}",
        ),
        Example(
            bad=f"{_BUILD}RUN --mount=type=cache,target=/root/.cache/uv \\\n"
            "    # without the project\n"
            "    uv sync --locked --no-install-project\nRUN <<EOF\nset -e\nuv sync --locked\n"
            f"EOF{_FINAL}",
            fixed=f"{_BUILD}RUN --mount=type=cache,target=/root/.cache/uv \\\n"
            "    # without the project\n"
            "    uv sync --compile-bytecode --locked --no-install-project\n"
            f"RUN <<EOF\nset -e\nuv sync --compile-bytecode --locked\nEOF{_FINAL}",
        ),
        Example(
            bad=f"{_PYTHON}ENV PYTHONDONTWRITEBYTECODE=1\n"
            f"RUN set -e; sh -c 'poetry install --only main'\n{_END}",
            fixed=f"{_PYTHON}ENV PYTHONDONTWRITEBYTECODE=1\n"
            f"RUN set -e; sh -c 'poetry install --compile --only main'\n{_END}",
        ),
        Example(
            bad=f'{_PYTHON}RUN ["uv", "pip", "install", "--system", "flask==3.1.2"]\n{_END}',
            fixed=f'{_PYTHON}RUN ["uv", "pip", "install", "--compile-bytecode", "--system", '
            f'"flask==3.1.2"]\n{_END}',
        ),
        Example(
            bad=f"{_PYTHON}RUN pip install --no-cache-dir --no-compile flask==3.1.2\n{_END}",
            fixed=f"{_PYTHON}RUN pip install --no-cache-dir flask==3.1.2\n{_END}",
        ),
        Example(
            bad="FROM python:3.14-slim AS base\nRUN uv pip sync --system /locked.txt\n"
            f"FROM base\n{_END}",
            fixed="FROM python:3.14-slim AS base\n"
            "RUN uv pip sync --compile-bytecode --system /locked.txt\n"
            f"FROM base\n{_END}",
        ),
        Example(
            good=f"{_BUILD}ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy\n"
            f"RUN uv sync --locked --no-dev{_FINAL}"
        ),
        Example(
            good=f"{_BUILD}RUN UV_COMPILE_BYTECODE=1 uv sync --locked --no-dev{_FINAL}"
        ),
        Example(good=f"{_BUILD}RUN poetry install --only main --compile{_FINAL}"),
        Example(
            good=f"{_PYTHON}ENV PYTHONDONTWRITEBYTECODE=1\n"
            f"RUN pip install --no-cache-dir flask==3.1.2\n{_END}"
        ),
        Example(
            good=f"{_BUILD}RUN uv sync --locked --no-dev && python -m compileall -q .venv{_FINAL}"
        ),
        Example(
            good=f"{_BUILD}RUN uv pip install --system build==1.3.0{_FINAL}"
        ),  # a tool, which stays behind
        Example(
            good=f"{_BUILD}COPY uv.lock pyproject.toml ./\nRUN uv sync --locked --no-dev{_FINAL}",
            files={
                "pyproject.toml": "[tool.uv]\ncompile-bytecode = true\n",
                "uv.lock": "",
                ".dockerignore": "",
            },
        ),
        Example(  # only the wheel goes on
            good=f"{_BUILD}COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
            "COPY requirements.txt .\n"
            "RUN uv pip install --system --no-cache -r requirements.txt\nCOPY . .\n"
            "RUN python -m build --wheel\n"
            "FROM python:3.14-slim\nRUN --mount=from=build,source=/app/dist,target=/dist "
            f"pip install --no-cache-dir /dist/shop-1.0-py3-none-any.whl\n{_END}"
        ),
    ),
)
