"""What decides about paths, and what another ignore file would change, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.context.files import File, FileKind
from lightship.inspection.context.context_report import Amount
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
    for each in item.explained:
        yield "\n".join(_explanation(item, each, view)) + "\n\n"


def _explanation(
    item: ShownContext, found: PathExplanation, view: View
) -> Iterator[str]:
    yield f"{paint(escaped(found.path), BOLD, view)}  {_state(found, view)}"
    if not found.rulings:
        yield "  " + (
            "nothing takes it out"
            if item.report.ignore.patterns
            else "there is no ignore file that takes it out"
        )
    for number, ruling in enumerate(found.rulings):
        is_last = number == len(found.rulings) - 1
        yield from _ruling(item, ruling, found.path, is_last, view)
    if found.hollow:
        yield f"  {paint('it arrives empty', YELLOW, view)}: {found.hollow}"
    yield from _takers(item, found)


def _state(found: PathExplanation, view: View) -> str:
    verdict = (
        paint("left out", RED, view)
        if found.is_left_out
        else paint("sent", GREEN, view)
    )
    if found.file is None:
        would = paint(
            "would be left out" if found.is_left_out else "would be sent", YELLOW, view
        )
        return f"{would}: there is nothing of that name"
    if found.file.kind is not FileKind.DIRECTORY:
        return f"{verdict}, {size(found.file.size)}"
    parts = [
        f"{context_phrases.amount(found.sent)} sent",
        f"{context_phrases.amount(found.ignored)} left out",
    ]
    if found.is_left_out and found.sent.files:
        verdict += ", but for what is taken back in"
    return f"directory, {verdict}: {'; '.join(parts)}"


def _ruling(
    item: ShownContext, ruling: Ruling, path: str, is_last: bool, view: View
) -> Iterator[str]:
    """The line with its place underlined, and what it does."""
    name = item.report.context.ignore_path or ""
    lines = Lines(item.report.context.read(name) or "")
    source, marks = excerpt(lines, ruling.pattern.span)
    through = "" if ruling.through == path else f" through {escaped(ruling.through)}"
    verb = "takes it back in" if ruling.pattern.negated else "takes it out"
    decides = " and decides" if is_last else ""
    number = str(ruling.pattern.line)
    yield f"  {paint(f'{escaped(name)}:{number}', BOLD, view)} {verb}{through}{decides}"
    yield f"  {paint(f'{number} |', DIM, view)} {source}"
    carets = paint(marks, GREEN if ruling.pattern.negated else RED, view)
    yield f"  {' ' * len(number)} {paint('|', DIM, view)} {carets}"


def _takers(item: ShownContext, found: PathExplanation) -> Iterator[str]:
    if item.report.uses is None:
        return
    is_absent = found.file is None
    verb = (
        "would copy it"
        if is_absent or (found.is_left_out and not found.sent.files)
        else "copies it"
    )
    if not found.uses:
        yield "  no instruction of the target copies it"
    for use in {use.line: use for use in found.uses}.values():
        yield f"  {escaped(item.dockerfile)}:{use.line} {verb}: {context_phrases.instruction(use)}"


def difference(item: ShownContext, view: View) -> Iterator[str]:
    """What the other ignore file would send more and less, by what stands at the top."""
    diff = item.diff
    assert diff is not None
    now = item.report.context.ignore_path or "no ignore file"
    yield f"{paint(f'{escaped(now)} → {escaped(diff.other)}', BOLD, view)}  {_sum(item, diff)}\n"
    for title, files, colour in (("MORE", diff.more, GREEN), ("LESS", diff.less, RED)):
        yield from _side(title, files, colour, view)


def _sum(item: ShownContext, diff: IgnoreDiff) -> str:
    if not (diff.more or diff.less):
        return f"the same {count(len(item.report.sent), 'file')} would be sent"
    before, more, less = (
        Amount.of(files) for files in (item.report.sent, diff.more, diff.less)
    )
    after = Amount(
        before.files + more.files - less.files, before.size + more.size - less.size
    )
    return f"{context_phrases.amount(before)} → {context_phrases.amount(after)}"


def _side(title: str, files: Sequence[File], colour: str, view: View) -> Iterator[str]:
    if not files:
        return
    yield f"\n{paint(title, BOLD, view)}  {context_phrases.amount(Amount.of(list(files)))}\n"
    sign = "+" if title == "MORE" else "-"
    found = tops(files)
    for each in found[:_TOPS]:
        name = (
            f"{each.path}/  {count(each.amount.files, 'file')}"
            if each.is_directory
            else each.path
        )
        yield f"  {paint(f'{sign}{size(each.amount.size)}', colour, view):>8}  {escaped(name)}\n"
    if rest := found[_TOPS:]:
        yield f"  {paint(f'{len(rest):,} more', DIM, view)}\n"
