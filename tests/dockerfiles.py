"""Small Dockerfiles in a directory of a test."""

from __future__ import annotations

from pathlib import Path


def write_dockerfiles(root: Path, *paths: str) -> None:
    """Write one at each path, and make the directories above."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("FROM scratch\n")
