"""The formats that a build context is shown in.

Each is a module, imported only when it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from lightship.inspection.context.context_report import ContextReport
from lightship.inspection.context.explain_path import PathExplanation
from lightship.inspection.context.ignore_diff import IgnoreDiff
from lightship.inspection.context.proposal import Proposal
from lightship.record import record
from lightship.report.kit.view import View

FORMATS = {
    "text": "lightship.report.context.as_text",
    "json": "lightship.report.context.as_json",
    "html": "lightship.report.context.as_html",
}


@record(eq=False)
class ShownContext:
    """What is shown: a report, and the answers that were requested with it.

    `root` and `dockerfile` are as the user called them, `dockerfile` empty if it does not exist.
    With `explained` or `diff` the text is about those alone. `everything` asks for every file, in
    text.
    """

    report: ContextReport
    root: str
    dockerfile: str
    proposal: Proposal | None = None
    explained: tuple[PathExplanation, ...] = ()
    diff: IgnoreDiff | None = None
    everything: bool = False


Write = Callable[[ShownContext, View], Iterator[str]]


def writer(name: str) -> Write:
    """The function that shows a build context in a format."""
    return cast("Write", import_module(FORMATS[name]).write)
