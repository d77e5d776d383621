"""What depends on what, in every format of `lightship sbom`."""

from __future__ import annotations

import json

import pytest
from images import docker_archive, file, layer
from schemas import validator
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import (
    JsonLikeDictParser,
)
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

STATUS = (
    "Package: bash\nVersion: 5\nArchitecture: amd64\nPre-Depends: libc6 (>= 2)\nDepends: base-files\n\n"
    "Package: libc6\nVersion: 2\nArchitecture: amd64\n\n"
    "Package: base-files\nVersion: 13\nArchitecture: amd64\n"
)
SITE = "usr/lib/python3/site-packages/"
IMAGE = layer(
    file("var/lib/dpkg/status", STATUS.encode()),
    file(SITE + "flask-3.dist-info/RECORD", b"flask/app.py,,\n"),
    file(SITE + "flask-3.dist-info/METADATA", b"Name: Flask\nVersion: 3\nRequires-Dist: Werkzeug>=3\n"),
    file(SITE + "werkzeug-3.dist-info/METADATA", b"Name: Werkzeug\nVersion: 3\n"),
    file("node_modules/a/package.json", b'{"name": "a", "version": "1", "dependencies": {"b": "^1"}}'),
    file("node_modules/b/package.json", b'{"name": "b", "version": "1", "dependencies": ["a"]}'),
)  # fmt: skip
EXPECTED = {"bash": {"libc6", "base-files"}, "flask": {"werkzeug"}, "a": {"b"}}


@pytest.fixture
def written(run, project):
    (project / "a.tar").write_bytes(docker_archive(IMAGE))

    def write(form):
        result = run("sbom", "a.tar", "--format", form)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return write


def test_json_has_places(written):
    document = written("json")
    validator("sbom", "bill").validate(document)
    packages = document["packages"]
    found = {item["name"]: {packages[place]["name"] for place in item["needs"]} for item in packages}  # fmt: skip
    assert {name: names for name, names in found.items() if names} == EXPECTED


def test_cyclonedx_has_dependencies(written):
    document = written("cyclonedx-json")
    names = {part["bom-ref"]: part["name"] for part in document["components"]}
    found = {
        names[item["ref"]]: {names[other] for other in item["dependsOn"]}
        for item in document["dependencies"]
        if item.get("dependsOn") and item["ref"] in names
    }
    assert found == EXPECTED


def test_spdx_has_relationships(written):
    document = written("spdx-json")
    assert validate_full_spdx_document(JsonLikeDictParser().parse(document), "SPDX-2.3") == []  # fmt: skip
    names = {item["SPDXID"]: item["name"] for item in document["packages"]}
    found: dict[str, set[str]] = {}
    for item in document["relationships"]:
        if item["relationshipType"] == "DEPENDS_ON":
            start, end = item["spdxElementId"], item["relatedSpdxElement"]
            found.setdefault(names[start], set()).add(names[end])
    assert found == EXPECTED
