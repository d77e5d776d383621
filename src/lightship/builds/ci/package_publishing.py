"""Steps beside a build that publish a package: they fail for a version that is there already.

PyPI takes each file once (pypi.org/help, "file name reuse"), so that what comes after such a step
runs once for each version; and a workflow that has one is started for a new version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.ci.github_builder import EarlierStep
from lightship.builds.ci.github_values import StepFrame
from lightship.builds.yaml_tree import YamlNode
from lightship.regex import regex

_ACTION = "pypa/gh-action-pypi-publish"
_COMMAND = regex(r"\b(?:twine upload|(?:poetry|uv|flit|hatch) publish)\b")
# Nothing fails then, or it is a place for trials
_ANYWAY = regex(
    r"skip-existing|check-url|test\.?pypi|\|\| *(?:true|echo)|continue-on-error"
)


def is_for_release(earlier: Sequence[EarlierStep], frames: Sequence[StepFrame]) -> bool:
    """Whether a step of the job publishes a package, or another job that always runs with it.

    `earlier` are the steps before the build, those of actions of the repository among them.
    """
    nodes = [step.node for step in earlier]
    for frame in frames:
        nodes += frame.steps[frame.number + 1 :]
        nodes += _steps_needed(frame)
        nodes += _steps_beside(frame)
    return any(map(_publishes, nodes))


def _steps_beside(frame: StepFrame) -> Iterator[YamlNode]:
    """The steps of the jobs of the workflow that run without any condition."""
    jobs = frame.tree.get("jobs")
    for job in jobs.entries.values() if jobs is not None else ():
        steps = job.get("steps")
        if steps is not None and not _text(job, "if"):
            yield from steps.items


def _steps_needed(frame: StepFrame) -> Iterator[YamlNode]:
    """The steps of the jobs that must have ended well."""
    jobs = frame.tree.get("jobs")
    if jobs is None:
        return
    for name in needed_jobs(frame):
        steps = jobs.get(name, "steps")
        if steps is not None:
            yield from steps.items


def needed_jobs(frame: StepFrame) -> tuple[str, ...]:
    """The names of the jobs that must have ended well before that of a frame."""
    needs = frame.job.get("needs") if frame.name else None
    if needs is None or "always()" in _text(frame.job, "if"):
        return ()
    return tuple(item.text or "" for item in needs.items or [needs])


def _publishes(step: YamlNode) -> bool:
    if _text(step, "if"):
        return False  # most runs may go past it
    inputs = step.get("with")
    entries = inputs.entries if inputs is not None else {}
    about = [f"{name} {node.text}" for name, node in entries.items()]
    is_action = _text(step, "uses").partition("@")[0] == _ACTION
    script = _text(step, "run")
    if not is_action and not _COMMAND.search(script):
        return False
    said = " ".join([*about, script, *step.entries])
    return _ANYWAY.search(said) is None


def _text(node: YamlNode, key: str) -> str:
    value = node.get(key)
    return (value.text or "") if value is not None else ""
