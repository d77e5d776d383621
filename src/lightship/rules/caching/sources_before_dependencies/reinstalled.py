"""How many packages an install installs, by its lock file, or else by its manifests."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build, PackageInvocation
from lightship.context.files import Context
from lightship.evaluation.paths import clean
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.requirement_files import requirements_of
from lightship.pyproject.data_files import json_of, table, toml
from lightship.pyproject.project import Project, read_project
from lightship.record import record

# Lock files in JSON, with the key of the table that has an entry for each package
_LOCKS = {
    "pipenv": ("Pipfile.lock", "default"),
    "npm": ("package-lock.json", "packages"),
}
_OF_NPM = ("dependencies", "devDependencies", "optionalDependencies")
# With them the packages for development are left out
_WITHOUT_DEV = (
    "--omit",
    "--production",
    "--prod",
    "--only",
    "--without",
    "--no-dev",
    "--no-default",
)
_NAMED = ("registry", "url", "file")


@record
class _Question:
    """The install whose packages are counted, where it stands."""

    build: Build
    context: Context
    install: Install

    @property
    def call(self) -> PackageInvocation:
        install = self.install
        return PackageInvocation(
            install.instruction,
            install.script,
            install.command,
            install.does,
        )

    def origin(self, path: str) -> str:
        """The file of the build context at a path of the image; empty if it does not exist."""
        return origin_of(self.build, self.install.instruction, path)

    @property
    def without_dev(self) -> bool:
        """Whether the packages for development are left out."""
        return self.install.does.option(*_WITHOUT_DEV) is not None

    def beside(self, name: str) -> str:
        """The file of that name in the directory of the project."""
        directory = self.install.directory or ""
        return self.origin(f"{directory.rstrip('/')}/{name}")


def package_count(build: Build, install: Install) -> int | None:
    """The number of packages that an install installs; None where it is not known."""
    context = build.context
    if context is None:
        return None
    question = _Question(build, context, install)
    named = [package for package in install.does.packages if package.kind in _NAMED]
    counts: list[int | None] = [len(named)]
    if install.files:
        counts.append(_of_requirements(question))

    if install.whole and install.is_node:
        counts.append(_of_node(question))
    elif install.whole:
        counts.append(_of_python(question))
    elif install.project:
        counts += [_of_directory(question, item.name) for item in install.local]
    return total(counts)


def total(counts: Sequence[int | None]) -> int | None:
    """The sum; None where one of them is not known."""
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return None
    return sum(known)


def _of_requirements(question: _Question) -> int | None:
    paths = question.install.files
    if any(path.endswith("pyproject.toml") for path in paths):
        return _of_manifests(question, paths)
    files = requirements_of(question.build, question.call)
    if not files:
        return None
    names = set()
    for file in files:
        if file.missing:
            return None
        names |= {package.name or package.url for package in file.dependencies}
    return len(names)


def _of_manifests(question: _Question, paths: Sequence[str]) -> int | None:
    """What `-r pyproject.toml` installs: the dependencies that it states."""
    counts: list[int | None] = []
    for path in paths:
        origin = question.origin(path)
        if not origin.endswith("pyproject.toml"):
            return None
        project = read_project(question.context, origin.rpartition("/")[0])
        counts.append(_asked_for(project, origin) or None)
    return total(counts)


def _of_node(question: _Question) -> int | None:
    if question.install.tool == "npm":
        locked = _in_lock(question)
        if locked:
            return locked

    path = question.beside("package.json")
    if not path:
        return None
    manifest = json_of(question.context, path)
    if not manifest:
        return None
    names = [name for name in _OF_NPM if not _leaves_out(question, name)]
    return sum(len(table(manifest, name)) for name in names)


def _leaves_out(question: _Question, name: str) -> bool:
    """Whether the install leaves out what package.json names there."""
    is_for_development = name == "devDependencies"
    return is_for_development and question.without_dev


def _of_python(question: _Question) -> int | None:
    tool = question.install.tool
    project = project_of(question.build, question.install)
    if project is None:
        return None
    if tool == "pipenv":
        entries = _in_lock(question)
        if entries:
            return entries

    own = {package.name for package in project.locked if package.source == "local"}
    locked = locked_packages(question.build, question.call) - own
    if locked or tool == "pipenv":
        return len(locked) or None
    if project.locked and tool in ("poetry", "pdm"):
        if question.without_dev:
            return None  # which of them those are, the lock does not say
        names = {package.name for package in project.locked}
        return len(names - own)
    return _asked_for(project, project.path("pyproject.toml")) or None


def _in_lock(question: _Question) -> int:
    """The entries of a lock file in JSON; npm has one for the project itself, without a name."""
    file, key = _LOCKS[question.install.tool]
    path = question.beside(file)
    if not path:
        return 0
    entries = table(json_of(question.context, path), key)
    names = {name for name in entries if name}
    if question.without_dev:
        names = {name for name in names if not table(entries, name).get("dev")}
    return len(names)


def _of_directory(question: _Question, name: str) -> int | None:
    """What a project that states its dependencies in pyproject.toml asks for."""
    directory = name
    if not name.startswith("/"):
        directory = f"{question.install.directory}/{name}"
    path = question.origin(clean(f"{directory}/pyproject.toml"))
    if not path:
        return None

    metadata = table(toml(question.context, path), "project")
    if not metadata or "dependencies" in str(metadata.get("dynamic")):
        return None
    project = read_project(question.context, path.rpartition("/")[0])
    return _asked_for(project, path)


def _asked_for(project: Project, manifest: str) -> int:
    """How many packages the manifest names."""
    asked = {item.name for item in project.dependencies if item.file == manifest}
    return len(asked)
