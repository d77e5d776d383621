"""What a change rebuilds as workflow commands, which GitHub shows beside the Dockerfile's lines.

GitHub shows ten of each level and drops the rest: so limits come first, and of the steps only those
that are a cause.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.cache.explain.explanation import StepResult
from lightship.outcome import Outcome
from lightship.report.cache import step_phrases
from lightship.report.cache.causing_steps import causing_steps
from lightship.report.cache.explained_change import ExplainedChange
from lightship.report.kit.view import View
from lightship.report.kit.workflow_command import workflow_command


def write_change(change: ExplainedChange, _view: View) -> Iterator[str]:
    """An error for each limit that is broken, a notice for each first step that is rebuilt."""
    for outcome in change.broken:
        properties = {"file": change.dockerfile, "title": f"cache: {outcome.name}"}
        yield workflow_command("error", broken_text(outcome), properties)
    for step in causing_steps(change.explanation.steps):
        yield _notice(change.dockerfile, step)


def _notice(dockerfile: str, step: StepResult) -> str:
    properties: dict[str, str | int] = {
        "file": dockerfile,
        "line": step.line,
        "title": f"cache: {step_phrases.mark(step)}",
    }
    return workflow_command("notice", step_phrases.reason(step.reason), properties)


def broken_text(outcome: Outcome) -> str:
    """A limit that is broken, with the steps that break it."""
    head = f"{outcome.name} {outcome.limit}: {outcome.figure}"
    return "\n".join((head, *outcome.detail))
