"""A comment in the ignore file is read as a pattern

## What it does
Finds comments in `.dockerignore` that BuildKit reads as a pattern, or as part of one. Where no
file is sent or left out because of it, the severity is lower. An exception (`!`) is left alone
where its files are not there, where no COPY takes them, and for the Dockerfile, which the builder
reads anyway. Lines that follow one another are one finding, with a choice for a bare suffix:
`.html  # plots` alone would only exclude a file with the name `.html`.

## Why is this bad?
A comment starts with a `#` in the first column. With blanks before it the line is a pattern, and
after a pattern it is part of the pattern: `*.log  # noisy` excludes files whose names end in
`.log  # noisy`, and the logs are sent.

## Fix safety
The fix moves the comment to the first column, which is safe, or to a line of its own above the
pattern, which is unsafe: the pattern then takes effect.

## When to ignore
Ignore it where a file name really contains ` #`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.context.ignore import Ignore
from lightship.context.patterns import IgnorePattern
from lightship.facts.context.ignore_file import (
    COMMENT_BEHIND,
    IgnoreFile,
    ignore_file,
    takes,
)
from lightship.facts.context.taken_paths import paths_in_reach
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.regex import regex
from lightship.text import Edit, Span

# Endings of files that nobody has as a name
_ENDINGS = frozenset(
    """avi bak bin bmp csv db doc docx gif gz h5 htm html ipynb jpeg jpg json log md mkv mov mp3 mp4
    npy npz onnx pb pdf pickle pkl png pt pth pyc pyo rst sqlite svg swp tar tgz tif tiff tmp tsv
    txt wav webm whl xls xlsx xml zip""".split()
)
# Files and directories whose names look like an ending
_NAMED = frozenset(
    """aws bzr cache ci dist env git hg hub idea next node npm nox nuxt out pixi pnpm pytest ruff
    sass ssh svn tox venv vs yarn""".split()
)
_SUFFIX = regex(r"(!?)(\.([A-Za-z0-9]{1,6}))")


def check(build: Build) -> Iterator[Finding]:
    file = ignore_file(build)
    if file is None or build.context is None:
        return  # before the context is walked
    paths = build.context.paths
    wanted = _wanted(build)
    with_comment: list[Commented] = []
    for pattern in filter(file.has_comment, file.ignore.patterns):
        if any("#" in path and takes(pattern, path) for path in paths):
            continue
        line = _commented(file, pattern)
        if line is None:
            yield _indented(file, pattern)
        elif line.has_effect(wanted) or not pattern.negated:
            # nobody misses an exception for what is not there
            with_comment.append(line)

    for group in _in_rows(with_comment, wanted):
        yield _finding(file, group, wanted)


def _wanted(build: Build) -> list[str]:
    """The paths of which it matters whether they are sent: COPY may take them.

    The builder reads the Dockerfile whatever the ignore file says.
    """
    context = build.context
    if context is None:
        return []
    others = [path for path in context.paths if path != context.dockerfile]
    return paths_in_reach(build, others)


@record
class Commented:
    """A pattern with a comment after it: what stands there, and what was meant.

    `place` is the comment. `meant` has a wildcard where the pattern is a bare suffix: `**/*.html`
    for `.html`.
    """

    pattern: IgnorePattern
    comment: str
    place: Span
    alone: str
    meant: str

    def has_effect(self, paths: Iterable[str]) -> bool:
        """Whether any path is excluded, or sent again, once the comment is gone."""
        alone = self.alone.removeprefix("!")
        meant = self.meant.removeprefix("!")
        wanted = Ignore.of([alone, meant])
        return any(map(wanted.matches, paths))


def _commented(file: IgnoreFile, pattern: IgnorePattern) -> Commented | None:
    """None for a comment that only has blanks before it."""
    own = file.as_written(pattern)
    match = COMMENT_BEHIND.fullmatch(own)
    if match is None or own.startswith("#"):
        return None
    alone = match["pattern"]
    start = pattern.span.start + match.start("comment")
    place = Span(start, pattern.span.end)
    suffix = _SUFFIX.fullmatch(alone)
    is_ending = suffix is not None and suffix[3].lower() in _ENDINGS
    meant = _for_all(alone) if is_ending else alone
    return Commented(pattern, match["comment"], place, alone, meant)


def _for_all(suffix: str) -> str:
    """The pattern for all files that end so; of another text the same."""
    match = _SUFFIX.fullmatch(suffix)
    if match is None or match[3].lower() in _NAMED:
        return suffix
    return f"{match[1]}**/*{match[2]}"


def _indented(file: IgnoreFile, pattern: IgnorePattern) -> Finding:
    start = file.whole(pattern).start
    unindented = file.edit(Span(start, pattern.span.start), "")
    fix = Fix("Start the comment in the first column", (unindented,))
    message = "this comment is a pattern: it must not have blanks before its `#`"
    # It matches nothing, so nothing else is sent without it
    return file.finding(pattern, message, fix, Severity.INFO)


def _in_rows(
    lines: Sequence[Commented], paths: Iterable[str]
) -> Iterator[list[Commented]]:
    """Lines of the file that follow one another, and are as grave."""
    row: list[Commented] = []
    for line in lines:
        follows = row and line.pattern.line == row[-1].pattern.line + 1
        if follows and line.has_effect(paths) == row[0].has_effect(paths):
            row.append(line)
            continue
        if row:
            yield row
        row = [line]
    if row:
        yield row


def _finding(
    file: IgnoreFile, row: Sequence[Commented], paths: Iterable[str]
) -> Finding:
    first = row[0]
    fix = _parting(file, row, [line.alone for line in row])
    choices: tuple[Fix, ...] = ()
    meant = [line.meant for line in row]
    if any(line.meant != line.alone for line in row):
        # On its own an ending excludes nothing, nor do those beside it
        meant = [_for_all(line.alone) for line in row]
        choices = (fix,)
        fix = _parting(file, row, meant)

    wanted = meant[0].removeprefix("!")
    effect = "sent again" if first.pattern.negated else "excluded"
    if len(row) == 1:
        message = f"this comment is part of the pattern: {wanted} is not {effect}"
    else:
        many = f"comments on {len(row)} lines are part of their patterns"
        message = f"{many}: {wanted}, for one, is not {effect}"
    severity = None if first.has_effect(paths) else Severity.INFO
    finding = file.finding(first.pattern, message, fix, severity, place=first.place)
    return replace(finding, choices=choices)


def _parting(file: IgnoreFile, row: Sequence[Commented], texts: Sequence[str]) -> Fix:
    """A fix that writes each comment on a line of its own, above its pattern."""
    edits: list[Edit] = []
    for line, text in zip(row, texts, strict=True):
        whole = Span(file.whole(line.pattern).start, line.pattern.span.end)
        edits.append(file.edit(whole, f"{line.comment}{file.newline}{text}"))

    title = "Move the comment to a line of its own"
    if len(row) > 1:
        title = "Move the comments to lines of their own"
    if texts[0] != row[0].alone:
        title = f"{title}, and write {texts[0]}"
    return Fix(title, tuple(edits), Safety.UNSAFE)


_OWN = "Dockerfile\n.dockerignore\n"

RULE = Rule(
    id="ignore-comment-read-as-pattern",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(ignore_file=True),
    examples=(
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                "b.log": "",
                ".dockerignore": f"{_OWN}  *.log  # noisy\r\nb\r\n",
            },
            fixed_files={".dockerignore": f"{_OWN}# noisy\r\n*.log\r\nb\r\n"},
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "a.py": "",
                ".dockerignore": f"{_OWN}.html  # plots\n.pg # graphs\n.git # all\n",
            },
            fixed_files={
                ".dockerignore": f"{_OWN}# plots\n**/*.html\n# graphs\n**/*.pg\n# all\n.git\n"
            },
        ),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={"a.py": "", ".dockerignore": f"{_OWN} # caches\n**/__pycache__"},
            fixed_files={".dockerignore": f"{_OWN}# caches\n**/__pycache__"},
        ),
        Example(
            good="COPY . /app",
            files={
                "a.py": "",
                "no #5": "",
                ".dockerignore": f"{_OWN}# all\nno #5\nmy songs #1.txt\n\\#b\nc#d\n",
            },
        ),
    ),
)
