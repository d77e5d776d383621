"""Build the sequences of tests/cache/remote with BuildKit, and record which steps it ran.

    python scripts/remote_caches.py ENGINE BUSYBOX --first 0 --count 160

ENGINE is a folder with buildkitd and buildctl, compiled from a copy of moby/buildkit; BUSYBOX is a
static busybox, of which the base image is made. It needs root, runc, and docker-registry on PATH.
Each build has a fresh buildkitd, as a hosted runner has. The answers are added to
tests/cache/remote/answers.json; a sequence that is there already, and unchanged, is left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import hashlib
import io
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from cache.remote.sequences import (  # noqa: E402 - the folder of tests is no package
    SequenceBuild,
    fingerprint,
    sequence,
)

ANSWERS = ROOT / "tests" / "cache" / "remote" / "answers.json"
_STEP = re.compile(r"\[(?:(\S+) )?(\d+)/(\d+)\] (.*)", re.DOTALL)
_WAIT = 60.0  # seconds for a server to answer


def main() -> None:
    """Build what has no answer yet."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", type=Path)
    parser.add_argument("busybox", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument(
        "--registry",
        action="store_true",
        help="keep caches in a registry, not directories",
    )
    options = parser.parse_args()

    answers: dict[str, Any] = {}
    if ANSWERS.exists():
        answers = json.loads(ANSWERS.read_text(encoding="utf-8"))
    work = Path(tempfile.mkdtemp(prefix="remote-caches-", dir="/dev/shm"))
    try:
        with registry(work) as port:
            lab = Lab(options.engine, work, port, options.busybox.read_bytes())
            lab.in_registry = options.registry
            kind = "registry" if options.registry else "builds"
            for seed in range(options.first, options.first + options.count):
                builds = sequence(seed)
                name = fingerprint(builds)
                known = answers.get(str(seed), {})
                if known.get("of") != name:
                    known = {"of": name}
                if kind in known:
                    continue
                known[kind] = lab.run(builds)
                answers[str(seed)] = known
                write(answers)
                print(seed, known[kind], flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write(answers: dict[str, Any]) -> None:
    """One sequence on a line."""
    rows = [
        f"{json.dumps(seed)}: {json.dumps(answers[seed])}"
        for seed in sorted(answers, key=int)
    ]
    text = ",\n".join(rows)
    ANSWERS.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


@contextlib.contextmanager
def registry(work: Path) -> Iterator[int]:
    """A registry on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    config = work / "registry.yml"
    config.write_text(
        f"version: 0.1\nlog: {{level: error}}\nhttp: {{addr: '127.0.0.1:{port}'}}\n"
        f"storage: {{filesystem: {{rootdirectory: '{work}/registry'}}}}\n",
        encoding="utf-8",
    )
    command = ["docker-registry", "serve", str(config)]
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/"))
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(answers: Any) -> None:
    """Ask until there is an answer."""
    end = time.monotonic() + _WAIT
    while True:
        try:
            answers()
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


class Lab:
    """Builds sequences, each build on a builder of its own."""

    def __init__(self, engine: Path, work: Path, port: int, busybox: bytes) -> None:
        self.engine, self.work, self.port = engine, work, port
        self.busybox = busybox
        self.bases: set[str] = set()
        self.count = 0
        self.in_registry = False

    def run(self, builds: list[SequenceBuild]) -> list[Any]:
        """The answer to each build of a sequence; again where the engine lost its own lease."""
        for _attempt in range(4):
            answers = self.run_once(builds)
            if not any("lease" in answer.get("failed", "") for answer in answers):
                break
        return answers

    def run_once(self, builds: list[SequenceBuild]) -> list[Any]:
        self.count += 1
        caches = self.work / f"caches{self.count}"
        caches.mkdir()
        try:
            return [self.build(build, caches) for build in builds]
        finally:
            shutil.rmtree(caches)

    def build(self, build: SequenceBuild, caches: Path) -> Any:
        """The steps that a build ran, by stage and number; None where it failed."""
        for address in build.evicts:
            self.evict(caches / address)
        root = self.work / "builder"
        shutil.rmtree(root, ignore_errors=True)
        (root / "context").mkdir(parents=True)
        for path, data in build.context.items():
            place = root / "context" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        dockerfile = self.with_bases(build)
        (root / "dockerfile").mkdir()
        (root / "dockerfile" / "Dockerfile").write_text(dockerfile, encoding="utf-8")
        with self.builder(root) as address:
            return self.solve(build, root, address, caches)

    def with_bases(self, build: SequenceBuild) -> str:
        """The Dockerfile, its base image in the registry."""

        def named(match: re.Match[str]) -> str:
            tag = f"{match[1]}-{build.config}"
            self.make_base(tag)
            return f"FROM 127.0.0.1:{self.port}/base:{tag}"

        return re.sub(r"FROM base:(\d+)", named, build.dockerfile)

    @contextlib.contextmanager
    def builder(self, root: Path) -> Iterator[str]:
        config = root / "buildkitd.toml"
        config.write_text(
            f'[registry."127.0.0.1:{self.port}"]\nhttp = true\n'
            "[worker.oci]\ngc = false\n",
            encoding="utf-8",
        )
        address = f"unix://{root}/socket"
        command = [
            str(self.engine / "buildkitd"),
            *("--config", str(config), "--root", str(root / "state")),
            *("--addr", address, "--oci-worker=true", "--containerd-worker=false"),
            *("--oci-worker-net=host", "--oci-worker-binary=runc"),
        ]
        log = (root / "log").open("wb")
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
            log.close()

    def solve(
        self, build: SequenceBuild, root: Path, address: str, caches: Path
    ) -> Any:
        workers = [str(self.engine / "buildctl"), "--addr", address, "debug", "workers"]
        wait_for(lambda: subprocess.run(workers, check=True, capture_output=True))
        command = [
            *(str(self.engine / "buildctl"), "--addr", address, "build"),
            *("--frontend", "dockerfile.v0", "--progress=rawjson"),
            *("--local", f"context={root}/context"),
            *("--local", f"dockerfile={root}/dockerfile"),
        ]
        for name, value in build.args.items():
            command += ["--opt", f"build-arg:{name}={value}"]
        if build.target:
            command += ["--opt", f"target={build.target}"]
        for read in build.reads:
            command += self.read_options(caches, read)
        output = f"type=oci,dest={root}/image.tar"
        for write in build.writes:
            if write.mode == "inline":
                command += ["--export-cache", "type=inline"]
                image = f"127.0.0.1:{self.port}/{caches.name}-{write.address}:latest"
                output = f"type=image,name={image},push=true"
                (caches / f"{write.address}.inline").touch()
            elif self.in_registry:
                ref = f"127.0.0.1:{self.port}/{caches.name}-{write.address}:cache"
                command += [
                    "--export-cache",
                    f"type=registry,ref={ref},mode={write.mode}",
                ]
                (caches / f"{write.address}.registry").touch()
            else:
                place = caches / write.address
                command += [
                    "--export-cache",
                    f"type=local,dest={place},mode={write.mode}",
                ]
        command += ["--output", output]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            message = next((line for line in reversed(lines) if "rror" in line), "")
            return {"failed": re.sub(r"sha256:\w+", "sha256:…", message)[-160:]}
        return ran(done.stderr)

    def read_options(self, caches: Path, address: str) -> list[str]:
        options: list[str] = []
        if (caches / f"{address}.inline").exists():
            image = f"127.0.0.1:{self.port}/{caches.name}-{address}:latest"
            options += ["--import-cache", f"type=registry,ref={image}"]
        if (caches / f"{address}.registry").exists():
            ref = f"127.0.0.1:{self.port}/{caches.name}-{address}:cache"
            options += ["--import-cache", f"type=registry,ref={ref}"]
        if (caches / address / "index.json").exists():
            options += ["--import-cache", f"type=local,src={caches / address}"]
        return options

    def evict(self, place: Path) -> None:
        """Remove the layers of a cache in a directory; its index and its configuration stay."""
        blobs = place / "blobs" / "sha256"
        if not blobs.is_dir():
            return
        for blob in blobs.iterdir():
            is_layer = blob.read_bytes()[:2] == b"\x1f\x8b"
            if is_layer:
                blob.unlink()

    def make_base(self, tag: str) -> None:
        """An image with busybox; the first number of the tag is in a file, the second a label."""
        if tag in self.bases:
            return
        self.bases.add(tag)
        layers, config_number = tag.split("-")
        out = io.BytesIO()
        with tarfile.open(
            fileobj=out, mode="w", format=tarfile.USTAR_FORMAT
        ) as archive:
            for folder in ("bin", "tmp", "etc"):
                info = tarfile.TarInfo(folder)
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(info)
            for path, data, mode in (
                ("bin/busybox", self.busybox, 0o755),
                ("etc/layers", layers.encode(), 0o644),
            ):
                info = tarfile.TarInfo(path)
                info.size, info.mode = len(data), mode
                archive.addfile(info, io.BytesIO(data))
            for name in "sh cat mkdir echo seq md5sum wc ls".split():
                info = tarfile.TarInfo(f"bin/{name}")
                info.type, info.linkname = tarfile.SYMTYPE, "busybox"
                archive.addfile(info)
        raw = out.getvalue()
        blob = gzip.compress(raw, 1, mtime=0)
        config = json.dumps(
            {
                "architecture": "amd64",
                "os": "linux",
                "config": {
                    "Env": ["PATH=/bin"],
                    "Labels": {"number": config_number},
                },
                "rootfs": {"type": "layers", "diff_ids": [digest(raw)]},
                "history": [{"created_by": "made for tests"}],
            }
        ).encode()
        kind = "application/vnd.oci.image"
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": f"{kind}.manifest.v1+json",
                "config": {
                    "mediaType": f"{kind}.config.v1+json",
                    "digest": self.push(config),
                    "size": len(config),
                },
                "layers": [
                    {
                        "mediaType": f"{kind}.layer.v1.tar+gzip",
                        "digest": self.push(blob),
                        "size": len(blob),
                    }
                ],
            }
        ).encode()
        self.send("PUT", f"manifests/{tag}", manifest, f"{kind}.manifest.v1+json")

    def push(self, blob: bytes) -> str:
        name = digest(blob)
        place = self.send("POST", "blobs/uploads/", b"", "application/octet-stream")
        mark = "&" if "?" in place else "?"
        self.send(
            "PUT", f"{place}{mark}digest={name}", blob, "application/octet-stream"
        )
        return name

    def send(self, method: str, path: str, data: bytes, kind: str) -> str:
        base = f"http://127.0.0.1:{self.port}/v2/base/"
        url = path if path.startswith("http") else base + path
        headers = {"Content-Type": kind}
        # On loopback alone
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.headers.get("Location", "")


def digest(data: bytes) -> str:
    """What OCI calls these bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def ran(progress: str) -> dict[str, str]:
    """What became of each step that BuildKit listed: `run` or `cached`, by stage and number."""
    found: dict[str, str] = {}
    for line in progress.splitlines():
        if not line.startswith("{"):
            continue
        for vertex in json.loads(line).get("vertexes") or ():
            match = _STEP.match(vertex.get("name", ""))
            if match is None or match[4].startswith(("FROM ", "LINK ")):
                # A base image, or a merge of what COPY --link made: nothing is run
                continue
            if "completed" not in vertex:
                continue
            place = f"{match[1] or ''} {match[2]}"
            # A hit is told again, and not as one, when its layers are fetched later
            is_cached = vertex.get("cached") or found.get(place) == "cached"
            found[place] = "cached" if is_cached else "run"
    return found


if __name__ == "__main__":
    main()
