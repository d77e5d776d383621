"""Images in memory, from a few words: the one builder of hand-made images for all tests.

`layer(file("app/main.py", b"..."), whiteout("etc/passwd"))` is a tar. `docker_archive(...)` and `oci_archive(...)` put
layers into what `docker save` and OCI tools write; `oci_blobs(...)` gives the blobs, for a directory or a registry.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lightship.image.blob import Blob
from lightship.image.digest import digest, digest_of
from lightship.image.document import read_document
from lightship.image.image import Image, Layer, Opened
from lightship.image.layer import Reading
from lightship.image.read import Contents, read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED, Wanted

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESSED = {
    "": bytes,
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
    "zstd": zstd.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
IN_TOTO = "application/vnd.in-toto+json"


@dataclass(frozen=True)
class Made:
    """An entry to write. `path` may be bytes that are no UTF-8."""

    path: str | bytes
    content: bytes = field(
        default=b"", repr=False
    )  # a page of bytes tells nobody anything
    kind: bytes = tarfile.REGTYPE
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    link: str | bytes = ""
    xattrs: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None  # where the header lies about the content


def file(path: str | bytes, content: bytes | int = b"", **more: Any) -> Made:
    """A regular file; a number for so many bytes, the same for the same path and number."""
    if isinstance(content, int):
        seed = hashlib.sha256(repr((path, content)).encode()).digest()
        content = (seed * (content // 32 + 1))[:content]
    return Made(path, content, **more)


def directory(path: str | bytes, **more: Any) -> Made:
    return Made(path, kind=tarfile.DIRTYPE, **{"mode": 0o755, **more})


def symlink(path: str | bytes, target: str | bytes, **more: Any) -> Made:
    return Made(path, kind=tarfile.SYMTYPE, link=target, **{"mode": 0o777, **more})


def hardlink(path: str | bytes, target: str | bytes, **more: Any) -> Made:
    return Made(path, kind=tarfile.LNKTYPE, link=target, **more)


def whiteout(path: str) -> Made:
    """What removes `path` of the layers below."""
    parent, slash, name = path.rpartition("/")
    return Made(f"{parent}{slash}.wh.{name}")


def opaque(path: str) -> Made:
    """What hides all that the layers below have in a directory."""
    return Made(f"{path}/.wh..wh..opq" if path else ".wh..wh..opq")


def layer(*entries: Made, form: int = tarfile.PAX_FORMAT) -> bytes:
    """The tar of a layer."""
    out = io.BytesIO()
    with tarfile.open(
        fileobj=out,
        mode="w",
        format=form,
        encoding="utf-8",
        errors="surrogateescape",
    ) as tar:
        for made in entries:
            tar.addfile(_header(made), io.BytesIO(made.content))
    return out.getvalue()


def _header(made: Made) -> tarfile.TarInfo:
    info = tarfile.TarInfo(_text(made.path))
    info.type, info.mode, info.uid, info.gid, info.mtime = (
        made.kind,
        made.mode,
        made.uid,
        made.gid,
        made.mtime,
    )
    info.linkname = _text(made.link)
    info.size = len(made.content) if made.size is None else made.size
    info.pax_headers = {
        f"SCHILY.xattr.{name}": value for name, value in made.xattrs.items()
    }
    return info


def _text(path: str | bytes) -> str:
    return path if isinstance(path, str) else path.decode("utf-8", "surrogateescape")


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def row(
    created_by: str = "", *, empty: bool = False, comment: str = "", **more: Any
) -> dict[str, Any]:
    """A row of history."""
    found = {"created": "2026-01-01T00:00:00Z", "created_by": created_by, **more}
    return (
        found
        | ({"empty_layer": True} if empty else {})
        | ({"comment": comment} if comment else {})
    )


def config(
    layers: Sequence[bytes],
    history: Sequence[Mapping[str, Any]] | None = None,
    *,
    architecture: str = "amd64",
    **more: Any,
) -> bytes:
    """The document of an image's config; `more` are keys of its `config`, such as User or Env."""
    rows = (
        [row(f"RUN step {at} # buildkit") for at in range(len(layers))]
        if history is None
        else list(history)
    )
    document = {
        "architecture": architecture,
        "os": "linux",
        "created": "2026-01-01T00:00:00Z",
        "config": more,
        "rootfs": {"type": "layers", "diff_ids": [sha256(data) for data in layers]},
        "history": rows,
    }
    return json.dumps(document).encode()


def tar_of(files: Mapping[str, bytes], compression: str = "") -> bytes:
    """An archive of plain files, in the order given."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return COMPRESSED[compression](out.getvalue())


def docker_archive(
    *layers: bytes,
    tag: str = "app:latest",
    document: bytes | None = None,
    compression: str = "",
    **more: Any,
) -> bytes:
    """What `docker save` writes from Docker 25 on: an OCI layout and a manifest.json, which comes late."""
    document = config(layers, **more) if document is None else document
    blobs = {_blob(data): data for data in (*layers, document)}
    manifest = [
        {
            "Config": _blob(document),
            "RepoTags": [tag],
            "Layers": [_blob(data) for data in layers],
        }
    ]
    return tar_of(
        {**blobs, "manifest.json": json.dumps(manifest).encode()}, compression
    )


def old_docker_archive(
    *layers: bytes, tag: str = "app:latest", document: bytes | None = None, **more: Any
) -> bytes:
    """What `docker save` wrote up to Docker 24; a layer that comes again is a symbolic link to the first."""
    document = config(layers, **more) if document is None else document
    name = f"{hashlib.sha256(document).hexdigest()}.json"
    out, seen, paths = io.BytesIO(), dict[bytes, str](), []
    with tarfile.open(fileobj=out, mode="w") as tar:
        for at, data in enumerate(layers):
            folder = hashlib.sha256(b"%d" % at + data).hexdigest()
            paths.append(f"{folder}/layer.tar")
            tar.addfile(_header(directory(folder)))
            tar.addfile(_header(file(f"{folder}/VERSION", b"1.0")), io.BytesIO(b"1.0"))
            if data in seen:
                tar.addfile(_header(symlink(paths[-1], f"../{seen[data]}")))
            else:
                seen[data] = paths[-1]
                tar.addfile(_header(file(paths[-1], data)), io.BytesIO(data))
        manifest = json.dumps(
            [{"Config": name, "RepoTags": [tag], "Layers": paths}]
        ).encode()
        for path, data in ((name, document), ("manifest.json", manifest)):
            tar.addfile(_header(file(path, data)), io.BytesIO(data))
    return out.getvalue()


def _blob(data: bytes) -> str:
    return f"blobs/sha256/{hashlib.sha256(data).hexdigest()}"


def descriptor(media_type: str, data: bytes, **more: Any) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": sha256(data), "size": len(data), **more}


@dataclass
class Blobs:
    """The blobs of an OCI image by digest, and the descriptor of its manifest."""

    blobs: dict[str, bytes]
    top: dict[str, Any]


def oci_blobs(
    *layers: bytes,
    compression: str = "gzip",
    document: bytes | None = None,
    annotations: Mapping[str, str] | None = None,
    platform: Mapping[str, str] | None = None,
    **more: Any,
) -> Blobs:
    """An image as its blobs."""
    document = config(layers, **more) if document is None else document
    stored = [COMPRESSED[compression](data) for data in layers]
    media_type = LAYER + (f"+{compression}" if compression else "")
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, document),
            "layers": [descriptor(media_type, data) for data in stored],
            **({"annotations": dict(annotations)} if annotations else {}),
        }
    ).encode()
    blobs = {sha256(data): data for data in (*stored, document, manifest)}
    return Blobs(
        blobs,
        descriptor(
            MANIFEST, manifest, **({"platform": dict(platform)} if platform else {})
        ),
    )


def index_of(*images: Blobs, more: Sequence[Mapping[str, Any]] = ()) -> Blobs:
    """Several images under one index, which is a blob itself."""
    document = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [*(image.top for image in images), *more],
    }
    data = json.dumps(document).encode()
    blobs = {name: blob for image in images for name, blob in image.blobs.items()}
    return Blobs({**blobs, sha256(data): data}, descriptor(INDEX, data))


def oci_files(image: Blobs, tag: str = "latest") -> dict[str, bytes]:
    """The files of an OCI layout, `index.json` first."""
    top = {**image.top, "annotations": {"org.opencontainers.image.ref.name": tag}}
    index = json.dumps(
        {"schemaVersion": 2, "mediaType": INDEX, "manifests": [top]}
    ).encode()
    files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": index}
    return files | {
        f"blobs/{name.replace(':', '/')}": data for name, data in image.blobs.items()
    }


def oci_archive(*layers: bytes, tag: str = "latest", **more: Any) -> bytes:
    """An OCI layout in a tar."""
    return tar_of(oci_files(oci_blobs(*layers, **more), tag))


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Files in a directory, as an OCI layout lies on a disk."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def blob_of(data: bytes, name: str = "blob") -> Blob:
    """Bytes in memory as a Blob."""
    return Blob(
        name, len(data), lambda at, size: data[at : at + size], lambda: io.BytesIO(data)
    )


def opened(
    *layers: bytes, compression: str = "", document: bytes | None = None, **more: Any
) -> Opened:
    """An image without an archive around it; `more` as for `config`."""
    data = config(layers, **more) if document is None else document
    read = read_document(json.loads(data), "config")
    stored = [COMPRESSED[compression](each) for each in layers]
    found = tuple(
        Layer(at, read.diff_ids[at], digest(sha256(each), "test"), LAYER, len(each))
        for at, each in enumerate(stored)
    )
    image = Image(
        "app:latest",
        digest_of(data),
        read.platform,
        read.config,
        found,
        read.history,
        read.history_matches,
        source="test",
    )
    return Opened(image, tuple(map(blob_of, stored)))


def contents(
    *layers: bytes,
    wanted: Wanted = NOTHING_WANTED,
    limits: Limits | None = None,
    **more: Any,
) -> Contents:
    """The same, read."""
    return read_contents(opened(*layers, **more), Reading(wanted, limits or Limits()))
