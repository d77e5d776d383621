"""The directories of the host that `docker run` mounts, in the text of a script or a manual."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.regex import regex

# `-v ~/data:/data` of docker run; a name without a slash is a volume
_MOUNT = regex(
    r"(?:\s-v|--volume)[ =]+[\"']?(?:[/.~$%<{]|[A-Za-z]:[/\\])[^\s:]*"
    r":(?P<target>/[\w./-]+)(?::(?P<mode>[\w,]+))?"
)


def host_mounts(text: str) -> Iterator[str]:
    """The directories of the container that are mounted from the host, to be written to."""
    for mount in _MOUNT.finditer(text):
        if "ro" not in (mount["mode"] or "").split(","):
            yield mount["target"]
