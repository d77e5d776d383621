"""Each layer of images that real builders made is blamed on its line, and the histories in tests/image/blame are true.

With LIGHTSHIP_KEEP_HISTORIES=1 the histories are written anew.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.engine_process import Engine, engine, engine_folder, why_not
from image.blamed import ARGS, CASES, Case, case, image_of

from lightship.image.blame import Confidence, blame

pytestmark = pytest.mark.engine
KEPT = ("Shell", "Labels", "OnBuild", "Env")
_SUM = re.compile(r"(?<=:)[0-9a-f]{64}")


@pytest.fixture(scope="module")
def base(busybox: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a base image that holds busybox alone."""
    folder = tmp_path_factory.mktemp("base")
    with tarfile.open(folder / "base.tar", "w") as made:
        add(made, "bin/busybox", busybox, 0o755)
        for name in ("sh", "echo", "cat", "true"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            made.addfile(link)
        add(made, "tmp", mode=0o1777, kind=tarfile.DIRTYPE)
    return folder / "base.tar"


def add(
    archive: tarfile.TarFile,
    name: str,
    data: bytes = b"",
    mode: int = 0o644,
    kind: bytes = tarfile.REGTYPE,
) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.type = len(data), mode, kind
    archive.addfile(info, io.BytesIO(data))


@pytest.fixture(scope="module")
def docker(base: Path) -> Iterator[Engine]:
    """An engine with that base image, which may also squash."""
    if reason := why_not():
        pytest.skip(reason)
    with engine_folder() as folder, engine(folder, "--experimental") as started:
        started.docker("import", "-", "base", stdin=base)
        yield started


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfiles copy."""
    folder = tmp_path_factory.mktemp("context")
    (folder / "dir").mkdir()
    for name in ("a.txt", "b.txt", "dir/f"):
        (folder / name).write_text(name, encoding="utf-8")
    with tarfile.open(folder / "ad.tar", "w") as archive:
        add(archive, "added", b"x")
    return folder


def built(
    docker: Engine,
    context: Path,
    name: str,
    *options: str,
    buildkit: bool,
    tag: str = "app",
) -> dict[str, Any]:
    """The config of the image that a Dockerfile of the folder makes, from what `docker save` writes."""
    command = (
        "docker",
        "build",
        "--network",
        "host",
        "--tag",
        tag,
        "--file",
        CASES / f"{name}.Dockerfile",
        *options,
    )
    args = [
        part
        for key, value in ARGS.items()
        for part in ("--build-arg", f"{key}={value}")
    ]
    environment = {
        **os.environ,
        "DOCKER_HOST": f"unix://{docker.socket}",
        "DOCKER_BUILDKIT": str(int(buildkit)),
    }
    done = subprocess.run(
        (*command, *args, context),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    saved = context.parent / f"{context.name}.tar"
    docker.docker("save", "--output", str(saved), tag)
    with tarfile.open(saved) as archive:
        (manifest,) = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
        document: dict[str, Any] = json.load(archive.extractfile(manifest["Config"]))  # type: ignore[arg-type]
    return document


def check_history(document: dict[str, Any], name: str) -> None:
    """The history that stands in the folder is that which the builder wrote."""
    rows = [
        {key: value for key, value in row.items() if key != "created"}
        for row in document["history"]
    ]
    found = {
        "config": {
            key: document["config"][key] for key in KEPT if document["config"].get(key)
        },
        "history": rows,
    }
    path = CASES / f"{name}.json"
    if os.environ.get("LIGHTSHIP_KEEP_HISTORIES"):
        path.write_text(
            json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    assert without_sums(found) == without_sums(
        json.loads(path.read_text(encoding="utf-8"))
    )


def without_sums(found: dict[str, Any]) -> str:
    """As text, without checksums, which hold times, and versions."""
    text = json.dumps(found, sort_keys=True)
    return re.sub(r"(io\.buildah\.version\": )\"[^\"]*\"", r"\1", _SUM.sub("", text))


def check_lines(made: Case, document: dict[str, Any], builder: str) -> None:
    """Every layer has the true line, surely."""
    truth = made.truth()
    found = blame(
        image_of(document["history"], document["config"]),
        made.build(ARGS),
        "Dockerfile",
    )
    assert [each.first for each in found] == [
        each.first_line if each else 0 for each in truth
    ]
    assert [each.last for each in found] == [
        each.last_line if each else 0 for each in truth
    ]
    assert [each.is_base for each in found] == [each is None for each in truth]
    assert {each.confidence for each in found if each.first} == {Confidence.MATCHED}
    assert {each.builder for each in found if each.first} == {builder}
    assert len(truth) == len(document["rootfs"]["diff_ids"])


@pytest.mark.parametrize("builder", ["buildkit", "docker"])
def test_every_layer_that_docker_builds_has_its_line(
    builder: str, docker: Engine, context: Path
) -> None:
    document = built(docker, context, builder, buildkit=builder == "buildkit")
    check_history(document, builder)
    check_lines(case(builder), document, builder)


@pytest.mark.parametrize("builder", ["buildkit", "docker"])
def test_triggers_of_the_base_image_are_the_base_images(
    builder: str, docker: Engine, context: Path
) -> None:
    built(docker, context, "trigger", buildkit=False, tag="trigger")
    document = built(docker, context, "child", buildkit=builder == "buildkit")
    check_history(document, f"child-{builder}")
    check_lines(case("child", f"child-{builder}"), document, builder)


def test_a_squashed_layer_has_the_lines_of_all(docker: Engine, context: Path) -> None:
    document = built(docker, context, "squash", "--squash", buildkit=False)
    check_history(document, "squash")
    _, layer = blame(
        image_of(document["history"], document["config"]),
        case("squash").build(),
        "Dockerfile",
    )
    assert (layer.first, layer.last, layer.confidence) == (2, 5, Confidence.MATCHED)
    assert layer.text == "RUN echo 1 > /1 … COPY a.txt / (4 instructions in one layer)"


@pytest.fixture(scope="module")
def buildah(base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """How to call buildah, which has the base image; it needs no daemon."""
    if shutil.which("buildah") is None or os.geteuid():
        pytest.skip("no buildah on this machine, or not root")
    folder = tmp_path_factory.mktemp("buildah")
    limits = [
        f'"{name}={resource.getrlimit(kind)[1]}:{resource.getrlimit(kind)[1]}"'
        for name, kind in LIMITS.items()
    ]
    (folder / "containers.conf").write_text(
        f"[containers]\ndefault_ulimits = [{', '.join(limits)}]\n", encoding="utf-8"
    )
    os.environ["CONTAINERS_CONF"] = str(folder / "containers.conf")
    store = (
        "--root",
        str(folder / "root"),
        "--runroot",
        str(folder / "run"),
        "--storage-driver",
        "vfs",
    )
    (base.parent / "base.Dockerfile").write_text("FROM scratch\nADD base.tar /\n")
    call = (
        "buildah",
        *store,
        "build",
        "--isolation",
        "chroot",
        "--network",
        "host",
        "--format",
        "docker",
    )
    make = (
        *call,
        "--tag",
        "base",
        "--file",
        base.parent / "base.Dockerfile",
        base.parent,
    )
    done = subprocess.run(
        make, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    if done.returncode:
        pytest.skip(f"buildah cannot build here: {done.stderr.strip()[-200:]}")
    return call


LIMITS = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}


def built_by_buildah(
    call: tuple[str, ...], context: Path, name: str, *options: str
) -> dict[str, Any]:
    args = [
        part
        for key, value in ARGS.items()
        for part in ("--build-arg", f"{key}={value}")
    ]
    make = (
        *call,
        *options,
        *args,
        "--tag",
        "app",
        "--file",
        CASES / f"{name}.Dockerfile",
        context,
    )
    for _ in range(5):
        done = subprocess.run(
            make, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        if (
            "sealing memfd copy" not in done.stderr
        ):  # where buildah starts itself anew, the kernel is busy now and then
            break
    assert done.returncode == 0, done.stderr
    inspect = (*call[:7], "inspect", "--type", "image", "app")
    found = json.loads(
        subprocess.run(
            inspect, capture_output=True, text=True, check=True, encoding="utf-8"
        ).stdout
    )
    document: dict[str, Any] = found["Docker"]
    return document


def test_every_layer_that_buildah_builds_has_its_line(
    buildah: tuple[str, ...], context: Path
) -> None:
    document = built_by_buildah(buildah, context, "buildah", "--layers")
    check_history(document, "buildah")
    check_lines(case("buildah"), document, "buildah")


def test_the_one_layer_that_buildah_makes_of_a_stage_has_the_lines_of_all(
    buildah: tuple[str, ...], context: Path
) -> None:
    document = built_by_buildah(buildah, context, "squash")
    check_history(document, "squash-buildah")
    _, layer = blame(
        image_of(document["history"], document["config"]),
        case("squash").build(),
        "Dockerfile",
    )
    assert (layer.first, layer.last, layer.confidence) == (2, 5, Confidence.MATCHED)
    assert layer.builder == "buildah"
