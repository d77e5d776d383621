"""The Python that a Pipfile demands: with `--deploy` pipenv stops where it runs on another one."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_files import project_of
from lightship.facts.stages.stage_python import stage_python
from lightship.pyproject.data_files import text_at, toml


def unfixed_python(build: Build, install: Install) -> str:
    """The Python that the Pipfile demands, where the stage's image does not make sure of it.

    `python:3.10` moves on to later patches. Empty where it does, or where its Python is not known.
    Source: pipenv/utils/project.py, ensure_project, which looks for the demanded version in that
    of the interpreter.
    """
    project = project_of(build, install)
    stage = build.dockerfile.stage_of(install.instruction)
    if install.tool != "pipenv" or project is None or stage is None:
        return ""
    requires = toml(project.context, project.path("Pipfile"))
    demanded = text_at(requires, "requires", "python_full_version")
    demanded = demanded or text_at(requires, "requires", "python_version")
    python = stage_python(build, stage)
    if not demanded or python is None or not python.minor:
        return ""

    image = build.root_image(stage)
    tag = image.tag.partition("-")[0] if image is not None else ""
    # Of a distribution's Python only the minor version is known
    known = tag if tag.startswith(f"{python.minor}.") else python.minor
    return "" if demanded in known else demanded
