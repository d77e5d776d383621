"""Known vulnerabilities in what commands show beside them: where there is a copy of OSV."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta

import pytest
from images import docker_archive, file, layer, row
from report.pages import data_of
from schemas import validator

from lightship.flows.build_options import BuildOptions
from lightship.flows.image_request import ImageRequest
from lightship.flows.images import inspect_image
from lightship.flows.vulns.proof_flaws import ProofFlaws

KIT = "buildkit.dockerfile.v0"
HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
OS = file("etc/os-release", b'ID=debian\nVERSION_ID="12"\n')
TOKEN = "gh" + "p_p7TnW2qZx9LkVd4RbYh6Ms8GcJ3uFa5EoX1i"


def advisory(name, package, fixed, ecosystem="PyPI", modified=None):
    modified = modified or datetime.now(UTC) - timedelta(hours=1)
    events = [{"introduced": "0"}, {"fixed": fixed}]
    ranges = [{"type": "ECOSYSTEM", "events": events}]
    affected = {"package": {"ecosystem": ecosystem, "name": package}, "ranges": ranges}
    return {
        "id": name,
        "modified": modified.isoformat(),
        "affected": [affected],
        "severity": [{"type": "CVSS_V3", "score": HIGH}],
    }


ADVISORIES = (
    advisory("PYSEC-1", "flask", "2.1"),
    advisory("PYSEC-2", "flask", "2.0"),
    advisory("PYSEC-3", "jinja2", "3.0"),
    advisory("GHSA-1", "cup", "2.0", "RubyGems"),
)


def filled(run, project, advisories):
    folder = project / "osv"
    folder.mkdir(exist_ok=True)
    for item in advisories:
        (folder / f"{item['id']}.json").write_text(json.dumps(item))
    assert run("vulns", "update", "--from", "osv").exit_code == 0


@pytest.fixture
def place(project, monkeypatch):
    monkeypatch.setenv("LIGHTSHIP_VULNS_DATABASE", str(project / "copy.sqlite"))
    (project / "Dockerfile").write_text("FROM debian:12\nRUN pip install flask\n")
    return project


@pytest.fixture
def database(run, place):
    filled(run, place, ADVISORIES)


def gem(name, version):
    """A file that names a package, and has a secret."""
    text = f'Gem::Specification.new do |s|\n  s.name = "{name}"\n  s.version = "{version}"\n'
    secret = f"  # {TOKEN}\nend\n"
    path = f"usr/lib/ruby/gems/3.1.0/specifications/{name}-{version}.gemspec"
    return file(path, f"{text}{secret}".encode())


def python(name, version):
    folder = f"usr/lib/python3/site-packages/{name}-{version}.dist-info"
    return file(f"{folder}/RECORD", b"a.py,,\n")


def image(path, *members):
    history = [
        row("/bin/sh -c #(nop) ADD file:1 in / "),
        row("RUN /bin/sh -c pip install flask # buildkit", comment=KIT),
    ]
    path.write_bytes(docker_archive(layer(OS), layer(*members), history=history))


@pytest.fixture
def app(place):
    pythons = python("flask", "1.0"), python("jinja2", "2.0")
    image(place / "app.tar", *pythons, gem("cup", "1.0"))


def inspected(run, *options):
    result = run("inspect", "app.tar", *options, "--format", "json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    validator("image", "inspection").validate(document)
    return document


def test_inspect_shows_how_many_and_what_to_do_first(run, database, app):
    flaws = inspected(run, "--file", "Dockerfile")["vulnerabilities"]
    assert (flaws["affected"], flaws["ratings"]) == (3, {"high": 4})
    assert [item["line"] for item in flaws["actions"]] == ["Dockerfile:2"] * 3
    text = run("inspect", "app.tar", "--file", "Dockerfile").stdout
    assert "KNOWN VULNERABILITIES  4 in 3 packages of 3: 4 high" in text
    assert "upgrade flask 1.0 to 2.1 (Dockerfile:2): 2 gone" in text
    assert "lightship vulns app.tar --file Dockerfile lists all" in text
    assert "copy of OSV of " in text
    markdown = run("inspect", "app.tar", "--format", "markdown").stdout
    assert "### Known vulnerabilities\n\n4 in 3 packages of 3: 4 high\n" in markdown
    assert "`lightship vulns app.tar` lists all" in markdown


def test_it_is_what_vulns_says(run, database, app):
    whole = json.loads(run("vulns", "app.tar", "--format", "json").stdout)
    flaws = inspected(run)["vulnerabilities"]
    for key in ("packages", "actions", "database", "notes"):
        assert flaws[key] == whole[key]
    assert sum(flaws["ratings"].values()) == len(whole["vulnerabilities"])


def test_what_names_packages_is_searched_for_secrets_as_before(run, database, app):
    with_copy = inspected(run)
    without = inspected(run, "--no-vulns")
    assert with_copy.pop("vulnerabilities")
    assert without.pop("vulnerabilities") is None
    assert with_copy == without
    assert any(item["group"] == "secrets" for item in without["findings"])


def test_without_a_copy_nothing_is_said_and_nothing_is_loaded(run, app, monkeypatch):
    for name in list(sys.modules):
        if name.startswith(("lightship.vulns", "lightship.flows.vulns.check")):
            monkeypatch.delitem(sys.modules, name)
    assert inspected(run)["vulnerabilities"] is None
    for form in ("text", "markdown"):
        stdout = run("inspect", "app.tar", "--format", form).stdout
        assert "vulnerabilities" not in stdout.lower()
    assert not [name for name in sys.modules if name.startswith("lightship.vulns.")]


def test_an_old_copy_is_said_to_be_too_old_and_is_not_asked(run, place, app):
    old = datetime.now(UTC) - timedelta(days=30)
    filled(run, place, [advisory("PYSEC-1", "flask", "2.1", modified=old)])
    flaws = inspected(run)["vulnerabilities"]
    assert flaws["not_shown"].startswith("the database has no records for 1 package")
    filled(run, place, [advisory("GHSA-1", "cup", "2.0", "RubyGems", old)])
    flaws = inspected(run)["vulnerabilities"]
    assert (flaws["ratings"], flaws["actions"]) == ({}, [])
    assert "the copy of OSV is too old" in flaws["not_shown"]
    for form in ("text", "markdown"):
        stdout = run("inspect", "app.tar", "--format", form).stdout
        assert "not shown: the copy of OSV is too old" in stdout
    assert run("inspect", "app.tar").exit_code == 0


def test_a_name_is_quoted_in_the_command(run, database, place):
    image(place / "a b.tar", python("flask", "1.0"))
    assert "lightship vulns 'a b.tar' lists all" in run("inspect", "a b.tar").stdout


def test_an_image_without_any_says_so(run, database, place):
    image(place / "new.tar", python("flask", "3.0"))
    assert (
        "KNOWN VULNERABILITIES  none in 1 package" in run("inspect", "new.tar").stdout
    )


@pytest.fixture
def other(app, place):
    pythons = python("flask", "2.0"), python("jinja2", "3.0")
    image(place / "new.tar", *pythons, gem("cup", "2.0"))


def compared(run, before, after, *options):
    result = run("compare", before, after, *options, "--format", "json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    validator("image", "comparison").validate(document)
    return document["vulnerabilities"]


def ids(rows):
    return {row["id"] for row in rows}


def test_compare_tells_what_a_change_brings_and_removes(run, database, other):
    change = compared(run, "app.tar", "new.tar")
    assert (ids(change["added"]), ids(change["removed"])) == (
        set(),
        {"PYSEC-2", "PYSEC-3", "GHSA-1"},
    )
    assert (change["before"]["ratings"], change["after"]["ratings"]) == (
        {"high": 4},
        {"high": 1},
    )
    back = compared(run, "new.tar", "app.tar", "--file", "Dockerfile")
    assert back["added"] == [
        {**row, "line": "Dockerfile:2"} for row in change["removed"]
    ]
    assert back["removed"] == []
    text = run("compare", "new.tar", "app.tar", "--file", "Dockerfile").stdout
    head = "3 new (3 high), 0 gone; 4 after the change"
    assert f"KNOWN VULNERABILITIES  {head}\n" in text
    assert "+ high 7.5: PYSEC-2 in flask 1.0, fixed in 2.0, Dockerfile:2\n" in text
    assert "copy of OSV of " in text
    markdown = run("compare", "new.tar", "app.tar", "--format", "markdown").stdout
    assert "### Known vulnerabilities\n\n" in markdown
    assert "PYSEC\\-2 in flask 1.0" in markdown or "PYSEC-2 in flask 1.0" in markdown


def test_an_image_beside_itself_brings_and_removes_nothing(run, database, app):
    change = compared(run, "app.tar", "app.tar")
    assert (change["added"], change["removed"]) == ([], [])
    assert change["before"] == change["after"]


def test_what_is_accepted_is_neither_new_nor_gone(run, database, other, place):
    accepted = '[[ignore-vulnerability]]\nid = "PYSEC-3"\nreason = "not called"\n'
    (place / "lightship.toml").write_text(accepted, encoding="utf-8")
    change = compared(run, "app.tar", "new.tar")
    assert ids(change["removed"]) == {"PYSEC-2", "GHSA-1"}


def test_two_images_without_a_copy_have_nothing_said_of_them(run, other):
    assert compared(run, "app.tar", "new.tar") is None
    for form in ("text", "markdown"):
        stdout = run("compare", "app.tar", "new.tar", "--format", form).stdout
        assert "vulnerabilities" not in stdout.lower()


def test_two_images_with_no_vulns_or_an_old_copy(run, place, other):
    old = datetime.now(UTC) - timedelta(days=30)
    outdated = [
        advisory("PYSEC-1", "flask", "2.1", modified=old),
        advisory("GHSA-1", "cup", "2.0", "RubyGems", old),
    ]
    filled(run, place, outdated)
    change = compared(run, "app.tar", "new.tar")
    assert "too old" in change["not_shown"]
    assert (change["before"], change["added"]) == (None, [])
    assert "not shown: the copy of OSV" in run("compare", "app.tar", "new.tar").stdout
    assert compared(run, "app.tar", "new.tar", "--no-vulns") is None


def page_of(run, *words):
    result = run(*words, "--format", "html")
    assert result.exit_code == 0, result.stderr
    return data_of(result.stdout)["flaws"]


def test_the_page_of_an_image_lists_them_with_what_to_do_first(run, database, app):
    flaws = page_of(run, "inspect", "app.tar", "--file", "Dockerfile")
    assert flaws["summary"] == "4 in 3 packages of 3: 4 high"
    assert flaws["actions"][0] == "upgrade flask 1.0 to 2.1 (Dockerfile:2): 2 gone"
    assert flaws["command"] == "lightship vulns app.tar --file Dockerfile"
    assert flaws["age"].startswith("copy of OSV of ")
    flask = ["high", 7.5, "PYSEC-1", "flask", "1.0", "2.1", "Dockerfile:2", "", ""]
    assert flask in flaws["found"]["rows"]
    assert flaws["found"]["total"] == 4


def test_the_page_of_two_images_lists_what_is_new_and_gone(run, database, other):
    flaws = page_of(run, "compare", "new.tar", "app.tar")
    assert flaws["summary"] == "3 new (3 high), 0 gone; 4 after the change"
    states = {row[0] for row in flaws["found"]["rows"]}
    assert (states, flaws["found"]["total"]) == ({"added"}, 3)
    back = page_of(run, "compare", "app.tar", "new.tar")
    assert {row[0] for row in back["found"]["rows"]} == {"removed"}


def test_pages_say_nothing_without_a_copy_and_why_where_it_is_too_old(
    run, place, other
):
    assert page_of(run, "inspect", "app.tar") is None
    assert page_of(run, "compare", "app.tar", "new.tar") is None
    old = datetime.now(UTC) - timedelta(days=30)
    outdated = [
        advisory("PYSEC-1", "flask", "2.1", modified=old),
        advisory("GHSA-1", "cup", "2.0", "RubyGems", old),
    ]
    filled(run, place, outdated)
    for words in (("inspect", "app.tar"), ("compare", "app.tar", "new.tar")):
        flaws = page_of(run, *words)
        assert "not shown: the copy of OSV is too old" in flaws["summary"]
        assert (flaws["found"], flaws["age"]) == ({"rows": [], "total": 0}, "")
        assert page_of(run, *words, "--no-vulns") is None


class NoCounter:
    total = None

    def add(self, number):
        assert number >= 0


def seen_in_proof(path, folder="."):
    request = ImageRequest(packages_too=True)
    looks_up = ProofFlaws(BuildOptions(), str(folder))
    with inspect_image(path, request, NoCounter()) as inspection:
        return looks_up(inspection), looks_up.note


def test_a_proof_looks_both_images_up(run, database, other):
    before, note = seen_in_proof("app.tar")
    assert [(flaw.id, flaw.package, flaw.rating) for flaw in before] == [
        ("GHSA-1", "cup", "high"),
        ("PYSEC-1", "flask", "high"),
        ("PYSEC-2", "flask", "high"),
        ("PYSEC-3", "jinja2", "high"),
    ]
    assert note.startswith("known vulnerabilities: copy of OSV of ")
    after, _note = seen_in_proof("new.tar")
    assert [flaw.id for flaw in after] == ["PYSEC-1"]


def test_a_proof_leaves_out_what_is_accepted(run, database, app, place):
    accepted = '[[ignore-vulnerability]]\nid = "PYSEC-3"\nreason = "not called"\n'
    (place / "lightship.toml").write_text(accepted)
    flaws, _note = seen_in_proof("app.tar", place)
    assert "PYSEC-3" not in {flaw.id for flaw in flaws}


def test_a_proof_tells_why_it_did_not_look_them_up(run, place, app):
    old = datetime.now(UTC) - timedelta(days=30)
    outdated = [
        advisory("PYSEC-1", "flask", "2.1", modified=old),
        advisory("GHSA-1", "cup", "2.0", "RubyGems", old),
    ]
    filled(run, place, outdated)
    flaws, note = seen_in_proof("app.tar")
    assert flaws is None
    assert note.startswith("known vulnerabilities are not shown: the copy of OSV")


def test_a_package_in_two_versions_has_a_vulnerability_once(run, database, place):
    image(place / "two.tar", gem("cup", "1.0"), gem("cup", "1.1"))
    flaws, _note = seen_in_proof("two.tar")
    assert [flaw.id for flaw in flaws] == ["GHSA-1"]
