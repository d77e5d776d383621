"""Which minor versions of Python a project allows: by what it declares, and by the wheels in its lock file."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from lightship.context.files import Context

_CARET = re.compile(r"\^\s*([0-9]+)(?:\.[0-9.]+)?")
_TILDE = re.compile(r"~\s*([0-9]+)\.([0-9]+)(?:\.[0-9.]+)?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:\.\*)?")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")


def allowed(context: Context, versions: Sequence[str]) -> tuple[str, ...] | None:
    """Those of `versions` (`3.12`) that the project allows; None where it declares nothing, or nothing readable."""
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
        if all(any(text.contains(f"{version}.{patch}") for patch in (99, 0)) for text in declared)
        and all(any(_fits(wheel, version) for wheel in wheels) for wheels in locked)
    )


def _declared(context: Context) -> Iterator[str]:
    """Each statement about the version, as specifiers of PEP 440."""
    pyproject = _toml(context, "pyproject.toml")
    texts = [
        _at(pyproject, "project", "requires-python"),
        _at(pyproject, "tool", "poetry", "dependencies", "python"),
        _at(_toml(context, "uv.lock"), "requires-python"),
        _at(_toml(context, "poetry.lock"), "metadata", "python-versions"),
        _at(_toml(context, "pdm.lock"), "metadata", "requires_python"),
        _at(_toml(context, "Pipfile"), "requires", "python_version"),
        _at(_toml(context, "Pipfile"), "requires", "python_full_version"),
        _at(_json(context, "Pipfile.lock"), "_meta", "requires", "python_version"),
        _setup_cfg(context.read("setup.cfg") or ""),
        _setup_py(context.read("setup.py") or ""),
        (context.read(".python-version") or "").strip().partition("\n")[0],
        (context.read("runtime.txt") or "").strip().removeprefix("python-"),
    ]
    for text in texts:
        if isinstance(text, str) and text.strip() not in ("", "*"):
            yield _specifier(text.strip())


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


def _toml(context: Context, path: str) -> Any:
    try:
        return tomllib.loads(context.read(path) or "")
    except (ValueError, RecursionError):
        return {}


def _json(context: Context, path: str) -> Any:
    try:
        return json.loads(context.read(path) or "{}")
    except (ValueError, RecursionError):
        return {}


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _setup_cfg(text: str) -> str:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return ""
    return parser.get("options", "python_requires", fallback="")


def _setup_py(text: str) -> str:
    """The literal `python_requires=` in a call of setup()."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "python_requires" and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return ""


def _locked_wheels(lock: Any) -> Iterator[list[str]]:
    """The file names of the wheels of each package that has some."""
    packages = lock.get("package") if isinstance(lock, dict) else None
    for package in packages if isinstance(packages, list) else ():
        rows = [*(_at(package, "wheels") or ()), *(_at(package, "files") or ())]
        names = [
            str(row.get("url") or row.get("file") or "").rpartition("/")[2] for row in rows if isinstance(row, dict)
        ]
        wheels = [name for name in names if name.endswith(".whl")]
        if wheels:
            yield wheels


def _fits(wheel: str, version: str) -> bool:
    """Whether a wheel is for that version of CPython on Linux, by the tags in its name (PEP 425)."""
    tags = wheel.removesuffix(".whl").split("-")[-3:]
    if len(tags) < 3:
        return True
    pythons, abi, platform = tags
    major, _, minor = version.partition(".")
    if not any(part == "any" or "linux" in part for part in platform.split(".")):
        return False
    for tag in pythons.split("."):
        if tag in (f"py{major}", f"cp{major}{minor}", f"py{major}{minor}"):
            return True
        older = tag.startswith((f"cp{major}", f"py{major}")) and tag[3:].isdigit() and int(tag[3:]) <= int(minor)
        if older and (abi == "abi3" or tag.startswith("py")):
            return True
    return False
