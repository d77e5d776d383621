"""Whether all that is installed is known to exist for another Python or another distribution."""

from __future__ import annotations

import re

from lightship.base_images.lifetimes import TaggedRelease
from lightship.build import Build
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.project_pythons import PYTHON_TOOLS, asked_for, is_known
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.start.container_lines import run_texts
from lightship.pyproject.python_versions import allowed
from lightship.regex import regex

Changes = list[tuple[TaggedRelease, str]]

_MOST_MINORS = 2
_SETUP_PY = regex(r"setup\.py")
_BUILD_SYSTEM = regex(r"(?m)^\[build-system\]")
# A compiler, or a package of another distribution, meets other libraries there
_BUILDERS = (
    *("make", "cmake", "ninja", "meson", "gcc", "g++", "configure", "autoreconf"),
    *("dpkg", "gdebi", "cargo", "go"),
)
# `# only supported on Python<3.11`; a marker of one requirement has quotes
_BELOW = regex(r"(?i)\bpython[ \t]*(?P<sign><=?|\u2264)[ \t]*3\.(?P<minor>\d{1,2})\b")
_SPEAKING = regex(
    r"(?i)(?:[\w.-]*requirements[\w.-]*\.(?:txt|in)|readme(?:\.\w+)?|setup\.py)"
)
_MOST_SPEAKING = 20
_DECLARED_IN = ("pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "noxfile.py")


def is_sure_move(build: Build, changes: Changes) -> bool:
    """Whether nothing that is installed may be missing or fail under the new releases."""
    for part, new in changes:
        old = part.release.version
        if part.release.product != "Python":
            if builds_by_itself(build):
                return False
        elif _minor(old) != _minor(new) and not _is_sure_python(build, old, new):
            return False
    return True


def _is_sure_python(build: Build, old: str, new: str) -> bool:
    """Whether the packages and the project are known to install on another minor of Python."""
    if _installs_old_project(build):
        return False
    leaps = _minor(new) - _minor(old) > _MOST_MINORS
    if leaps and _has_pins(build):
        return False
    if _is_spoken_against(build, _minor(new)):
        return False
    minor = f"3.{_minor(new)}"
    if _is_attested(build, f"3.{_minor(old)}", minor):
        return True
    calls = build.packages(*PYTHON_TOOLS)
    return all(is_known(build, call, minor) for call in calls if call.does.installs)


def _is_spoken_against(build: Build, minor: int) -> bool:
    """Whether a comment of requirements, a manual or setup.py sets an upper bound below it."""
    context = build.context
    if context is None:
        return False
    files = [file for file in context.files if _SPEAKING.fullmatch(file.name)]
    for file in files[:_MOST_SPEAKING]:
        for bound in _BELOW.finditer(context.read(file.path) or ""):
            first_refused = int(bound["minor"]) + (bound["sign"] != "<")
            if minor >= first_refused:
                return True
    return False


def builds_by_itself(build: Build) -> bool:
    """Whether a RUN compiles something, or installs a package that was made for one release."""
    return build.has_command(*_BUILDERS)


def _minor(version: str) -> int:
    number = version.split(".")[1:2]
    return int(number[0]) if number and number[0].isdecimal() else 0


def _has_pins(build: Build) -> bool:
    for call in build.packages("pip", "uv"):
        if requirements_of(build, call) is None:
            return True
    return any(dependency.is_pinned for dependency in asked_for(build))


def _installs_old_project(build: Build) -> bool:
    """Whether setup.py is run, or linked by an editable install as setuptools once did.

    A newer Python brings newer setuptools and pip: those refuse old requirements and options, and
    an editable install (PEP 660) finds only the packages that are there when it is made.
    """
    for call in build.commands():
        script = call.command.span.of(build.dockerfile.text)
        if _SETUP_PY.search(script) and call.command.name != "rm":
            return True
    for install in installs(build):
        for package in install.local:
            if package.editable and not _has_build_system(build, install):
                return True
    return False


def _has_build_system(build: Build, install: Install) -> bool:
    project = project_of(build, install)
    if project is None or build.context is None:
        return False
    path = f"{project.directory}/pyproject.toml".lstrip("/")
    return _BUILD_SYSTEM.search(build.context.read(path) or "") is not None


def _is_attested(build: Build, old: str, new: str) -> bool:
    """Whether the project says that it runs on the new minor, or refuses the old one already.

    A lower bound alone says nothing of what comes after it.
    """
    context = build.context
    if context is None:
        return False
    if allowed(context, [old]) == () and allowed(context, [new]):
        return True
    number = new.partition(".")[2]
    named = regex(
        rf"Python :: 3\.{number}\b|\bpy(?:thon)?3{number}\b|\bpy3\.{number}\b"
    )
    texts = [context.read(path) or "" for path in _DECLARED_IN]
    if any(map(named.search, texts)):
        return True
    return any(_tests_on(text, new) for text in run_texts(build) or ())


def _tests_on(text: str, version: str) -> bool:
    """Whether a workflow sets up that Python."""
    if "python-version" not in text:
        return False
    return re.search(rf"[\"' \[]{re.escape(version)}[\"' ,\]\n]", text) is not None
