"""What the user says -> the image: schemes, files, directories, pipes; and skopeo's own archives of one image."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from archives import BASE, FORMS, TOP, several
from images import (
    COMPRESSED,
    docker_archive,
    oci_archive,
    oci_blobs,
    oci_files,
    write_files,
)

from lightship.errors import (
    FileError,
    ImageError,
    ImageNotFoundError,
    LightshipError,
    UsageError,
)
from lightship.image.choose import Choice
from lightship.image.layer import Reading
from lightship.image.read import read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED
from lightship.sources import SourceOptions, open_image

READING = Reading(NOTHING_WANTED, Limits())
FIGURES = (14301, 7300, ("app",))


def figures(
    name: str, image: str = "", platform: str = "", *, keep: bool = False
) -> tuple[int, int, tuple[str, ...]]:
    """Content bytes, waste, and the paths of the final image that are files."""
    with open_image(
        name, Choice(image, platform), READING, SourceOptions(keep=keep)
    ) as opened:
        found = read_contents(opened, READING)
        if keep:
            assert found.read(1, 0, 10_000).startswith(found.read(1, 0, 5))
        paths = tuple(
            path.decode()
            for at, scan in enumerate(found.stack.scans)
            if scan
            for i, path in enumerate(scan.paths)
            if scan.sizes[i] and found.stack.gone[at][i] == 0xFFFF
        )
        return found.content_bytes, found.wasted_bytes, paths


def source(name: str) -> str:
    with open_image(name, Choice(), READING, SourceOptions()) as opened:
        return opened.image.source


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "app.tar"
    path.write_bytes(docker_archive(BASE, TOP))
    return str(path)


@pytest.fixture
def folder(tmp_path):
    return str(write_files(tmp_path / "layout", oci_files(oci_blobs(BASE, TOP))))


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("compression", [*COMPRESSED])
@pytest.mark.parametrize("form", ["docker from 25", "oci"])
def test_archives_in_every_compression(tmp_path, form, compression, keep):
    path = tmp_path / "app"
    path.write_bytes(COMPRESSED[compression](FORMS[form](BASE, TOP)))
    assert figures(str(path), keep=keep) == FIGURES


@pytest.mark.parametrize(
    "said",
    [
        "{}",
        "archive://{}",
        "docker-archive:{}",
        "docker-archive://{}",
        "docker-tar://{}",
    ],
)
def test_every_spelling_of_an_archive(archive, said):
    assert figures(said.format(archive)) == FIGURES
    assert source(said.format(archive)) == "archive"


@pytest.mark.parametrize(
    "said",
    ["{}", "oci://{}", "oci:{}", "oci-archive:{}", "oci://{}:latest", "oci:{}:latest"],
)
def test_every_spelling_of_a_layout(folder, tmp_path, said):
    assert figures(said.format(folder)) == FIGURES
    assert source(said.format(folder)) == "oci"
    path = tmp_path / "oci.tar"
    path.write_bytes(oci_archive(BASE, TOP))
    if "oci" in said:
        assert figures(said.format(path)) == FIGURES


def test_a_tag_behind_a_path_chooses(folder, tmp_path):
    with pytest.raises(ImageNotFoundError, match="no image other"):
        figures(f"oci://{folder}:other")
    path = tmp_path / "two.tar"
    path.write_bytes(several("a:1", "b:1"))
    with pytest.raises(ImageNotFoundError, match="--image"):
        source(str(path))
    assert source(f"docker-archive:{path}:b:1") == "archive"


def test_relative_paths_and_names_with_colons_are_files_where_they_exist(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("app:1").write_bytes(docker_archive(BASE, TOP))
    assert figures("app:1") == FIGURES
    assert figures("archive://app:1") == FIGURES


@contextmanager
def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> Iterator[None]:
    """A real pipe as standard input."""
    reader, writer = os.pipe()

    def fill() -> None:
        with os.fdopen(writer, "wb") as file:
            file.write(data)

    thread = threading.Thread(target=fill, daemon=True)
    with os.fdopen(reader) as file:
        monkeypatch.setattr(sys, "stdin", file)
        thread.start()
        yield
        thread.join()


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("compression", ["", "gzip", "zstd"])
def test_standard_input_may_be_a_pipe(monkeypatch, compression, keep):
    with piped(monkeypatch, COMPRESSED[compression](docker_archive(BASE, TOP))):
        assert figures("-", keep=keep) == FIGURES


def test_standard_input_may_be_a_file(monkeypatch, archive):
    with open(archive, encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert figures("-") == FIGURES
        assert source("-") == "stdin"


def test_a_named_pipe_is_read_as_it_comes(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    thread = threading.Thread(
        target=lambda: path.write_bytes(docker_archive(BASE, TOP)), daemon=True
    )
    thread.start()
    assert figures(str(path)) == FIGURES


def test_files_are_closed_and_nothing_is_left_behind(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    os.mkdir(tmp_path / "temporary")
    path = tmp_path / "app.tar.gz"
    path.write_bytes(COMPRESSED["gzip"](docker_archive(BASE, TOP)))
    figures(str(path), keep=True)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        figures(folder)
        figures(str(path), keep=True)
    assert len(os.listdir("/proc/self/fd")) == before
    assert os.listdir(tmp_path / "temporary") == []


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        (
            "ftp://x",
            UsageError,
            "unknown scheme ftp://: use docker://, podman://",
        ),
        ("archive://none.tar", FileError, "no such file"),
        ("oci://none", FileError, "no such file"),
        ("./none", FileError, "no such file"),
        ("none.tar.gz", FileError, "no such file"),
        ("docker-archive:none", FileError, "no such file"),
    ],
)
def test_what_is_not_there_is_said(tmp_path, monkeypatch, said, kind, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(kind, match=message):
        figures(said)


def test_a_directory_that_is_no_layout_is_told_what_it_misses(tmp_path):
    for said in (str(tmp_path), f"oci://{tmp_path}", f"archive://{tmp_path}"):
        with pytest.raises(ImageError, match=r"no index\.json"):
            figures(said)


def test_a_zip_file_is_told_apart(tmp_path):
    (tmp_path / "x").write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(ImageError, match="unpack it"):
        figures(str(tmp_path / "x"))


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # docker's SDK leaves its socket open
def test_a_dockerfile_is_told_apart(tmp_path):
    path = tmp_path / "Dockerfile"
    path.write_text("FROM scratch\n")
    with pytest.raises(ImageError, match="a Dockerfile, not an image; `lightship lint"):
        figures(str(path))
    path.write_bytes(docker_archive(BASE, TOP))
    assert figures(str(path)) == FIGURES, "whatever its name"


def test_a_name_asks_engines_and_says_what_else_would_do(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    monkeypatch.setenv("CONTAINER_HOST", f"unix://{tmp_path}/none.sock")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        LightshipError, match=r"docker: (.|\n)*podman: (.|\n)*registry://app:1"
    ):
        figures("app:1")
    gc.collect()


@pytest.mark.parametrize("name", ["index.json", "config", "manifest", "layer"])
def test_a_layout_with_a_hole_or_a_pipe_in_it_is_an_error(folder, name):
    image = oci_blobs(BASE, TOP)
    digests = [each.replace("sha256:", "blobs/sha256/") for each in image.blobs]
    path = (
        Path(folder)
        / {
            "index.json": name,
            "layer": digests[0],
            "config": digests[2],
            "manifest": digests[3],
        }[name]
    )
    path.unlink()
    with pytest.raises(LightshipError):
        figures(folder)
    os.mkfifo(path)
    with pytest.raises(LightshipError):
        figures(folder)


def test_json_of_a_layout_is_limited(folder):
    limited = Reading(NOTHING_WANTED, Limits(json_bytes=300))
    with (
        pytest.raises(ImageError, match="json bytes"),
        open_image(folder, Choice(), limited, SourceOptions()),
    ):
        pass


needs_skopeo = pytest.mark.skipif(
    not shutil.which("skopeo"), reason="skopeo is not installed: apt install skopeo"
)


@needs_skopeo
@pytest.mark.parametrize(
    ("target", "options"),
    [
        ("oci:{}/o:1", []),
        ("oci:{}/o:1", ["--dest-compress-format", "zstd"]),
        ("oci-archive:{}/o.tar:1", []),
        (
            "oci-archive:{}/o.tar:1",
            ["--dest-compress-format", "zstd", "--dest-compress-level", "3"],
        ),
        ("docker-archive:{}/d.tar:app:1", []),
        ("dir:{}/d", []),
    ],
)
def test_what_skopeo_makes_of_an_archive_has_the_same_figures(
    archive, tmp_path, target, options
):
    said = target.format(tmp_path)
    command = [
        "skopeo",
        "--insecure-policy",
        "copy",
        "-q",
        *options,
        f"docker-archive:{archive}",
        said,
    ]
    subprocess.run(command, check=True, timeout=60)
    assert figures(said) == FIGURES
    assert figures(said, keep=True) == FIGURES
    path = said.split(":")[1]
    assert figures(path) == FIGURES
    if os.path.isfile(path):
        packed = subprocess.run(
            ["gzip", "-c", path], check=True, capture_output=True, timeout=60
        ).stdout
        (tmp_path / "packed").write_bytes(packed)
        assert figures(str(tmp_path / "packed")) == FIGURES
