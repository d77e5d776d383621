"""Which minor versions of Python a project allows: by what it declares, and by the wheels in
its lock file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.context.files import Context
from lightship.pyproject.data_files import at, ini_value, json_of, python, toml
from lightship.pyproject.dependency import pep440
from lightship.pyproject.locks import is_for_linux, is_for_python, read_lock
from lightship.pyproject.manifest_text import text_of
from lightship.pyproject.setup_py import read_setup
from lightship.pyproject.version_ranges import fitting
from lightship.regex import regex

_PLAIN = regex(r"[0-9]+(?:\.[0-9]+)*(?:\.\*)?")
# A line of .python-version or runtime.txt; the name of an environment, or another implementation,
# declares nothing
_PINNED = regex(r"(?:(?:c?python)[-@]?)?(?P<version>[0-9]+(?:\.[0-9]+)*)")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
_LATEST = 99  # the tag of a minor is its newest patch release, whichever that is


def allowed(
    context: Context,
    versions: Sequence[str],
    directory: str = "",
) -> tuple[str, ...] | None:
    """Those of `versions` (`3.12`) whose image the project allows.

    None where it declares nothing, or nothing readable.

    The image of a minor has its newest patch release: `<=3.12` allows no image of 3.12, only
    3.12.0 itself.
    """
    texts = list(declared(context, directory))
    if not texts:
        return None

    newest = tuple(f"{version}.{_LATEST}" for version in versions)
    for text in texts:
        allowing = fitting(text, newest)
        if allowing is None:
            return None
        newest = allowing
    left = [version.rpartition(".")[0] for version in newest]
    for name in _LOCKS:
        for wheels in _locked_wheels(context, _in(directory, name)):
            left = [version for version in left if _has_wheel(wheels, version)]
    return tuple(left)


def _has_wheel(wheels: Iterable[str], version: str) -> bool:
    return any(is_for_python(wheel, version) for wheel in wheels)


def _in(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name


def declared(context: Context, directory: str = "") -> Iterator[str]:
    """Each statement about the version, as specifiers of PEP 440."""
    pyproject, pipfile, uv, poetry, pdm = (
        toml(context, _in(directory, name))
        for name in ("pyproject.toml", "Pipfile", *_LOCKS)
    )
    texts = [
        at(pyproject, "project", "requires-python"),
        at(pyproject, "tool", "poetry", "dependencies", "python"),
        at(uv, "requires-python"),
        at(poetry, "metadata", "python-versions"),
        at(pdm, "metadata", "requires_python"),
        at(pipfile, "requires", "python_version"),
        at(pipfile, "requires", "python_full_version"),
        at(
            json_of(context, _in(directory, "Pipfile.lock")),
            "_meta",
            "requires",
            "python_version",
        ),
        ini_value(context, _in(directory, "setup.cfg"), "options", "python_requires"),
        read_setup(python(context, _in(directory, "setup.py"))).python_requires,
        _pinned(text_of(context, _in(directory, ".python-version"))),
        _pinned(text_of(context, _in(directory, "runtime.txt"))),
    ]
    for text in texts:
        if isinstance(text, str) and text.strip() not in ("", "*"):
            yield _specifier(text.strip())


def _pinned(text: str) -> str:
    """The first version that a file with one on each line names."""
    lines = (line.strip() for line in text.splitlines())
    match = _PINNED.fullmatch(
        next((line for line in lines if line and not line.startswith("#")), "")
    )
    return match["version"] if match else ""


def _specifier(text: str) -> str:
    """A bare version stands for all of its minor."""
    if _PLAIN.fullmatch(text):
        return f"=={'.'.join(text.removesuffix('.*').split('.')[:2])}.*"
    return pep440(text)


def _locked_wheels(context: Context, path: str) -> Iterator[list[str]]:
    """The file names of the wheels for Linux of each package that has some, all its locked
    versions together.

    One without any, such as pywin32, is not installed there, or is built.
    """
    found: dict[str, list[str]] = {}
    for package in read_lock(context, path):
        found.setdefault(package.name, []).extend(filter(is_for_linux, package.wheels))
    yield from filter(None, found.values())
