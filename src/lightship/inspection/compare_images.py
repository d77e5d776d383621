"""Two images side by side, and whether they are the same.

Time grows with the entries of both. The contents of two files are compared where they have one path
and one size: by xxh3, so not at all for files of a layer that both images have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from lightship.image.entry_changes import EntryChange, file_of
from lightship.image.image import Image
from lightship.image.owners import InstalledPackage
from lightship.image.read import Contents
from lightship.image.scan import Entry
from lightship.inspection.compare_config import config_changes
from lightship.inspection.comparison import (
    ComparedFigure,
    Comparison,
    PackageChange,
    PathChange,
)
from lightship.inspection.inspection import Inspection
from lightship.inspection.same import Compared, first_reason


def compare(
    before: Inspection, after: Inspection, semantic: bool = False
) -> Comparison:
    """What differs from `before` to `after`.

    With `semantic`, times of files, build and history do not count.
    """
    one, other = before.contents, after.contents
    shared = shared_layers(one.image, other.image)
    compared = Compared(
        one, other, dict(shared), EntryChange.MTIME if semantic else EntryChange.SAME
    )
    files = tuple(_files(compared))
    config = tuple(config_changes(one.image, other.image, semantic))
    return Comparison(
        before,
        after,
        semantic,
        tuple(_figures(before, after)),
        shared,
        files,
        tuple(_packages(before.owners.packages, after.owners.packages)),
        config,
        first_reason(compared, config, semantic),
        sum(not each.compared for each in files),
    )


def shared_layers(before: Image, after: Image) -> tuple[tuple[int, int], ...]:
    """The layers that both images have, by diff ID, as pairs of indexes; each counts once."""
    waiting: dict[object, list[int]] = defaultdict(list)
    for layer in reversed(after.layers):
        waiting[layer.diff_id].append(layer.index)
    return tuple(
        (layer.index, waiting[layer.diff_id].pop())
        for layer in before.layers
        if layer.diff_id is not None and waiting.get(layer.diff_id)
    )


def _figures(before: Inspection, after: Inspection) -> Iterator[ComparedFigure]:
    one, other = before.contents, after.contents
    yield ComparedFigure("size", one.size, other.size)
    yield ComparedFigure("compressed", one.stored, other.stored)
    yield ComparedFigure("content", one.content_bytes, other.content_bytes)
    yield ComparedFigure("waste", one.wasted_bytes, other.wasted_bytes)
    yield ComparedFigure("efficiency", one.efficiency, other.efficiency)
    yield ComparedFigure("layers", len(one.image.layers), len(other.image.layers))
    yield ComparedFigure("files", one.files, other.files)
    yield ComparedFigure(
        "packages", len(before.owners.packages), len(after.owners.packages)
    )


def _files(compared: Compared) -> Iterator[PathChange]:
    """What differs between the final images, by path."""
    old, new = compared.before.stack.paths(), compared.after.stack.paths()
    for path in sorted(old.keys() | new.keys()):
        before, after = old.get(path), new.get(path)
        if before is None or after is None:
            yield _alone(compared, path, before, after)
        elif not compared.are_one(before, after):
            differs, known = compared.files(before, after)
            if differs or not known:
                sizes = _size(compared.before, before), _size(compared.after, after)
                entries = _entry(compared.before, before), _entry(compared.after, after)
                yield PathChange(path, *entries, differs, *sizes, known)


def _alone(
    compared: Compared,
    path: bytes,
    before: tuple[int, int] | None,
    after: tuple[int, int] | None,
) -> PathChange:
    """A path of one image only.

    A hard link adds its file's bytes only where it is the name that the file has.
    """
    if before is not None:
        return PathChange(
            path,
            _entry(compared.before, before),
            None,
            EntryChange.NEW,
            _own(compared.before, before),
            0,
        )
    assert after is not None
    return PathChange(
        path,
        None,
        _entry(compared.after, after),
        EntryChange.NEW,
        0,
        _own(compared.after, after),
    )


def _entry(contents: Contents, place: tuple[int, int]) -> Entry:
    return contents.stack.scan(place[0]).entry(*place)


def _own(contents: Contents, place: tuple[int, int]) -> int:
    """Bytes of content of a path itself; a hard link has none of its own."""
    return contents.stack.scan(place[0]).sizes[place[1]]


def _size(contents: Contents, place: tuple[int, int]) -> int:
    """Bytes of content that a path shows."""
    return _own(contents, file_of(contents.stack, *place) or place)


def _packages(
    before: Iterable[InstalledPackage], after: Iterable[InstalledPackage]
) -> Iterator[PackageChange]:
    """Packages by manager and name whose versions differ."""
    old, new = _by_name(before), _by_name(after)
    for key in sorted(old.keys() | new.keys()):
        versions = [
            tuple(sorted(each.version for each in side.get(key, ())))
            for side in (old, new)
        ]
        sizes = [sum(each.size for each in side.get(key, ())) for side in (old, new)]
        if versions[0] != versions[1]:
            yield PackageChange(*key, versions[0], versions[1], *sizes)


def _by_name(
    packages: Iterable[InstalledPackage],
) -> Mapping[tuple[str, str], list[InstalledPackage]]:
    found: dict[tuple[str, str], list[InstalledPackage]] = defaultdict(list)
    for package in packages:
        found[package.manager, package.name].append(package)
    return dict(found)
