"""Environments that uv makes.

Source: docs.astral.sh/uv (`uv venv`, `uv sync`, environment variables).
"""

from __future__ import annotations

from posixpath import basename

from lightship.base_images.pythons import Python
from lightship.build import Build
from lightship.evaluation.copies import Operand
from lightship.evaluation.paths import below, in_workdir
from lightship.facts.stages.tree_calls import Made, TreeCall, last_value
from lightship.shell.packages import PackageCommand
from lightship.shell.specs import written


def by_uv(call: TreeCall, does: PackageCommand) -> Made | None:
    """`.venv` in the project, or what UV_PROJECT_ENVIRONMENT says."""
    if does.option("--active", "--script"):
        return None
    environment = _environment(call, does)
    path = call.value(environment)
    if path is None:
        return None
    projects = does.values("--project", "--directory")
    project = last_value(projects)
    if "$" in project:
        return None

    if project and not path.startswith("/"):
        path = f"{project}/{path}"
    is_absolute = path.startswith("/")
    is_of_project = does.name == "sync" and not is_absolute
    if is_of_project and _is_in_workspace(call):
        return None

    kind = "venv"
    if does.option("--relocatable"):
        kind = "relocatable"
    if call.is_on("UV_VENV_RELOCATABLE"):
        kind = "relocatable"
    tool = f"uv {does.name}"
    python = uv_python(call, does)
    return Made(kind, path, tool, python)


def _environment(call: TreeCall, does: PackageCommand) -> str:
    """The path of the environment as it is written."""
    if does.name == "venv" and does.operands:
        return written(does.operands[0])
    named = call.variable("UV_PROJECT_ENVIRONMENT")
    return named or ".venv"


def _is_in_workspace(call: TreeCall) -> bool:
    """Whether a directory above has a manifest too.

    uv puts the environment of a workspace beside that one.
    """
    if call.directory is None:
        return False

    line = call.build.lineage_of(call.stage)
    for copying in call.build.copyings():
        step = copying.step
        if step is None:
            continue
        if step.stage not in line:
            continue
        target = copying.destination.value
        if target is None:
            continue
        if not any(map(_is_manifest, copying.sources)):
            continue

        place = target.removesuffix("pyproject.toml") or "."
        workdir = step.before.workdir
        root = in_workdir(workdir, place)
        if below(call.directory, root):
            return True
    return False


def _is_manifest(source: Operand) -> bool:
    path = source.value or ""
    return basename(path) == "pyproject.toml"


def uv_python(call: TreeCall, does: PackageCommand) -> Python | None:
    """The Python that uv finds; it fetches another where the project or an option asks for one."""
    asked = last_value(does.values("--python"))
    if not asked:
        asked = call.variable("UV_PYTHON")
    if not asked:
        asked = _asked_by_project(call.build)
    return call.python(asked)


def _asked_by_project(build: Build) -> str:
    """The version in `.python-version`; empty without one."""
    context = build.context
    if context is None:
        return ""
    text = context.read(".python-version") or ""
    return text.strip()
