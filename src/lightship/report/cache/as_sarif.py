"""What a change rebuilds as SARIF 2.1.0, at the lines of the Dockerfile.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from lightship.cache.explain.explanation import StepResult
from lightship.outcome import Outcome
from lightship.report.cache import sentences, step_phrases
from lightship.report.cache.as_github import broken_text
from lightship.report.cache.causing_steps import causing_steps
from lightship.report.cache.explained_change import ExplainedChange
from lightship.report.kit.gate_report import gate_json
from lightship.report.kit.sarif import sarif
from lightship.report.kit.view import View
from lightship.wording.printable import escaped

_REBUILT = "step-rebuilt"
_MEANINGS = {
    _REBUILT: "A step that this change rebuilds",
    "max-rebuild": "What this change rebuilds takes longer than the limit",
    "must-hit": "A step that must stay cached is rebuilt",
}


def write_change(change: ExplainedChange, _view: View) -> Iterator[str]:
    """The limits that are broken, and the steps that are rebuilt for a reason of their own."""
    results = [_limit(outcome, change.dockerfile) for outcome in change.broken]
    causing = causing_steps(change.explanation.steps)
    results += [_step(step, change.dockerfile) for step in causing]

    names = sorted({result["ruleId"] for result in results})
    for result in results:
        name = result["ruleId"]
        result["ruleIndex"] = names.index(name)
    rules = [_rule(name) for name in names]
    about = {
        "before": escaped(change.before),
        "after": escaped(change.after),
        "verdict": sentences.verdict(change.explanation),
        "gate": gate_json(change.outcomes),
    }
    yield sarif(rules, results, about)


def _rule(name: str) -> dict[str, Any]:
    return {"id": name, "shortDescription": {"text": _MEANINGS[name]}}


def _limit(outcome: Outcome, dockerfile: str) -> dict[str, Any]:
    return {
        "ruleId": outcome.name,
        "level": "error",
        "message": {"text": broken_text(outcome)},
        "locations": [_location(dockerfile)],
    }


def _step(step: StepResult, dockerfile: str) -> dict[str, Any]:
    location = _location(dockerfile)
    location["physicalLocation"]["region"] = {"startLine": max(step.line, 1)}
    return {
        "ruleId": _REBUILT,
        "level": "note",
        "message": {"text": step_phrases.reason(step.reason)},
        "locations": [location],
    }


def _location(dockerfile: str) -> dict[str, Any]:
    slashed = dockerfile.replace("\\", "/").encode("utf-8", "replace")
    uri = quote(slashed, safe="/@")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}}}
