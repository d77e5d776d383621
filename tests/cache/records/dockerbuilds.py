"""Build records: those that buildx exported of real builds, and made-up ones.

The recorded ones are of a BuildKit and a buildx of 2026-08, by `buildx history export --finalize`. Their logs and
provenance are as BuildKit wrote them; the trace was left out, and of the record what names a machine.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zlib
from pathlib import Path

RECORDED = Path(__file__).with_name("recorded")
RECORD = "application/vnd.buildkit.historyrecord.v0"
LOG = "application/vnd.buildkit.status.v0"
IN_TOTO = "application/vnd.in-toto+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"

DOCKERFILE = """\
ARG BASE=127.0.0.1:5977/base:1
FROM ${BASE} AS build
WORKDIR /src
COPY requirements.txt .
RUN sleep 1; mkdir -p /venv && cp requirements.txt /venv/installed && date > /venv/time
COPY tools tools
RUN sleep 0.5; \\
    cat tools/* > /venv/tools

FROM ${BASE}
ARG VERSION=dev
WORKDIR /app
COPY --from=build /venv /venv
COPY app app
RUN sleep 0.3; echo "$VERSION" > /version
CMD ["cat", "/version"]
"""
"""The Dockerfile of the recorded builds."""
FILES = {
    "Dockerfile": DOCKERFILE,
    ".dockerignore": ".git\n",
    "requirements.txt": "flask\n",
    "app/main.py": "1\n",
    "tools/run.sh": "echo\n",
}
CHANGES = (
    {"requirements.txt": "django\n"},
    {"tools/run.sh": "#!\n"},
    {"app/main.py": "2\n"},
)
"""What each commit of the recorded builds changed after the first."""


def recorded(name: str) -> bytes:
    return (RECORDED / name).read_bytes()


def packed(files: dict[str, bytes]) -> bytes:
    """A gzipped tar of files."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    packer = zlib.compressobj(wbits=31)
    return packer.compress(archive.getvalue()) + packer.flush()


class Layout:
    """An OCI layout in memory."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def add(self, content: bytes, kind: str) -> dict[str, object]:
        name = hashlib.sha256(content).hexdigest()
        self.blobs[f"blobs/sha256/{name}"] = content
        return {"mediaType": kind, "digest": f"sha256:{name}", "size": len(content)}

    def add_json(self, document: object, kind: str) -> dict[str, object]:
        return self.add(json.dumps(document).encode(), kind)

    def add_record(
        self, history: dict[str, object], log: bytes, statement: bytes = b""
    ) -> dict[str, object]:
        layers = [self.add(log, LOG)]
        if statement:
            layers.append(self.add(statement, IN_TOTO))
        config = self.add_json(history, RECORD)
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": config,
            "layers": layers,
        }
        return self.add_json(manifest, MANIFEST)

    def packed(self, *manifests: dict[str, object]) -> bytes:
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": list(manifests)}
        return packed({**self.blobs, "index.json": json.dumps(index).encode()})


def dockerbuild(
    history: dict[str, object] | None = None, log: bytes = b"", statement: bytes = b""
) -> bytes:
    """A record of one build."""
    layout = Layout()
    return layout.packed(layout.add_record(history or {}, log, statement))


def parts(data: bytes) -> tuple[dict[str, object], bytes, bytes]:
    """The record, the log and the provenance of a `.dockerbuild` with one build."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        files = {
            member.name: tar.extractfile(member).read()
            for member in tar
            if member.isfile()
        }
    by_digest = {
        f"sha256:{name.rpartition('/')[2]}": content for name, content in files.items()
    }
    (found,) = json.loads(files["index.json"])["manifests"]
    manifest = json.loads(by_digest[found["digest"]])
    history = json.loads(by_digest[manifest["config"]["digest"]])
    layers = {
        layer["mediaType"]: by_digest[layer["digest"]] for layer in manifest["layers"]
    }
    return history, layers[LOG], layers.get(IN_TOTO, b"")


if __name__ == "__main__":
    import sys

    for path in map(Path, sys.argv[1:]):
        history, log, statement = parts(path.read_bytes())
        kept = {
            key: value
            for key, value in history.items()
            if key not in ("localState", "stateGroup", "trace", "ExporterResponse")
        }
        (RECORDED / path.name).write_bytes(dockerbuild(kept, log, statement))
