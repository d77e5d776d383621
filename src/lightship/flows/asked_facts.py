"""What the repository of a Dockerfile is asked, as far as its build depends on the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.base_images.reference import Reference, read_reference
from lightship.base_images.users import may_be_local
from lightship.build import Build
from lightship.evaluation.stages import SCRATCH
from lightship.facts.users.accounts import ROOT
from lightship.flows.builds import BuildFinder
from lightship.regex import regex
from lightship.repository_facts import RepositoryFacts

_PIP_INSTALL = regex(r"\bpip[\d.]*[ \t][^\n]*\binstall\b")


def asked_facts(finder: BuildFinder, dockerfile: str, build: Build) -> RepositoryFacts:
    """The images and packages that the repository makes, and its settings of caches."""
    projects: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    images = finder.images_beside(dockerfile)
    unknown = [item for item in _unpinned_images(build) if item.name not in images]
    if unknown:
        images |= finder.own_images(dockerfile, unknown)
    if _PIP_INSTALL.search(build.dockerfile.text):
        projects = finder.own_packages(dockerfile)
    if _calls_installer(build) and _starts_from(build, images):
        settings = finder.cache_settings(dockerfile)
    names = set(_foreign_bases(build))
    bases = finder.own_bases(dockerfile, names) if names else {}
    return RepositoryFacts(
        images, projects=projects, cache_settings=settings, bases=bases
    )


def _foreign_bases(build: Build) -> Iterator[str]:
    """What stages start from but official images: these may be made here."""
    for stage in build.dockerfile.stages:
        name = build.evaluation.root(stage).name
        image = read_reference(name)
        is_public = False
        if isinstance(image, Reference):
            is_public = image.official and not may_be_local(image)
        if name != SCRATCH and name not in build.contexts and not is_public:
            yield name


def _calls_installer(build: Build) -> bool:
    """Whether a setting of its base image may matter: of pip or uv."""
    text = build.dockerfile.text
    return "pip" in text or "uv " in text


def _starts_from(build: Build, images: frozenset[str]) -> bool:
    """Whether its base image is one of those that the repository makes."""
    final = build.final
    if final is None or not images:
        return False
    image = build.root_image(final)
    if image is None:
        return False
    facts = RepositoryFacts(images)
    known = replace(build, repository=facts)
    return known.is_own_image(image)


def _unpinned_images(build: Build) -> Iterator[Reference]:
    """The images of which it matters whether the repository makes them itself.

    These are those without a version, and what a Dockerfile starts from that may run as root.
    """
    stages = build.dockerfile.stages
    bases = {stage.base.span for stage in stages}
    may_be_root = _may_be_root(build)
    for used in build.images:
        image = used.image
        if image.official or image.digest:
            continue
        is_base = used.span in bases
        if is_base and may_be_root:
            yield image
            continue

        # A name of one word may be that of a tool, such as uv
        _folder, _slash, name = image.path.rpartition("/")
        may_be_own = is_base or "-" in name
        if may_be_own and image.tag in ("", "latest"):
            yield image


def _may_be_root(build: Build) -> bool:
    """Whether the last USER is root, or there is none."""
    users = [item.args[0].text for item in build.each("USER") if item.args]
    if not users:
        return True
    user, _colon, _group = users[-1].partition(":")
    return user in ROOT
