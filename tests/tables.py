"""Layers with a table of contents, from the words of images.py: eStargz and zstd:chunked, by a small writer."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import sys
import tarfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from images import CONFIG, LAYER, MANIFEST, Blobs, config, descriptor, sha256

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TYPES = {
    tarfile.REGTYPE: "reg",
    tarfile.LNKTYPE: "hardlink",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "char",
    tarfile.BLKTYPE: "block",
    tarfile.DIRTYPE: "dir",
    tarfile.FIFOTYPE: "fifo",
}


@dataclass
class Stored:
    """A layer as it is stored: its blob, its annotations, and the tar that it inflates to."""

    blob: bytes
    annotations: dict[str, str]
    tar: bytes
    media_type: str = f"{LAYER}+gzip"


@dataclass
class Writing:
    """A blob that grows: what was compressed piece by piece, and what it says of itself.

    Where a writer `joins`, what follows a content is compressed with it (stargz-snapshotter, estargz/estargz.go).
    """

    compress: Callable[[bytes], bytes]
    chunk: int
    joins: bool = False
    blob: bytearray = field(default_factory=bytearray)
    entries: list[dict[str, Any]] = field(default_factory=list)
    between: bytearray = field(default_factory=bytearray)

    def flush(self) -> None:
        if self.between:
            self.blob += self.compress(bytes(self.between))
            self.between.clear()

    def payload(self, entry: dict[str, Any], content: bytes) -> None:
        """A content, in chunks; the entry of the first is that of the file."""
        entry["digest"] = sha256(content)
        parts = [
            (at, content[at : at + self.chunk])
            for at in range(0, len(content), self.chunk)
        ]
        for at, data in parts:
            self.flush()
            place = {"offset": len(self.blob), "chunkDigest": sha256(data)}
            if len(parts) > 1 and not (at and at + self.chunk >= len(content)):
                place["chunkSize"] = len(data)
            if at:
                self.entries.append(
                    {"name": entry["name"], "type": "chunk", "chunkOffset": at, **place}
                )
            else:
                self.entries.append(entry | place)
            self.between += data
            if not self.joins:
                self.flush()


def written(
    tar: bytes, compress: Callable[[bytes], bytes], chunk: int, joins: bool = False
) -> Writing:
    """A tar, each of its contents compressed apart."""
    out = Writing(compress, chunk, joins)
    if not tar:
        return out
    with tarfile.open(
        fileobj=io.BytesIO(tar), encoding="utf-8", errors="surrogateescape"
    ) as members:
        end = 0
        for member in members:
            out.between += tar[end : member.offset_data]
            end = member.offset_data
            entry = entry_of(member)
            if member.isreg() and member.size:
                out.payload(entry, tar[end : end + member.size])
                end += member.size
            else:
                out.entries.append(entry)
        out.between += tar[end:]
    return out


def entry_of(member: tarfile.TarInfo) -> dict[str, Any]:
    xattrs = {
        key[13:]: value
        for key, value in member.pax_headers.items()
        if key.startswith("SCHILY.xattr.")
    }
    found: dict[str, Any] = {
        "name": member.name + "/" * member.isdir(),
        "type": TYPES[member.type],
        "modtime": datetime.fromtimestamp(member.mtime, UTC)
        .isoformat()
        .replace("+00:00", "Z"),
        "mode": member.mode,
        "uid": member.uid,
        "gid": member.gid,
    }
    if member.linkname:
        found["linkName"] = member.linkname
    if member.isreg():
        found["size"] = member.size
    if xattrs:
        found["xattrs"] = {
            key: base64.b64encode(value.encode()).decode()
            for key, value in xattrs.items()
        }
    return found


def unended(tar: bytes) -> bytes:
    """A tar without the blocks that end it, so that more can follow."""
    with tarfile.open(
        fileobj=io.BytesIO(tar), encoding="utf-8", errors="surrogateescape"
    ) as members:
        ends = [member.offset_data + member.size * member.isreg() for member in members]
    return tar[: -(-max(ends, default=0) // 512) * 512]


def gzipped(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def estargz(
    tar: bytes,
    chunk: int = 4 << 20,
    old: bool = False,
    change: Callable[[Any], Any] = lambda toc: toc,
    ended: bool = False,
) -> Stored:
    """A tar as eStargz: the table is one file more. `old` has the footer of stargz; `change` may spoil the table.

    `ended` is as BuildKit writes it: the tar as it was, with its end, and the table behind that.
    """
    tar = tar if ended else unended(tar)
    out = written(tar, gzipped, chunk, joins=True)
    out.flush()
    table = json.dumps(change({"version": 1, "entries": out.entries})).encode()
    member = io.BytesIO()
    with tarfile.open(fileobj=member, mode="w") as last:
        info = tarfile.TarInfo("stargz.index.json")
        info.size, info.mode = len(table), 0
        last.addfile(info, io.BytesIO(table))
    offset = len(out.blob)
    place = b"%016xSTARGZ" % offset
    extra = place if old else b"SG" + struct.pack("<H", len(place)) + place
    footer = (
        b"\x1f\x8b\x08\x04\0\0\0\0\0\xff"
        + struct.pack("<H", len(extra))
        + extra
        + b"\1\0\0\xff\xff"
        + bytes(8)
    )
    blob = bytes(out.blob) + gzipped(member.getvalue()) + footer
    annotations = {"containerd.io/snapshot/stargz/toc.digest": sha256(table)}
    return Stored(blob, annotations, tar + member.getvalue())


def ended_estargz(
    tar: bytes, chunk: int = 4 << 20, change: Callable[[Any], Any] = lambda toc: toc
) -> Stored:
    return estargz(tar, chunk, change=change, ended=True)


def chunked(
    tar: bytes, chunk: int = 4 << 20, change: Callable[[Any], Any] = lambda toc: toc
) -> Stored:
    """A tar as zstd:chunked, without the tar-split that skopeo adds."""
    out = written(tar, zstd.compress, chunk)
    out.flush()
    table = json.dumps(change({"version": 1, "entries": out.entries})).encode()
    stored = zstd.compress(table)
    offset = len(out.blob) + 8
    footer = (
        struct.pack("<7Q", offset, len(stored), len(table), 1, 0, 0, 0) + b"GNUlInUx"
    )
    blob = bytes(out.blob) + skippable(stored) + skippable(footer)
    prefix = "io.github.containers.zstd-chunked.manifest-"
    annotations = {
        f"{prefix}checksum": f"sha256:{hashlib.sha256(stored).hexdigest()}",
        f"{prefix}position": f"{offset}:{len(stored)}:{len(table)}:1",
    }
    return Stored(blob, annotations, tar, f"{LAYER}+zstd")


def skippable(data: bytes) -> bytes:
    return b"\x50\x2a\x4d\x18" + struct.pack("<I", len(data)) + data


def image_of(*layers: Stored, **more: Any) -> Blobs:
    """An image of such layers, as its blobs."""
    document = config([each.tar for each in layers], **more)
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, document),
            "layers": [
                descriptor(each.media_type, each.blob, annotations=each.annotations)
                for each in layers
            ],
        }
    ).encode()
    blobs: Mapping[str, bytes] = {
        sha256(data): data
        for data in (*(each.blob for each in layers), document, manifest)
    }
    return Blobs(dict(blobs), descriptor(MANIFEST, manifest))
