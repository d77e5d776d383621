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

    axes = _axes(matrix)
    rows = _products(axes)
    excluded = _rows(matrix.entries.get("exclude"))
    kept = [row for row in rows if not _is_excluded(row, excluded)]
    more = _rows(matrix.entries.get("include"))
    included = _included(kept, more, set(axes))
    return included[:MOST] or [{}]


def _axes(matrix: YamlNode) -> dict[str, list[Any]]:
    """The values of each axis."""
    axes: dict[str, list[Any]] = {}
    for name, node in matrix.entries.items():
        if name in ("include", "exclude"):
            continue
        items = plain(node)
        if not isinstance(items, list):
            items = [NotKnown(_COMPUTED)]
        axes[name] = items
    return axes


def _products(axes: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Each combination of the values of all axes; none without any."""
    if not axes:
        return []
    number = 1
    for items in axes.values():
        number *= len(items)
    if number > MOST:
        return [dict.fromkeys(axes, NotKnown("has too many values"))]

    rows = []
    for values in product(*axes.values()):
        row = dict(zip(axes, values, strict=True))
        rows.append(row)
    return rows


def _is_excluded(row: dict[str, Any], excluded: list[dict[str, Any]]) -> bool:
    return any(_fits(row, part) for part in excluded)


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
    return bool(part) and _agrees(row, part)


def _included(
    rows: list[dict[str, Any]], more: list[dict[str, Any]], axes: set[str]
) -> list[dict[str, Any]]:
    """The rows with what `include` adds to them, and the rows that it adds."""
    original = [dict(row) for row in rows]
    result = list(rows)
    for part in more:
        if isinstance(part, _AnyAxis):
            result.append(part)
            continue

        own = {name: part[name] for name in part if name in axes}
        is_added = False
        for number, row in enumerate(original):
            if _agrees(row, own):
                result[number] = {**result[number], **part}
                is_added = True
        if not is_added:
            result.append(part)
    return result


def _agrees(row: dict[str, Any], part: dict[str, Any]) -> bool:
    """Whether a row has all values of a part."""
    return all(row.get(name) == value for name, value in part.items())
