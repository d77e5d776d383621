"""When GitLab starts a job: which paths have to change before, and whether commits start it at all.

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
# Of `only`, the same pipelines
_SELDOM_REFS = frozenset(("tags", "schedules", "web", "api", "triggers", "pipelines"))


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


def seldom_jobs(workspace: Workspace, paths: Sequence[str]) -> frozenset[str]:
    """The names of the jobs that no commit of a branch starts: for tags, by a schedule, by hand."""
    seldom: dict[str, bool] = {}
    for pipeline in read_pipelines(workspace, paths):
        for name in pipeline.jobs:
            is_seldom = _is_seldom(extended(name, pipeline))
            seldom[name] = is_seldom and seldom.get(name, True)
    return frozenset(name for name, is_seldom in seldom.items() if is_seldom)


def _is_seldom(job: Mapping[str, YamlNode]) -> bool:
    rules = job.get("rules")
    if rules is not None:
        return bool(rules.items) and not any(map(_starts, rules.items))
    when = job.get("when")
    if when is not None and when.text in _BY_ITSELF:
        return True
    only = job.get("only")
    if only is None:
        return False
    refs = only.get("refs") or only
    names = {item.text for item in refs.items or [refs]}
    return names <= _SELDOM_REFS


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
