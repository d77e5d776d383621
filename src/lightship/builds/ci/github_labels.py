"""The labels that a step of a workflow gives its image, those of docker/metadata-action too.

Source: docker/metadata-action, src/meta.ts, getLabels: a key for each of the specification that it
can fill, then its own input `labels`, of which the last line wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lightship.builds.ci.github_expression import with_names
from lightship.builds.ci.github_values import StepPlace
from lightship.builds.yaml_tree import YamlNode
from lightship.regex import regex
from lightship.repository_facts import GivenLabel

METADATA_ACTION = "docker/metadata-action"
METADATA_TARGET = "docker-metadata-action"
"""What the target of its bake file is called, unless `bake-target` says otherwise."""
_MADE = (
    "title",
    "description",
    "url",
    "source",
    "version",
    "created",
    "revision",
    "licenses",
)
_OCI = "org.opencontainers.image."
# `${{ steps.meta.outputs.labels }}`, `${{ steps.meta.outputs.bake-file-labels }}`
_OUTPUT = regex(
    r"(?:cwd://)?\$\{\{\s*steps\.([\w-]+)\.outputs\.(labels|bake-file(?:-labels)?)\s*\}\}"
)
_TEMPLATE = "{{"
Values = Mapping[str, Any]


def labels_of_input(
    node: YamlNode | None, values: Values, run: StepPlace
) -> dict[str, GivenLabel]:
    """The labels of an input, a line each."""
    found: dict[str, GivenLabel] = {}
    if node is None or node.text is None:
        return found
    for number, line in enumerate(node.text.split("\n")):
        written = node.line + (number + 1 if node.is_block else 0)
        meta = _metadata_step(line, run)
        if meta is not None:
            found |= _made_by(meta, values, run)
        else:
            found |= _given(line, values, run.path, written)
    return found


def bake_labels(
    text: str, values: Values, run: StepPlace
) -> Iterator[tuple[str, str, GivenLabel]]:
    """The target, key and label of each that a bake file of the metadata action gives."""
    meta = _metadata_step(text, run)
    if meta is None:
        return
    target = _text(meta, "bake-target") or METADATA_TARGET
    for key, label in _made_by(meta, values, run).items():
        yield target, key, label


def _metadata_step(line: str, run: StepPlace) -> YamlNode | None:
    """The step of the metadata action whose output a line is; None for any other line."""
    match = _OUTPUT.fullmatch(line.strip())
    if match is None or not run.frames:
        return None
    frame = run.frames[-1]
    for step in frame.steps[: frame.number]:
        uses = step.get("uses")
        name = (uses.text or "") if uses is not None else ""
        identity = step.get("id")
        is_named = identity is not None and identity.text == match[1]
        if is_named and name.partition("@")[0] == METADATA_ACTION:
            return step
    return None


def _made_by(step: YamlNode, values: Values, run: StepPlace) -> dict[str, GivenLabel]:
    """The labels that a step of the metadata action makes."""
    found: dict[str, GivenLabel] = {}
    for name in _MADE:
        found[f"{_OCI}{name}"] = GivenLabel(None, run.path, step.line)
    return found | labels_of_input(step.get("with", "labels"), values, run)


def _given(
    line: str, values: Values, path: str, written: int
) -> Iterator[tuple[str, GivenLabel]]:
    """`KEY=VALUE`; a comment or a line without a known key is none."""
    text, reasons = with_names(line, values)
    key, equals, value = list_field(text.strip()).partition("=")
    if not key or not equals or key.startswith("#") or "$" in key:
        return
    is_unknown = any(f"${{{name}}}" in value for name in reasons)
    is_unknown = is_unknown or _TEMPLATE in value
    yield key, GivenLabel(None if is_unknown else value, path, written)


def list_field(line: str) -> str:
    """A line of a list as the actions read it: as a field of CSV.

    Quotes around the whole line are taken off; those inside it belong to the value.
    Source: docker/actions-toolkit, src/util.ts, getList.
    """
    is_quoted = len(line) > 1 and line[0] == line[-1] == '"'
    return line[1:-1].replace('""', '"') if is_quoted else line


def _text(step: YamlNode, name: str) -> str:
    node = step.get("with", name)
    return (node.text or "").strip() if node is not None else ""
