"""The formats that pins are shown in. Each is a module, imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

from lightship.report.kit.view import View

if TYPE_CHECKING:
    from lightship.pins.pin_report import PinReport

PIN_FORMATS = {
    "text": "lightship.report.pins.as_text",
    "json": "lightship.report.pins.as_json",
    "diff": "lightship.report.pins.as_diff",
}


def pin_writer(name: str) -> Callable[[PinReport, View], Iterator[str]]:
    """The function that shows a PinReport in a format."""
    write = import_module(PIN_FORMATS[name]).write_pins
    return cast("Callable[[PinReport, View], Iterator[str]]", write)
