"""A build context as JSON; `context.schema.json` beside this file describes it.

Lists have one object a line. A path that is no UTF-8 has `\\xff` and the like in `path`, and its bytes, in base64, in
`path_raw`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lightship.context.files import File, FileKind
from lightship.context.walked import Walked
from lightship.inspection.context.context_report import (
    Amount,
    ContextReport,
    FolderAmount,
    LineAmount,
)
from lightship.inspection.context.explain_path import PathExplanation
from lightship.inspection.context.folders import largest_files, largest_folders, tops
from lightship.inspection.context.ignore_diff import IgnoreDiff
from lightship.inspection.context.proposal import Proposal
from lightship.report.context import context_phrases
from lightship.report.context.formats import ShownContext
from lightship.report.kit.json_stream import json_object, path_fields
from lightship.report.kit.view import View
from lightship.text import encode

VERSION = 1
_MOST = 20  # of the largest


def write(item: ShownContext, _view: View) -> Iterator[str]:
    """A build context as the schema describes it."""
    report = item.report
    sent, ignored = Amount.of(report.sent), Amount.of(report.ignored)
    yield from json_object(
        {
            "version": VERSION,
            "root": named(item.root, "root")["root"],
            "dockerfile": named(item.dockerfile, "dockerfile")["dockerfile"] if item.dockerfile else None,
            "target": report.build.target,
            "ignore_file": report.context.ignore_path,
            "bytes": sent.size,
            "files": (_file(file, report.walked) for file in report.sent),
            "directories": (named(path) for path in report.directories),
            "transfer": _transfer(report),
            "ignored": _amount(ignored) | {"by": [_line(each) for each in report.by_line]},
            "largest": {
                "files": [_file(file, report.walked) for file in largest_files(report.sent, _MOST)],
                "directories": [_folder(each) for each in largest_folders(report.sent, _MOST)],
            },
            "never_copied": None if report.uses is None else _amount(Amount.of(report.never)) | {
                "top": [_folder(each) for each in tops(report.never)[:_MOST]]
            },
            "copies": None if report.uses is None else [
                {
                    "line": use.line,
                    "instruction": context_phrases.instruction(use),
                    "source": use.selection.source or ".",
                } | _amount(Amount.of(use.files))
                for use in report.uses
            ],
            "changing": [
                {"name": each.name, "pattern": each.pattern, "when": each.when, "lines": list(each.lines)}
                | _amount(each.amount)
                for each in report.changing
            ],
            "secrets": [
                named(each.file.path) | {"size": each.file.size, "pattern": each.pattern, "lines": list(each.lines)}
                for each in report.secrets
            ],
            "problems": [
                {"rule": each.rule, "line": each.line, "message": each.message, "hint": each.hint or None}
                for each in report.problems
            ],
            "idle_lines": list(report.idle),
            "empty": [named(path) | {"reason": reason} for path, reason in report.hollow],
            "notes": list(report.notes),
            "proposal": _proposal(item.proposal),
            "explained": [_explanation(report, each) for each in item.explained],
            "diff": _diff(item.diff, report.walked),
        }
    )  # fmt: skip


def named(path: str, key: str = "path") -> dict[str, Any]:
    """A path as text, with its bytes too where they are no UTF-8."""
    return path_fields(encode(path), key, slash=False)


def _file(file: File, walked: Walked) -> dict[str, Any]:
    """A socket arrives as a file."""
    special = walked.kinds.get(file.path, "")
    kind = special if special not in ("", "socket") else str(file.kind)
    found = named(file.path) | {
        "size": file.size,
        "mode": f"{file.mode:04o}",
        "kind": kind,
    }
    return (
        found | named(walked.links[file.path], "target")
        if file.kind is FileKind.SYMLINK
        else found
    )


def _amount(found: Amount) -> dict[str, Any]:
    return {"files": found.files, "bytes": found.size}


def _folder(found: FolderAmount) -> dict[str, Any]:
    return named(found.path) | {"directory": found.is_directory} | _amount(found.amount)


def _line(found: LineAmount) -> dict[str, Any]:
    return {"line": found.pattern.line, "pattern": found.pattern.text} | _amount(
        found.amount
    )


def _transfer(report: ContextReport) -> dict[str, Any] | None:
    found = report.transfer
    if found is None:
        return None
    return {"whole": found.whole, "lines": list(found.lines)} | _amount(found.amount)


def _proposal(found: Proposal | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "kind": found.kind,
        "path": found.path,
        "text": found.after,
        "saves": _amount(found.saves),
        "losses": [
            {"pattern": each.pattern or None, "why": each.why, "copied": each.is_copied}
            | _amount(each.amount)
            for each in found.losses
        ],
    }


def _explanation(report: ContextReport, found: PathExplanation) -> dict[str, Any]:
    kind = (
        None
        if found.file is None
        else report.walked.kinds.get(found.path, str(found.file.kind))
    )
    return named(found.path) | {
        "kind": kind,
        "left_out": found.is_left_out,
        "rulings": [
            {
                "line": each.pattern.line,
                "pattern": ("!" if each.pattern.negated else "") + each.pattern.text,
                "through": named(each.through)["path"],
            }
            for each in found.rulings
        ],
        "lines": list(dict.fromkeys(use.line for use in found.uses)),
        "sent": _amount(found.sent),
        "ignored": _amount(found.ignored),
    }


def _diff(found: IgnoreDiff | None, walked: Walked) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "other": named(found.other)["path"],
        "more": _side(found.more, walked),
        "less": _side(found.less, walked),
    }


def _side(files: Sequence[File], walked: Walked) -> dict[str, Any]:
    amount = Amount.of(list(files))
    return {"bytes": amount.size, "files": [_file(file, walked) for file in files]}
