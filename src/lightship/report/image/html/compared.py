"""What the page says of two images side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightship.image.entry_changes import EntryChange
from lightship.image.stack import packed
from lightship.inspection.comparison import (
    Comparison,
    ConfigChange,
    FileChange,
    PackageChange,
)
from lightship.report.image.html.data import ROWS, image_data, outcome_data, table
from lightship.report.image.html.views import lay_out
from lightship.report.kit.html.text import lines, path, shown


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """The page of a comparison."""
    before, after = comparison.before, comparison.after
    old, new = _differing(comparison)
    images = [
        image_data(before, lay_out(before, old)[0]),
        image_data(after, lay_out(after, new)[0]),
    ]
    files = sorted(
        comparison.files,
        key=lambda each: (
            -abs(each.grows),
            -max(each.old_size, each.new_size),
            each.path,
        ),
    )
    packages = sorted(
        comparison.packages, key=lambda each: (-abs(each.grows), each.name)
    )
    return {
        "kind": "comparison",
        "images": images,
        "same": comparison.same,
        "semantic": comparison.semantic,
        "reason": lines(comparison.first_reason),
        "shared": [list(pair) for pair in comparison.shared],
        "uncompared": comparison.uncompared,
        "figures": [
            [each.name, each.before, each.after] for each in comparison.figures
        ],
        "outcomes": [outcome_data(each) for each in comparison.outcomes],
        "notes": [lines(note) for note in dict.fromkeys((*before.notes, *after.notes))],
        "files": table(map(_file, files[:ROWS]), len(files)),
        "packages": table(map(_package, packages[:ROWS]), len(packages)),
        "config": table(
            map(_setting, comparison.config[:ROWS]), len(comparison.config)
        ),
    }


def _differing(comparison: Comparison) -> tuple[frozenset[int], frozenset[int]]:
    """References to the files of each image whose content the other has not at that path."""
    telling = [each for each in comparison.files if not each.is_metadata_only]
    old = frozenset(
        packed(each.before.layer, each.before.index) for each in telling if each.before
    )
    new = frozenset(
        packed(each.after.layer, each.after.index) for each in telling if each.after
    )
    return old, new


def _file(each: FileChange) -> list[Any]:
    return [
        path(each.path),
        each.difference.value,
        ", ".join(_what(each)),
        each.old_size,
        each.new_size,
        each.grows,
    ]


def _what(each: FileChange) -> Iterator[str]:
    """In what a path differs that both images have."""
    if each.differs != EntryChange.NEW:
        yield from each.differs.words
    if not each.compared:
        yield "content not compared"


def _package(each: PackageChange) -> list[Any]:
    versions = [shown(", ".join(side)) for side in (each.before, each.after)]
    sizes = [each.old_size, each.new_size, each.grows]
    return [each.manager, shown(each.name), each.difference.value, *versions, *sizes]


def _setting(each: ConfigChange) -> list[str | None]:
    return [
        shown(each.name),
        *(
            None if value is None else lines(value)
            for value in (each.before, each.after)
        ),
    ]
