from __future__ import annotations

import gzip
import io
import struct
import tarfile
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import (
    COMPRESSED,
    blob_of,
    contents,
    directory,
    file,
    hardlink,
    layer,
    opened,
    sha256,
)

from lightship.errors import CorruptBlobError, FileError, ImageError, UsageError
from lightship.image.digest import digest
from lightship.image.image import Layer
from lightship.image.layer import Reading, content, scan_layer
from lightship.image.read import read_contents
from lightship.image.read_limits import Limits, limited
from lightship.image.scan import NOTHING_WANTED, Scan

TAR = layer(
    directory("d"),
    file("d/a", 5000),
    file("b", b"hello"),
    hardlink("c", "b"),
    file("empty"),
)
READING = Reading(NOTHING_WANTED, Limits())
TIGHT = Reading(NOTHING_WANTED, Limits(small=100_000, ratio=20))


def layer_of(stored: bytes, tar: bytes = TAR) -> Layer:
    return Layer(
        0, digest(sha256(tar), ""), digest(sha256(stored), ""), "", len(stored)
    )


def scanned(stored: bytes, reading: Reading = READING, tar: bytes = TAR) -> Scan:
    return scan_layer(layer_of(stored, tar), blob_of(stored), reading)


@pytest.mark.parametrize("compression", COMPRESSED)
def test_every_compression_gives_the_same_layer(compression):
    scan = scanned(COMPRESSED[compression](TAR))
    assert scan.paths == [b"d", b"d/a", b"b", b"c", b"empty"]
    assert scan.tar_bytes == len(TAR)


@pytest.mark.parametrize("compression", ["gzip", "zstd", "xz", "bzip2"])
def test_members_behind_one_another_are_one_layer(compression):
    press = COMPRESSED[compression]
    stored = b"".join(press(TAR[at : at + 700]) for at in range(0, len(TAR), 700))
    assert scanned(stored).paths == scanned(TAR).paths


def test_a_skippable_frame_before_zstd_is_passed_over():
    frame = b"\x50\x2a\x4d\x18" + struct.pack("<I", 9) + b"something"
    assert scanned(frame + COMPRESSED["zstd"](TAR) + frame).paths == scanned(TAR).paths


@pytest.mark.parametrize("compression", COMPRESSED)
def test_a_wrong_digest_is_an_error_that_names_the_blob(compression):
    stored = COMPRESSED[compression](TAR)
    wrong = replace(
        layer_of(stored),
        digest=digest(sha256(b"other"), ""),
        diff_id=digest(sha256(b"other"), ""),
    )
    with pytest.raises(
        CorruptBlobError, match="the blob: the digest of its bytes is sha256:"
    ):
        scan_layer(wrong, blob_of(stored, "the blob"), READING)


@pytest.mark.parametrize("compression", ["", "gzip"])
def test_a_wrong_size_is_an_error_that_names_the_blob(compression):
    stored = COMPRESSED[compression](TAR)
    with pytest.raises(CorruptBlobError, match=r"the blob: .* instead of the 7 "):
        scan_layer(
            replace(layer_of(stored), stored=7), blob_of(stored, "the blob"), READING
        )


def test_the_tar_of_a_compressed_layer_is_verified_on_demand():
    stored = gzip.compress(TAR)
    wrong = replace(layer_of(stored), diff_id=digest(sha256(b"other"), ""))
    scan_layer(wrong, blob_of(stored), READING)
    with pytest.raises(CorruptBlobError):
        scan_layer(wrong, blob_of(stored), replace(READING, verify=True))


@pytest.mark.parametrize("compression", ["gzip", "zstd", "xz", "bzip2"])
def test_a_bomb_ends_at_the_limit(compression):
    tar = layer(file("zeros", bytes(3_000_000)))
    with pytest.raises(ImageError, match="--limit ratio="):
        scanned(COMPRESSED[compression](tar), TIGHT, tar)
    with pytest.raises(ImageError, match="--limit layer-bytes="):
        scanned(
            COMPRESSED[compression](tar),
            Reading(NOTHING_WANTED, Limits(layer_bytes=1_000_000)),
            tar,
        )


@pytest.mark.parametrize("compression", ["", "gzip", "zstd", "xz", "bzip2"])
def test_law_a_layer_cut_anywhere_is_one_error_or_whole(compression):
    stored = COMPRESSED[compression](TAR)
    for end in range(1, len(stored), max(1, len(stored) // 90)):
        part = stored[:end]
        with pytest.raises(ImageError):
            scan_layer(layer_of(stored), blob_of(part), READING)


@given(
    st.binary(max_size=300),
    st.sampled_from((b"", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"BZh9")),
)
def test_fuzz_bytes_that_are_no_layer(data, magic):
    try:
        scan_layer(Layer(0), blob_of(magic + data), READING)
    except ImageError:
        return


@pytest.mark.parametrize("compression", COMPRESSED)
def test_the_content_of_a_file_can_be_read_afterwards(compression):
    stored = COMPRESSED[compression](TAR)
    scan = scanned(stored)
    wanted = file("d/a", 5000).content
    assert b"".join(content(blob_of(stored), scan, 1, Limits())) == wanted
    assert b"".join(content(blob_of(stored), scan, 2, Limits())) == b"hello"
    assert b"".join(content(blob_of(stored), scan, 4, Limits())) == b""
    assert contents(TAR, compression=compression).read(0, 1, 100) == wanted[:100]


@given(st.lists(st.binary(max_size=2000), min_size=2, max_size=5))
def test_law_hashes_do_not_depend_on_how_a_layer_is_stored(data):
    tar = layer(*(file(f"f{at}", each) for at, each in enumerate(data)))
    plain, zipped = contents(tar), contents(tar, compression="zstd")
    assert [plain.hash_of(0, at) for at in range(len(data))] == [
        zipped.hash_of(0, at) for at in range(len(data))
    ]
    assert (plain.hash_of(0, 0) == plain.hash_of(0, 1)) == (data[0] == data[1])


def test_a_layer_that_is_listed_twice_is_read_once():
    twice = opened(TAR, TAR, compression="gzip")
    opens = []

    def counted(layer, blob):
        def open_it():
            opens.append(layer)
            return blob.open()

        return replace(blob, open=open_it)

    blobs = tuple(counted(layer, blob) for layer, blob in enumerate(twice.blobs))
    contents = read_contents(replace(twice, blobs=blobs), READING)
    assert len(contents.stack.scans) == 2
    assert opens == [0]


def test_an_absent_layer_leaves_the_others_as_they_are():
    found = opened(TAR, layer(file("e", 10)))
    layers = (
        replace(found.image.layers[0], absent="it lies elsewhere"),
        found.image.layers[1],
    )
    read = read_contents(
        replace(
            found,
            image=replace(found.image, layers=layers),
            blobs=(None, found.blobs[1]),
        ),
        READING,
    )
    assert read.stack.paths().keys() == {b"e"}
    assert (read.content_bytes, read.stored) == (10, layers[1].stored)


def test_too_many_layers_and_entries_name_their_limit():
    with pytest.raises(ImageError, match="--limit layers="):
        contents(TAR, TAR, limits=Limits(layers=1))
    with pytest.raises(ImageError, match="--limit entries="):
        contents(TAR, TAR, limits=Limits(entries=9))


def test_limits_are_read_as_people_write_them():
    assert limited(
        Limits(), {"entries": "10M", "layer-bytes": "2g", "ratio": "1000"}
    ) == Limits(entries=10_000_000, layer_bytes=2_000_000_000, ratio=1000)
    for name, value in (
        ("entry", "1"),
        ("entries", "-1"),
        ("entries", "1T"),
        ("entries", ""),
        ("entries", "9" * 30),
    ):
        with pytest.raises(UsageError):
            limited(Limits(), {name: value})


def test_bytes_that_come_once_are_read_to_their_end():
    stored = gzip.compress(TAR + bytes(20_000))
    stream = io.BytesIO(stored)
    blob = replace(blob_of(stored), open=lambda: stream)
    scan = scan_layer(layer_of(stored), blob, READING)
    assert scan.tar_bytes == len(TAR) + 20_000
    assert stream.read() == b""


class Endless:
    """A layer that comes without end; `begun` tells that it does."""

    def __init__(self) -> None:
        header = tarfile.TarInfo("f")
        header.size = 1 << 40
        self.begun = threading.Event()
        self.next = header.tobuf()

    def read(self, size: int) -> bytes:
        data, self.next = self.next, bytes(size)
        if not data.strip(b"\0"):
            self.begun.set()
        return data


@pytest.mark.parametrize("error", [FileError("it broke"), KeyboardInterrupt()])
def test_where_one_layer_fails_no_other_is_read_to_its_end(error):
    endless = Endless()

    class Broken:
        def read(self, _size: int) -> bytes:
            endless.begun.wait()
            raise error

    found = opened(TAR, layer(file("e", 10)))
    blobs = tuple(
        replace(blob, is_remote=True, open=lambda stream=stream: stream)
        for blob, stream in zip(found.blobs, (endless, Broken()), strict=True)
    )
    with pytest.raises(type(error)):
        read_contents(replace(found, blobs=blobs), READING)
