"""Which Python a stage has: that of its image, or of the distribution."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.distributions import distribution_of
from lightship.base_images.pythons import (
    Python,
    distribution_python,
    image_python,
    minor_of_release,
    oldest_minor,
)
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.regex import regex

# What shows that a stage may have another Python than that of its image or its distribution
_OTHERS = regex(
    r"\b(?:pyenv|\w*conda\w*|\w*mamba|deadsnakes|managed-python|python-build|asdf|mise|rye|pixi"
    r"|nix|uv python)\b|ftp/python|UV_PYTHON_(?:INSTALL_DIR|PREFERENCE)|python-preference"
)
# One of these is in every match
_MARKS = (
    "pyenv",
    "conda",
    "mamba",
    "deadsnakes",
    "managed-python",
    "python-build",
    "asdf",
    "mise",
    "rye",
    "pixi",
    "nix",
    "uv python",
    "ftp/python",
    "UV_PYTHON_",
    "python-preference",
)
_USUAL_NAMES = ("", "python", "python3")
_LEFT_BEHIND = (3, 7)
_NUMBERED = regex(r"python(?P<minor>3\.[0-9]+)(?![0-9])")
_MANAGERS = ("apt-get", "apt", "apk")
_PACKAGES = frozenset("python3 python3-venv python3-pip python3-dev py3-pip".split())


def stage_python(build: Build, stage: Stage) -> Python | None:
    """The Python that `python3` means in a stage.

    None where it may be another than that of its image.
    """
    return build.once(_pythons)[stage.index]


def other_minor(build: Build, stage: Stage, minor: str) -> str:
    """The Python of a stage, in words, where that surely is another than `minor`; else empty.

    Of the image `python:3` it is known which one it has at least.
    """
    python = stage_python(build, stage)
    if python is not None:
        is_other = python.minor != minor
        return python.minor if is_other else ""

    oldest = least_minor(build, stage)
    if not oldest or not minor:
        return ""
    if _number(minor) >= _number(oldest):
        return ""
    return f"{oldest} or later"


def gets_no_releases(build: Build, stage: Stage) -> bool:
    """Whether its Python is so old that tools and libraries have not supported it for years.

    3.7 and older, but not Python 2: some releases do not say that they leave that out. Where the
    image tells of none, it is that of the distribution, or the newest that a package names.
    """
    python = stage_python(build, stage)
    if python is not None:
        number = _number(python.minor)
    else:
        packaged = _packaged_minor(build, stage)
        number = _number(packaged)
    return (3,) < number <= _LEFT_BEHIND


def _packaged_minor(build: Build, stage: Stage) -> str:
    """The newest Python that packages of a stage name, `python3.5-dev`, or its distribution's.

    Empty where it has no such packages.
    """
    if stage.index in build.once(_stages_with_others):
        return ""
    names = list(_python_packages(build, stage))
    matches = filter(None, map(_NUMBERED.match, names))
    minors = [match["minor"] for match in matches]
    if minors:
        return max(minors, key=_number)
    if not names:
        return ""

    # Without a number in their names they are of the distribution's Python
    image = build.root_image(stage)
    if image is None or image_python(image) is not None:
        return ""
    distribution = distribution_of(image)
    return minor_of_release(distribution)


def _python_packages(build: Build, stage: Stage) -> Iterator[str]:
    """The packages named `python3...` that the stage, or one below it, installs."""
    stages = build.lineage_of(stage)
    for call in build.packages(*_MANAGERS, action="install"):
        own = build.dockerfile.stage_of(call.instruction)
        if own not in stages:
            continue
        for package in call.does.packages:
            name = package.name
            if name.startswith("python3"):
                yield name


def least_minor(build: Build, stage: Stage) -> str:
    """The minor version that a stage on `python:3` has at least.

    Empty for other images, and where the stage may have another Python.
    """
    if stage.index in build.once(_stages_with_others):
        return ""
    image = build.root_image(stage)
    if image is None:
        return ""
    return oldest_minor(image)


def _number(minor: str) -> tuple[int, ...]:
    """A version as numbers, which can be compared."""
    parts = minor.split(".")
    numbers = filter(str.isdigit, parts)
    return tuple(map(int, numbers))


def asked_python(build: Build, stage: Stage, asked: str) -> Python | None:
    """The interpreter of that name, version or path in a stage.

    What `python3` means where nothing is asked for; None where the stage does not have it.
    """
    python = stage_python(build, stage)
    if python is None:
        return None
    if asked in _USUAL_NAMES:
        return python

    path, _, name = asked.rpartition("/")
    if path not in ("", f"{python.prefix}/bin"):
        return None

    version = name.removeprefix("cpython-")
    version = version.removeprefix("python")
    if version in ("", "3", python.minor):
        return python
    if version.startswith(f"{python.minor}."):
        return python
    return None


def _pythons(build: Build) -> tuple[Python | None, ...]:
    """The Python of each stage, by its index."""
    with_others = build.once(_stages_with_others)
    with_packages = _stages_with_packages(build)
    pythons: list[Python | None] = []
    for stage in build.dockerfile.stages:
        python = None
        if stage.index not in with_others:
            has_package = stage.index in with_packages
            python = _python(build, stage, has_package)
        pythons.append(python)
    return tuple(pythons)


def _python(build: Build, stage: Stage, has_package: bool) -> Python | None:
    image = build.root_image(stage)
    if image is None:
        return None
    own = image_python(image)
    if own is None and has_package:
        return distribution_python(image)
    return own


def _stages_with_others(build: Build) -> set[int]:
    """The stages that may have another Python, or start from one that may."""
    text = build.dockerfile.text
    if not any(mark in text for mark in _MARKS):
        return set()
    stages: set[int] = set()
    for stage in build.dockerfile.stages:
        if _inherits(build, stage, stages) or _names_another(build, stage):
            stages.add(stage.index)
    return stages


def _stages_with_packages(build: Build) -> set[int]:
    """The stages that have the distribution's package python3, and no other version of it."""
    stages: set[int] = set()
    for call in build.packages(*_MANAGERS, action="install"):
        names = {package.name for package in call.does.packages}
        if _PACKAGES.isdisjoint(names):
            continue
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is not None:
            stages.add(stage.index)

    for stage in build.dockerfile.stages:
        if _inherits(build, stage, stages):
            stages.add(stage.index)
    return stages


def _inherits(build: Build, stage: Stage, stages: set[int]) -> bool:
    """Whether a stage starts from one of `stages`; those before it are judged already."""
    base = build.base_of(stage)
    if base is None:
        return False
    return base.index in stages


def _names_another(build: Build, stage: Stage) -> bool:
    """Whether an instruction of the stage itself speaks of another Python."""
    for item in stage.instructions:
        if item.keyword not in ("RUN", "ENV", "ARG"):
            continue
        text = item.span.of(build.dockerfile.text)
        if _OTHERS.search(text):
            return True
    return False
