"""JUnit's XML as a CI reads it: what fails is the gate, and what is broken."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from proofs import ALL, HOSTILE, broken, empty, hostile, proof, worse

from lightship.proof.proof import Verdict, VerdictKind
from lightship.report.kit.view import View
from lightship.report.proof.formats import proof_writer


def read(value):
    return ET.fromstring("".join(proof_writer("junit")(value, View())))


def failures(value):
    return [
        (case.get("name"), case.find("failure").get("message"))
        for case in read(value).iter("testcase")
        if case.find("failure") is not None
    ]


@pytest.mark.parametrize("name", ALL)
def test_the_counts_are_those_of_the_cases(name):
    for suite in read(ALL[name]()).iter("testsuite"):
        assert int(suite.get("tests")) == len(suite.findall("testcase")) > 0
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))


def test_each_limit_and_each_reason_of_what_is_broken_is_a_case():
    assert failures(proof()) == [("max-size 200 MB", "max-size: 216 MB")]
    found = failures(broken())
    assert [name for name, _ in found] == ["max-size 200 MB", "broken 1", "broken 2"]
    assert found[1][1] == "it does not start: no answer within 60 s"


def test_what_is_worse_is_told_and_fails_nothing():
    assert failures(worse()) == []
    (skipped,) = read(worse()).iter("skipped")
    assert skipped.get("message").startswith(
        "WORSE: image 12 % larger (216 MB -> 243 MB)"
    )


def test_what_cannot_be_told_or_was_not_built_never_passes():
    told = Verdict(VerdictKind.UNKNOWN, ("neither starts: it ended by itself",))
    assert failures(replace(proof(outcomes=()), verdict=told)) == [
        ("cannot tell 1", "neither starts: it ended by itself")
    ]
    [(_, why)] = failures(empty())
    assert why == "the new version was not built, so nothing was compared"


def test_a_health_check_that_fails_is_a_failure_and_is_not_skipped():
    why = "its health check fails: healthy -> not healthy"
    sick = proof(outcomes=(), verdict=Verdict(VerdictKind.BROKEN, (why,)))
    assert failures(sick) == [("broken 1", why)]
    assert not [*read(sick).iter("skipped")]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_others_say_is_xml(text):
    assert len(failures(hostile(text))) == 3
