"""Whether gunicorn is in the image at all: a command may name a server that nothing installs."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.requirement_files import requirements_of
from lightship.pyproject.dependency import normalised
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS

_PYTHON = ("pip", "uv", "poetry", "pdm", "pipenv", "conda", "pipx")
# Images without packages of Python but for the installers
_PLAIN = frozenset({"python", "debian", "ubuntu", "alpine", "node"})
_UV = "ghcr.io/astral-sh/uv"
# Packages that need gunicorn themselves, by their metadata on PyPI
_BRING_GUNICORN = frozenset(
    """gunicorn mlflow apache-airflow apache-airflow-core apache-superset uvicorn-worker kinto
    label-studio superset redash aiida pretix pretalx weblate""".split()
)
_LISTS = (".txt", ".in", ".pip")
_PACKAGES = ("site-packages", "dist-packages")
_BIN = "bin"
_MAY_BE_SERVER = frozenset({"", "*", "gunicorn"})
# They may install anything
_MAKERS = frozenset(
    "make just task invoke ansible-playbook nox tox eval source .".split()
)


def surely_lacks_gunicorn(build: Build) -> bool:
    """Whether all that the build installs is known, and gunicorn is not among it.

    What another package brings along is known of few: for a finding of little weight that is
    enough.
    """
    if not all(map(_is_plain, _root_names(build))):
        return False
    if any(_is_unknown(call.command) for call in build.commands()):
        return False
    if any("gunicorn" in run.line.text for run in build.each("RUN")):
        return False
    asked: set[str] = set()
    for call in build.packages(*_PYTHON):
        if not call.does.installs:
            continue
        names = _names_of(build, call)
        if names is None:
            return False
        asked.update(names)
    return bool(asked) and _BRING_GUNICORN.isdisjoint(asked)


def surely_lacks_program(build: Build) -> bool:
    """Whether the image gets its packages by a COPY of site-packages, which brings no programs.

    Then no container starts at all.
    """
    if build.final is None or not _is_plain(_root_name(build, build.final)):
        return False
    for call in build.packages(*_PYTHON):
        if call.does.installs and call.instruction in build.shipped:
            return False
    for run in build.commands():
        if run.instruction in build.shipped and _is_unknown(run.command):
            return False
    copies = [
        copying
        for copying in build.copyings("COPY")
        if not copying.from_context and copying.instruction in build.shipped
    ]
    sources = [source.value for copying in copies for source in copying.sources]
    if not all(source and _brings_no_server(source) for source in sources):
        return False
    return any(source and _is_of_packages(source) for source in sources)


def _is_of_packages(path: str) -> bool:
    return basename(path.rstrip("/")) in _PACKAGES


def _brings_no_server(path: str) -> bool:
    """Whether a path of another stage is that of packages, or of one program of another name."""
    if _is_of_packages(path):
        return True
    is_program = basename(dirname(path)) == _BIN
    return is_program and basename(path) not in _MAY_BE_SERVER


def _root_names(build: Build) -> Iterator[str]:
    for stage in build.dockerfile.stages:
        yield _root_name(build, stage)


def _root_name(build: Build, stage: Stage) -> str:
    image = build.root_image(stage)
    return image.name if image is not None else ""


def _is_plain(name: str) -> bool:
    return name in _PLAIN or name == _UV


def _is_unknown(command: Command) -> bool:
    """Whether a command is a script or a task, which may install something unseen."""
    if command.name in _MAKERS or basename(command.name).endswith(".sh"):
        return True
    return command.name in SHELLS and bool(command.args)


def _names_of(build: Build, call: PackageInvocation) -> set[str] | None:
    """What a command installs, by normalised names; None where that is not known."""
    locked = locked_packages(build, call)
    if locked:
        return set(map(normalised, locked))

    packages = call.does.packages
    if call.does.manager not in ("pip", "uv") or call.does.action == "sync":
        return None
    if any(package.kind != "registry" for package in packages):
        return None
    if not all(path.endswith(_LISTS) for path in call.does.requirements):
        return None  # a pyproject.toml is no list of requirements

    files = requirements_of(build, call)
    if files is None or any(file.missing for file in files):
        return None

    names = {normalised(package.name) for package in packages}
    for package in packages:
        names.update(package.extras)
    for file in files:
        for asked in file.dependencies:
            if not asked.name:
                return None
            names.update((asked.name, *asked.extras))
    return names
