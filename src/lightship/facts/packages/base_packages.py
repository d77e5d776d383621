"""What apt is asked to install and the base image has already."""

from __future__ import annotations

from lightship.base_images.distributions import distribution_of, is_since
from lightship.base_images.full import packages_of_full
from lightship.base_images.reference import Reference
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.apt import APT, AptRun

# They come without an index
_LOCAL = frozenset({"file", "directory", "url", "removal"})
# On each image of Debian and Ubuntu: apt, and what is marked as essential
_IN_EACH = frozenset(
    """apt base-files base-passwd bash bsdutils coreutils dash debianutils diffutils dpkg findutils
    grep gzip hostname init-system-helpers libc-bin ncurses-base ncurses-bin perl-base sed
    sysvinit-utils tar util-linux""".split()
)
_IN_EACH = frozenset(
    """apt base-files base-passwd bash bsdutils coreutils dash debconf debianutils diffutils dpkg
    findutils grep gzip hostname init-system-helpers libc-bin login mawk mount ncurses-base
    ncurses-bin passwd perl-base sed sysvinit-utils tar util-linux""".split()
)


def base_packages(build: Build, stage: Stage) -> frozenset[str]:
    """The packages of the image from which a stage starts, as far as they are known."""
    image = build.root_image(stage)
    if image is None:
        return frozenset()
    return packages_of_full(image) | _of_distribution(image)


def _of_distribution(image: Reference) -> frozenset[str]:
    """What comes with Debian or Ubuntu itself; apt of Debian 13 checks signatures without gpgv."""
    if not image.official:
        return frozenset()
    release = distribution_of(image)
    if release is None:
        return frozenset()
    if release.product not in ("Debian", "Ubuntu"):
        return frozenset()
    if is_since(release, "Debian", "13"):
        return _IN_EACH
    return _IN_EACH | {"gpgv"}


def installed_before(build: Build, run: AptRun) -> frozenset[str]:
    """What earlier RUN have installed of all that a RUN asks for: apt leaves it as it is."""
    firsts = build.once(_first_installs)
    lineage = build.lineage_of(run.stage)
    start = run.instruction.span.start
    names: set[str] = set()
    for use in run.uses:
        for package in use.does.packages:
            if package.version is not None:
                continue
            keys = [(stage.index, package.name) for stage in lineage]
            if any(firsts.get(key, start) < start for key in keys):
                names.add(package.name)
    return frozenset(names)


def _first_installs(build: Build) -> dict[tuple[int, str], int]:
    """By stage and name, where apt first installs a package that nothing removes."""
    removed: set[str] = set()
    for call in build.packages(*APT, action="remove"):
        for package in call.does.packages:
            removed.add(package.name)

    firsts: dict[tuple[int, str], int] = {}
    for call in build.packages(*APT, action="install"):
        instruction = call.instruction
        stage = build.dockerfile.stage_of(instruction)
        if stage is None:
            continue
        start = instruction.span.start
        for package in call.does.packages:
            name = package.name
            if not name or name in removed:
                continue
            if package.kind in _LOCAL:
                continue
            key = (stage.index, name)
            firsts.setdefault(key, start)
    return firsts


def needs_index(use: PackageInvocation, have: frozenset[str]) -> bool:
    """Whether a command reads the index of the mirrors, where the image has these packages."""
    does = use.does
    if does.action == "upgrade":
        return True
    if does.action != "install":
        return False

    for package in does.packages:
        if package.kind in _LOCAL:
            continue
        if package.name not in have:
            return True
    return False
