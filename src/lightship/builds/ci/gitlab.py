"""GitLab CI: the scripts of jobs, with what they extend, refer to and include.

Source: docs.gitlab.com, "CI/CD YAML syntax reference".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from lightship.builds.ci.job_commands import (
    JobCommands,
    documents,
    flat,
    job_builds,
)
from lightship.builds.definition import (
    BuildCall,
    BuildSourceKind,
    Discovery,
    Found,
)
from lightship.builds.interpolation import UnknownValueError, interpolate
from lightship.builds.workspace import ROOTED, Workspace, joined, rooted
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record

_DEEPEST = 10  # jobs that extend one another, files that include one another
_MOST_ROWS = 200  # of `parallel: matrix`
_GLOBAL = frozenset(
    "default include stages variables workflow image services cache before_script "
    "after_script spec".split()
)
_SCRIPTS = ("before_script", "script", "after_script")
_INCLUDED = (b"include", b"extends", b"reference")


@record(eq=False, frozen=False)
class GitlabPipeline:
    """All jobs and hidden jobs by name, each with the file that it is in.

    `paths` are the files of the commands, by the identity of their nodes.
    """

    jobs: dict[str, tuple[str, YamlNode]]
    top: dict[str, YamlNode]
    paths: dict[int, str] = field(default_factory=dict)


def gitlab_builds(
    workspace: Workspace, paths: Sequence[str], _calls: Sequence[BuildCall] = ()
) -> Discovery:
    """The builds of all pipelines among `paths`."""
    return Discovery.of(_found(workspace, paths))


def _found(workspace: Workspace, paths: Sequence[str]) -> Iterator[Found]:
    for pipeline in read_pipelines(workspace, paths):
        for name in pipeline.jobs:
            if not name.startswith("."):
                yield from _job_builds(workspace, name, pipeline)


def read_pipelines(workspace: Workspace, paths: Sequence[str]) -> list[GitlabPipeline]:
    """The pipelines among `paths`, each with the files that it includes."""
    included: set[str] = set()
    pipelines: list[GitlabPipeline] = []
    for path in sorted(paths, key=_is_part):
        if path in included:
            continue
        pipeline = GitlabPipeline({}, {})
        _read(workspace, path, pipeline, included, ())
        pipelines.append(pipeline)
    return pipelines


def _is_part(path: str) -> tuple[bool, str]:
    """The file that GitLab starts with comes first."""
    return path.rpartition("/")[2] != ".gitlab-ci.yml", path


def _read(
    workspace: Workspace,
    path: str,
    pipeline: GitlabPipeline,
    included: set[str],
    trail: tuple[str, ...],
) -> None:
    """Add a file, after those that it includes."""
    if path in trail or len(trail) > _DEEPEST:
        return
    included.add(path)
    for tree in documents(workspace, path, _INCLUDED):
        for other in _local_includes(workspace, tree):
            _read(workspace, other, pipeline, included, (*trail, path))
        for name, node in tree.entries.items():
            if name in _GLOBAL:
                pipeline.top[name] = node
            elif node.entries:
                pipeline.jobs[name] = (path, node)
            for key in _SCRIPTS:
                commands = node if name == key else node.entries.get(key)
                for item in flat([commands]) if commands is not None else ():
                    pipeline.paths[id(item)] = path


def _local_includes(workspace: Workspace, tree: YamlNode) -> Iterator[str]:
    node = tree.get("include")
    if node is None:
        return
    for item in node.items or [node]:
        named = item.get("local") or (item if item.text is not None else None)
        text = named.text if named is not None else None
        if text is None or "://" in text or "*" in text:
            continue
        path = joined(".", text.lstrip("/"))
        if path is not None and workspace.is_file(path):
            yield path


def _job_builds(
    workspace: Workspace, name: str, pipeline: GitlabPipeline
) -> Iterator[Found]:
    path, _ = pipeline.jobs[name]
    job = extended(name, pipeline)
    default = pipeline.top.get("default")
    defaults = default.entries if default is not None else {}
    nodes: list[YamlNode] = []
    for key in _SCRIPTS:
        node = job.get(key) or defaults.get(key) or pipeline.top.get(key)
        if node is not None:
            nodes += _referred(node, pipeline, 0)
    paths = {
        id(node): pipeline.paths[id(node)]
        for node in nodes
        if id(node) in pipeline.paths
    }

    for row in _rows(job.get("parallel")):
        variables = {"CI_PROJECT_DIR": rooted(".")}
        for node in (pipeline.top.get("variables"), job.get("variables")):
            variables |= _variables(node, variables)
        variables |= row
        commands = JobCommands(
            path,
            f"job {name}",
            nodes,
            BuildSourceKind.GITLAB,
            variables=variables,
            paths=paths,
        )
        yield from job_builds(workspace, commands)


def extended(
    name: str, pipeline: GitlabPipeline, depth: int = 0
) -> dict[str, YamlNode]:
    """A job with what it extends: mappings are joined, all else is replaced."""
    found = pipeline.jobs.get(name)
    if found is None or depth > _DEEPEST:
        return {}
    entries = found[1].entries
    extends = entries.get("extends")
    whole: dict[str, YamlNode] = {}
    for base in (extends.items or [extends]) if extends is not None else ():
        whole = _joined(whole, extended(base.text or "", pipeline, depth + 1))
    return _joined(whole, entries)


def _joined(
    base: dict[str, YamlNode], over: dict[str, YamlNode]
) -> dict[str, YamlNode]:
    whole = dict(base)
    for key, node in over.items():
        before = whole.get(key)
        if before is not None and before.entries and node.entries:
            both = {**before.entries, **node.entries}
            whole[key] = YamlNode(both, node.line)
        else:
            whole[key] = node
    return whole


def _referred(node: YamlNode, pipeline: GitlabPipeline, depth: int) -> list[YamlNode]:
    """Commands, with those that `!reference [job, key]` names."""
    if depth > _DEEPEST:
        return []
    if node.tag == "!reference":
        if not node.items:
            return []
        job, *keys = [item.text or "" for item in node.items]
        if job not in pipeline.jobs:
            return []
        _, target = pipeline.jobs[job]
        found = target.get(*keys)
        return _referred(found, pipeline, depth + 1) if found is not None else []
    if not node.items:
        return [node]
    commands: list[YamlNode] = []
    for item in node.items:
        commands += _referred(item, pipeline, depth + 1)
    return commands


def _variables(node: YamlNode | None, known: dict[str, str]) -> dict[str, str]:
    """Variables with their values, as far as they are known."""
    values = dict(known)
    for name, item in (node.entries if node is not None else {}).items():
        value = item.get("value") or item
        if value.text is None:
            continue
        try:
            filled = interpolate(value.text, values.get)
        except UnknownValueError:
            values.pop(name, None)
            continue
        at = filled.rfind(ROOTED)
        values[name] = filled[max(at, 0) :]
    return values


def _rows(parallel: YamlNode | None) -> list[dict[str, str]]:
    """The variables of each job of `parallel: matrix`."""
    matrix = parallel.get("matrix") if parallel is not None else None
    if matrix is None:
        return [{}]
    rows: list[dict[str, str]] = []
    for part in matrix.items:
        combined: list[dict[str, str]] = [{}]
        for name, node in part.entries.items():
            texts = [item.text or "" for item in node.items or [node]]
            combined = [{**row, name: text} for row in combined for text in texts]
            combined = combined[:_MOST_ROWS]
        rows += combined
    return rows[:_MOST_ROWS] or [{}]
