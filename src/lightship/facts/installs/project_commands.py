"""Commands of uv, Poetry, PDM and Pipenv that read a project, in the stages that the final image is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import below
from lightship.evaluation.stages import reachable
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.installs.dependencies import Install, installs, project_directory
from lightship.facts.stages.final_image import image_env
from lightship.facts.stages.trees import trees
from lightship.facts.start.purpose import start_steps
from lightship.facts.values.directories import directories_of
from lightship.facts.variables import is_true, variable
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
    """--no-sync --no-dev --no-default-groups --no-group --only-group --no-project --script --isolated
    --with-requirements""".split()
)
_RUN_VARIABLES = ("UV_NO_SYNC", "UV_NO_DEV", "UV_NO_DEFAULT_GROUPS", "UV_NO_GROUP")


@record
class StartRun:
    """A `uv run` that the image starts, and the script that it stands in."""

    script: Script
    does: PackageCommand


def project_installs(build: Build) -> tuple[Install, ...]:
    """What installs a whole project, and `uv run`, which does so first; in the stages that the final image needs."""
    return build.once(_find)


def _find(build: Build) -> tuple[Install, ...]:
    if build.final is None or not any(True for _ in build.packages(*_TOOLS)):
        return ()
    needed = reachable(build.evaluation.graph, [build.final])
    found = [
        each
        for each in (*installs(build), *_uv_runs(build))
        if each.whole and each.tool in _TOOLS
    ]
    wanted = [
        each
        for each in found
        if not each.does.option(*_NO_WORK) and stage_of(build, each).index in needed
    ]
    return tuple(sorted(wanted, key=lambda each: each.command.span.start))


def _uv_runs(build: Build) -> Iterator[Install]:
    for call in build.packages("uv"):
        state = build.evaluation.before(call.instruction)
        if call.does.name == "run" and state is not None:
            place = project_directory(
                call.does,
                directories_of(call.script, state.workdir)[call.command.index],
            )
            yield Install(
                call.instruction,
                call.script,
                call.command,
                call.does,
                place,
                (),
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
    return any(is_true(variable(build, call, name)) for name in names)


def runs_at_start(build: Build) -> tuple[StartRun, ...]:
    """The `uv run` of ENTRYPOINT and CMD that makes the environment right first, the default groups with it."""
    if any(
        is_true(image_env(build)[name].value)
        for name in _RUN_VARIABLES
        if name in image_env(build)
    ):
        return ()
    started = {step.instruction for step in start_steps(build)}
    found = []
    for call in build.commands("uv", keywords=("CMD", "ENTRYPOINT")):
        does = read_command(call.command) if call.instruction in started else None
        if (
            does is not None
            and does.name == "run"
            and _AS_IT_IS.isdisjoint(_own_options(does))
        ):
            found.append(StartRun(call.script, does))
    return tuple(found)


def _own_options(does: PackageCommand) -> Iterator[str]:
    """The options of `uv run` itself, which stand before what it runs."""
    first = does.operands[0] if does.operands else None
    for option in does.options:
        if first is None or option.word.at < first.at:
            yield option.name


def has_hidden_options(install: Install) -> bool:
    """Whether a variable or a substitution may stand for any options: `uv sync $OPTIONS`."""
    return any(
        word.value is None and not word.prefix and "$" in word.text[:2]
        for word in install.command.words
    )


def ships(build: Build, install: Install) -> bool:
    """Whether what it installs may be in the final image: in its own line of stages, or copied out of the stage."""
    stage, known = stage_of(build, install), build.once(_shipping)
    if (stage.index, install.tool) not in known:
        known[stage.index, install.tool] = stage in build.lineage or _is_copied(
            build, stage, install.tool
        )
    return known[stage.index, install.tool]


def _shipping(_: Build) -> dict[tuple[int, str], bool]:
    return {}


def _is_copied(build: Build, stage: Stage, tool: str) -> bool:
    places = [
        tree.path
        for tree in trees(build, stage).values()
        if tree.tool.partition(" ")[0] == tool
    ]
    copied = [copy for copy in stage_copies(build) if copy.stage in build.lineage]
    return any(
        stage in build.lineage_of(copy.origin) and _may_hold(copy.source, places)
        for copy in copied
    )


def _may_hold(source: str, places: Sequence[str]) -> bool:
    """Whether a path that is copied is part of an environment, or has one in it."""
    if places:
        return any(
            below(place, source) is not None or below(source, place) is not None
            for place in places
        )
    name = source.rpartition("/")[2]
    return name not in _PRODUCTS and not name.endswith((".txt", ".whl"))
