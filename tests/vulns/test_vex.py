"""OpenVEX: what a statement is about, which of two counts, and what is refused."""

from __future__ import annotations

import json

import pytest

from lightship.errors import FileError
from lightship.vulns.read_vex import package_name, read_vex
from lightship.vulns.vex import silencing

CONTEXT = "https://openvex.dev/ns/v0.2.0"
FLASK = {"@id": "pkg:pypi/flask@1.0"}
IMAGE = {"@id": "pkg:oci/app@sha256:11?repository_url=example.org/team/app"}
NOT_AFFECTED = {
    "vulnerability": {"name": "CVE-1", "aliases": ["GHSA-1"]},
    "status": "not_affected",
    "justification": "vulnerable_code_not_in_execute_path",
    "products": [FLASK],
}


def document(*statements, **more):
    return json.dumps(
        {"@context": CONTEXT, "statements": list(statements), **more}
    ).encode()


def status(data, target="app", ids=("CVE-1",), purls=("pkg:pypi/flask@1.0?x=y",)):
    packages = [package_name(purl) for purl in purls]
    found = silencing(read_vex(data, "a.json"), target, ids, packages)
    return found and found.status


def stated(**changes):
    return {**NOT_AFFECTED, **changes}


@pytest.mark.parametrize(
    ("products", "target", "wanted"),
    [
        ([FLASK], "app", "not_affected"),
        ([{"@id": "pkg:pypi/flask"}], "app", "not_affected"),
        ([{"@id": "pkg:pypi/flask@1.1"}], "app", None),
        (
            [{"@id": "x", "identifiers": {"purl": "pkg:pypi/Flask@1.0"}}],
            "app",
            "not_affected",
        ),
        (["pkg:pypi/flask@1.0"], "app", "not_affected"),
        ([{"@id": "app"}], "app", None),
        ([IMAGE], "example.org/team/app:2", "not_affected"),
        ([IMAGE], "example.org/team/other:2", None),
        ([IMAGE], "app@sha256:11", "not_affected"),
        ([IMAGE], "app@sha256:22", None),
        ([{**IMAGE, "subcomponents": [FLASK]}], "app", "not_affected"),
        ([{**IMAGE, "subcomponents": [{"@id": "pkg:pypi/django"}]}], "app", None),
        ([{**IMAGE, "subcomponents": [{"@id": "no purl"}]}], "app", None),
        ([], "app", None),
    ],
)
def test_a_statement_is_about_its_products(products, target, wanted):
    assert status(document(stated(products=products)), target) == wanted


def test_any_name_of_the_vulnerability_will_do():
    assert status(document(NOT_AFFECTED), ids=("PYSEC-1", "GHSA-1")) == "not_affected"
    assert status(document(NOT_AFFECTED), ids=("CVE-2",)) is None


def test_the_later_of_two_statements_counts():
    early = stated(timestamp="2026-01-01T00:00:00Z")
    late = stated(status="affected", timestamp="2026-01-01T00:00:00+00:01")
    assert status(document(late, early)) == "not_affected"
    assert status(document(early, stated(status="affected"))) == "not_affected"
    assert status(document(NOT_AFFECTED, stated(status="affected"))) is None


def test_all_packages_of_a_flaw_must_be_covered():
    purls = ("pkg:pypi/flask@1.0", "pkg:pypi/flask@2.0")
    assert status(document(NOT_AFFECTED), purls=purls) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "a.json is not JSON"),
        (b"[" * 100_000, "a.json is not JSON"),
        (b"[]", "a.json is not OpenVEX"),
        (b"{}", "a.json is not OpenVEX"),
        (document().replace(b"[]", b"1"), "a.json has no statements"),
        (document(1), "statement 1 of a.json must be an object"),
        (document(stated(status="fine")), "statement 1 of a.json has no known status"),
        (
            document(stated(status=["fixed"])),
            "statement 1 of a.json has no known status",
        ),
        (document(stated(justification="")), "says not_affected without a reason"),
        (document(stated(vulnerability={})), "names no vulnerability"),
        (document(stated(vulnerability="x" * 9999)), "a text of at most 4,096"),
        (document(stated(products={})), "must have a list as products"),
        (document(NOT_AFFECTED, timestamp="soon"), "has no time as timestamp"),
    ],
)
def test_what_is_not_openvex_is_an_error(data, words):
    with pytest.raises(FileError, match=words):
        read_vex(data, "a.json")
