"""Which minor versions of Python a project allows: by what it declares, and by the wheels in its lock file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lightship.context.files import Context

_CARET = re.compile(r"\^\s*([0-9]+)(?:\.[0-9.]+)?")
_TILDE = re.compile(r"~\s*([0-9]+)\.([0-9]+)(?:\.[0-9.]+)?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:\.\*)?")
# A line of .python-version or runtime.txt; the name of an environment, or another implementation, declares nothing
_PINNED = re.compile(r"(?:(?:c?python)[-@]?)?(?P<version>[0-9]+(?:\.[0-9]+)*)")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
_LATEST = 99  # the tag of a minor is its newest patch release, whichever that is


def allowed(context: Context, versions: Sequence[str]) -> tuple[str, ...] | None:
    """Those of `versions` (`3.12`) whose image the project allows; None where it declares nothing, or nothing readable.

    The image of a minor has its newest patch release: `<=3.12` allows no image of 3.12, only 3.12.0 itself.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - slow to import

    try:
        declared = [SpecifierSet(text) for text in _declared(context)]
    except (InvalidSpecifier, ValueError):
        return None
    if not declared:
        return None
    locked = [wheels for name in _LOCKS for wheels in _locked_wheels(_toml(context, name))]
    return tuple(
        version
        for version in versions
        if all(text.contains(f"{version}.{_LATEST}") for text in declared)
        and all(any(_fits(wheel, version) for wheel in wheels) for wheels in locked)
    )


def _declared(context: Context) -> Iterator[str]:
    """Each statement about the version, as specifiers of PEP 440."""
    pyproject, pipfile = _toml(context, "pyproject.toml"), _toml(context, "Pipfile")
    texts = [
        _at(pyproject, "project", "requires-python"),
        _at(pyproject, "tool", "poetry", "dependencies", "python"),
        _at(_toml(context, "uv.lock"), "requires-python"),
        _at(_toml(context, "poetry.lock"), "metadata", "python-versions"),
        _at(_toml(context, "pdm.lock"), "metadata", "requires_python"),
        _at(pipfile, "requires", "python_version"),
        _at(pipfile, "requires", "python_full_version"),
        _at(_json(context, "Pipfile.lock"), "_meta", "requires", "python_version"),
        _setup_cfg(_text(context, "setup.cfg")),
        _setup_py(_text(context, "setup.py")),
        _pinned(_text(context, ".python-version")),
        _pinned(_text(context, "runtime.txt")),
    ]
    for text in texts:
        if isinstance(text, str) and text.strip() not in ("", "*"):
            yield _specifier(text.strip())


def _pinned(text: str) -> str:
    """The first version that a file with one on each line names."""
    lines = (line.strip() for line in text.splitlines())
    match = _PINNED.fullmatch(next((line for line in lines if line and not line.startswith("#")), ""))
    return match["version"] if match else ""


def _specifier(text: str) -> str:
    """Poetry's `^3.9` and `~3.9`, and a bare version, in the words of PEP 440."""
    lower = text.lstrip("^~ ")
    if caret := _CARET.fullmatch(text):
        return f">={lower},<{int(caret[1]) + 1}"
    if tilde := _TILDE.fullmatch(text):
        return f">={lower},<{tilde[1]}.{int(tilde[2]) + 1}"
    if _PLAIN.fullmatch(text):
        return f"=={'.'.join(text.removesuffix('.*').split('.')[:2])}.*"
    return text


def _text(context: Context, path: str) -> str:
    return (context.read(path) or "").removeprefix("\ufeff")


def _toml(context: Context, path: str) -> Any:
    import tomllib  # noqa: PLC0415 - these three are only read where an image is out of date

    try:
        return tomllib.loads(_text(context, path))
    except (ValueError, RecursionError):
        return {}


def _json(context: Context, path: str) -> Any:
    try:
        return json.loads(_text(context, path) or "{}")
    except (ValueError, RecursionError):
        return {}


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _setup_cfg(text: str) -> str:
    import configparser  # noqa: PLC0415

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return ""
    return parser.get("options", "python_requires", fallback="")


def _setup_py(text: str) -> str:
    """The literal `python_requires=` in a call of setup()."""
    import ast  # noqa: PLC0415

    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "python_requires" and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return ""


def _locked_wheels(lock: Any) -> Iterator[list[str]]:
    """The file names of the wheels for Linux of each package that has some, all its locked versions together.

    One without any, such as pywin32, is not installed there, or is built.
    """
    found: dict[str, list[str]] = {}
    packages = _at(lock, "package")
    for package in packages if isinstance(packages, list) else ():
        names = [_file_name(row) for key in ("wheels", "files") for row in _rows(_at(package, key))]
        found.setdefault(str(_at(package, "name")), []).extend(filter(_is_for_linux, names))
    yield from filter(None, found.values())


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _file_name(row: Any) -> str:
    return str(_at(row, "url") or _at(row, "file") or "").rpartition("/")[2]


def _is_for_linux(name: str) -> bool:
    """Whether it is a wheel for Linux, by the last tag in its name (PEP 425)."""
    platforms = name.removesuffix(".whl").rpartition("-")[2].split(".")
    return name.endswith(".whl") and any(part == "any" or "linux" in part for part in platforms)


def _fits(wheel: str, version: str) -> bool:
    """Whether a wheel is for that version of CPython, by the tags in its name."""
    tags = wheel.removesuffix(".whl").split("-")[-3:]
    if len(tags) < 3:
        return True
    pythons, abi, _ = tags
    major, _, minor = version.partition(".")
    if abi.endswith("t"):  # cp313t: the build without the GIL
        return False
    for tag in pythons.split("."):
        if tag in (f"py{major}", f"cp{major}{minor}", f"py{major}{minor}"):
            return True
        older = tag.startswith((f"cp{major}", f"py{major}")) and tag[3:].isdecimal() and len(tag) < 9
        if older and int(tag[3:]) <= int(minor) and (abi == "abi3" or tag.startswith("py")):
            return True
    return False
