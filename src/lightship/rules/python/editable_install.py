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
from lightship.evaluation.paths import below, clean, in_workdir, join_workdir, related
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
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg")
_PACKAGES = ("/usr/local", "/usr/lib", "/opt", "/root/.local", "/install", "/deps")


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or is_for_development(build):
        return

    lineage = set(build.lineage)
    for call in build.packages("pip", "uv", "poetry", "pdm"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or not call.does.installs or is_development_name(stage.name):
            continue

        is_shipped = stage in lineage
        finding = _shipped(build, call) if is_shipped else _copied(build, call, stage)
        if finding is not None:
            yield finding


def _options(call: PackageInvocation) -> list[Option]:
    return [option for option in call.does.options if option.name == "--editable"]


def _shipped(build: Build, call: PackageInvocation) -> Finding | None:
    """`pip install -e` in the final image."""
    does = call.does
    if does.manager not in ("pip", "uv") or does.name == "add":
        return None
    if not any(package.editable for package in does.packages):
        return None
    if not runs_program(build) or not _is_ready_made(build, call):
        return None

    span = _options(call)[0].span
    message = "an editable install is only a link to these sources: install the package itself"
    return Finding(span, message, _without_e(build, call), Severity.INFO)


def _is_ready_made(build: Build, call: PackageInvocation) -> bool:
    """Whether the sources are those of the project, nothing works on them later, and no comment
    says why.
    """
    install = install_of(build, call)
    if install is None or install.directory is None:
        return False

    paths = [(option.value or "").partition("[")[0] for option in _options(call)]
    local = [path for path in paths if _is_path(path)]
    places = [join_workdir(install.directory, path).path for path in local]
    roots = _copied_roots(build)
    if not places or not all(_is_copied(build, call, place, roots) for place in places):
        return False  # it was cloned: what else is in there is used from there

    text = build.dockerfile.text
    comments = build.dockerfile.comments
    if any("ditable" in comment.span.of(text) for comment in comments):
        return False

    start = call.instruction.span.start
    later = [run for run in build.each("RUN") if run.span.start > start]
    return not any(_works_in(build, run, place) for run in later for place in places)


def _is_path(value: str) -> bool:
    """Whether it names a directory for sure, and no URL."""
    return "://" not in value and "$" not in value


def _copied_roots(build: Build) -> list[str]:
    """Where COPY puts files into the final image."""
    roots = []
    for _, brought in deliveries(build):
        if brought is None:
            continue
        stage = build.dockerfile.stage_of(brought.copying.instruction)
        if stage in build.lineage:
            roots.append(brought.root)
    return roots


def _is_copied(
    build: Build, call: PackageInvocation, place: str, roots: Sequence[str]
) -> bool:
    """Whether COPY or ADD has brought the project there, as far as is known."""
    if build.context is None:
        return any(related(place, root) for root in roots)

    manifests = (clean(f"{place}/{name}") for name in _MANIFESTS)
    return any(origin_of(build, call.instruction, path) for path in manifests)


def _works_in(build: Build, run: Instruction, place: str) -> bool:
    """Whether a RUN may write to the sources: a package that was installed before would not have
    it.
    """
    state = build.evaluation.before(run)
    if build.dockerfile.stage_of(run) not in build.lineage or state is None:
        return False
    if below(state.workdir, place) is not None:
        return True
    return place in run.span.of(build.dockerfile.text)


def _copied(build: Build, call: PackageInvocation, stage: Stage) -> Finding | None:
    """An editable install whose environment is copied on, and whose sources are not."""
    directory, environments = _places(build, call)
    if directory is None or not environments:
        return None

    shipped = [copy for copy in stage_copies(build) if copy.stage in build.lineage]
    copies = [copy for copy in shipped if stage in build.lineage_of(copy.origin)]
    brought = _bringing(copies, environments)
    if brought is None or any(_brings_sources(copy, directory) for copy in copies):
        return None
    if "PYTHONPATH" in image_env(build):
        return None

    # There must be code to link to, and the final stage must not have it from elsewhere
    start = call.instruction.span.start
    here = _sources(build, build.lineage_of(stage), start)
    if not any(related(directory, source.root) for source in here):
        return None
    if any(_sources(build, build.lineage)):
        return None

    options = _options(call)
    span = options[0].span if options else call.does.subcommand.span
    message = (
        f"this installs a link to {directory}, but the final stage has only "
        f"{brought.source}: {_advice(call)}"
    )
    return Finding(span, message, _fix(build, call))


def _bringing(
    copies: Sequence[StageCopy], environments: Sequence[str]
) -> StageCopy | None:
    """The first copy that brings an environment, or what is in it."""
    for copy in copies:
        if any(related(place, copy.source) for place in environments):
            return copy
    return None


def _places(build: Build, call: PackageInvocation) -> tuple[str | None, list[str]]:
    """The directory that is linked to, and where the environment is that holds the link."""
    does = call.does
    install = install_of(build, call)
    if install is None or install.directory is None:
        return None, []

    state = build.evaluation.before(call.instruction)
    env = state.env if state is not None else {}
    directory = install.directory
    if does.manager in ("pip", "uv") and does.action == "install":
        values = [option.value or "" for option in _options(call)]
        local = [value.partition("[")[0] for value in values if _is_path(value)]
        if len(local) != 1 or does.name == "add":
            return None, []

        venv = env.get("VIRTUAL_ENV")
        usual = [*_PACKAGES, f"{directory}/.venv", f"{directory}/venv"]
        return in_workdir(directory, local[0]), [venv] if venv else usual

    left_out = _LEFT_OUT.get(does.manager, ())
    if not install.project or does.option(*left_out) or not _is_package(build, call):
        return None, []

    named = env.get("UV_PROJECT_ENVIRONMENT") if does.manager == "uv" else None
    environment = join_workdir(directory, named or ".venv").path
    return directory, [environment]


def _is_package(build: Build, call: PackageInvocation) -> bool:
    """Whether the project is known to be one that its tool installs."""
    install = install_of(build, call)
    if build.context is None or install is None or install.directory is None:
        return False

    manifest = f"{install.directory.rstrip('/')}/pyproject.toml"
    path = origin_of(build, call.instruction, manifest)
    if not path:
        return False
    project = path.rpartition("/")[0]
    manifests = of_project(build.context, call.does.manager, project)
    return bool(manifests.paths) and not manifests.virtual


def _brings_sources(copy: StageCopy, directory: str) -> bool:
    """Whether the sources come along, as they are or in part: where they go is then not ours to
    judge.
    """
    if below(directory, copy.source) is not None:
        return True
    part = below(copy.source, directory)
    return part is not None and not _is_environment(part)


def _is_environment(rest: str) -> bool:
    return rest.partition("/")[0] in (".venv", "venv", "env", "__pypackages__")


def _sources(
    build: Build, stages: Collection[Stage], before: int | None = None
) -> Iterator[Delivery]:
    """What brings code from the build context into some stages."""
    for copying in build.copyings():
        instruction = copying.instruction
        if build.dockerfile.stage_of(instruction) not in stages:
            continue
        if before is not None and instruction.span.start >= before:
            continue

        brought = delivery(copying)
        if brought is not None and brought.has_sources(build.context):
            yield brought


def _advice(call: PackageInvocation) -> str:
    if _options(call):
        return "remove -e"
    is_of_poetry = call.does.manager == "poetry"
    return "copy the sources too" if is_of_poetry else "add --no-editable"


def _fix(build: Build, call: PackageInvocation) -> Fix | None:
    if _options(call):
        return _without_e(build, call)
    if call.does.manager == "poetry" or not takes_words(call.script):
        return None
    edit = after_word(call.script, call.does.subcommand, "--no-editable")
    return Fix("Install the package itself", (edit,), Safety.UNSAFE)


def _without_e(build: Build, call: PackageInvocation) -> Fix | None:
    """Delete `-e` before its value, where that is a directory."""
    edits: list[Edit] = []
    for option in _options(call):
        word = option.word
        value = option.value_word
        if value is None or word.text.strip('"') not in ("-e", "--editable"):
            return None
        # A URL needs it, and a bare name would be that of a package of the index
        if value.text.strip("\"'")[:1] not in ("/", "."):
            return None

        gap = Span(word.span.end, value.span.start)
        if gap.of(build.dockerfile.text).strip(' ,"'):
            return None  # a continuation
        edits.append(Edit.delete(Span(word.span.start, value.span.start)))
    if not edits:
        return None
    return Fix("Install the package itself", tuple(edits), Safety.UNSAFE)


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
