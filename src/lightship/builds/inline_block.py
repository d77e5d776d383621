"""A Dockerfile inside another file that has lines of it to itself, and can be edited there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

from lightship.builds.definition import Inline
from lightship.builds.inline_places import inline_style
from lightship.record import record
from lightship.text import Edit, Lines, Span, apply_edits, common_ends

_HAS_OWN_LINES = ("|", "<<")
_MOST_COMPARED = 400  # lines


def inline_block(whole: str, inline: Inline) -> InlineBlock | None:
    """A Dockerfile that has lines of the file to itself; None where it is quoted or folded."""
    lines = Lines(whole)
    if inline_style(whole, lines, inline.line) not in _HAS_OWN_LINES:
        return None
    start = lines.starts[inline.line - 1]
    block = InlineBlock(whole, start, inline)
    return block if block.is_whole else None


class _Change(NamedTuple):
    """Lines of a text that are other lines of another text."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Change]:
    """What differs between two texts: line by line where they have as many lines.

    Of many lines in a row that differ all count as changed: to compare them takes too long.
    """
    if len(old) == len(new):
        for at, line in enumerate(old):
            if line != new[at]:
                yield _Change(at, at + 1, at, at + 1)
        return

    start, end = common_ends(old, new)
    old_end = len(old) - end
    new_end = len(new) - end
    before = old[start:old_end]
    after = new[start:new_end]
    longest = max(len(before), len(after))
    if longest > _MOST_COMPARED:
        yield _Change(start, old_end, start, new_end)
        return

    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, *places in matcher.get_opcodes():
        if tag != "equal":
            yield _Change(*(place + start for place in places))


@record(eq=False, frozen=False)
class _TouchedLines:
    """The edits of some lines, from the first to the last one, counted from 0."""

    first: int
    last: int
    edits: list[Edit]


class InlineBlock:
    """A Dockerfile that has lines of a file to itself, and can be edited there.

    `rows` are the lines as the file has them, `lines` those of the Dockerfile; they belong to each
    other one by one. `start` is where they begin in `whole`.
    """

    def __init__(self, whole: str, start: int, inline: Inline) -> None:
        self.whole = whole
        self.start = start
        self.text = inline.text
        self.is_hcl = inline.path.endswith(".hcl")
        self.lines = _text_lines(inline.text)
        self.rows = self._rows()
        self.end = ""
        has_return = self.rows[0].endswith("\r")
        if has_return and not self.lines[0].endswith("\r"):
            self.end = "\r"
        self.indent = ""
        self.is_whole = False
        if len(self.rows) == len(self.lines):
            self.is_whole = self._find_indent()

    def _rows(self) -> list[str]:
        """As many lines of the file as the Dockerfile has."""
        rows: list[str] = []
        at = self.start
        for _ in self.lines:
            end = self.whole.find("\n", at)
            if end < 0:
                rows.append(self.whole[at:])
                break
            rows.append(self.whole[at:end])
            at = end + 1
        return rows

    def _find_indent(self) -> bool:
        """Take the blanks before the first line that is as it is written."""
        for row, line in zip(self.rows, self.lines, strict=True):
            ending = self._escaped(line) + self.end
            if line.strip() and row.endswith(ending):
                self.indent = row.removesuffix(ending)
                return not self.indent.strip()
        return False

    def with_text(self, text: str) -> str | None:
        """The text of the file with another Dockerfile in the place of this one.

        None where a line that changes has a variable of the file.
        """
        new = _text_lines(text)
        if _is_indented(new):
            return None
        rows: list[str] = []
        kept = 0
        for change in _changes(self.lines, new):
            if not self._is_plain(change.old_start, change.old_end):
                return None
            rows += self.rows[kept : change.old_start]
            rows += self._rows_of(new[change.new_start : change.new_end])
            kept = change.old_end
        rows += self.rows[kept:]
        before = self.whole[: self.start]
        end = self._row_starts[-1] - 1
        after = self.whole[end:]
        return before + "\n".join(rows) + after

    def placed_edits(self, edits: Iterable[Edit]) -> tuple[Edit, ...] | None:
        """Edits of the Dockerfile as edits of the file.

        None where a line that they touch has a variable of the file.
        """
        placed: list[Edit] = []
        for touched in self._by_lines(edits):
            edit = self._placed_edit(touched)
            if edit is None:
                return None
            placed.append(edit)
        return tuple(placed)

    def _by_lines(self, edits: Iterable[Edit]) -> list[_TouchedLines]:
        """Edits by the lines that they touch; those that share a line belong together."""
        groups: list[_TouchedLines] = []
        in_order = sorted(edits, key=lambda edit: edit.span)
        for edit in in_order:
            start, stop = edit.span
            first = self._text_lines.line(start) - 1
            last = self._text_lines.line(stop) - 1
            first = min(first, len(self.lines) - 1)
            if not groups or first > groups[-1].last:
                groups.append(_TouchedLines(first, last, [edit]))
                continue
            group = groups[-1]
            group.last = max(group.last, last)
            group.edits.append(edit)
        return groups

    def _placed_edit(self, touched: _TouchedLines) -> Edit | None:
        """One edit of the file for some lines."""
        first = touched.first
        end = min(touched.last + 1, len(self.rows))
        if not self._is_plain(first, end):
            return None
        lines = self._edited_lines(touched)
        if first == 0 and _is_indented(lines):
            return None

        before = "\n".join(self.rows[first:end])
        after = "\n".join(self._rows_of(lines))
        place = self._row_starts[first]
        return _only_edit(before, after, place)

    def _edited_lines(self, touched: _TouchedLines) -> list[str]:
        """Some lines of the Dockerfile after their edits."""
        starts = self._text_lines.starts
        begin = starts[touched.first]
        end = len(self.text)
        following = touched.last + 1
        if following < len(starts):
            end = starts[following] - 1

        shifted: list[Edit] = []
        for edit in touched.edits:
            start, stop = edit.span
            span = Span(start - begin, stop - begin)
            shifted.append(Edit(span, edit.text))
        text = apply_edits(self.text[begin:end], shifted)
        if touched.last >= len(self.rows):
            text = text.removesuffix("\n")  # that of the last line, which the file has
        return text.split("\n")

    @cached_property
    def _text_lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _row_starts(self) -> list[int]:
        """Where each line begins in the file."""
        starts = [self.start]
        at = self.start
        for row in self.rows:
            at += len(row) + 1
            starts.append(at)
        return starts

    def _is_plain(self, first: int, last: int) -> bool:
        """Whether some lines are as they are written, without a variable of the file."""
        for at in range(first, last):
            line = self.lines[at]
            is_as_written = self.rows[at] == self._row(line)
            if line.strip() and not is_as_written:
                return False
        return True

    def _rows_of(self, lines: Sequence[str]) -> list[str]:
        return [self._row(line) for line in lines]

    def _row(self, line: str) -> str:
        """A line of a Dockerfile as the file has to have it."""
        if not line:
            return self.end
        return f"{self.indent}{self._escaped(line)}{self.end}"

    def _escaped(self, line: str) -> str:
        if self.is_hcl:
            return line.replace("${", "$${").replace("%{", "%%{")
        return line.replace("$", "$$")


def _is_indented(lines: Sequence[str]) -> bool:
    """Whether a text begins with blanks, which the file would take for its indentation."""
    return lines[0].startswith((" ", "\t"))


def _text_lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _only_edit(before: str, after: str, place: int) -> Edit:
    """What differs between two texts as one edit; `place` is where the first one begins."""
    start, end = common_ends(before, after)
    span = Span(place + start, place + len(before) - end)
    text = after[start : len(after) - end]
    return Edit(span, text)
