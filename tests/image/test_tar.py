from __future__ import annotations

import io
import random
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import blob_of, directory, file, hardlink, layer, opaque, symlink, whiteout

from lightship.errors import ImageError, LightshipError
from lightship.image.databases.package_lists import StatedPackage
from lightship.image.image import Layer
from lightship.image.layer import Reading, scan_layer, scan_stream
from lightship.image.read_limits import Limits
from lightship.image.scan import (
    NOTHING_WANTED,
    EntryKind,
    FilePart,
    Look,
    Scan,
    Wanted,
)
from lightship.image.tar_names import clean

READING = Reading(NOTHING_WANTED, Limits())
FORMS = {
    "pax": tarfile.PAX_FORMAT,
    "gnu": tarfile.GNU_FORMAT,
    "ustar": tarfile.USTAR_FORMAT,
}


def scanned(tar: bytes, reading: Reading = READING) -> Scan:
    """A tar as it is read by its headers; that a stream gives the same is a law, held here for every test."""
    first = second = None
    problems = []
    try:
        first = scan_layer(Layer(0), blob_of(tar), reading)
    except ImageError as error:
        problems.append(str(error))
    try:
        second = scan_stream(Layer(0), io.BytesIO(tar), "blob", b"", reading)
    except ImageError as error:
        problems.append(str(error))
    if first is None or second is None:
        assert len(problems) == 2, problems
        raise ImageError(problems[0])
    assert columns(first) == columns(second)
    return first


def columns(scan: Scan) -> tuple:
    entries = [
        (entry, scan.xattrs.get(entry.index), scan.offsets[entry.index])
        for entry in scan.entries(0)
    ]
    return (
        entries,
        scan.whiteouts,
        scan.opaques,
        scan.devices,
        scan.real_sizes,
        scan.contents,
        scan.named,
    )


def as_tarfile_reads(tar: bytes) -> list[tuple]:
    """What Python's own reader says."""
    with tarfile.open(
        fileobj=io.BytesIO(tar), encoding="utf-8", errors="surrogateescape"
    ) as read:
        return [
            (
                clean(info.name.encode("utf-8", "surrogateescape")),
                info.type if info.type in b"123456" else b"0",
                info.size if info.isreg() else 0,
                info.mode & 0o7777,
                info.uid,
                info.gid,
                int(info.mtime),
                info.offset_data,
            )
            for info in read
        ]


def as_we_read(tar: bytes) -> list[tuple]:
    scan = scanned(tar)
    return [
        (
            entry.path,
            b"%c" % entry.kind,
            entry.size,
            entry.mode,
            entry.uid,
            entry.gid,
            entry.mtime,
            scan.offsets[at],
        )
        for at, entry in enumerate(scan.entries(0))
    ]


names = st.text(
    st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=60
).filter(lambda name: name not in (".", "..") and not name.startswith(".wh."))
paths = st.lists(names, min_size=1, max_size=6).map("/".join)
entries = st.builds(
    lambda path, content, mode, uid, mtime, make: make(path, content, mode, uid, mtime),
    paths,
    st.binary(max_size=1300),
    st.integers(0, 0o7777),
    st.integers(0, 3_000_000_000),
    st.integers(0, 2**33 - 1),
    st.sampled_from(
        (
            lambda path, content, mode, uid, mtime: file(
                path, content, mode=mode, uid=uid, mtime=mtime
            ),
            lambda path, _, mode, uid, mtime: directory(
                path, mode=mode, uid=uid, mtime=mtime
            ),
            lambda path, content, mode, uid, mtime: symlink(
                path, content.hex() or "x", mode=mode, uid=uid, mtime=mtime
            ),
        )
    ),
)


@given(
    st.lists(entries, max_size=12),
    st.sampled_from((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT)),
)
def test_law_entries_are_those_that_python_reads(made, form):
    tar = layer(*made, form=form)
    assert as_we_read(tar) == as_tarfile_reads(tar)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_all_kinds_in_all_forms(form):
    deep = "/".join(["directory-name"] * 10)
    tar = layer(
        directory("usr"),
        file("usr/a", b"12345", mode=0o4755, uid=7, gid=8, mtime=99),
        hardlink("usr/b", "usr/a"),
        symlink("usr/c", "/etc/passwd"),
        file(
            f"{deep}/f" if form == tarfile.USTAR_FORMAT else f"{deep}/{'n' * 200}", b"x"
        ),
        form=form,
    )
    assert as_we_read(tar) == as_tarfile_reads(tar)
    scan = scanned(tar)
    assert scan.links == {2: b"usr/a", 3: b"/etc/passwd"}
    assert scan.entry(0, 1).mode == 0o4755


def test_names_that_are_no_utf8():
    tar = layer(file(b"etc/\xff\xfe\n", b"x"), form=tarfile.GNU_FORMAT)
    assert scanned(tar).paths == [b"etc/\xff\xfe\n"]
    tar = layer(file(b"etc/" + b"\xff" * 150, b"x"), form=tarfile.GNU_FORMAT)
    assert scanned(tar).paths == [b"etc/" + b"\xff" * 150]


def test_xattrs_devices_and_fifos():
    assert scanned(
        layer(file("ping", b"x", xattrs={"security.capability": "cap"}))
    ).xattrs == {0: {"security.capability": b"cap"}}
    device = bytearray(raw_entry(b"dev/sda1", b"4", 0))
    device[329:345] = b"0000010\0" + b"0000001\0"
    device[148:156] = b" " * 8
    device[148:156] = b"%06o\0 " % sum(device)
    scan = scanned(bytes(device) + raw_entry(b"run/fifo", b"6", 0) + bytes(1024))
    assert scan.devices == {0: (8, 1)}
    assert [EntryKind(kind) for kind in scan.kinds] == [EntryKind.BLOCK, EntryKind.FIFO]


def test_paths_are_from_the_root_and_never_above_it():
    written = ["./a", "/b", "c//d", "e/./f", "../../g", "h/../i", "./", "j/"]
    assert [clean(path.encode()) for path in written] == [
        b"a",
        b"b",
        b"c/d",
        b"e/f",
        b"g",
        b"i",
        b"",
        b"j",
    ]
    assert scanned(layer(*map(file, written[:6]))).paths == [
        b"a",
        b"b",
        b"c/d",
        b"e/f",
        b"g",
        b"i",
    ]


def test_whiteouts_are_no_entries():
    scan = scanned(
        layer(
            whiteout("a/b"),
            file("a/c", b"x"),
            opaque("d"),
            file("e/.wh..wh.plnk", b"y"),
            file("f", b"z"),
        )
    )
    assert scan.paths == [b"a/c", b"f"]
    assert (scan.whiteouts, scan.opaques) == ([b"a/b"], [b"d"])


def test_a_file_with_a_slash_behind_it_is_a_directory():
    assert scanned(raw_entry(b"old/", b"0", 0) + bytes(1024)).kinds == b"5"
    assert scanned(raw_entry(b"old/", b"\0", 0) + bytes(1024)).kinds == b"5"


def test_wanted_contents_are_kept_or_searched_on_the_way_or_later():
    choices = {b"keep": Look.KEEP, b"search": Look.SEARCH}
    seen = []
    wanted = Wanted(
        lambda path, _size: choices.get(path, Look.PASS),
        lambda path, data: seen.append((path, data)),
    )
    scan = scanned(
        layer(file("keep", b"kept"), file("pass", b"no"), file("search", b"looked")),
        Reading(wanted, Limits()),
    )
    assert scan.contents == {0: b"kept"}
    assert seen == [(b"search", b"looked")]
    assert list(scan.unsearched) == [2]


def named_of(path: bytes, size: int, part: FilePart) -> tuple[StatedPackage, ...]:
    """A package whose version is the end of the file, and how much may be read behind it."""
    version = part(size - 4, 100) + part(size, 100)
    return (StatedPackage("npm", path.decode(), version.decode()),)


EXTRACTING = Wanted(
    lambda path, _size: Look.EXTRACT if path == b"named" else Look.PASS,
    lambda _path, _data: None,
    extract=named_of,
)


def test_what_a_file_names_is_extracted_and_its_content_dropped():
    tar = layer(file("pass", b"no"), file("named", b"long 1.5.0"), file("z", b"z"))
    scan = scanned(tar, Reading(EXTRACTING, Limits()))
    assert scan.named == {1: (StatedPackage("npm", "named", ".5.0"),)}
    assert scan.contents == {}
    assert scan.paths == [b"pass", b"named", b"z"]


def test_what_files_name_counts_as_kept():
    tar = layer(*[file("named", b"1.5.0")] * 5)
    with pytest.raises(ImageError, match="kept bytes"):
        scanned(tar, Reading(EXTRACTING, Limits(kept_bytes=2000)))


def raw_entry(
    name: bytes, kind: bytes, size: int | bytes, content: bytes = b"", **fields: bytes
) -> bytes:
    """A header with its checksum, and a content that need not match it."""
    header = bytearray(512)
    header[: len(name)] = name
    header[100:124] = fields.get("owner", b"0000644\0" + b"0000000\0" * 2)
    header[124:136] = size if isinstance(size, bytes) else b"%011o\0" % size
    header[136:148] = fields.get("mtime", b"00000000000\0")
    header[156:157] = kind
    header[157 : 157 + len(fields.get("link", b""))] = fields.get("link", b"")
    header[257:265] = fields.get("magic", b"ustar\x0000")
    header[345 : 345 + len(fields.get("prefix", b""))] = fields.get("prefix", b"")
    header[148:156] = b" " * 8
    header[148:156] = fields.get("checksum", b"%06o\0 " % sum(header))
    return bytes(header) + content + bytes(-len(content) % 512)


def test_a_link_with_a_size_has_no_content():
    tar = (
        raw_entry(b"l", b"2", 512, link=b"target")
        + raw_entry(b"f", b"0", 1, b"x")
        + bytes(1024)
    )
    assert scanned(tar).paths == [b"l", b"f"]
    assert list(scanned(tar).sizes) == [0, 1]


def test_numbers_in_base_256_and_without_an_end():
    owner = b"0000644\0" + b"\x80\0\0\0\xb2\xd0\x5e\0" + b"0000000\0"
    tar = raw_entry(
        b"f", b"0", b"\x80" + bytes(10) + b"\x02", b"xy", owner=owner
    ) + bytes(1024)
    assert scanned(tar).entry(0, 0).uid == 3_000_000_000
    assert list(scanned(tar).sizes) == [2]
    full = raw_entry(b"f", b"0", b"000000000002", b"xy") + bytes(1024)
    assert list(scanned(full).sizes) == [2]


def test_a_signed_checksum_is_taken():
    name = b"caf\xe9"
    wrong = (
        sum(raw_entry(name, b"0", 0)[:148]) + sum(raw_entry(name, b"0", 0)[156:]) + 256
    )
    tar = raw_entry(name, b"0", 0, checksum=b"%06o\0 " % (wrong - 256)) + bytes(1024)
    assert scanned(tar).paths == [name]


def test_the_prefix_of_ustar_and_what_gnu_has_in_its_place():
    assert scanned(
        raw_entry(b"name", b"0", 0, prefix=b"a/long/way") + bytes(1024)
    ).paths == [b"a/long/way/name"]
    gnu = raw_entry(b"name", b"0", 0, prefix=b"00000000000\0", magic=b"ustar  \0")
    assert scanned(gnu + bytes(1024)).paths == [b"name"]


def test_an_old_sparse_file_has_the_bytes_of_the_tar():
    header = bytearray(raw_entry(b"sparse", b"S", 512, magic=b"ustar  \0"))
    header[482] = 1
    header[483:495] = b"%011o\0" % 50_000_000
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    more = bytearray(512)
    tar = (
        bytes(header)
        + bytes(more)
        + b"d" * 512
        + raw_entry(b"next", b"0", 0)
        + bytes(1024)
    )
    scan = scanned(tar)
    assert scan.paths == [b"sparse", b"next"]
    assert (list(scan.sizes), scan.real_sizes, scan.offsets[0]) == (
        [512, 0],
        {0: 50_000_000},
        1024,
    )


def pax(**records: bytes) -> bytes:
    data = b""
    for key, value in records.items():
        body = b" " + key.replace("__", ".").encode() + b"=" + value + b"\n"
        length = len(body) + 1
        while len(b"%d" % length) + len(body) != length:
            length += 1
        data += b"%d" % length + body
    return raw_entry(b"pax", b"x", len(data), data)


def test_pax_records_win_over_the_header():
    tar = pax(
        path=b"real/name", size=b"3", mtime=b"12.75", uid=b"5000000000"
    ) + raw_entry(b"no", b"0", 0, b"abc")
    entry = scanned(tar + bytes(1024)).entry(0, 0)
    assert (entry.path, entry.size, entry.mtime, entry.uid) == (
        b"real/name",
        3,
        12,
        5_000_000_000,
    )
    sparse = pax(GNU__sparse__name=b"s", GNU__sparse__realsize=b"99") + raw_entry(
        b"no", b"0", 1, b"x"
    )
    assert scanned(sparse + bytes(1024)).real_sizes == {0: 99}


def test_global_pax_headers_and_unknown_kinds_are_passed_over():
    tar = (
        raw_entry(b"g", b"g", 11, b"11 path=oh\n")
        + raw_entry(b"v", b"V", 3, b"vol")
        + raw_entry(b"f", b"0", 0)
    )
    assert scanned(tar + bytes(1024)).paths == [b"f"]


@pytest.mark.parametrize(
    "tar",
    [
        pytest.param(
            raw_entry(b"f", b"0", 1 << 33, b"x" * 512), id="a size beyond the end"
        ),
        pytest.param(
            raw_entry(b"f", b"0", b"\xff" * 11 + b"\xfe", b""), id="a negative size"
        ),
        *(
            # Python's int() takes a minus; a size of -512 would lead back to the header, for ever
            pytest.param(
                raw_entry(b"f", kind, b"-0000001000\0", b""),
                id=f"a size with a minus in a header of kind {kind.decode()}",
            )
            for kind in (b"0", b"5", b"x", b"L", b"Z")
        ),
        pytest.param(
            raw_entry(b"f", b"0", b"\x80" + b"\xff" * 11), id="a size beyond 63 bits"
        ),
        pytest.param(
            raw_entry(b"f", b"0", 0, checksum=b"000001\0 "), id="a wrong checksum"
        ),
        pytest.param(raw_entry(b"f", b"0", 0)[:300], id="half a header"),
        pytest.param(
            bytes(512) + raw_entry(b"f", b"0", 0), id="a single block of zeros"
        ),
        pytest.param(
            raw_entry(b"x", b"x", 9, b"99 a=b\n  "), id="a PAX record beyond its header"
        ),
        pytest.param(
            raw_entry(b"x", b"x", 5, b"5 =b\n"), id="a PAX record without a key"
        ),
        pytest.param(
            raw_entry(b"x", b"x", 2 << 20, bytes(2 << 20)),
            id="a PAX header of megabytes",
        ),
        pytest.param(
            pax(size=b"-1") + raw_entry(b"f", b"0", 0), id="a negative size in PAX"
        ),
        pytest.param(pax(path=b"a"), id="a PAX header and no entry"),
        pytest.param(
            raw_entry(b"L", b"L", 65 << 10, b"n" * (65 << 10))
            + raw_entry(b"f", b"0", 0),
            id="a name of 65 kB",
        ),
        pytest.param(b"this is no tar at all" * 100, id="no tar"),
    ],
)
def test_what_an_engine_would_refuse_is_one_error(tar):
    with pytest.raises(ImageError, match=r"blob: "):
        scanned(tar)


def test_the_end_may_lack_its_zeros_and_the_last_padding():
    assert scanned(raw_entry(b"f", b"0", 3, b"abc")).paths == [b"f"]
    assert scanned(raw_entry(b"f", b"0", 3) + b"abc").paths == [b"f"]
    assert scanned(b"").paths == []
    with pytest.raises(ImageError, match="ends"):
        scanned(raw_entry(b"f", b"0", 3) + b"ab")


def test_a_path_of_ten_thousand_parts():
    path = b"/".join([b"d"] * 10_000)
    tar = (
        raw_entry(b"L", b"L", len(path), path) + raw_entry(b"f", b"0", 0) + bytes(1024)
    )
    assert scanned(tar).paths == [path]


def test_more_entries_than_allowed_are_an_error_that_names_the_limit():
    with pytest.raises(ImageError, match="--limit entries="):
        scanned(
            layer(*(file(f"f{at}") for at in range(6))),
            Reading(NOTHING_WANTED, Limits(entries=5)),
        )


def test_fuzz_changed_bytes_give_entries_or_one_error():
    good = layer(
        directory("usr"),
        file("usr/" + "n" * 150, b"x" * 700),
        hardlink("b", "usr/x"),
        whiteout("gone"),
        opaque("usr"),
    )
    random_ = random.Random(7)
    for _ in range(1500):
        bad = bytearray(good)
        for _ in range(random_.randrange(1, 6)):
            bad[random_.randrange(len(bad))] = random_.choice(
                (0, 255, 48, 49, 120, random_.randrange(256))
            )
        cut = (
            bytes(bad[: random_.randrange(len(bad))])
            if random_.random() < 0.3
            else bytes(bad)
        )
        try:
            scanned(cut)
        except LightshipError:
            continue
