"""A build context on one screen: figures, the largest, what nothing copies, what changes, secrets, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lightship.inspection.context.context_report import (
    Amount,
    FolderAmount,
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


def write(item: ShownContext, view: View) -> Iterator[str]:
    """The screen; or what was asked of paths, of another ignore file, or for all files."""
    if item.explained:
        yield from explained_text.explanations(item, view)
    elif item.diff is not None:
        yield from explained_text.difference(item, view)
    elif item.everything:
        yield from (
            f"{size(file.size):>8}  {escaped(file.path)}\n" for file in item.report.sent
        )
    else:
        for part in (
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
        ):
            if rows := list(part(item, view)):
                yield "\n".join(rows) + "\n\n"
        yield from (
            f"{paint('note', DIM, view)}: {escaped(note)}\n" for note in _notes(item)
        )


def _head(item: ShownContext, view: View) -> Iterator[str]:
    target = item.report.build.target
    facts = [
        escaped(item.dockerfile) or "no Dockerfile",
        f"target {escaped(target)}" if target else "",
    ]
    facts.append(context_phrases.ignore_file(item.report))
    yield f"{paint(escaped(item.root, view.width // 2), BOLD, view)}  {' · '.join(filter(None, facts))}"


def _figures(item: ShownContext, view: View) -> Iterator[str]:
    report = item.report
    total, sent, ignored = (
        report.total,
        Amount.of(report.sent),
        Amount.of(report.ignored),
    )
    share = (
        f" ({percent(ignored.size / total.size)} of what is there)"
        if total.size
        else ""
    )
    yield f"context  {paint(context_phrases.amount(sent), BOLD, view)}: what instructions can copy"
    if report.transfer is not None:
        yield f"sent     {context_phrases.transfer(report)}"
    if report.uses is not None:
        never = Amount.of(report.never)
        copied = Amount(sent.files - never.files, sent.size - never.size)
        yield f"copied   {context_phrases.amount(copied)}"
    yield f"ignored  {context_phrases.amount(ignored)}{share}"


def _largest(item: ShownContext, view: View) -> Iterator[str]:
    found = largest_files(item.report.sent, _FILES)
    if not found:
        return
    takers = lines_of(item.report.uses or ())
    yield paint("LARGEST FILES", BOLD, view)
    for file in found:
        who = (
            ""
            if item.report.uses is None
            else context_phrases.by(takers.get(file.path, ()))
        )
        yield _row(file.path, file.size, found[0].size, who, view)


def _folders(item: ShownContext, view: View) -> Iterator[str]:
    found = largest_folders(item.report.sent, _FOLDERS)
    if not found:
        return
    yield paint("LARGEST DIRECTORIES", BOLD, view)
    yield from _folder_rows(found, view)


def _never(item: ShownContext, view: View) -> Iterator[str]:
    never = item.report.never
    if not never:
        return
    transfer = item.report.transfer
    who = (
        "they are sent all the same"
        if transfer is not None and transfer.whole
        else "BuildKit does not send them"
    )
    amount = f"{context_phrases.amount(Amount.of(never))}; {who}"
    yield f"{paint('NEVER COPIED', BOLD, view)}  {paint(amount, DIM, view)}"
    found = tops(never)
    yield from _folder_rows(found[:_TOPS], view)
    if rest := found[_TOPS:]:
        yield f"  {size(sum(each.amount.size for each in rest)):>8}  {paint(f'{len(rest):,} more', DIM, view)}"


def _changing(item: ShownContext, view: View) -> Iterator[str]:
    rows = item.report.changing
    if not rows:
        return
    why = "each change rebuilds the step that copies it, and all behind it"
    yield f"{paint('CHANGES BY ITSELF', BOLD, view)}  {paint(why, DIM, view)}"
    for row in rows:
        files = f" ({count(row.amount.files, 'file')})" if row.amount.files > 1 else ""
        who = f"{row.when}; {context_phrases.by(row.lines)}"
        yield f"  {size(row.amount.size):>8}  {paint(escaped(row.name), YELLOW, view)}{files}  {paint(who, DIM, view)}"


def _secrets(item: ShownContext, view: View) -> Iterator[str]:
    rows = item.report.secrets
    if not rows:
        return
    why = "whoever gets the context can read them"
    yield f"{paint('SECRETS', BOLD, view)}  {paint(why, DIM, view)}"
    for row in rows[:_SECRETS]:
        who = "" if item.report.uses is None else context_phrases.by(row.lines)
        name = paint(escaped(row.file.path), RED if row.lines else YELLOW, view)
        yield f"  {size(row.file.size):>8}  {name}  {paint(who, DIM, view)}".rstrip()
    if len(rows) > _SECRETS:
        yield f"            {paint(f'{len(rows) - _SECRETS:,} more; --format json lists all', DIM, view)}"


def _ignored(item: ShownContext, view: View) -> Iterator[str]:
    rows = sorted(
        item.report.by_line,
        key=lambda row: (-row.amount.size, -row.amount.files, row.pattern.line),
    )
    rows = [row for row in rows if row.amount.files]
    if not rows:
        return
    yield f"{paint('IGNORED', BOLD, view)}  {paint('by the line that decides', DIM, view)}"
    path = escaped(item.report.context.ignore_path or "")
    for row in rows[:_LINES]:
        place = paint(f"{path}:{row.pattern.line}", DIM, view)
        files = count(row.amount.files, "file")
        yield f"  {size(row.amount.size):>8}  {escaped(row.pattern.text, view.width // 2)}  {files}  {place}"
    if rest := rows[_LINES:]:
        left = sum(row.amount.size for row in rest)
        yield f"  {size(left):>8}  {paint(f'{len(rest):,} more lines', DIM, view)}"


def _problems(item: ShownContext, view: View) -> Iterator[str]:
    """What rules say of lines, with them; and the lines that take nothing, which may well be a precaution."""
    report = item.report
    path = report.context.ignore_path or ""
    lines = Lines(report.context.read(path) or "")
    spoken = {each.line for each in report.problems}
    idle = [line for line in report.idle if line not in spoken]
    if report.problems or idle:
        yield paint("LINES OF THE IGNORE FILE", BOLD, view)
    for each in report.problems[:_NAMES]:
        yield from _problem(escaped(path), each, lines, view)
    if rest := report.problems[_NAMES:]:
        yield f"  {paint(f'{len(rest):,} more; --format json lists all', DIM, view)}"
    if idle:
        yield f"  {escaped(path)}: {context_phrases.lines(idle)} {'changes' if len(idle) == 1 else 'change'} nothing here"


def _problem(
    path: str, problem: LineProblem, lines: Lines, view: View
) -> Iterator[str]:
    source, marks = excerpt(lines, problem.span)
    margin = " " * len(str(problem.line))
    place, rule = (
        paint(f"{path}:{problem.line}", BOLD, view),
        paint(problem.rule, BOLD, view),
    )
    yield f"  {place} {rule} {printable(problem.message)}"
    yield f"  {paint(f'{problem.line} |', DIM, view)} {source}"
    yield f"  {margin} {paint('|', DIM, view)} {paint(marks, YELLOW, view)}"
    if problem.hint:
        yield f"  {margin} {paint('= lightship fix', GREEN, view)}: {printable(problem.hint)}"


def _advice(item: ShownContext, view: View) -> Iterator[str]:
    proposal = item.proposal
    if proposal is None:
        return
    yield paint("WHAT TO DO", BOLD, view)
    yield f"  {paint('lightship context --write', GREEN, view)}  {context_phrases.saving(proposal)}"
    yield from (
        f"    {paint(context_phrases.loss(each), DIM, view)}"
        for each in proposal.losses[:_LINES]
    )


def _notes(item: ShownContext) -> Iterable[str]:
    yield from item.report.notes
    for path, reason in item.report.hollow[:_NAMES]:
        yield f"{path} arrives empty: {reason}"
    if len(item.report.hollow) > _NAMES:
        yield f"{len(item.report.hollow) - _NAMES:,} more files arrive empty"


def _folder_rows(found: Sequence[FolderAmount], view: View) -> Iterator[str]:
    for each in found:
        files = count(each.amount.files, "file") if each.is_directory else ""
        name = f"{each.path}/" if each.is_directory else each.path
        yield _row(name, each.amount.size, found[0].amount.size, files, view)


def _row(name: str, amount: int, largest: int, more: str, view: View) -> str:
    """Size, a bar, a path, and something about it."""
    drawn = bar(amount, largest, _BAR)[0]
    room = max(view.width - 8 - _BAR - 8 - len(more), 20)
    text = f"  {size(amount):>8}  {drawn:<{_BAR}}  {shortened(escaped(name), room)}"
    return f"{text}  {paint(more, DIM, view)}".rstrip() if more else text
