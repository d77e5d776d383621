"""The order of Python's versions, by packaging (PEP 440)."""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

from lightship.vulns.orders.key import Key


def pep440_key(version: str) -> Key:
    """The key of a version of PyPI."""
    try:
        return (Version(version),)
    except InvalidVersion:
        raise ValueError(version) from None
