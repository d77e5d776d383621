"""The lines of the ignore file in force, as rules speak of them and change them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from lightship.build import Build
from lightship.context.files import Context, File
from lightship.context.ignore import Ignore
from lightship.context.pattern_lines import IgnoreProblem
from lightship.context.patterns import IgnorePattern
from lightship.facts.context.ignore_edits import newline_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.record import record
from lightship.regex import regex
from lightship.text import Edit, Span

# Pairs of lines are compared, and nobody writes as many by hand
MOST_LINES = 500
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
    """The ignore file in force, and how rules speak of its lines.

    `path` is that in the build context.
    """

    path: str
    text: str
    ignore: Ignore

    @property
    def newline(self) -> str:
        return newline_of(self.text)

    @property
    def plain(self) -> tuple[IgnorePattern, ...]:
        """The patterns that say what they seem to say: no comment, no syntax of a shell."""
        plain: list[IgnorePattern] = []
        for pattern in self.ignore.patterns:
            if self.has_comment(pattern):
                continue
            if not self.shell_syntax(pattern):
                plain.append(pattern)
        return tuple(plain)

    def written(self, pattern: IgnorePattern) -> Span:
        """Where the pattern stands as it was written, without `!` and blanks."""
        body = self.as_written(pattern)
        if pattern.negated:
            body = body.removeprefix("!").lstrip()
        end = pattern.span.end
        return Span(end - len(body), end)

    def as_written(self, line: Line) -> str:
        """The line without blanks around it."""
        return line.span.of(self.text)

    def has_comment(self, pattern: IgnorePattern) -> bool:
        """Whether part of the pattern, or all of it, was meant as a comment."""
        line = self.as_written(pattern)
        if line.startswith("#"):
            return True
        return COMMENT_BEHIND.fullmatch(line) is not None

    def shell_syntax(self, pattern: IgnorePattern) -> str | None:
        """`[!` or `{…}`, where the pattern has what a shell reads otherwise than BuildKit."""
        line = self.as_written(pattern)
        for match in _NO_CLASS.finditer(line):
            if match.group() == "[!":
                return "[!"

        if "\\" in line:
            return None
        braces = _BRACES.search(line)
        if braces is None:
            return None

        alternatives = braces.group()
        if _REPEATED.fullmatch(alternatives):
            return None
        return alternatives

    def whole(self, line: Line) -> Span:
        """The whole line, with its end; a byte order mark stays."""
        text = self.text
        start = text.rfind("\n", 0, line.span.start) + 1
        if text.startswith("\ufeff", start):
            start += 1

        line_end = text.find("\n", line.span.end)
        if line_end < 0:
            return Span(start, len(text))
        return Span(start, line_end + 1)

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
        return Finding(
            place or line.span,
            message,
            fix,
            severity,
            path=self.path,
        )

    def edit(self, span: Span, text: str) -> Edit:
        """Other text in a place of the file."""
        return Edit(span, text, self.path)

    def removal(self, *lines: Line) -> Fix:
        """A fix that takes out lines; safe, since it is for lines without effect."""
        title = "Remove the line"
        if len(lines) > 1:
            title = "Remove both lines"
        if len(lines) > 2:
            title = f"Remove the {len(lines)} lines"

        edits: list[Edit] = []
        for line in lines:
            place = self.whole(line)
            edits.append(self.edit(place, ""))
        return Fix(title, tuple(edits))

    def rewriting(self, line: Line, *texts: str) -> Fix:
        """A fix that writes other lines in the place of one.

        It is unsafe, since they take other paths.
        """
        lines = self.newline.join(texts)
        title = " and ".join(texts)
        edit = self.edit(line.span, lines)
        return Fix(f"Use {title}", (edit,), Safety.UNSAFE)

    def renaming(
        self, pattern: IgnorePattern, text: str, safety: Safety = Safety.UNSAFE
    ) -> Fix:
        """A fix that writes the pattern in other words; `!` stays."""
        place = self.written(pattern)
        edit = self.edit(place, text)
        return Fix(f"Use {text}", (edit,), safety)

    def moving(self, pattern: IgnorePattern, after: IgnorePattern) -> Fix:
        """A fix that puts the pattern on a line of its own after another one.

        It is unsafe, since the pattern then counts.
        """
        line = self.as_written(pattern)
        place = self.whole(after).end
        inserted = f"{self.newline}{line}"
        if self.text.endswith("\n", 0, place):
            inserted = f"{line}{self.newline}"

        old_line = self.whole(pattern)
        new_place = Span(place, place)
        edits = (
            self.edit(old_line, ""),
            self.edit(new_place, inserted),
        )
        title = f"Move it after line {after.line}"
        return Fix(title, edits, Safety.UNSAFE)

    def without(self, *patterns: IgnorePattern) -> Ignore:
        """What the file would be without these lines."""
        lines = self.ignore.patterns
        kept = [line for line in lines if line not in patterns]
        return Ignore(tuple(kept))


def ignore_file(build: Build) -> IgnoreFile | None:
    """The one in force; None where none is, or it says nothing.

    BuildKit refuses it, or nothing is copied.
    """
    return build.once(_find)


def _find(build: Build) -> IgnoreFile | None:
    context = build.context
    if context is None or not context.is_whole:
        return None
    file = any_ignore_file(build)
    if file is None or file.ignore.problems:
        return None

    count = len(file.ignore.patterns)
    if count == 0 or count > MOST_LINES:
        return None
    return file if _takes_files(build) else None


def any_ignore_file(build: Build) -> IgnoreFile | None:
    """The one in the build context, whether BuildKit takes it or not."""
    context = build.context
    if context is None:
        return None
    path = context.ignore_path
    if path is None:
        return None
    text = context.read(path) or ""
    return IgnoreFile(path, text, context.ignore)


def _takes_files(build: Build) -> bool:
    """Whether anything of the build context is copied or mounted."""
    if any(copying.local for copying in build.copyings()):
        return True
    for run in build.each("RUN", "ONBUILD"):
        for mount in build.mounts(run):
            if mount.type == "bind" and not mount.from_:
                return True
    return False


def takes(pattern: IgnorePattern, path: str) -> bool:
    """Whether the pattern, whatever its sign, takes a path or a directory above it."""
    plain = replace(pattern, negated=False)
    return Ignore((plain,)).matches(path)


def is_literal(pattern: IgnorePattern) -> bool:
    """Whether it stands for one path and what is below."""
    return _WILD.search(pattern.text) is None


def literal_part(pattern: IgnorePattern) -> str:
    """The directories at its start that have no wildcard, or all of it.

    What it takes is all at or below that path.
    """
    names: list[str] = []
    for part in pattern.text.split("/"):
        if _WILD.search(part):
            break
        names.append(part)
    return "/".join(names)


def files_at(context: Context, path: str) -> tuple[File, ...]:
    """The file of that path, or those below it, sent or not; of no path all."""
    files = context.files
    if not path:
        return files

    place = bisect_left(files, path, key=_path)
    own = files[place : place + 1]
    if not own or own[0].path != path:
        own = ()

    # They are sorted, and `0` comes after `/`
    start = bisect_left(files, f"{path}/", key=_path)
    end = bisect_left(files, f"{path}0", key=_path)
    return (*own, *files[start:end])


def _path(file: File) -> str:
    return file.path
