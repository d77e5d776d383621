"""Whether a Dockerfile is likely to build on a newer image, so that one may be offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from lightship.base_images.lifetimes import parts
from lightship.build import Build, PackageInvocation
from lightship.evaluation.image_references import UsedImage
from lightship.facts.installs.project_pythons import PYTHON_TOOLS, is_known, named
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.packages.apt import APT
from lightship.facts.packages.release_packages import Availability
from lightship.pyproject.dependency import Dependency
from lightship.pyproject.manifest_names import is_manifest
from lightship.rules.base_image.end_of_life_image.supported_image import (
    packages_in,
    speaks_of,
)
from lightship.rules.base_image.end_of_life_image.sure_moves import builds_by_itself

# Two and a half years after its end, more has changed than the base image
_LONG = timedelta(days=913)
_NOT_OF_THE_PROJECT = frozenset(("Dockerfile", ".dockerignore"))
_NODE_TOOLS = ("npm", "yarn", "pnpm")
_MANIFESTS = ("package.json", "pnpm-workspace.yaml")


def is_long_past(build: Build, used: UsedImage) -> bool:
    """Whether the support of a release in the image ended so long ago that little is as it was."""
    ends = [part.release.ends for part in parts(used.image)]
    return any(build.today - end > _LONG for end in ends)


def calls_python_2(build: Build) -> bool:
    """Whether Python 2 is called or installed, which no supported release has for pip."""
    return speaks_of(build, r"\b(?:python|pip)2(?:\.7)?(?![\w.])")


def edits_missing_sources(build: Build, used: UsedImage) -> bool:
    """Whether apt's sources.list is edited, which images of Debian 12 and newer are without.

    debuerreotype writes sources.list.d/debian.sources since; Ubuntu keeps the file to 22.04.
    """
    if used.image.name == "ubuntu" or not build.has_command("sed"):
        return False
    return speaks_of(build, r"\bsed\b[^&;]*/etc/apt/sources\.list(?![.\w])")


def needs_corepack(build: Build) -> bool:
    """Whether corepack is called, or yarn, which an image of Node may lack as well."""
    if speaks_of(build, r"(?i)corepack|\byarn(?:pkg)?\b"):
        return True
    if build.context is None:
        return False
    texts = (build.context.read(path) or "" for path in _MANIFESTS)
    return any("corepack" in text or '"packageManager"' in text for text in texts)


def may_leap(build: Build, used: UsedImage, image: str) -> bool:
    """Whether nothing is bound to versions that are older than the newest image.

    A package that is pinned, and a project with all that it asks for, were made for the releases
    of their time: they are taken only where they are known to have wheels.
    """
    product = parts(used.image)[0].release.product
    version, _, _ = image.rpartition(":")[2].partition("-")
    if product == "Python":
        minor = ".".join(version.split(".")[:2])
        calls = _installing(build, PYTHON_TOOLS)
        if not calls and _asks_elsewhere(build):
            return False
        return all(
            _is_open(build, call) or is_known(build, call, minor) for call in calls
        )
    if product == "Node":
        calls = _installing(build, _NODE_TOOLS)
        return all(call.does.packages for call in calls)
    return _is_plain_system(build, used, image)


def _asks_elsewhere(build: Build) -> bool:
    """Whether a manifest is there that nothing here reads: a script may, or another image."""
    if build.context is None:
        return False
    names = {file.name for file in build.context.files} - _NOT_OF_THE_PROJECT
    return any(map(is_manifest, names))


def _installing(build: Build, tools: Sequence[str]) -> list[PackageInvocation]:
    return [call for call in build.packages(*tools) if call.does.installs]


def _is_plain_system(build: Build, used: UsedImage, image: str) -> bool:
    """Whether nothing on a distribution comes from elsewhere, and its packages are all known."""
    if builds_by_itself(build) or _installing(build, (*PYTHON_TOOLS, *_NODE_TOOLS)):
        return False
    if used.image.name == "ubuntu" and _installing(build, APT):
        return False  # which of its releases have what is not known
    tag = image.rpartition(":")[2]
    return packages_in(build, used, tag) is Availability.THERE


def _is_open(build: Build, call: PackageInvocation) -> bool:
    """Whether an install takes of each package the newest version that there is."""
    if any(package.kind != "registry" for package in call.does.packages):
        return False
    files = requirements_of(build, call)
    if files is None or call.does.action == "sync":
        return False
    asked = list(named(call.does))
    for file in files:
        if file.missing:
            return False
        asked += [*file.dependencies, *file.constraints]
    return bool(asked) and not any(map(_is_bound, asked))


def _is_bound(dependency: Dependency) -> bool:
    """Whether a requirement sets an upper bound, or is not from the package index."""
    clauses = dependency.specifier.split(",")
    allowed = ("", ">", "!")
    return bool(dependency.url) or any(
        clause.strip()[:1] not in allowed for clause in clauses
    )
