"""An archive as it comes by once has the same figures as the same bytes in a file."""

from __future__ import annotations

import io
import json

import pytest
from archives import BASE, FORMS, TOP, linked, path, several
from hypothesis import given
from hypothesis import strategies as st
from images import (
    COMPRESSED,
    blob_of,
    config,
    directory,
    docker_archive,
    file,
    hardlink,
    layer,
    oci_archive,
    sha256,
    tar_of,
    whiteout,
)

from lightship.errors import CorruptBlobError, ImageError
from lightship.image.archive import open_archive
from lightship.image.choose import Choice
from lightship.image.databases.package_lists import StatedPackage
from lightship.image.image import Opened
from lightship.image.layer import Reading
from lightship.image.read import Contents, read_contents
from lightship.image.read_limits import MB, Limits
from lightship.image.scan import NOTHING_WANTED, Look, Wanted
from lightship.image.stream import read_stream

READING = Reading(NOTHING_WANTED, Limits())


class Dripping:
    """A pipe: fewer bytes than were asked for."""

    def __init__(self, data: bytes, most: int) -> None:
        self._file, self._most = io.BytesIO(data), most

    def read(self, size: int) -> bytes:
        return self._file.read(min(size, self._most))


def streamed(
    data: bytes, reading: Reading = READING, most: int = 1 << 20, image: str = ""
) -> Opened:
    return read_stream(Dripping(data, most), Choice(image), reading, "a.tar")


def figures(found: Contents) -> object:
    """All that an inspection says, by value."""
    image = found.image
    return (
        (
            image.digest,
            image.names,
            image.platform,
            image.layers,
            image.history,
            image.config.raw,
            image.annotations,
        ),
        (
            found.size,
            found.stored,
            found.content_bytes,
            found.wasted_bytes,
            found.waste,
        ),
        [scan and [*scan.entries(at)] for at, scan in enumerate(found.stack.scans)],
        [
            scan
            and (
                scan.whiteouts,
                scan.opaques,
                scan.xattrs,
                scan.contents,
                scan.tar_bytes,
                scan.diff_id,
            )
            for scan in found.stack.scans
        ],
        [
            found.hash_of(at, i)
            for at, scan in enumerate(found.stack.scans)
            if scan
            for i in range(len(scan.paths))
        ],
    )


def in_a_file(data: bytes, reading: Reading = READING) -> Contents:
    return read_contents(
        open_archive(blob_of(data), Choice(), reading.limits, "a.tar"), reading
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("most", [1 << 20, 7, 513])
def test_law_of_streams_the_figures_are_those_of_a_file(form, most):
    data = FORMS[form](BASE, TOP, BASE)
    assert figures(read_contents(streamed(data, most=most), READING)) == figures(
        in_a_file(data)
    )


entries = st.lists(
    st.builds(
        lambda made, name, size: made(name, size) if made is file else made(name),
        st.sampled_from([file, directory, whiteout]),
        st.sampled_from(["a", "a/b", "a/b/c", "d"]),
        st.sampled_from([0, 1, 511, 512, 513, 2000]),
    ),
    max_size=6,
)


@given(
    st.lists(entries, min_size=1, max_size=4),
    st.sampled_from([*FORMS]),
    st.sampled_from([*COMPRESSED]),
)
def test_law_of_streams_for_any_layers_in_any_form(layers, form, compression):
    data = FORMS[form](*(layer(*each) for each in layers))
    found = read_contents(streamed(COMPRESSED[compression](data), most=1000), READING)
    assert figures(found) == figures(in_a_file(data))


def test_contents_that_are_wanted_are_kept_the_same():
    wanted = Wanted(
        lambda name, _size: Look.KEEP if name == b"app" else Look.PASS,
        lambda _name, _data: None,
    )
    for form in FORMS.values():
        found = read_contents(
            streamed(form(BASE, TOP), Reading(wanted, Limits())), READING
        )
        assert found.read(1, 0, 9000) == file("app", 7001).content


def test_what_files_name_is_extracted_the_same():
    wanted = Wanted(
        lambda name, _size: Look.EXTRACT if name == b"app" else Look.PASS,
        lambda _name, _data: None,
        extract=lambda path, size, _part: (
            StatedPackage("npm", path.decode(), str(size)),
        ),
    )
    for form in FORMS.values():
        opened = streamed(form(BASE, TOP), Reading(wanted, Limits()))
        assert opened.scans[1].named == {0: (StatedPackage("npm", "app", "7001"),)}


def test_contents_that_were_not_wanted_are_said_to_be_gone():
    found = read_contents(streamed(docker_archive(BASE)), READING)
    with pytest.raises(ImageError, match="were streamed and not kept"):
        found.read(0, 1, 10)


@pytest.mark.parametrize("form", FORMS)
def test_digests_are_verified_as_bytes_pass(form):
    data = bytearray(FORMS[form](BASE, TOP))
    stored = next(
        each
        for each in (COMPRESSED[name](BASE) for name in ("", "gzip", "zstd"))
        if each in data
    )
    data[data.find(stored) + len(stored) // 2] ^= 1
    with pytest.raises(CorruptBlobError):
        streamed(bytes(data))


def test_a_wrong_diff_id_is_found_where_a_name_promises_nothing():
    gzipped = COMPRESSED["gzip"](TOP)
    document = config([BASE])
    listed = json.dumps(
        [{"Config": "c.json", "RepoTags": [], "Layers": ["l"]}]
    ).encode()
    data = tar_of({"c.json": document, "l": gzipped, "manifest.json": listed})
    for reader in (streamed, in_a_file):
        with pytest.raises(CorruptBlobError, match=sha256(BASE)):
            reader(data)


def test_diff_ids_of_compressed_layers_are_verified_if_that_is_asked():
    data = oci_archive(BASE, document=config([TOP]))
    assert streamed(data).scans[0].diff_id is None
    with pytest.raises(CorruptBlobError, match=sha256(TOP)):
        streamed(data, Reading(NOTHING_WANTED, Limits(), verify=True))


def test_files_that_are_no_part_of_the_image_may_be_anything():
    more = {
        "blobs/sha256/" + "0" * 64: b"not a tar",
        "bomb": COMPRESSED["gzip"](b"x" * 4096),
        "[": b"[",
        "empty": b"",
    }
    document = config([BASE])
    listed = json.dumps(
        [
            {
                "Config": path(sha256(document)),
                "RepoTags": [],
                "Layers": [path(sha256(BASE))],
            }
        ]
    ).encode()
    image = {
        path(sha256(document)): document,
        path(sha256(BASE)): BASE,
        "manifest.json": listed,
    }
    data = tar_of({**more, **image})
    assert figures(read_contents(streamed(data), READING)) == figures(in_a_file(data))


def test_one_of_several_images_is_read():
    found = streamed(several("a:1", "b:1"), image="b:1")
    assert found.scans[0].paths == [b"b:1-amd64"]


def test_empty_layers_may_be_files_without_bytes():
    document = config([b"", BASE])
    listed = json.dumps(
        [{"Config": "c.json", "RepoTags": [], "Layers": ["empty", "full"]}]
    ).encode()
    data = tar_of(
        {"c.json": document, "empty": b"", "full": BASE, "manifest.json": listed}
    )
    assert figures(read_contents(streamed(data), READING)) == figures(in_a_file(data))


def test_links_are_followed_inside_the_archive_only():
    for target in ("layer.tar", "../../../etc/passwd", "/dev/zero"):
        with pytest.raises(ImageError):
            streamed(linked(target))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(entries=4), "more than 4 entries"),
        (Limits(json_bytes=200), "more than 200 json bytes"),
        (Limits(kept_bytes=300), "more than 300 kept bytes"),
        (Limits(layers=1), "more than 1 layers"),
        (Limits(layer_bytes=4096), "more than 4,096 layer bytes"),
    ],
)
def test_limits_hold_while_bytes_pass(limits, message):
    many = layer(*(file(str(at)) for at in range(3)))
    with pytest.raises(ImageError, match=message):
        read_contents(
            streamed(docker_archive(many, BASE), Reading(NOTHING_WANTED, limits)),
            Reading(NOTHING_WANTED, limits),
        )


def test_a_bomb_around_the_archive_ends():
    data = COMPRESSED["gzip"](docker_archive(layer(file("zeros", bytes(30 * MB)))))
    with pytest.raises(ImageError, match="more than 300 times"):
        streamed(data, Reading(NOTHING_WANTED, Limits(small=MB)))


def test_a_stream_without_end_ends():
    class Endless:
        def read(self, size: int) -> bytes:
            return bytes(size)

    with pytest.raises(ImageError, match="not an image archive"):
        read_stream(Endless(), Choice(), READING, "zeros")


def test_progress_is_told_of_all_bytes():
    data, told = COMPRESSED["gzip"](docker_archive(BASE)), []
    streamed(data, Reading(NOTHING_WANTED, Limits(), progress=told.append))
    assert sum(told) == len(data)


def test_hard_links_have_no_bytes_of_their_own():
    data = docker_archive(layer(file("a", 100), hardlink("b", "a")))
    assert read_contents(streamed(data), READING).content_bytes == 100
