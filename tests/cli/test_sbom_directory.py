"""`lightship sbom DIRECTORY`: what would be in an image, as lock files say it."""

from __future__ import annotations

import json
import os

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from locales import IN_UTF_8
from schemas import validator
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import (
    JsonLikeDictParser,
)
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

CARGO = '[[package]]\nname = "serde"\nversion = "1.0.210"\nsource = "registry+x"\n'


@pytest.fixture
def directory(project):
    shop = project / "shop"
    (shop / "web" / "node_modules" / "a").mkdir(parents=True)
    (shop / "Cargo.lock").write_text(CARGO, encoding="utf-8")
    (shop / "requirements.txt").write_text("flask==3.1.0\nrequests\n")
    (shop / "requirements-dev.txt").write_text("flask==3.1.0\n")
    (shop / "go.mod").write_text("require github.com/BurntSushi/toml v1.4.0\n")
    (shop / "composer.lock").write_text("{")
    packages = {"node_modules/@types/node": {"version": "22.1.0", "license": "MIT"}}
    web = json.dumps({"packages": packages})
    (shop / "web" / "package-lock.json").write_text(web, encoding="utf-8")
    (shop / "web" / "node_modules" / "a" / "yarn.lock").write_text("b@1:\n")
    (project / "elsewhere.lock").write_text(
        CARGO.replace("serde", "linked"), encoding="utf-8"
    )
    os.symlink("../../elsewhere.lock", shop / "web" / "Cargo.lock")
    return "shop"


def written(run, directory, *arguments):
    result = run("sbom", directory, "--format", *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


PURLS = {
    "pkg:cargo/serde@1.0.210",
    "pkg:golang/github.com/BurntSushi/toml@v1.4.0",
    "pkg:npm/%40types/node@22.1.0",
    "pkg:pypi/flask@3.1.0",
}


def test_each_package_says_which_files_name_it(run, directory):
    document = json.loads(written(run, directory, "json"))
    validator("sbom", "bill").validate(document)
    assert (document["image"], document["directory"]) == (None, "shop")
    packages = {item["purl"]: item for item in document["packages"]}
    assert packages.keys() == PURLS
    flask = packages["pkg:pypi/flask@3.1.0"]
    files = [item["path"] for item in flask["paths"]]
    assert files == ["requirements-dev.txt", "requirements.txt"]
    assert (flask["layer"], flask["base"], flask["line"]) == (None, None, None)
    node = packages["pkg:npm/%40types/node@22.1.0"]
    assert node["licenses"] == [{"expression": "MIT"}]
    assert document["notes"] == [
        "composer.lock: it is not a JSON object; its packages are not known",
        "requirements.txt: not listed: 1 requirement without an exact version (==)",
    ]


def test_notes_are_warnings(run, directory):
    result = run("sbom", directory)
    assert "warning: composer.lock: it is not a JSON object" in result.stderr


def test_text_has_the_file_in_place_of_a_layer(run, directory):
    rows = run("sbom", directory).stdout.splitlines()
    assert rows[0].split() == ["name", "version", "type", "file"]
    (flask,) = (row for row in rows if row.startswith("flask"))
    assert flask.split() == "flask 3.1.0 python requirements-dev.txt and 1 more".split()
    assert rows[-1] == "4 packages"


@IN_UTF_8
@pytest.mark.parametrize("version", ["1.6", "1.7"])
def test_cyclonedx_is_valid(run, directory, version):
    text = written(run, directory, "cyclonedx-json", "--spec-version", version)
    judge = JsonStrictValidator(SchemaVersion.from_version(version))
    assert judge.validate_str(text) is None
    document = json.loads(text)
    assert document["metadata"]["component"]["name"] == "shop"
    assert {part["purl"] for part in document["components"]} == PURLS
    named = {
        item["name"]
        for part in document["components"]
        for item in part.get("properties", ())
    }
    assert named == set()  # fmt: skip


def test_spdx_is_valid(run, directory):
    document = json.loads(written(run, directory, "spdx-json"))
    assert validate_full_spdx_document(JsonLikeDictParser().parse(document), "SPDX-2.3") == []  # fmt: skip
    comments = {item["name"]: item.get("comment") for item in document["packages"]}
    assert comments["flask"] == "requirements-dev.txt, requirements.txt"
    assert comments["shop"] is None


def test_a_directory_without_locks_has_an_empty_bill(run, project):
    (project / "empty").mkdir()
    assert json.loads(written(run, "empty", "json"))["packages"] == []


def test_the_same_directory_gives_the_same_bytes(run, directory):
    for form in ("cyclonedx-json", "spdx-json"):
        assert written(run, directory, form) == written(run, directory, form)


def test_markdown_has_the_file(run, directory):
    rows = run("sbom", directory, "--format", "markdown").stdout.splitlines()
    assert rows[0] == "**4 packages**"
    assert "| `serde` | `1.0.210` | cargo | Cargo.lock |  |" in rows
    assert "| `@types/node` | `22.1.0` | npm | web/package-lock.json | MIT |" in rows


def test_no_name_of_a_file_is_obeyed(run, project):
    (project / "odd").mkdir()
    (project / "odd" / "requirements-\x1b[31m.txt").write_text("flask==3\nopen\n")
    for form in ("text", "markdown", "json", "cyclonedx-json", "spdx-json"):
        result = run("sbom", "odd", "--format", form)
        assert "flask" in result.stdout
        assert "\x1b" not in result.stdout + result.stderr
