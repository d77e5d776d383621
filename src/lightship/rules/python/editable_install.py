"""A package is installed as a link to its sources

## What it does
Finds editable installs: `pip install -e .`, and `uv sync`, `poetry install` and `pdm install`,
which install the project itself that way unless told otherwise.

Where the virtual environment is copied into another stage without the sources, it is a warning;
for uv, Poetry and PDM only where the build context shows that the project is a package. In a
single stage `pip install -e` is only a note, and not reported for a clone, where a later RUN
works in the directory, or where a comment mentions editable installs.

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
as its own are in the sources, but not in the installed package.

## When to ignore
Ignore it where the sources are mounted over those of the image.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.paths import below, clean, in_workdir, join_workdir
from lightship.facts.copies.deliveries import Delivery, deliveries, delivery
from lightship.facts.copies.origins import origin_of
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.edits.runs import after_word, takes_words
from lightship.facts.installs.requirement_files import install_of
from lightship.facts.stages.final_image import (
    image_env,
    is_development_name,
    is_for_development,
)
from lightship.facts.start.purpose import runs_program
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.pyproject.manifests import of_project
from lightship.shell.packages import Option
from lightship.text import Edit, Span

_LEFT_OUT = {
    "uv": ("--no-editable", "--no-install-project", "--no-install-workspace"),
    "poetry": ("--no-root",),
}
_LEFT_OUT |= {"pdm": ("--no-editable", "--no-self", "--prod-only")}
_PACKAGES = ("/usr/local", "/usr/lib", "/opt", "/root/.local", "/install", "/deps")


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or is_for_development(build):
        return
    lineage = set(build.lineage)
    for found in build.packages("pip", "uv", "poetry", "pdm"):
        stage = build.dockerfile.stage_of(found.instruction)
        if stage is None or not found.does.installs or is_development_name(stage.name):
            continue
        finding = (
            _shipped(build, found) if stage in lineage else _copied(build, found, stage)
        )
        if finding is not None:
            yield finding


def _options(found: PackageInvocation) -> list[Option]:
    return [option for option in found.does.options if option.name == "--editable"]


def _shipped(build: Build, found: PackageInvocation) -> Finding | None:
    """`pip install -e` in the final image."""
    editable = [package for package in found.does.packages if package.editable]
    if (
        not editable
        or found.does.manager not in ("pip", "uv")
        or found.does.name == "add"
        or not runs_program(build)
    ):
        return None
    if not _is_ready_made(build, found):
        return None
    message = "an editable install is only a link to these sources: install the package itself"
    return Finding(
        _options(found)[0].span, message, _without_e(build, found), Severity.INFO
    )


def _is_ready_made(build: Build, found: PackageInvocation) -> bool:
    """Whether the sources are those of the project, nothing works on them later, and no comment
    says why.
    """
    install = install_of(build, found)
    if install is None or install.directory is None:
        return False
    paths = [(option.value or "").partition("[")[0] for option in _options(found)]
    places = [
        join_workdir(install.directory, path).path
        for path in paths
        if "://" not in path and "$" not in path
    ]
    brought = [each for _, each in deliveries(build) if each is not None]
    roots = [
        each.root
        for each in brought
        if build.dockerfile.stage_of(each.copying.instruction) in build.lineage
    ]
    if not places or not all(
        _is_copied(build, found, place, roots) for place in places
    ):
        return False  # it was cloned: what else is in there is used from there
    if any(
        "ditable" in comment.span.of(build.dockerfile.text)
        for comment in build.dockerfile.comments
    ):
        return False
    later = [
        run
        for run in build.each("RUN")
        if run.span.start > found.instruction.span.start
    ]
    return not any(_works_in(build, run, place) for run in later for place in places)


def _is_copied(
    build: Build, found: PackageInvocation, place: str, roots: Sequence[str]
) -> bool:
    """Whether COPY or ADD has brought the project there, as far as is known."""
    if build.context is not None:
        names = ("pyproject.toml", "setup.py", "setup.cfg")
        return any(
            origin_of(build, found.instruction, clean(f"{place}/{name}"))
            for name in names
        )
    return any(
        below(place, root) is not None or below(root, place) is not None
        for root in roots
    )


def _works_in(build: Build, run: Instruction, place: str) -> bool:
    """Whether a RUN may write to the sources: a package that was installed before would not have
    it.
    """
    state = build.evaluation.before(run)
    if build.dockerfile.stage_of(run) not in build.lineage or state is None:
        return False
    return below(state.workdir, place) is not None or place in run.span.of(
        build.dockerfile.text
    )


def _copied(build: Build, found: PackageInvocation, stage: Stage) -> Finding | None:
    """An editable install whose environment is copied on, and whose sources are not."""
    directory, environments = _places(build, found)
    if directory is None or not environments:
        return None
    copied = [copy for copy in stage_copies(build) if copy.stage in build.lineage]
    copies = [copy for copy in copied if stage in build.lineage_of(copy.origin)]
    brought = next(
        (copy for copy in copies for place in environments if _takes(copy, place)), None
    )
    if (
        brought is None
        or any(_brings_sources(copy, directory) for copy in copies)
        or "PYTHONPATH" in image_env(build)
    ):
        return None
    here = _sources(build, build.lineage_of(stage), found.instruction.span.start)
    is_linked = any(
        below(directory, each.root) is not None
        or below(each.root, directory) is not None
        for each in here
    )
    if not is_linked or any(_sources(build, build.lineage)):
        # there is no code yet to link to, or the final stage has the code from elsewhere
        return None
    span = _options(found)[0].span if _options(found) else found.does.subcommand.span
    message = f"this installs a link to {directory}, but the final stage has only {brought.source}"
    return Finding(span, f"{message}: {_advice(found)}", _fix(build, found))


def _places(build: Build, found: PackageInvocation) -> tuple[str | None, list[str]]:
    """The directory that is linked to, and where the environment is that holds the link."""
    install, does = install_of(build, found), found.does
    if install is None or install.directory is None:
        return None, []
    state = build.evaluation.before(found.instruction)
    env = state.env if state is not None else {}
    if does.manager in ("pip", "uv") and does.action == "install":
        paths = [option.value or "" for option in _options(found)]
        local = [
            path.partition("[")[0]
            for path in paths
            if "://" not in path and "$" not in path
        ]
        if len(local) != 1 or does.name == "add":
            return None, []
        venv = env.get("VIRTUAL_ENV")
        places = (
            [venv]
            if venv
            else [*_PACKAGES, f"{install.directory}/.venv", f"{install.directory}/venv"]
        )
        return in_workdir(install.directory, local[0]), places
    if (
        not install.project
        or does.option(*_LEFT_OUT.get(does.manager, ()))
        or not _is_package(build, found)
    ):
        return None, []
    named = env.get("UV_PROJECT_ENVIRONMENT") if does.manager == "uv" else None
    return install.directory, [join_workdir(install.directory, named or ".venv").path]


def _is_package(build: Build, found: PackageInvocation) -> bool:
    """Whether the project is known to be one that its tool installs."""
    install = install_of(build, found)
    if build.context is None or install is None or install.directory is None:
        return False
    path = origin_of(
        build, found.instruction, f"{install.directory.rstrip('/')}/pyproject.toml"
    )
    if not path:
        return False
    manifests = of_project(build.context, found.does.manager, path.rpartition("/")[0])
    return bool(manifests.paths) and not manifests.virtual


def _takes(copy: StageCopy, place: str) -> bool:
    """Whether a copy brings an environment, or what is in it."""
    return (
        below(place, copy.source) is not None or below(copy.source, place) is not None
    )


def _brings_sources(copy: StageCopy, directory: str) -> bool:
    """Whether the sources come along, as they are or in part: where they go is then not ours to
    judge.
    """
    rest = below(copy.source, directory)
    return below(directory, copy.source) is not None or (
        rest is not None and not _is_environment(rest)
    )


def _is_environment(rest: str) -> bool:
    return rest.partition("/")[0] in (".venv", "venv", "env", "__pypackages__")


def _sources(
    build: Build, stages: Collection[Stage], before: int | None = None
) -> Iterator[Delivery]:
    """What brings code from the build context into some stages."""
    for copying in build.copyings():
        brought = delivery(copying)
        if (
            build.dockerfile.stage_of(copying.instruction) not in stages
            or brought is None
        ):
            continue
        if (
            before is None or copying.instruction.span.start < before
        ) and brought.has_sources(build.context):
            yield brought


def _advice(found: PackageInvocation) -> str:
    if _options(found):
        return "remove -e"
    return (
        "copy the sources too"
        if found.does.manager == "poetry"
        else "add --no-editable"
    )


def _fix(build: Build, found: PackageInvocation) -> Fix | None:
    if _options(found):
        return _without_e(build, found)
    if found.does.manager == "poetry" or not takes_words(found.script):
        return None
    edit = after_word(found.script, found.does.subcommand, "--no-editable")
    return Fix("Install the package itself", (edit,), Safety.UNSAFE)


def _without_e(build: Build, found: PackageInvocation) -> Fix | None:
    """Delete `-e` before its value, where that is a directory."""
    edits: list[Edit] = []
    text = build.dockerfile.text
    for option in _options(found):
        after = option.value_word
        gap = (
            Span(option.word.span.end, after.span.start) if after is not None else None
        )
        if (
            after is None
            or gap is None
            or gap.of(text).strip(' ,"')
            or after.text.strip("\"'")[:1] not in ("/", ".")
        ):
            return (
                None  # a URL, or a directory whose bare name would be one of the index
            )
        if option.word.text.strip('"') not in ("-e", "--editable"):
            return None
        edits.append(Edit.delete(Span(option.word.span.start, after.span.start)))
    return (
        Fix("Install the package itself", tuple(edits), Safety.UNSAFE)
        if edits
        else None
    )


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
    severity=Severity.WARNING,
    check=check,
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
            fixed="FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\n"
            f'RUN ["pip", "install", ".[web]"]\n{_END}',
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
