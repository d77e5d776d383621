"""Attributes of entries, as `ls -l` writes them."""

from __future__ import annotations

import stat

from lightship.image.scan import Entry, Kind

_TYPES = {
    Kind.FILE: stat.S_IFREG,
    Kind.LINK: stat.S_IFREG,
    Kind.SYMLINK: stat.S_IFLNK,
    Kind.CHARACTER: stat.S_IFCHR,
    Kind.BLOCK: stat.S_IFBLK,
    Kind.DIRECTORY: stat.S_IFDIR,
    Kind.FIFO: stat.S_IFIFO,
}


def mode(entry: Entry) -> str:
    """`drwxr-xr-x`, the type and the permissions."""
    return stat.filemode(_TYPES[entry.kind] | entry.mode & 0o7777)


def owner(entry: Entry) -> str:
    """`0:0`, user and group."""
    return f"{entry.uid}:{entry.gid}"
