"""What decides about paths, and what another ignore file would change, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.context.files import File, FileKind
from lightship.inspection.context.context_report import Amount, FolderAmount
from lightship.inspection.context.explain_path import PathExplanation, Ruling
from lightship.inspection.context.folders import tops
from lightship.inspection.context.ignore_diff import IgnoreDiff
from lightship.report.context import context_phrases
from lightship.report.context.formats import ShownContext
from lightship.report.kit.excerpt import excerpt
from lightship.report.kit.paint import BOLD, DIM, GREEN, RED, YELLOW, paint
from lightship.report.kit.view import View
from lightship.text import Lines
from lightship.wording.counts import count
from lightship.wording.printable import escaped
from lightship.wording.sizes import size

_TOPS = 15  # rows of a difference


def explanations(item: ShownContext, view: View) -> Iterator[str]:
    """Each path: its verdict, the lines that lead to it, the instructions that copy it."""
    for path in item.explained:
        yield "\n".join(_explanation(item, path, view)) + "\n\n"


def _explanation(
    item: ShownContext,
    path: PathExplanation,
    view: View,
) -> Iterator[str]:
    yield f"{paint(escaped(path.path), BOLD, view)}  {_state(path, view)}"
    if not path.rulings:
        has_lines = bool(item.report.ignore.patterns)
        absent = "there is no ignore file to exclude it"
        yield f"  {'no pattern excludes it' if has_lines else absent}"
    for number, ruling in enumerate(path.rulings, 1):
        is_last = number == len(path.rulings)
        yield from _ruling(item, ruling, path.path, is_last, view)
    if path.hollow:
        yield f"  {paint('it arrives empty', YELLOW, view)}: {path.hollow}"
    yield from _takers(item, path)


def _state(path: PathExplanation, view: View) -> str:
    verdict, colour = ("left out", RED) if path.is_left_out else ("sent", GREEN)
    if path.file is None:
        would = paint(f"would be {verdict}", YELLOW, view)
        return f"no such file; it {would}"
    verdict = paint(verdict, colour, view)
    if path.file.kind is not FileKind.DIRECTORY:
        return f"{verdict}, {size(path.file.size)}"

    sent = f"{context_phrases.amount(path.sent)} sent"
    ignored = f"{context_phrases.amount(path.ignored)} left out"
    if path.is_left_out and path.sent.files:
        verdict += ", except for what is included again"
    return f"directory, {verdict}: {sent}; {ignored}"


def _ruling(
    item: ShownContext,
    ruling: Ruling,
    path: str,
    is_last: bool,
    view: View,
) -> Iterator[str]:
    """The line with the pattern underlined, and what it does."""
    name = item.report.context.ignore_path or ""
    lines = Lines(item.report.context.read(name) or "")
    number = str(ruling.pattern.line)
    verb = "excludes it"
    colour = RED
    if ruling.pattern.negated:
        verb = "includes it again"
        colour = GREEN
    through = "" if ruling.through == path else f" through {escaped(ruling.through)}"
    decides = " and decides" if is_last else ""
    place = paint(f"{escaped(name)}:{number}", BOLD, view)
    yield f"  {place} {verb}{through}{decides}"

    source, marks = excerpt(lines, ruling.pattern.span)
    yield f"  {paint(f'{number} |', DIM, view)} {source}"
    bar = paint("|", DIM, view)
    yield f"  {' ' * len(number)} {bar} {paint(marks, colour, view)}"


def _takers(item: ShownContext, path: PathExplanation) -> Iterator[str]:
    if item.report.uses is None:
        return
    if not path.uses:
        yield "  no instruction of the target copies it"
    is_gone = path.is_left_out and not path.sent.files
    verb = "would copy it" if path.file is None or is_gone else "copies it"
    by_line = {use.line: use for use in path.uses}
    for line, use in by_line.items():
        place = f"{escaped(item.dockerfile)}:{line}"
        yield f"  {place} {verb}: {context_phrases.instruction(use)}"


def difference(item: ShownContext, view: View) -> Iterator[str]:
    """What the other ignore file would send more and less, by entry at the top."""
    diff = item.diff
    assert diff is not None
    now = item.report.context.ignore_path or "no ignore file"
    names = f"{escaped(now)} → {escaped(diff.other)}"
    yield f"{paint(names, BOLD, view)}  {_sum(item, diff)}\n"
    yield from _side("MORE", diff.more, "+", view)
    yield from _side("LESS", diff.less, "-", view)


def _sum(item: ShownContext, diff: IgnoreDiff) -> str:
    sent = item.report.sent
    if not (diff.more or diff.less):
        return f"the same {count(len(sent), 'file')} would be sent"
    before = Amount.of(sent)
    more = Amount.of(diff.more)
    less = Amount.of(diff.less)
    files = before.files + more.files - less.files
    bytes_ = before.size + more.size - less.size
    after = context_phrases.amount(Amount(files, bytes_))
    return f"{context_phrases.amount(before)} → {after}"


def _side(title: str, files: Sequence[File], sign: str, view: View) -> Iterator[str]:
    if not files:
        return
    amount = context_phrases.amount(Amount.of(list(files)))
    yield f"\n{paint(title, BOLD, view)}  {amount}\n"
    colour = GREEN if sign == "+" else RED
    folders = tops(files)
    for folder in folders[:_TOPS]:
        change = paint(f"{sign}{size(folder.amount.size)}", colour, view)
        yield f"  {change:>8}  {escaped(_name(folder))}\n"
    if rest := folders[_TOPS:]:
        yield f"  {paint(f'{len(rest):,} more', DIM, view)}\n"


def _name(folder: FolderAmount) -> str:
    if not folder.is_directory:
        return folder.path
    return f"{folder.path}/  {count(folder.amount.files, 'file')}"
