"""What the steps of a workflow build: actions that build, bake, and scripts.

Inputs of docker/build-push-action are those of its action.yml: without `context` the repository
itself is sent (its git context), and `file` then counts from there; with a path both count from the
workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lightship.builds.bake.bake_overrides import read_override
from lightship.builds.build_paths import (
    Setting,
    checked,
    dockerfile_in,
    is_remote,
    local,
)
from lightship.builds.ci.github_expression import NotKnown, filled, with_names
from lightship.builds.ci.github_labels import (
    bake_labels,
    labels_of_input,
    list_field,
)
from lightship.builds.ci.github_values import (
    StepPlace,
    values_of_step,
    without_prefix,
)
from lightship.builds.commands.build_command import listed_platforms
from lightship.builds.commands.script_builds import script_builds
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.definition import (
    BakeOverride,
    BuildCall,
    BuildDefinition,
    BuildSourceKind,
    Found,
    Unresolved,
    Written,
)
from lightship.builds.file_outputs import are_files
from lightship.builds.interpolation import UnknownValueError
from lightship.builds.workspace import Workspace, joined, rooted
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record
from lightship.regex import regex

_GIT_CONTEXT = "{{defaultContext}}"
_OF_A_STEP = regex(r"(?:cwd://)?\$\{\{\s*steps\.[^{}]*\}\}")
_PUSHING = regex(r"\bpush=(?!false)|\btype=registry\b")


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
ACTIONS = {
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
BAKES = frozenset({"docker/bake-action", "depot/bake-action"})


def docker_action(
    workspace: Workspace,
    step: YamlNode,
    name: str,
    inputs: YamlNode,
    action: DockerAction,
    run: StepPlace,
) -> Iterator[Found]:
    """The build of a step that uses an action which builds."""
    values = values_of_step(step, run)
    written = Written(run.path, step.line)
    texts: dict[str, str | None] = {}
    for key in (action.context, action.file, action.target):
        try:
            node = inputs.get(key)
            texts[key] = filled(node.text or "", values) if node is not None else ""
        except UnknownValueError as error:
            yield Unresolved(written, f"{run.about}: {key} {error}")
            return

    context, dockerfile = _places(
        workspace,
        texts[action.context] or "",
        (texts[action.file] or "").strip(),
        action,
        run,
    )
    for part in (context, dockerfile):
        if part.text is None:
            yield Unresolved(written, f"{run.about}: {part.why}")
            return
    assert context.text is not None
    yield checked(
        workspace,
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
            is_exported=_is_exported(inputs),
            labels=labels_of_input(inputs.get("labels"), values, run),
        ),
    )


def _places(
    workspace: Workspace, context: str, file: str, action: DockerAction, run: StepPlace
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
        return Setting(folder, 0), dockerfile_in(workspace, folder, file or None)
    if is_remote(context):
        why = f"its context is remote: {context}"
        return Setting(None, 0, why), Setting(None, 0, why)
    wanted = Setting(without_prefix(context or ".", run.prefix), 0)
    placed = local(".", wanted)
    assert placed is not None
    if placed.text is None:
        return placed, placed
    if file:
        named = local(".", Setting(without_prefix(file, run.prefix), 0))
        assert named is not None
        return placed, named
    return placed, dockerfile_in(workspace, placed.text, None)


def bake_action(
    workspace: Workspace, step: YamlNode, inputs: YamlNode, run: StepPlace
) -> Iterator[Found]:
    """The files that a step with the bake action builds."""
    values = values_of_step(step, run)
    written = Written(run.path, step.line)
    try:
        source = _input(inputs, "source", values) or _input(inputs, "workdir", values)
        files = _listed(filled(_files_there(inputs), values))
        targets = _listed(_input(inputs, "targets", values))
    except UnknownValueError as error:
        yield Unresolved(written, f"{run.about}: {error}")
        return
    place = source.removeprefix(_GIT_CONTEXT).lstrip(":/") or "."
    folder = joined(".", without_prefix(place, run.prefix))
    if folder is None or is_remote(source):
        yield Unresolved(
            written, f"{run.about}: its source {source} is not a directory"
        )
        return
    overrides = list(_metadata_overrides(inputs.get("files"), values, run))
    paths = []
    for file in files:
        path = joined(folder, without_prefix(file, run.prefix))
        if path is not None and workspace.is_file(path):
            paths.append(path)
    overrides += _overrides(inputs.get("set"), values, run.path)
    kind = BuildSourceKind.BAKE
    yield BuildCall(
        kind, written, folder, tuple(paths), tuple(targets), tuple(overrides)
    )


def _files_there(inputs: YamlNode) -> str:
    """The files of a step, without those that other steps make, as docker/metadata-action does."""
    named = _listed(_text_of(inputs, "files"))
    return "\n".join(file for file in named if not _OF_A_STEP.fullmatch(file))


def _metadata_overrides(
    node: YamlNode | None, values: Mapping[str, Any], run: StepPlace
) -> Iterator[BakeOverride]:
    """The labels of the bake file that docker/metadata-action writes, as what is set for it."""
    text = node.text if node is not None else None
    for line in _listed(text or ""):
        for target, key, label in bake_labels(line, values, run):
            written = Written(label.path, label.line)
            yield BakeOverride(
                target, f"labels.{key}", label.value, "", written=written
            )


def _overrides(
    node: YamlNode | None, values: Mapping[str, Any], path: str
) -> Iterator[BakeOverride]:
    """What is set for targets, one on a line, in the file `path`."""
    if node is None or node.text is None:
        return
    text, reasons = with_names(node.text, values)
    rows = text.split("\n")
    raw_rows = node.text.split("\n")
    place_of = _places_of(path, node)
    for number, line in enumerate(rows, 1):
        # An expression may have several lines itself
        raw = raw_rows[number - 1] if len(raw_rows) == len(rows) else ""
        unknown = [why for key, why in reasons.items() if f"${{{key}}}" in line]
        why = unknown[0] if unknown else ""
        written = place_of(number)
        override = read_override(line.strip(), why, raw.strip(), written)
        if override is not None:
            yield override


def run_script(
    workspace: Workspace, step: YamlNode, script: YamlNode, run: StepPlace
) -> Iterator[Found]:
    """What the script of a step builds."""
    shell = step.get("shell")
    if shell is not None and (shell.text or "").split()[:1] not in (
        ["bash"],
        ["sh"],
    ):
        return
    values = values_of_step(step, run)
    text, reasons = with_names(script.text or "", values)
    folder: str | None = run.folder
    directory = step.get("working-directory")
    if directory is not None:
        try:
            folder = joined(".", filled(directory.text or "", values))
        except UnknownValueError:
            folder = None
    if folder is not None:
        folder = without_prefix(folder, run.prefix)
    environment = values["env"].items()
    known = {name: value for name, value in environment if isinstance(value, str)}
    for name, value in environment:
        if isinstance(value, NotKnown):
            reasons[name] = value.why
    yield from script_builds(
        workspace,
        ScriptText(
            text,
            run.path,
            (folder,),
            BuildSourceKind.WORKFLOW,
            f"docker build in {run.about}",
            _places_of(run.path, script),
            {**known, "GITHUB_WORKSPACE": rooted(".")},
            reasons,
        ),
    )


def _places_of(path: str, node: YamlNode) -> Callable[[int], Written]:
    """Where the lines of a text in YAML are written."""

    def place(line: int) -> Written:
        return Written(path, node.line + (line if node.is_block else 0))

    return place


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
        name, equals, value = list_field(line.strip()).partition("=")
        if not name or name.startswith("#") or not equals:
            continue
        is_unknown = any(f"${{{key}}}" in value for key in reasons)
        found[name] = None if is_unknown else value
    return found


def _is_exported(inputs: YamlNode) -> bool:
    """Whether an action writes what it builds as files alone."""
    outputs = inputs.get("outputs")
    if outputs is None or outputs.text is None or _is_pushed(inputs):
        return False
    lines = [line.strip() for line in outputs.text.splitlines()]
    return are_files([line for line in lines if line])


def _is_pushed(inputs: YamlNode) -> bool:
    """Whether an action pushes what it builds, at least under a condition."""
    push = _text_of(inputs, "push")
    outputs = _text_of(inputs, "outputs")
    if push == "true" or "${{" in push:
        return True
    # In the name of an image an expression says nothing: `type=image,name=acme/${{ matrix.app }}`
    is_open = outputs.startswith("${{")
    return is_open or _PUSHING.search(outputs) is not None


def _text_of(inputs: YamlNode, name: str) -> str:
    node = inputs.get(name)
    return (node.text or "") if node is not None else ""


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
            found[name] = joined(".", without_prefix(value, prefix))
    return found


def _tags(node: YamlNode | None, values: Mapping[str, Any]) -> tuple[str, ...]:
    if node is None or node.text is None:
        return ()
    text, reasons = with_names(node.text, values)
    return tuple(
        tag for tag in _listed(text) if not any(f"${{{key}}}" in tag for key in reasons)
    )
