"""`ViewerModel`: what the viewer knows of an image by now.

It has the rows of the tree that a `Wish` asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from lightship.errors import ImageError
from lightship.image.read import Contents
from lightship.inspection.inspection import Blame, Inspection
from lightship.record import record
from lightship.tui.filters import Criteria
from lightship.tui.node_index import Index, Wasted
from lightship.tui.tree_rows import Rows, rows_of
from lightship.tui.tree_view import NodeState, TreeView, base_of, view_of

Among = Callable[[], frozenset[int]]

_VIEWS = 4  # that are kept: 17 bytes for each node


@record(eq=False)
class Wish:
    """What the tree shall show. `what` names the files that `among` chooses, for the title."""

    layer: int
    aggregated: bool = False
    pattern: str = ""
    hidden: frozenset[NodeState] = frozenset()
    wasted: bool = False
    by_size: bool = True
    among: Among | None = None
    what: str = ""

    def criteria(self, among: frozenset[int] | None = None) -> Criteria:
        """For the rows; `among` are the nodes that were chosen."""
        return Criteria(self.pattern, self.hidden, self.wasted, among)

    def is_compared(self, layer: int) -> bool:
        """Whether a layer's changes are among those that are shown."""
        return base_of(self.layer, self.aggregated) < layer <= self.layer


@record(eq=False, frozen=False)
class ViewerModel:
    """`contents` is None until the image was read, the others until they were worked out."""

    contents: Contents | None = None
    index: Index | None = None
    waste: Wasted | None = None
    inspection: Inspection | None = None
    views: dict[tuple[int, int, bool], TreeView] = field(default_factory=dict)

    def blame(self, layer: int) -> Blame | None:
        """What made a layer, where that is known."""
        if self.inspection is None:
            return None
        blame = self.inspection.blame
        if layer >= len(blame):
            return None
        return blame[layer]

    def rows(self, wish: Wish, opened: set[int]) -> Rows:
        """What the tree shows.

        A second for half a million entries, less where the view was seen lately.
        """
        assert self.index is not None
        # Another thread may set the waste meanwhile: view and rows see the same
        waste = self.waste
        base = base_of(wish.layer, wish.aggregated)
        view = self._view(self.index, wish.layer, base, waste)

        among = wish.among() if wish.among else None
        criteria = wish.criteria(among)
        return rows_of(self.index, view, waste, criteria, wish.by_size, opened)

    def _hash_of(self, layer: int, index: int) -> int:
        """Of content that is at hand; nothing is fetched to tell whether a file changed."""
        contents = self.contents
        assert contents is not None
        blob = contents.opened.blobs[layer]
        is_away = blob is None or blob.is_remote
        if is_away and contents.stack.scan(layer).hashes is None:
            raise ImageError("the content of this file is not available")
        return contents.hash_of(layer, index)

    def _view(
        self, index: Index, layer: int, base: int, waste: Wasted | None
    ) -> TreeView:
        key = (layer, base, waste is not None)
        view = self.views.pop(key, None)
        if view is None:
            view = view_of(index, layer, base, self._hash_of, waste)

        self.views[key] = view  # the one used last stands last
        while len(self.views) > _VIEWS:
            oldest = next(iter(self.views))
            del self.views[oldest]
        return view
