"""From which version on packages that must be compiled have wheels for a minor of Python.

Asked of pip on 2026-12-01, for wheels of manylinux on x86-64 alone (PyTorch's is from its
release notes); `-` where none was found. An older version would be
built from source, which needs a compiler and mostly fails with a newer Python. Where there is a
lock file with its wheels, that is right, and this table is not asked.
"""

from __future__ import annotations

from lightship.pyproject.dependency import Dependency
from lightship.regex import regex

_MINORS = ("3.11", "3.12", "3.13", "3.14")
_FIRST = """
    aiohttp         3.8.3  3.9.0  3.10.6 3.13.0
    grpcio          1.49.1 1.60.0 1.66.2 1.75.1
    lxml            4.9.2  5.0.0  5.3.0  6.0.1
    matplotlib      3.6.1  3.8.0  3.9.2  3.10.5
    numpy           1.23.2 1.26.0 2.1.0  2.3.2
    pandas          1.5.1  2.1.1  2.2.3  2.3.3
    pillow          9.3.0  10.1.0 11.0.0 12.0.0
    psycopg2-binary 2.9.5  2.9.9  2.9.10 2.9.11
    scikit-learn    1.1.3  1.3.1  1.5.2  1.7.2
    scipy           1.9.2  1.11.2 1.14.1 1.16.1
    tensorflow      2.12.0 2.16.1 2.20.0 -
    torch           2.0.0  2.2.0  2.5.0  2.9.0
"""
_ALSO = {"tensorflow-cpu": "tensorflow"}
_CLAUSE = regex(
    r"\s*(?P<operator>===?|~=|<=|<|>=|>|!=)\s*v?(?P<version>[0-9]+(?:\.[0-9]+)*)(?P<any>\.\*)?"
)


def _table() -> dict[str, dict[str, tuple[int, ...]]]:
    """By package and minor; where none is known, what the minor before it needs at least."""
    table: dict[str, dict[str, tuple[int, ...]]] = {}
    for row in _FIRST.strip().splitlines():
        name, *versions = row.split()
        first: tuple[int, ...] = ()
        by_minor = table.setdefault(name, {})
        for minor, version in zip(_MINORS, versions, strict=True):
            first = first if version == "-" else _numbers(version)
            by_minor[minor] = first
    return table


def has_no_wheel(dependency: Dependency, minor: str) -> bool:
    """Whether all versions that a requirement allows are known to have no wheel for a minor."""
    name = _ALSO.get(dependency.name, dependency.name)
    first = _table().get(name, {}).get(minor)
    if first is None or dependency.url:
        return False
    return any(
        _ends_before(clause, first) for clause in dependency.specifier.split(",")
    )


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
