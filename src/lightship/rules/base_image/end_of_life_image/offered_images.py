"""Images with supported releases that nothing is known to speak against, for a person to choose.

Where the project says which versions it runs on, `supported_image.py` has the one to take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.base_images.distributions import is_externally_managed
from lightship.base_images.lifetimes import (
    Release,
    TaggedRelease,
    official_name,
    parts,
    supported,
    supported_after,
)
from lightship.base_images.pythons import minor_of_release
from lightship.base_images.variants import newest_of
from lightship.build import Build
from lightship.evaluation.image_references import UsedImage
from lightship.facts.packages.release_packages import Availability
from lightship.rules.base_image.end_of_life_image.likely_builds import (
    calls_python_2,
    edits_missing_sources,
    is_long_past,
    may_leap,
    needs_corepack,
)
from lightship.rules.base_image.end_of_life_image.supported_image import (
    LAST_PYTHONS,
    Upgrade,
    distribution,
    packages_in,
    possible_pythons,
    speaks_of,
    upgrade,
    with_changes,
)
from lightship.rules.base_image.end_of_life_image.sure_moves import Changes

# What may follow the release in a tag and is there for each release
_VARIANT = re.compile(r"(?:-slim)?")
# Node 25 and newer come without corepack (Node.js 25.0.0, changelog)
_WITHOUT_COREPACK = 25
_DISTRIBUTIONS = ("Debian", "Ubuntu", "Alpine")


def offered(build: Build, used: UsedImage) -> tuple[Upgrade, ...]:
    """The oldest image that may do, and the newest where nothing is bound to old versions."""
    image = used.image
    name = official_name(image)
    if name is None or image.digest or "windows" in image.tag:
        return ()
    if is_long_past(build, used) or calls_python_2(build):
        return ()
    upgrades = list(_possible(build, used, name))
    if not upgrades:
        upgrades = list(_distribution_alone(build, used))
    if not upgrades:
        unsure = upgrade(build, used)
        return () if unsure is None else (unsure,)

    oldest = upgrades[0]
    newest = upgrades[-1]
    if newest.name == oldest.name or not may_leap(build, used, newest.name):
        return (oldest,)
    return oldest, newest


def _possible(build: Build, used: UsedImage, name: str) -> Iterator[Upgrade]:
    """With another release of what the image is named for, the oldest first."""
    tagged = parts(used.image)
    if not tagged or tagged[0].start != 0:
        return

    own = tagged[0]
    if not own.release.has_ended(build.today):
        return

    for new in _own_releases(build, used, name, own):
        changes: Changes = [(own, new)]
        version = new.rpartition("-")[0] or new
        for part in tagged[1:]:
            release = distribution(build, name, version, part.release)
            if release is None:
                changes = []
                break
            if release not in (part.release.codename, part.release.version):
                changes.append((part, release))

        yield from _changed(build, used, changes)


def _own_releases(
    build: Build, used: UsedImage, name: str, own: TaggedRelease
) -> Iterator[str]:
    """What may take the place of the image's own version, as it is written in a tag."""
    product = own.release.product
    written = used.image.tag[own.start : own.end]
    rest = used.image.tag[own.end :]
    if product == "Python":
        if own.release.version.startswith("2."):
            return  # the program would have to be ported
        for minor in possible_pythons(build, own.release.version):
            yield _as_exact(name, written, minor)
    elif product == "Node":
        for release in supported_after(own.release, build.today):
            is_without = int(release.version) >= _WITHOUT_COREPACK
            if is_without and needs_corepack(build):
                break
            if int(release.version) % 2 == 0:
                yield _as_exact(name, written, release.version)
    elif product in _DISTRIBUTIONS and _VARIANT.fullmatch(rest):
        yield from _distributions(build, own.release, written)


def _as_exact(name: str, written: str, line: str) -> str:
    """The version, exact where the old one is."""
    depth = {"python": 2, "node": 1}.get(name, 9)
    if written.count(".") < depth:
        return line
    return newest_of(name, line) or line


def _distributions(build: Build, old: Release, written: str) -> Iterator[str]:
    """Later releases of a distribution, by number or by name as it is written."""
    if written not in (old.version, old.codename):
        return  # a point release, whose successor is not known
    codename = re.escape(old.codename)
    if codename and speaks_of(build, rf"\b{codename}\b"):
        return  # a source of packages
    minor = minor_of_release(old)
    if minor and speaks_of(build, rf"(?<![\w.]){re.escape(minor)}(?![\d])"):
        return  # its Python
    uses_pip = not is_externally_managed(old) and _installs_into_system(build)
    for release in supported_after(old, build.today):
        if old.product == "Ubuntu" and not _is_long_term(release):
            continue
        if uses_pip and is_externally_managed(release):
            continue
        yield release.codename if written == old.codename else release.version


def _installs_into_system(build: Build) -> bool:
    """Whether pip may install into the distribution's own Python, which later ones refuse."""
    for call in build.packages("pip", action="install"):
        program = call.command.words[0].text
        if "/" not in program and not call.does.option("--break-system-packages"):
            return True
    return False


def _is_long_term(release: Release) -> bool:
    year, _, month = release.version.partition(".")
    return int(year) % 2 == 0 and month == "04"


def _distribution_alone(build: Build, used: UsedImage) -> Iterator[Upgrade]:
    """The same version of Python on the last release that its image was built for."""
    tagged = parts(used.image)
    if len(tagged) != 2 or tagged[0].release.product != "Python":
        return
    python, part = tagged
    last = LAST_PYTHONS.get(python.release.version)
    is_exact = used.image.tag[: python.end].count(".") > 1
    if last is None or is_exact or part.release.product != "Debian":
        return
    if not part.release.has_ended(build.today):
        return
    names = {release.codename for release in supported("Debian", build.today)}
    if last in names and not speaks_of(build, rf"\b{part.release.codename}\b"):
        yield from _changed(build, used, [(part, last)])


def _changed(build: Build, used: UsedImage, changes: Changes) -> Iterator[Upgrade]:
    if not changes:
        return
    changed = with_changes(build, used, changes)
    if changed is None:
        return
    if edits_missing_sources(build, used):
        return
    tag = changed.name.rpartition(":")[2]
    if packages_in(build, used, tag) is not Availability.GONE:
        yield changed
