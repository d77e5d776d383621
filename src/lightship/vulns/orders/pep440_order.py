"""The order of Python's versions (PEP 440), as packaging reads them.

The key is that of packaging's own comparison, of its public parts: tuples are compared ten times
as fast as its objects.
"""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

from lightship.vulns.orders.key import Key

_BEFORE, _HERE, _AFTER = range(3)


def pep440_key(version: str) -> Key:
    """The key of a version of PyPI."""
    try:
        read = Version(version)
    except InvalidVersion:
        raise ValueError(version) from None
    return (
        read.epoch,
        _trimmed(read.release),
        _pre(read),
        _post(read),
        _dev(read),
        _local(read),
    )


def _trimmed(release: tuple[int, ...]) -> Key:
    """Zeros at the end say nothing."""
    end = len(release)
    while end and not release[end - 1]:
        end -= 1
    return release[:end]


def _pre(version: Version) -> Key:
    """`1.0.dev1` is before `1.0a1`, which is before `1.0`."""
    if version.pre is not None:
        return (_HERE, *version.pre)
    is_only_dev = version.post is None and version.dev is not None
    return (_BEFORE,) if is_only_dev else (_AFTER,)


def _post(version: Version) -> Key:
    return (_BEFORE,) if version.post is None else (_HERE, version.post)


def _dev(version: Version) -> Key:
    return (_AFTER,) if version.dev is None else (_HERE, version.dev)


def _local(version: Version) -> Key:
    """Words are before numbers, and no label is before all."""
    if version.local is None:
        return (_BEFORE,)
    parts = version.local.split(".")
    return (
        _HERE,
        *((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts),
    )
