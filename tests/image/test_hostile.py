"""Images that mean harm, through the command line: each ends in figures or in one `error:` line.

What could take time or memory runs in a process of its own that may have a gigabyte of addresses, half a minute, and
may write no file; the rest runs here. Truth for what the formats say is in the tests of each part.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import resource
import subprocess
import sys
import tarfile
import tempfile
import zlib
from functools import partial
from hashlib import sha256 as hasher
from pathlib import Path

import pytest
from amounts import share_of
from archives import BASE, FORMS, TOP
from click.testing import CliRunner
from images import (
    CONFIG,
    INDEX,
    LAYER,
    MANIFEST,
    Blobs,
    config,
    descriptor,
    directory,
    docker_archive,
    file,
    hardlink,
    layer,
    oci_archive,
    oci_blobs,
    oci_files,
    sha256,
    symlink,
    tar_of,
    write_files,
    zstd,
)
from isal import isal_zlib
from report.pages import words_of

from lightship.cli import cli

GB, MB = 1 << 30, 1 << 20
HOST = b"root:x:0:"  # how /etc/passwd begins
STRANGE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def limit(seconds: int) -> None:
    """For the process that is to be confined: memory, no files, and time of its own, however busy the machine is."""
    resource.setrlimit(resource.RLIMIT_AS, (GB, GB))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


# What a log gets every ten seconds: on a busy machine all of these may take as long
PROGRESS = re.compile(r"^(reading|waiting for) .*  \d+ s\n", re.MULTILINE)

# All that is asked of one process: after each answer its exit code
SEVERAL = """\
import sys
from lightship.cli import cli
for path in sys.argv[1:]:
    try:
        cli.main(["inspect", path], prog_name="lightship")
    except SystemExit as end:
        sys.stdout.write(f"\\0{end.code}\\0")
        sys.stderr.write("\\0")
"""


def confined(
    folder: Path, *args: str, stdin=subprocess.DEVNULL, seconds: int = 30
) -> str:
    """What `lightship inspect` says in a process with limits, whose answer is as it has to be."""
    command = ("-m", "lightship", "inspect", *args)
    done = run_confined(folder, command, stdin, seconds)
    return answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def confined_each(folder: Path, paths: list[str], seconds: int) -> list[str]:
    """The same of several images, one after the other in one such process."""
    done = run_confined(
        folder, ("-c", SEVERAL, *paths), subprocess.DEVNULL, seconds * len(paths)
    )
    assert done.returncode == 0, done.stderr.decode()
    outs = done.stdout.decode().split("\0")
    errors = done.stderr.decode().split("\0")
    codes = [int(code) for code in outs[1::2]]
    assert len(codes) == len(paths)
    return list(map(answer, codes, outs[::2], errors))


def run_confined(
    folder: Path, command: tuple[str, ...], stdin, seconds: int
) -> subprocess.CompletedProcess:
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    places = {
        name: str(empty)
        for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    }
    done = subprocess.run(
        [sys.executable, "-B", *command],
        cwd=empty, env=os.environ | places, stdin=stdin, capture_output=True, timeout=600, preexec_fn=partial(limit, seconds),
        check=False,
    )  # fmt: skip
    assert not [*empty.iterdir()], "something was written"
    return done


def answer(code: int, out: str, err: str) -> str:
    """The answer, if it is figures or one error."""
    err = PROGRESS.sub("", err)
    assert "Traceback" not in err, err
    assert HOST.decode() not in out + err
    if code == 2:
        assert not out
        assert err.startswith("error: "), err
        assert err.count("\n") == 1, err
        assert len(err.replace(tempfile.gettempdir(), "")) < 1000, err
        return err
    assert code in (0, 1)
    assert out
    assert not err or (code == 1 and err.startswith("GATE")), err
    assert not STRANGE.search(err)
    return out


def here(path: object, *args: str, stdin: bytes | None = None) -> str:
    """The same in this process."""
    done = CliRunner().invoke(
        cli, ["inspect", str(path), *args], input=stdin, prog_name="lightship"
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return answer(done.exit_code, done.stdout, done.stderr)


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT, encoding="utf-8")


def blocks(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def pax(records: bytes, name: str = "f") -> bytes:
    return header("pax", len(records), b"x") + blocks(records) + header(name)


def pax_record(key: bytes, value: bytes) -> bytes:
    length = len(key) + len(value) + 3
    length += len(str(length + len(str(length))))
    return b"%d %s=%s\n" % (length, key, value)


def long_name(name: bytes) -> bytes:
    return (
        header("././@LongLink", len(name) + 1, b"L")
        + blocks(name + b"\0")
        + header("f")
    )


def stored(blob: bytes, kind: str, tar: str = "sha256:" + "0" * 64) -> bytes:
    """An OCI archive of one layer that is stored so; `tar` is the digest of what it holds."""
    document = json.dumps(
        {"os": "linux", "rootfs": {"type": "layers", "diff_ids": [tar]}}
    ).encode()
    layers = [descriptor(f"{LAYER}+{kind}", blob)]
    manifest = json.dumps(
        {
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, document),
            "layers": layers,
        }
    ).encode()
    image = Blobs(
        {sha256(data): data for data in (blob, document, manifest)},
        descriptor(MANIFEST, manifest),
    )
    return tar_of(oci_files(image))


def gzip_of(start: bytes, again: bytes, times: int) -> bytes:
    """A gzip, made in no time: its end is not written, since nobody should come to it.

    What is repeated starts from nothing each time, so that it is compressed once.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    first = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + (packer.compress(again) + packer.flush(zlib.Z_FULL_FLUSH)) * times


def zeros_gzip() -> bytes:
    """Ten gigabytes of zeros in ten megabytes."""
    return gzip_of(header("zeros", 10 * GB), bytes(16 * MB), 640)


def zeros_zstd() -> bytes:
    frame = zstd.compress(bytes(64 * MB))
    return zstd.compress(header("zeros", 10 * GB)) + frame * 160


def repeated(entry: bytes, times: int) -> bytes:
    """A good gzip of a tar with one thing many times."""
    packer, digest = isal_zlib.compressobj(1, isal_zlib.DEFLATED, 31), hasher()
    parts = []
    for data in [entry] * times + [bytes(1024)]:
        digest.update(data)
        parts.append(packer.compress(data))
    return stored(
        b"".join((*parts, packer.flush())), "gzip", f"sha256:{digest.hexdigest()}"
    )


def many_files(directories: int = 1000) -> bytes:
    """A layer with a thousand files in each of so many directories, compressed."""
    plain = header("d000/f000")
    total = sum(plain[:148]) + sum(plain[156:]) + 256 - sum(b"000000")
    tails = [(b"/f%03d" % at, total + sum(b"%03d" % at)) for at in range(1000)]
    before, after = plain[9:148], plain[156:]
    packer, digest, parts = (
        isal_zlib.compressobj(1, isal_zlib.DEFLATED, 31),
        hasher(),
        [],
    )
    for at in range(directories):
        name = b"d%03d" % at
        data = b"".join(
            b"%s%s%s%06o\0 %s" % (name, tail, before, number + sum(name[1:]), after)
            for tail, number in tails
        )
        data += bytes(1024) if at == directories - 1 else b""
        digest.update(data)
        parts.append(packer.compress(data))
    return stored(
        b"".join((*parts, packer.flush())), "gzip", f"sha256:{digest.hexdigest()}"
    )


DEEP = 10_000
COSTLY = {  # what is made of -> what the answer says
    "a bomb of gzip": (lambda: stored(zeros_gzip(), "gzip"), "300 times"),
    "a bomb of zstd": (lambda: stored(zeros_zstd(), "zstd"), "300 times"),
    "an archive that is a bomb": (zeros_gzip, "300 times"),
    "a million entries": (lambda: many_files(share_of(1000)), "content 0 B"),
    "many entries of one name": (
        lambda: repeated(header("f") * 1000, share_of(200)),
        "LAYERS",
    ),
    "names of 64 kB": (
        lambda: docker_archive(
            *[layer(file("a" * 65_000 + str(at))) for at in range(20)]
        ),
        "LAYERS",
    ),
    "a PAX header of 2 MB": (
        lambda: docker_archive(pax(bytes(2 * MB))),
        "header bytes",
    ),
    "JSON of many lists": (
        lambda: tar_of({"manifest.json": b"[" + b"[]," * (20 * MB) + b"1]"}),
        "json values",
    ),
    "JSON of many objects": (
        lambda: tar_of({"index.json": b"[" + b'{"a":1},' * (7 * MB) + b"1]"}),
        "json values",
    ),
    "JSON in a deep nest": (
        lambda: tar_of({"manifest.json": b"[" * DEEP + b"]" * DEEP}),
        "nested more than 200 levels deep",
    ),
    "a path in a deep nest": (
        lambda: docker_archive(layer(file("a/" * DEEP + "f", 7))),
        "",
    ),
    "paths in a deep nest": (
        lambda: docker_archive(
            layer(*(file(f"{at}/" + "a/" * DEEP + "f") for at in range(50)))
        ),
        "kept bytes",
    ),
    "PAX headers of many records": (
        lambda: repeated(
            pax(b"".join(pax_record(b"%d" % at, b"") for at in range(80_000))),
            share_of(6),
        ),
        "LAYERS",
    ),
    "attributes of gigabytes": (
        lambda: stored(
            gzip_of(b"", pax(pax_record(b"SCHILY.xattr.a", bytes(MB - 100))), 3000),
            "gzip",
        ),
        "kept bytes",
    ),
    "names of gigabytes": (
        lambda: stored(gzip_of(b"", long_name(b"a" * 65_000), 30_000), "gzip"),
        "kept bytes",
    ),
    "hard links that are all one file": (
        lambda: docker_archive(
            layer(
                file("f", 9),
                *[hardlink(f"l{at}", f"l{at - 1}") for at in range(share_of(20_000))],
            )
        ),
        "",
    ),
}


@pytest.mark.parametrize("name", COSTLY)
def test_what_could_cost_ends_within_bounds(name, tmp_path):
    made, says = COSTLY[name]
    path = tmp_path / "image.tar"
    path.write_bytes(made())
    assert says in confined(tmp_path, str(path))


def test_whiteouts_count_as_entries(tmp_path):
    (tmp_path / "image.tar").write_bytes(
        docker_archive(layer(*(file(f".wh.{at}") for at in range(60))))
    )
    assert "more than 50 entries" in here(
        tmp_path / "image.tar", "--limit", "entries=50"
    )


def test_a_page_of_a_hundred_thousand_entries(tmp_path):
    (tmp_path / "image.tar").write_bytes(many_files(share_of(100)))
    assert (
        len(confined(tmp_path, str(tmp_path / "image.tar"), "--format", "html")) > 100
    )


def test_json_of_gigabytes_is_not_read(tmp_path):
    path = tmp_path / "image.tar"
    with path.open("wb") as out:
        out.write(header("manifest.json", 6 * GB) + b"[[")
        out.truncate(6 * GB + 2048)
    assert "json bytes" in confined(tmp_path, str(path), seconds=5)
    for name in (
        "index.json",
        "blobs/sha256/" + sha256(config([BASE])).partition(":")[2],
    ):
        folder = write_files(
            tmp_path / name.replace("/", "-"), oci_files(oci_blobs(BASE))
        )
        os.truncate(folder / name, 6 * GB)
        assert re.search(
            "json bytes|6,442,450,944 bytes instead of",
            confined(tmp_path, str(folder), seconds=5),
        )


def test_a_pipe_without_end_is_read_up_to_a_limit(tmp_path):
    with subprocess.Popen(["yes", "a"], stdout=subprocess.PIPE) as endless:
        assert "error: " in confined(tmp_path, "-", stdin=endless.stdout)
        endless.stdout.close()
        endless.kill()


def test_archives_cut_off_anywhere(tmp_path):
    path = tmp_path / "image.tar"
    for form, make in FORMS.items():
        data = make(BASE, TOP)
        for end in random.Random(form).sample(range(len(data) - 2048), 30):
            path.write_bytes(data[:end])
            here(path)


def test_layers_cut_off_anywhere(tmp_path):
    path = tmp_path / "image.tar"
    for kind in ("gzip", "zstd"):
        whole = next(
            data
            for data in oci_blobs(BASE, compression=kind).blobs.values()
            if not data.startswith(b"{")
        )
        for end in range(0, len(whole), 11):
            path.write_bytes(stored(whole[:end], kind))
            here(path)
    for end in range(0, len(BASE), 333):
        path.write_bytes(docker_archive(BASE[:end]))
        here(path)


def headers(**changes: bytes) -> bytes:
    """A header with fields that are made up, and a checksum that is right; `at` is where in the header."""
    block = bytearray(header("f"))
    for at, value in ((int(name[1:]), value) for name, value in changes.items()):
        block[at : at + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


ENTRIES = {  # images.md's table of hostile layers, and more: a layer -> what the answer says
    "a size of a tebibyte": (
        headers(_124=b"\x80" + (1 << 40).to_bytes(11, "big")) + bytes(512),
        "the tar ends",
    ),
    "a size below zero": (headers(_124=b"\xff" * 12) + bytes(1024), "negative size"),
    "a size beyond 64 bits": (
        headers(_124=b"\x80" + b"\x7f" * 11) + bytes(1024),
        "out of range",
    ),
    "a size that is no number": (
        headers(_124=b"99999999999") + bytes(1024),
        "invalid octal number",
    ),
    "a checksum that is wrong": (
        header("f")[:148] + b"000000\0 " + header("f")[156:],
        "checksum",
    ),
    "one path twice": (layer(file("f", 100), file("f", 50)), "twice in"),
    "a path that climbs": (layer(file("../../../../etc/passwd", 100)), "LAYERS"),
    "a path from the root": (layer(file("/abs", 100)), "LAYERS"),
    "nothing but dots": (layer(file("..", 100), file("./.", 10), file("a/..", 10)), ""),
    "a link to itself": (layer(symlink("l", "l"), file("l/f", 100)), ""),
    "links in a circle": (
        layer(
            symlink("etc", "etc/etc"),
            symlink("var", "lib"),
            symlink("lib", "var"),
            file("var/lib/dpkg/status", 9),
        ),
        "",
    ),
    "no blocks at the end": (layer(file("f", 100))[:1024], "LAYERS"),
    "a large number for a user": (
        layer(file("f", 100, uid=3_000_000_000), form=tarfile.GNU_FORMAT),
        "LAYERS",
    ),
    "a symbolic link with a size": (
        headers(_156=b"2", _124=b"00000001000") + bytes(1024),
        "LAYERS",
    ),
    "a hard link to itself": (layer(hardlink("l", "l")), ""),
    "hard links in a circle": (
        layer(hardlink("a", "b"), hardlink("b", "c"), hardlink("c", "a")),
        "",
    ),
    "a hard link to nothing": (layer(hardlink("a", "../../etc/passwd")), ""),
    "a device and a pipe": (
        headers(_156=b"3") + headers(_156=b"6", _0=b"p") + bytes(1024),
        "",
    ),
    "an unknown kind": (headers(_156=b"Z") + bytes(1024), ""),
    "a long name of nothing": (long_name(b"") + bytes(1024), ""),
    "a long name at the end": (
        header("././@LongLink", 4, b"L") + blocks(b"abc\0"),
        "ends",
    ),
    "PAX that is cut off": (
        header("pax", 512, b"x") + blocks(b"99 path=a\n") + header("f"),
        "PAX",
    ),
    "PAX with a huge size": (pax(pax_record(b"size", b"9" * 4000)) + bytes(1024), ""),
    "PAX with a path of nothing": (pax(pax_record(b"path", b"")) + bytes(1024), ""),
    "PAX with a NUL in the path": (pax(pax_record(b"path", b"a\0b")) + bytes(1024), ""),
    "a sparse file of exabytes": (
        pax(
            pax_record(b"GNU.sparse.major", b"1")
            + pax_record(b"GNU.sparse.realsize", b"9" * 18)
        )
        + bytes(1024),
        "",
    ),
    "a whiteout of nothing": (
        layer(file(".wh."), file(".wh.gone"), file("a/.wh..wh..opq")),
        "",
    ),
    "noise": (random.Random(3).randbytes(4096), "error"),
    "text": (b"#!/bin/sh\nexit 1\n" * 100, "error"),
    "nothing": (b"", ""),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_layers_that_mean_harm(name, tmp_path):
    data, says = ENTRIES[name]
    path = tmp_path / "image.tar"
    for made in (
        docker_archive(data),
        oci_archive(data),
        oci_archive(layer(file("a")), data, compression="zstd"),
    ):
        path.write_bytes(made)
        assert says in here(path, "--waste") + here(path)
        piped = here("-", stdin=made)
        assert says in piped or says == "twice in"


def changed(document: bytes, **changes: object) -> bytes:
    return json.dumps(json.loads(document) | changes).encode()


CONFIGS = {
    "more history than layers": changed(
        config([BASE]), history=[{"created_by": "RUN a"}] * 50
    ),
    "less history than layers": changed(config([BASE]), history=[]),
    "history that is no list": changed(config([BASE]), history={"a": 1}),
    "history of numbers": changed(
        config([BASE]), history=[1, None, [], {"created_by": 5, "empty_layer": "no"}]
    ),
    "diff IDs too many": changed(
        config([BASE]), rootfs={"diff_ids": [sha256(BASE)] * 3}
    ),
    "diff IDs that are none": changed(
        config([BASE]), rootfs={"diff_ids": ["sha256:../../../etc/passwd"]}
    ),
    "no rootfs": changed(config([BASE]), rootfs=None),
    "another diff ID": changed(config([BASE]), rootfs={"diff_ids": [sha256(b"")]}),
    "settings of other types": changed(
        config([BASE]),
        config={
            "User": [],
            "Env": {"a": 1},
            "Labels": [1],
            "Cmd": 5,
            "Healthcheck": [[]],
        },
    ),
    "numbers that are none": config([BASE])[:-1]
    + b',"a":1e999,"b":NaN,"created":-Infinity}',
    "halves of characters": changed(
        config([BASE], User="\ud800", Labels={"\udfff": "\ud800"}), os="\ud800"
    ),
    "levels that are allowed": config([BASE])[:-1]
    + b',"x":'
    + b"[" * 190
    + b"]" * 190
    + b"}",
    "levels that are not": config([BASE])[:-1]
    + b',"x":'
    + b"[" * 500
    + b"]" * 500
    + b"}",
}


@pytest.mark.parametrize("name", CONFIGS)
def test_configs_that_mean_harm(name, tmp_path):
    path = tmp_path / "image.tar"
    for make in (docker_archive, oci_archive):
        path.write_bytes(make(BASE, document=CONFIGS[name]))
        for form in ("text", "json", "markdown", "junit", "sarif", "csv", "html"):
            here(path, "--format", form)


@pytest.mark.parametrize(
    "digest",
    [
        "sha256:../../../../../etc/passwd",
        "sha256/../../../../../etc/passwd",
        "../../../../../../etc/passwd",
        "/etc/passwd",
        "sha256:" + "A" * 64,
        "md5:" + "0" * 32,
        "sha256:" + "0" * 64,
        "\x1b[31m",
        5,
        None,
    ],
)
@pytest.mark.parametrize("kind", [MANIFEST, INDEX])
def test_digests_that_are_paths(digest, kind, tmp_path):
    top = json.dumps(
        {"manifests": [{"mediaType": kind, "digest": digest, "size": 5}]}
    ).encode()
    files = {"index.json": top, "oci-layout": b"{}"}
    assert "error" in here(write_files(tmp_path / "layout", files))
    (tmp_path / "image.tar").write_bytes(tar_of(files))
    assert "error" in here(tmp_path / "image.tar")


@pytest.fixture
def host(tmp_path) -> Path:
    """A file of this machine that no image may show."""
    path = tmp_path / "host"
    path.write_bytes((HOST + b"0:root:/root:/bin/sh\n") * 100)
    return path


def places(files: dict[str, bytes]) -> list[str]:
    return ["index.json", *(name for name in files if name.startswith("blobs/"))]


def target(kind: str, path: Path, host: Path) -> str:
    targets = {
        "device": "/dev/zero",
        "proc": "/proc/self/environ",
        "itself": path.name,
        "link": str(host),
    }
    return targets.get(kind) or os.path.relpath(host, path.parent)


@pytest.mark.parametrize(
    "kind", ["link", "relative", "pipe", "device", "proc", "itself", "directory"]
)
def test_layouts_whose_files_are_something_else(kind, tmp_path, host):
    files = oci_files(oci_blobs(BASE, compression=""))
    folders = []
    for at, name in enumerate(places(files)):
        folder = write_files(tmp_path / str(at), files)
        folders.append(str(folder))
        path = folder / name
        path.unlink()
        if kind in ("pipe", "directory"):
            (os.mkfifo if kind == "pipe" else os.mkdir)(path)
        else:
            path.symlink_to(target(kind, path, host))
    for said in confined_each(tmp_path, folders, seconds=10):
        assert "error: " in said


def test_a_layout_whose_directory_is_a_link(tmp_path, host):
    files = oci_files(oci_blobs(BASE, compression=""))
    folder = write_files(tmp_path / "layout", files)
    (folder / "blobs").rename(tmp_path / "elsewhere")
    (folder / "blobs").symlink_to(tmp_path / "elsewhere")
    assert "this symbolic link leads out of" in here(folder)
    (folder / "blobs").unlink()
    (tmp_path / "elsewhere").rename(folder / "others")
    (folder / "blobs").symlink_to("others")
    assert "LAYERS" in here(folder)
    (tmp_path / "again").symlink_to(folder)
    assert "LAYERS" in here(tmp_path / "again")


def test_links_of_an_image_lead_nowhere_on_this_machine(tmp_path, host):
    up = "../" * 30
    status = [
        symlink(name, target)
        for name in (
            "var/lib/dpkg/status",
            "etc/os-release",
            "lib/apk/db/installed",
            "app/.env",
            "app/id_rsa",
        )
        for target in (f"{up}{str(host)[1:]}",)
    ]
    links = [
        hardlink("var/lib/rpm/rpmdb.sqlite", f"{up}{str(host)[1:]}"),
        hardlink("etc/shadow", str(host)),
    ]
    (tmp_path / "image.tar").write_bytes(docker_archive(layer(*status, *links)))
    for form in ("text", "json", "html", "csv"):
        out = here(tmp_path / "image.tar", "--format", form)
        assert "bin/sh" not in out
        assert form != "html" or "bin/sh" not in words_of(out)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in ("manifest.json", "index.json"):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, f"{up}{str(host)[1:]}"
            tar.addfile(info)
    (tmp_path / "image.tar").write_bytes(out.getvalue())
    assert "error" in here(tmp_path / "image.tar")


EVIL = "\x1b]0;x\x07\x1b[31m\x9b31m\r\n\t\b\u202e\u2066<script>alert(1)</script><img src=x onerror=alert(1)>`|*_[a](http://x)"
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1")


def evil_image() -> bytes:
    """An image that says something evil wherever it can say something."""
    stanza = (
        "Package: {}\nStatus: install ok installed\nVersion: {}\nArchitecture: all\n\n"
    )
    rows = [*FORMULAS, EVIL.replace("\n", "")]
    status = "".join(
        stanza.format(name.strip() or name, name.strip()) for name in rows
    ).encode("utf-8", "surrogatepass")
    base = layer(
        directory("etc"),
        file(
            "etc/os-release",
            f'ID=debian\nVERSION_ID="1{EVIL[:8]}"\nPRETTY_NAME="{EVIL[:40]}"\n'.encode(),
        ),
        file("var/lib/dpkg/status", status),
        file(
            f"{EVIL}/id_rsa".encode(),
            b"-----BEGIN RSA PRIVATE KEY-----\n" + b"A" * 64 * 20,
            mode=0o4777,
        ),
        file(b"\xff\xfe\x1b[0m", 70_000, xattrs={"user.\x1b[31m": EVIL}),
        *(file(f"{text}/{text}", 80_000, mode=0o6777) for text in FORMULAS),
        symlink("link", EVIL),
        symlink("formula", FORMULAS[0]),
        file(
            f"node_modules/{EVIL}/package.json".encode(),
            json.dumps({"name": EVIL, "version": EVIL}).encode(),
        ),
        file(
            "app/.env",
            f"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz\nX={EVIL}\n".encode(),
        ),
    )
    top = layer(
        file(b"\xff\xfe\x1b[0m", 60_000),
        *(file(f"{text}/{text}", 90_000) for text in FORMULAS),
    )
    history = [
        {"created_by": f"RUN {EVIL}", "comment": EVIL, "author": EVIL, "created": EVIL},
        {"created_by": "=1+1"},
    ]
    settings = {
        "User": EVIL,
        "Env": [f"A={EVIL}", "=B=1"],
        "Labels": {EVIL: EVIL, "=a": "=b"},
        "Cmd": [EVIL, "=1"],
    }
    return docker_archive(
        base,
        top,
        tag=f"=x{EVIL}:latest",
        history=history,
        architecture=EVIL,
        **settings,
    )


WAYS = [
    *([form] for form in ("text", "json", "markdown", "junit", "sarif", "csv", "html")),
    *(
        ["text", f"--{name}"]
        for name in ("layers", "tree", "packages", "waste", "duplicates", "advice")
    ),
    *(
        ["csv", f"--{name}"]
        for name in ("files", "packages", "waste", "duplicates", "advice")
    ),
    ["json", "--files"],
]


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_nothing_that_an_image_says_is_obeyed(way, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("image.tar").write_bytes(evil_image())
    out = here(
        "image.tar",
        "--format",
        *way,
        "--max-size",
        "1",
        "--deny",
        "root,secrets,setuid",
    )
    if way[0] == "html":
        assert not STRANGE.search(words_of(out))
        out = re.sub(r"<script>.*?</script>", "", out, flags=re.DOTALL)  # ours
    if way[0] == "csv":
        out = out.replace("\r\n", "\n")
    assert not STRANGE.search(out)
    if way[0] in ("html", "junit"):
        assert "<img" not in out
        assert "<script>alert" not in out
    elif way[0] == "markdown":  # markup is that only outside of code
        rest = re.sub(r"\\[^\w\s]|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", out)
        assert not re.search(r"[<\[]", rest)


@pytest.mark.parametrize(
    "form", ["text", "json", "markdown", "junit", "sarif", "csv", "html"]
)
def test_nothing_is_obeyed_where_two_are_compared(form, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("before.tar").write_bytes(docker_archive(BASE))
    Path("after.tar").write_bytes(evil_image())
    for names in (("before.tar", "after.tar"), ("after.tar", "before.tar")):
        done = CliRunner().invoke(
            cli, ["compare", *names, "--format", form], prog_name="lightship"
        )
        out = (
            re.sub(r"<script>.*?</script>", "", done.stdout, flags=re.DOTALL)
            if form == "html"
            else done.stdout
        )
        assert not STRANGE.search(out.replace("\r\n", "\n") if form == "csv" else out)
        assert form != "html" or not STRANGE.search(words_of(out))
        assert len(out) > 100


def test_errors_show_nothing_that_a_terminal_obeys(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for manifest in (
        [{"Config": EVIL, "RepoTags": [EVIL], "Layers": [EVIL]}],
        [
            {"Config": EVIL, "RepoTags": [EVIL, "=a"], "Layers": []},
            {"Config": "b", "RepoTags": ["b:1"], "Layers": []},
        ],
    ):
        Path("image.tar").write_bytes(
            tar_of({"manifest.json": json.dumps(manifest).encode()})
        )
        for more in ((), ("--image", EVIL)):
            assert not STRANGE.search(here("image.tar", *more))


def test_cells_are_no_formulas(tmp_path):
    import csv

    (tmp_path / "image.tar").write_bytes(evil_image())
    for name in ("layers", "files", "packages", "waste", "duplicates", "advice"):
        rows = list(
            csv.reader(
                io.StringIO(
                    here(tmp_path / "image.tar", "--format", "csv", f"--{name}")
                )
            )
        )
        cells = [
            cell for row in rows for cell in row if not re.fullmatch(r"-?\d+", cell)
        ]
        assert len(cells) >= 3
        assert not [
            cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        ]
