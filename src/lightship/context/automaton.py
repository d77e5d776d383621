"""All patterns of an ignore file as one automaton over the names of a path.

Shift-And (Baeza-Yates and Gonnet, CACM 1992) over segments: the places that a path leads to are
the bits of a number, and one more name moves all of them by one step. A pattern has a place before
each of its segments and one after them, which says that it takes the path; a pattern that does
not split into segments has that place alone, and is matched as a whole.
"""

from __future__ import annotations

from dataclasses import field

from lightship.context.path_match import IndexedPath, Steps
from lightship.context.patterns import IgnorePattern, Matcher, as_go_reads, matcher
from lightship.context.segments import Asks, Deep, FormMatcher, Segment, form, row
from lightship.record import record


@record(eq=False, frozen=False)
class Texts:
    """Texts of one length that a name starts or ends with, each with the places that it leads
    on from.
    """

    places: int = 0
    by_text: dict[str, int] = field(default_factory=dict)


@record(eq=False, frozen=False)
class Form:
    """A segment with wildcards, and the places that it leads on from.

    `matches` is set when it is first asked for.
    """

    steps: Steps
    places: int = 0
    matches: FormMatcher | None = None

    def made(self) -> FormMatcher:
        self.matches = form(self.steps)
        return self.matches


@record(eq=False, frozen=False)
class Automaton:
    """Its numbers are sets of places.

    It grows with the square of its width: many patterns are several automata.
    """

    width: int = 0  # how many places there are
    start: int = 0  # the places of the empty path
    # Those that say that a pattern takes the path, in the order of the patterns
    takes: int = 0
    negated: int = 0  # ... of patterns that have a `!`
    # By the number of that place, from 1
    _patterns: dict[int, IgnorePattern] = field(default_factory=dict)
    _stays: int = 0  # after any directory
    _stays_after_lines: int = 0  # after one whose name has no line end
    _any: int = 0  # places that any name leads on from
    _lines: int = 0  # ... any without a line end
    _names: dict[str, int] = field(default_factory=dict)
    _starts: dict[int, Texts] = field(default_factory=dict)
    _ends: dict[int, Texts] = field(default_factory=dict)
    _forms: dict[Steps, Form] = field(default_factory=dict)
    _whole: list[tuple[int, Matcher]] = field(default_factory=list)

    def add(self, pattern: IgnorePattern) -> None:
        """Add a pattern, after all that come before it in the ignore file."""
        text = as_go_reads(pattern.text)  # JSON brings it to the client
        found = row(text)
        if found is not None:
            self.start |= 1 << self.width
            for segment in found.segments:
                self._add_segment(segment, self._next())
        last = self._next()
        self.takes |= last
        self.negated |= last if pattern.negated else 0
        self._patterns[self.width] = pattern
        if found is not None:
            self._add_deep(found.below, last)
        elif (match := matcher(text)) is not None:
            self._whole.append((last, match))

    def step(self, places: int, path: str, name: str) -> int:
        """The places of a path, from those of the directory that it is in; `name` is its last."""
        on, stays = self._any | self._names.get(name, 0), self._stays
        if "\n" not in name:
            on |= self._lines
            stays |= self._stays_after_lines
        for length, texts in self._starts.items():
            if texts.places & places:
                on |= texts.by_text.get(name[:length], 0)
        for length, texts in self._ends.items():
            if texts.places & places:
                on |= texts.by_text.get(name[-length:], 0)
        read = name if name.isascii() else as_go_reads(name)
        for each in self._forms.values():
            if each.places & places and (each.matches or each.made())(read):
                on |= each.places
        return (
            (places & on) << 1
            | places & stays
            | (self._taking(path) if self._whole else 0)
        )

    def taken(self, above: int, hits: int, out: bool) -> int:
        """MatchesUsingParentResults: which patterns take a path.

        Each is tried only where it would change the verdict.

        `above` are those that took the directory, `hits` those that would take the path, `out` the
        verdict before them.
        """
        rest, took = above | hits, 0
        while rest:
            place = rest & -rest
            rest ^= place
            negated = place & self.negated != 0
            if place & above or negated == out:
                took, out = took | place, not negated
        return took

    def last(self, took: int) -> IgnorePattern | None:
        """The last of these patterns."""
        return self._patterns.get(took.bit_length())

    def _taking(self, path: str) -> int:
        """The places of the patterns that are matched as a whole, and take the path."""
        subject = IndexedPath(path)
        return sum(place for place, match in self._whole if match(subject, False))

    def _next(self) -> int:
        self.width += 1
        return 1 << self.width - 1

    def _add_segment(self, segment: Segment, place: int) -> None:
        self._add_deep(segment.deep, place)
        text = segment.text
        if segment.asks is Asks.NAME:
            self._names[text] = self._names.get(text, 0) | place
        elif segment.asks is Asks.START:
            _add_text(self._starts, text, place)
        elif segment.asks is Asks.END:
            _add_text(self._ends, text, place)
        elif segment.asks is Asks.FORM:
            self._forms.setdefault(segment.steps, Form(segment.steps)).places |= place
        elif segment.asks is Asks.ANY:
            self._any |= place
        else:
            self._lines |= place

    def _add_deep(self, deep: Deep, place: int) -> None:
        if deep is Deep.ALL:
            self._stays |= place
        elif deep is Deep.LINES:
            self._stays_after_lines |= place


def _add_text(known: dict[int, Texts], text: str, place: int) -> None:
    texts = known.setdefault(len(text), Texts())
    texts.places |= place
    texts.by_text[text] = texts.by_text.get(text, 0) | place
