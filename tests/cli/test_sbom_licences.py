"""Licences in every format of `lightship sbom`, and the packages that only a METADATA names."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from images import Made, docker_archive, file, layer, symlink
from locales import IN_UTF_8
from schemas import validator
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import (
    JsonLikeDictParser,
)
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

SITE = "usr/lib/python3/site-packages/"
DEBS = "".join(
    f"Package: {name}\nStatus: install ok installed\nVersion: 1-1\nArchitecture: amd64\n\n"
    for name in ("libz1", "zlib-bin", "python3-six")
)
COPYRIGHT = (
    b"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
    b"Files: *\nLicense: GPL-2+ and Expat\n\nFiles: x\nLicense: Artistic\n"
)
FLASK = SITE + "flask-3.1.0.dist-info/"
METADATA = b"Name: Flask\nVersion: 3.1.0\nLicense-Expression: BSD-3-Clause OR MIT\n"
OLD = SITE + "old-2.egg-info"
SIX = "usr/lib/python3/dist-packages/six-1.egg-info/PKG-INFO"


def manifest(name: str, licence: object) -> Made:
    stated = {"name": name, "version": "1", "license": licence}
    path = f"app/node_modules/{name}/package.json"
    return file(path, json.dumps(stated).encode())


@pytest.fixture
def image(project):
    base = layer(
        file("etc/os-release", b'ID=debian\nVERSION_ID="13"\n'),
        file("var/lib/dpkg/status", DEBS.encode()),
        file("var/lib/dpkg/info/python3-six.list", f"/{SIX}\n".encode()),
        file("usr/share/doc/libz1/copyright", COPYRIGHT),
        symlink("usr/share/doc/zlib-bin", "libz1"),
        file(SIX, b"Name: six\nVersion: 1\nLicense: MIT\n"),
    )
    own = layer(
        file(FLASK + "RECORD", b"flask/app.py,,\n"),
        file(FLASK + "METADATA", METADATA),
        file(OLD, b"Name: old\nVersion: 2\nLicense: Apache 2\n"),
        manifest("plain", "MIT"),
        manifest("either", {"type": "(MIT OR Apache-2.0)"}),
        manifest("none", "UNLICENSED"),
        manifest("hostile", "\x1b[31m" + "(" * 5000),
    )
    (project / "app.tar").write_bytes(docker_archive(base, own))
    return "app.tar"


def written(run, image, *arguments):
    result = run("sbom", image, "--format", *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def stated(run, image):
    document = json.loads(written(run, image, "json"))
    validator("sbom", "bill").validate(document)
    return {item["name"]: item["licenses"] for item in document["packages"]}


GPL = {"expression": "GPL-2.0-or-later AND MIT"}


def test_each_kind_of_package_has_its_licences(run, image):
    found = stated(run, image)
    hostile = found.pop("hostile")
    assert found == {
        "libz1": [GPL, {"name": "Artistic"}],
        "zlib-bin": [GPL, {"name": "Artistic"}],
        "python3-six": [],
        "flask": [{"expression": "BSD-3-Clause OR MIT"}],
        "old": [{"name": "Apache 2"}],
        "plain": [{"expression": "MIT"}],
        "either": [{"expression": "MIT OR Apache-2.0"}],
        "none": [{"name": "UNLICENSED"}],
    }
    (name,) = (each["name"] for each in hostile)
    assert len(name) == 201


@IN_UTF_8
@pytest.mark.parametrize("version", ["1.6", "1.7"])
def test_cyclonedx_has_ids_names_or_one_expression(run, image, version):
    text = written(run, image, "cyclonedx-json", "--spec-version", version)
    judge = JsonStrictValidator(SchemaVersion.from_version(version))
    assert judge.validate_str(text) is None
    parts = json.loads(text)["components"]
    found = {part["name"]: part.get("licenses", []) for part in parts}
    assert found["python3-six"] == []
    (plain,) = found["plain"]
    assert plain["license"]["id"] == "MIT"
    (flask,) = found["flask"]
    assert flask["expression"] == "BSD-3-Clause OR MIT"
    names = {each["license"]["name"] for each in found["libz1"]}
    assert names == {GPL["expression"], "Artistic"}


def test_spdx_has_one_expression_and_what_each_name_stands_for(run, image):
    document = json.loads(written(run, image, "spdx-json"))
    parsed = JsonLikeDictParser().parse(document)
    assert validate_full_spdx_document(parsed, "SPDX-2.3") == []
    found = {item["name"]: item.get("licenseDeclared") for item in document["packages"]}
    assert found["flask"] == "BSD-3-Clause OR MIT"
    assert found["python3-six"] is None
    references = {
        item["licenseId"]: item["name"]
        for item in document["hasExtractedLicensingInfos"]
    }
    artistic = found["libz1"].rpartition(" ")[2]
    assert references[artistic] == "Artistic"
    assert found["libz1"] == f"(GPL-2.0-or-later AND MIT) AND {artistic}"
    assert found["zlib-bin"] == found["libz1"]


def test_a_distribution_without_record_has_a_row_unless_a_deb_brought_it(run, image):
    names = stated(run, image).keys()
    assert "old" in names
    assert "six" not in names


def test_a_vendored_distribution_has_a_row_of_its_own(run, project):
    inner = SITE + "setuptools/_vendor/wheel-0.45.1.dist-info/"
    outer = SITE + "setuptools-80.0.dist-info/RECORD"
    archive = docker_archive(
        layer(
            file(outer, b"setuptools/_vendor/wheel-0.45.1.dist-info/METADATA,,\n"),
            file(inner + "METADATA", b"Name: wheel\nVersion: 0.45.1\n"),
        )
    )
    (project / "a.tar").write_bytes(archive)
    assert stated(run, "a.tar").keys() == {"setuptools", "wheel"}


def test_the_same_image_gives_the_same_licences_in_order(run, image):
    first, second = (written(run, image, "cyclonedx-json") for _ in range(2))
    assert first == second
