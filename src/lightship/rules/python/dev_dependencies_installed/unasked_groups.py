"""The groups for development that an install brings although nobody named them."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_files import project_of
from lightship.record import record
from lightship.wording.lists import first_few

# Options that name a group to be installed
_NAMING = ("--with", "--group", "-G")


@record
class UnaskedGroups:
    """Their names and those of their packages; `are_all` is whether they are all that it brings."""

    names: list[str]
    packages: list[str]
    are_all: bool

    @property
    def title(self) -> str:
        """What a message calls them; one group by its first packages as well."""
        if len(self.names) > 1:
            return f"the groups {' and '.join(self.names)}"
        packages = list(dict.fromkeys(self.packages))
        return f"the group {self.names[0]} ({first_few(packages, 2)})"


def unasked_groups(build: Build, install: Install) -> UnaskedGroups | None:
    """None where there are none, or where it is not known which groups the project has."""
    project = project_of(build, install)
    if project is None:
        return None

    from lightship.pyproject.project import is_for_development  # noqa: PLC0415 - as read_project

    defaults = project.default_groups(install.tool)
    named = ",".join(install.does.values(*_NAMING)).split(",")
    work = [name for name in defaults if is_for_development(name)]
    names = [name for name in work if name not in named]  # a named one is meant
    if not names:
        return None

    stated = [package for name in names for package in project.groups[name]]
    packages = [package.name for package in stated if package.name]
    return UnaskedGroups(names, packages, are_all=len(names) == len(defaults))
