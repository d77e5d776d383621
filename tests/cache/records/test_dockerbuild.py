"""Build records as buildx exports them, and what is not one: read within limits, or refused in one sentence."""

from __future__ import annotations

import gzip
import random
import struct

import pytest
from amounts import share_of
from cache.records.dockerbuilds import (
    INDEX,
    MANIFEST,
    RECORD,
    Layout,
    dockerbuild,
    packed,
    parts,
    recorded,
)
from cache.records.dockerbuilds import (
    LOG as LOG_KIND,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.cache.records import dockerbuild as reader
from lightship.cache.records import record_limits as limits
from lightship.cache.records import status_messages
from lightship.cache.records.build_record import RecordForm
from lightship.cache.records.dockerbuild import read_dockerbuild
from lightship.cache.times.named_steps import read_name
from lightship.errors import UsageError

NAMES = ("first", "requirements", "code", "base-moved", "no-cache", "no-such-cache")


def read(data):
    return read_dockerbuild(data, "a.dockerbuild")


def one(name):
    (found,) = read(recorded(f"{name}.dockerbuild"))
    return found


def steps_of(found):
    """The steps of the Dockerfile, without those of BuildKit and the base image."""
    names = [read_name(step.name) for step in found.steps]
    return [name.shown for name in names if name is not None and name.keyword != "FROM"]


@pytest.mark.parametrize("name", NAMES)
def test_a_record_has_the_steps_of_its_build(name):
    found = one(name)
    assert found.form is RecordForm.DOCKERBUILD
    assert len(steps_of(found)) == 9
    assert len(found.reference) >= 24
    assert len(found.revision) == 40
    assert found.attributes["filename"] == "Dockerfile"
    assert 0 < found.seconds < 60


def test_hits_and_times_are_those_of_the_build():
    found = one("requirements")
    assert found.build_args == {"VERSION": "077d50f"}
    hits = [step.name for step in found.steps if step.cached]
    assert sorted(hits) == ["[build 2/6] WORKDIR /src", "[stage-1 2/5] WORKDIR /app"]
    (run,) = [step for step in found.steps if step.name.startswith("[build 4/6]")]
    assert 1 < run.seconds < 5
    pulled = [step.pulled for step in found.steps if step.cached]
    assert all(seconds is not None and seconds < 5 for seconds in pulled)


def test_provenance_names_lines_and_base_images():
    found = one("first")
    assert sorted(found.lines.values()) == [3, 4, 5, 6, 7, 12, 13, 14, 15]
    steps = {digest: step.name for step in found.steps for digest in step.digests}
    lines = {
        steps[digest]: line for digest, line in found.lines.items() if digest in steps
    }
    assert lines["[stage-1 4/5] COPY app app"] == 14
    assert lines["[build 2/6] WORKDIR /src"] == 3
    (base,) = found.bases
    assert base == "127.0.0.1:5977/base:1"
    assert one("base-moved").bases[base] != found.bases[base]


def test_a_cache_that_could_not_be_read_is_told_with_its_error():
    (imported,) = one("no-such-cache").imports
    assert imported.source == "127.0.0.1:5977/dcache:gone"
    assert "not found" in imported.error
    (imported,) = one("requirements").imports
    assert (imported.source, imported.error) == ("127.0.0.1:5977/dcache:max", "")
    assert one("first").imports == ()
    assert one("first").export_seconds > 0
    assert "no-cache" in one("no-cache").attributes


def test_several_builds_in_one_file():
    layout = Layout()
    manifests = [
        layout.add_record(*parts(recorded(f"{name}.dockerbuild"))) for name in NAMES[:2]
    ]
    index = layout.add_json({"mediaType": INDEX, "manifests": manifests}, INDEX)
    assert read(layout.packed(index)) == (one("first"), one("requirements"))


def test_what_is_named_often_is_read_once():
    """Indexes in one another would else be gone through 2,000 times 2,000 times 2,000."""
    layout = Layout()
    index = layout.add_record(*parts(recorded("first.dockerbuild")))
    for _depth in range(2):
        index = layout.add_json(
            {"mediaType": INDEX, "manifests": [index] * 2000}, INDEX
        )
    assert read(layout.packed(*[index] * 2000)) == (one("first"),)


def test_the_log_of_two_records_is_read_once():
    layout = Layout()
    manifests = [layout.add_record({"Ref": name}, LOG) for name in "ab"]
    first, second = read(layout.packed(*manifests))
    assert first.steps
    assert first.steps is second.steps


def test_the_first_log_of_a_record_is_its_log():
    layout = Layout()
    layers = [layout.add(log, LOG_KIND) for log in (LOG, b"")]
    config = layout.add_json({"Ref": "a"}, RECORD)
    manifest = {"mediaType": MANIFEST, "config": config, "layers": layers}
    (found,) = read(layout.packed(layout.add_json(manifest, MANIFEST)))
    assert found.steps


def test_a_record_without_a_log_has_no_steps():
    (found,) = read(dockerbuild({"Ref": "x", "error": {"message": "it failed"}}))
    assert (found.steps, found.reference, found.error) == ((), "x", "it failed")
    assert found.seconds is None


LOG = parts(recorded("requirements.dockerbuild"))[1]
BROKEN = {
    "not gzip": b"\x1f\x8bnothing",
    "cut off": recorded("first.dockerbuild")[:4000],
    "not a tar": gzip.compress(b"x" * 5000),
    "an empty archive": packed({}),
    "no index": packed({"blobs/sha256/00": b"{}"}),
    "an index that is no JSON": packed({"index.json": b"{"}),
    "an index of nothing": packed(
        {"index.json": b'{"manifests": [1, {}, {"digest": 3}]}'}
    ),
    "an image": Layout().packed(),
    "a log that is cut off": dockerbuild({}, LOG[:-10]),
    "a log of another kind": dockerbuild({}, struct.pack("<I", 5) + b"\xff" * 5),
    "a length beyond the log": dockerbuild({}, struct.pack("<I", 1 << 31)),
    "half a length": dockerbuild({}, b"\x01\x00"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_a_record_is_refused_with_its_name(name):
    with pytest.raises(UsageError, match=r"^a\.dockerbuild: "):
        read(BROKEN[name])


def test_a_blob_that_does_not_match_its_digest_is_refused():
    layout = Layout()
    manifest = layout.add_record({}, LOG)
    name = next(name for name in layout.blobs if layout.blobs[name] == LOG)
    layout.blobs[name] = LOG[:-1] + b"x"
    with pytest.raises(UsageError, match="does not match its digest"):
        read(layout.packed(manifest))


LIMITS = {
    "bytes": (reader, "LARGEST_FILE", 5000, "too much"),
    "files": (reader, "MOST_ENTRIES", 2, "files"),
    "builds": (reader, "MOST_RECORDS", 0, "builds"),
    "descriptors": (reader, "MOST_DESCRIPTORS", 2, "descriptors"),
    "messages": (status_messages, "MOST_MESSAGES", 0, "messages"),
    "states": (status_messages, "MOST_STATES", 3, "states"),
    "a message": (status_messages, "LARGEST_MESSAGE", 10, "cut off or damaged"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_holds(name, monkeypatch):
    module, limit, value, said = LIMITS[name]
    assert hasattr(limits, limit)
    monkeypatch.setattr(module, limit, value)
    with pytest.raises(UsageError, match=said):
        read(recorded("requirements.dockerbuild"))


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(reader, "LARGEST_FILE", 1 << 20)
    with pytest.raises(UsageError, match="too much"):
        read(gzip.compress(bytes(8 << 20)))


def held(data):
    """A file is read, or refused by one sentence; nothing else happens."""
    try:
        found = read(data)
    except UsageError:
        return
    for each in found:
        assert each.seconds is None or each.seconds >= 0
        assert each.bases is not None
        assert each.imports is not None
        for step in each.steps:
            assert step.seconds is None or 0 <= step.seconds <= 1e6


@pytest.mark.parametrize("seed", range(share_of(100)))
def test_fuzz_a_changed_archive_is_read_or_refused(seed):
    chosen = random.Random(seed)
    data = bytearray(gzip.decompress(recorded("requirements.dockerbuild")))
    for _ in range(chosen.randint(1, 20)):
        data[chosen.randrange(len(data))] = chosen.randrange(256)
    held(gzip.compress(bytes(data)))


@pytest.mark.parametrize("seed", range(share_of(300)))
def test_fuzz_a_changed_log_is_read_or_refused(seed):
    chosen = random.Random(seed)
    log = bytearray(LOG)
    for _ in range(chosen.randint(1, 5)):
        at = chosen.randrange(len(log))
        log[at : at + chosen.randint(0, 3)] = chosen.randbytes(chosen.randint(0, 3))
    held(dockerbuild({}, bytes(log)))


@settings(max_examples=share_of(100))
@given(
    st.dictionaries(
        st.sampled_from(("Ref", "FrontendAttrs", "CreatedAt", "CompletedAt", "error")),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(
                    st.sampled_from(("seconds", "nanos", "message", "target"))
                    | st.text(),
                    inner,
                )
            ),
            max_leaves=6,
        ),
    )
)
def test_fuzz_any_json_in_the_record_is_read_or_refused(history):
    held(dockerbuild(history, LOG))
