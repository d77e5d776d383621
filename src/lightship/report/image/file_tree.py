"""The final image, or a directory of it, as a tree of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lightship.errors import ImageError
from lightship.image.read import Contents
from lightship.image.scan import Entry, EntryKind
from lightship.inspection.attributes import mode, owner
from lightship.report.image import image_phrases
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

_DEEPEST = 40  # levels that are indented further


def tree(contents: Contents, top: bytes) -> Iterator[str]:
    """Lines as of `ls -l`, with the layer, and for directories the bytes below them."""
    places = contents.stack.paths()
    if (
        top
        and top not in places
        and not any(path.startswith(top + b"/") for path in places)
    ):
        raise ImageError(
            f"{image_phrases.path(top)} is not in the final image of {contents.image.name}"
        )
    children, totals = _children(contents, places)
    yield f"{'mode':<11}{'owner':>11}  {'size':>8}  {'layer':>5}  name"
    waiting = (
        [(top, 0)]
        if top
        else [(name, 0) for name in sorted(children[b""], reverse=True)]
    )
    while waiting:
        path, depth = waiting.pop()
        place = places.get(path)
        entry = contents.stack.scan(place[0]).entry(*place) if place else None
        yield _row(path, entry, totals[path], depth)
        if path in children:
            waiting += [
                (child, depth + 1) for child in sorted(children[path], reverse=True)
            ]


def _children(
    contents: Contents, places: dict[bytes, tuple[int, int]]
) -> tuple[dict[bytes, list[bytes]], dict[bytes, int]]:
    """What lies in each directory, those included that no layer has an entry for, and the bytes below each path."""
    children: dict[bytes, list[bytes]] = defaultdict(list)
    totals: dict[bytes, int] = defaultdict(int)
    known = set()
    for path, (layer, index) in places.items():
        own, at = contents.stack.scan(layer).sizes[index], path
        while at:
            totals[at] += own
            parent = at.rpartition(b"/")[0]
            if at not in known:
                known.add(at)
                children[parent].append(at)
            elif not own:
                break
            at = parent
    return children, totals


def _row(path: bytes, entry: Entry | None, total: int, depth: int) -> str:
    name = escaped(path.rpartition(b"/")[2])
    indent = "  " * min(depth, _DEEPEST)
    if entry is None:  # no layer has an entry for it
        return f"{'d?????????':<11}{'':>11}  {size(total):>8}  {'':>5}  {indent}{name}/"
    arrow = (
        f" = /{escaped(entry.link)}"
        if entry.kind is EntryKind.LINK
        else f" -> {escaped(entry.link)}"
    )
    tail = "/" if entry.kind is EntryKind.DIRECTORY else arrow if entry.link else ""
    return f"{mode(entry):<11}{owner(entry):>11}  {size(total):>8}  {entry.layer + 1:>5}  {indent}{name}{tail}"
