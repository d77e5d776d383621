"""Where a step of a workflow runs, and the values that its expressions may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from lightship.builds.ci.github_expression import NotKnown, filled, plain
from lightship.builds.definition import Found
from lightship.builds.interpolation import UnknownValueError
from lightship.builds.workspace import joined, rooted
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record


@record(eq=False)
class StepFrame:
    """A job or an action, and the step of it that is looked at: the one that builds or uses others.

    `tree` is the workflow or action, `job` the node of the job (of an action the tree), `name` that
    of the job, empty for an action. `row` is that of its matrix. A job that uses a workflow has no
    `steps`.
    """

    path: str
    tree: YamlNode
    job: YamlNode
    name: str = ""
    row: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[YamlNode] = ()
    number: int = 0


@record(eq=False)
class StepPlace:
    """Where a step runs: the file, what it belongs to, and the values that it sees.

    `prefix` is the directory into which the repository is checked out. `frames` are the jobs and
    actions around the step, the outermost first.
    """

    path: str
    about: str
    values: Mapping[str, Any]
    folder: str = "."
    prefix: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)
    frames: tuple[StepFrame, ...] = ()


@record(eq=False)
class BuiltStep:
    """A step and what it builds."""

    node: YamlNode
    run: StepPlace
    found: tuple[Found, ...]


class GithubContext(dict[str, Any]):
    """The context `github`: what it does not hold here is known only in a run."""

    def get(self, key: str, _default: Any = None) -> Any:
        if key in self:
            return self[key]
        return NotKnown("is known only in a run")


def github_context(inputs: Mapping[str, Any]) -> GithubContext:
    """What is known of `github` without a run: where the repository is, and the inputs."""
    event = GithubContext({"inputs": inputs})
    return GithubContext({"workspace": rooted("."), "event": event})


class EnvironmentContext(dict[str, Any]):
    """The context `env`: what it does not hold an earlier step may have set."""

    def get(self, key: str, _default: Any = None) -> Any:
        if key in self:
            return self[key]
        return NotKnown("is not set")


def inputs_of(tree: YamlNode, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The inputs of a workflow or an action: what is given, else the default.

    Without a caller a default is one of several values, so that only what has none is absent.
    """
    inputs: dict[str, Any] = {}
    for name, about in _declared(tree):
        default = about.get("default")
        if given is not None and name in given:
            inputs[name] = given[name]
        elif default is not None:
            inputs[name] = default.text
        elif given is None:
            inputs[name] = NotKnown("is an input without a default")
    return inputs


def _declared(tree: YamlNode) -> Iterator[tuple[str, YamlNode]]:
    """The inputs that an action or the events of a workflow declare."""
    nodes = (
        tree.get("inputs"),
        tree.get("on", "workflow_call", "inputs"),
        tree.get("on", "workflow_dispatch", "inputs"),
    )
    for node in nodes:
        if node is not None:
            yield from node.entries.items()


def known_value(node: YamlNode, values: Mapping[str, Any]) -> Any:
    """A value of YAML with its expressions; a NotKnown where one is not known."""
    if node.text is None:
        return plain(node)
    try:
        return filled(node.text, values)
    except UnknownValueError as error:
        return NotKnown(str(error))


def known_row(row: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a matrix with its expressions; itself where it has none."""
    has_expression = any("${{" in str(value) for value in row.values())
    if not has_expression:
        return row
    return {name: _filled_in(value, values) for name, value in row.items()}


def _filled_in(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _filled_in(item, values) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled_in(item, values) for item in value]
    if not isinstance(value, str):
        return value
    try:
        return filled(value, values)
    except UnknownValueError as error:
        return NotKnown(str(error))


def environment_of(
    nodes: tuple[YamlNode | None, ...], values: Mapping[str, Any]
) -> EnvironmentContext:
    """The variables of several `env:`, the later ones over the earlier ones."""
    environment = EnvironmentContext()
    known = {**values, "env": environment}
    for node in nodes:
        if node is None:
            continue
        for name, item in node.entries.items():
            environment[name] = known_value(item, known)
    return environment


def values_of_step(step: YamlNode, run: StepPlace) -> dict[str, Any]:
    """What the expressions of a step may name, with its own `env:`."""
    own = step.get("env")
    environment = EnvironmentContext(run.environment)
    environment.update(environment_of((own,), run.values))
    return {**run.values, "env": environment}


def folder_of_runs(node: YamlNode, values: Mapping[str, Any]) -> str | None:
    """Where scripts run by default; None where nothing says it."""
    directory = node.get("defaults", "run", "working-directory")
    if directory is None or directory.text is None:
        return None
    try:
        folder = filled(directory.text, values)
    except UnknownValueError:
        return None
    return joined(".", folder)


def checkout_folder(job: YamlNode) -> str:
    """The directory into which a job checks the repository out; empty for the workspace."""
    steps = job.get("steps")
    if steps is None:
        return ""
    for step in steps.items:
        is_other = step.get("with", "repository") is not None
        if is_other or not _text(step, "uses").startswith("actions/checkout"):
            continue
        path = _text(step, "with", "path")
        return path.strip("/").removeprefix("./")
    return ""


def _text(node: YamlNode, *keys: str) -> str:
    """The text below nested keys; empty where there is none."""
    value = node.get(*keys)
    if value is None:
        return ""
    return value.text or ""


def without_prefix(path: str, prefix: str) -> str:
    """A path from the root of the repository, which is checked out into `prefix`."""
    if not prefix:
        return path
    short = path.removeprefix("./")
    if short == prefix:
        return "."
    return short.removeprefix(f"{prefix}/")
