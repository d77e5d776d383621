"""The names of entries in a tar."""

from __future__ import annotations


def clean(path: bytes) -> bytes:
    """A path from the root as the name of an entry, without slashes at its ends.

    `..` never leads above the root.
    """
    if not (b"/." in path or b"//" in path or path[:1] in (b"/", b".")):
        return path.rstrip(b"/")
    parts: list[bytes] = []
    for part in path.split(b"/"):
        if part == b"..":
            del parts[-1:]
        elif part not in (b"", b"."):
            parts.append(part)
    return b"/".join(parts)
