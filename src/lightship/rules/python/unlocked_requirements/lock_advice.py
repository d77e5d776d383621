"""What to do about versions that are open, with the tools that the Dockerfile uses already."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.base_images.known import has_python_stack, is_application
from lightship.build import Build, PackageInvocation
from lightship.context.files import Context
from lightship.pyproject.dependency import normalised
from lightship.rules.python.unlocked_requirements.settled_installs import base_name
from lightship.rules.python.unlocked_requirements.settled_versions import (
    has_earlier_pins,
)
from lightship.wording.lists import listed

# Lock files, with what installs from them
_LOCKS = {
    "uv.lock": "uv sync --locked",
    "poetry.lock": "poetry install",
    "pdm.lock": "pdm sync",
}


def lock_command(build: Build, call: PackageInvocation, manifest: str) -> str:
    """How to install a project with its extras from a lock file, which may be there already."""
    extras = [extra for package in call.does.packages for extra in package.extras]
    named = [extra for extra in extras if "$" not in extra]
    options = "".join(f" --extra {extra}" for extra in named)

    folder, _, name = manifest.rpartition("/")
    for lock, command in _LOCKS.items():
        path = f"{folder}/{lock}".lstrip("/")
        if build.context is None or not build.context.exists(path):
            continue
        if lock == "uv.lock" and _is_stale(build.context, folder, path):
            return f"run uv lock, then install from it with {command}{options}"
        return f"install from {lock} with {command}{options}"

    return f"run {compile_tool(call)}{options} {name} -o locked.txt"


def _is_stale(context: Context, folder: str, path: str) -> bool:
    """Whether uv would refuse a lock: it has another version of the project, or of its parts."""
    # Few projects have a lock file beside such an install
    from lightship.pyproject.data_files import text_at, toml  # noqa: PLC0415
    from lightship.pyproject.lock_fits import lock_fits  # noqa: PLC0415
    from lightship.pyproject.locks import read_lock  # noqa: PLC0415
    from lightship.pyproject.project import read_project  # noqa: PLC0415

    project = read_project(context, folder)
    if lock_fits("uv", project, context.read(path) or "") is False:
        return True
    stated = text_at(
        toml(context, project.path("pyproject.toml")), "project", "version"
    )
    own = [item for item in read_lock(context, path) if item.source == "local"]
    locked = {item.version for item in own if item.name == normalised(project.name)}
    return bool(stated and locked) and stated not in locked


def message_about(
    build: Build, call: PackageInvocation, names: Sequence[str], command: str
) -> str:
    """What is said of names without a version; `command` locks them."""
    advice = advice_on(build, call, command)
    if advice == command:
        return f"every build installs the newest {listed(names)}: {advice}"

    # What the image has already stays as it is
    verb = "is" if len(names) == 1 else "are"
    return f"{listed(names)} {verb} not pinned: {advice}"


def compile_tool(call: PackageInvocation) -> str:
    """What locks, of the tools that the Dockerfile uses."""
    return "uv pip compile" if call.does.manager == "uv" else "pip-compile"


def advice_on(build: Build, call: PackageInvocation, command: str) -> str:
    """What to do: a lock that is made elsewhere would replace what a base image has matched."""
    if has_python_stack(base_name(build, call)):
        return "name versions that fit the base image"
    if is_application(base_name(build, call)) or has_earlier_pins(build, call):
        return "name versions that fit what is installed"
    return command
