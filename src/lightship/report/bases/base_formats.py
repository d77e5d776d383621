"""The formats that bases are shown in. Each is a module, imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

from lightship.report.kit.view import View

if TYPE_CHECKING:
    from lightship.bases.base_report import BaseReport

BASE_FORMATS = {
    "text": "lightship.report.bases.as_text",
    "json": "lightship.report.bases.as_json",
    "markdown": "lightship.report.bases.as_markdown",
}


def base_writer(name: str) -> Callable[[BaseReport, View], Iterator[str]]:
    """The function that shows a BaseReport in a format."""
    write = import_module(BASE_FORMATS[name]).write_bases
    return cast("Callable[[BaseReport, View], Iterator[str]]", write)
