"""`lightship sbom --format spdx3-json`: valid by the model's own shapes, and the same bytes each time."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from images import docker_archive, file, layer, row
from locales import IN_UTF_8
from spdx_python_model.bindings import v3_0_1 as spdx

from lightship.vulns.read_sbom import read_sbom

KIT = "buildkit.dockerfile.v0"
STATUS = (
    "Package: libc6\nStatus: install ok installed\nVersion: 2.41-12+b1\n"
    "Architecture: amd64\nSource: glibc (2.41-12)\n\n"
    "Package: libz1\nStatus: install ok installed\nVersion: 1-1\nArchitecture: amd64\n"
    "Depends: libc6 (>= 2.3)\n\n"
)
SITE = "usr/lib/python3/site-packages/"
COPYRIGHT = (
    b"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
    b"Files: *\nLicense: GPL-2+\n\nFiles: x\nLicense: Artistic\n"
)
BASE = layer(
    file("etc/os-release", b'ID=debian\nVERSION_ID="13"\n'),
    file("var/lib/dpkg/status", STATUS.encode()),
    file("usr/share/doc/libz1/copyright", COPYRIGHT),
)
FLASK = SITE + "flask-3.1.0.dist-info/"
METADATA = b"Name: Flask\nVersion: 3.1.0\nLicense-Expression: BSD-3-Clause OR MIT\n"
OWN = layer(
    file(FLASK + "RECORD", b"flask/app.py,,\n"),
    file(FLASK + "METADATA", METADATA),
    file(
        b"app/node_modules/\x1b[31m\xff/package.json",
        b'{"name": "\\u001b[31m\\ud800", "version": "1", "license": "own words"}',
    ),
)
HISTORY = [
    row("/bin/sh -c #(nop) ADD file:1 in / "),
    row("COPY . / # buildkit", comment=KIT),
]
ARGUMENTS = ("--file", "Dockerfile", "--format", "spdx3-json")


@pytest.fixture
def image(project):
    archive = docker_archive(BASE, OWN, history=HISTORY, tag="shop/app:1")
    (project / "app.tar").write_bytes(archive)
    (project / "Dockerfile").write_text("FROM debian:13\nCOPY . /\n", encoding="utf-8")
    return "app.tar"


def written(run, name, *arguments, **options):
    result = run("sbom", name, *arguments, **options)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def read(text):
    """The document as the library reads it, which refuses what the model's shapes do not allow."""
    objects = spdx.SHACLObjectSet()
    spdx.JSONLDDeserializer().deserialize_data(json.loads(text), objects)
    assert objects.link() == set(), "addresses without an element"
    return objects


def of_kind(objects, kind):
    return sorted(objects.foreach_type(kind), key=lambda each: each.spdxId)


def related(objects, kind):
    ends = defaultdict(set)
    for relation in of_kind(objects, spdx.Relationship):
        if relation.relationshipType == kind:
            ends[relation.from_.name].update(relation.to)
    return ends


@IN_UTF_8
def test_the_document_is_valid_and_lists_each_package_once(run, image):
    objects = read(written(run, image, *ARGUMENTS))
    (document,) = of_kind(objects, spdx.SpdxDocument)
    (listed,) = document.rootElement
    (whole,) = listed.rootElement
    assert isinstance(listed, spdx.software_Sbom)
    assert whole.name == "app.tar"
    assert whole.software_primaryPurpose == spdx.software_SoftwarePurpose.container
    contents = related(objects, spdx.RelationshipType.contains)["app.tar"]
    packages = set(of_kind(objects, spdx.software_Package))
    assert contents == packages - {whole}
    purls = {each.software_packageUrl for each in contents}
    told = json.loads(written(run, image, "--format", "json"))["packages"]
    assert purls == {each["purl"] for each in told}
    others = set(objects.foreach_type(spdx.Element)) - {document, listed}
    assert set(listed.element) == others


def properties(package):
    found = defaultdict(list)
    for extension in package.extension:
        for entry in extension.extension_cdxProperty:
            found[entry.extension_cdxPropName].append(entry.extension_cdxPropValue)
    return found


def test_a_package_has_what_brought_it(run, image):
    objects = read(written(run, image, *ARGUMENTS))
    packages = {each.name: each for each in of_kind(objects, spdx.software_Package)}
    flask = properties(packages["flask"])
    assert flask["lightship:line"] == ["Dockerfile:2"]
    assert flask["lightship:layer"] == ["1"]
    assert flask["lightship:base"] == ["false"]
    assert flask["lightship:path"] == [f"/{FLASK}RECORD"]
    libc = properties(packages["libc6"])
    assert libc["lightship:base"] == ["true"]
    assert libc["lightship:source:version"] == ["2.41-12"]


def test_relations_are_those_of_the_bill(run, image):
    objects = read(written(run, image, *ARGUMENTS))
    needs = related(objects, spdx.RelationshipType.dependsOn)
    names = {name: {each.name for each in ends} for name, ends in needs.items()}
    assert names == {"libz1": {"libc6"}}


def test_licences_are_expressions_and_a_name_has_an_element(run, image):
    objects = read(written(run, image, *ARGUMENTS))
    declared = related(objects, spdx.RelationshipType.hasDeclaredLicense)
    (flask,) = declared["flask"]
    assert flask.simplelicensing_licenseExpression == "BSD-3-Clause OR MIT"
    (libz1,) = declared["libz1"]
    (entry,) = libz1.simplelicensing_customIdToUri
    stated = libz1.simplelicensing_licenseExpression
    assert stated == f"GPL-2.0-or-later AND {entry.key}"
    text = objects.find_by_id(entry.value)
    assert text.simplelicensing_licenseText == "Artistic"
    assert "libc6" not in declared


def test_the_same_image_gives_the_same_bytes(run, image):
    first, second = (written(run, image, *ARGUMENTS) for _ in range(2))
    assert first == second
    env = {"SOURCE_DATE_EPOCH": "1767225600"}
    (document,) = of_kind(
        read(written(run, image, *ARGUMENTS, env=env)), spdx.SpdxDocument
    )
    assert document.creationInfo.created.isoformat() == "2026-01-01T00:00:00+00:00"


def test_nothing_to_list_is_valid(run, project):
    (project / "a.tar").write_bytes(docker_archive(layer(file("a", 1))))
    objects = read(written(run, "a.tar", "--format", "spdx3-json"))
    (whole,) = of_kind(objects, spdx.software_Package)
    assert whole.software_primaryPurpose == spdx.software_SoftwarePurpose.container


def test_a_directory_is_a_source(run, project):
    (project / "requirements.txt").write_text("flask==3.1.0\n", encoding="utf-8")
    objects = read(written(run, ".", "--format", "spdx3-json"))
    (listed,) = of_kind(objects, spdx.software_Sbom)
    assert listed.software_sbomType == [spdx.software_SbomType.source]
    flask, whole = sorted(
        of_kind(objects, spdx.software_Package), key=lambda each: each.name != "flask"
    )
    assert properties(flask) == {"lightship:path": ["requirements.txt"]}
    assert listed.rootElement == [whole]


def test_vulns_reads_it_as_it_reads_the_others(run, image):
    expected = read_sbom(
        written(
            run, image, "--file", "Dockerfile", "--format", "cyclonedx-json"
        ).encode(),
        "a",
    )
    found = read_sbom(written(run, image, *ARGUMENTS).encode(), "a")
    assert sorted(found.subjects, key=str) == sorted(expected.subjects, key=str)
