"""Which paths have to change before GitLab starts a job: `rules:changes` and `only:changes`.

Source: docs.gitlab.com, "CI/CD YAML syntax reference".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.builds.ci.gitlab import GitlabPipeline, extended, read_pipelines
from lightship.builds.workspace import Workspace
from lightship.builds.yaml_tree import YamlNode
from lightship.regex import regex

_BY_ITSELF = ("never", "manual")
# Pipelines that no commit of a branch starts
_SELDOM = regex(
    r"\$CI_COMMIT_TAG\b(?!\s{0,4}(?:==|!~))"
    r"|==\s{0,4}[\"'](?:schedule|web|api|trigger|pipeline)[\"']"
)
_OR = "||"


def changes_of_jobs(
    workspace: Workspace, paths: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """The patterns of each job, by its name; of jobs with one name in several pipelines none."""
    found: dict[str, tuple[str, ...]] = {}
    for pipeline in read_pipelines(workspace, paths):
        for name, changes in _of_pipeline(pipeline):
            is_alone = found.get(name, changes) == changes
            found[name] = changes if is_alone else ()
    return found


def _of_pipeline(pipeline: GitlabPipeline) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in pipeline.jobs:
        job = extended(name, pipeline)
        yield name, _changes(job)


def _changes(job: Mapping[str, YamlNode]) -> tuple[str, ...]:
    rules = job.get("rules")
    if rules is not None:
        return _of_rules(rules.items)
    only = job.get("only")
    return _paths(only.get("changes")) if only is not None else ()


def _of_rules(rules: Sequence[YamlNode]) -> tuple[str, ...]:
    """The patterns of all rules that start the job; none where one of them has no pattern."""
    found: dict[str, None] = {}
    for rule in filter(_starts, rules):
        paths = _paths(rule.get("changes"))
        if not paths:
            return ()
        found |= dict.fromkeys(paths)
    return tuple(found)


def _starts(rule: YamlNode) -> bool:
    """Whether a rule starts the job for commits of branches."""
    when = rule.get("when")
    if when is not None and when.text in _BY_ITSELF:
        return False
    condition = rule.get("if")
    text = (condition.text or "") if condition is not None else ""
    return _OR in text or _SELDOM.search(text) is None


def _paths(changes: YamlNode | None) -> tuple[str, ...]:
    """The patterns of `changes`, which is a list, or a mapping with the list as `paths`."""
    if changes is None:
        return ()
    listed = changes.get("paths") or changes
    return tuple(item.text for item in listed.items if item.text)
