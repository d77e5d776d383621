"""The Python that a Pipfile demands: with `--deploy` pipenv stops where it runs on another one."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_files import project_of
from lightship.facts.stages.stage_python import stage_python
from lightship.pyproject.data_files import text_at, toml


def unfixed_python(build: Build, install: Install) -> str:
    """The Python that the Pipfile demands, where the stage's image does not make sure of it.

    `python:3.10` moves on to later patches. Empty where it does, or where its Python is not known.
    Source: pipenv/utils/project.py, ensure_project, which compares the parts of the demanded
    version with those of the interpreter's (issue 6514 of pypa/pipenv, pull request 6688).
    """
    stage = build.dockerfile.stage_of(install.instruction)
    if install.tool != "pipenv" or stage is None:
        return ""

    demanded = _demanded(build, install)
    known = _known_version(build, stage)
    if not demanded or not known:
        return ""
    is_met = f"{known}.".startswith(f"{demanded}.")
    return "" if is_met else demanded


def _demanded(build: Build, install: Install) -> str:
    """What the Pipfile of an install asks for; empty without one."""
    project = project_of(build, install)
    if project is None:
        return ""
    data = toml(project.context, project.path("Pipfile"))
    full = text_at(data, "requires", "python_full_version")
    return full or text_at(data, "requires", "python_version")


def _known_version(build: Build, stage: Stage) -> str:
    """The version of a stage's Python as far as it is known; empty where nothing is."""
    python = stage_python(build, stage)
    if python is None or not python.minor:
        return ""

    # Of a distribution's Python only the minor version is known
    image = build.root_image(stage)
    if image is None:
        return python.minor
    version, _dash, _system = image.tag.partition("-")
    return version if version.startswith(f"{python.minor}.") else python.minor
