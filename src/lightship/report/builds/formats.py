"""The formats that builds are shown in.

Each is a module, imported only when it is used.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from lightship.builds.definition import Discovery
from lightship.builds.graph import ImageNode
from lightship.record import record
from lightship.report.kit.view import View

FORMATS = {
    "text": "lightship.report.builds.as_text",
    "json": "lightship.report.builds.as_json",
}


@record(eq=False)
class ShownBuilds:
    """What is shown: the builds, and which image comes from which.

    `folder` is the directory that was asked for, from the root of the repository, from which the
    paths of builds count; they are shown from `folder`.
    """

    discovery: Discovery
    folder: str
    graph: tuple[ImageNode, ...] = ()

    def shown(self, path: str) -> str:
        """A path of the repository from the directory."""
        return posixpath.relpath(path, self.folder)


Write = Callable[[ShownBuilds, View], Iterator[str]]


def writer(name: str) -> Write:
    """The function that shows builds in a format."""
    return cast("Write", import_module(FORMATS[name]).write)
