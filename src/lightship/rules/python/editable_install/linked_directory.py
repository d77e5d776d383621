"""The directory that an editable install links to, and what of it is copied on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import below, in_workdir, join_workdir, related
from lightship.facts.copies.deliveries import Delivery, delivery
from lightship.facts.copies.origins import origin_of
from lightship.facts.copies.stage_copies import StageCopy
from lightship.facts.installs.requirement_files import install_of
from lightship.pyproject.manifests import of_project
from lightship.rules.python.editable_install.editable_options import (
    editable_options,
    is_path,
)

_LEFT_OUT = {
    "uv": ("--no-editable", "--no-install-project", "--no-install-workspace"),
    "poetry": ("--no-root",),
}
_LEFT_OUT |= {"pdm": ("--no-editable", "--no-self", "--prod-only")}
_PACKAGES = ("/usr/local", "/usr/lib", "/opt", "/root/.local", "/install", "/deps")


def bringing(
    copies: Sequence[StageCopy], environments: Sequence[str]
) -> StageCopy | None:
    """The first copy that brings an environment, or what is in it."""
    for copy in copies:
        if any(related(place, copy.source) for place in environments):
            return copy
    return None


def linked_directory(
    build: Build, call: PackageInvocation
) -> tuple[str | None, list[str]]:
    """The directory that is linked to, and where the environment is that holds the link."""
    does = call.does
    install = install_of(build, call)
    if install is None or install.directory is None:
        return None, []

    state = build.evaluation.before(call.instruction)
    env = state.env if state is not None else {}
    directory = install.directory
    if does.manager in ("pip", "uv") and does.action == "install":
        values = [option.value or "" for option in editable_options(call)]
        local = [value.partition("[")[0] for value in values if is_path(value)]
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


def brings_sources(copy: StageCopy, directory: str) -> bool:
    """Whether the sources come along, as they are or in part: where they go is then not ours to
    judge.
    """
    if below(directory, copy.source) is not None:
        return True
    part = below(copy.source, directory)
    return part is not None and not _is_environment(part)


def _is_environment(rest: str) -> bool:
    return rest.partition("/")[0] in (".venv", "venv", "env", "__pypackages__")


def code_copies(
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
