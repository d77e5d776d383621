"""Commands of uv, Poetry, PDM and Pipenv that read a project.

Those in the stages that the final image is made of, and those that it starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, splitext

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.paths import related
from lightship.evaluation.stages import reachable
from lightship.facts.command_variables import is_true, variable
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.installs.dependencies import Install, installs, project_directory
from lightship.facts.stages.final_image import image_env
from lightship.facts.start.purpose import start_steps
from lightship.facts.values.directories import directory_of
from lightship.record import record
from lightship.shell.commands import Script
from lightship.shell.packages import PackageCommand, read_command

_TOOLS = ("uv", "poetry", "pdm", "pipenv")
# What a build makes besides an environment
_PRODUCTS = frozenset(
    "dist build wheels wheelhouse static staticfiles site docs html public uv uvx".split()
)
_NO_WORK = ("--help", "-h", "--dry-run", "--script", "--no-project")
# What keeps `uv run` from installing the default groups
_AS_IT_IS = frozenset(
    {
        "--no-sync",
        "--no-dev",
        "--no-default-groups",
        "--no-group",
        "--only-group",
        "--no-project",
        "--script",
        "--isolated",
        "--with-requirements",
    }
)
_RUN_VARIABLES = (
    "UV_NO_SYNC",
    "UV_NO_DEV",
    "UV_NO_DEFAULT_GROUPS",
    "UV_NO_GROUP",
)


@record
class StartRun:
    """A `uv run` that the image starts, the script and the instruction that it stands in."""

    instruction: Instruction
    script: Script
    does: PackageCommand


def project_installs(build: Build) -> tuple[Install, ...]:
    """What installs a whole project, and `uv run`, which does so first.

    Those in the stages that the final image needs.
    """
    return build.once(_project_installs)


def _project_installs(build: Build) -> tuple[Install, ...]:
    final = build.final
    if final is None:
        return ()
    if not any(build.packages(*_TOOLS)):
        return ()

    graph = build.evaluation.graph
    needed = reachable(graph, [final])
    every = list(installs(build))
    every += _uv_runs(build)
    wanted = []
    for install in every:
        if install.tool not in _TOOLS:
            continue
        if not install.whole:
            continue
        if install.does.option(*_NO_WORK):
            continue
        stage = stage_of(build, install)
        if stage.index in needed:
            wanted.append(install)
    wanted.sort(key=_start_of)
    return tuple(wanted)


def _start_of(install: Install) -> int:
    return install.command.span.start


def _uv_runs(build: Build) -> Iterator[Install]:
    for call in build.packages("uv"):
        if call.does.name != "run":
            continue

        state = build.evaluation.before(call.instruction)
        if state is None:
            continue

        directory = directory_of(build, call)
        yield Install(
            call.instruction,
            call.script,
            call.command,
            call.does,
            project_directory(call.does, directory),
            files=(),
            whole=True,
            project=True,
        )


def stage_of(build: Build, install: Install) -> Stage:
    """The stage that it runs in."""
    stage = build.dockerfile.stage_of(install.instruction)
    assert stage is not None, "it has a state, so it is in a stage"
    return stage


def is_set(build: Build, install: Install, *names: str) -> bool:
    """Whether one of these variables is switched on for an install."""
    call = Invocation(install.instruction, install.script, install.command)
    for name in names:
        setting = variable(build, call, name)
        if is_true(setting):
            return True
    return False


def runs_at_start(build: Build) -> tuple[StartRun, ...]:
    """The `uv run` of ENTRYPOINT and CMD that makes the environment right first.

    The default groups come with it.
    """
    env = image_env(build)
    for name in _RUN_VARIABLES:
        if name in env and is_true(env[name].value):
            return ()

    started = {step.instruction for step in start_steps(build)}
    runs = []
    for call in build.commands("uv", keywords=("CMD", "ENTRYPOINT")):
        if call.instruction not in started:
            continue
        does = read_command(call.command)
        if does is None or does.name != "run":
            continue
        if _AS_IT_IS.isdisjoint(_own_options(does)):
            runs.append(StartRun(call.instruction, call.script, does))
    return tuple(runs)


def _own_options(does: PackageCommand) -> Iterator[str]:
    """The options of `uv run` itself, which stand before what it runs."""
    operands = does.operands
    for option in does.options:
        if operands and option.word.at >= operands[0].at:
            continue
        yield option.name


def has_hidden_options(install: Install) -> bool:
    """Whether a variable or a substitution may stand for any options: `uv sync $OPTIONS`."""
    for word in install.command.words:
        if word.value is not None or word.prefix:
            continue
        if "$" in word.text[:2]:
            return True
    return False


def ships(build: Build, install: Install) -> bool:
    """Whether what it installs may be in the final image.

    Either its stage is one of those that the image is made of, or it is copied out of it.
    """
    stage = stage_of(build, install)
    if stage in build.lineage:
        return True
    known = build.once(_shipping)
    key = (stage.index, install.tool)
    if key not in known:
        known[key] = _is_copied(build, stage, install.tool)
    return known[key]


def _shipping(_: Build) -> dict[tuple[int, str], bool]:
    return {}


def _is_copied(build: Build, stage: Stage, tool: str) -> bool:
    """Whether the final image takes from a stage what may be an environment of a tool."""
    # Few builds have such a stage
    from lightship.facts.stages.package_trees import trees  # noqa: PLC0415

    places = []
    for tree in trees(build, stage).values():
        name, _, _ = tree.tool.partition(" ")
        if name == tool:
            places.append(tree.path)

    for copy in stage_copies(build):
        if copy.stage not in build.lineage:
            continue
        if stage not in build.lineage_of(copy.origin):
            continue
        if _may_hold(copy.source, places):
            return True
    return False


def _may_hold(source: str, places: Sequence[str]) -> bool:
    """Whether a path that is copied is part of an environment, or has one in it."""
    if places:
        return any(related(place, source) for place in places)
    name = basename(source)
    if name in _PRODUCTS:
        return False
    _, ending = splitext(name)
    return not ending[1:].isalpha()  # a file; `python3.14` is a directory
