"""Images whose packages are looked for: with their databases kept, as `inspect` reads them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import images

from lightship.image.owners import (
    UNOWNED,
    InstalledPackage,
    Owners,
    find_owners,
    is_database,
)
from lightship.image.read import Contents
from lightship.image.scan import EntryKind, Look, Wanted
from lightship.image.stack import NEVER

DATABASES = Wanted(
    lambda path, size: Look.KEEP if is_database(path, size) else Look.PASS,
    lambda _path, _data: None,
)


def read(*layers: bytes, **more) -> Contents:
    """An image of these layers."""
    return images.contents(*layers, wanted=DATABASES, **more)


def owned(*entries: images.Made) -> Owners:
    """The packages of an image of one layer."""
    return find_owners(read(images.layer(*entries)))


def by_path(contents: Contents, owners: Owners) -> dict[str, str]:
    """The final image: what is owned, and the name of its package."""
    return {
        path.decode("utf-8", "surrogateescape"): owners.packages[number].name
        for path, (layer, index) in contents.stack.paths().items()
        if (number := owners.owner[layer][index]) != UNOWNED
    }


def names(*layers: bytes) -> dict[str, str]:
    """The same, from the layers."""
    contents = read(*layers)
    return by_path(contents, find_owners(contents))


def package(owners: Owners, name: str) -> InstalledPackage:
    """The only package of a name."""
    (found,) = [each for each in owners.packages if each.name == name]
    return found


def check(contents: Contents, owners: Owners) -> None:
    """What holds of every image: the bytes of packages and of none are the bytes that are seen, entry by entry."""
    stack = contents.stack
    assert [len(column) for column in owners.owner] == [
        len(scan.paths) if scan else 0 for scan in stack.scans
    ]
    sizes: Counter[int] = Counter()
    elsewhere = 0  # files that are seen under another name alone
    for layer, scan in enumerate(stack.scans):
        for index, number in enumerate(owners.owner[layer]):
            assert UNOWNED <= number < len(owners.packages)
            if scan.kinds[index] == EntryKind.DIRECTORY:
                continue
            if stack.gone[layer][index] == NEVER:
                sizes[number] += scan.sizes[index]
    elsewhere = contents.content_bytes - contents.wasted_bytes - sum(sizes.values())
    assert (
        sum(each.size for each in owners.packages) + owners.unowned
        == sum(sizes.values()) + elsewhere
    )
    if not elsewhere:
        assert owners.unowned == sizes[UNOWNED]
        assert [each.size for each in owners.packages] == [
            sizes[number] for number in range(len(owners.packages))
        ]
    assert len(
        {(each.manager, each.name, each.version) for each in owners.packages}
    ) == len(owners.packages)
    assert all(
        each.size >= 0 and 0 <= each.layer < len(stack.scans)
        for each in owners.packages
    )


def files_of(root: Path, paths) -> list[images.Made]:
    """Files, links and directories of this machine as the entries of a layer, each path under its real directory."""
    made = {}
    for path in paths:
        inside = (
            str(path.parent.resolve() / path.name).removeprefix(str(root)).strip("/")
        )
        if path.is_symlink():
            made[inside] = images.symlink(inside, str(path.readlink()))
        elif path.is_dir():
            made[inside] = images.directory(inside)
        elif path.is_file():
            made[inside] = images.file(inside, path.read_bytes())
    return list(made.values())
