"""A package is installed as a link to its sources

## What it does
Finds editable installs: `pip install -e .`, and `uv sync`, `poetry install` and `pdm install`,
which install the project itself that way unless told otherwise.

Where the virtual environment is copied into another stage without the sources, it is a warning;
for uv, Poetry and PDM only where the build context shows that the project is a package. In a
single stage `pip install -e` is only a note, and not reported for a clone, where sources are
copied after it, where a later command may write into them, where the start script puts them on
PYTHONPATH, where the start runs a file of the sources or a server in their directory, where
compose mounts a directory of the host over them, where `uv run` starts the program and makes the
link again, where setuptools would leave out data files that
lie in a package, or modules in a directory without `__init__.py`, where a package imports what lies
beside it by its `__path__`, or where a comment or the setting `editable_mode` shows that it is
meant.

## Why is this bad?
An editable install does not put the package into site-packages, but the path of the directory
that it was installed from. That is meant for working on the code.

Where the virtual environment is copied into another stage and the sources are not at the same
path there, the import fails: "No module named shop". Install the package itself: `pip install .`,
`uv sync --no-editable`, `pdm install --no-editable`; Poetry has no such option, so build a wheel,
or copy the sources to the same path. In a single stage the link works as long as nothing moves or
hides the directory.

## Fix safety
The fix removes `-e`, or adds `--no-editable`. It is unsafe: files that the package does not list
as its own are in the sources, but not in the installed package. In a single stage, where the link
works, it is shown and never applied.

## When to ignore
Ignore it where the sources are mounted over those of the image.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import related
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.stages.final_image import (
    image_env,
    is_development_name,
    is_for_development,
)
from lightship.facts.start.purpose import runs_program
from lightship.lint.finding import Finding, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.python.editable_install.editable_options import (
    editable_options,
    install_itself,
    without_option,
)
from lightship.rules.python.editable_install.linked_directory import (
    bringing,
    brings_sources,
    code_copies,
    link_of,
    may_copy_sources,
)
from lightship.rules.python.editable_install.sources_in_place import is_ready_made


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or is_for_development(build):
        return

    for call in build.packages("pip", "uv", "poetry", "pdm"):
        if not call.does.installs:
            continue
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or is_development_name(stage.name):
            continue

        is_shipped = stage in build.lineage
        finding = _shipped(build, call) if is_shipped else _copied(build, call, stage)
        if finding is not None:
            yield finding


def _shipped(build: Build, call: PackageInvocation) -> Finding | None:
    """`pip install -e` in the final image."""
    does = call.does
    if does.manager not in ("pip", "uv") or does.name == "add":
        return None
    if not any(package.editable for package in does.packages):
        return None
    if not runs_program(build) or not is_ready_made(build, call):
        return None

    span = editable_options(call)[0].span
    message = "an editable install is only a link to these sources: install the package itself"
    fix = without_option(build, call)
    if fix is not None:
        # Templates and generated code may stand in the sources alone
        fix = replace(fix, safety=Safety.MANUAL)
    return Finding(span, message, fix, Severity.INFO)


def _copied(build: Build, call: PackageInvocation, stage: Stage) -> Finding | None:
    """An editable install whose environment is copied on, and whose sources are not."""
    link = link_of(build, call)
    if link is None:
        return None

    shipped = [copy for copy in stage_copies(build) if copy.stage in build.lineage]
    copies = [copy for copy in shipped if stage in build.lineage_of(copy.origin)]
    brought = bringing(copies, link)
    if brought is None:
        return None
    if any(brings_sources(copy, link.directory) for copy in copies):
        return None
    if "PYTHONPATH" in image_env(build):
        return None

    # There must be code to link to, and the final stage must not have it from elsewhere
    start = call.instruction.span.start
    here = code_copies(build, build.lineage_of(stage), start)
    if not any(related(link.directory, source.root) for source in here):
        return None
    if any(code_copies(build, build.lineage)):
        return None
    if may_copy_sources(build, link.directory):
        return None

    options = editable_options(call)
    span = options[0].span if options else call.does.subcommand.span
    message = (
        f"this installs a link to {link.directory}, but the final stage has only "
        f"{brought.source}: {_advice(call)}"
    )
    return Finding(span, message, install_itself(build, call))


def _advice(call: PackageInvocation) -> str:
    if editable_options(call):
        return "remove -e"
    is_of_poetry = call.does.manager == "poetry"
    return "copy the sources too" if is_of_poetry else "add --no-editable"


_BUILD = (
    "FROM python:3.14-slim AS build\nWORKDIR /app\nCOPY pyproject.toml shop.py ./\n"
)
_PYPROJECT = (
    '[project]\nname = "shop"\n[build-system]\nrequires = ["hatchling==1.27"]\n'
)
_FILES = {
    "pyproject.toml": _PYPROJECT,
    "shop.py": "",
    "uv.lock": "",
    ".dockerignore": "",
}
_END = 'USER 10001\nENV PYTHONUNBUFFERED=1\nCMD ["shop"]'
_VENV = "FROM python:3.14-slim AS build\nENV VIRTUAL_ENV=/venv\nCOPY src /src\n"
_COPIED = f"FROM python:3.14-slim\nCOPY --from=build /venv /venv\n{_END}"
_FINAL = f"\nFROM python:3.14-slim\nCOPY --from=build /app/.venv /app/.venv\n{_END}"

RULE = Rule(
    id="editable-install",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    production_only=True,
    scope=RuleScope(text=("-e", "--editable", "uv", "poetry", "pdm")),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
    },
    examples=(
        Example(
            bad=f"{_BUILD}RUN uv sync --compile-bytecode --locked --no-dev{_FINAL}",
            fixed=f"{_BUILD}RUN uv sync --no-editable --compile-bytecode --locked --no-dev{_FINAL}",
            files=_FILES,
        ),
        Example(
            bad=f"{_BUILD}RUN python -m venv .venv && \\\n    # linked\n"
            f"    .venv/bin/pip install -e .{_FINAL}",
            fixed=f"{_BUILD}RUN python -m venv .venv && \\\n    # linked\n"
            f"    .venv/bin/pip install .{_FINAL}",
        ),
        Example(
            bad=f"{_VENV}RUN set -e; sh -c 'uv pip install --editable /src'\n{_COPIED}",
            fixed=f"{_VENV}RUN set -e; sh -c 'uv pip install /src'\n{_COPIED}",
        ),
        Example(
            bad=f"{_BUILD}RUN pdm install --prod{_FINAL}",
            fixed=f"{_BUILD}RUN pdm install --no-editable --prod{_FINAL}",
            files=_FILES,
        ),
        Example(
            bad=f"{_BUILD}RUN poetry install --only main --compile{_FINAL}",
            files=_FILES,
        ),
        Example(
            bad="FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\n"
            f'RUN ["pip", "install", "-e", ".[web]"]\n{_END}',
        ),
        Example(
            bad=f"FROM python:3.14-slim\nCOPY src /src\nRUN pip install --editable=/src\n{_END}"
        ),
        # What else is in a clone is used from there; what is generated behind the install is
        # found by the link
        Example(
            good="FROM python:3.14-slim\nADD https://example.com/sam.git#v2 /sam\n"
            f"RUN pip install --no-cache-dir -e /sam\nWORKDIR /sam\n{_END}"
        ),
        Example(
            good="FROM python:3.14-slim\nWORKDIR /app\nCOPY shop shop\n"
            "COPY setup.py shop.proto ./\n"
            "RUN pip install --no-cache-dir -e .\n"
            f"RUN python -m grpc_tools.protoc -I. --python_out=shop shop.proto\n{_END}"
        ),
        Example(
            good="FROM python:3.14-slim\nWORKDIR /app\nCOPY shop shop\nCOPY setup.py ./\n"
            f"RUN pip install --no-cache-dir -e . && make -C shop\n{_END}"
        ),
        Example(
            good="FROM python:3.14-slim\nWORKDIR /app\nCOPY pyproject.toml ./\n"
            f"RUN pip install --no-cache-dir -e .\nCOPY . .\n{_END}"
        ),
        Example(
            good="FROM python:3.14-slim\nWORKDIR /app\nCOPY shop shop\nCOPY setup.py ./\n"
            "# Editable, since the templates are mounted over it\n"
            f"RUN pip install --no-cache-dir -e .\n{_END}"
        ),
        Example(
            good=f"{_BUILD}RUN uv sync --compile-bytecode --locked --no-dev --no-editable{_FINAL}",
            files=_FILES,
        ),
        Example(
            good=f"{_BUILD}RUN uv sync --compile-bytecode --locked --no-dev{_FINAL}"
        ),  # is it a package?
        Example(
            good=f"{_BUILD}RUN uv sync --compile-bytecode --locked --no-dev{_FINAL}",
            files=_FILES | {"pyproject.toml": '[project]\nname = "shop"\n'},
        ),
        Example(
            good=f"{_BUILD}RUN uv sync --compile-bytecode --locked --no-dev\n"
            "FROM python:3.14-slim\n"
            f"COPY --from=build /app /app\n{_END}",
            files=_FILES,
        ),
        Example(
            good=f"{_BUILD}RUN uv sync --compile-bytecode --locked --no-dev\n"
            "FROM python:3.14-slim\nWORKDIR /app\n"
            f"COPY --from=build /app/.venv .venv\nCOPY shop.py .\n{_END}",
            files=_FILES,
        ),
        Example(
            good="FROM python:3.14-slim AS dev\nRUN pip install --no-cache-dir -e /src"
        ),
    ),
)
