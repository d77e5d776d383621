"""What ADD would unpack: tar archives, plain or compressed (BuildKit
solver/llbsolver/file/unpack.go).

BuildKit looks at a file's content, never at its name; without the content only the name can be
asked.
"""

from __future__ import annotations

from lightship.context.files import Context
from lightship.context.taken_by_copy import roots
from lightship.context.wildcards import clean, has_wildcards

_SUFFIXES = frozenset(
    (
        "tar",
        "tgz",
        "tbz",
        "tbz2",
        "tb2",
        "taz",
        "txz",
        "tlz",
        "tzst",
        "gz",
        "bz2",
        "xz",
        "zst",
        "lzma",
        "z",
    )
)
# github.com/moby/go-archive/compression: bzip2, gzip, xz, zstd; a skippable frame of zstd starts
# with 0x184D2A5x
_MAGIC = (b"BZh", b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")
_SKIPPABLE = b"\x2a\x4d\x18"
_BLOCK = 512


def would_unpack(context: Context | None, source: str) -> bool | None:
    """Whether ADD would unpack something that `source` names.

    None where neither name nor content tells.
    """
    name = source.rstrip("/").rpartition("/")[2]
    suffix = _suffix(name)
    if suffix in _SUFFIXES:
        return True
    if source.endswith("/") or name in ("", ".", ".."):
        return False  # a directory: nothing in it is unpacked
    if context is not None and not has_wildcards(source):
        # Only where there is no such file must the context be walked
        data = context.reader(clean(f"/{source}")[1:])
        if data is not None:
            return _is_archive(data)
        return False if suffix or context.exists(source) else None
    named = roots(context, source) if context is not None else ()
    if context is not None and named:
        return any(
            _suffix(path) in _SUFFIXES or _is_archive(context.reader(path) or b"")
            for path in named
        )
    return False if suffix else None


def _suffix(name: str) -> str:
    """The suffix in lower case; empty where there is none, or where a wildcard may stand for
    any.
    """
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    return "" if suffix.isdigit() or has_wildcards(suffix) else suffix


def _is_archive(data: bytes) -> bool:
    """Whether it is compressed, or starts with the header of a tar archive."""
    return (
        data.startswith(_MAGIC)
        or data[1:4] == _SKIPPABLE
        or _starts_with_tar_header(data)
    )


def _starts_with_tar_header(data: bytes) -> bool:
    if len(data) < _BLOCK:
        return False
    from tarfile import HeaderError, TarInfo  # noqa: PLC0415 - slow to import

    try:
        TarInfo.frombuf(data[:_BLOCK], "utf-8", "surrogateescape")
    except HeaderError:
        return False
    return True
