"""`Project`: what a Python project is, read from the files of a build context and never by
running it.

`read_project(context, directory)` reads nothing yet; each property is worked out when it is first
asked for, and then kept. Whatever the files hold there is an answer: what cannot be read counts as
not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from lightship.context.files import Context
from lightship.pyproject.data_files import (
    at,
    ini_value,
    python,
    rows,
    table,
    text_at,
    toml,
    yaml_of,
)
from lightship.pyproject.dependency import (
    Dependency,
    normalised,
    read_conda,
    read_requirements,
    read_table,
)
from lightship.pyproject.frameworks import (
    FRAMEWORKS,
    SERVERS,
    Application,
    find_applications,
)
from lightship.pyproject.locks import LOCKS, Locked, read_lock
from lightship.pyproject.requirements import Requirements, read_files
from lightship.pyproject.setup_py import Setup, read_setup
from lightship.record import record

_FIXED = (
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "Pipfile",
    "environment.yml",
    "environment.yaml",
    "conda.yml",
    "conda.yaml",
)
_CONDA = _FIXED[4:]
# Words in the name of a requirements file, or of a group, that is not for run time
_DEVELOPMENT = frozenset(
    """dev devel develop development test tests testing lint linting docs doc ci typing
    mypy format formatting release build style quality check checks local debug""".split()
)
_REQUIREMENTS = ("requirements", "reqs", "deps", "dependencies")


def read_project(context: Context, directory: str = "") -> Project:
    """The project in `directory`, a path from the root of the context, empty for the root."""
    return Project(context, "" if directory == "." else directory.strip("/"))


@record(eq=False, slots=False)
class Project:
    """A Python project.

    `directory` is where it is in the build context. Paths of files count from the root of the
    context. Names of packages are normalised (PEP 503).
    """

    context: Context
    directory: str = ""

    # What files there are

    def path(self, name: str) -> str:
        """A file of the project as a path from the root of the context."""
        return f"{self.directory}/{name}" if self.directory else name

    def has(self, name: str) -> bool:
        return self.context.read(self.path(name)) is not None

    @cached_property
    def manifests(self) -> tuple[str, ...]:
        """The files that say what it needs: manifests, requirements files with what they
        include, then locks.
        """
        named = [self.path(name) for name in _FIXED if self.has(name)]
        included = [path for each in self.requirements for path in each.paths]
        return tuple(dict.fromkeys((*named, *included, *self.locks)))

    @cached_property
    def locks(self) -> tuple[str, ...]:
        """Its lock files; that of a workspace of uv lies in a directory above."""
        found = [self.path(name) for name in LOCKS if self.has(name)]
        above = self.directory
        while above and self.path("uv.lock") not in found:
            above = above.rpartition("/")[0]
            path = f"{above}/uv.lock".lstrip("/")
            if self.context.read(path) is not None:
                return (*found, path)
        return tuple(found)

    @cached_property
    def requirements(self) -> tuple[Requirements, ...]:
        """Its requirements files, each with what it includes; the shortest name first."""
        prefix = self.path("")
        found = []
        for file in self.context.files:
            inner = file.path.removeprefix(prefix)
            if (
                file.path.startswith(prefix)
                and inner.count("/") < 2
                and _is_requirements(inner)
            ):
                found.append(file.path)
        return tuple(
            read_files(self.context, path)
            for path in sorted(found, key=lambda path: (len(path), path))[:20]
        )

    @cached_property
    def tool(self) -> str:
        """What manages it: uv, poetry, pdm, pipenv, conda or pip.

        Empty where nothing says what to install.
        """
        for path in self.locks:
            if (
                self.path(path.rpartition("/")[2]) == path
                and path.rpartition("/")[2] != "pylock.toml"
            ):
                return LOCKS[path.rpartition("/")[2]]
        for tool in ("poetry", "pdm", "uv"):
            if table(self._pyproject, "tool", tool):
                return tool
        if self.has("Pipfile"):
            return "pipenv"
        if self.locks:
            return LOCKS[self.locks[0].rpartition("/")[2]]
        named = any(
            self.has(name) for name in ("pyproject.toml", "setup.py", "setup.cfg")
        )
        if named or self.requirements:
            return "pip"
        has_environment = any(map(self.has, _CONDA))
        return "conda" if has_environment else ""

    # What it asks for

    @cached_property
    def name(self) -> str:
        """Its name; empty where none is stated."""
        stated = (
            text_at(self._pyproject, "project", "name")
            or text_at(self._pyproject, "tool", "poetry", "name")
            or self._setup_cfg("metadata", "name")
            or self._setup.name
        )
        return normalised(stated)

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """What it asks for itself at run time; each name once for each file that states it."""
        return tuple(dict.fromkeys(self._direct()))

    def _direct(self) -> Iterator[Dependency]:
        pyproject = self.path("pyproject.toml")
        yield from read_requirements(
            at(self._pyproject, "project", "dependencies"), pyproject
        )
        yield from read_table(
            table(self._pyproject, "tool", "poetry", "dependencies"), pyproject
        )
        yield from read_table(table(self._pipfile, "packages"), self.path("Pipfile"))
        yield from read_requirements(
            self._setup_cfg("options", "install_requires").split("\n"),
            self.path("setup.cfg"),
        )
        yield from read_requirements(self._setup.requires, self.path("setup.py"))
        for name in _CONDA:
            path = self.path(name)
            yield from read_conda(
                rows(yaml_of(self.context, path), "dependencies")
                if self.has(name)
                else (),
                path,
            )
        for each in self.requirements:
            if not is_for_development(each.paths[0]):
                yield from each.dependencies

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The patterns of the directories that make a workspace of uv with it."""
        stated = at(self._pyproject, "tool", "uv", "workspace", "members")
        if not isinstance(stated, list):
            return ()
        return tuple(item for item in stated if isinstance(item, str))

    @cached_property
    def extras(self) -> Mapping[str, tuple[Dependency, ...]]:
        """What its extras bring in addition, by their names."""
        file = self.path("pyproject.toml")
        stated = table(self._pyproject, "project", "optional-dependencies")
        extras: dict[str, tuple[Dependency, ...]] = {}
        for name, texts in stated.items():
            extras[normalised(name)] = tuple(read_requirements(texts, file))
        return extras

    @cached_property
    def groups(self) -> Mapping[str, tuple[Dependency, ...]]:
        """Groups of dependencies that are not part of the project when it is installed
        elsewhere, by name.
        """
        file = self.path("pyproject.toml")
        stated = table(self._pyproject, "dependency-groups")
        found = {
            normalised(name): list(read_requirements(_members(stated, name), file))
            for name in stated
        }
        poetry = table(self._pyproject, "tool", "poetry")
        for name, group in table(poetry, "group").items():
            found.setdefault(normalised(name), []).extend(
                read_table(table(group, "dependencies"), file)
            )
        older = read_table(table(poetry, "dev-dependencies"), file)
        older_uv = read_requirements(
            at(self._pyproject, "tool", "uv", "dev-dependencies"), file
        )
        pipfile = read_table(table(self._pipfile, "dev-packages"), self.path("Pipfile"))
        for dependencies in (older, older_uv, pipfile):
            if listed := list(dependencies):
                found.setdefault("dev", []).extend(listed)
        for name, texts in table(
            self._pyproject, "tool", "pdm", "dev-dependencies"
        ).items():
            found.setdefault(normalised(name), []).extend(
                read_requirements(texts, file)
            )
        return {name: tuple(each) for name, each in found.items() if each}

    def default_groups(self, tool: str) -> tuple[str, ...]:
        """The groups that are not for run time and that `tool` installs unless it is told
        otherwise.

        uv: `dev`, or what tool.uv.default-groups names; Poetry: all that are not optional; PDM:
        all; Pipenv: none.
        """
        names = tuple(self.groups)
        if tool == "uv":
            wanted = at(self._pyproject, "tool", "uv", "default-groups")
            if wanted == "all" or not isinstance(wanted, list | None):
                return names
            listed = ["dev"] if wanted is None else wanted
            chosen = [normalised(name) for name in listed if isinstance(name, str)]
            return tuple([name for name in names if name in chosen])
        if tool == "poetry":
            optional = {
                normalised(name)
                for name, group in table(
                    self._pyproject, "tool", "poetry", "group"
                ).items()
                if at(group, "optional") is True
            }
            return tuple(name for name in names if name not in optional)
        return names if tool == "pdm" else ()

    @cached_property
    def locked(self) -> tuple[Locked, ...]:
        """The packages of its lock files."""
        return tuple(
            package for path in self.locks for package in read_lock(self.context, path)
        )

    # What it is

    @cached_property
    def frameworks(self) -> tuple[str, ...]:
        """The frameworks among what it asks for, that which says most of it first."""
        names = {dependency.name for dependency in self.dependencies}
        return tuple(name for name in FRAMEWORKS if name in names)

    @property
    def framework(self) -> str:
        """The first of its frameworks; empty without one."""
        return next(iter(self.frameworks), "")

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """The servers among what it asks for."""
        names = dict.fromkeys(dependency.name for dependency in self.dependencies)
        return tuple(name for name in names if name in SERVERS)

    @cached_property
    def scripts(self) -> Mapping[str, str]:
        """The commands that its installation makes, with what they call:
        `package.module:function`.
        """
        stated = {
            **table(self._pyproject, "tool", "poetry", "scripts"),
            **table(self._pyproject, "project", "scripts"),
        }
        lines = (
            *self._setup_cfg("options.entry_points", "console_scripts").split("\n"),
            *self._setup.scripts,
        )
        for line in lines:
            name, equals, target = line.partition("=")
            if equals:
                stated.setdefault(name.strip(), target.strip())
        return {
            name: target for name, target in stated.items() if isinstance(target, str)
        }

    @cached_property
    def applications(self) -> tuple[Application, ...]:
        """What a server can be given, the least deep module first."""
        return tuple(find_applications(self.context, self.directory))

    @cached_property
    def settings(self) -> str:
        """The module of Django's settings that manage.py names; empty without one."""
        import ast  # noqa: PLC0415

        tree = python(self.context, self.path("manage.py"))
        if tree is None:
            return ""
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) != 2:
                continue
            name, value = [getattr(argument, "value", None) for argument in node.args]
            if name == "DJANGO_SETTINGS_MODULE" and isinstance(value, str):
                return value
        return ""

    @cached_property
    def _pyproject(self) -> Mapping[str, Any]:
        return toml(self.context, self.path("pyproject.toml"))

    @cached_property
    def _pipfile(self) -> Mapping[str, Any]:
        return toml(self.context, self.path("Pipfile"))

    @cached_property
    def _setup(self) -> Setup:
        return read_setup(python(self.context, self.path("setup.py")))

    def _setup_cfg(self, section: str, option: str) -> str:
        return ini_value(self.context, self.path("setup.cfg"), section, option)


def is_for_development(path: str) -> bool:
    """Whether a file's or a group's name says that it is for work on the project:
    `requirements/test.txt`, `docs`.
    """
    words = (
        path.lower()
        .removesuffix(".txt")
        .replace("/", "-")
        .replace("_", "-")
        .replace(".", "-")
        .split("-")
    )
    return not _DEVELOPMENT.isdisjoint(words)


def _is_requirements(path: str) -> bool:
    """`requirements.txt`, `requirements-dev.txt`, `dev_requirements.txt`,
    `requirements/base.txt`.
    """
    directory, _, name = path.rpartition("/")
    if not name.endswith(".txt"):
        return False
    return directory in _REQUIREMENTS or (
        not directory and any(word in name.lower() for word in _REQUIREMENTS[:2])
    )


def _members(groups: Mapping[str, Any], name: str) -> list[str]:
    """The requirements of a group and of those that it includes (PEP 735)."""
    found: list[str] = []
    waiting, seen = [name], {name}
    while waiting:
        for item in rows(groups, waiting.pop()):
            if isinstance(item, str):
                found.append(item)
            other = text_at(item, "include-group")
            if other and other not in seen:
                seen.add(other)
                waiting.append(other)
    return found
