"""The directory that an editable install links to, and what of it is copied on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from posixpath import dirname

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.evaluation.paths import below, in_workdir, join_workdir, related
from lightship.facts.copies.deliveries import Delivery, delivery
from lightship.facts.copies.origins import origin_of
from lightship.facts.copies.stage_copies import StageCopy
from lightship.facts.installs.requirement_files import install_of
from lightship.pyproject.manifests import of_project
from lightship.record import record
from lightship.rules.python.editable_install.editable_options import editable_paths

_LEFT_OUT = {
    "uv": ("--no-editable", "--no-install-project", "--no-install-workspace"),
    "poetry": ("--no-root",),
}
_LEFT_OUT |= {"pdm": ("--no-editable", "--no-self", "--prod-only")}
_ENVIRONMENTS = (".venv", "venv", "env", "__pypackages__")
_PACKAGES = ("/usr/local", "/usr/lib", "/opt", "/root/.local", "/install", "/deps")


@record
class Link:
    """The directory that is linked to, and where the environment may be that holds the link."""

    directory: str
    environments: tuple[str, ...]


def bringing(copies: Sequence[StageCopy], link: Link) -> StageCopy | None:
    """The first copy that brings an environment, or what is in it."""
    for copy in copies:
        for place in link.environments:
            if related(place, copy.source):
                return copy
    return None


def link_of(build: Build, call: PackageInvocation) -> Link | None:
    """What an editable install links to, and from where; None where it is none, or not known."""
    does = call.does
    install = install_of(build, call)
    if install is None or install.directory is None:
        return None
    if does.manager in ("pip", "uv") and does.action == "install":
        return _of_option(build, call, install.directory)

    left_out = _LEFT_OUT.get(does.manager, ())
    if not install.project or does.option(*left_out):
        return None
    if not _is_package(build, call):
        return None

    environment = ".venv"
    if does.manager == "uv":
        named = _variable(build, call, "UV_PROJECT_ENVIRONMENT")
        environment = named or environment
    place = join_workdir(install.directory, environment)
    return Link(install.directory, (place.path,))


def _of_option(build: Build, call: PackageInvocation, directory: str) -> Link | None:
    """`pip install -e`, which runs in `directory`."""
    paths = editable_paths(call)
    if len(paths) != 1 or call.does.name == "add":
        return None

    [path] = paths
    place = in_workdir(directory, path)
    venv = _variable(build, call, "VIRTUAL_ENV")
    if venv:
        return Link(place, (venv,))
    return Link(place, (*_PACKAGES, f"{directory}/.venv", f"{directory}/venv"))


def _variable(build: Build, call: PackageInvocation, name: str) -> str | None:
    """What ENV or ARG says."""
    state = build.evaluation.before(call.instruction)
    if state is None:
        return None
    return state.env.get(name)


def _is_package(build: Build, call: PackageInvocation) -> bool:
    """Whether the project is known to be one that its tool installs."""
    install = install_of(build, call)
    if build.context is None or install is None:
        return False
    if install.directory is None:
        return False

    directory = install.directory.rstrip("/")
    path = origin_of(build, call.instruction, f"{directory}/pyproject.toml")
    if not path:
        return False
    project = dirname(path)
    manifests = of_project(build.context, call.does.manager, project)
    return bool(manifests.paths) and not manifests.virtual


def brings_sources(copy: StageCopy, directory: str) -> bool:
    """Whether the sources come along, as they are or in part: where they go is then not ours to
    judge.
    """
    if below(directory, copy.source) is not None:
        return True
    part = below(copy.source, directory)
    if part is None:
        return False
    first, _, _ = part.partition("/")
    return first not in _ENVIRONMENTS


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


def may_copy_sources(build: Build, directory: str) -> bool:
    """Whether the final image may get files of that directory by a COPY whose source has a
    variable.
    """
    for copying in build.copyings():
        state = copying.before
        target = copying.destination.value
        if state is None or target is None:
            continue
        if build.dockerfile.stage_of(copying.instruction) not in build.lineage:
            continue
        is_known = not any("$" in source.word.text for source in copying.sources)
        if is_known or not copying.from_context:
            continue
        if related(directory, in_workdir(state.workdir, target)):
            return True
    return False
