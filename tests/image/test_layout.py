"""OCI indexes and manifests: what is chosen, what belongs to it, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from archives import STATEMENT, attestation
from images import (
    INDEX,
    LAYER,
    MANIFEST,
    Blobs,
    blob_of,
    descriptor,
    file,
    index_of,
    layer,
    oci_blobs,
    sha256,
)

from lightship.errors import (
    CorruptBlobError,
    ImageError,
    ImageNotFoundError,
    LightshipError,
    UsageError,
)
from lightship.image.blob import Blob
from lightship.image.choose import Choice, asked_platform, host_platform
from lightship.image.descriptor import Descriptor, checked_json, read_descriptor
from lightship.image.image import Opened
from lightship.image.layer import Reading
from lightship.image.layout import open_descriptor, open_index
from lightship.image.read import read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED

CHOICE = Choice()
AMD, ARM, IBM = (
    {"os": "linux", "architecture": name} for name in ("amd64", "arm64", "s390x")
)


class Held:
    """Blobs in memory, as a Fetch."""

    def __init__(self, blobs: dict[str, bytes]) -> None:
        self.blobs = blobs
        self.fetched: list[str] = []

    def has(self, about: Descriptor) -> bool:
        return str(about.digest) in self.blobs

    def json(self, about: Descriptor) -> Any:
        self.fetched.append(str(about.digest))
        if not self.has(about):
            raise ImageNotFoundError(f"no blob {about.digest}")
        return checked_json(
            self.blobs[str(about.digest)], about, Limits(), str(about.digest)
        )

    def blob(self, about: Descriptor) -> Blob | None:
        data = self.blobs.get(str(about.digest))
        return None if data is None else blob_of(data, str(about.digest))


def opened(image: Blobs, choice: Choice = CHOICE) -> Opened:
    return open_descriptor(
        read_descriptor(image.top, "top"),
        Held(image.blobs),
        choice,
        Limits(),
        "app",
        "test",
    )


def image_for(platform: dict[str, str], size: int = 5, **more: Any) -> Blobs:
    data = layer(file(platform["architecture"], size))
    return oci_blobs(
        data, platform=platform, architecture=platform["architecture"], **more
    )


def test_the_platform_of_this_machine_is_taken_where_none_is_said():
    host = {"os": "linux", "architecture": host_platform().architecture}
    image = index_of(image_for(IBM), image_for(host))
    assert opened(image).image.platform.architecture == host["architecture"]


@pytest.mark.parametrize(
    "said", ["linux/arm64", "linux/arm64/v8", "arm64", "linux/aarch64", "Linux/ARM64"]
)
def test_a_platform_is_found_however_it_is_said(said):
    image = index_of(
        image_for(AMD), image_for({**ARM, "variant": "v8"}), image_for(IBM)
    )
    assert opened(image, Choice(platform=said)).image.platform.architecture == "arm64"


def test_what_is_no_platform_is_an_error_of_usage():
    for said in ("linux/", "a/b/c/d", ""):
        with pytest.raises(UsageError):
            asked_platform(said)


def test_the_platform_is_read_from_configs_where_the_index_does_not_say_it():
    images = [image_for(each) for each in (AMD, IBM)]
    for each in images:
        del each.top["platform"]
    assert (
        opened(
            index_of(*images), Choice(platform="linux/s390x")
        ).image.platform.architecture
        == "s390x"
    )


def test_what_there_is_is_listed_where_a_platform_is_not_there():
    image = index_of(image_for(AMD), image_for(IBM))
    with pytest.raises(
        ImageNotFoundError,
        match=r"no image for linux/386(.|\n)*linux/amd64(.|\n)*linux/s390x",
    ):
        opened(image, Choice(platform="linux/386"))


def test_platforms_that_were_not_taken_along_are_not_chosen():
    image = index_of(image_for(AMD), image_for(IBM))
    kept = index_of(image_for(IBM)).blobs
    only = Blobs(
        {
            name: data
            for name, data in image.blobs.items()
            if name in kept or name == image.top["digest"]
        },
        image.top,
    )
    assert opened(only).image.platform.architecture == "s390x"


@pytest.mark.parametrize("artifact", [False, True])
def test_attestations_are_kept_but_never_chosen(artifact):
    image = image_for(IBM)
    other = image_for(AMD)
    made = index_of(
        image,
        attestation(image, artifact=artifact),
        attestation(other, artifact=artifact),
    )
    found = opened(made).image
    assert str(found.digest) == image.top["digest"]
    assert [(each.predicate_type, each.statement) for each in found.attestations] == [
        (STATEMENT["predicateType"], STATEMENT)
    ]


def test_attestations_whose_bytes_are_not_there_are_left_out():
    image = image_for(IBM)
    made = index_of(image, attestation(image))
    del made.blobs[sha256(json.dumps(STATEMENT).encode())]
    assert opened(made).image.attestations == ()


def test_indexes_may_be_nested():
    image = index_of(index_of(index_of(image_for(AMD))), index_of(image_for(IBM)))
    assert (
        opened(image, Choice(platform="linux/s390x")).image.platform.architecture
        == "s390x"
    )


def test_an_index_that_points_at_itself_ends():
    # A digest cannot be had of what contains it, so the check of digests is taken away
    digest = "sha256:" + "1" * 64
    loop = {"mediaType": INDEX, "digest": digest, "size": 3}

    class Looping(Held):
        def json(self, _about: Descriptor) -> Any:
            return {"manifests": [loop, loop]}

    with pytest.raises(ImageNotFoundError, match="are missing"):
        open_index(
            {"manifests": [loop]},
            Looping({digest: b""}),
            Choice(),
            Limits(),
            "app",
            "test",
        )


def test_indexes_without_end_are_refused():
    class Endless(Held):
        def has(self, _about: Descriptor) -> bool:
            return True

        def json(self, _about: Descriptor) -> Any:
            self.fetched.append("")
            return {
                "manifests": [
                    descriptor(INDEX, b"%d %d" % (len(self.fetched), at))
                    for at in range(2)
                ]
            }

    with pytest.raises(ImageError, match="more than 1,000 nested indexes"):
        open_index(
            {"manifests": [descriptor(INDEX, b"")]},
            Endless({}),
            Choice(),
            Limits(),
            "app",
            "test",
        )


def test_one_image_under_several_tags_is_one():
    image = image_for(IBM)
    tags = [
        {**image.top, "annotations": {"org.opencontainers.image.ref.name": tag}}
        for tag in ("1", "1.2", "latest")
    ]
    found = open_index(
        {"manifests": tags}, Held(image.blobs), Choice(), Limits(), "app", "test"
    )
    assert found.image.names == ("1", "1.2", "latest")


def test_a_tag_or_a_digest_chooses():
    one, two = image_for(IBM, 5), image_for(IBM, 6)
    tops = [
        {**each.top, "annotations": {"org.opencontainers.image.ref.name": tag}}
        for each, tag in ((one, "1"), (two, "2"))
    ]
    held = Held({**one.blobs, **two.blobs})
    for said in (
        "2",
        two.top["digest"],
        two.top["digest"][7:20],
        two.top["digest"][:20],
    ):
        found = open_index(
            {"manifests": tops}, held, Choice(said), Limits(), "app", "test"
        )
        assert str(found.image.digest) == two.top["digest"]
    with pytest.raises(ImageNotFoundError, match=r"--image(.|\n)*  1 (.|\n)*  2 "):
        open_index({"manifests": tops}, held, Choice(), Limits(), "app", "test")


def test_names_that_a_terminal_would_obey_are_not_printed():
    image = image_for(IBM)
    top = {
        **image.top,
        "annotations": {"org.opencontainers.image.ref.name": "\x1b[31m\n"},
    }
    with pytest.raises(ImageNotFoundError) as error:
        open_index(
            {"manifests": [top]},
            Held(image.blobs),
            Choice("x"),
            Limits(),
            "app",
            "test",
        )
    assert "\x1b" not in str(error.value)


def test_foreign_layers_are_absent_and_others_must_be_there():
    data = layer(file("a"))
    for media_type, more, expected in (
        (
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            {"urls": ["https://example.invalid/x"]},
            True,
        ),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar", {}, True),
        (LAYER, {}, False),
    ):
        image = oci_blobs(data, compression="")
        manifest = json.loads(image.blobs[image.top["digest"]])
        manifest["layers"][0] |= {"mediaType": media_type, **more}
        made = with_manifest(image, manifest)
        del made.blobs[sha256(data)]
        if expected:
            assert "foreign layer" in opened(made).image.layers[0].absent
        else:
            with pytest.raises(
                ImageNotFoundError, match="which the manifest names, is missing"
            ):
                opened(made)


def with_manifest(image: Blobs, manifest: dict[str, Any]) -> Blobs:
    data = json.dumps(manifest).encode()
    return Blobs({**image.blobs, sha256(data): data}, descriptor(MANIFEST, data))


def test_what_is_no_layer_of_files_is_absent():
    image = oci_blobs(layer(file("a")))
    for media_type in ("application/vnd.oci.empty.v1+json", LAYER + "+gzip+encrypted"):
        manifest = json.loads(image.blobs[image.top["digest"]])
        manifest["layers"][0]["mediaType"] = media_type
        assert opened(with_manifest(image, manifest)).image.layers[0].absent


def test_media_types_of_docker_and_oci_may_be_mixed():
    image = oci_blobs(layer(file("a", 9)))
    manifest = json.loads(image.blobs[image.top["digest"]])
    manifest["layers"][0]["mediaType"] = (
        "application/vnd.docker.image.rootfs.diff.tar.gzip"
    )
    assert (
        read_contents(
            opened(with_manifest(image, manifest)), Reading(NOTHING_WANTED, Limits())
        ).content_bytes
        == 9
    )


REFUSED = {
    "no object": [],
    "schema 1": {"schemaVersion": 1, "fsLayers": []},
    "no layers": {"schemaVersion": 2, "config": {}},
    "layers of another type": {"layers": 5},
    "a layer that is no descriptor": {"layers": [5]},
    "a digest with a path": {
        "layers": [{"digest": "sha256:../../../etc/passwd", "size": 1}]
    },
    "a size below zero": {"layers": [{"digest": "sha256:" + "0" * 64, "size": -1}]},
    "a size beyond all": {
        "layers": [{"digest": "sha256:" + "0" * 64, "size": 1 << 80}]
    },
    "no config": {"layers": []},
    "a config that is not there": {
        "layers": [],
        "config": {"digest": "sha256:" + "0" * 64, "size": 1},
    },
    "an artifact": {
        "layers": [],
        "config": descriptor("application/vnd.oci.empty.v1+json", b"{}"),
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_manifests_that_are_none(name):
    image = oci_blobs(layer(file("a")))
    image.blobs[sha256(b"{}")] = b"{}"
    with pytest.raises(ImageError):
        opened(with_manifest(image, REFUSED[name]))


@pytest.mark.parametrize("change", [{"size": 7}, {"digest": "sha256:" + "0" * 64}])
def test_a_manifest_of_another_size_or_digest_is_refused(change):
    image = oci_blobs(layer(file("a")))
    image.blobs["sha256:" + "0" * 64] = image.blobs[image.top["digest"]]
    image.top |= change
    with pytest.raises(CorruptBlobError):
        opened(image)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10_000 + b"]" * 10_000,
        b"",
        b"\xff",
        b'{"manifests": [{}]}',
        b'{"manifests": {}}',
    ],
)
def test_indexes_that_are_none(data):
    image = Blobs({sha256(data): data}, descriptor(INDEX, data))
    with pytest.raises(LightshipError):
        opened(image)
