"""The texts around the panes: the tabs and the image above, headings, and the keys below."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from lightship.record import record
from lightship.tui import status, tree_text
from lightship.tui.screen_room import ScreenRoom
from lightship.tui.tree_columns import TreeColumns
from lightship.tui.viewer_model import ViewerModel, Wish
from lightship.wording.printable import escaped

_BETWEEN = 2  # cells between the tabs and the image


@record(eq=False)
class AroundPanes:
    """What these texts depend on; `side` is the name of the list on the left.

    `in_tree` tells whether the tree has the keys, and `wraps` whether its rows are wrapped.
    """

    image_name: str
    model: ViewerModel
    wish: Wish
    room: ScreenRoom
    side: str
    columns: TreeColumns
    in_tree: bool
    wraps: bool


def texts_around(shown: AroundPanes) -> Iterator[tuple[str, Text]]:
    """Each with the place that it stands at."""
    tabs = status.sides(shown.side, shown.room.width)
    name = escaped(shown.image_name)
    left = shown.room.width - tabs.cell_len - _BETWEEN
    yield "#sides", tabs
    yield "#summary", status.image_line(shown.model, name, left)
    yield "#title", _tree_title(shown)
    yield "#columns", tree_text.heading(shown.columns)
    yield "#keys", _keys(shown)


def _tree_title(shown: AroundPanes) -> Text:
    if shown.model.contents is None:
        return Text(" Tree", style="bold")
    return status.tree_title(shown.wish, shown.room.right)


def _keys(shown: AroundPanes) -> Text:
    return status.keys(
        shown.wish,
        "tree" if shown.in_tree else shown.side,
        shown.room.width,
        attributes=shown.columns.has("mode"),
        wraps=shown.wraps,
    )
