"""The formats that explanations, replays and advice are shown in.

Each is a module, imported only when it is used. Every one has `write_change(change, view)`,
`write_replay(replay, view)` and `write_advice(advised, view)`, which yield text; those for findings
beside the lines of a file have the first alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, cast

from lightship.errors import UsageError
from lightship.report.kit.view import View

FORMATS = {
    "text": "lightship.report.cache.as_text",
    "json": "lightship.report.cache.as_json",
    "markdown": "lightship.report.cache.as_markdown",
    "html": "lightship.report.cache.as_html",
}
CHANGE_FORMATS = {
    **FORMATS,
    "github": "lightship.report.cache.as_github",
    "sarif": "lightship.report.cache.as_sarif",
}
CI_FORMATS = {
    "text": "lightship.report.cache.ci_text",
    "json": "lightship.report.cache.ci_json",
    "html": "lightship.report.cache.ci_html",
}

Write = Callable[[Any, View], Iterator[str]]


def change_writer(name: str) -> Write:
    """The function that shows an ExplainedChange in a format."""
    return _writer(name, "write_change")


def replay_writer(name: str) -> Write:
    """The function that shows a Replay in a format."""
    return _writer(name, "write_replay")


def advice_writer(name: str) -> Write:
    """The function that shows an Advised in a format."""
    return _writer(name, "write_advice")


def ci_writer(name: str) -> Write:
    """The function that shows a CiReplay in a format. A UsageError for one that does not exist."""
    if name not in CI_FORMATS:
        *others, last = CI_FORMATS
        formats = f"{', '.join(others)} or {last}"
        raise UsageError(f"--ci has no format {name}: use {formats}")
    module = import_module(CI_FORMATS[name])
    return cast("Write", module.write)


def _writer(name: str, function: str) -> Write:
    module = import_module(CHANGE_FORMATS[name])
    return cast("Write", getattr(module, function))
