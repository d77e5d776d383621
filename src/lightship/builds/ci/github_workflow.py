"""Workflows of GitHub, and the actions and workflows of the repository that they use.

Inputs of docker/build-push-action are those of its action.yml: without `context` the repository
itself is sent (its git context), and `file` then counts from there; with a path both count from the
workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from lightship.builds.build_paths import (
    Setting,
    checked,
    dockerfile_in,
    is_remote,
    local,
)
from lightship.builds.build_words import may_build
from lightship.builds.ci.github_expression import NotKnown, filled, plain, with_names
from lightship.builds.ci.github_matrix import combinations
from lightship.builds.commands.script_builds import (
    ScriptText,
    listed_platforms,
    script_builds,
)
from lightship.builds.definition import (
    BuildCall,
    BuildDefinition,
    BuildSourceKind,
    Discovery,
    Found,
    Unresolved,
    Written,
)
from lightship.builds.interpolation import UnknownValueError
from lightship.builds.workspace import Workspace, joined, rooted
from lightship.builds.yaml_tree import UnreadableError, YamlNode, read_yaml
from lightship.record import record

_DEEPEST = 4  # workflows and actions that use one another
_MOST_USES = 300  # of them in one workflow
_GIT_CONTEXT = "{{defaultContext}}"
_WORDS = (b"./.github/", b"elgohr/Publish", b"push-to-ghcr")


@record
class DockerAction:
    """An action that builds: its inputs for context, Dockerfile, arguments and target.

    `is_git` is whether it sends the repository itself where it is not given a context.
    """

    context: str = "context"
    file: str = "file"
    args: str = "build-args"
    target: str = "target"
    is_git: bool = False


_BUILD_PUSH = DockerAction(is_git=True)
_ACTIONS = {
    "docker/build-push-action": _BUILD_PUSH,
    "depot/build-push-action": DockerAction(),
    "useblacksmith/build-push-action": _BUILD_PUSH,
    "redhat-actions/buildah-build": DockerAction(file="containerfiles"),
    "elgohr/Publish-Docker-Github-Action": DockerAction(
        "context", "dockerfile", "buildargs"
    ),
    "whoan/docker-build-with-cache-action": DockerAction("context", "dockerfile"),
    "mr-smithers-excellent/docker-build-push": DockerAction(
        "directory", "dockerfile", "buildArgs"
    ),
    "macbre/push-to-ghcr": DockerAction("context", "dockerfile", "build_arg"),
}
_BAKES = frozenset({"docker/bake-action", "depot/bake-action"})


@record(eq=False)
class _StepPlace:
    """Where a step runs: the file, what it belongs to, and the values that it sees.

    `prefix` is the directory into which the repository is checked out.
    """

    path: str
    about: str
    values: Mapping[str, Any]
    folder: str = "."
    prefix: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)


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
        workflows = [path for path in paths if self._speaks(path)]
        found = {path: list(self._workflow(path, None, 0)) for path in workflows}
        for path, items in found.items():
            if path not in self.used:
                yield from items

    def _speaks(self, path: str) -> bool:
        data = self.workspace.read(path)
        if data is None:
            return False
        return may_build(data) or any(word in data for word in _WORDS)

    def _tree(self, path: str) -> YamlNode | None:
        if path not in self._trees:
            text = self.workspace.text(path)
            try:
                documents = read_yaml(text) if text is not None else []
            except UnreadableError:
                documents = []
            self._trees[path] = documents[0] if documents else None
        return self._trees[path]

    def _workflow(
        self, path: str, given: Mapping[str, Any] | None, depth: int
    ) -> Iterator[Found]:
        """The jobs of a workflow; `given` are its inputs where another one uses it."""
        tree = self._tree(path)
        jobs = tree.get("jobs") if tree is not None else None
        if tree is None or jobs is None:
            if depth == 0:
                yield Unresolved(Written(path), "it cannot be read as a workflow")
            return
        inputs = _inputs(tree, given)
        for name, job in jobs.entries.items():
            matrix = job.get("strategy", "matrix")
            for row in combinations(matrix):
                values: dict[str, Any] = {
                    "matrix": row,
                    "inputs": inputs,
                    "github": {"workspace": rooted("."), "event": {"inputs": inputs}},
                }
                values["github"] = _Github(values["github"])
                env = _environment((tree.get("env"), job.get("env")), values)
                values["env"] = env
                folder = _folder_of_runs(job, values) or _folder_of_runs(tree, values)
                run = _StepPlace(
                    path, f"job {name}", values, folder or ".", _prefix(job), env
                )
                yield from self._job(job, run, depth)

    def _job(self, job: YamlNode, run: _StepPlace, depth: int) -> Iterator[Found]:
        uses = job.get("uses")
        if uses is not None:
            yield from self._use(uses.text or "", job.get("with"), run, depth)
            return
        steps = job.get("steps")
        for step in steps.items if steps is not None else ():
            yield from self._step(step, run, depth)

    def _step(self, step: YamlNode, run: _StepPlace, depth: int) -> Iterator[Found]:
        uses, script = step.get("uses"), step.get("run")
        if uses is not None and uses.text is not None:
            name = uses.text.partition("@")[0]
            inputs = step.get("with") or YamlNode({}, step.line)
            action = _ACTIONS.get(name)
            if action is not None:
                yield from self._docker_action(step, name, inputs, action, run)
            elif name in _BAKES:
                yield from self._bake_action(step, inputs, run)
            elif name.startswith("./"):
                yield from self._use(name, step.get("with"), run, depth)
        elif script is not None and script.text is not None:
            yield from self._script(step, script, run)

    def _use(
        self, name: str, given: YamlNode | None, run: _StepPlace, depth: int
    ) -> Iterator[Found]:
        """A workflow or an action of the repository, with the inputs that it is given."""
        self._uses += 1
        if not name.startswith("./") or depth >= _DEEPEST or self._uses > _MOST_USES:
            return
        place = _without_prefix(name.removeprefix("./"), run.prefix)
        path = joined(".", place)
        if path is None:
            return
        inputs = {
            key: _known(node, run.values)
            for key, node in (given.entries if given is not None else {}).items()
        }
        if path.endswith((".yml", ".yaml")):
            self.used.add(path)
            yield from self._workflow(path, inputs, depth + 1)
            return
        for file in (f"{path}/action.yml", f"{path}/action.yaml"):
            tree = self._tree(file)
            steps = tree.get("runs", "steps") if tree is not None else None
            if tree is None or steps is None:
                continue
            self.used.add(file)
            values = {**run.values, "inputs": _inputs(tree, inputs)}
            values["github"] = _Github(
                {**run.values["github"], "action_path": rooted(path)}
            )
            inner = _StepPlace(
                file, f"action {path}", values, ".", run.prefix, run.environment
            )
            for step in steps.items:
                yield from self._step(step, inner, depth + 1)

    def _docker_action(
        self,
        step: YamlNode,
        name: str,
        inputs: YamlNode,
        action: DockerAction,
        run: _StepPlace,
    ) -> Iterator[Found]:
        values = _values_of(step, run)
        written = Written(run.path, step.line)
        texts: dict[str, str | None] = {}
        for key in (action.context, action.file, action.target):
            try:
                node = inputs.get(key)
                texts[key] = filled(node.text or "", values) if node is not None else ""
            except UnknownValueError as error:
                yield Unresolved(written, f"{run.about}: {key} {error}")
                return

        context, dockerfile = self._places(
            texts[action.context] or "", (texts[action.file] or "").strip(), action, run
        )
        for part in (context, dockerfile):
            if part.text is None:
                yield Unresolved(written, f"{run.about}: {part.why}")
                return
        assert context.text is not None
        yield checked(
            self.workspace,
            BuildDefinition(
                dockerfile.text or "",
                context.text,
                BuildSourceKind.WORKFLOW,
                (written,),
                f"{name} in {run.about}",
                texts[action.target] or None,
                _arguments(inputs.get(action.args), values),
                _platforms(inputs.get("platforms"), values),
                _contexts(inputs.get("build-contexts"), values, run.prefix),
                names=_tags(inputs.get("tags"), values),
                is_published=_is_pushed(inputs),
            ),
        )

    def _places(
        self, context: str, file: str, action: DockerAction, run: _StepPlace
    ) -> tuple[Setting, Setting]:
        """The context and the Dockerfile of an action."""
        is_git = (action.is_git and not context) or context.startswith(_GIT_CONTEXT)
        if is_git:
            place = context.removeprefix(_GIT_CONTEXT).lstrip(":/") or "."
            folder = joined(".", place)
            if folder is None:
                why = f"{place} is outside the repository"
                return Setting(None, 0, why), Setting(None, 0, why)
            # Of a git context the Dockerfile counts from the context
            return Setting(folder, 0), dockerfile_in(
                self.workspace, folder, file or None
            )
        if is_remote(context):
            why = f"its context is remote: {context}"
            return Setting(None, 0, why), Setting(None, 0, why)
        wanted = Setting(_without_prefix(context or ".", run.prefix), 0)
        placed = local(".", wanted)
        assert placed is not None
        if placed.text is None:
            return placed, placed
        if file:
            named = local(".", Setting(_without_prefix(file, run.prefix), 0))
            assert named is not None
            return placed, named
        return placed, dockerfile_in(self.workspace, placed.text, None)

    def _bake_action(
        self, step: YamlNode, inputs: YamlNode, run: _StepPlace
    ) -> Iterator[Found]:
        values = _values_of(step, run)
        written = Written(run.path, step.line)
        try:
            source = _input(inputs, "source", values) or _input(
                inputs, "workdir", values
            )
            files = _listed(_input(inputs, "files", values))
            targets = _listed(_input(inputs, "targets", values))
        except UnknownValueError as error:
            yield Unresolved(written, f"{run.about}: {error}")
            return
        place = source.removeprefix(_GIT_CONTEXT).lstrip(":/") or "."
        folder = joined(".", _without_prefix(place, run.prefix))
        if folder is None or is_remote(source):
            yield Unresolved(
                written, f"{run.about}: its source {source} is not a directory"
            )
            return
        paths = []
        for file in files:
            path = joined(folder, _without_prefix(file, run.prefix))
            # What other steps make, as the metadata of docker/metadata-action, is not there
            if path is not None and self.workspace.is_file(path):
                paths.append(path)
        yield BuildCall(
            BuildSourceKind.BAKE, written, folder, tuple(paths), tuple(targets)
        )

    def _script(
        self, step: YamlNode, script: YamlNode, run: _StepPlace
    ) -> Iterator[Found]:
        shell = step.get("shell")
        if shell is not None and (shell.text or "").split()[:1] not in (
            ["bash"],
            ["sh"],
        ):
            return
        values = _values_of(step, run)
        text, reasons = with_names(script.text or "", values)
        folder: str | None = run.folder
        directory = step.get("working-directory")
        if directory is not None:
            try:
                folder = joined(".", filled(directory.text or "", values))
            except UnknownValueError:
                folder = None
        if folder is None:
            return
        known = {
            name: value
            for name, value in values["env"].items()
            if isinstance(value, str)
        }
        yield from script_builds(
            self.workspace,
            ScriptText(
                text,
                run.path,
                (_without_prefix(folder, run.prefix),),
                BuildSourceKind.WORKFLOW,
                f"docker build in {run.about}",
                _places_of(run.path, script),
                {**known, "GITHUB_WORKSPACE": rooted(".")},
                reasons,
            ),
        )


class _Github(dict[str, Any]):
    """The context `github`: what it does not hold here is known only in a run."""

    def get(self, key: str, _default: Any = None) -> Any:
        return self[key] if key in self else NotKnown("is known only in a run")


class _StepEnvironment(dict[str, Any]):
    """The context `env`: what it does not hold an earlier step may have set."""

    def get(self, key: str, _default: Any = None) -> Any:
        return self[key] if key in self else NotKnown("is not set")


def _places_of(path: str, node: YamlNode) -> Callable[[int], Written]:
    """Where the lines of a text in YAML are written."""

    def place(line: int) -> Written:
        return Written(path, node.line + (line if node.is_block else 0))

    return place


def _inputs(tree: YamlNode, given: Mapping[str, Any] | None) -> dict[str, Any]:
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


def _known(node: YamlNode, values: Mapping[str, Any]) -> Any:
    try:
        return filled(node.text, values) if node.text is not None else plain(node)
    except UnknownValueError as error:
        return NotKnown(str(error))


def _environment(
    nodes: tuple[YamlNode | None, ...], values: Mapping[str, Any]
) -> _StepEnvironment:
    found = _StepEnvironment()
    for node in nodes:
        for name, item in (node.entries if node is not None else {}).items():
            found[name] = _known(item, {**values, "env": found})
    return found


def _values_of(step: YamlNode, run: _StepPlace) -> dict[str, Any]:
    env = _StepEnvironment(run.environment)
    env.update(_environment((step.get("env"),), run.values))
    return {**run.values, "env": env}


def _folder_of_runs(node: YamlNode, values: Mapping[str, Any]) -> str | None:
    directory = node.get("defaults", "run", "working-directory")
    if directory is None or directory.text is None:
        return None
    try:
        return joined(".", filled(directory.text, values))
    except UnknownValueError:
        return None


def _prefix(job: YamlNode) -> str:
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


def _without_prefix(path: str, prefix: str) -> str:
    if not prefix:
        return path
    short = path.removeprefix("./")
    if short == prefix:
        return "."
    return short.removeprefix(f"{prefix}/")


def _input(inputs: YamlNode, name: str, values: Mapping[str, Any]) -> str:
    node = inputs.get(name)
    return filled(node.text or "", values) if node is not None else ""


def _listed(text: str) -> list[str]:
    """A list: on lines, or between commas."""
    parts = [part.strip() for part in text.replace(",", "\n").split("\n")]
    return [part for part in parts if part]


def _arguments(
    node: YamlNode | None, values: Mapping[str, Any]
) -> dict[str, str | None]:
    """`NAME=value` on lines; a value that is not known is None."""
    found: dict[str, str | None] = {}
    if node is None or node.text is None:
        return found
    text, reasons = with_names(node.text, values)
    for line in text.split("\n"):
        name, equals, value = line.strip().partition("=")
        if not name or name.startswith("#") or not equals:
            continue
        is_unknown = any(f"${{{key}}}" in value for key in reasons)
        found[name] = None if is_unknown else value.strip().strip("\"'")
    return found


def _is_pushed(inputs: YamlNode) -> bool:
    """Whether an action pushes what it builds, at least under a condition."""
    push = inputs.get("push")
    outputs = inputs.get("outputs")
    texts = [node.text or "" for node in (push, outputs) if node is not None]
    return any(text == "true" or "${{" in text or "push=" in text for text in texts)


def _platforms(node: YamlNode | None, values: Mapping[str, Any]) -> tuple[str, ...]:
    if node is None or node.text is None:
        return ()
    try:
        return listed_platforms(filled(node.text, values))
    except UnknownValueError:
        return ()


def _contexts(
    node: YamlNode | None, values: Mapping[str, Any], prefix: str
) -> dict[str, str | None]:
    found = _arguments(node, values)
    for name, value in found.items():
        if value is not None and not is_remote(value):
            found[name] = joined(".", _without_prefix(value, prefix))
    return found


def _tags(node: YamlNode | None, values: Mapping[str, Any]) -> tuple[str, ...]:
    if node is None or node.text is None:
        return ()
    text, reasons = with_names(node.text, values)
    return tuple(
        tag for tag in _listed(text) if not any(f"${{{key}}}" in tag for key in reasons)
    )
