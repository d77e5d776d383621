"""`lightship sbom`: packages with what brought them, valid by the schemas, the same bytes each time."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from images import docker_archive, file, layer, row, whiteout
from locales import IN_UTF_8
from schemas import validator
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import (
    JsonLikeDictParser,
)
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

STATUS = (
    "Package: libc6\nStatus: install ok installed\nVersion: 2.41-12\nArchitecture: amd64\nSource: glibc\n\n"
    "Package: libc6\nStatus: install ok installed\nVersion: 2.41-12\nArchitecture: i386\n\n"
)
BASE = layer(
    file("etc/os-release", b'ID=debian\nVERSION_ID="13"\n'),
    file("var/lib/dpkg/status", STATUS.encode()),
)
FLASK = "usr/lib/python3/site-packages/Flask-3.1.0.dist-info/RECORD"
GONE = "usr/lib/python3/site-packages/gone-1.dist-info/RECORD"
PIP = layer(file(FLASK, b"flask/app.py,,\n"), file(GONE, b"gone.py,,\n"))
NPM = layer(
    file(
        "app/node_modules/@types/node/package.json",
        b'{"name": "@types/node", "version": "22.1.0"}',
    ),
    file(
        b"app/node_modules/\x1b[31m\xff/package.json",
        b'{"name": "\\u001b[31m", "version": "1"}',
    ),
    whiteout("usr/lib/python3/site-packages/gone-1.dist-info"),
)
KIT = "buildkit.dockerfile.v0"
HISTORY = [
    row("/bin/sh -c #(nop) ADD file:1 in / "),
    row("RUN /bin/sh -c pip install flask # buildkit", comment=KIT),
    row("COPY . /app # buildkit", comment=KIT),
]
DOCKERFILE = "FROM debian:13\nRUN pip install flask\n\nCOPY . /app\n"


@pytest.fixture
def image(project):
    archive = docker_archive(BASE, PIP, NPM, history=HISTORY, tag="shop/app:1")
    (project / "app.tar").write_bytes(archive)
    (project / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    return "app.tar"


def packages(run, image):
    result = run("sbom", image, "--file", "Dockerfile", "--format", "json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    validator("sbom", "bill").validate(document)
    return {package["purl"]: package for package in document["packages"]}


def test_every_package_has_its_line_and_whether_the_base_brought_it(run, image):
    found = packages(run, image)
    said = {
        purl: (item["layer"], item["line"], item["base"])
        for purl, item in found.items()
    }
    assert said == {
        "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13": (0, None, True),
        "pkg:deb/debian/libc6@2.41-12?arch=i386&distro=debian-13": (0, None, True),
        "pkg:pypi/flask@3.1.0": (1, "Dockerfile:2", False),
        "pkg:npm/%40types/node@22.1.0": (2, "Dockerfile:4", False),
        "pkg:npm/%1b%5b31m@1": (2, "Dockerfile:4", False),
    }


def test_a_package_says_which_file_names_it(run, image):
    found = packages(run, image)
    assert found["pkg:pypi/flask@3.1.0"]["paths"] == [{"path": f"/{FLASK}"}]


GLIBC = "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13"


def test_a_deb_says_its_architecture_and_source(run, image):
    found = packages(run, image)
    assert found[GLIBC]["architecture"] == "amd64"
    assert found[GLIBC]["source"] == {"name": "glibc", "version": "2.41-12"}
    flask = found["pkg:pypi/flask@3.1.0"]
    assert (flask["architecture"], flask["source"]) == (None, None)


def test_cyclonedx_and_spdx_say_the_source_of_a_deb(run, image):
    result = run("sbom", image, "--format", "cyclonedx-json")
    parts = json.loads(result.stdout)["components"]
    (libc,) = (part for part in parts if part["purl"] == GLIBC)
    said = {item["name"]: item["value"] for item in libc["properties"]}
    assert said["lightship:architecture"] == "amd64"
    assert said["lightship:source"] == "glibc"
    assert said["lightship:source:version"] == "2.41-12"
    result = run("sbom", image, "--format", "spdx-json")
    told = [item.get("sourceInfo") for item in json.loads(result.stdout)["packages"]]
    assert "built from glibc 2.41-12" in told


@IN_UTF_8
@pytest.mark.parametrize("version", ["1.6", "1.7"])
def test_cyclonedx_is_valid_and_names_the_same_packages(run, image, version):
    result = run("sbom", image, "--format", "cyclonedx-json", "--spec-version", version)
    assert result.exit_code == 0, result.stderr
    judge = JsonStrictValidator(SchemaVersion.from_version(version))
    assert judge.validate_str(result.stdout) is None
    document = json.loads(result.stdout)
    assert document["specVersion"] == version
    purls = {component["purl"] for component in document["components"]}
    assert purls == set(packages(run, image))


def test_cyclonedx_has_layer_and_line_as_properties(run, image):
    result = run("sbom", image, "--file", "Dockerfile", "--format", "cyclonedx-json")
    parts = json.loads(result.stdout)["components"]
    (flask,) = (part for part in parts if part["name"] == "flask")
    said = {item["name"]: item["value"] for item in flask["properties"]}
    assert said["lightship:line"] == "Dockerfile:2"
    assert said["lightship:layer"] == "1"
    assert said["lightship:base"] == "false"
    (occurrence,) = flask["evidence"]["occurrences"]
    assert occurrence["location"] == f"/{FLASK}"


def test_the_same_image_gives_the_same_bytes(run, image):
    arguments = ("sbom", image, "--format", "cyclonedx-json")
    first, second = (run(*arguments).stdout for _ in range(2))
    assert first == second
    time = json.loads(first)["metadata"].get("timestamp")
    given = run(*arguments, env={"SOURCE_DATE_EPOCH": "1767225600"}).stdout
    metadata = json.loads(given)["metadata"]
    assert metadata["timestamp"].startswith("2026-01-01T00:00:00")
    assert time is None or time.startswith("2026-01-01")


def test_a_time_that_is_none_is_said(run, image):
    result = run("sbom", image, env={"SOURCE_DATE_EPOCH": "soon"})
    assert result.exit_code == 2
    assert "invalid SOURCE_DATE_EPOCH 'soon': write seconds" in result.stderr


def test_text_has_a_row_for_each_package_and_obeys_no_name(run, image):
    result = run("sbom", image, "--file", "Dockerfile")
    rows = result.stdout.splitlines()
    assert rows[0].split() == ["name", "version", "type", "layer", "line", "from"]
    (flask,) = (row for row in rows if row.startswith("flask"))
    assert flask.split() == ["flask", "3.1.0", "python", "2", "Dockerfile:2", "yours"]
    assert rows[-1] == "5 packages, 2 of them from the base image"
    assert "\x1b" not in result.stdout


def test_an_image_without_packages_has_an_empty_bill(run, project):
    (project / "a.tar").write_bytes(docker_archive(layer(file("a", 1))))
    result = run("sbom", "a.tar", "--format", "cyclonedx-json")
    assert result.exit_code == 0, result.stderr
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(result.stdout) is None
    assert "components" not in json.loads(result.stdout)


def test_spdx_is_valid_and_names_the_same_packages(run, image):
    result = run("sbom", image, "--file", "Dockerfile", "--format", "spdx-json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    parsed = JsonLikeDictParser().parse(document)
    assert validate_full_spdx_document(parsed, "SPDX-2.3") == []
    purls = {
        reference["referenceLocator"]
        for package in document["packages"]
        for reference in package.get("externalRefs", ())
    }
    assert purls == set(packages(run, image))
    comments = {item["name"]: item.get("comment") for item in document["packages"]}
    assert comments["flask"] == "layer 2, Dockerfile:2"
    assert comments["libc6"] == "layer 1, the base image"


def test_the_same_image_gives_the_same_spdx(run, image):
    arguments = ("sbom", image, "--format", "spdx-json")
    first, second = (run(*arguments).stdout for _ in range(2))
    assert first == second
    given = run(*arguments, env={"SOURCE_DATE_EPOCH": "1767225600"}).stdout
    created = json.loads(given)["creationInfo"]["created"]
    assert created == "2026-01-01T00:00:00Z"


def test_spdx_of_an_image_without_a_time_is_valid(run, project):
    (project / "a.tar").write_bytes(docker_archive(layer(file("a", 1))))
    result = run("sbom", "a.tar", "--format", "spdx-json")
    parsed = JsonLikeDictParser().parse(json.loads(result.stdout))
    assert validate_full_spdx_document(parsed, "SPDX-2.3") == []


def test_markdown_folds_what_the_base_brought_and_obeys_no_name(run, image):
    arguments = ("sbom", image, "--file", "Dockerfile", "--format", "markdown")
    text = run(*arguments).stdout
    own, fold, base = text.partition("<details>")
    assert text.startswith("**5 packages, 2 of them from the base image**")
    assert "| `flask` | `3.1.0` | python | Dockerfile:2 |" in own
    assert fold
    assert base.count("`libc6`") == 2
    assert "\x1b" not in text


def test_markdown_fits_into_a_comment(run, project):
    name = "node_modules/{0}/package.json"
    files = [
        file(name.format(at), b'{"name": "%s|%d"}' % (b"`" * 40, at))
        for at in range(2000)
    ]
    (project / "a.tar").write_bytes(docker_archive(layer(*files)))
    text = run("sbom", "a.tar", "--format", "markdown").stdout
    assert len(text) < 66_000
    assert "The rest is left out" in text
