"""Archives that mean harm or are broken: each ends in figures or in one clear error, in bounded time and memory.

`make fuzz` runs the mutations longer, with another seed each time; a failure prints the form and the seed.
"""

from __future__ import annotations

import io
import json
import os
import random
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
from amounts import share_of
from archives import BASE, FORMS, TOP, linked, path
from broken import mutated
from images import (
    COMPRESSED,
    blob_of,
    config,
    docker_archive,
    file,
    layer,
    oci_blobs,
    oci_files,
    sha256,
    tar_of,
)

from lightship.errors import ImageError, LightshipError
from lightship.image.archive import open_archive
from lightship.image.choose import Choice
from lightship.image.layer import Reading
from lightship.image.read import Contents, read_contents
from lightship.image.read_limits import MB, Limits
from lightship.image.scan import NOTHING_WANTED
from lightship.image.stream import read_stream

SECONDS = float(os.environ.get("LIGHTSHIP_FUZZ_SECONDS", "0"))
TIMES = share_of(250)  # mutations of each form
SMALL = Limits(
    entries=1000, layer_bytes=20 * MB, small=MB, json_bytes=MB, kept_bytes=4 * MB
)
READING = Reading(NOTHING_WANTED, SMALL)


def as_file(data: bytes) -> Contents:
    return read_contents(open_archive(blob_of(data), Choice(), SMALL, "a.tar"), READING)


def as_stream(data: bytes) -> Contents:
    return read_contents(
        read_stream(io.BytesIO(data), Choice(), READING, "a.tar"), READING
    )


READERS: list[Callable[[bytes], Contents]] = [as_file, as_stream]


def docker(**changes: object) -> bytes:
    """An archive whose manifest.json says something else."""
    document = config([BASE])
    listed = {
        "Config": path(sha256(document)),
        "RepoTags": ["a:1"],
        "Layers": [path(sha256(BASE))],
        **changes,
    }
    manifest = json.dumps(
        [{name: value for name, value in listed.items() if value is not ...}]
    ).encode()
    return tar_of(
        {
            path(sha256(document)): document,
            path(sha256(BASE)): BASE,
            "manifest.json": manifest,
        }
    )


def with_manifest(data: bytes) -> bytes:
    return tar_of({"manifest.json": data})


def with_index(data: bytes) -> bytes:
    return tar_of({"index.json": data, "oci-layout": b"{}"})


def self_index() -> bytes:
    """An index whose own blob it names, by a digest that cannot be right."""
    loop = {
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "digest": "sha256:" + "1" * 64,
        "size": 3,
    }
    data = json.dumps({"manifests": [loop, loop]}).encode()
    return tar_of({"index.json": data, path(loop["digest"]): data})


def chained(length: int) -> bytes:
    """Indexes one inside the other."""
    image = oci_blobs(BASE)
    for _ in range(length):
        data = json.dumps({"manifests": [image.top]}).encode()
        image.blobs[sha256(data)] = data
        image.top = {
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "digest": sha256(data),
            "size": len(data),
        }
    return tar_of(oci_files(image))


HOSTILE = {
    "nothing": b"",
    "one byte": b"x",
    "zeros": bytes(10240),
    "noise": random.Random(1).randbytes(20_000),
    "a gzip of nothing": COMPRESSED["gzip"](b""),
    "no config": docker(Config=...),
    "a config that is a number": docker(Config=5),
    "a config that is the layer": docker(Config=path(sha256(BASE))),
    "a config that is not there": docker(Config="../../../etc/passwd"),
    "a config with a lone surrogate": docker(Config="\ud800"),
    "layers that are no list": docker(Layers={"a": 1}),
    "layers that are no texts": docker(Layers=[1, None]),
    "a layer that is not there": docker(Layers=["/etc/passwd"]),
    "a layer that is the config": docker(Layers=[path(sha256(config([BASE])))]),
    "no layers": docker(Layers=...),
    "ten thousand layers": docker(Layers=[path(sha256(BASE))] * 10_000),
    "a manifest that is an object": with_manifest(b"{}"),
    "a manifest that is empty": with_manifest(b"[]"),
    "a manifest of numbers": with_manifest(b"[1]"),
    "a manifest that is no JSON": with_manifest(b"[{"),
    "a manifest that is nested": with_manifest(b"[" * 100_000 + b"]" * 100_000),
    "a manifest of megabytes": with_manifest(b"[" + b" " * (2 * MB) + b"]"),
    "a manifest of huge numbers": with_manifest(b"[" + b"9" * 100_000 + b"]"),
    "an index without manifests": with_index(b"{}"),
    "an index that is a list": with_index(b"[]"),
    "an index of nothing": with_index(b'{"manifests": []}'),
    "an index of numbers": with_index(b'{"manifests": [1]}'),
    "an index that points at itself": self_index(),
    "indexes without end": chained(1_500),
    "a link to itself": linked("layer.tar"),
    "a link outside": linked("../../../../etc/passwd"),
    "a link to a directory": linked("."),
    "entries without end": tar_of({str(at): b"" for at in range(1_100)}),
    "a name of 60 kB": tar_of({"a/" * 30_000: b"x"}),
    "a name of 70 kB": tar_of({"a/" * 35_000: b"x"}),
    "a layer that is a bomb": docker_archive(
        COMPRESSED["gzip"](layer(file("zeros", bytes(21 * MB))))
    ),
    "a bomb in a bomb": COMPRESSED["gzip"](COMPRESSED["gzip"](bytes(30 * MB))),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("reader", READERS)
def test_hostile_archives_are_one_clear_error(name, reader):
    with pytest.raises(LightshipError) as error:
        reader(HOSTILE[name])
    assert 10 < len(str(error.value)) < 2_000


def test_deep_but_bounded_nesting_is_read():
    assert (
        as_file(chained(500)).content_bytes
        == as_stream(chained(500)).content_bytes
        == 7300
    )


def test_a_file_that_says_it_is_larger_than_the_archive():
    data = bytearray(docker())
    at = data.find(b"manifest.json")
    data[at + 124 : at + 135] = b"00050000000"  # ten megabytes
    data[at + 148 : at + 156] = b" " * 8
    data[at + 148 : at + 156] = b"%06o\0 " % sum(data[at : at + 512])
    for reader in READERS:
        with pytest.raises(ImageError, match="ends"):
            reader(bytes(data))


def test_many_entries_and_many_names_of_one_config_take_memory_in_proportion():
    document = config([BASE], User="x" * 100_000)
    one = {
        "Config": path(sha256(document)),
        "RepoTags": ["a:1"],
        "Layers": [path(sha256(BASE))],
    }
    manifest = json.dumps([one] * 5_000).encode()
    data = tar_of(
        {
            path(sha256(document)): document,
            path(sha256(BASE)): BASE,
            "manifest.json": manifest,
        }
    )
    tracemalloc.start()
    found = as_file(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.image.names == ("a:1",)
    assert most < 30 * MB


def test_law_of_fuzz_broken_archives_end_in_figures_or_in_an_error():
    specimens = [(name, form(BASE, TOP, BASE)) for name, form in FORMS.items()]
    specimens += [
        (f"{name} gzip", COMPRESSED["gzip"](data)) for name, data in specimens[:2]
    ]
    specimens += [
        (f"{name} zstd", COMPRESSED["zstd"](data)) for name, data in specimens[:2]
    ]
    start = time.time_ns() if SECONDS else 0
    end = time.monotonic() + SECONDS
    number = 0
    while number < TIMES or time.monotonic() < end:
        for name, data in specimens:
            chance = random.Random(start + number)
            broken = mutated(chance, data)
            for _ in range(chance.choice((0, 0, 1, 3))):
                broken = mutated(chance, broken) if broken else broken
            for reader in (
                READERS
                if not name.endswith(("gzip", "zstd")) or "oci" in name
                else READERS[1:]
            ):
                try:
                    with suppress(LightshipError):
                        reader(broken)
                except Exception as error:
                    raise AssertionError(
                        f"{name}, seed {start + number}, {reader.__name__}: {error!r}"
                    ) from error
        number += 1
