"""The formats that images are shown in. Each is a module, imported only when it is used.

Every one has `write_inspection(inspection, view)` and `write_comparison(comparison, view)`, which
yield text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from lightship.record import record

if TYPE_CHECKING:
    from lightship.vulns.flaw_difference import FlawDifference
    from lightship.vulns.flaw_summary import FlawSummary

FORMATS = {
    "text": "lightship.report.image.as_text",
    "json": "lightship.report.image.as_json",
    "markdown": "lightship.report.image.as_markdown",
    "junit": "lightship.report.image.as_junit",
    "sarif": "lightship.report.image.as_sarif",
    "csv": "lightship.report.image.as_csv",
    "html": "lightship.report.image.as_html",
}
_WITH_FLAWS = ("text", "json", "markdown", "html")
LISTS = ("layers", "tree", "packages", "waste", "duplicates", "advice")
COMPARED_LISTS = ("settings", "packages", "files")


@record
class ImageView:
    """What is shown, and how.

    `lists` are the full lists that are wanted instead of the screen, of LISTS; for two images those
    that are shown whole, of COMPARED_LISTS. `tree` is the directory whose tree is shown, without
    slashes at its ends. `files` tells that every file is wanted (json, csv), `all_places`
    that every file of each finding is (text, csv). `colour` and `width`,
    in columns, are for text. `flaws` are the known vulnerabilities of the image, None where they
    were not looked for; `flaw_change` is what changes of them between two images.
    """

    colour: bool = False
    width: int = 100
    lists: tuple[str, ...] = ()
    tree: bytes = b""
    files: bool = False
    all_places: bool = False
    flaws: FlawSummary | None = None
    flaw_change: FlawDifference | None = None


def has_flaws(form: str, view: ImageView) -> bool:
    """Whether a format shows those of an image; lists in place of the screen have none."""
    return form in _WITH_FLAWS and not (form == "text" and view.lists)


def has_flaw_change(form: str) -> bool:
    """Whether a format shows what changes of them between two images."""
    return form in _WITH_FLAWS


Write = Callable[[Any, ImageView], Iterator[str]]


def inspection_writer(name: str) -> Write:
    """The function that shows an Inspection in a format."""
    return _writer(name, "write_inspection")


def comparison_writer(name: str) -> Write:
    """The function that shows a Comparison in a format."""
    return _writer(name, "write_comparison")


def _writer(name: str, function: str) -> Write:
    return cast("Write", getattr(import_module(FORMATS[name]), function))
