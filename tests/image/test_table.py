"""Layers by their table of contents: the same as by their bytes, whatever is in them; hostile tables are one error."""

from __future__ import annotations

import json
import random
import tarfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import (
    Made,
    blob_of,
    contents,
    directory,
    docker_archive,
    file,
    hardlink,
    layer,
    opaque,
    opened,
    sha256,
    symlink,
    whiteout,
)
from tables import Stored, chunked, ended_estargz, estargz, gzipped

from lightship.errors import CorruptBlobError, ImageError
from lightship.image.archive import open_archive
from lightship.image.choose import Choice
from lightship.image.databases.package_lists import StatedPackage
from lightship.image.digest import digest
from lightship.image.image import Layer, Opened
from lightship.image.layer import Reading, scan_layer
from lightship.image.read import Contents, read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import (
    NOTHING_WANTED,
    Entry,
    EntryKind,
    Look,
    Scan,
    Wanted,
)
from lightship.image.stream import read_stream
from lightship.image.table import Table, contents_of, look_up
from lightship.image.table_formats import read_table, says_table

WRITERS = [estargz, ended_estargz, chunked]
Writer = Callable[..., Stored]


def layer_of(stored: Stored) -> Layer:
    return Layer(
        0,
        digest(sha256(stored.tar), ""),
        digest(sha256(stored.blob), ""),
        "",
        len(stored.blob),
        "",
        stored.annotations,
    )


def table_of(stored: Stored, limits: Limits | None = None) -> Table | None:
    return read_table(
        layer_of(stored),
        lambda at, size: stored.blob[at : at + size],
        limits or Limits(),
    )


def scans(stored: Stored, wanted: Wanted = NOTHING_WANTED) -> tuple[Scan, Scan]:
    """By the table, and by the bytes."""
    blob, limits = blob_of(stored.blob), Limits()
    table = table_of(stored)
    assert table is not None
    by_table = look_up(table, blob.read_at, wanted, limits)
    return by_table, scan_layer(layer_of(stored), blob, Reading(wanted, limits))


def image_of(*layers: Stored, verify: bool = False) -> Contents:
    """An image of such layers, whose tables were read."""
    plain = opened(*(each.tar for each in layers))
    described = [replace(layer_of(each), index=at) for at, each in enumerate(layers)]
    image = replace(plain.image, layers=tuple(described))
    remote = [replace(blob_of(each.blob), is_remote=True) for each in layers]
    tables = {at: table_of(each) for at, each in enumerate(layers)}
    assert None not in tables.values()
    found = Opened(image, tuple(remote), tables=tables)
    return read_contents(found, Reading(NOTHING_WANTED, Limits(), verify))


def entries(scan: Scan) -> list[Entry]:
    return list(scan.entries(0))


names = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=20
).filter(lambda name: name not in (".", "..") and not name.startswith(".wh."))
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
owners = st.fixed_dictionaries(
    {
        "uid": st.integers(0, 3 * 10**9),
        "gid": st.integers(0, 70_000),
        "mtime": st.integers(0, 2**33),
        "mode": st.integers(0, 0o7777),
    }
)
members = st.one_of(
    st.builds(
        lambda path, data, more: file(path, data, **more),
        paths,
        st.binary(max_size=5000),
        owners,
    ),
    st.builds(lambda path, more: directory(path, **more), paths, owners),
    st.builds(symlink, paths, paths),
    st.builds(hardlink, paths, paths),
    st.builds(lambda path: Made(path, kind=tarfile.FIFOTYPE), paths),
    st.builds(whiteout, paths),
    st.builds(opaque, paths),
)


@pytest.mark.parametrize("writer", WRITERS)
@given(made=st.lists(members, max_size=12), chunk=st.sampled_from([700, 4 << 20]))
def test_a_table_says_what_the_layer_holds(
    writer: Writer, made: list[Made], chunk: int
):
    by_table, by_bytes = scans(writer(layer(*made), chunk=chunk))
    assert entries(by_table) == entries(by_bytes)
    assert (by_table.whiteouts, by_table.opaques) == (
        by_bytes.whiteouts,
        by_bytes.opaques,
    )
    assert by_table.content_bytes == by_bytes.content_bytes


def figures(found: Contents) -> object:
    """What is said of an image, whatever it was read from."""
    columns = [entries(scan) for scan in found.stack.scans if scan]
    removed = [(scan.whiteouts, scan.opaques) for scan in found.stack.scans if scan]
    return columns, removed, found.waste, found.content_bytes, found.files


@pytest.mark.parametrize("writer", WRITERS)
@given(made=st.lists(st.lists(members, max_size=6), min_size=1, max_size=3))
def test_law_the_numbers_are_the_same_whichever_source(
    writer: Writer, made: list[list[Made]]
):
    layers = [writer(layer(*each)) for each in made]
    tars = [each.tar for each in layers]
    expected = figures(contents(*tars))
    assert figures(image_of(*layers)) == expected
    assert figures(image_of(*layers, verify=True)) == expected
    archive = docker_archive(*tars)
    reading = Reading(NOTHING_WANTED, Limits())
    for found in (
        open_archive(blob_of(archive), Choice(), Limits(), "a.tar"),
        read_stream(BytesIO(archive), Choice(), reading, "a.tar"),
    ):
        assert figures(read_contents(found, reading)) == expected


@pytest.mark.parametrize("writer", WRITERS)
@given(
    data=st.lists(st.binary(max_size=3000), min_size=1, max_size=8),
    chunk=st.sampled_from([100, 1000, 4 << 20]),
)
def test_contents_are_those_of_the_layer(writer: Writer, data: list[bytes], chunk: int):
    stored = writer(
        layer(*(file(f"f/{at}", each) for at, each in enumerate(data))), chunk=chunk
    )
    image = image_of(stored)
    assert image.stack.scan(0).has_table
    for at, each in enumerate(data):
        if each:
            assert b"".join(image.pieces(0, at)) == each


@pytest.mark.parametrize("writer", WRITERS)
def test_hashes_are_alike_where_contents_are(writer: Writer):
    same, other = b"x" * 3000, b"y" * 3000
    made = [file("a", same), file("b", same), file("c", other), file("d"), file("e")]
    by_table, _ = scans(writer(layer(*made), chunk=1000))
    assert by_table.hashes is not None
    assert by_table.hashes[0] == by_table.hashes[1] != by_table.hashes[2]
    assert by_table.hashes[3] == by_table.hashes[4] == 0


@pytest.mark.parametrize("writer", WRITERS)
def test_xattrs_devices_and_times_are_there(writer: Writer):
    made = [
        file("cap", b"1", xattrs={"security.capability": "\1\2"}, mtime=1_600_000_000),
        directory("d", mode=0o1777),
    ]
    by_table, by_bytes = scans(writer(layer(*made)))
    assert by_table.xattrs == by_bytes.xattrs == {0: {"security.capability": b"\1\2"}}
    assert by_table.mtimes[0] == 1_600_000_000
    assert by_table.entry(0, 1).mode == 0o1777


def test_estargz_s_own_table_counts_where_the_tar_has_it():
    by_table, by_bytes = scans(estargz(layer(file("a", b"1"))))
    assert by_table.paths == by_bytes.paths == [b"a", b"stargz.index.json"]
    assert by_table.sizes == by_bytes.sizes
    assert by_table.kinds[1] == EntryKind.FILE


@pytest.mark.parametrize(
    "last",
    [
        (),
        (file("a", 5000), directory("d"), symlink("s", "a")),
        (directory("d"), file("empty")),
        (file("a", 5000),),
        (file("a", 512), file("n" * 300)),
    ],
)
def test_behind_the_end_of_the_tar_it_is_no_file_of_the_layer(last: tuple[Made, ...]):
    stored = ended_estargz(layer(*last), chunk=1000)
    by_table, by_bytes = scans(stored)
    assert b"stargz.index.json" not in by_bytes.paths
    assert entries(by_table) == entries(by_bytes)
    assert by_table.content_bytes == by_bytes.content_bytes
    assert by_table.tar_bytes <= by_bytes.tar_bytes == len(stored.tar)


def test_landmarks_are_files_that_the_tar_has():
    for name in (".prefetch.landmark", ".no.prefetch.landmark"):
        by_table, by_bytes = scans(
            ended_estargz(layer(file("a", 9), file(name, b"\x0f")))
        )
        assert by_table.paths == by_bytes.paths == [b"a", name.encode()]


def test_what_lies_before_the_table_is_fetched_once_and_only_where_it_is_far():
    asked: list[tuple[int, int]] = []

    def part(at: int, size: int) -> bytes:
        asked.append((at, size))
        return stored.blob[at : at + size]

    noise = random.Random(1)
    for content, requests in ((100, 1), (200_000, 2)):
        asked.clear()
        stored = ended_estargz(
            layer(file("a", 9), file("b", noise.randbytes(content)), directory("d"))
        )
        table = read_table(layer_of(stored), part, Limits())
        assert table is not None
        assert table.scan.paths == [b"a", b"b", b"d"]
        assert len(asked) == requests


def test_a_layer_whose_end_is_too_far_away_is_read_itself():
    stored = ended_estargz(
        layer(file("b", random.Random(1).randbytes(200_000)), directory("d"))
    )
    assert table_of(stored) is not None
    assert table_of(stored, Limits(json_bytes=100_000)) is None


def test_the_footer_of_stargz_is_read_too():
    by_table, by_bytes = scans(estargz(layer(file("a", b"1" * 70_000)), old=True))
    assert entries(by_table) == entries(by_bytes)


@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_wanted_is_fetched_in_parts_and_together(writer: Writer):
    noise = random.Random(1)
    made = [file(f"data/{at:02}", noise.randbytes(100_000)) for at in range(20)]
    made[3:3] = [file("etc/a", b"a" * 10), file("etc/b", b"secret")]
    made.append(file("var/status", b"s" * 1000))
    stored = writer(layer(*made))
    asked: list[tuple[int, int]] = []

    def part(at: int, size: int) -> bytes:
        asked.append((at, size))
        return stored.blob[at : at + size]

    wanted = Wanted(
        lambda path, _: (
            Look.SEARCH
            if path == b"etc/b"
            else Look.KEEP
            if path in (b"etc/a", b"var/status")
            else Look.PASS
        ),
        lambda _path, _data: None,
    )
    table = read_table(layer_of(stored), part, Limits())
    assert table is not None
    before = len(asked)
    scan = look_up(table, part, wanted, Limits())
    assert list(scan.contents.values()) == [b"a" * 10, b"s" * 1000]
    assert [scan.paths[at] for at in scan.unsearched] == [b"etc/b"]
    assert len(asked) - before == 2
    later = dict(contents_of(table, part, scan.unsearched, Limits()))
    assert list(later.values()) == [b"secret"]
    assert sum(size for _, size in asked) < 300_000


@pytest.mark.parametrize("writer", WRITERS)
def test_what_files_name_is_extracted_as_from_the_bytes(writer: Writer):
    wanted = Wanted(
        lambda path, _: Look.EXTRACT if path == b"etc/a" else Look.PASS,
        lambda _path, _data: None,
        extract=lambda path, size, part: (
            StatedPackage("npm", path.decode(), part(size - 2, 9).decode()),
        ),
    )
    stored = writer(layer(file("etc/a", b"a-12"), file("etc/b", b"b")))
    by_table, by_bytes = scans(stored, wanted)
    assert list(by_table.named.values()) == [(StatedPackage("npm", "etc/a", "12"),)]
    assert by_table.named == by_bytes.named
    with pytest.raises(ImageError, match="kept bytes"):
        look_up(
            table_of(stored),
            blob_of(stored.blob).read_at,
            wanted,
            Limits(kept_bytes=100),
        )


@pytest.mark.parametrize("writer", WRITERS)
def test_who_verifies_reads_the_layer(writer: Writer):
    stored = writer(layer(file("a", b"1")))
    assert image_of(stored).stack.scan(0).has_table
    assert not image_of(stored, verify=True).stack.scan(0).has_table


@pytest.mark.parametrize("writer", WRITERS)
def test_a_content_of_another_digest_is_refused(writer: Writer):
    def other(toc: Any) -> Any:
        toc["entries"][0]["digest"] = sha256(b"other")
        return toc

    stored = writer(layer(file("a", b"1" * 100)), change=other)
    table = table_of(stored)
    assert table is not None
    with pytest.raises(CorruptBlobError, match="content of 'a'"):
        list(table.content(lambda at, size: stored.blob[at : at + size], 0, Limits()))


@pytest.mark.parametrize("writer", WRITERS)
def test_a_table_of_another_digest_is_refused(writer: Writer):
    stored = writer(layer(file("a", b"1" * 100)))
    key = next(key for key in stored.annotations if not key.endswith("position"))
    stored.annotations[key] = sha256(b"other")
    with pytest.raises(CorruptBlobError, match="table of contents"):
        table_of(stored)


@pytest.mark.parametrize("key", ["digest", "offset"])
@pytest.mark.parametrize("writer", WRITERS)
def test_a_table_that_does_not_tell_enough_is_not_used(writer: Writer, key: str):
    def less(toc: Any) -> Any:
        toc["entries"][0].pop(key)
        toc["entries"][0].pop("chunkDigest", None)
        return toc

    assert (
        table_of(writer(layer(file("b", b"x"), file("a", b"1" * 100)), change=less))
        is None
    )


def test_a_layer_without_a_footer_is_read_itself():
    data = gzipped(layer(file("a", b"1" * 100)))
    annotations = {"containerd.io/snapshot/stargz/toc.digest": sha256(b"")}
    assert table_of(Stored(data, annotations, b"")) is None
    assert table_of(Stored(b"", annotations, b"")) is None


def test_only_annotations_promise_a_table():
    stored = chunked(layer())
    assert says_table(layer_of(stored))
    assert not says_table(layer_of(Stored(stored.blob, {}, b"")))


@pytest.mark.parametrize(
    "position",
    [
        "1:2",
        "x:1:1:1",
        "9999:10:10:1",
        "0:1:1:1",
        "1:99999999999:1:1",
        f"1:1:{'9' * 18}:1",
    ],
)
def test_positions_that_make_no_sense_are_errors_or_no_table(position: str):
    stored = chunked(layer(file("a", b"1")))
    stored.annotations["io.github.containers.zstd-chunked.manifest-position"] = position
    try:
        found = table_of(stored)
    except ImageError:
        found = None
    assert found is None


SPOILT: list[tuple[str, Any]] = [
    ("type", "socket"), ("type", None), ("type", "chunk"), ("name", None), ("name", 7), ("name", "x" * 70_000),
    ("size", -1), ("size", "1"), ("size", 1.5), ("size", True), ("size", 1 << 63), ("mode", "rw"), ("uid", -1),
    ("modtime", "yesterday"), ("xattrs", {"a": "%"}), ("xattrs", [1]), ("xattrs", {"a": 1}), ("offset", -5),
    ("innerOffset", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), SPOILT)
@pytest.mark.parametrize("writer", WRITERS)
def test_entries_that_make_no_sense_are_one_error(writer: Writer, key: str, value: Any):
    def spoilt(toc: Any) -> Any:
        toc["entries"][0][key] = value
        return toc

    with pytest.raises(ImageError, match="table of contents"):
        table_of(writer(layer(file("a", b"1" * 100)), change=spoilt))


@pytest.mark.parametrize(
    "toc",
    [None, [], {}, {"version": 2, "entries": []}, {"version": 1, "entries": {}}, 7],
)
@pytest.mark.parametrize("writer", WRITERS)
def test_documents_that_are_no_table_are_one_error(writer: Writer, toc: Any):
    with pytest.raises(ImageError, match="table of contents"):
        table_of(writer(layer(file("a", b"1")), change=lambda _: toc))


@pytest.mark.parametrize("writer", WRITERS)
def test_limits_hold(writer: Writer):
    stored = writer(layer(*(file(f"f{at}") for at in range(50))))
    for limits in (Limits(entries=10), Limits(json_bytes=1000)):
        with pytest.raises(ImageError, match="--limit"):
            table_of(stored, limits)


@pytest.mark.parametrize("writer", WRITERS)
def test_places_outside_of_the_blob_are_one_error_when_contents_are_read(
    writer: Writer,
):
    def far(toc: Any) -> Any:
        toc["entries"][0]["offset"] = 10**15
        return toc

    stored = writer(layer(file("a", b"1" * 100)), change=far)
    table = table_of(stored)
    assert table is not None
    with pytest.raises(CorruptBlobError):
        list(table.content(lambda at, size: stored.blob[at : at + size], 0, Limits()))


@pytest.mark.parametrize("writer", WRITERS)
@given(data=st.data())
def test_mutated_tables_end_in_a_scan_or_one_error(writer: Writer, data: st.DataObject):
    stored = writer(
        layer(file("a", b"1" * 3000), directory("d"), symlink("s", "a")),
        chunk=1000,
        change=mutation(data),
    )
    try:
        table = table_of(stored)
        for at in range(len(table.scan.paths)) if table else ():
            if table.scan.sizes[at]:
                list(
                    table.content(
                        lambda at, size: stored.blob[at : at + size], at, Limits()
                    )
                )
    except ImageError:
        pass


def mutation(data: st.DataObject) -> Callable[[Any], Any]:
    """One value of a table for another."""
    values = st.one_of(
        st.none(),
        st.integers(-5, 10**6),
        st.text(max_size=5),
        st.lists(st.integers(), max_size=2),
    )

    def mutated(toc: Any) -> Any:
        toc = json.loads(json.dumps(toc))
        entry = data.draw(st.sampled_from(toc["entries"]))
        entry[data.draw(st.sampled_from(sorted(entry)))] = data.draw(values)
        return toc

    return mutated
