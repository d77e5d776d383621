"""The frame of a SARIF log."""

from __future__ import annotations

import json

from lightship import __version__
from lightship.lint.finding import Severity
from lightship.report.kit.sarif import LEVELS, sarif


def test_a_log_has_one_run_with_its_rules_and_results():
    rules = [{"id": "a"}]
    results = [{"ruleId": "a", "ruleIndex": 0, "message": {"text": "x\ud800\u202e"}}]
    log = json.loads(sarif(rules, results))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    assert run["tool"]["driver"] == {
        "name": "lightship",
        "semanticVersion": __version__,
        "rules": rules,
    }
    assert run["results"][0]["message"]["text"] == "x\ufffd\u202e"
    assert "properties" not in run


def test_a_run_may_have_properties_and_nothing_that_a_terminal_obeys():
    text = sarif([], [], {"image": "a\u202e"})
    assert "\u202e" not in text
    assert json.loads(text)["runs"][0]["properties"] == {"image": "a\u202e"}


def test_every_severity_has_a_level_of_sarif():
    assert set(LEVELS) == set(Severity)
    assert set(LEVELS.values()) <= {"none", "note", "warning", "error"}
