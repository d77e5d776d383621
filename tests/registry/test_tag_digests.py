"""What a tag means: real registries, and those that answer what they must not."""

from __future__ import annotations

import json

import pytest
from images import file, index_of, layer, oci_blobs, sha256
from registry.registry_process import Answer, front, push

from lightship.base_images.reference import read_reference
from lightship.errors import ImageError, ImageNotFoundError, RegistryError
from lightship.registry import transport
from lightship.registry.tag_digests import TagDigests

INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = layer(file("a", 10))


def meaning(host, tag="1", name="team/app"):
    tags = TagDigests(plain_http=True, patience=2)
    try:
        return tags.meaning(read_reference(f"{host}/{name}"), tag)
    finally:
        tags.close()


def answering(*answers):
    """A rule that gives one answer after the other, the last one for good."""
    left = list(answers)

    def rule(_asked):
        return left.pop(0) if len(left) > 1 else left[0]

    return rule


def manifest(document, **headers):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Answer(headers={"Content-Type": INDEX, **headers}, body=data)


def test_of_an_index_the_digest_is_its_own_and_the_platforms_are_listed(registry_host):
    arm = oci_blobs(
        LAYER, platform={"os": "linux", "architecture": "arm64", "variant": "v8"}
    )
    intel = oci_blobs(LAYER, platform={"os": "linux", "architecture": "amd64"})
    unknown = oci_blobs(LAYER, platform={"os": "unknown", "architecture": "unknown"})
    index = index_of(arm, intel, unknown)
    push(registry_host, "pins/many", index, "1")
    found = meaning(registry_host, name="pins/many")
    assert found.digest == index.top["digest"]
    assert found.platforms == ("linux/arm64/v8", "linux/amd64")


def test_of_a_single_manifest_the_digest_is_its_own(registry_host):
    image = oci_blobs(LAYER)
    push(registry_host, "pins/one", image, "1")
    found = meaning(registry_host, name="pins/one")
    assert (found.digest, found.platforms) == (image.top["digest"], ())


def test_a_tag_that_is_gone_is_told_with_those_that_are_there(registry_host):
    push(registry_host, "pins/tags", oci_blobs(LAYER), "1.2")
    with pytest.raises(
        ImageNotFoundError, match=r"no pins/tags:1\.3; its tags are 1\.2"
    ):
        meaning(registry_host, "1.3", "pins/tags")


EMPTY = {"schemaVersion": 2, "mediaType": INDEX, "manifests": []}
HOSTILE = [
    (b"<html>log in</html>", {}, "not JSON"),
    (b"", {}, "not JSON"),
    (b"[" * 5000, {}, "deep|nested|levels"),
    ({}, {}, "not a manifest"),
    ([], {}, "not a manifest"),
    ({"schemaVersion": 1, "fsLayers": []}, {}, "not a manifest"),
    (
        {**EMPTY, "mediaType": "text/html"},
        {"Content-Type": "text/html"},
        "not a manifest",
    ),
    ({**EMPTY, "manifests": {}}, {}, "not a manifest"),
    (
        EMPTY,
        {"Docker-Content-Digest": f"sha256:{'0' * 64}"},
        "the digest of its bytes is",
    ),
    (EMPTY, {"Docker-Content-Digest": "sha256:zz"}, "invalid digest"),
]


@pytest.mark.parametrize(("body", "headers", "why"), HOSTILE)
def test_what_is_not_a_manifest_is_an_error(body, headers, why):
    with front() as hostile:
        hostile.rules.append(answering(manifest(body, **headers)))
        with pytest.raises((ImageError, RegistryError), match=why):
            meaning(hostile.host)


def test_an_answer_without_end_is_cut_off():
    with front() as hostile:
        hostile.rules.append(answering(manifest(b" " * (5 << 20))))
        with pytest.raises(ImageError, match="larger than a manifest may be"):
            meaning(hostile.host)
        assert sum(asked.sent for asked in hostile.asked) <= 5 << 20


def test_strange_entries_of_an_index_are_passed_over():
    entries = [None, 1, {}, {"platform": "x"}, {"platform": {"os": 3}}]
    document = {**EMPTY, "manifests": entries}
    with front() as hostile:
        hostile.rules.append(answering(manifest(document)))
        found = meaning(hostile.host)
    assert found.digest == sha256(json.dumps(document).encode())
    assert found.platforms == ()


def test_a_busy_registry_is_waited_for(monkeypatch):
    pauses = []
    monkeypatch.setattr(transport.time, "sleep", pauses.append)
    busy = Answer(429, {"Retry-After": "1"})
    with front() as hostile:
        hostile.rules.append(answering(busy, busy, manifest(EMPTY)))
        assert meaning(hostile.host).digest == sha256(json.dumps(EMPTY).encode())
    assert pauses == [1.0, 1.0]


def test_a_registry_that_is_busy_for_longer_says_so():
    with front() as hostile:
        hostile.rules.append(answering(Answer(429, {"Retry-After": "3600"})))
        with pytest.raises(RegistryError, match=r"status 429.*try later, or log in"):
            meaning(hostile.host)
        assert len(hostile.asked) == 1


def test_a_known_digest_is_asked_for_by_its_headers(registry_host):
    image = oci_blobs(LAYER)
    push(registry_host, "pins/known", image, "1")
    known = image.top["digest"]
    with front(registry_host) as counted:
        tags = TagDigests(plain_http=True, patience=2)
        named = read_reference(f"{counted.host}/pins/known")
        assert tags.meaning(named, "1", known).digest == known
        assert [asked.method for asked in counted.asked] == ["HEAD"]
        assert tags.meaning(named, "1", f"sha256:{'0' * 64}").digest == known
        assert [asked.method for asked in counted.asked] == ["HEAD", "HEAD", "GET"]
        tags.close()


def test_where_the_headers_are_refused_the_manifest_is_asked_for():
    def rule(asked):
        return Answer(405) if asked.method == "HEAD" else manifest(EMPTY)

    with front() as picky:
        picky.rules.append(rule)
        tags = TagDigests(plain_http=True, patience=2)
        named = read_reference(f"{picky.host}/a/b")
        known = sha256(json.dumps(EMPTY).encode())
        assert tags.meaning(named, "1", known).digest == known
        tags.close()


def test_an_answer_that_comes_byte_by_byte_is_given_up(monkeypatch):
    class Dripping:
        is_closed = False

        def read1(self, _most):
            return b"x"

        def close(self):
            self.is_closed = True

    seconds = iter(range(0, 1_000_000, 10))
    monkeypatch.setattr(transport, "monotonic", lambda: next(seconds))
    answer = Dripping()
    with pytest.raises(
        RegistryError, match=r"the manifest comes too slowly; try again"
    ):
        transport.read_body(answer, 4 << 20, "the manifest", 30)
    assert answer.is_closed
