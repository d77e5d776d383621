"""Broken archives through all of `inspect`: databases of packages, blame, advice, and every format and list.

`make fuzz` runs longer, with another seed each time; a failure prints the seed.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from contextlib import suppress
from datetime import date
from itertools import product

from amounts import share_of
from broken import mutated
from images import (
    blob_of,
    config,
    docker_archive,
    file,
    hardlink,
    layer,
    oci_archive,
    row,
    symlink,
    whiteout,
)

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.errors import LightshipError
from lightship.image.archive import open_archive
from lightship.image.choose import Choice
from lightship.image.layer import Reading
from lightship.image.read_limits import MB, Limits
from lightship.inspection.compare_images import compare
from lightship.inspection.inspect_image import inspect
from lightship.inspection.inspection import Inspection
from lightship.inspection.wanted import WANTED
from lightship.report.image.formats import (
    FORMATS,
    LISTS,
    ImageView,
    comparison_writer,
    inspection_writer,
)

SECONDS = float(os.environ.get("LIGHTSHIP_FUZZ_SECONDS", "0"))
TIMES = share_of(120)
SMALL = Limits(
    entries=1000, layer_bytes=20 * MB, small=MB, json_bytes=MB, kept_bytes=4 * MB
)
TODAY = date(2026, 11, 1)
DOCKERFILE = "FROM debian\nRUN apt-get update\nCOPY . /app\nRUN rm -rf /app/.env /var/lib/apt/lists\nUSER app\n"
HISTORY = [
    row("/bin/sh -c #(nop) ADD file:0 in / "),
    row("RUN /bin/sh -c apt-get update # buildkit", comment="buildkit.dockerfile.v0"),
    row("COPY . /app # buildkit", comment="buildkit.dockerfile.v0"),
    row(
        "RUN /bin/sh -c rm -rf /app/.env /var/lib/apt/lists # buildkit",
        comment="buildkit.dockerfile.v0",
    ),
    row("USER app", empty=True, comment="buildkit.dockerfile.v0"),
]


def rpms() -> bytes:
    """A database of rpm with a header of no tags and one that is none."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)"
    )
    head = (1).to_bytes(4, "big") + (8).to_bytes(4, "big")
    name = (
        b"".join(number.to_bytes(4, "big") for number in (1000, 6, 0, 1))
        + b"bash\0\0\0\0"
    )
    connection.executemany(
        "INSERT INTO Packages (blob) VALUES (?)", [(head + name,), (bytes(8),)]
    )
    connection.commit()
    return connection.serialize()


def layers() -> list[bytes]:
    """An image with all that is looked at."""
    base = layer(
        file(
            "etc/os-release", b'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian 11"\n'
        ),
        file(
            "var/lib/dpkg/status",
            b"Package: libc6\nStatus: install ok installed\nVersion: 2\nArchitecture: amd64\n\n",
        ),
        file("var/lib/dpkg/info/libc6:amd64.list", b"/.\n/lib\n/lib/libc.so\n"),
        file("usr/lib/libc.so", 3000),
        symlink("lib", "usr/lib"),
        file("usr/bin/su", 100, mode=0o4755),
        file("lib/apk/db/installed", b"P:musl\nV:1\nF:lib\nR:ld-musl.so\n\n"),
        file("var/lib/rpm/rpmdb.sqlite", rpms()),
    )
    apt = layer(
        file("var/lib/apt/lists/main", 5000),
        file("var/cache/apt/x.deb", 4000),
        file("tmp/world", 1, mode=0o666),
    )
    key = (
        b"-----BEGIN RSA PRIVATE KEY-----\n"
        + b"MIIEpAIBAAKCAQEA" * 40
        + b"\n-----END RSA PRIVATE KEY-----\n"
    )
    modules = "usr/lib/python3/site-packages"
    app = layer(
        file(
            "app/.env",
            b"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nTOKEN=ghp_0123456789abcdefghij\n",
        ),
        file("app/id_rsa", key),
        file("app/.git/HEAD", b"ref: x\n"),
        file(
            "app/node_modules/left/package.json",
            b'{"name": "left", "version": "1.0.0"}',
        ),
        file("app/node_modules/left/index.js", 700),
        file(
            f"{modules}/a-1.dist-info/RECORD",
            b"a/__init__.py,,\na-1.dist-info/RECORD,,\n",
        ),
        file(f"{modules}/a/__init__.py", 500),
        file(f"{modules}/a/__pycache__/__init__.cpython-311.pyc", 600),
        file("usr/lib/libc.so", 3000, mode=0o755),
        file("app/same", 5000),
        file("srv/same", 5000),
        hardlink("app/link", "app/same"),
    )
    return [base, apt, app, layer(whiteout("app/.env"), whiteout("var/lib/apt/lists"))]


def all_of(data: bytes) -> Inspection:
    reading = Reading(WANTED, SMALL)
    build = Build(parse(DOCKERFILE), path="Dockerfile")
    opened = open_archive(blob_of(data), Choice(), SMALL, "a.tar")
    return inspect(
        opened,
        reading,
        build=build,
        dockerfile="Dockerfile",
        today=TODAY,
        all_duplicates=True,
    )


VIEWS = [
    ImageView(),
    ImageView(lists=LISTS, files=True),
    ImageView(lists=("tree",), tree=b"usr/lib"),
]
FORMS = list(FORMATS)


def written(inspection: Inspection, other: Inspection) -> None:
    for form, view in product(FORMS, VIEWS):
        text = "".join(inspection_writer(form)(inspection, view))
        text.encode()
        if form in ("json", "sarif"):
            json.loads(text)
    compared = compare(other, inspection)
    for form in FORMS:
        "".join(comparison_writer(form)(compared, VIEWS[0])).encode()
    from report.pages import unpacked

    from lightship.report.image.html.data import inspection_data
    from lightship.report.kit.html.page import packed

    data = inspection_data(inspection)
    assert unpacked(packed(data)) == data


def archive(made: list[bytes]) -> bytes:
    """An archive of these layers, with their digests: what is broken in them is looked at."""
    return docker_archive(
        *made, document=config(made, HISTORY, User="app", Env=["A=1"])
    )


def broken_inside(chance: random.Random, made: list[bytes]) -> bytes:
    """A layer broken, with the digests of what it has become: what is in it is looked at."""
    at = chance.randrange(len(made))
    fresh = [
        mutated(chance, each) if number == at else each
        for number, each in enumerate(made)
    ]
    make = chance.choice((docker_archive, oci_archive))
    return make(
        *fresh,
        document=mutated_document(
            chance, config(fresh, HISTORY, User="app", Env=["A=1"])
        ),
    )


def mutated_document(chance: random.Random, document: bytes) -> bytes:
    return mutated(chance, document) if chance.random() < 0.3 else document


def inside(chance: random.Random, layer_: bytes) -> bytes:
    """One byte to a few of the contents of a layer changed, its headers as they were."""
    blocks = [
        at
        for at in range(0, len(layer_), 512)
        if layer_[at + 257 : at + 262] != b"ustar" and any(layer_[at : at + 512])
    ]
    if not blocks:
        return layer_
    at = chance.choice(blocks) + chance.randrange(60)
    piece = chance.choice(
        (
            b"\0",
            b"\n",
            b"\xff",
            b"\x1b[31m",
            b"/../",
            b'"',
            b"999999999",
            b"\n\n",
            b":",
            b",",
        )
    )
    return layer_[:at] + piece + layer_[at + len(piece) :]


def test_an_image_with_everything_is_told():
    found = all_of(archive(layers()))
    assert {each.manager for each in found.owners.packages} == {
        "deb",
        "apk",
        "rpm",
        "python",
        "npm",
    }
    ids = {each.id for each in found.findings}
    assert {
        "end-of-life",
        "private-key",
        "setuid-unpackaged",
        "version-control",
        "world-writable",
    } <= ids
    assert any(scan.unsearched for scan in found.contents.stack.scans)
    assert found.blame[3].first == 4
    written(found, found)


def test_law_of_fuzz_all_reports_of_broken_images_end_in_figures_or_in_an_error():
    made = layers()
    whole = all_of(archive(made))
    start = time.time_ns() if SECONDS else 0
    end, number, good = time.monotonic() + SECONDS, 0, 0
    while number < TIMES or time.monotonic() < end:
        chance = random.Random(start + number)
        try:
            with suppress(LightshipError):
                if chance.random() < 0.6:
                    at = chance.randrange(len(made))
                    data = archive(
                        [
                            inside(chance, each) if at == n else each
                            for n, each in enumerate(made)
                        ]
                    )
                else:
                    data = broken_inside(chance, made)
                written(all_of(data), whole)
                good += 1
        except Exception as error:
            raise AssertionError(f"seed {start + number}: {error!r}") from error
        number += 1
    assert good > number // 3
