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

Place = tuple[int, int]  # the layer of an entry, and its index there


def compare(
    before: Inspection,
    after: Inspection,
    semantic: bool = False,
) -> Comparison:
    """What differs from `before` to `after`.

    With `semantic`, times of files, build and history do not count.
    """
    old = before.contents
    new = after.contents
    shared = shared_layers(old.image, new.image)
    ignored = EntryChange.MTIME if semantic else EntryChange.SAME
    compared = Compared(old, new, dict(shared), ignored)
    files = tuple(_files(compared))
    config = tuple(config_changes(old.image, new.image, semantic))
    packages = tuple(_packages(before.owners.packages, after.owners.packages))
    uncompared = sum(not file.compared for file in files)
    return Comparison(
        before,
        after,
        semantic,
        tuple(_figures(before, after)),
        shared,
        files,
        packages,
        config,
        first_reason(compared, config, semantic),
        uncompared,
    )


def shared_layers(before: Image, after: Image) -> tuple[tuple[int, int], ...]:
    """The layers that both images have, by diff ID, as pairs of indexes; each counts once."""
    waiting: dict[object, list[int]] = defaultdict(list)
    for layer in reversed(after.layers):
        waiting[layer.diff_id].append(layer.index)

    pairs: list[tuple[int, int]] = []
    for layer in before.layers:
        if layer.diff_id is None:
            continue
        partners = waiting[layer.diff_id]
        if partners:
            partner = partners.pop()
            pairs.append((layer.index, partner))
    return tuple(pairs)


def _figures(before: Inspection, after: Inspection) -> Iterator[ComparedFigure]:
    old = before.contents
    new = after.contents
    yield ComparedFigure("size", old.size, new.size)
    yield ComparedFigure("compressed", old.stored, new.stored)
    yield ComparedFigure("content", old.content_bytes, new.content_bytes)
    yield ComparedFigure("waste", old.wasted_bytes, new.wasted_bytes)
    yield ComparedFigure("efficiency", old.efficiency, new.efficiency)
    yield ComparedFigure("layers", len(old.image.layers), len(new.image.layers))
    yield ComparedFigure("files", old.files, new.files)
    old_packages = len(before.owners.packages)
    new_packages = len(after.owners.packages)
    yield ComparedFigure("packages", old_packages, new_packages)


def _files(compared: Compared) -> Iterator[PathChange]:
    """What differs between the final images, by path."""
    old = compared.before.stack.paths()
    new = compared.after.stack.paths()
    for path in sorted(old.keys() | new.keys()):
        before = old.get(path)
        after = new.get(path)
        if before is None or after is None:
            yield _alone(compared, path, before, after)
            continue
        if compared.are_one(before, after):
            continue
        differs, known = compared.files(before, after)
        if differs or not known:
            yield PathChange(
                path,
                _entry(compared.before, before),
                _entry(compared.after, after),
                differs,
                _size(compared.before, before),
                _size(compared.after, after),
                known,
            )


def _alone(
    compared: Compared,
    path: bytes,
    before: Place | None,
    after: Place | None,
) -> PathChange:
    """A path of one image only.

    A hard link adds its file's bytes only where it is the name that the file has.
    """
    if before is not None:
        entry = _entry(compared.before, before)
        return PathChange(path, entry, None, EntryChange.NEW, old_size=entry.size)
    assert after is not None
    entry = _entry(compared.after, after)
    return PathChange(path, None, entry, EntryChange.NEW, new_size=entry.size)


def _entry(contents: Contents, place: Place) -> Entry:
    layer, index = place
    return contents.stack.scan(layer).entry(layer, index)


def _size(contents: Contents, place: Place) -> int:
    """Bytes of content that a path shows; of a hard link those of its file."""
    layer, index = file_of(contents.stack, *place) or place
    return contents.stack.scan(layer).sizes[index]


def _packages(
    before: Iterable[InstalledPackage],
    after: Iterable[InstalledPackage],
) -> Iterator[PackageChange]:
    """Packages by manager and name whose versions differ."""
    old = _by_name(before)
    new = _by_name(after)
    for key in sorted(old.keys() | new.keys()):
        manager, name = key
        old_packages = old.get(key, [])
        new_packages = new.get(key, [])
        old_versions = _versions(old_packages)
        new_versions = _versions(new_packages)
        if old_versions != new_versions:
            yield PackageChange(
                manager,
                name,
                old_versions,
                new_versions,
                _bytes(old_packages),
                _bytes(new_packages),
            )


def _versions(packages: Iterable[InstalledPackage]) -> tuple[str, ...]:
    return tuple(sorted(package.version for package in packages))


def _bytes(packages: Iterable[InstalledPackage]) -> int:
    return sum(package.size for package in packages)


def _by_name(
    packages: Iterable[InstalledPackage],
) -> Mapping[tuple[str, str], list[InstalledPackage]]:
    by_name: dict[tuple[str, str], list[InstalledPackage]] = defaultdict(list)
    for package in packages:
        by_name[package.manager, package.name].append(package)
    return dict(by_name)
