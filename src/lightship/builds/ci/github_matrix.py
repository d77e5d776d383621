"""The combinations of a matrix of GitHub's workflows.

Source: docs.github.com, "Running variations of jobs in a workflow": a row of `include` is added to
every combination whose own values it does not change, and is one of its own where there is none.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

from lightship.builds.ci.github_expression import NotKnown, plain
from lightship.builds.yaml_tree import YamlNode

# The values of one combination, and all values, by the names of axes
Row = dict[str, Any]
Axes = dict[str, list[Any]]
MOST = 256  # as GitHub allows
_COMPUTED = "is computed by another job"


def combinations(matrix: YamlNode | None) -> list[Row]:
    """All rows; one without values where there is no matrix."""
    if matrix is None:
        return [{}]
    if matrix.text is not None:
        return [_AnyAxis()]

    axes = _axes(matrix)
    excluded = _rows(matrix.entries.get("exclude"))
    more = _rows(matrix.entries.get("include"))
    rows = _products(axes)
    kept = [row for row in rows if not _is_excluded(row, excluded)]
    result = _included(kept, more, axes)
    return result[:MOST] or [{}]


def _axes(matrix: YamlNode) -> Axes:
    """The values of each axis."""
    axes: Axes = {}
    for name, node in matrix.entries.items():
        if name in ("include", "exclude"):
            continue
        items = plain(node)
        if not isinstance(items, list):
            items = [NotKnown(_COMPUTED)]
        axes[name] = items
    return axes


def _products(axes: Axes) -> list[Row]:
    """Each combination of the values of all axes; none without any."""
    if not axes:
        return []
    number = prod(len(items) for items in axes.values())
    if number > MOST:
        too_many = NotKnown("has too many values")
        return [dict.fromkeys(axes, too_many)]

    combined = product(*axes.values())
    return [dict(zip(axes, values, strict=True)) for values in combined]


def _is_excluded(row: Row, excluded: list[Row]) -> bool:
    """Whether a row has all values of one that `exclude` names; an empty one names none."""
    return any(part and _agrees(row, part) for part in excluded)


class _AnyAxis(Row):
    """A matrix that is computed: every value of it exists and is not known."""

    def get(self, _key: str, _default: Any = None) -> Any:
        return NotKnown(_COMPUTED)


def _rows(node: YamlNode | None) -> list[Row]:
    """The rows of `include` or `exclude`."""
    if node is None:
        return []
    if node.text is not None:
        return [_AnyAxis()]
    items = plain(node) or []
    return [item for item in items if isinstance(item, dict)]


def _included(rows: list[Row], more: list[Row], axes: Axes) -> list[Row]:
    """The rows with what `include` adds to them, and the rows that it adds."""
    original = [dict(row) for row in rows]
    result = [dict(row) for row in rows]
    for part in more:
        if isinstance(part, _AnyAxis):
            result.append(part)
            continue

        # It is added where it changes no value of an axis
        own = {name: part[name] for name in axes if name in part}
        is_added = False
        for number, row in enumerate(original):
            if not _agrees(row, own):
                continue
            result[number].update(part)
            is_added = True
        if not is_added:
            result.append(part)
    return result


def _agrees(row: Row, part: Row) -> bool:
    """Whether a row has all values of a part."""
    return all(row.get(name) == value for name, value in part.items())
