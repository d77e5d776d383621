"""The laws of a Dockerfile's tree, as functions that tests call with any text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain, pairwise

from lightship.dockerfile.characters import SPACE
from lightship.dockerfile.instructions import KEYWORDS
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Dockerfile, Heredoc, Instruction, Pair, Word
from lightship.text import Mapped, Span, decode, encode

_BLANKS = f"{SPACE}\udc85\udca0"
_SURROGATE = re.compile("[\ud800-\udfff]")
_END_OF_FLAGS = re.compile(r"--[\"'\\`-]*")


def hold(text: str) -> Dockerfile:
    """Parse `text`, and see that every law holds."""
    dockerfile = parse(text)
    assert decode(encode(text)) == text
    _tiles(dockerfile)
    _stages_share_out_the_instructions(dockerfile)
    for problem in dockerfile.problems:
        assert problem.message
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    for instruction in dockerfile.instructions:
        _Laws(dockerfile, instruction, instruction).hold()
        if instruction.trigger:
            assert instruction.span.covers(instruction.trigger.span)
            _Laws(dockerfile, instruction, instruction.trigger).hold()
    return dockerfile


def shape(instruction: Instruction) -> tuple[object, ...]:
    """What an instruction says, wherever it stands."""
    return (
        instruction.keyword,
        instruction.name.text,
        [flag.text for flag in instruction.flags],
        instruction.form,
        [word.text for word in instruction.args],
        [
            (item.name, item.content, item.expand, item.chomp, item.fd)
            for item in instruction.heredocs
        ],
        instruction.comments,
        shape(instruction.trigger) if instruction.trigger else None,
    )


def unread_from(dockerfile: Dockerfile) -> int:
    """Where BuildKit stops reading: a line that is too long, or the end."""
    long = [
        problem.span.start
        for problem in dockerfile.problems
        if "bytes" in problem.message
    ]
    return min([*long, len(dockerfile.text)])


def _tiles(dockerfile: Dockerfile) -> None:
    """Instructions and the comments between them are in order and disjoint; between them is white space."""
    text, end = dockerfile.text, unread_from(dockerfile)
    outside = [comment.span for comment in dockerfile.comments if not comment.inside]
    at = len("\ufeff") if text.startswith("\ufeff") else 0
    for span in sorted(
        [*outside, *(instruction.span for instruction in dockerfile.instructions)]
    ):
        assert at <= span.start <= span.end
        assert not text[at : span.start].strip(SPACE)
        at = span.end
    assert not text[at:end].strip(SPACE)
    for comment in dockerfile.comments:
        assert comment.span.of(text).startswith("#")
        assert "\n" not in comment.span.of(text)
        inside = [
            item for item in dockerfile.instructions if item.span.covers(comment.span)
        ]
        assert len(inside) == comment.inside
    for directive in dockerfile.directives:
        assert directive.value_span.of(text) == directive.value
        assert directive.span in outside


def _stages_share_out_the_instructions(dockerfile: Dockerfile) -> None:
    shared = [
        item
        for stage in dockerfile.stages
        for item in (stage.from_, *stage.instructions)
    ]
    before = dockerfile.instructions[: len(dockerfile.instructions) - len(shared)]
    assert (*before, *shared) == dockerfile.instructions
    assert tuple(item for item in before if item.keyword == "ARG") == dockerfile.globals
    assert all(item.keyword != "FROM" for item in before)
    for stage in dockerfile.stages:
        assert stage.from_.keyword == "FROM"
        assert all(
            dockerfile.stage_of(item) is stage
            for item in (stage.from_, *stage.instructions[-1:])
        )


class _Laws:
    """The laws of one instruction, or of what an ONBUILD holds."""

    def __init__(
        self, dockerfile: Dockerfile, whole: Instruction, instruction: Instruction
    ) -> None:
        self.dockerfile, self.text, self.escape = (
            dockerfile,
            dockerfile.text,
            re.escape(dockerfile.escape),
        )
        self.whole, self.instruction, self.line = whole, instruction, instruction.line
        pieces = zip(
            self.line.starts,
            [*self.line.starts[1:], len(self.line.text)],
            self.line.sources,
            strict=True,
        )
        self.offsets = list(
            chain.from_iterable(
                range(at, at + stop - start) for start, stop, at in pieces
            )
        )

    def hold(self) -> None:
        self._the_line_maps_to_the_text(self.line)
        self._the_line_maps_to_the_text(self.instruction.operand)
        self._what_the_line_leaves_out_is_no_operand()
        self._line_numbers_agree()
        self._words_are_their_places()
        self._flags_are_their_places()
        self._pairs_are_their_places()
        self._parts_are_in_order()
        self._heredocs_follow()

    def joined(self, span: Span) -> str:
        """The characters of a place, without continuations, and without comments and blank lines between."""
        return self.line.text[
            bisect_left(self.offsets, span.start) : bisect_left(self.offsets, span.end)
        ]

    @property
    def joined_end(self) -> int:
        """Where the joined lines end, with the last line end."""
        if self.whole.heredocs:
            return self.whole.heredocs[0].body.start
        end = self.text.find("\n", self.whole.span.end)
        return min(end + 1 or len(self.text), unread_from(self.dockerfile))

    def _the_line_maps_to_the_text(self, line: Mapped) -> None:
        assert line.starts[0] == 0
        assert list(line.starts) == sorted(set(line.starts))
        for start, stop in pairwise([*line.starts, len(line.text)]):
            assert line.span(start, stop).of(self.text) == line.text[start:stop]

    def _what_the_line_leaves_out_is_no_operand(self) -> None:
        """Continuations, comments and blank lines; at the end a line end or a continuation."""
        blank = f"[{SPACE.replace(chr(10), '')}]*"
        left_out = rf"(?:{self.escape}[ \t]*\r*\n)(?:{self.escape}[ \t]*\r*\n|{blank}{self.escape}?(?:#[^\n]*)?\n)*"
        last = rf"\r*\n?|{left_out}(?:{blank}(?:#[^\n]*)?|{self.escape}[ \t]*\r*)|{self.escape}[ \t]*\r*\n?"
        at = self.whole.span.start
        for start, stop in self._pieces():
            assert start == at or re.fullmatch(left_out, self.text[at:start])
            at = stop
        assert re.fullmatch(last, self.text[at : self.joined_end])

    def _pieces(self) -> Iterator[tuple[int, int]]:
        ends = [*self.line.starts[1:], len(self.line.text)]
        for start, end, source in zip(
            self.line.starts, ends, self.line.sources, strict=True
        ):
            if end > start:
                yield source, source + end - start

    def _line_numbers_agree(self) -> None:
        lines, whole = self.dockerfile.lines, self.whole
        assert (
            self.instruction.first_line
            == whole.first_line
            == lines.line(whole.span.start)
        )
        assert (
            self.instruction.last_line == whole.last_line == lines.line(whole.span.end)
        )
        assert whole.first_line <= self.instruction.joined_last_line <= whole.last_line
        assert all(
            whole.first_line < line <= whole.joined_last_line
            for line in whole.blank_lines
        )
        assert not any(
            lines.span(line).of(self.text).strip(SPACE) for line in whole.blank_lines
        )

    def _words_are_their_places(self) -> None:
        name, args = self.instruction.name, self.instruction.args
        assert self.joined(name.span) == name.text
        for word in args:
            assert self.instruction.span.covers(word.span)
            if self.instruction.form == "shell" or word is self._health_type():
                assert self.joined(word.span) == word.text
            else:
                self._is_json_string(word)

    def _health_type(self) -> Word | None:
        return (
            self.instruction.args[0]
            if self.instruction.keyword == "HEALTHCHECK"
            else None
        )

    def _is_json_string(self, word: Word) -> None:
        source = self.joined(word.span)
        assert source[0] == source[-1] == '"'
        if "\\" not in source:
            assert _SURROGATE.sub("\ufffd", source[1:-1]) == word.text

    def _flags_are_their_places(self) -> None:
        for flag in self.instruction.flags:
            source = self.joined(flag.span)
            assert source.startswith("--")
            assert (flag.value is None) == (flag.value_span is None)
            if flag.value_span:
                assert flag.span.covers(flag.value_span)
                assert source.partition("=")[2] == self.joined(flag.value_span)
            if source.isascii() and not set(source) & set("\"'\\`"):
                assert flag.text == source

    def _pairs_are_their_places(self) -> None:
        for pair in self.instruction.pairs:
            assert self.joined(pair.span) == self._written(pair)
        texts = [
            word
            for pair in self.instruction.pairs
            for word in (pair.name, pair.value)
            if word
        ]
        if self.instruction.keyword in ("ENV", "LABEL"):
            assert tuple(texts) == self.instruction.args

    def _written(self, pair: Pair) -> str:
        if pair.value is None:
            return pair.name.text
        between = self.joined(Span(pair.name.span.end, pair.value.span.start))
        assert between == "=" or (pair.legacy and between and not between.strip(SPACE))
        return f"{pair.name.text}{between}{pair.value.text}"

    def _parts_are_in_order(self) -> None:
        """Name, flags, `--`, operands; between them are blanks, the `=` of pairs, the marks of a JSON array."""
        instruction = self.instruction
        at = (
            self.whole.span.start
            if instruction is self.whole
            else instruction.name.span.start
        )
        for span in (instruction.name.span, *(flag.span for flag in instruction.flags)):
            assert at <= span.start <= span.end
            assert not self.joined(Span(at, span.start)).strip(_BLANKS)
            at = span.end
        before = self.line.text[
            bisect_left(self.offsets, at) : instruction.operands.start
        ].strip(_BLANKS)
        assert not before or _END_OF_FLAGS.fullmatch(before)
        if instruction.keyword in KEYWORDS and (
            instruction.args or instruction.form == "exec"
        ):
            self._operands_are_in_order()

    def _operands_are_in_order(self) -> None:
        instruction = self.instruction
        at, end = instruction.operands
        marks = (
            "[,]"
            if instruction.form == "exec"
            else "="
            if instruction.keyword in ("ENV", "LABEL")
            else ""
        )
        for word in instruction.args:
            start, stop = (bisect_left(self.offsets, place) for place in word.span)
            assert at <= start <= stop <= end
            assert not self.line.text[at:start].strip(_BLANKS + marks)
            at = stop
        assert (
            not self.line.text[at:end]
            .removesuffix(self.dockerfile.escape)
            .strip(_BLANKS + marks)
        )

    def _heredocs_follow(self) -> None:
        """The words stand in order in the joined lines, the bodies in order behind them."""
        words = [item.span for item in self.instruction.heredocs]
        assert words == sorted(words)
        assert all(one.end <= other.start for one, other in pairwise(words))
        at = self.joined_end
        for item in self.instruction.heredocs:
            assert (
                self.instruction.name.span.end
                <= item.span.start
                <= item.span.end
                <= self.joined_end
            )
            assert item.body.start == at
            assert item.terminator.start == item.body.end
            at = self._after(item)
        if self.instruction.heredocs:
            assert not self.text[self.whole.span.end : at].strip("\r\n")

    def _after(self, item: Heredoc) -> int:
        assert item.body.of(self.text) == item.content
        terminator = item.terminator.of(self.text)
        end = self.text.find("\n", item.terminator.end)
        if item.terminator.end == unread_from(self.dockerfile) and not terminator:
            return item.terminator.end
        assert (terminator.lstrip("\t") if item.chomp else terminator) == item.name
        return end + 1 or len(self.text)
