"""`lightship sbom` shows what BuildKit attests beside an image."""

from __future__ import annotations

import json

import pytest
from archives import attestation
from images import file, index_of, layer, oci_blobs, oci_files, tar_of
from schemas import validator

PURLS = ("pkg:npm/a@1", "pkg:npm/b@1")
BILL = {
    "predicateType": "https://spdx.dev/Document",
    "predicate": {
        "packages": [
            {"externalRefs": [{"referenceType": "purl", "referenceLocator": purl}]}
            for purl in PURLS
        ]
    },
}
PROVENANCE = {
    "predicateType": "https://slsa.dev/\x1b[31m",
    "predicate": {"builder": {"id": "ci"}, "materials": [{"uri": "pkg:docker/x"}]},
}


@pytest.fixture(params=[False, True])
def image(project, request):
    manifest = file("node_modules/a/package.json", b'{"name": "a", "version": "1"}')
    made = oci_blobs(layer(manifest))
    beside = [
        attestation(made, statement, artifact=request.param)
        for statement in (BILL, PROVENANCE)
    ]
    (project / "a.tar").write_bytes(tar_of(oci_files(index_of(made, *beside))))
    return "a.tar"


def test_json_has_each(run, image):
    document = json.loads(run("sbom", image, "--format", "json").stdout)
    validator("sbom", "bill").validate(document)
    bill, provenance = document["attestations"]
    assert (bill["packages"], bill["unlisted"]) == (2, ["pkg:npm/b@1"])
    assert (provenance["builder"], provenance["materials"]) == ("ci", ["pkg:docker/x"])
    assert [item["purl"] for item in document["packages"]] == ["pkg:npm/a@1"]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_read_a_sentence_of_each(run, image, form):
    text = run("sbom", image, "--format", form).stdout
    assert "names 2 packages, 1 of them not listed here" in text
    assert "by ci names 1 material" in text
    assert "\x1b" not in text
