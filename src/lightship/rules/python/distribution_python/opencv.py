"""python3-opencv in a Python image: what of it the program uses are the libraries it brings."""

from __future__ import annotations

from collections.abc import Collection

from lightship.build import Build
from lightship.facts.installs.requirement_files import requirements_of

_NAME = "python3-opencv"
_HEADLESS = "opencv-python-headless"
# Wheels that load libGL and GLib, which they do not contain
_WITH_WINDOWS = frozenset(("opencv-python", "opencv-contrib-python"))
_LIBRARIES = "libgl1 libglib2.0-0"


def about_opencv(name: str, by_pip: Collection[str]) -> str:
    """What is said where pip installs OpenCV with windows; empty for anything else."""
    if name != _NAME or _WITH_WINDOWS.isdisjoint(by_pip) or _HEADLESS in by_pip:
        return ""
    return f"python cannot import {name}; pip installs OpenCV: install {_LIBRARIES} instead"


def may_load_libraries(build: Build, name: str, by_pip: Collection[str]) -> bool:
    """Whether pip may install an OpenCV that needs the libraries of this package.

    It does so for a project or a repository, whose dependencies are not read here.
    """
    is_known = _HEADLESS in by_pip or not _WITH_WINDOWS.isdisjoint(by_pip)
    if name != _NAME or is_known:
        return False
    for call in build.packages("pip", "uv", "poetry", "pdm", "pipenv"):
        if not call.does.installs:
            continue
        kinds = {package.kind for package in call.does.packages}
        if kinds - {"registry"} or requirements_of(build, call) is None:
            return True
    return False
