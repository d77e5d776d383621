"""Numbers at the ends of what a header can hold, in every field that has one, in a layer and in the archive around it.

Whatever an archive says, it ends in figures or in an error of ours, and in the same ones whether it is a file, bytes
in memory or a stream. `make fuzz` asks for thousands of them.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from image.test_fuzz_inspect import all_of, written
from image.test_tar import columns, pax, raw_entry
from images import config, docker_archive, file, layer, sha256, tar_of

from lightship.errors import ImageError, LightshipError
from lightship.files.blobs import open_blob
from lightship.image.choose import Choice
from lightship.image.image import Layer
from lightship.image.layer import Reading, scan_layer, scan_stream
from lightship.image.read import read_contents
from lightship.image.read_limits import MB, Limits
from lightship.image.scan import NOTHING_WANTED
from lightship.image.stream import read_stream
from lightship.sources import SourceOptions, open_image

READING = Reading(NOTHING_WANTED, Limits(kept_bytes=MB))
# Where each number stands in a header (POSIX, "ustar Interchange Format"; GNU's old sparse files)
FIELDS = {
    "mode": (100, 8),
    "uid": (108, 8),
    "gid": (116, 8),
    "size": (124, 12),
    "mtime": (136, 12),
    "devmajor": (329, 8),
    "devminor": (337, 8),
    "offset of a hole": (386, 12),
    "bytes of a hole": (398, 12),
    "real size": (483, 12),
}
RECORDS = (
    "size",
    "mtime",
    "uid",
    "gid",
    "GNU__sparse__size",
    "GNU__sparse__realsize",
    "GNU__sparse__major",
    "GNU__sparse__map",
)
KINDS = b"0\x001234567xgLKSV"
BITS = (63, 0, 1, 7, 8, 15, 16, 31, 32, 33, 53, 62, 64, 87, 88, 94, 95)

numbers = st.builds(
    lambda bits, more, sign: sign * ((1 << bits) + more),
    st.sampled_from(BITS),
    st.integers(-2, 2),
    st.sampled_from((1, -1)),
)
MANY = settings(max_examples=share_of(300))


def base_256(number: int, width: int) -> bytes:
    """A number as GNU tar writes what octal digits cannot hold; of one that is too large the last bits."""
    most = 1 << (8 * width)
    mark = 0xFF if number < 0 else 0x80
    data = (number % most).to_bytes(width, "big")
    return bytes((data[0] | mark,)) + data[1:]


def octal(number: int, width: int) -> bytes:
    """The same in octal digits, of which the field may be full."""
    return b"%0*o" % (width, abs(number) % 8**width)


@st.composite
def changed_headers(draw: st.DrawFn) -> bytes:
    """A header of any kind, one to three of whose numbers are extreme."""
    kind = bytes((draw(st.sampled_from(KINDS)),))
    header = bytearray(raw_entry(b"strange", kind, 0, link=b"first"))
    names = draw(st.lists(st.sampled_from(tuple(FIELDS)), min_size=1, max_size=3))
    for name in names:
        at, width = FIELDS[name]
        form = draw(st.sampled_from((base_256, octal)))
        header[at : at + width] = form(draw(numbers), width)
    return summed(header)


def summed(header: bytearray) -> bytes:
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@st.composite
def pax_records(draw: st.DrawFn) -> bytes:
    """A usual header below records of PAX with extreme numbers."""
    names = draw(st.lists(st.sampled_from(RECORDS), min_size=1, max_size=3))
    values = st.one_of(
        numbers.map(lambda number: b"%d" % number),
        numbers.map(lambda number: b"%d.%d" % (number, abs(number))),
        st.binary(max_size=24),
    )
    records = {name: draw(values) for name in names}
    return pax(**records) + raw_entry(b"strange", b"0", 3, b"abc")


strange = st.one_of(changed_headers(), pax_records())


@st.composite
def tars(draw: st.DrawFn) -> bytes:
    """A layer with such an entry between two usual ones."""
    first = raw_entry(b"first", b"0", 600, b"x" * 600)
    last = raw_entry(b"last", b"0", 5, b"y" * 5)
    return first + draw(strange) + last + bytes(1024)


def answer(task: Callable[[], object]) -> object:
    """What comes of it; an error of ours as its text."""
    try:
        return task()
    except ImageError as error:
        return str(error)


def from_file(tar: bytes) -> tuple:
    with tempfile.NamedTemporaryFile() as stored:
        stored.write(tar)
        stored.flush()
        with open_blob(stored.name) as blob:
            found = scan_layer(Layer(0), blob.part(0, len(tar), "blob"), READING)
            return columns(found)


def from_stream(tar: bytes) -> tuple:
    return columns(scan_stream(Layer(0), io.BytesIO(tar), "blob", b"", READING))


@MANY
@given(tars())
def test_law_of_fuzz_a_layer_with_extreme_numbers_is_the_same_from_a_file_and_a_stream(
    tar: bytes,
):
    by_headers = answer(lambda: from_file(tar))
    by_bytes = answer(lambda: from_stream(tar))
    assert by_headers == by_bytes


def opened_file(data: bytes) -> object:
    with tempfile.NamedTemporaryFile() as stored:
        stored.write(data)
        stored.flush()
        name = stored.name
        with open_image(name, Choice(), READING, SourceOptions()) as opened:
            return read_contents(opened, READING).content_bytes


def streamed(data: bytes) -> object:
    opened = read_stream(io.BytesIO(data), Choice(), READING, "a.tar")
    return read_contents(opened, READING).content_bytes


@MANY
@given(strange, st.booleans())
def test_law_of_fuzz_an_archive_around_with_extreme_numbers_is_the_same_from_a_file_and_a_stream(
    entry: bytes, is_first: bool
):
    whole = docker_archive(layer(file("a", 700)))
    data = entry + whole if is_first else whole[:-1024].rstrip(b"\0") + entry
    by_headers = answer(lambda: opened_file(data))
    by_bytes = answer(lambda: streamed(data))
    assert isinstance(by_headers, int) == isinstance(by_bytes, int)
    if isinstance(by_headers, int):
        assert by_headers == by_bytes


@MANY
@given(tars())
def test_law_of_fuzz_reports_of_extreme_numbers_are_written(tar: bytes):
    try:
        found = all_of(docker_archive(tar, layer(file("usr/lib/x", 7))))
    except LightshipError:
        return
    written(found, found)


DOCUMENTS = ("size of the layer", "size of the config", "date", "history")


@MANY
@given(numbers, st.sampled_from(DOCUMENTS))
def test_law_of_fuzz_extreme_numbers_of_manifests_end_in_figures_or_in_an_error(
    number: int, place: str
):
    tar = layer(file("usr/lib/a", 700))
    document = json.loads(config([tar]))
    if place == "date":
        document["created"] = number
    if place == "history":
        document["history"] = [{"created": number, "empty_layer": number}]
    stored = json.dumps(document).encode()
    sizes = {"size of the layer": len(tar), "size of the config": len(stored)}
    if place in sizes:
        sizes[place] = number
    about = {"mediaType": "application/vnd.oci.image.manifest.v1+json"}
    layers = [{"digest": sha256(tar), "size": sizes["size of the layer"]}]
    of_config = {"digest": sha256(stored), "size": sizes["size of the config"]}
    manifest = json.dumps({**about, "config": of_config, "layers": layers}).encode()
    top = {**about, "digest": sha256(manifest), "size": len(manifest)}
    index = json.dumps({"schemaVersion": 2, "manifests": [top]}).encode()
    blobs = {
        f"blobs/{sha256(data).replace(':', '/')}": data
        for data in (tar, stored, manifest)
    }
    try:
        found = all_of(tar_of({"index.json": index, **blobs}))
    except LightshipError:
        return
    written(found, found)


LARGEST = (1 << 63) - 1


@pytest.mark.parametrize("size", [LARGEST, LARGEST - 511, 1 << 62, 1 << 53])
def test_a_size_of_exabytes_is_one_error_that_names_the_file(size, tmp_path: Path):
    tar = raw_entry(b"first", b"0", base_256(size, 12), b"x" * 512) + bytes(1024)
    path = tmp_path / "layer.tar"
    path.write_bytes(tar)
    with open_blob(str(path)) as blob, pytest.raises(ImageError) as caught:
        scan_layer(Layer(0), blob, READING)
    assert "the tar ends inside 'first'" in str(caught.value)
