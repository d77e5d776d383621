"""The combinations of a matrix of GitHub's workflows.

Source: docs.github.com, "Running variations of jobs in a workflow": a row of `include` is added to
every combination whose own values it does not change, and is one of its own where there is none.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from lightship.builds.ci.github_expression import NotKnown, plain
from lightship.builds.yaml_tree import YamlNode

MOST = 256  # as GitHub allows
_COMPUTED = "is computed by another job"


def combinations(matrix: YamlNode | None) -> list[dict[str, Any]]:
    """All rows; one without values where there is no matrix."""
    if matrix is None:
        return [{}]
    if matrix.text is not None:
        return [_AnyAxis()]
    axes: dict[str, list[Any]] = {}
    for name, node in matrix.entries.items():
        if name not in ("include", "exclude"):
            items = plain(node)
            axes[name] = items if isinstance(items, list) else [NotKnown(_COMPUTED)]

    number = 1
    for items in axes.values():
        number *= len(items)
    if number > MOST:
        axes = {name: [NotKnown("has too many values")] for name in axes}
    rows = [dict(zip(axes, row, strict=True)) for row in product(*axes.values())]
    excluded = _rows(matrix.entries.get("exclude"))
    rows = [row for row in rows if not any(_fits(row, part) for part in excluded)]
    if not axes:
        rows = []
    included = _included(rows, _rows(matrix.entries.get("include")), set(axes))
    return included[:MOST] or [{}]


class _AnyAxis(dict[str, Any]):
    """A matrix that is computed: every value of it exists and is not known."""

    def get(self, _key: str, _default: Any = None) -> Any:
        return NotKnown(_COMPUTED)


def _rows(node: YamlNode | None) -> list[dict[str, Any]]:
    if node is None:
        return []
    if node.text is not None:
        return [_AnyAxis()]
    return [row for row in plain(node) or [] if isinstance(row, dict)]


def _fits(row: dict[str, Any], part: dict[str, Any]) -> bool:
    return bool(part) and all(row.get(name) == value for name, value in part.items())


def _included(
    rows: list[dict[str, Any]], more: list[dict[str, Any]], axes: set[str]
) -> list[dict[str, Any]]:
    original = [dict(row) for row in rows]
    result = list(rows)
    for part in more:
        if isinstance(part, _AnyAxis):
            result.append(part)
            continue
        own = {name: value for name, value in part.items() if name in axes}
        fitting = [
            number
            for number, row in enumerate(original)
            if all(row.get(name) == value for name, value in own.items())
        ]
        for number in fitting:
            result[number] = {**result[number], **part}
        if not fitting:
            result.append(part)
    return result
