"""Whether a file may hold a command that builds, by a search of its bytes: before any parsing."""

from __future__ import annotations

import re
from functools import cache

# A program and what it does on one line, or a variable and `build`
_COMMAND = (
    rb"(?i:docker|podman|nerdctl|finch|buildx)[^\n]{0,160}?(?:build|bake|compose|\\\r?\n)"
    rb"|docker-compose|buildah|kaniko|\$[({]?\w+[})]? +(?:buildx +)?build\b"
    # Actions of GitHub that are not named like a command
    rb"|/(?:build-push|bake|Publish-Docker-Github)-[Aa]ction|/push-to-ghcr"
)
# One of them is in each of those
_MARKS = (
    b"build",
    b"bake",
    b"docker",
    b"podman",
    b"nerdctl",
    b"finch",
    b"kaniko",
    b"ghcr",
)


def may_build(data: bytes | None) -> bool:
    """Whether a command that builds may be in a file."""
    if data is None:
        return False
    # A look that costs little comes first
    lower = data.lower()
    has_mark = any(mark in lower for mark in _MARKS)
    return has_mark and _pattern().search(data) is not None


@cache
def _pattern() -> re.Pattern[bytes]:
    return re.compile(_COMMAND)
