"""What the page says of a build context, as plain data for its script; all sizes are in bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import nlargest
from typing import Any

from lightship.context.files import File
from lightship.inspection.context.context_report import Amount, Changing, ContextReport
from lightship.inspection.context.inspect_context import lines_of
from lightship.report.context import context_phrases
from lightship.report.context.formats import Shown
from lightship.report.kit.html.text import lines as text_lines
from lightship.report.kit.html.text import shown
from lightship.report.kit.html.tree import Content, Folders, View, columns
from lightship.text import encode

ROWS = 5000  # of the table
_LARGEST = 10_000  # files that may be boxes of their own
_SECRETS = 1000


def context_data(item: Shown) -> dict[str, Any]:
    """The figures, the treemap, the tables."""
    report = item.report
    return {
        "name": shown(item.root),
        "dockerfile": shown(item.dockerfile),
        "target": shown(report.build.target or ""),
        "ignoreFile": shown(context_phrases.ignore_file(report)),
        "known": report.uses is not None,
        "sent": _amount(report.sent),
        "ignored": _amount(report.ignored),
        "never": _amount(report.never),
        "transfer": context_phrases.transfer(report),
        "nodes": _nodes(report),
        "files": _files(report),
        "changing": [_changing(each) for each in report.changing],
        "secrets": [
            [shown(each.file.path), each.file.size, context_phrases.by(each.lines)]
            for each in report.secrets[:_SECRETS]
        ],
        "proposal": _proposal(item),
        "notes": [
            *map(text_lines, report.notes),
            *(
                f"{shown(path)} arrives empty: {reason}"
                for path, reason in report.hollow[:_SECRETS]
            ),
        ],
    }


def _amount(files: tuple[File, ...]) -> list[int]:
    found = Amount.of(files)
    return [found.files, found.size]


def _nodes(report: ContextReport) -> dict[str, list[Any]]:
    """The boxes: of `kit.html.tree`, where what is wasted are ignored bytes here, and what differs is never copied.

    `line` is the line of the ignore file that decides about a path, 0 for none.
    """
    never = frozenset(file.path for file in report.never)
    folders = Folders(View("directory", lambda content: content.path, _label))

    def counted() -> Iterator[Content]:
        for content, path in _contents(report):
            folders.add(content, path in never)
            yield content

    largest = nlargest(_LARGEST, counted())
    pairs = [
        (content, content.path.decode("utf-8", "surrogateescape") in never)
        for content in largest
    ]
    found = columns(folders, pairs)
    return found | {"line": _lines(report, found)}


def _contents(report: ContextReport) -> Iterator[tuple[Content, str]]:
    for files, is_ignored in ((report.sent, False), (report.ignored, True)):
        for place, file in enumerate(files):
            if file.size:
                yield (
                    Content(file.size, encode(file.path), 0, place, is_ignored),
                    file.path,
                )


def _label(path: bytes) -> str:
    return shown(path.rpartition(b"/")[2]) or "."


def _lines(report: ContextReport, found: dict[str, list[Any]]) -> list[int]:
    """A box whose name is not shown as it is has no line."""
    walk = report.ignore.walk()
    known = {file.path for file in report.walked.files}
    paths: list[str] = []
    decided: list[int] = []
    for label, parent in zip(found["label"], found["parent"], strict=True):
        above = paths[parent] if parent > 0 else ""
        path = (
            ""
            if parent < 0 or isinstance(label, int)
            else f"{above}/{label}".lstrip("/")
        )
        paths.append(path)
        pattern = walk.decides(path) if path in known else None
        decided.append(pattern.line if pattern is not None else 0)
    return decided


def _files(report: ContextReport) -> dict[str, Any]:
    """The largest files of all, with what became of each."""
    takers = lines_of(report.uses or ())
    walk = report.ignore.walk()
    ignored = {file.path for file in report.ignored}
    largest = nlargest(
        ROWS, (*report.sent, *report.ignored), key=lambda file: (file.size, file.path)
    )

    def rows() -> Iterable[list[Any]]:
        for file in largest:
            pattern = walk.decides(file.path)
            place = (
                f"line {pattern.line}: {'!' if pattern.negated else ''}{shown(pattern.text, 80)}"
                if pattern
                else ""
            )
            numbers = takers.get(file.path, ())
            fate = (
                "ignored"
                if file.path in ignored
                else "copied"
                if numbers
                else "never"
                if report.uses is not None
                else "sent"
            )
            yield [
                shown(file.path),
                file.size,
                fate,
                place,
                context_phrases.lines(numbers) if numbers else "",
            ]

    return {"rows": list(rows()), "total": len(report.sent) + len(report.ignored)}


def _changing(found: Changing) -> list[Any]:
    return [
        shown(found.name),
        found.amount.size,
        found.amount.files,
        found.when,
        context_phrases.by(found.lines),
    ]


def _proposal(item: Shown) -> dict[str, Any] | None:
    found = item.proposal
    if found is None:
        return None
    return {
        "path": shown(found.path),
        "text": text_lines(found.after, 20_000),
        "saves": context_phrases.saving(found),
        "losses": [context_phrases.loss(each) for each in found.losses],
    }
