"""Archives of every form that is in use, each read for what is in it."""

from __future__ import annotations

import json
import tarfile

import pytest
from archives import (
    BASE,
    FORMS,
    STATEMENT,
    TOP,
    containerd,
    kaniko,
    linked,
    path,
    several,
)
from images import (
    COMPRESSED,
    blob_of,
    config,
    docker_archive,
    file,
    layer,
    oci_archive,
    oci_blobs,
    old_docker_archive,
    sha256,
    tar_of,
)

from lightship.errors import ImageError, ImageNotFoundError
from lightship.image.archive import open_archive
from lightship.image.choose import Choice
from lightship.image.image import Opened
from lightship.image.layer import Reading
from lightship.image.read import Contents, read_contents
from lightship.image.read_limits import Limits
from lightship.image.scan import NOTHING_WANTED

READING = Reading(NOTHING_WANTED, Limits())


def opened(
    data: bytes, image: str = "", platform: str = "", limits: Limits | None = None
) -> Opened:
    return open_archive(
        blob_of(data), Choice(image, platform), limits or Limits(), "a.tar"
    )


def contents(data: bytes, image: str = "", platform: str = "") -> Contents:
    return read_contents(opened(data, image, platform), READING)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_same_contents(form):
    found = contents(FORMS[form](BASE, TOP))
    assert found.size == len(BASE) + len(TOP)
    assert found.content_bytes == 14301
    assert found.wasted_bytes == 7300
    assert [str(each.diff_id) for each in found.image.layers] == [
        sha256(BASE),
        sha256(TOP),
    ]
    assert found.image.config.raw["architecture"] == "amd64"
    assert str(found.image.platform) == "linux/amd64"
    assert [row.layer for row in found.image.history] == [0, 1]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_verified(form):
    data = bytearray(FORMS[form](BASE, TOP))
    stored = next(
        each
        for each in (COMPRESSED[name](BASE) for name in ("", "gzip", "zstd"))
        if each in data
    )
    data[data.find(stored) + len(stored) // 2] ^= 1
    with pytest.raises(ImageError, match=r"digest|checksum|invalid"):
        contents(bytes(data))


def test_a_layer_that_comes_twice_is_a_link_in_old_archives():
    found = contents(old_docker_archive(BASE, TOP, BASE))
    assert [scan and len(scan.paths) for scan in found.stack.scans] == [3, 1, 3]


def test_digest_is_the_manifests_and_else_the_configs():
    assert str(opened(docker_archive(BASE)).image.digest) == sha256(config([BASE]))
    assert str(opened(oci_archive(BASE)).image.digest) == oci_blobs(BASE).top["digest"]
    assert str(opened(containerd(BASE)).image.digest) == oci_blobs(BASE).top["digest"]


def test_an_oci_manifest_beside_manifest_json_gives_its_attestations_and_tags():
    found = opened(containerd(BASE)).image
    assert [each.statement for each in found.attestations] == [STATEMENT]
    assert found.names == ("app:c",)
    for said in (
        "app:c",
        oci_blobs(BASE).top["digest"],
        str(opened(containerd(BASE)).image.digest)[7:20],
    ):
        assert opened(containerd(BASE), said).image.digest == found.digest


def test_stored_sizes_and_digests_are_of_what_lies_in_the_archive():
    (plain,) = opened(docker_archive(BASE)).image.layers
    assert (plain.stored, str(plain.digest)) == (len(BASE), sha256(BASE))
    (old,) = opened(old_docker_archive(BASE)).image.layers
    assert (old.stored, old.digest) == (len(BASE), None)
    (crane,) = opened(kaniko(BASE)).image.layers
    assert (crane.stored or 0) < len(BASE)
    assert crane.digest != crane.diff_id


def test_all_tags_are_known_and_any_of_them_is_a_choice():
    data = kaniko(BASE, tags=("app:1", "registry.example/app:2"))
    assert opened(data).image.names == ("app:1", "registry.example/app:2")
    for choice in (
        "app:1",
        "docker.io/library/app:1",
        "registry.example/app:2",
        sha256(config([BASE]))[7:19],
    ):
        assert opened(data, choice).image.names == ("app:1", "registry.example/app:2")
    with pytest.raises(ImageNotFoundError, match=r"app:1, registry\.example/app:2"):
        opened(data, "other")


def test_of_several_images_one_must_be_said():
    data = several("a:1", "b:1")
    with pytest.raises(
        ImageNotFoundError, match=r"several images; choose one with --image"
    ) as error:
        opened(data)
    assert "a:1" in str(error.value)
    assert "b:1" in str(error.value)
    assert contents(data, "b:1").stack.scans[0].paths == [b"b:1-amd64"]


def test_of_several_platforms_one_must_be_said_unless_it_is_that_of_this_machine():
    data = several("a:1", architectures=("s390x", "riscv64"))
    with pytest.raises(
        ImageNotFoundError, match=r"--platform(.|\n)*linux/s390x(.|\n)*linux/riscv64"
    ):
        opened(data)
    assert contents(data, platform="linux/riscv64").stack.scans[0].paths == [
        b"a:1-riscv64"
    ]
    assert contents(data, platform="s390x").stack.scans[0].paths == [b"a:1-s390x"]
    with pytest.raises(ImageNotFoundError, match="no image for linux/arm64"):
        opened(data, platform="linux/arm64")


def test_one_image_of_another_platform_is_not_taken_for_that():
    with pytest.raises(ImageNotFoundError, match="no image for linux/arm64"):
        opened(docker_archive(BASE), platform="linux/arm64")
    assert opened(docker_archive(BASE), platform="linux/amd64")


def test_foreign_layers_are_absent():
    foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    document = config([BASE, TOP])
    manifest = {
        "Config": path(sha256(document)),
        "RepoTags": None,
        "Layers": [path(sha256(BASE)), path(sha256(TOP))],
        "LayerSources": {sha256(BASE): {"mediaType": foreign}},
    }
    data = tar_of(
        {
            path(sha256(document)): document,
            path(sha256(TOP)): TOP,
            "manifest.json": json.dumps([manifest]).encode(),
        }
    )
    found = contents(data)
    assert found.image.layers[0].absent.startswith("a foreign layer")
    assert found.stack.scans[0] is None
    assert found.content_bytes == 7001


def test_an_archive_that_is_none_of_an_image_is_said_to_be_so():
    with pytest.raises(ImageError, match="not an image archive"):
        opened(layer(file("etc/passwd", b"root")))


def test_counts_of_layers_and_diff_ids_must_be_the_same():
    with pytest.raises(ImageError, match="2 layers, but 1 diff IDs"):
        opened(docker_archive(BASE, TOP, document=config([BASE])))


def test_names_of_files_may_start_with_a_dot_and_come_again():
    files = {"./manifest.json": b"[]", **dict.fromkeys(["a"], b"")}
    document = config([TOP])
    good = [{"Config": "c.json", "RepoTags": [], "Layers": ["l.tar"]}]
    first = tar_of({**files, "l.tar": BASE, "c.json": document}).rstrip(b"\0")
    first += bytes(-len(first) % tarfile.BLOCKSIZE)
    second = tar_of({"manifest.json": json.dumps(good).encode(), "l.tar": TOP})
    assert contents(first + second).content_bytes == 7001


def test_links_in_circles_and_links_out_of_the_archive_lead_nowhere():
    for target, message in (
        ("layer.tar", "form a loop"),
        ("../../../etc/passwd", "missing"),
        ("/dev/zero", "missing"),
    ):
        with pytest.raises(ImageError, match=message):
            opened(linked(target))
