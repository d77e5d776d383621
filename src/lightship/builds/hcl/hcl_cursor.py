"""The text of an HCL file, and how far it is read."""

from __future__ import annotations

from lightship.builds.yaml_tree import UnreadableError
from lightship.regex import regex
from lightship.text import Lines

_DEEPEST = 40  # expressions and blocks in one another
NAME = regex(r"[A-Za-z_][\w-]*")
_SPACE = regex(r"(?:[ \t\r]|#[^\n]*|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+")
_SPACE_AND_LINES = regex(r"(?:[ \t\r\n]|#[^\n]*|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+")


class HclCursor:
    """A text and how far it is read.

    `lines` is whether newlines are blanks (inside brackets), `depth` how deeply what is read is
    nested, `heredoc_line` the first line of the here-document that was read last.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.lines = False
        self.heredoc_line: int | None = None
        self.places = Lines(text)

    def wrong(self, reason: str) -> UnreadableError:
        return UnreadableError(f"line {self.line()}: {reason}")

    def line(self) -> int:
        return self.places.line(self.at)

    def skip(self, *, lines: bool | None = None) -> None:
        """Pass blanks and comments."""
        with_lines = self.lines if lines is None else lines
        match = (_SPACE_AND_LINES if with_lines else _SPACE).match(self.text, self.at)
        if match is not None:
            self.at = match.end()

    def sees(self, mark: str) -> bool:
        self.skip()
        return self.text.startswith(mark, self.at)

    def take(self, mark: str) -> bool:
        """Pass a mark if it comes next."""
        if not self.sees(mark):
            return False
        self.at += len(mark)
        return True

    def need(self, mark: str) -> None:
        if not self.take(mark):
            raise self.wrong(f"{mark} is expected")

    def name(self) -> str | None:
        self.skip()
        match = NAME.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match[0]

    def enter(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.wrong(f"it is nested more than {_DEEPEST} deep")
