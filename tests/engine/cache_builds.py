"""Builds a change's Dockerfiles one after the other on an empty cache, with any of the builders, and says what hit."""

from __future__ import annotations

import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cache.change import Change, Given
from cache.written import write_first, write_next
from engine import rawjson, step_lines
from engine.busybox import base_of
from engine.engine_process import Done, Engine, engine, surroundings
from engine.rawjson import Verdict

TAGS = {"base:latest": "1", "base:1": "1", "base:2": "2"}


class Builder(Protocol):
    """A builder for one change after the other; it has `base`, also as `base:1` and `base:same`, and another `base:2`.

    `clear` empties its cache; `build` is one build of a directory; `read` finds the steps in what that has printed.
    """

    folder: Path

    def clear(self) -> None: ...
    def build(self, given: Given, dockerfile: Path, context: Path) -> Done: ...
    def read(self, output: str, dockerfile: str) -> list[Verdict]: ...


def verdicts(builder: Builder, change: Change) -> list[Verdict]:
    """The steps of a change's last build."""
    builder.clear()
    contexts = iter(
        (builder.folder / "context",) * 3
        if change.same_path
        else (builder.folder / name for name in "abc")
    )
    write_first(change, context := next(contexts))
    done = _built(builder, change.before, context)
    assert done.status == 0, f"{change.name}\n{done.output}"
    for given in filter(None, (change.between, change.after)):
        write_next(change, given, context := next(contexts))
        done = _built(builder, given, context)
    return builder.read(done.output, change.after.dockerfile)


def _built(builder: Builder, given: Given, context: Path) -> Done:
    dockerfile = context / given.path if given.path else builder.folder / "Dockerfile"
    if not given.path:
        dockerfile.write_bytes(given.dockerfile.encode())
    return builder.build(given, dockerfile, context)


def _options(given: Given, context: Path) -> list[str]:
    """What docker and buildah understand alike. RUN has this machine's network: these engines have none."""
    options = [f"--build-arg={name}={value}" for name, value in given.args.items()]
    options += [f"--target={given.target}"] if given.target is not None else []
    options += [part.replace("src=", f"src={context}/") for part in given.options]
    return (
        options
        if any(each.startswith("--network") for each in options)
        else [*options, "--network=host"]
    )


@dataclass(frozen=True)
class BuildKit:
    """BuildKit in an engine."""

    engine: Engine
    folder: Path

    def clear(self) -> None:
        self.engine.docker("buildx", "prune", "--all", "--force")

    def build(self, given: Given, dockerfile: Path, context: Path) -> Done:
        how = (
            "--progress",
            "rawjson",
            "--output",
            "type=cacheonly",
            "--file",
            str(dockerfile),
        )
        return self.engine.tried(
            "buildx", "build", *how, *_options(given, context), str(context), both=True
        )

    def read(self, output: str, dockerfile: str) -> list[Verdict]:
        return rawjson.verdicts(output, dockerfile)


@dataclass(frozen=True)
class Classic:
    """The builder that an engine had before BuildKit, and still has."""

    engine: Engine
    folder: Path

    def clear(self) -> None:
        self.engine.docker("image", "prune", "--force")

    def build(self, given: Given, dockerfile: Path, context: Path) -> Done:
        environment = {
            **surroundings(),
            "DOCKER_HOST": f"unix://{self.engine.socket}",
            "DOCKER_BUILDKIT": "0",
        }
        call = (
            "docker",
            "build",
            "--file",
            str(dockerfile),
            *_options(given, context),
            str(context),
        )
        done = subprocess.run(
            call,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        return Done(done.returncode, done.stdout + done.stderr)

    def read(self, output: str, dockerfile: str) -> list[Verdict]:
        return step_lines.of_classic(output, dockerfile)


@dataclass(frozen=True)
class Buildah:
    """buildah, which needs no daemon. Its store is that with the base images, copied for each change."""

    folder: Path

    def clear(self) -> None:
        shutil.rmtree(self.folder / "store", ignore_errors=True)
        if (self.folder / "bases").exists():
            shutil.copytree(self.folder / "bases", self.folder / "store", symlinks=True)

    def provide(self, busybox: bytes) -> str:
        """Make the base images; why that fails here, or nothing."""
        limits = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
        rows = (
            f'"{name}={resource.getrlimit(kind)[1]}:{resource.getrlimit(kind)[1]}"'
            for name, kind in limits.items()
        )
        (self.folder / "containers.conf").write_text(
            f"[containers]\ndefault_ulimits = [{', '.join(rows)}]\n", encoding="utf-8"
        )
        (self.folder / "base.Dockerfile").write_text("FROM scratch\nADD base.tar /\n")
        for tag, mark in TAGS.items():
            (self.folder / "base.tar").write_bytes(base_of(busybox, mark))
            done = self._called(
                "--tag",
                tag,
                "--file",
                str(self.folder / "base.Dockerfile"),
                str(self.folder),
            )
            if done.status:
                return f"buildah cannot build here: {done.output.strip()[-200:]}"
        shutil.copytree(self.folder / "store", self.folder / "bases", symlinks=True)
        return ""

    def build(self, given: Given, dockerfile: Path, context: Path) -> Done:
        own = (
            option for option in _options(given, context) if option != "--network=host"
        )
        return self._called("--layers", "--file", str(dockerfile), *own, str(context))

    def read(self, output: str, dockerfile: str) -> list[Verdict]:
        return step_lines.of_buildah(output, dockerfile)

    def _called(self, *arguments: str) -> Done:
        store = (
            "--root",
            str(self.folder / "store"),
            "--runroot",
            str(self.folder / "run"),
            "--storage-driver",
            "vfs",
        )
        how = (
            "build",
            "--isolation",
            "chroot",
            "--network",
            "host",
            "--format",
            "docker",
        )
        environment = {
            **surroundings(),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
        }
        for _ in range(5):
            call = ("buildah", *store, *how, *arguments)
            done = subprocess.run(
                call,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                encoding="utf-8",
            )
            if (
                "sealing memfd copy" not in done.stderr
            ):  # where buildah starts itself anew, the kernel is busy at times
                break
            time.sleep(0.2)
        return Done(done.returncode, done.stdout + done.stderr)


@contextmanager
def engine_with_bases(folder: Path, busybox: bytes) -> Iterator[Engine]:
    """An engine with all that it writes in `folder`, and the base images."""
    folder.mkdir(exist_ok=True)
    with engine(folder) as started:
        for tag, mark in TAGS.items():
            (folder / "base.tar").write_bytes(base_of(busybox, mark))
            started.docker("import", str(folder / "base.tar"), tag)
        started.docker("tag", "base:latest", "base:same")
        yield started
