"""The names of entries in a tar: as a layer has them, and what they say that it removes."""

from __future__ import annotations

_WHITEOUT, _OPAQUE, _AUFS = b".wh.", b".wh..wh..opq", b".wh..wh."


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


def is_whiteout(path: bytes) -> bool:
    """Whether it marks what a layer removes, instead of being a file (OCI image-spec, layer.md,
    "Whiteouts").
    """
    return path.rpartition(b"/")[2].startswith(_WHITEOUT)


def hidden_directory(whiteout: bytes) -> bytes | None:
    """The directory whose earlier content a whiteout hides; None where it is another kind."""
    parent, _, name = whiteout.rpartition(b"/")
    return parent if name == _OPAQUE else None


def removed_path(whiteout: bytes) -> bytes | None:
    """The path that a whiteout removes; None where it is another kind, or a mark of AUFS's own."""
    parent, _, name = whiteout.rpartition(b"/")
    target = name[len(_WHITEOUT) :]
    if not target or name.startswith(_AUFS):
        return None
    return parent + b"/" + target if parent else target
