"""The lines of the ignore file in force, as rules speak of them and change them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from lightship.build import Build
from lightship.context.files import Context, File
from lightship.context.ignore import Ignore, IgnoreProblem
from lightship.context.patterns import IgnorePattern
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.record import record
from lightship.regex import regex
from lightship.text import Edit, Span

MOST_LINES = 500  # that are looked at: pairs of them are compared, and nobody writes as many by hand
EVERYTHING = frozenset({"*", "**", "**/*"})

COMMENT_BEHIND = regex(r"(?P<pattern>\S+)[ \t]+(?P<comment>#(?:\s|$|[^\W\d]).*)")
_NO_CLASS = regex(r"\\.|\[!(?!\])")
_BRACES = regex(r"\{[^{}]*,[^{}]*\}")
_REPEATED = regex(r"\{\d+,\d*\}")  # which Go reads, behind another wildcard
_WILD = regex(r"[*?\[\\]")


# What a rule may speak of: a line that BuildKit reads, or one that it refuses
Line = IgnorePattern | IgnoreProblem


@record
class IgnoreFile:
    """The ignore file in force, and how rules speak of its lines; `path` is that in the build context."""

    path: str
    text: str
    ignore: Ignore

    @property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    @property
    def plain(self) -> tuple[IgnorePattern, ...]:
        """The patterns that say what they seem to say: no comment, and nothing of a shell's language."""
        return tuple(
            each
            for each in self.ignore.patterns
            if not (self.has_comment(each) or self.shell_syntax(each))
        )

    def written(self, pattern: IgnorePattern) -> Span:
        """Where the pattern stands as it was written, without `!` and blanks."""
        own = pattern.span.of(self.text)
        body = own.removeprefix("!").lstrip() if pattern.negated else own
        return Span(pattern.span.end - len(body), pattern.span.end)

    def as_written(self, line: Line) -> str:
        """The line without blanks around it."""
        return line.span.of(self.text)

    def has_comment(self, pattern: IgnorePattern) -> bool:
        """Whether part of the pattern, or all of it, was meant as a comment."""
        own = self.as_written(pattern)
        return own.startswith("#") or COMMENT_BEHIND.fullmatch(own) is not None

    def shell_syntax(self, pattern: IgnorePattern) -> str | None:
        """`[!` or `{…}`, where the pattern has what a shell reads otherwise than BuildKit."""
        own = self.as_written(pattern)
        if any(match.group() == "[!" for match in _NO_CLASS.finditer(own)):
            return "[!"
        braces = _BRACES.search(own)
        return (
            braces.group()
            if braces and "\\" not in own and not _REPEATED.fullmatch(braces.group())
            else None
        )

    def whole(self, line: Line) -> Span:
        """The whole line, with its end; a byte order mark stays."""
        start = self.text.rfind("\n", 0, line.span.start) + 1
        end = self.text.find("\n", line.span.end) + 1 or len(self.text)
        return Span(start + self.text.startswith("\ufeff", start, start + 1), end)

    def finding(
        self,
        line: Line,
        message: str,
        fix: Fix | None = None,
        severity: Severity | None = None,
        *,
        place: Span | None = None,
    ) -> Finding:
        """What a rule says of a line, or of a `place` within it."""
        return Finding(place or line.span, message, fix, severity, path=self.path)

    def edit(self, span: Span, text: str) -> Edit:
        return Edit(span, text, self.path)

    def removal(self, *lines: Line) -> Fix:
        """A fix that takes out one line, or two; safe, since it is for lines that have no effect."""
        title = "Remove the line" if len(lines) == 1 else "Remove both lines"
        return Fix(title, tuple(self.edit(self.whole(line), "") for line in lines))

    def rewriting(self, line: Line, *texts: str) -> Fix:
        """A fix that writes other lines in the place of one; it is unsafe, since they take other paths."""
        edit = self.edit(line.span, self.newline.join(texts))
        return Fix(f"Write {' and '.join(texts)}", (edit,), Safety.UNSAFE)

    def renaming(
        self, pattern: IgnorePattern, text: str, safety: Safety = Safety.UNSAFE
    ) -> Fix:
        """A fix that writes the pattern in other words; `!` stays."""
        edit = self.edit(self.written(pattern), text)
        return Fix(f"Write {text}", (edit,), safety)

    def moving(self, pattern: IgnorePattern, after: IgnorePattern) -> Fix:
        """A fix that puts the pattern on a line of its own after another one; it is unsafe, since it then counts."""
        place = self.whole(after).end
        own = self.as_written(pattern)
        ended = self.text.endswith("\n", 0, place)
        text = f"{own}{self.newline}" if ended else f"{self.newline}{own}"
        edits = (
            self.edit(self.whole(pattern), ""),
            self.edit(Span(place, place), text),
        )
        return Fix(f"Move it behind line {after.line}", edits, Safety.UNSAFE)

    def without(self, *patterns: IgnorePattern) -> Ignore:
        """What the file would be without these lines."""
        return Ignore(
            tuple(each for each in self.ignore.patterns if each not in patterns)
        )


def ignore_file(build: Build) -> IgnoreFile | None:
    """The one in force; None where none is, or it says nothing: BuildKit refuses it, or nothing is copied."""
    return build.once(_find)


def _find(build: Build) -> IgnoreFile | None:
    file, context = any_ignore_file(build), build.context
    if file is None or context is None or not context.is_whole:
        return None
    if file.ignore.problems or not 0 < len(file.ignore.patterns) <= MOST_LINES:
        return None
    return file if _takes_files(build) else None


def any_ignore_file(build: Build) -> IgnoreFile | None:
    """The one in the build context, whether BuildKit takes it or not."""
    context = build.context
    if context is None or context.ignore_path is None:
        return None
    text = context.read(context.ignore_path) or ""
    return IgnoreFile(context.ignore_path, text, context.ignore)


def _takes_files(build: Build) -> bool:
    """Whether anything of the build context is copied or mounted."""
    if any(copying.local for copying in build.copyings()):
        return True
    runs = build.each("RUN", "ONBUILD")
    return any(
        mount.type == "bind" and not mount.from_
        for run in runs
        for mount in build.mounts(run)
    )


def takes(pattern: IgnorePattern, path: str) -> bool:
    """Whether the pattern, whatever its sign, takes a path or a directory above it."""
    return Ignore((replace(pattern, negated=False),)).matches(path)


def is_literal(pattern: IgnorePattern) -> bool:
    """Whether it stands for one path and what is below."""
    return _WILD.search(pattern.text) is None


def literal_part(pattern: IgnorePattern) -> str:
    """The directories at its start that have no wildcard, or all of it; what it takes is all at or below that path."""
    if is_literal(pattern):
        return pattern.text
    parts = pattern.text.split("/")
    end = next(at for at, part in enumerate(parts) if _WILD.search(part))
    return "/".join(parts[:end])


def files_at(context: Context, path: str) -> tuple[File, ...]:
    """The file of that path, or those below it, sent or not; of no path all."""
    if not path:
        return context.files
    at, start, end = (
        bisect_left(context.files, each, key=_path)
        for each in (path, f"{path}/", f"{path}0")
    )
    return (
        *(file for file in context.files[at : at + 1] if file.path == path),
        *context.files[start:end],
    )


def _path(file: File) -> str:
    return file.path
