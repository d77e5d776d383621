"""`lightship vulns`: a copy of OSV, and what it says of bills of materials and images."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from images import docker_archive, file, layer, row
from schemas import validator

HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
KIT = "buildkit.dockerfile.v0"
STATUS = (
    "Package: libssl3\nStatus: install ok installed\nVersion: 3.0.1-1+b2\nArchitecture: amd64\n"
    "Source: openssl (3.0.1-1)\n\n"
)


def record(name, ecosystem, package, events, **more):
    modified = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    ranges = [{"type": "ECOSYSTEM", "events": events}]
    entry = {"package": {"ecosystem": ecosystem, "name": package}, "ranges": ranges}
    return {"id": name, "modified": modified, "affected": [entry], **more}


def until(version):
    return [{"introduced": "0"}, {"fixed": version}]


PYSEC = record("PYSEC-1", "PyPI", "Flask", until("2.0"), aliases=["CVE-1-1", "GHSA-1"])
GHSA = record(
    "GHSA-1",
    "PyPI",
    "flask",
    until("2.1"),
    aliases=["CVE-1-1"],
    severity=[{"type": "CVSS_V3", "score": HIGH}],
    summary="\x1b[31m read files",
)
LATER = record("PYSEC-2", "PyPI", "flask", [{"introduced": "0"}])
GONE = record(
    "PYSEC-3", "PyPI", "flask", [{"introduced": "0"}], withdrawn="2026-01-01T00:00:00Z"
)
DEBIAN = record(
    "DEBIAN-CVE-2", "Debian:12", "openssl", until("3.0.2-1"), upstream=["CVE-2-2"]
)
OTHER = record("DEBIAN-CVE-3", "Debian:13", "openssl", [{"introduced": "0"}])
DSA = record(
    "DSA-1", "Debian:12", "openssl", until("3.0.2-1"), upstream=["CVE-2-2", "CVE-2-3"]
)
RECORDS = (PYSEC, GHSA, LATER, GONE, DEBIAN, OTHER, DSA)
SBOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [{"type": "library", "name": "Flask", "purl": "pkg:pypi/flask@1.0"}],
}


def fill(folder, records):
    folder.mkdir(exist_ok=True)
    for item in records:
        (folder / f"{item['id']}.json").write_text(json.dumps(item))


@pytest.fixture
def database(run, project, monkeypatch):
    monkeypatch.setenv("LIGHTSHIP_VULNS_DATABASE", str(project / "copy.sqlite"))
    fill(project / "osv", RECORDS)
    result = run("vulns", "update", "--from", "osv")
    assert result.exit_code == 0, result.stderr
    assert "PyPI: 3 records" in result.stderr
    assert "skipped 1 record: withdrawn" in result.stderr
    (project / "a.json").write_text(json.dumps(SBOM))
    return project / "copy.sqlite"


def found(run, *arguments):
    result = run("vulns", *arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    validator("vulns", "vulns").validate(document)
    return document


def test_records_of_one_flaw_are_one_vulnerability(run, database):
    document = found(run, "a.json")
    first, second = document["vulnerabilities"]
    assert first["ids"] == ["CVE-1-1", "GHSA-1", "PYSEC-1"]
    assert (first["rating"], first["score"], first["fixed"]) == ("high", 7.5, "2.1")
    assert (second["id"], second["rating"], second["fixed"]) == (
        "PYSEC-2",
        "unknown",
        None,
    )


def test_what_to_do_first_is_said_with_what_goes_by_it(run, database):
    (action,) = found(run, "a.json")["actions"]
    assert (action["kind"], action["to"]) == ("upgrade", "2.1")
    assert (action["gone"], action["total"]) == (1, 2)
    text = run("vulns", "a.json").stdout
    assert "upgrade flask 1.0 to 2.1: 1 of 2 gone" in text
    assert "2 known vulnerabilities in 1 package of 1: 1 high, 1 unknown" in text
    assert "copy of OSV of " in text


@pytest.fixture
def image(project):
    os_release = file("etc/os-release", b'ID=debian\nVERSION_ID="12"\n')
    base = layer(os_release, file("var/lib/dpkg/status", STATUS.encode()))
    pip = layer(
        file("usr/lib/python3/site-packages/flask-1.0.dist-info/RECORD", b"a.py,,\n")
    )
    history = [
        row("/bin/sh -c #(nop) ADD file:1 in / "),
        row("RUN /bin/sh -c pip install flask # buildkit", comment=KIT),
    ]
    (project / "app.tar").write_bytes(docker_archive(base, pip, history=history))
    (project / "Dockerfile").write_text("FROM debian:12\nRUN pip install flask\n")
    return "app.tar"


def test_an_image_says_which_line_brought_what(run, database, image):
    document = found(run, image, "--file", "Dockerfile")
    said = {
        (
            item["id"],
            item["package"],
            item["package_version"],
            item["installed"][0]["line"],
        )
        for item in document["vulnerabilities"]
    }
    assert said == {
        ("CVE-1-1", "flask", "1.0", "Dockerfile:2"),
        ("PYSEC-2", "flask", "1.0", "Dockerfile:2"),
        ("CVE-2-2", "openssl", "3.0.1-1", None),
        ("CVE-2-3", "openssl", "3.0.1-1", None),
    }
    kinds = {(item["kind"], item["gone"]) for item in document["actions"]}
    assert kinds == {("upgrade", 1), ("base", 2)}


def test_a_directory_is_judged_by_its_lock_files(run, database, project):
    folder = project / "app"
    folder.mkdir()
    (folder / "requirements.txt").write_text("Flask==1.0\n")
    document = found(run, "app")
    first, second = document["vulnerabilities"]
    assert (first["id"], second["id"]) == ("CVE-1-1", "PYSEC-2")
    (installed,) = first["installed"]
    assert (installed["line"], installed["layer"]) == ("requirements.txt", None)
    (log,) = json.loads(run("vulns", "app", "--format", "sarif").stdout)["runs"]
    place = log["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "requirements.txt"}}


def test_sarif_stands_at_the_line_and_has_no_control_character(run, database, image):
    result = run("vulns", image, "--file", "Dockerfile", "--format", "sarif")
    (log,) = json.loads(result.stdout)["runs"]
    (flask,) = (item for item in log["results"] if item["ruleId"] == "CVE-1-1")
    place = flask["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "Dockerfile"
    assert place["region"] == {"startLine": 2}
    assert flask["level"] == "error"
    rule = log["tool"]["driver"]["rules"][flask["ruleIndex"]]
    assert rule["properties"]["security-severity"] == "7.5"
    assert "\x1b" not in result.stdout


def test_markdown_has_a_row_for_each(run, database):
    text = run("vulns", "a.json", "--format", "markdown").stdout
    assert "| high 7.5 | `CVE-1-1` | `flask 1.0` | fixed in 2.1 |" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 0),
        (("--fail-on", "critical"), 0),
        (("--fail-on", "high"), 1),
        (("--fail-on", "any"), 1),
        (("--fail-on", "any", "--only-fixed"), 1),
    ],
)
def test_a_rating_decides_the_exit_code(run, database, arguments, code):
    assert run("vulns", "a.json", *arguments).exit_code == code


def test_only_fixed_leaves_out_what_has_no_fix(run, database):
    names = [
        item["id"] for item in found(run, "a.json", "--only-fixed")["vulnerabilities"]
    ]
    assert names == ["CVE-1-1"]


ACCEPTED = '[[ignore-vulnerability]]\nid = "GHSA-1"\nreason = "not called"\n'


def test_what_is_accepted_is_not_reported_until_its_day(run, database, project):
    config = project / "lightship.toml"
    config.write_text(ACCEPTED, encoding="utf-8")
    document = found(run, "a.json")
    assert [item["id"] for item in document["vulnerabilities"]] == ["PYSEC-2"]
    (accepted,) = document["accepted"]
    assert (accepted["id"], accepted["reason"]) == ("CVE-1-1", "not called")
    config.write_text(f"{ACCEPTED}until = 2020-01-01\n", encoding="utf-8")
    document = found(run, "a.json")
    assert len(document["vulnerabilities"]) == 2
    assert (
        "GHSA-1 is reported again: it was accepted until 2020-01-01"
        in document["notes"]
    )


def test_vex_silences_with_its_reason(run, database, project):
    statement = {
        "vulnerability": {"name": "GHSA-1"},
        "status": "not_affected",
        "justification": "component_not_present",
        "products": [{"@id": "pkg:pypi/flask@1.0"}],
    }
    context = "https://openvex.dev/ns/v0.2.0"
    vex = {"@context": context, "statements": [statement]}
    (project / "vex.json").write_text(json.dumps(vex))
    document = found(run, "a.json", "--vex", "vex.json")
    assert [item["id"] for item in document["vulnerabilities"]] == ["PYSEC-2"]
    (accepted,) = document["accepted"]
    assert (accepted["vex"], accepted["reason"]) == (
        "not_affected",
        "component_not_present",
    )
    for form in ("text", "markdown"):
        text = run("vulns", "a.json", "--vex", "vex.json", "--format", form).stdout
        assert "CVE-1-1 flask not" in text.replace("\\", "")
        assert "by VEX: component" in text
    (project / "vex.json").write_text("{}")
    result = run("vulns", "a.json", "--vex", "vex.json")
    assert result.exit_code == 2
    assert "vex.json is not OpenVEX" in result.stderr


def test_openvex_is_a_draft_that_vex_takes(run, database, project, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    text = run("vulns", "a.json", "--format", "openvex").stdout
    assert text == run("vulns", "a.json", "--format", "openvex").stdout
    document = json.loads(text)
    first, second = document["statements"]
    assert document["timestamp"] == "2026-01-01T00:00:00+00:00"
    assert first["vulnerability"]["aliases"] == ["GHSA-1", "PYSEC-1"]
    assert (first["status"], first["status_notes"]) == (
        "under_investigation",
        "fixed in 2.1",
    )
    (project / "vex.json").write_text(text, encoding="utf-8")
    assert len(found(run, "a.json", "--vex", "vex.json")["vulnerabilities"]) == 2
    first |= {"status": "not_affected", "impact_statement": "not called"}
    second["status"] = "fixed"
    (project / "vex.json").write_text(json.dumps(document))
    seen = found(run, "a.json", "--vex", "vex.json")
    assert not seen["vulnerabilities"]
    assert [item["vex"] for item in seen["accepted"]] == ["not_affected", "fixed"]
    again = run("vulns", "a.json", "--vex", "vex.json", "--format", "openvex").stdout
    said = [item["status"] for item in json.loads(again)["statements"]]
    assert said == ["not_affected", "fixed"]


def test_cyclonedx_vex_is_valid(run, database, image):
    result = run("vulns", image, "--file", "Dockerfile", "--format", "cyclonedx-vex")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(result.stdout) is None
    document = json.loads(result.stdout)
    (flask,) = (item for item in document["vulnerabilities"] if item["id"] == "CVE-1-1")
    assert flask["analysis"] == {"state": "in_triage", "detail": "fixed in 2.1"}
    (rating,) = flask["ratings"]
    assert (rating["severity"], rating["score"], rating["method"]) == (
        "high",
        7.5,
        "CVSSv31",
    )
    (target,) = flask["affects"]
    assert target["ref"] in {item["bom-ref"] for item in document["components"]}


def bill(project, *purls):
    parts = [{"type": "library", "name": "x", "purl": purl} for purl in purls]
    (project / "now.json").write_text(json.dumps({**SBOM, "components": parts}))


def test_a_baseline_tells_what_a_change_brings_and_removes(run, database, project):
    bill(project, "pkg:pypi/flask@1.0")
    before = run("vulns", "now.json", "--format", "json").stdout
    (project / "before.json").write_text(before, encoding="utf-8")
    bill(
        project, "pkg:pypi/flask@2.2", "pkg:deb/debian/openssl@3.0.1-1?distro=debian-12"
    )
    document = found(run, "now.json", "--baseline", "before.json")
    assert [item["id"] for item in document["vulnerabilities"]] == [
        "CVE-2-2",
        "CVE-2-3",
    ]
    change = document["baseline"]
    assert change["known"] == 1
    assert [item["id"] for item in change["gone"]] == ["CVE-1-1"]
    for form in ("text", "markdown"):
        text = run(
            "vulns", "now.json", "--baseline", "before.json", "--format", form
        ).stdout
        assert "2 new vulnerabilities" in text
        assert "1 known before, 1 gone" in text
        assert "gone: CVE-1-1 in flask 1.0" in text.replace("\\", "")


def test_what_an_earlier_report_has_fails_nothing(run, database, project):
    (project / "before.json").write_text(
        run("vulns", "a.json", "--format", "json").stdout, encoding="utf-8"
    )
    arguments = ("a.json", "--baseline", "before.json", "--fail-on", "any")
    assert run("vulns", *arguments).exit_code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not a report of lightship vulns"),
        ('{"version": 2}', "is not a report of lightship vulns"),
        ('{"version": 1}', "has no list of vulnerabilities"),
        ('{"version": 1, "vulnerabilities": [{"ids": []}]}', "vulnerability 1 of"),
        ('{"version": 1, "vulnerabilities": [{"ids": [1]}]}', "vulnerability 1 of"),
    ],
)
def test_what_is_no_report_is_an_error(run, database, project, text, words):
    (project / "before.json").write_text(text, encoding="utf-8")
    result = run("vulns", "a.json", "--baseline", "before.json")
    assert result.exit_code == 2
    assert words in result.stderr


def test_junit_fails_what_reaches_the_limit(run, database):
    result = run("vulns", "a.json", "--format", "junit", "--fail-on", "high")
    suite = ET.fromstring(result.stdout)[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert suite[0].get("name") == "CVE-1-1 flask 1.0"
    assert suite[0][0].get("message") == "high 7.5: fixed in 2.1"
    calm = run("vulns", "a.json", "--format", "junit").stdout
    assert ET.fromstring(calm)[0].get("failures") == "0"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('[[ignore-vulnerability]]\nid = "CVE-1"\n', "must have an id and a reason"),
        (f'{ACCEPTED}why = "x"\n', "has an unknown key 'why'"),
        (f'{ACCEPTED}until = "soon"\n', "must have a day as until"),
    ],
)
def test_a_wrong_table_is_an_error(run, database, project, text, wanted):
    (project / "lightship.toml").write_text(text, encoding="utf-8")
    result = run("vulns", "a.json")
    assert result.exit_code == 2
    assert wanted in result.stderr


def test_without_a_copy_the_command_says_how_to_get_one(run, project, monkeypatch):
    monkeypatch.setenv("LIGHTSHIP_VULNS_DATABASE", str(project / "none.sqlite"))
    (project / "a.json").write_text(json.dumps(SBOM))
    result = run("vulns", "a.json")
    assert result.exit_code == 2
    assert "run `lightship vulns update`" in result.stderr


def test_an_old_copy_is_refused_unless_it_is_allowed(run, database, project):
    old = {**LATER, "modified": "2026-01-01T00:00:00.123456789Z"}
    fill(project / "old", [old])
    run("vulns", "update", "--from", "old", "--database", "old.sqlite")
    result = run("vulns", "a.json", "--database", "old.sqlite")
    assert result.exit_code == 2
    assert "too old: its newest record is of 2026-01-01" in result.stderr
    allowed = run("vulns", "a.json", "--database", "old.sqlite", "--max-age", "9999")
    assert allowed.exit_code == 0, allowed.stderr


def test_an_ecosystem_that_the_copy_lacks_is_an_error(run, database, project):
    part = {"type": "library", "name": "a", "version": "1", "purl": "pkg:npm/a@1"}
    (project / "npm.json").write_text(json.dumps({**SBOM, "components": [part]}))
    result = run("vulns", "npm.json")
    assert result.exit_code == 2
    assert "run `lightship vulns update 'npm'`" in result.stderr


def test_a_mirror_of_zips_is_taken_over(run, database, project):
    (project / "mirror/PyPI").mkdir(parents=True)
    with zipfile.ZipFile(project / "mirror/PyPI/all.zip", "w") as archive:
        archive.writestr("PYSEC-2.json", json.dumps(LATER))
        archive.writestr("DEBIAN-CVE-2.json", json.dumps(DEBIAN))
    result = run("vulns", "update", "--from", "mirror")
    assert result.exit_code == 0, result.stderr
    status = json.loads(run("vulns", "status", "--format", "json").stdout)
    assert {item["name"]: item["records"] for item in status["ecosystems"]} == {
        "Debian": 3,
        "PyPI": 1,
    }


@pytest.mark.parametrize("damage", ["cut", "empty", "not a zip", "sum"])
def test_a_wrong_zip_leaves_the_old_copy(run, database, project, damage):
    path = project / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        if damage != "empty":
            archive.writestr("a.json", json.dumps(LATER))
    data = path.read_bytes()
    changed = {
        "cut": data[:60],
        "empty": data,
        "not a zip": b"hello",
        "sum": data.replace(b"PYSEC-2", b"PYSEC-9"),
    }
    path.write_bytes(changed[damage])
    before = database.read_bytes()
    result = run("vulns", "update", "--from", "all.zip")
    assert result.exit_code == 2
    assert "all.zip" in result.stderr
    assert database.read_bytes() == before
    assert not list(project.glob(".lightship-*"))


def test_hostile_records_are_skipped_and_counted(run, database, project):
    folder = project / "hostile"
    fill(folder, [LATER, record("LONG", "PyPI", "flask", until("1" * 10_000))])
    (folder / "deep.json").write_text("[" * 200_000)
    (folder / "large.json").write_bytes(b" " * (50 << 20))
    (folder / "list.json").write_text("[1]")
    result = run("vulns", "update", "--from", "hostile")
    assert result.exit_code == 0, result.stderr
    for reason in ("not JSON", "too large", "a version of more than", "not as OSV"):
        assert f"skipped 1 record: {reason}" in result.stderr


def listing(name, *versions):
    made = record(name, "PyPI", "flask", until("2.0"))
    made["affected"][0]["versions"] = list(versions)
    return made


def test_hostile_lists_of_versions_are_skipped_and_counted(run, database, project):
    hostile = (
        listing("MANY", *map(str, range(100_001))),
        listing("LONG", "1.0", "1" * 10_000),
        listing("NUMBER", "1.0", 2),
        listing("NONE", None),
    )
    fill(project / "hostile", [LATER, *hostile])
    result = run("vulns", "update", "--from", "hostile")
    assert result.exit_code == 0, result.stderr
    assert "skipped 1 record: too large" in result.stderr
    assert "skipped 1 record: a version of more than" in result.stderr
    assert "skipped 2 records: not as OSV" in result.stderr


def test_cycles_of_aliases_are_one_vulnerability(run, database, project):
    names = [f"PYSEC-{number}" for number in range(50)]
    ring = zip(names, [*names[1:], names[0]], strict=True)
    cycle = [
        record(name, "PyPI", "flask", until("2.0"), aliases=[next_one, name])
        for name, next_one in ring
    ]
    fill(project / "cycle", cycle)
    assert run("vulns", "update", "--from", "cycle").exit_code == 0
    (flaw,) = found(run, "a.json")["vulnerabilities"]
    assert flaw["records"] == sorted(names)


def test_a_zip_that_inflates_endlessly_is_skipped_and_counted(run, database, project):
    with zipfile.ZipFile(project / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("PYSEC-2.json", json.dumps(LATER))
        archive.writestr("bomb.json", b" " * (100 << 20))
    result = run("vulns", "update", "--from", "all.zip")
    assert result.exit_code == 0, result.stderr
    assert "skipped 1 record: too large" in result.stderr


def test_a_copy_that_is_none_is_an_error(run, database, project):
    database.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    result = run("vulns", "a.json")
    assert result.exit_code == 2
    assert "lightship vulns update" in result.stderr


def jar(group, artifact, version):
    buffer = io.BytesIO()
    place = f"META-INF/maven/{group}/{artifact}/pom.properties"
    text = f"groupId={group}\nartifactId={artifact}\nversion={version}\n"
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        archive.writestr(place, text)
    return file(f"app/{group}/{artifact}-{version}.jar", buffer.getvalue())


def test_jars_of_an_image_are_judged_in_mavens_order(run, database, project):
    fixed = record("GHSA-2", "Maven", "org.a:core", until("2.0.0.Final"))
    fill(project / "maven", [fixed])
    assert run("vulns", "update", "--from", "maven").exit_code == 0
    jars = (jar("org.a", "core", "2.0.0.CR1"), jar("org.b", "core", "2.0.0.CR1"))
    (project / "java.tar").write_bytes(docker_archive(layer(*jars)))
    (flaw,) = found(run, "java.tar")["vulnerabilities"]
    assert (flaw["package"], flaw["fixed"]) == ("org.a:core", "2.0.0.Final")
    (project / "new.tar").write_bytes(
        docker_archive(layer(jar("org.a", "core", "2.0.0")))
    )
    assert found(run, "new.tar")["vulnerabilities"] == []
