"""Archives in all forms that are in use, from layers: images.py has those of docker and OCI."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from images import (
    COMPRESSED,
    IN_TOTO,
    INDEX,
    MANIFEST,
    Blobs,
    config,
    descriptor,
    directory,
    docker_archive,
    file,
    layer,
    oci_archive,
    oci_blobs,
    old_docker_archive,
    sha256,
    tar_of,
    whiteout,
)

STATEMENT = {
    "_type": "https://in-toto.io/Statement/v0.1",
    "predicateType": "https://slsa.dev/provenance/v1",
    "predicate": {},
}

BASE = layer(directory("etc"), file("etc/passwd", 300), file("app", 7000))
TOP = layer(file("app", 7001), whiteout("etc/passwd"))


def hexadecimal(data: bytes) -> str:
    return sha256(data).partition(":")[2]


def kaniko(
    *layers: bytes, document: bytes | None = None, tags: tuple[str, ...] = ("app:k",)
) -> bytes:
    """As kaniko and crane write it: the config named by its digest, layers as `HEX.tar.gz`."""
    document = document or config(layers)
    stored = [COMPRESSED["gzip"](each) for each in layers]
    names = [f"{hexadecimal(each)}.tar.gz" for each in stored]
    manifest = [{"Config": sha256(document), "RepoTags": [*tags], "Layers": names}]
    files = dict(zip(names, stored, strict=True))
    return tar_of(
        {
            sha256(document): document,
            **files,
            "manifest.json": json.dumps(manifest).encode(),
        }
    )


def containerd(*layers: bytes) -> bytes:
    """As the containerd image store writes it: both forms, compressed layers, an index with platforms not there."""
    image = oci_blobs(*layers)
    manifest = json.loads(image.blobs[image.top["digest"]])
    about = attestation(image)
    missing = {
        "mediaType": MANIFEST,
        "size": 5,
        "platform": {"os": "linux", "architecture": "s390x"},
    }
    index = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": [image.top, about.top, {**missing, "digest": sha256(b"away")}],
        }
    ).encode()
    blobs = {**image.blobs, **about.blobs, sha256(index): index}
    name = {
        "io.containerd.image.name": "docker.io/library/app:c",
        "org.opencontainers.image.ref.name": "c",
    }
    top = {
        "schemaVersion": 2,
        "manifests": [descriptor(INDEX, index, annotations=name)],
    }
    listed = {
        "Config": path(manifest["config"]["digest"]),
        "RepoTags": ["app:c"],
        "Layers": [path(each["digest"]) for each in manifest["layers"]],
    }
    return tar_of(
        {
            **{path(each): data for each, data in blobs.items()},
            "index.json": json.dumps(top).encode(),
            "manifest.json": json.dumps([listed]).encode(),
            "oci-layout": b"{}",
        }
    )


def path(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"


def attestation(
    about: Blobs, said: Mapping[str, Any] = STATEMENT, *, artifact: bool = False
) -> Blobs:
    """BuildKit's, in the old form or as an OCI artifact."""
    statement = json.dumps(said).encode()
    document = b"{}" if artifact else config([])
    layers = [
        descriptor(
            IN_TOTO,
            statement,
            annotations={"in-toto.io/predicate-type": said["predicateType"]},
        )
    ]
    manifest: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor("c", document),
        "layers": layers,
    }
    kind = "application/vnd.docker.attestation.manifest.v1+json"
    if artifact:
        manifest |= {"artifactType": kind, "subject": about.top}
    data = json.dumps(manifest).encode()
    top = descriptor(MANIFEST, data)
    if artifact:
        top |= {"artifactType": kind}
    else:
        top |= {
            "platform": {"os": "unknown", "architecture": "unknown"},
            "annotations": {
                "vnd.docker.reference.type": "attestation-manifest",
                "vnd.docker.reference.digest": about.top["digest"],
            },
        }
    return Blobs(
        {sha256(data): data, sha256(statement): statement, sha256(document): document},
        top,
    )


def skopeo_like(*layers: bytes) -> bytes:
    """As containers/image writes it: `HEX.tar`, and symbolic links for the old form."""
    document = config(layers)
    names = [f"{hexadecimal(each)}.tar" for each in layers]
    files = dict(zip(names, layers, strict=True))
    manifest = [
        {
            "Config": f"{hexadecimal(document)}.json",
            "RepoTags": ["app:s"],
            "Layers": names,
        }
    ]
    return tar_of(
        {
            **files,
            f"{hexadecimal(document)}.json": document,
            "manifest.json": json.dumps(manifest).encode(),
        }
    )


FORMS = {
    "docker from 25": docker_archive,
    "docker up to 24": old_docker_archive,
    "kaniko": kaniko,
    "containerd": containerd,
    "skopeo": skopeo_like,
    "oci": oci_archive,
    "oci zstd": lambda *layers: oci_archive(*layers, compression="zstd"),
    "oci plain": lambda *layers: oci_archive(*layers, compression=""),
}


def several(*tags: str, architectures: tuple[str, ...] = ("amd64",)) -> bytes:
    """Several images in one archive, each tag with each architecture."""
    files, manifest = {}, []
    for tag in tags:
        for architecture in architectures:
            data = layer(file(f"{tag}-{architecture}"))
            document = config([data], architecture=architecture)
            files |= {path(sha256(data)): data, path(sha256(document)): document}
            manifest.append(
                {
                    "Config": path(sha256(document)),
                    "RepoTags": [tag],
                    "Layers": [path(sha256(data))],
                }
            )
    return tar_of({**files, "manifest.json": json.dumps(manifest).encode()})


def linked(target: str) -> bytes:
    """An archive whose only layer is a symbolic link."""
    out, document = io.BytesIO(), config([BASE])
    manifest = json.dumps(
        [{"Config": "c.json", "RepoTags": [], "Layers": ["layer.tar"]}]
    ).encode()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in (("c.json", document), ("manifest.json", manifest)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("layer.tar")
        link.type, link.linkname = tarfile.SYMTYPE, target
        tar.addfile(link)
    return out.getvalue()
