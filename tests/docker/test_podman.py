"""`podman://` against podman, by its command and by its API socket."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from images import docker_archive, file, layer, whiteout
from short import short_folder

from lightship.docker.connection import address, connected
from lightship.docker.leftovers import clean
from lightship.docker.podman import podman_stream
from lightship.docker.proof_builds import build
from lightship.errors import EngineError, ImageNotFoundError
from lightship.image.choose import Choice
from lightship.image.layer import Reading
from lightship.image.read import read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED
from lightship.proof.measure_plan import MeasurePlan, VersionSource
from lightship.sources import SourceOptions, open_image

RUN = "lightship-0123456789ab"
LAYERS = layer(file("app/a", 200_000), file("app/b", 1000)), layer(whiteout("app/a"))
STORE = '[storage]\ndriver = "vfs"\nrunroot = "{0}/run"\ngraphroot = "{0}/graph"\n'


@pytest.fixture
def runtime() -> Iterator[Path]:
    """XDG_RUNTIME_DIR: in a folder of pytest's the path of a socket may be too long."""
    folder = short_folder("lightship-podman-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def podman(tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a store of podman's that has one image."""
    if not shutil.which("podman"):
        pytest.skip("no podman on this machine")
    (tmp_path / "storage.conf").write_text(STORE.format(tmp_path), encoding="utf-8")
    (tmp_path / "app.tar").write_bytes(docker_archive(*LAYERS, tag="localhost/app:1"))
    monkeypatch.setenv("CONTAINERS_STORAGE_CONF", str(tmp_path / "storage.conf"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.delenv("CONTAINER_HOST", raising=False)
    done = subprocess.run(
        ("podman", "load", "-i", str(tmp_path / "app.tar")),
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        pytest.skip(f"podman cannot keep images here: {done.stderr[-300:]}")
    return tmp_path


@pytest.fixture
def socket(podman: Path, runtime: Path) -> Iterator[Path]:
    """podman's API socket, where it is looked for."""
    path = runtime / "podman/podman.sock"
    path.parent.mkdir()
    process = subprocess.Popen(
        ("podman", "system", "service", "--time=0", f"unix://{path}"),
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 300
        while not path.exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert path.exists(), "podman's service has made no socket"
        yield path
    finally:
        process.terminate()
        process.wait(20)


def waste(name: str) -> int:
    reading = Reading(NOTHING_WANTED, Limits())
    with open_image(name, Choice(), reading, SourceOptions()) as opened:
        return read_contents(opened, reading).wasted_bytes


def test_an_image_is_read_through_the_command(podman):
    assert waste("podman://localhost/app:1") == 200_000


def test_and_through_the_socket(socket):
    assert waste("podman://localhost/app:1") == 200_000


def test_one_that_is_not_there_names_the_nearest(podman):
    with pytest.raises(
        ImageNotFoundError,
        match=r"^podman has no image app:2: it has localhost/app:1.*podman pull",
    ):
        waste("podman://app:2")


def test_the_socket_says_so_too(socket):
    with pytest.raises(
        ImageNotFoundError, match=r"^podman has no image app:2: it has localhost/app:1"
    ):
        waste("podman://app:2")


def test_a_stream_that_is_given_up_ends_podman(podman):
    with podman_stream("localhost/app:1") as stream:
        assert stream.read(512)


def test_without_podman_the_error_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("CONTAINER_HOST", raising=False)
    with pytest.raises(EngineError, match="podman is not available"):
        waste("podman://app")


def test_a_socket_that_is_named_and_silent_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("CONTAINER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(
        EngineError, match=r"no podman answers at .*CONTAINER_HOST says so"
    ):
        waste("podman://app")


def test_a_proof_leaves_no_images_of_single_steps(
    socket: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """podman keeps each step of a build as an image without a name."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{socket}")
    context = tmp_path / "context"
    context.mkdir()
    (context / "a").write_text("a")
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text("FROM localhost/app:1\n" + "COPY a /a\n" * 4)
    source = VersionSource("v", str(context), str(dockerfile))
    with connected(address()) as client:
        before = {each["Id"] for each in client.images(all=True)}
    asked = MeasurePlan()
    first = build(source, "cold", f"lightship-proof/{RUN}:v", asked, RUN, True)
    (context / "a").write_text("b")
    second = build(source, "edit", f"lightship-proof/{RUN}:v-edit", asked, RUN, False)
    assert (first.error, second.error) == ("", "")
    with connected(address()) as client:
        assert len(client.images(all=True)) > len(before) + 2
    clean(RUN)
    with connected(address()) as client:
        assert {each["Id"] for each in client.images(all=True)} == before
