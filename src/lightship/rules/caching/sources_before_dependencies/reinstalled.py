"""How many packages an install of dependencies installs: from its lock file, or else as many as its manifests name."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.context.files import Context
from lightship.evaluation.paths import clean
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.requirement_files import requirements_of
from lightship.pyproject.project import read_project
from lightship.pyproject.reading import json_of, parse_toml, table, text_of

_LOCKS = {
    "pipenv": ("Pipfile.lock", "default"),
    "npm": ("package-lock.json", "packages"),
}
_OF_NPM = ("dependencies", "devDependencies", "optionalDependencies")


def package_count(build: Build, install: Install) -> int | None:
    """The number of packages; None where it is not known."""
    context = build.context
    if context is None:
        return None
    found = PackageInvocation(
        install.instruction, install.script, install.command, install.does
    )
    named = sum(
        package.kind in ("registry", "url", "file") for package in install.does.packages
    )
    counts: list[int | None] = [named]
    if install.files:
        read = requirements_of(build, found)
        known = bool(read) and not any(one.missing for one in read or ())
        counts.append(
            len(
                {
                    each.name or each.url
                    for one in read or ()
                    for each in one.dependencies
                }
            )
            if known
            else None
        )
    if install.whole:
        counts.append(
            _of_node(build, context, install)
            if install.is_node
            else _of_python(build, context, found, install)
        )
    elif install.project:
        counts += [
            _of_directory(build, context, install, package.name)
            for package in install.local
        ]
    return (
        sum(each for each in counts if each is not None) if None not in counts else None
    )


def _of_node(build: Build, context: Context, install: Install) -> int | None:
    if install.tool == "npm" and (packages := _in_lock(build, context, install)):
        return packages
    path = _beside(build, install, "package.json")
    data = json_of(context, path) if path else {}
    return sum(len(table(data, name)) for name in _OF_NPM) if data else None


def _of_python(
    build: Build, context: Context, found: PackageInvocation, install: Install
) -> int | None:
    project = project_of(build, install)
    if project is None:
        return None
    if install.tool == "pipenv" and (packages := _in_lock(build, context, install)):
        return packages
    own = {package.name for package in project.locked if package.source == "local"}
    locked = locked_packages(build, found) - own
    if locked or install.tool == "pipenv":
        return len(locked) or None
    if project.locked and install.tool in ("poetry", "pdm"):
        return len({package.name for package in project.locked} - own)
    manifest = project.path("pyproject.toml")
    return (
        len({each.name for each in project.dependencies if each.file == manifest})
        or None
    )


def _in_lock(build: Build, context: Context, install: Install) -> int:
    """The entries of a lock file in JSON; npm has one for the project itself, under an empty name."""
    name, key = _LOCKS[install.tool]
    path = _beside(build, install, name)
    return len(set(table(json_of(context, path), key)) - {""}) if path else 0


def _beside(build: Build, install: Install, name: str) -> str:
    return origin_of(
        build, install.instruction, f"{(install.directory or '').rstrip('/')}/{name}"
    )


def _of_directory(
    build: Build, context: Context, install: Install, name: str
) -> int | None:
    """What a project that states its dependencies in pyproject.toml asks for."""
    directory = name if name.startswith("/") else f"{install.directory}/{name}"
    path = origin_of(build, install.instruction, clean(f"{directory}/pyproject.toml"))
    data = parse_toml(text_of(context, path)) if path else None
    project = table(data, "project") if data else {}
    if not project or "dependencies" in str(project.get("dynamic")):
        return None
    found = read_project(context, path.rpartition("/")[0]).dependencies
    return len({each.name for each in found if each.file == path})
