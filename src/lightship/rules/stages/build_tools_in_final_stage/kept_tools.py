"""Installs whose build tools stay in the layers of the final image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.files.late_removals import late_removals
from lightship.record import record
from lightship.shell.build_tools import is_build_tool, is_companion, is_headers
from lightship.shell.packages import Package

MANAGERS = (
    "apt-get",
    "apt",
    "aptitude",
    "apk",
    "dnf",
    "microdnf",
    "yum",
    "tdnf",
    "zypper",
)


@record
class KeptTools:
    """An install whose build tools, or the headers for them, stay in the final image."""

    install: PackageInvocation
    tools: Sequence[Package]

    @property
    def compiles(self) -> bool:
        """Whether more stays than headers."""
        return not all(_is_headers(self.install, tool) for tool in self.tools)


def kept_tools(build: Build) -> Iterator[KeptTools]:
    """Installs of build tools that stay in the layers of the final image."""
    lineage = set(build.lineage)
    steps = build.evaluation.steps
    shipped = {step.instruction for step in steps if step.stage in lineage}
    # What a later layer removes is a finding of removed-in-later-layer
    later = {(left.maker, name) for left in late_removals(build) for name in left.names}
    removals: dict[Instruction, list[PackageInvocation]] = {}
    for removal in build.packages(*MANAGERS, action="remove"):
        removals.setdefault(removal.instruction, []).append(removal)

    for install in build.packages(*MANAGERS, action="install"):
        run = install.instruction
        virtual = install.does.values("--virtual")
        if run not in shipped or any((run, name) in later for name in virtual):
            continue
        left = [
            tool
            for tool in _left(install, removals.get(run, ()))
            if (run, tool.name) not in later
        ]
        if not all(is_companion(tool.name) for tool in left):
            yield KeptTools(install, left)


def _is_tool(install: PackageInvocation, package: Package) -> bool:
    if package.kind not in ("registry", "group"):
        return False
    name = package.name
    return is_build_tool(install.does.manager, name) or is_companion(name)


def _is_headers(install: PackageInvocation, package: Package) -> bool:
    """Headers alone, or what goes with them: nothing here compiles."""
    name = package.name
    return is_headers(install.does.manager, name) or is_companion(name)


def _left(
    install: PackageInvocation, removals: Sequence[PackageInvocation]
) -> Sequence[Package]:
    """The build tools that the same RUN does not remove.

    It may remove them by name, as a virtual package, or by a list that the shell makes.
    """
    removed: set[str] = set()
    for removal in removals:
        if removal.does.reads_more or not removal.does.packages:
            return ()
        removed |= {package.name for package in removal.does.packages}
    virtual = install.does.option("--virtual")
    if virtual is not None and virtual.value in removed:
        return ()
    tools = [tool for tool in install.does.packages if _is_tool(install, tool)]
    return [tool for tool in tools if tool.name not in removed]
