"""What to do about steps that a change rebuilds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import StepResult
from lightship.regex import regex
from lightship.report.cache import step_phrases

# Files that say what is installed
_MANIFEST = regex(
    r"(?:\A|/)(?:[^/]*(?:requirements|constraints)[^/]*|[^/]*\.lock|[^/]*lock[^/]*\.(?:json|ya?ml)|"
    r"pyproject\.toml|setup\.(?:py|cfg)|Pipfile|package\.json|environment[^/]*\.ya?ml|"
    r"go\.(?:mod|sum)|Cargo\.toml|Gemfile)\Z"
)
_ADVISE = "`lightship cache advise` finds the order that keeps it, and proves it over the history"
_MODE = "changed: mode "


def remedies(steps: Sequence[StepResult]) -> list[str]:
    """Sentences, each once; none where the steps depend on what was changed on purpose."""
    by_line = {step.line: step for step in steps}
    sentences: dict[str, None] = {}
    for step in steps:
        if not step.hit:
            sentences |= dict.fromkeys(_of_step(step, by_line))
    return list(sentences)


def _of_step(
    step: StepResult,
    by_line: Mapping[int, StepResult],
) -> Iterator[str]:
    reason = step.reason
    cause = reason.cause
    if cause is Cause.PARENT:
        yield from _reinstalled(step, by_line.get(reason.line))
    elif cause is Cause.FILES and _MODE in reason.text:
        yield (
            f"line {step.line} copies a file whose mode changed: if that was not meant, set it "
            "back with `git update-index --chmod`"
        )
    elif cause is Cause.VARIABLE:
        yield (
            f"line {step.line} is rebuilt for a variable: declare the variable below the steps "
            "that do not use it"
        )
    elif cause is Cause.IMAGE:
        yield "a new base image rebuilds all steps on it: merge it apart from other changes"


def _reinstalled(step: StepResult, first: StepResult | None) -> Iterator[str]:
    """Where an install runs again for files that do not say what is installed."""
    if first is None or first.reason.cause is not Cause.FILES:
        return
    if not step_phrases.installs_from_outside(step):
        return
    is_meant = any(_MANIFEST.search(path) for path in first.reason.paths)
    if not is_meant:
        yield (
            f"line {step.line} installs again because line {first.line} copies other files before "
            f"it: copy what it reads first. {_ADVISE}"
        )
