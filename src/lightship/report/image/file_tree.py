"""The final image, or a directory of it, as a tree of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

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
    children, totals = _children(contents, places)
    if top and top not in places and top not in children:
        where = f"the final image of {contents.image.name}"
        raise ImageError(f"{image_phrases.path(top)} is not in {where}")

    yield f"{'mode':<11}{'owner':>11}  {'size':>8}  {'layer':>5}  name"
    first = [top] if top else _in_order(children[b""])
    waiting = [(path, 0) for path in first]
    while waiting:
        path, depth = waiting.pop()
        entry = _entry(contents, places.get(path))
        yield _row(path, entry, totals[path], depth)
        below = _in_order(children.get(path, ()))
        waiting += [(child, depth + 1) for child in below]


def _in_order(paths: Iterable[bytes]) -> list[bytes]:
    """Paths in the order in which they are taken from the end."""
    return sorted(paths, reverse=True)


def _entry(contents: Contents, place: tuple[int, int] | None) -> Entry | None:
    if place is None:
        return None
    layer, index = place
    return contents.stack.scan(layer).entry(layer, index)


def _children(
    contents: Contents,
    places: dict[bytes, tuple[int, int]],
) -> tuple[dict[bytes, list[bytes]], dict[bytes, int]]:
    """What lies in each directory, and the bytes below each path.

    Directories that no layer has an entry for are among them.
    """
    children: dict[bytes, list[bytes]] = defaultdict(list)
    totals: dict[bytes, int] = defaultdict(int)
    known = set()
    for path, (layer, index) in places.items():
        own = contents.stack.scan(layer).sizes[index]
        at = path
        while at:
            totals[at] += own
            parent, _, _ = at.rpartition(b"/")
            if at not in known:
                known.add(at)
                children[parent].append(at)
            elif not own:
                break
            at = parent
    return children, totals


def _row(path: bytes, entry: Entry | None, total: int, depth: int) -> str:
    name = escaped(path.rpartition(b"/")[2])
    indented = f"{'  ' * min(depth, _DEEPEST)}{name}"
    if entry is None:  # no layer has an entry for it
        return f"{'d?????????':<11}{'':>11}  {size(total):>8}  {'':>5}  {indented}/"
    head = f"{mode(entry):<11}{owner(entry):>11}  {size(total):>8}"
    return f"{head}  {entry.layer + 1:>5}  {indented}{_tail(entry)}"


def _tail(entry: Entry) -> str:
    """The text after the name: a slash, or where a link leads."""
    if entry.kind is EntryKind.DIRECTORY:
        return "/"
    if not entry.link:
        return ""
    link = escaped(entry.link)
    return f" = /{link}" if entry.kind is EntryKind.LINK else f" -> {link}"
