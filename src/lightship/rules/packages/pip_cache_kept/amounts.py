"""How much an install downloads: next to nothing, a few megabytes, or more."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.base_images.users import may_be_local
from lightship.build import Build, PackageInvocation
from lightship.facts.installs.requirement_files import requirements_of
from lightship.regex import regex
from lightship.shell.specs import Package

_MUCH = 10  # megabytes, as where a layer is stored twice
_LOCAL = ("directory", "file")
_DISTRIBUTION = ("apt-get", "apt", "apk", "dnf", "yum")
# `python3-numpy`, `py3-numpy`; but not Python itself and what installs
_LIBRARY = regex(
    r"py(?:thon)?[23]?-(?!(?:pip|dev|devel|venv|setuptools|wheel|virtualenv|minimal|distutils)\b)\w"
)
# Of a branch pip keeps no wheel: it may be another commit next time
_COMMIT = regex(r"@[0-9a-f]{40}(?:#|$)")
# `acme/min_reqs`, `ghcr.io/acme/shop-deps`: pip finds in place what such an image is made for
_WITH_PACKAGES = regex(
    r"[\w./-]*/(?:[\w.-]+[._-])?(?:reqs|requirements|deps|dependencies)(?:[:@].*)?"
)


def has_packages(base: str) -> bool:
    """Whether a base image is named for the dependencies that it brings."""
    return _WITH_PACKAGES.fullmatch(base) is not None


def brings_little(build: Build, call: PackageInvocation, settled: float) -> bool:
    """Whether what it downloads is too small to matter, by names or as files that are there.

    `settled` is where the dependencies of the project are installed.
    """
    does = call.does
    if does.reads_more or not (does.packages or does.requirements):
        return False
    if does.option("--no-deps") is not None and does.option("--find-links"):
        return True

    others = [item for item in does.packages if item.kind != "registry"]
    is_settled = settled < call.command.span.start or _has_own_base(build, call)
    if not all(_is_nothing(call, package, is_settled) for package in others):
        return False
    asked = _asked(build, call)
    if asked is None:
        return False
    # Most requirements are not known
    from lightship.facts.installs.small_packages import are_little  # noqa: PLC0415

    if are_little(asked) or _is_own_alone(build, call, asked):
        return True
    return _is_nothing_beside(build, call, asked)


def _is_own_alone(build: Build, call: PackageInvocation, names: Sequence[str]) -> bool:
    """Whether only the repository's own project comes, whose libraries the distribution has."""
    if not names or not build.repository.projects.issuperset(names):
        return False
    if any(item.kind != "registry" for item in call.does.packages):
        return False
    for install in build.packages(*_DISTRIBUTION, action="install"):
        is_before = install.command.span.start < call.command.span.start
        if not is_before or install.instruction not in build.shipped:
            continue
        if any(_LIBRARY.match(item.name) for item in install.does.packages):
            return True
    return False


def _has_own_base(build: Build, call: PackageInvocation) -> bool:
    """Whether an image of the repository is beneath, which may have what the project asks for."""
    stage = build.dockerfile.stage_of(call.instruction)
    image = build.root_image(stage) if stage is not None else None
    return image is not None and (may_be_local(image) or build.is_own_image(image))


def _is_nothing(call: PackageInvocation, package: Package, is_settled: bool) -> bool:
    """Whether a directory, a file or a branch brings nothing that pip keeps.

    `is_settled` is whether what the project asks for may be there.
    """
    has_dependencies = call.does.option("--no-deps") is None
    text = package.word.text.strip("\"'")
    if package.kind in _LOCAL:
        is_late = is_settled and not package.extras
        return is_late or not has_dependencies or _are_wheels(text)
    if package.kind == "url" and "git" in text:
        return not has_dependencies and _COMMIT.search(text) is None
    return False


def _are_wheels(text: str) -> bool:
    """Whether it is all wheels of a directory: what they depend on is among them."""
    return "*" in text and text.rpartition("/")[2] == "*.whl"


def _is_nothing_beside(
    build: Build, call: PackageInvocation, names: Sequence[str]
) -> bool:
    """Whether a few megabytes come on top of gigabytes."""
    from lightship.facts.installs.wheel_sizes import megabytes  # noqa: PLC0415 - as above
    from lightship.facts.packages.heavy_bases import is_on_gigabytes  # noqa: PLC0415 - as above

    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None or megabytes(names) >= _MUCH:
        return False
    return is_on_gigabytes(build, stage)


def brings_much(build: Build, call: PackageInvocation) -> bool:
    """Whether it downloads more than a few megabytes, or what that is is not known."""
    if call.does.reads_more:
        return True
    asked = _asked(build, call, with_extras=True)
    if asked is None:
        return True
    from lightship.facts.installs.wheel_sizes import megabytes  # noqa: PLC0415 - as above

    return megabytes(asked) >= _MUCH


def _asked(
    build: Build, call: PackageInvocation, *, with_extras: bool = False
) -> list[str] | None:
    """The normalised names of what it asks for; None where that is not known.

    What an extra adds is not known: `with_extras` takes it for little.
    """
    names: list[str] = []
    for package in call.does.packages:
        if package.kind != "registry" and not with_extras:
            continue
        if package.extras and not with_extras:
            return None
        # Most installs name a file
        from lightship.pyproject.dependency import normalised  # noqa: PLC0415

        names.append(normalised(package.name))

    files = requirements_of(build, call)
    if files is None:
        return None
    for file in files:
        if file.missing or any(item.url for item in file.dependencies):
            return None
        if not with_extras and any(item.extras for item in file.dependencies):
            return None
        names += [item.name for item in file.dependencies]
    return names
