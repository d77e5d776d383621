"""JUnit's XML, whatever the texts in it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from lightship.outcome import Outcome
from lightship.report.kit.gate_report import gate_suite
from lightship.report.kit.junit import JUnitCase, Suite, junit

TEXTS = st.text(st.characters(codec=None), max_size=8)
CASES = st.builds(JUnitCase, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, st.booleans())
SUITES = st.builds(Suite, TEXTS, st.lists(CASES, max_size=4), st.booleans())


@given(st.lists(SUITES, max_size=3))
def test_it_is_xml_and_the_counts_are_those_of_the_cases(suites):
    root = ET.fromstring("".join(junit(suites)))
    told = [suite for suite in suites if suite.cases]
    assert len(root) == len(told)
    for element, suite in zip(root, told, strict=True):
        assert int(element.get("tests")) == len(element) == len(suite.cases)
        assert int(element.get("failures")) == len(element.findall("testcase/failure"))
        skipped = str(len(element.findall("testcase/skipped")))
        assert element.get("skipped") == (skipped if suite.may_skip else None)


def test_a_limit_that_is_broken_is_a_failed_case_with_its_details():
    kept = Outcome("max-size", "200 MB", "100 MB", passed=True)
    broken = Outcome("max-waste", "1 MB", "2 MB", passed=False, detail=("a\x1b", "b"))
    (suite,) = ET.fromstring("".join(junit([gate_suite("app", (kept, broken))])))
    assert suite.get("name") == "app gate"
    assert [case.get("name") for case in suite] == ["max-size 200 MB", "max-waste 1 MB"]
    (failure,) = suite.iter("failure")
    assert failure.get("message") == "max-waste: 2 MB"
    assert failure.text == "a\\x1b\nb"
