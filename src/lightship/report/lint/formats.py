"""The formats that findings are printed in.

Each is the `write` of a module, imported only when it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import cast

from lightship.lint.diagnostic import Report
from lightship.record import record

FORMATS = {
    "text": "lightship.report.lint.as_text",
    "json": "lightship.report.lint.as_json",
    "sarif": "lightship.report.lint.as_sarif",
    "github": "lightship.report.lint.as_github",
    "gitlab": "lightship.report.lint.as_gitlab",
    "junit": "lightship.report.lint.as_junit",
}

# What is told of the findings instead of each by itself, in the formats that it has
EXPLAINED = {
    "text": "lightship.report.lint.as_explained",
    "json": "lightship.report.lint.as_explained_json",
}
STATISTICS = {
    "text": "lightship.report.lint.as_statistics",
    "json": "lightship.report.lint.as_statistics_json",
}


@record
class LintView:
    """How text for people looks; formats for machines do not look at it."""

    colour: bool = False
    quiet: bool = False


Write = Callable[[Iterable[Report], LintView], Iterator[str]]


def writer(name: str, modules: Mapping[str, str] = FORMATS) -> Write:
    """The function that prints in a format, piece by piece as Reports come in.

    `modules` is one of the tables above: what is told.
    """
    return cast("Write", import_module(modules[name]).write)
