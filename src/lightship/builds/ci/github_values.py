"""Where a step of a workflow runs, and the values that its expressions may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from lightship.builds.ci.github_expression import NotKnown, filled, plain
from lightship.builds.interpolation import UnknownValueError
from lightship.builds.workspace import joined
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record


@record(eq=False)
class StepPlace:
    """Where a step runs: the file, what it belongs to, and the values that it sees.

    `prefix` is the directory into which the repository is checked out.
    """

    path: str
    about: str
    values: Mapping[str, Any]
    folder: str = "."
    prefix: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)


class GithubContext(dict[str, Any]):
    """The context `github`: what it does not hold here is known only in a run."""

    def get(self, key: str, _default: Any = None) -> Any:
        return self[key] if key in self else NotKnown("is known only in a run")


class EnvironmentContext(dict[str, Any]):
    """The context `env`: what it does not hold an earlier step may have set."""

    def get(self, key: str, _default: Any = None) -> Any:
        return self[key] if key in self else NotKnown("is not set")


def inputs_of(tree: YamlNode, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The inputs of a workflow or an action: what is given, else the default.

    Without a caller a default is one of several values, so that only what has none is absent.
    """
    found: dict[str, Any] = {}
    declared = [tree.get("inputs")]
    events = ("workflow_call", "workflow_dispatch")
    declared += [tree.get("on", event, "inputs") for event in events]
    for node in declared:
        for name, about in (node.entries if node is not None else {}).items():
            default = about.get("default")
            if given is not None and name in given:
                found[name] = given[name]
            elif default is not None:
                found[name] = default.text
            elif given is None:
                found[name] = NotKnown("is an input without a default")
    return found


def known_value(node: YamlNode, values: Mapping[str, Any]) -> Any:
    """A value of YAML with its expressions; a NotKnown where one is not known."""
    try:
        return filled(node.text, values) if node.text is not None else plain(node)
    except UnknownValueError as error:
        return NotKnown(str(error))


def environment_of(
    nodes: tuple[YamlNode | None, ...], values: Mapping[str, Any]
) -> EnvironmentContext:
    """The variables of several `env:`, the later ones over the earlier ones."""
    found = EnvironmentContext()
    for node in nodes:
        for name, item in (node.entries if node is not None else {}).items():
            found[name] = known_value(item, {**values, "env": found})
    return found


def values_of_step(step: YamlNode, run: StepPlace) -> dict[str, Any]:
    """What the expressions of a step may name, with its own `env:`."""
    env = EnvironmentContext(run.environment)
    env.update(environment_of((step.get("env"),), run.values))
    return {**run.values, "env": env}


def folder_of_runs(node: YamlNode, values: Mapping[str, Any]) -> str | None:
    """Where scripts run by default; None where nothing says it."""
    directory = node.get("defaults", "run", "working-directory")
    if directory is None or directory.text is None:
        return None
    try:
        return joined(".", filled(directory.text, values))
    except UnknownValueError:
        return None


def checkout_folder(job: YamlNode) -> str:
    """The directory into which a job checks the repository out; empty for the workspace."""
    steps = job.get("steps")
    for step in steps.items if steps is not None else ():
        uses, path = step.get("uses"), step.get("with", "path")
        if uses is None or not (uses.text or "").startswith("actions/checkout"):
            continue
        is_other = step.get("with", "repository") is not None
        if not is_other:
            text = path.text if path is not None else None
            return (text or "").strip("/").removeprefix("./")
    return ""


def without_prefix(path: str, prefix: str) -> str:
    """A path from the root of the repository, which is checked out into `prefix`."""
    if not prefix:
        return path
    short = path.removeprefix("./")
    if short == prefix:
        return "."
    return short.removeprefix(f"{prefix}/")
