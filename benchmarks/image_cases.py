"""Images to measure with: a large synthetic one, one of Debian with compilers, git, Node and Python, and a large one of trees.

The large one has about 480,000 entries, 5 GB and 20 layers: a wide tree; layers that copy parts of it for another mode,
touch it, rewrite it; 15,000 single whiteouts; an opaque directory; links; big files that are removed again. It is written as
an archive of `docker save` and, deflated by level 6, as an OCI archive.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from engine.engine_process import engine, engine_folder
from engine.stand_ins import AUTHORITIES, StandIns

WORDS = "config cache data model view index parse token stream buffer value error import export string handler".split()


class LayerWriter:
    """A layer's tar in a file, written entry by entry; headers are made here, since tarfile takes 40 µs for each."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path, self.content, self.entries = path, content, 0
        self.file: BinaryIO = path.open("wb", buffering=1 << 20)

    def add(
        self,
        name: str,
        kind: bytes,
        size: int = 0,
        mode: int = 0o644,
        mtime: int = 1_700_000_000,
        link: str = "",
    ) -> None:
        prefix, short = "", name
        if len(name) > 100:
            cut = name.rindex("/", 0, 100)
            prefix, short = name[:cut], name[cut + 1 :]
        header = bytearray(512)
        header[: len(short)] = short.encode()
        header[100:156] = b"%07o\0%07o\0%07o\0%011o\0%011o\0        " % (
            mode,
            0,
            0,
            size,
            mtime,
        )
        header[156:157] = kind
        header[157 : 157 + len(link)] = link.encode()
        header[257:265] = b"ustar\x0000"
        header[345 : 345 + len(prefix)] = prefix.encode()
        header[148:156] = b"%06o\0 " % sum(header)
        self.file.write(header)
        self.entries += 1
        at = crc32(name.encode()) % (len(self.content) // 2)
        while size > 0:
            part = self.content[at : at + min(size, len(self.content) // 2)]
            self.file.write(part)
            size -= len(part)
            if size <= 0:
                self.file.write(bytes(-len(part) % 512))

    def close(self) -> Path:
        self.file.write(bytes(1024))
        self.file.close()
        return self.path


def some_content(random_: random.Random) -> bytes:
    """32 MB that deflate to about half, as programs and libraries do."""
    words = " ".join(random_.choices(WORDS, k=2_000_000)).encode()[: 12 << 20]
    return words + random_.randbytes(12 << 20) + bytes(8 << 20)


Files = list[tuple[str, int]]  # path and size


def large_layers(folder: Path) -> Iterator[Path]:
    """The tars of the large image, from the bottom."""
    random_ = random.Random(4)
    content = some_content(random_)
    sizes = (int(random_.lognormvariate(7.6, 1.6)) for _ in range(267_000))
    files = [
        (f"usr/lib/pkg{at // 600}/{WORDS[at % 7]}/{WORDS[at % 16]}_{at}.py", size)
        for at, size in enumerate(sizes)
    ]
    fills: list[Callable[[LayerWriter], None]] = [
        partial(wide_tree, files),
        *(partial(copies, random_.sample(files, 12_000), at) for at in range(8)),
        *(partial(growth, random_.sample(files, 8_000), at) for at in range(5)),
        partial(removals, random_.sample(files, 15_000)),
        large_removals,
        *(partial(small_files, at) for at in range(4)),
    ]
    for number, fill in enumerate(fills):
        layer = LayerWriter(folder / f"{number:02}.tar", content)
        fill(layer)
        yield layer.close()


def wide_tree(files: Files, layer: LayerWriter) -> None:
    """All files, each directory before its own."""
    seen: set[str] = set()
    for name, size in files:
        parts = name.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            above = "/".join(parts[:depth])
            if above not in seen:
                seen.add(above)
                layer.add(f"{above}/", b"5", mode=0o755)
        layer.add(name, b"0", size)


def copies(files: Files, at: int, layer: LayerWriter) -> None:
    """The same content with another mode, or at another time alone."""
    for name, size in files:
        layer.add(
            name, b"0", size, mode=0o755 if at % 2 else 0o644, mtime=1_700_000_000 + at
        )


def growth(files: Files, at: int, layer: LayerWriter) -> None:
    """New content, new files, links to them, and something big."""
    for name, size in files:
        layer.add(name, b"0", size + 7)
    for each in range(9_000):
        path = f"opt/app{at}/{WORDS[each % 16]}/file{each}.dat"
        layer.add(path, b"0", each % 5_000)
        if each % 10 == 0:
            layer.add(f"opt/app{at}/link{each}", b"2", link=path)
            layer.add(f"opt/app{at}/hard{each}", b"1", link=path)
    layer.add(f"opt/big{at}.bin", b"0", 300 << 20)


def removals(files: Files, layer: LayerWriter) -> None:
    for name, _ in files:
        parent, _, last = name.rpartition("/")
        layer.add(f"{parent}/.wh.{last}", b"0")


def large_removals(layer: LayerWriter) -> None:
    for at in range(3):
        layer.add(f"opt/.wh.big{at}.bin", b"0")
    layer.add("opt/app1/", b"5", mode=0o755)
    layer.add("opt/app1/.wh..wh..opq", b"0")


def small_files(at: int, layer: LayerWriter) -> None:
    for each in range(500):
        layer.add(f"srv/part{at}/file{each}", b"0", each * 37)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_docker_archive(layers: list[Path], target: Path) -> None:
    """The layers as `docker save` writes them from 25 on."""
    with ThreadPoolExecutor(2) as pool:
        digests = list(pool.map(sha256, layers))
    history = [{"created_by": f"RUN step {at} # buildkit"} for at in range(len(layers))]
    rootfs = {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]}
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": rootfs,
            "history": history,
        }
    ).encode()
    name = f"blobs/sha256/{hashlib.sha256(config).hexdigest()}"
    blobs = [f"blobs/sha256/{digest}" for digest in digests]
    manifest = json.dumps(
        [{"Config": name, "RepoTags": ["large:latest"], "Layers": blobs}]
    ).encode()
    with tarfile.open(target, "w") as tar:
        for blob, path in zip(blobs, layers, strict=True):
            tar.add(path, blob)
        for blob, data in ((name, config), ("manifest.json", manifest)):
            info = tarfile.TarInfo(blob)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def write_large(target: Path, work: Path) -> None:
    """The large image as an archive; its layers stay in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    write_docker_archive(list(large_layers(work)), target)


def write_oci(source: Path, target: Path) -> None:
    """An archive of `docker save` as an OCI archive with gzip layers, by skopeo."""
    subprocess.run(
        (
            "skopeo",
            "copy",
            "--quiet",
            f"docker-archive:{source}",
            f"oci-archive:{target}:latest",
        ),
        check=True,
    )


def write_built(name: str, target: Path) -> None:
    """The image of `NAME.Dockerfile` as `docker save` writes it, built on an engine of its own."""
    with engine_folder(large=True) as folder, engine(folder) as started:
        if reason := StandIns(folder).why_not():
            sys.exit(reason)
        recipe = (
            "--file",
            str(Path(__file__).with_name(f"{name}.Dockerfile")),
            "--secret",
            f"id=ca,src={AUTHORITIES}",
        )
        (folder / "empty").mkdir()
        started.build(folder / "empty", name, *recipe)
        started.docker("save", "--output", str(target), name)
