"""What the page says of a build context, as plain data for its script; all sizes are in bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from heapq import nlargest

from lightship.context.files import File
from lightship.context.patterns import IgnorePattern
from lightship.inspection.context.context_report import (
    Amount,
    Changing,
    ContextReport,
    SecretFile,
)
from lightship.inspection.context.inspect_context import lines_of
from lightship.report.context import context_phrases
from lightship.report.context.formats import ShownContext
from lightship.report.kit.html.data import Cells, Data, table
from lightship.report.kit.html.page_text import lines as text_lines
from lightship.report.kit.html.page_text import shown
from lightship.report.kit.html.treemap import (
    Content,
    Counted,
    Folders,
    MapView,
    columns,
)
from lightship.text import encode

ROWS = 5000  # of the table
_LARGEST = 10_000  # files that may be boxes of their own
_SECRETS = 1000
_NAME = 120  # characters
_PATTERN = 80  # characters
_PROPOSAL = 20_000  # characters


def context_data(item: ShownContext) -> Data:
    """The figures, the treemap, the tables."""
    report = item.report
    name = _name(item.root)
    secrets = report.secrets[:_SECRETS]
    return {
        "kind": "context",
        "name": name,
        "title": f"Build context of {name}",
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
        "changing": list(map(_changing, report.changing)),
        "secrets": list(map(_secret, secrets)),
        "proposal": _proposal(item),
        "notes": _notes(report),
    }


def _name(root: str) -> str:
    """What the directory is called; `.` alone would say nothing."""
    absolute = os.path.abspath(root)
    name = os.path.basename(absolute)
    return shown(name or absolute, _NAME)


def _amount(files: tuple[File, ...]) -> list[int]:
    amount = Amount.of(files)
    return [amount.files, amount.size]


def _nodes(report: ContextReport) -> Data:
    """The boxes; what treemap.py calls wasted is ignored, and what differs is never copied.

    `line` is the line of the ignore file that decides about a path, 0 for none.
    """
    never = {file.path for file in report.never}
    folders = Folders(MapView("directory", lambda content: content.path, _label))

    def counted() -> Iterator[Counted]:
        for content in _contents(report):
            one = Counted(content, differs=_path(content) in never)
            folders.add(one)
            yield one

    nodes = columns(folders, nlargest(_LARGEST, counted()))
    nodes["line"] = _lines(report, nodes)
    return nodes


def _contents(report: ContextReport) -> Iterator[Content]:
    for files, is_ignored in ((report.sent, False), (report.ignored, True)):
        for place, file in enumerate(files):
            if file.size:
                path = encode(file.path)
                yield Content(file.size, path, 0, place, is_ignored)


def _path(content: Content) -> str:
    return content.path.decode("utf-8", "surrogateescape")


def _label(path: bytes) -> str:
    name = path.rpartition(b"/")[2]
    return shown(name) or "."


def _lines(report: ContextReport, nodes: Data) -> list[int]:
    """A box whose name is not shown as it is has no line."""
    walk = report.ignore.walk()
    known = {file.path for file in report.walked.files}
    paths: list[str] = []
    lines: list[int] = []
    for label, parent in zip(nodes["label"], nodes["parent"], strict=True):
        path = _joined(paths, label, parent)
        paths.append(path)
        pattern = walk.decides(path) if path in known else None
        lines.append(pattern.line if pattern else 0)
    return lines


def _joined(paths: list[str], label: str | int, parent: int) -> str:
    """The path of a node; empty for the root, and for the rest of a directory."""
    if parent < 0 or isinstance(label, int):
        return ""
    if parent == 0:
        return label
    return f"{paths[parent]}/{label}"


def _files(report: ContextReport) -> Data:
    """The largest files of all, with what became of each."""
    files = (*report.sent, *report.ignored)
    largest = nlargest(ROWS, files, key=lambda file: (file.size, file.path))
    ignored = {file.path for file in report.ignored}
    takers = lines_of(report.uses or ())
    walk = report.ignore.walk()

    rows: list[Cells] = []
    for file in largest:
        path = file.path
        fate = "ignored" if path in ignored else _fate(report, path, takers)
        place = _place(walk.decides(path))
        numbers = takers.get(path, ())
        copied_by = context_phrases.lines(numbers) if numbers else ""
        rows.append([shown(path), file.size, fate, place, copied_by])
    return table(rows, len(files))


def _fate(report: ContextReport, path: str, takers: Mapping[str, object]) -> str:
    """What becomes of a file that is not ignored."""
    if takers.get(path):
        return "copied"
    return "sent" if report.uses is None else "never"


def _place(pattern: IgnorePattern | None) -> str:
    """The line of the ignore file that decided."""
    if not pattern:
        return ""
    sign = "!" if pattern.negated else ""
    text = shown(pattern.text, _PATTERN)
    return f"line {pattern.line}: {sign}{text}"


def _changing(change: Changing) -> Cells:
    return [
        shown(change.name),
        change.amount.size,
        change.amount.files,
        change.when,
        context_phrases.by(change.lines),
    ]


def _secret(secret: SecretFile) -> Cells:
    file = secret.file
    return [shown(file.path), file.size, context_phrases.by(secret.lines)]


def _notes(report: ContextReport) -> list[str]:
    notes = [text_lines(note) for note in report.notes]
    for path, reason in report.hollow[:_SECRETS]:
        notes.append(f"{shown(path)} arrives empty: {reason}")
    return notes


def _proposal(item: ShownContext) -> Data | None:
    proposal = item.proposal
    if proposal is None:
        return None
    return {
        "path": shown(proposal.path),
        "text": text_lines(proposal.after, _PROPOSAL),
        "saves": context_phrases.saving(proposal),
        "losses": [context_phrases.loss(loss) for loss in proposal.losses],
    }
