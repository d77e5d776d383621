"""The first version of compiled packages that has a wheel, for each minor of Python.

Read on 2026-12-01 from the file names in the package index that pip uses: the lowest release with
a wheel for CPython and manylinux on x86-64. Yanked releases count, pre-releases do not. All later
releases have such a wheel too, except numpy from 2.5 on and scipy from 1.18 on for Python 3.11.
`>2.21.0` means that no release has one, and that 2.21.0 is the newest. The wheels in pure Python
that aiohttp had before 0.22 are left out.

An older version would be built from source, which needs a compiler and mostly fails with a newer
Python. Where a lock file lists the wheels, it is read in place of this table.
"""

from __future__ import annotations

from lightship.pyproject.dependency import Dependency
from lightship.regex import regex

_MINORS = ("3.11", "3.12", "3.13", "3.14", "3.15")
_FIRST = """
    aiohttp         3.8.2  3.9.0  3.10.5 3.13.0  3.14.4
    grpcio          1.49.0 1.59.0 1.66.2 1.75.1  1.84.0
    lxml            4.9.1  4.9.3  5.3.0  6.0.1   6.1.2
    matplotlib      3.6.0  3.7.3  3.9.2  3.10.5  3.11.2
    numpy           1.23.2 1.26.0 2.1.0  2.3.2   2.5.2
    pandas          1.5.0  2.1.1  2.2.3  2.3.3   3.0.6
    pillow          9.2.0  10.0.0 10.4.0 11.3.0  12.3.0
    psycopg2-binary 2.9.5  2.9.9  2.9.10 2.9.11  2.9.13
    scikit-learn    1.1.3  1.3.1  1.5.2  1.7.2   1.9.1
    scipy           1.9.2  1.11.2 1.14.1 1.16.1  1.18.1
    tensorflow      2.12.0 2.16.1 2.20.0 >2.21.0 >2.21.0
    torch           1.13.0 2.2.0  2.5.0  2.9.0   2.15.0
"""
# The only row that is known for an older minor (pytorch's RELEASE.md)
_FIRST_OF_3_10 = {"torch": "1.11.0"}
# The newest release has no wheel for any of these minors, and its sources do not compile there:
# they include headers that Python 3.11 moved (github.com/PyYoshi/cChardet, issue 81;
# github.com/tiran/pysha3, issue 30)
_ABANDONED = frozenset({"cchardet", "pysha3"})
# The first release that has wheels at all, of packages with extensions in C or C++
_FIRST_WHEELS = {"zprofile": (1, 0, 13)}
_ALSO = {"tensorflow-cpu": "tensorflow"}
# Older ones neither install nor run on a supported Python: MarkupSafe's setup.py imports what
# setuptools 46 removed, Jinja2 imports from collections what Python 3.10 removed (their changes)
_FIRST_OF_TODAY = {"jinja2": (2, 10, 2), "markupsafe": (1, 1, 1)}
_CLAUSE = regex(
    r"\s*(?P<operator>===?|~=|<=|<|>=|>|!=)\s*v?(?P<version>[0-9]+(?:\.[0-9]+)*)(?P<any>\.\*)?"
)


def _table() -> dict[str, dict[str, tuple[int, ...]]]:
    """By package and minor, the numbers of the first version."""
    table: dict[str, dict[str, tuple[int, ...]]] = {}
    for row in _FIRST.strip().splitlines():
        name, *versions = row.split()
        numbers = map(_first, versions)
        table[name] = dict(zip(_MINORS, numbers, strict=True))
    for name, version in _FIRST_OF_3_10.items():
        table[name]["3.10"] = _first(version)
    return table


def _first(version: str) -> tuple[int, ...]:
    """The numbers of one cell of the table."""
    if version.startswith(">"):
        # Above 2.21.0, and below every version that may follow it
        return (*_numbers(version[1:]), 0)
    return _numbers(version)


def has_wheel(dependency: Dependency, minor: str) -> bool:
    """Whether a version that a requirement allows is known to have a wheel for a minor."""
    name = _ALSO.get(dependency.name, dependency.name)
    is_listed = minor in _table().get(name, {}) and not dependency.url
    return is_listed and not has_no_wheel(dependency, minor)


def has_no_wheel(dependency: Dependency, minor: str) -> bool:
    """Whether all versions that a requirement allows are known to have no wheel for a minor."""
    name = _ALSO.get(dependency.name, dependency.name)
    if name in _ABANDONED and not dependency.url:
        is_test_release = any(map(str.isalpha, dependency.specifier))
        return minor in _MINORS and not is_test_release
    first = _table().get(name, {}).get(minor)
    if first is None or dependency.url or "+" in dependency.specifier:
        return False  # PyPI has no local versions, such as 2.9.0+cpu
    clauses = dependency.specifier.split(",")
    return any(_ends_before(clause, first) for clause in clauses)


def is_too_old(dependency: Dependency) -> bool:
    """Whether all versions that a requirement allows are known to fail on a supported Python."""
    first = _FIRST_OF_TODAY.get(dependency.name)
    if first is None or dependency.url:
        return False
    clauses = dependency.specifier.split(",")
    return any(_ends_before(clause, first) for clause in clauses)


def is_compiled(dependency: Dependency, minor: str) -> bool:
    """Whether the one version that is asked for is known to be compiled where it is installed."""
    if not dependency.is_pinned:
        return False
    if has_no_wheel(dependency, minor):
        return True
    first = _FIRST_WHEELS.get(dependency.name)
    return first is not None and _ends_before(dependency.specifier, first)


def _ends_before(clause: str, first: tuple[int, ...]) -> bool:
    """Whether one clause of a specifier allows only versions before `first`."""
    match = _CLAUSE.match(clause)
    if match is None:
        return False
    version = _numbers(match["version"])
    operator = match["operator"]
    if operator == "<":
        return version <= first
    if operator == "~=":
        version = version[:-1]
    if operator == "~=" or match["any"]:
        return operator != "!=" and version < first[: len(version)]
    return operator in ("==", "===", "<=") and version < first


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part or 0) for part in version.split("."))
