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
            all_names = " and ".join(self.names)
            return f"the groups {all_names}"
        distinct = dict.fromkeys(self.packages)
        few = first_few(list(distinct), 2)
        return f"the group {self.names[0]} ({few})"


def unasked_groups(build: Build, install: Install) -> UnaskedGroups | None:
    """None where there are none, or where it is not known which groups the project has."""
    project = project_of(build, install)
    if project is None:
        return None

    from lightship.pyproject.project import is_for_development  # noqa: PLC0415 - as read_project

    defaults = project.default_groups(install.tool)
    lists = install.does.values(*_NAMING)
    named = ",".join(lists).split(",")
    work = [name for name in defaults if is_for_development(name)]
    names = [name for name in work if name not in named]  # a named one is meant
    if not names:
        return None

    packages: list[str] = []
    for name in names:
        group = project.groups[name]
        packages += [package.name for package in group if package.name]
    are_all = len(names) == len(defaults)
    return UnaskedGroups(names, packages, are_all)
