"""What the page says of two images side by side."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.image.entry_changes import EntryChange
from lightship.image.scan import Entry
from lightship.image.stack import packed
from lightship.inspection.comparison import (
    Comparison,
    ConfigChange,
    PackageChange,
    PathChange,
)
from lightship.inspection.inspection import NOT_SEARCHED
from lightship.report.image.html.data import ROWS, image_data
from lightship.report.image.html.views import lay_out
from lightship.report.kit.html.data import Cells, Data, outcome_data, table
from lightship.report.kit.html.page_text import lines, path, shown


def comparison_data(comparison: Comparison) -> Data:
    """The page of a comparison."""
    before = comparison.before
    after = comparison.after
    old, new = _differing(comparison)
    old_views, _ = lay_out(before, old)
    new_views, _ = lay_out(after, new)
    notes = dict.fromkeys((*before.notes, *after.notes))
    notes.pop(NOT_SEARCHED, None)  # no comparison shows secrets
    outcomes = [outcome_data(outcome) for outcome in comparison.outcomes]
    shared = [list(pair) for pair in comparison.shared]
    return {
        "kind": "comparison",
        "images": [image_data(before, old_views), image_data(after, new_views)],
        "same": comparison.same,
        "semantic": comparison.semantic,
        "reason": lines(comparison.first_reason),
        "shared": shared,
        "uncompared": comparison.uncompared,
        "figures": _figures(comparison),
        "outcomes": outcomes,
        "notes": list(map(lines, notes)),
        "files": _files(comparison),
        "packages": _packages(comparison),
        "config": _config(comparison),
    }


def _differing(comparison: Comparison) -> tuple[frozenset[int], frozenset[int]]:
    """References to the files of each image whose content the other has not at that path."""
    old: set[int] = set()
    new: set[int] = set()
    for change in comparison.files:
        if change.is_metadata_only:
            continue
        if change.before:
            old.add(_reference(change.before))
        if change.after:
            new.add(_reference(change.after))
    return frozenset(old), frozenset(new)


def _reference(entry: Entry) -> int:
    return packed(entry.layer, entry.index)


def _figures(comparison: Comparison) -> list[Cells]:
    return [[figure.name, figure.before, figure.after] for figure in comparison.figures]


def _files(comparison: Comparison) -> Data:
    """The largest differences."""

    def order(change: PathChange) -> tuple[int, int, bytes]:
        largest = max(change.old_size, change.new_size)
        return -abs(change.grows), -largest, change.path

    files = sorted(comparison.files, key=order)
    return table(map(_file, files[:ROWS]), len(files))


def _file(change: PathChange) -> Cells:
    return [
        path(change.path),
        change.difference.value,
        ", ".join(_differences(change)),
        change.old_size,
        change.new_size,
        change.grows,
    ]


def _differences(change: PathChange) -> Iterator[str]:
    """In what a path differs that both images have."""
    if change.differs != EntryChange.NEW:
        yield from change.differs.words
    if not change.compared:
        yield "content not compared"


def _packages(comparison: Comparison) -> Data:
    def order(change: PackageChange) -> tuple[int, str]:
        return -abs(change.grows), change.name

    packages = sorted(comparison.packages, key=order)
    return table(map(_package, packages[:ROWS]), len(packages))


def _package(change: PackageChange) -> Cells:
    return [
        change.manager,
        shown(change.name),
        change.difference.value,
        shown(", ".join(change.before)),
        shown(", ".join(change.after)),
        change.old_size,
        change.new_size,
        change.grows,
    ]


def _config(comparison: Comparison) -> Data:
    settings = comparison.config
    return table(map(_setting, settings[:ROWS]), len(settings))


def _setting(change: ConfigChange) -> list[str | None]:
    return [shown(change.name), _value(change.before), _value(change.after)]


def _value(text: str | None) -> str | None:
    """None where the setting is not set."""
    return None if text is None else lines(text)
