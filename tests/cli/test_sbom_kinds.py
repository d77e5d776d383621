"""Every kind of package of an image in `lightship sbom`, from an archive and from a stream."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from images import docker_archive, file, layer, oci_archive, whiteout
from sbom.named.elves import elf, go_info
from schemas import validator

MODULES = "path\tx\nmod\tx/app\tv0.1.0\ndep\tgolang.org/x/sys\tv0.26.0\th1:1\n"
PROGRAM = elf({".go.buildinfo": go_info("go1.23.4", MODULES)})
STATUS = (
    "Package: tool\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n"
)
GEMSPEC = b"# stub: rack 3.1.8 ruby lib\n"
BASE = layer(
    file("var/lib/dpkg/status", STATUS.encode()),
    file("var/lib/dpkg/info/tool.list", b"/usr/bin/tool\n"),
    file("usr/bin/tool", PROGRAM.replace(b"x/app", b"x/deb")),
    file("gone/specifications/gone-1.gemspec", GEMSPEC.replace(b"rack", b"gone")),
)
OWN = layer(
    file("usr/local/bin/app", PROGRAM),
    file("usr/lib/ruby/specifications/rack-3.1.8.gemspec", GEMSPEC),
    file("app/vendor/composer/installed.json", b'[{"name": "a/b", "version": "1"}]'),
    file("app/Shop.deps.json", b'{"libraries": {"Dapper/2.1": {"type": "package"}}}'),
    file("opt/conda/conda-meta/a.json", b'{"name": "a", "version": "1", "subdir": "noarch"}'),
    whiteout("gone"),
)  # fmt: skip
PURLS = {
    "pkg:deb/tool@1?arch=amd64",
    "pkg:golang/stdlib@1.23.4",
    "pkg:golang/x/app@v0.1.0",
    "pkg:golang/golang.org/x/sys@v0.26.0",
    "pkg:gem/rack@3.1.8",
    "pkg:composer/a/b@1",
    "pkg:nuget/Dapper@2.1",
    "pkg:conda/a@1?subdir=noarch",
}
FORMS = {
    "docker": docker_archive(BASE, OWN),
    "oci": oci_archive(BASE, OWN, compression="gzip"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_is_found_in_what_is_left_and_no_deb_has_it(run, project, form):
    (project / "a.tar").write_bytes(FORMS[form])
    result = run("sbom", "a.tar", "--format", "json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    validator("sbom", "bill").validate(document)
    packages = {item["purl"]: item for item in document["packages"]}
    assert packages.keys() == PURLS
    app = packages["pkg:golang/x/app@v0.1.0"]
    assert (app["layer"], app["paths"]) == (1, [{"path": "/usr/local/bin/app"}])


def test_cyclonedx_names_them_all(run, project):
    (project / "a.tar").write_bytes(FORMS["oci"])
    text = run("sbom", "a.tar", "--format", "cyclonedx-json").stdout
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert {part["purl"] for part in json.loads(text)["components"]} == PURLS
