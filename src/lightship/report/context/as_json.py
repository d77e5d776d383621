"""A build context as JSON; `context.schema.json` beside this file describes it.

Lists have one object a line. A path that is not UTF-8 has escapes such as `\\xff` in `path`, and
its bytes, in base64, in `path_raw`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lightship.context.files import File, FileKind
from lightship.context.walked import Walked
from lightship.inspection.context.context_report import (
    Amount,
    Changing,
    ContextReport,
    FolderAmount,
    LineAmount,
    LineProblem,
    SecretFile,
    Use,
)
from lightship.inspection.context.explain_path import PathExplanation, Ruling
from lightship.inspection.context.folders import largest_files, largest_folders, tops
from lightship.inspection.context.ignore_diff import IgnoreDiff
from lightship.inspection.context.proposal import Loss, Proposal
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
    files = (_file(file, report.walked) for file in report.sent)
    hollow = [_empty(path, reason) for path, reason in report.hollow]
    explained = [_explanation(report, path) for path in item.explained]
    yield from json_object(
        {
            "version": VERSION,
            "root": _name(item.root),
            "dockerfile": _dockerfile(item),
            "target": report.build.target,
            "ignore_file": report.context.ignore_path,
            "bytes": Amount.of(report.sent).size,
            "files": files,
            "directories": map(named, report.directories),
            "transfer": _transfer(report),
            "ignored": _ignored(report),
            "largest": _largest(report),
            "never_copied": _never(report),
            "copies": _copies(report),
            "changing": list(map(_changing, report.changing)),
            "secrets": list(map(_secret, report.secrets)),
            "problems": list(map(_problem, report.problems)),
            "idle_lines": list(report.idle),
            "empty": hollow,
            "notes": list(report.notes),
            "proposal": _proposal(item.proposal),
            "explained": explained,
            "diff": _diff(item.diff, report.walked),
        }
    )


def named(path: str, key: str = "path") -> dict[str, Any]:
    """A path as text, with its bytes too where they are not UTF-8."""
    return path_fields(encode(path), key, slash=False)


def _name(path: str) -> str:
    """A path as text alone."""
    text: str = named(path)["path"]
    return text


def _dockerfile(item: ShownContext) -> str | None:
    if not item.dockerfile:
        return None
    return _name(item.dockerfile)


def _file(file: File, walked: Walked) -> dict[str, Any]:
    """A socket arrives as a file."""
    kind = walked.kinds.get(file.path, "")
    if kind in ("", "socket"):
        kind = str(file.kind)
    fields = {
        **named(file.path),
        "size": file.size,
        "mode": f"{file.mode:04o}",
        "kind": kind,
    }
    if file.kind is FileKind.SYMLINK:
        fields |= named(walked.links[file.path], "target")
    return fields


def _files(files: Sequence[File], walked: Walked) -> list[dict[str, Any]]:
    return [_file(file, walked) for file in files]


def _amount(amount: Amount) -> dict[str, int]:
    return {"files": amount.files, "bytes": amount.size}


def _transfer(report: ContextReport) -> dict[str, Any] | None:
    transfer = report.transfer
    if transfer is None:
        return None
    return {
        "whole": transfer.whole,
        "lines": list(transfer.lines),
        **_amount(transfer.amount),
    }


def _ignored(report: ContextReport) -> dict[str, Any]:
    amount = _amount(Amount.of(report.ignored))
    return {**amount, "by": list(map(_line, report.by_line))}


def _line(line: LineAmount) -> dict[str, Any]:
    pattern = line.pattern
    return {
        "line": pattern.line,
        "pattern": pattern.text,
        **_amount(line.amount),
    }


def _largest(report: ContextReport) -> dict[str, Any]:
    files = largest_files(report.sent, _MOST)
    folders = largest_folders(report.sent, _MOST)
    return {
        "files": _files(files, report.walked),
        "directories": list(map(_folder, folders)),
    }


def _folder(folder: FolderAmount) -> dict[str, Any]:
    return {
        **named(folder.path),
        "directory": folder.is_directory,
        **_amount(folder.amount),
    }


def _never(report: ContextReport) -> dict[str, Any] | None:
    """What no instruction copies; None where that is not known."""
    if report.uses is None:
        return None
    amount = _amount(Amount.of(report.never))
    top = tops(report.never)[:_MOST]
    return {**amount, "top": list(map(_folder, top))}


def _copies(report: ContextReport) -> list[dict[str, Any]] | None:
    """What instructions copy; None where that is not known."""
    if report.uses is None:
        return None
    return list(map(_copy, report.uses))


def _copy(use: Use) -> dict[str, Any]:
    return {
        "line": use.line,
        "instruction": context_phrases.instruction(use),
        "source": use.selection.source or ".",
        **_amount(Amount.of(use.files)),
    }


def _changing(item: Changing) -> dict[str, Any]:
    return {
        "name": item.name,
        "pattern": item.pattern,
        "when": item.when,
        "lines": list(item.lines),
        **_amount(item.amount),
    }


def _secret(secret: SecretFile) -> dict[str, Any]:
    return {
        **named(secret.file.path),
        "size": secret.file.size,
        "pattern": secret.pattern,
        "lines": list(secret.lines),
    }


def _problem(problem: LineProblem) -> dict[str, Any]:
    return {
        "rule": problem.rule,
        "line": problem.line,
        "message": problem.message,
        "hint": problem.hint or None,
    }


def _empty(path: str, reason: str) -> dict[str, Any]:
    return {**named(path), "reason": reason}


def _proposal(proposal: Proposal | None) -> dict[str, Any] | None:
    if proposal is None:
        return None
    return {
        "kind": proposal.kind,
        "path": proposal.path,
        "text": proposal.after,
        "saves": _amount(proposal.saves),
        "losses": list(map(_loss, proposal.losses)),
    }


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "pattern": loss.pattern or None,
        "why": loss.why,
        "copied": loss.is_copied,
        **_amount(loss.amount),
    }


def _explanation(report: ContextReport, path: PathExplanation) -> dict[str, Any]:
    lines = dict.fromkeys(use.line for use in path.uses)
    return {
        **named(path.path),
        "kind": _kind(report, path),
        "left_out": path.is_left_out,
        "rulings": list(map(_ruling, path.rulings)),
        "lines": list(lines),
        "sent": _amount(path.sent),
        "ignored": _amount(path.ignored),
    }


def _kind(report: ContextReport, path: PathExplanation) -> str | None:
    if path.file is None:
        return None
    return report.walked.kinds.get(path.path, str(path.file.kind))


def _ruling(ruling: Ruling) -> dict[str, Any]:
    pattern = ruling.pattern
    sign = "!" if pattern.negated else ""
    return {
        "line": pattern.line,
        "pattern": f"{sign}{pattern.text}",
        "through": _name(ruling.through),
    }


def _diff(diff: IgnoreDiff | None, walked: Walked) -> dict[str, Any] | None:
    if diff is None:
        return None
    return {
        "other": _name(diff.other),
        "more": _side(diff.more, walked),
        "less": _side(diff.less, walked),
    }


def _side(files: Sequence[File], walked: Walked) -> dict[str, Any]:
    amount = Amount.of(list(files))
    return {"bytes": amount.size, "files": _files(files, walked)}
