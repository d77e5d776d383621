"""Commands of uv, Poetry, PDM and Pipenv that read a project, in the stages that the final image is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.stages import reachable
from lightship.facts.command_values import is_true, variable
from lightship.facts.deliveries import below
from lightship.facts.dependencies import Install, directories_of, installs, project_directory
from lightship.facts.homes import line_of
from lightship.facts.stage_copies import stage_copies
from lightship.facts.trees import trees

_TOOLS = ("uv", "poetry", "pdm", "pipenv")
# What a build makes besides an environment
_PRODUCTS = frozenset("dist build wheels wheelhouse static staticfiles site docs html public uv uvx".split())
_NO_WORK = ("--help", "-h", "--dry-run", "--script", "--no-project")


def project_installs(build: Build) -> tuple[Install, ...]:
    """What installs a whole project, and `uv run`, which does so first; in the stages that the final image needs."""
    return build.once(_find)


def _find(build: Build) -> tuple[Install, ...]:
    if build.final is None or not any(True for _ in build.packages(*_TOOLS)):
        return ()
    needed = reachable(build.evaluation.graph, [build.final])
    found = [each for each in (*installs(build), *_uv_runs(build)) if each.whole and each.tool in _TOOLS]
    wanted = [each for each in found if not each.does.option(*_NO_WORK) and stage_of(build, each).index in needed]
    return tuple(sorted(wanted, key=lambda each: each.command.span.start))


def _uv_runs(build: Build) -> Iterator[Install]:
    for call in build.packages("uv"):
        state = build.evaluation.before(call.instruction)
        if call.does.name == "run" and state is not None:
            directory = directories_of(call.script, state.workdir)[call.command.index]
            place = project_directory(call.does, directory)
            yield Install(call.instruction, call.script, call.command, call.does, place, (), whole=True, project=True)


def stage_of(build: Build, install: Install) -> Stage:
    """The stage that it runs in."""
    stage = build.dockerfile.stage_of(install.instruction)
    assert stage is not None, "it has a state, so it is in a stage"
    return stage


def is_set(build: Build, install: Install, *names: str) -> bool:
    """Whether one of these variables is switched on for an install."""
    call = Invocation(install.instruction, install.script, install.command)
    return any(is_true(variable(build, call, name)) for name in names)


def has_hidden_options(install: Install) -> bool:
    """Whether a variable or a substitution may stand for any options: `uv sync $OPTIONS`."""
    return any(word.value is None and not word.prefix and "$" in word.text[:2] for word in install.command.words)


def ships(build: Build, install: Install) -> bool:
    """Whether what it installs may be in the final image: in its own line of stages, or copied out of the stage."""
    stage = stage_of(build, install)
    if stage in build.lineage:
        return True
    places = [tree.path for tree in trees(build, stage).values() if tree.tool.partition(" ")[0] == install.tool]
    copied = [copy for copy in stage_copies(build) if copy.stage in build.lineage]
    return any(stage in line_of(build, copy.origin) and _may_hold(copy.source, places) for copy in copied)


def _may_hold(source: str, places: Sequence[str]) -> bool:
    """Whether a path that is copied is part of an environment, or has one in it."""
    if places:
        return any(below(place, source) is not None or below(source, place) is not None for place in places)
    name = source.rpartition("/")[2]
    return name not in _PRODUCTS and not name.endswith((".txt", ".whl"))
