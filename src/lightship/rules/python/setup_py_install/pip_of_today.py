"""Whether the pip of a stage is known, and does with the sources what setup.py does with them.

pip builds in the directory of the sources since 21.3 (its NEWS.rst); before, in a copy, which
misses what lies beside them. Python 3.10 and newer came with such a pip, but for the first images
of python:3.10 (docker-library/python, PYTHON_PIP_VERSION).
"""

from __future__ import annotations

from lightship.base_images.distributions import (
    distribution_of,
    is_externally_managed,
)
from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.facts.stages.final_image import has_own_python
from lightship.facts.stages.stage_python import least_minor, stage_python
from lightship.regex import regex
from lightship.shell.specs import written

_LEAST = (3, 10)
_FIRST_OF_3_10 = regex(r"3\.10\.[0-5](?![0-9])")
_INTERPRETER = regex(r"(?:.*/)?python(?:3(?:\.(?P<minor>[0-9]+))?)?")
_PACKAGES = frozenset("python3-pip py3-pip python3-full".split())
_OF_SYSTEM = ("/usr/bin/", "/usr/local/bin/")
_MANAGERS = ("apt-get", "apt", "apk")


def has_pip_of_today(build: Build, call: Invocation) -> bool:
    """Whether a call of setup.py surely runs by a Python with a pip that builds in place."""
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return False
    minor = _minor_of(build, stage)
    if not minor or _numbers(minor) < _LEAST or not _has_pip(build, stage):
        return False

    name = written(call.command.words[0])
    is_of_system = name.startswith(_OF_SYSTEM) or "/" not in name.removeprefix("./")
    if is_of_system and _refuses_pip(build, stage):
        return False
    match = _INTERPRETER.fullmatch(name)
    if match is None:
        return name.endswith("setup.py")  # by its first line
    asked = match["minor"]
    return asked is None or minor == f"3.{asked}"


def _refuses_pip(build: Build, stage: Stage) -> bool:
    """Whether pip may not install into the distribution's own Python (PEP 668)."""
    if has_own_python(build, stage):
        return False
    image = build.root_image(stage)
    release = distribution_of(image) if image is not None else None
    return release is None or is_externally_managed(release)


def _minor_of(build: Build, stage: Stage) -> str:
    image = build.root_image(stage)
    if image is None or _FIRST_OF_3_10.match(image.tag):
        return ""
    python = stage_python(build, stage)
    return python.minor if python is not None else least_minor(build, stage)


def _has_pip(build: Build, stage: Stage) -> bool:
    if has_own_python(build, stage):
        return True
    lineage = build.lineage_of(stage)
    for install in build.packages(*_MANAGERS, action="install"):
        names = {package.name for package in install.does.packages}
        is_here = build.dockerfile.stage_of(install.instruction) in lineage
        if is_here and not names.isdisjoint(_PACKAGES):
            return True
    return False


def _numbers(minor: str) -> tuple[int, ...]:
    return tuple(map(int, minor.split(".")))
