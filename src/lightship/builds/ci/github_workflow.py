"""Workflows of GitHub, and the actions and workflows of the repository that they use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lightship.builds.build_words import may_build
from lightship.builds.ci.github_actions import (
    ACTIONS,
    BAKES,
    bake_action,
    docker_action,
    run_script,
)
from lightship.builds.ci.github_matrix import combinations
from lightship.builds.ci.github_values import (
    BuiltStep,
    GithubContext,
    StepFrame,
    StepPlace,
    checkout_folder,
    environment_of,
    folder_of_runs,
    github_context,
    inputs_of,
    known_row,
    known_value,
    without_prefix,
)
from lightship.builds.definition import (
    BuildCall,
    Discovery,
    Found,
    Unresolved,
    Written,
)
from lightship.builds.workspace import Workspace, joined, rooted
from lightship.builds.yaml_tree import UnreadableError, YamlNode, read_yaml

# Inputs of actions that run a script again and again, as nick-fields/retry does
_COMMANDS = ("command", "run")
_DEEPEST = 4  # workflows and actions that use one another
_MOST_USES = 300  # of them in one workflow
_WORDS = (b"./.github/", b"elgohr/Publish", b"push-to-ghcr")


def workflow_builds(
    workspace: Workspace, paths: Sequence[str], _calls: Sequence[BuildCall] = ()
) -> Discovery:
    """The builds of all workflows among `paths`."""
    return Discovery.of(WorkflowReader(workspace).builds(paths))


class WorkflowReader:
    """Reads workflows; `used` are the files that others use, with what they are given."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.used: set[str] = set()
        self._trees: dict[str, YamlNode | None] = {}
        self._uses = 0

    def builds(self, paths: Sequence[str]) -> Iterator[Found]:
        """What all workflows build; those that others use are read with what they are given."""
        for item in self.steps(paths):
            yield from item.found if isinstance(item, BuiltStep) else (item,)

    def steps(self, paths: Sequence[str]) -> Iterator[BuiltStep | Unresolved]:
        """The same, step by step; a workflow that cannot be read is one that is not resolved."""
        workflows = [path for path in paths if self._speaks(path)]
        found = {path: list(self._workflow(path, None, (), 0)) for path in workflows}
        for path, items in found.items():
            if path not in self.used:
                yield from items

    def _speaks(self, path: str) -> bool:
        data = self.workspace.read(path)
        if data is None:
            return False
        return may_build(data) or any(word in data for word in _WORDS)

    def tree(self, path: str) -> YamlNode | None:
        """A file of the repository as YAML; None where it cannot be read."""
        if path not in self._trees:
            text = self.workspace.text(path)
            try:
                documents = read_yaml(text) if text is not None else []
            except UnreadableError:
                documents = []
            self._trees[path] = documents[0] if documents else None
        return self._trees[path]

    def _workflow(
        self,
        path: str,
        given: Mapping[str, Any] | None,
        frames: tuple[StepFrame, ...],
        depth: int,
    ) -> Iterator[BuiltStep | Unresolved]:
        """The jobs of a workflow; `given` are its inputs where another one uses it."""
        tree = self.tree(path)
        jobs = tree.get("jobs") if tree is not None else None
        if tree is None or jobs is None:
            if depth == 0:
                yield Unresolved(Written(path), "it cannot be read as a workflow")
            return
        inputs = inputs_of(tree, given)
        for name, job in jobs.entries.items():
            matrix = job.get("strategy", "matrix")
            for row in combinations(matrix):
                values: dict[str, Any] = {
                    "matrix": row,
                    "inputs": inputs,
                    "github": github_context(inputs),
                }
                values["matrix"] = known_row(row, values)
                env = environment_of((tree.get("env"), job.get("env")), values)
                values["env"] = env
                folder = folder_of_runs(job, values) or folder_of_runs(tree, values)
                run = StepPlace(
                    path,
                    f"job {name}",
                    values,
                    folder or ".",
                    checkout_folder(job),
                    env,
                    (*frames, StepFrame(path, tree, job, name, values["matrix"])),
                )
                yield from self._job(job, run, depth)

    def _job(
        self, job: YamlNode, run: StepPlace, depth: int
    ) -> Iterator[BuiltStep | Unresolved]:
        uses = job.get("uses")
        if uses is not None:
            yield from self._use(uses.text or "", job.get("with"), run, depth)
            return
        yield from self._steps(job.get("steps"), run, depth)

    def _steps(
        self, steps: YamlNode | None, run: StepPlace, depth: int
    ) -> Iterator[BuiltStep | Unresolved]:
        items = steps.items if steps is not None else []
        *outer, frame = run.frames
        for number, step in enumerate(items):
            own = replace(frame, steps=items, number=number)
            place = replace(run, frames=(*outer, own))
            found = tuple(self._builds_of(step, place))
            if found:
                yield BuiltStep(step, place, found)
            uses = step.get("uses")
            name = uses.text or "" if uses is not None else ""
            if name.startswith("./"):
                yield from self._use(name, step.get("with"), place, depth)

    def _builds_of(self, step: YamlNode, run: StepPlace) -> Iterator[Found]:
        uses, script = step.get("uses"), step.get("run")
        if uses is not None and uses.text is not None:
            name = uses.text.partition("@")[0]
            inputs = step.get("with") or YamlNode({}, step.line)
            action = ACTIONS.get(name)
            if action is not None:
                yield from docker_action(
                    self.workspace, step, name, inputs, action, run
                )
            elif name in BAKES:
                yield from bake_action(self.workspace, step, inputs, run)
            for key in _COMMANDS:
                script = inputs.get(key)
                if script is not None and may_build((script.text or "").encode()):
                    yield from run_script(self.workspace, step, script, run)
        elif script is not None and script.text is not None:
            yield from run_script(self.workspace, step, script, run)

    def action_steps(self, name: str) -> tuple[str, Sequence[YamlNode]]:
        """The file and the steps of an action, `./path`; none where it cannot be read."""
        path = joined(".", name.removeprefix("./"))
        for file in (f"{path}/action.yml", f"{path}/action.yaml"):
            tree = self.tree(file) if path is not None else None
            steps = tree.get("runs", "steps") if tree is not None else None
            if steps is not None:
                return file, steps.items
        return "", ()

    def _use(
        self, name: str, given: YamlNode | None, run: StepPlace, depth: int
    ) -> Iterator[BuiltStep | Unresolved]:
        """A workflow or an action of the repository, with the inputs that it is given."""
        self._uses += 1
        if not name.startswith("./") or depth >= _DEEPEST or self._uses > _MOST_USES:
            return
        place = without_prefix(name.removeprefix("./"), run.prefix)
        path = joined(".", place)
        if path is None:
            return
        inputs = {
            key: known_value(node, run.values)
            for key, node in (given.entries if given is not None else {}).items()
        }
        if path.endswith((".yml", ".yaml")):
            self.used.add(path)
            yield from self._workflow(path, inputs, run.frames, depth + 1)
            return
        for file in (f"{path}/action.yml", f"{path}/action.yaml"):
            tree = self.tree(file)
            steps = tree.get("runs", "steps") if tree is not None else None
            if tree is None or steps is None:
                continue
            self.used.add(file)
            values = {**run.values, "inputs": inputs_of(tree, inputs)}
            values["github"] = GithubContext(
                {**run.values["github"], "action_path": rooted(path)}
            )
            frames = (*run.frames, StepFrame(file, tree, tree))
            inner = StepPlace(
                file, f"action {path}", values, ".", run.prefix, run.environment, frames
            )
            yield from self._steps(steps, inner, depth + 1)
