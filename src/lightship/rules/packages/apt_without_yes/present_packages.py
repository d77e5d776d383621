"""Which packages are there when apt is called, as far as the file and its base image tell."""

from __future__ import annotations

from lightship.base_images.distributions import distribution_of
from lightship.base_images.full import packages_of_full
from lightship.base_images.lifetimes import official_name
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.apt import LEAVES_OUT
from lightship.facts.packages.base_packages import base_packages
from lightship.regex import regex
from lightship.shell.packages import PackageCommand

# What packages that compile depend on, and what they recommend (package lists of Debian 12 and 13)
_DEPENDS = {
    "build-essential": "dpkg-dev g++ gcc libc6-dev make",
    "dpkg-dev": "binutils bzip2 make patch perl xz-utils",
    "g++": "gcc",
    "gcc": "binutils cpp",
    "gfortran": "gcc",
    "libc6-dev": "linux-libc-dev",
    "npm": "nodejs",
    "python3-dev": "python3 libpython3-dev",
    "python3-pip": "python3 python3-wheel",
    "python3-venv": "python3",
    "r-base": "r-base-core",
    "r-base-dev": "build-essential gfortran r-base-core",
}
_RECOMMENDS = {
    "gcc": "libc6-dev",
    "python3-pip": "build-essential python3-dev",
    "r-base-core": "r-base-dev",
}
# With them it may change packages that it does not name
WITH_OTHERS = ("--auto-remove", "--autoremove")
# Kinds of packages that tell no name of Debian's
_UNNAMED = frozenset({"directory", "file", "url"})
# Images of little more than a distribution
_SMALL = frozenset({"debian", "node", "python", "ubuntu"})
# What a name begins with, before a version, a part or a pattern: `postgresql` of `postgresql-1*`
_FAMILY = regex(r"[a-z]+")


class PresentPackages:
    """The packages of each stage, as its commands are gone through in their order."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.installed: dict[Stage | None, set[str]] = {}
        self.is_unknown = False  # something was installed whose name is not known

    def settles(self, call: PackageInvocation) -> bool:
        """Whether there is nothing to do for a command, since of what there is."""
        does = call.does
        stage = self.build.dockerfile.stage_of(call.instruction)
        if does.action == "update":
            self.installed.setdefault(
                stage, set()
            )  # what the image has may be renewed now
        if does.action == "remove":
            return stage is not None and not self._may_remove(does, stage)
        if does.action != "install":
            return False
        return self._has_all(does, stage)

    def _has_all(self, does: PackageCommand, stage: Stage | None) -> bool:
        names = _installed_by(does)
        if does.reads_more or any(item.kind in _UNNAMED for item in does.packages):
            self.is_unknown = True
        if does.reads_more:
            return False
        if stage is not None and stage not in self.installed:
            self.installed[stage] = set(base_packages(self.build, stage))
        earlier = self.installed.setdefault(stage, set())
        if names and names <= earlier:
            return True
        earlier |= names | _brought_by(does, names)
        return False

    def _may_remove(self, does: PackageCommand, stage: Stage) -> bool:
        """Whether something may be there that a command removes, or what is of its family."""
        if self.is_unknown or does.reads_more or not does.packages:
            return True
        if does.option(*WITH_OTHERS) is not None or not _is_small(self.build, stage):
            return True
        if any(self.build.commands("dpkg")):
            return True
        there = set(base_packages(self.build, stage))
        for below in self.build.lineage_of(stage):
            there |= self.installed.get(below, set())
        families = {"", *map(_family, there)}
        return any(_family(package.word.text) in families for package in does.packages)


def _is_small(build: Build, stage: Stage) -> bool:
    """Whether the image that a stage comes from is known to be little more than a distribution."""
    image = build.root_image(stage)
    if image is None or official_name(image) not in _SMALL or packages_of_full(image):
        return False
    return distribution_of(image) is not None


def _family(name: str) -> str:
    match = _FAMILY.match(name)
    return match[0] if match else ""


def _installed_by(does: PackageCommand) -> set[str]:
    packages = [package for package in does.packages if package.kind != "removal"]
    return {package.name or package.word.text for package in packages}


def _brought_by(does: PackageCommand, names: set[str]) -> set[str]:
    """What comes with packages, as far as it is known, also where it is only recommended."""
    brought: set[str] = set()
    tables = [_DEPENDS]
    if not does.option(*LEAVES_OUT):
        tables.append(_RECOMMENDS)
    left = list(names)
    while left:
        name = left.pop()
        for table in tables:
            new = set(table.get(name, "").split()) - brought
            brought |= new
            left += new
    return brought
