"""A build context on one screen.

Figures, the largest, what nothing copies, what changes, secrets, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.inspection.context.context_report import (
    Amount,
    FolderAmount,
    LineAmount,
    LineProblem,
)
from lightship.inspection.context.folders import largest_files, largest_folders, tops
from lightship.inspection.context.inspect_context import lines_of
from lightship.report.context import context_phrases, explained_text
from lightship.report.context.formats import ShownContext
from lightship.report.kit.bars import bar
from lightship.report.kit.excerpt import excerpt
from lightship.report.kit.paint import BOLD, DIM, GREEN, RED, YELLOW, paint
from lightship.report.kit.view import View
from lightship.text import Lines
from lightship.wording.counts import count
from lightship.wording.printable import escaped, printable, shortened
from lightship.wording.shares import percent
from lightship.wording.sizes import size

_BAR = 12  # columns of the longest bar
_FILES, _FOLDERS, _TOPS, _LINES, _SECRETS = 5, 5, 5, 6, 10  # rows on the screen
_NAMES = 5  # problems with their lines
_ALL = "--format json lists all"


def write(item: ShownContext, view: View) -> Iterator[str]:
    """The screen; or the answers about paths, another ignore file or all files."""
    if item.explained:
        yield from explained_text.explanations(item, view)
    elif item.diff is not None:
        yield from explained_text.difference(item, view)
    elif item.everything:
        for file in item.report.sent:
            yield f"{size(file.size):>8}  {escaped(file.path)}\n"
    else:
        yield from _screen(item, view)


def _screen(item: ShownContext, view: View) -> Iterator[str]:
    for part in _PARTS:
        if rows := list(part(item, view)):
            yield "\n".join(rows) + "\n\n"
    for note in _notes(item):
        yield f"{paint('note', DIM, view)}: {escaped(note)}\n"


def _head(item: ShownContext, view: View) -> Iterator[str]:
    room = view.width // 2
    root = paint(escaped(item.root, room), BOLD, view)
    dockerfile = escaped(item.dockerfile) or "no Dockerfile"
    name = item.report.build.target
    target = f"target {escaped(name)}" if name else ""
    ignore_file = context_phrases.ignore_file(item.report)
    facts = " · ".join(filter(None, (dockerfile, target, ignore_file)))
    yield f"{root}  {facts}"


def _figures(item: ShownContext, view: View) -> Iterator[str]:
    report = item.report
    sent = Amount.of(report.sent)
    ignored = Amount.of(report.ignored)
    context = paint(context_phrases.amount(sent), BOLD, view)
    yield f"context  {context}: what instructions can copy"
    if report.transfer is not None:
        yield f"sent     {context_phrases.transfer(report)}"
    if report.uses is not None:
        never = Amount.of(report.never)
        copied = Amount(sent.files - never.files, sent.size - never.size)
        yield f"copied   {context_phrases.amount(copied)}"

    text = context_phrases.amount(ignored)
    total = report.total.size
    if total:
        text += f" ({percent(ignored.size / total)} of what is there)"
    yield f"ignored  {text}"


def _largest(item: ShownContext, view: View) -> Iterator[str]:
    files = largest_files(item.report.sent, _FILES)
    if not files:
        return
    yield paint("LARGEST FILES", BOLD, view)
    lines = lines_of(item.report.uses or ())
    largest = files[0].size
    for file in files:
        who = _copiers(item, lines.get(file.path, ()))
        yield _row(file.path, file.size, largest, who, view)


def _copiers(item: ShownContext, lines: Sequence[int]) -> str:
    """Who copies a file; empty where that is not known, as without a Dockerfile."""
    if item.report.uses is None:
        return ""
    return context_phrases.by(lines)


def _folders(item: ShownContext, view: View) -> Iterator[str]:
    folders = largest_folders(item.report.sent, _FOLDERS)
    if not folders:
        return
    yield paint("LARGEST DIRECTORIES", BOLD, view)
    yield from _folder_rows(folders, view)


def _never(item: ShownContext, view: View) -> Iterator[str]:
    never = item.report.never
    if not never:
        return
    transfer = item.report.transfer
    are_sent = transfer is not None and transfer.whole
    who = "they are sent anyway" if are_sent else "BuildKit does not send them"
    amount = context_phrases.amount(Amount.of(never))
    yield _title("NEVER COPIED", f"{amount}; {who}", view)

    folders = tops(never)
    yield from _folder_rows(folders[:_TOPS], view)
    rest = folders[_TOPS:]
    if rest:
        total = size(sum(folder.amount.size for folder in rest))
        more = paint(f"{len(rest):,} more", DIM, view)
        yield f"  {total:>8}  {more}"


def _title(title: str, about: str, view: View) -> str:
    return f"{paint(title, BOLD, view)}  {paint(about, DIM, view)}"


def _changing(item: ShownContext, view: View) -> Iterator[str]:
    if not item.report.changing:
        return
    why = "each change rebuilds the step that copies it and all later steps"
    yield _title("CHANGES BY ITSELF", why, view)
    for row in item.report.changing:
        name = paint(escaped(row.name), YELLOW, view)
        if row.amount.files > 1:
            name += f" ({count(row.amount.files, 'file')})"
        copiers = context_phrases.by(row.lines)
        who = paint(f"{row.when}; {copiers}", DIM, view)
        yield f"  {size(row.amount.size):>8}  {name}  {who}"


def _secrets(item: ShownContext, view: View) -> Iterator[str]:
    secrets = item.report.secrets
    if not secrets:
        return
    yield _title("SECRETS", "anyone who gets the context can read them", view)
    for secret in secrets[:_SECRETS]:
        colour = RED if secret.lines else YELLOW
        name = paint(escaped(secret.file.path), colour, view)
        who = paint(_copiers(item, secret.lines), DIM, view)
        yield f"  {size(secret.file.size):>8}  {name}  {who}".rstrip()
    rest = len(secrets) - _SECRETS
    if rest > 0:
        more = paint(f"{rest:,} more; {_ALL}", DIM, view)
        yield f"{'':>12}{more}"


def _ignored(item: ShownContext, view: View) -> Iterator[str]:
    lines = [line for line in item.report.by_line if line.amount.files]
    if not lines:
        return
    yield _title("IGNORED", "by the line that decides", view)
    lines.sort(key=_ignored_order)
    for line in lines[:_LINES]:
        yield _ignored_line(item, line, view)
    rest = lines[_LINES:]
    if rest:
        total = size(sum(line.amount.size for line in rest))
        more = paint(f"{len(rest):,} more lines", DIM, view)
        yield f"  {total:>8}  {more}"


def _ignored_order(line: LineAmount) -> tuple[int, int, int]:
    return -line.amount.size, -line.amount.files, line.pattern.line


def _ignored_line(item: ShownContext, line: LineAmount, view: View) -> str:
    path = escaped(item.report.context.ignore_path or "")
    place = paint(f"{path}:{line.pattern.line}", DIM, view)
    pattern = escaped(line.pattern.text, view.width // 2)
    files = count(line.amount.files, "file")
    return f"  {size(line.amount.size):>8}  {pattern}  {files}  {place}"


def _problems(item: ShownContext, view: View) -> Iterator[str]:
    """What rules report about lines; and the lines that match nothing, perhaps as a precaution."""
    report = item.report
    path = report.context.ignore_path or ""
    lines = Lines(report.context.read(path) or "")
    reported = {problem.line for problem in report.problems}
    idle = [line for line in report.idle if line not in reported]
    if report.problems or idle:
        yield paint("LINES OF THE IGNORE FILE", BOLD, view)

    for problem in report.problems[:_NAMES]:
        yield from _problem(escaped(path), problem, lines, view)
    rest = len(report.problems) - _NAMES
    if rest > 0:
        more = paint(f"{rest:,} more; {_ALL}", DIM, view)
        yield f"  {more}"
    if idle:
        numbers = context_phrases.lines(idle)
        has = "has" if len(idle) == 1 else "have"
        yield f"  {escaped(path)}: {numbers} {has} no effect here"


def _problem(
    path: str,
    problem: LineProblem,
    lines: Lines,
    view: View,
) -> Iterator[str]:
    place = paint(f"{path}:{problem.line}", BOLD, view)
    rule = paint(problem.rule, BOLD, view)
    yield f"  {place} {rule} {printable(problem.message)}"

    source, marks = excerpt(lines, problem.span)
    number = paint(f"{problem.line} |", DIM, view)
    yield f"  {number} {source}"

    margin = " " * len(str(problem.line))
    bar = paint("|", DIM, view)
    carets = paint(marks, YELLOW, view)
    yield f"  {margin} {bar} {carets}"
    if problem.hint:
        cure = paint("= lightship fix", GREEN, view)
        yield f"  {margin} {cure}: {printable(problem.hint)}"


def _advice(item: ShownContext, view: View) -> Iterator[str]:
    proposal = item.proposal
    if proposal is None:
        return
    yield paint("WHAT TO DO", BOLD, view)
    command = paint("lightship context --write", GREEN, view)
    yield f"  {command}  {context_phrases.saving(proposal)}"
    for loss in proposal.losses[:_LINES]:
        yield f"    {paint(context_phrases.loss(loss), DIM, view)}"


def _notes(item: ShownContext) -> Iterator[str]:
    yield from item.report.notes
    hollow = item.report.hollow
    for path, reason in hollow[:_NAMES]:
        yield f"{path} arrives empty: {reason}"
    rest = len(hollow) - _NAMES
    if rest > 0:
        yield f"{rest:,} more files arrive empty"


def _folder_rows(folders: Sequence[FolderAmount], view: View) -> Iterator[str]:
    for folder in folders:
        largest = folders[0].amount.size
        name = folder.path
        files = ""
        if folder.is_directory:
            name = f"{name}/"
            files = count(folder.amount.files, "file")
        yield _row(name, folder.amount.size, largest, files, view)


def _row(name: str, amount: int, largest: int, more: str, view: View) -> str:
    """Size, a bar, a path, and something about it."""
    drawn, _ = bar(amount, largest, _BAR)
    room = max(view.width - 8 - _BAR - 8 - len(more), 20)
    path = shortened(escaped(name), room)
    row = f"  {size(amount):>8}  {drawn:<{_BAR}}  {path}"
    if not more:
        return row
    return f"{row}  {paint(more, DIM, view)}".rstrip()


_PARTS = (
    _head,
    _figures,
    _largest,
    _folders,
    _never,
    _changing,
    _secrets,
    _ignored,
    _problems,
    _advice,
)
