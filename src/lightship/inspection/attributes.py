"""Attributes of entries, as `ls -l` writes them."""

from __future__ import annotations

import stat

from lightship.image.scan import Entry, EntryKind

_TYPES = {
    EntryKind.FILE: stat.S_IFREG,
    EntryKind.LINK: stat.S_IFREG,
    EntryKind.SYMLINK: stat.S_IFLNK,
    EntryKind.CHARACTER: stat.S_IFCHR,
    EntryKind.BLOCK: stat.S_IFBLK,
    EntryKind.DIRECTORY: stat.S_IFDIR,
    EntryKind.FIFO: stat.S_IFIFO,
}


def mode(entry: Entry) -> str:
    """`drwxr-xr-x`, the type and the permissions."""
    return stat.filemode(_TYPES[entry.kind] | entry.mode & 0o7777)


def owner(entry: Entry) -> str:
    """`0:0`, user and group."""
    return f"{entry.uid}:{entry.gid}"
