"""What the repository of a Dockerfile is asked, as far as its build depends on the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lightship.base_images.reference import Reference, read_reference
from lightship.base_images.users import may_be_local
from lightship.build import Build
from lightship.evaluation.stages import SCRATCH
from lightship.facts.users.accounts import ROOT
from lightship.flows.builds import BuildFinder
from lightship.regex import regex
from lightship.repository_facts import OwnBase, RepositoryFacts

_PIP_INSTALL = regex(r"\bpip[\d.]*[ \t][^\n]*\binstall\b")


def asked_facts(finder: BuildFinder, dockerfile: str, build: Build) -> RepositoryFacts:
    """The images and packages that the repository makes, and its settings of caches."""
    images = _own_images(finder, dockerfile, build)
    projects: frozenset[str] = frozenset()
    text = build.dockerfile.text
    if _PIP_INSTALL.search(text):
        projects = finder.own_packages(dockerfile)
    settings: frozenset[str] = frozenset()
    if _calls_installer(build) and _starts_from(build, images):
        settings = finder.cache_settings(dockerfile)
    bases: Mapping[str, OwnBase] = {}
    names = set(_foreign_bases(build))
    if names:
        bases = finder.own_bases(dockerfile, names)
    return RepositoryFacts(
        images,
        projects=projects,
        cache_settings=settings,
        bases=bases,
    )


def _own_images(
    finder: BuildFinder,
    dockerfile: str,
    build: Build,
) -> frozenset[str]:
    """The images that the repository makes, as far as it matters."""
    images = finder.images_beside(dockerfile)
    unpinned = _unpinned_images(build)
    unknown = [image for image in unpinned if image.name not in images]
    # All files are read for that
    if unknown:
        images |= finder.own_images(dockerfile, unknown)
    return images


def _foreign_bases(build: Build) -> Iterator[str]:
    """What stages start from but official images: these may be made here."""
    for stage in build.dockerfile.stages:
        root = build.evaluation.root(stage)
        name = root.name
        if name == SCRATCH or name in build.contexts:
            continue
        image = read_reference(name)
        is_public = False
        if isinstance(image, Reference):
            is_public = image.official and not may_be_local(image)
        if not is_public:
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
        is_certain = image.official or image.digest
        if is_certain:
            continue
        is_base = used.span in bases
        if is_base and may_be_root:
            yield image
            continue

        # A name of one word may be that of a tool, such as uv
        _folder, _slash, name = image.path.rpartition("/")
        may_be_own = is_base or "-" in name
        has_version = image.tag not in ("", "latest")
        if may_be_own and not has_version:
            yield image


def _may_be_root(build: Build) -> bool:
    """Whether the last USER is root, or there is none."""
    last = ""
    for instruction in build.each("USER"):
        args = instruction.args
        if args:
            last = args[0].text
    if not last:
        return True
    user, _colon, _group = last.partition(":")
    return user in ROOT
