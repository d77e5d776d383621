"""What decides about one path: lines of the ignore file, and instructions that copy it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from lightship.cache.selection.sent_context import above
from lightship.context.files import File, FileKind
from lightship.context.ignore import Ignore
from lightship.context.patterns import IgnorePattern
from lightship.inspection.context.context_report import Amount, ContextReport, Use
from lightship.inspection.context.uses import takes
from lightship.record import record


@record
class Ruling:
    """A pattern that takes a path, by itself or through `through`, a directory above it."""

    pattern: IgnorePattern
    through: str


@record(eq=False)
class PathExplanation:
    """One path. `file` is None where there is nothing.

    `rulings` are the lines that take it out and back in, in the order of the file: the last one
    decides, and without any it is sent. `uses` are the instructions that take it, or would. `sent`
    and `ignored` are what is at and below a directory.
    """

    path: str
    file: File | None
    rulings: tuple[Ruling, ...]
    uses: tuple[Use, ...]
    sent: Amount
    ignored: Amount
    hollow: str = ""

    @property
    def is_left_out(self) -> bool:
        """Whether the last ruling takes the path out."""
        if not self.rulings:
            return False
        return not self.rulings[-1].pattern.negated


def explain_path(report: ContextReport, path: str) -> PathExplanation:
    """`path` is relative to the root of the context, clean; the root itself is `.`."""
    path = "" if path == "." else path
    rulings = rulings_of(report.ignore, path) if path else ()
    links = _sent_links(report)
    uses = [use for use in report.uses or () if _takes(use, path, links)]
    sent = _below(report.sent, path)
    ignored = _below(report.ignored, path)
    hollow = dict(report.hollow)
    return PathExplanation(
        path or ".",
        _file(report, path),
        rulings,
        tuple(uses),
        Amount.of(sent),
        Amount.of(ignored),
        hollow.get(path, ""),
    )


def _sent_links(report: ContextReport) -> dict[str, str]:
    """The symlinks that are sent, with their targets."""
    targets = report.walked.links
    links = [file.path for file in report.sent if file.kind is FileKind.SYMLINK]
    return {path: targets.get(path, "") for path in links}


def rulings_of(ignore: Ignore, path: str) -> tuple[Ruling, ...]:
    """The patterns that turn the verdict on a path, the deciding one last.

    What a pattern does depends on those before it alone: so without the last one to take a path,
    the one before it is the last.
    """
    rulings: list[Ruling] = []  # the deciding one first
    patterns = ignore.patterns
    pattern = _last_to_take(patterns, path)
    while pattern is not None:
        turns = not rulings or rulings[-1].pattern.negated != pattern.negated
        if turns:
            through = _through(patterns, pattern, path)
            rulings.append(Ruling(pattern, through))
        end = patterns.index(pattern)
        patterns = patterns[:end]
        pattern = _last_to_take(patterns, path)
    return tuple(reversed(rulings))


def _last_to_take(
    patterns: tuple[IgnorePattern, ...],
    path: str,
) -> IgnorePattern | None:
    """The pattern that decides about a path, of these alone."""
    walk = Ignore(patterns).walk()
    return walk.decides(path)


def _through(
    patterns: tuple[IgnorePattern, ...],
    pattern: IgnorePattern,
    path: str,
) -> str:
    """The first directory on the way to a path that the pattern takes; else the path itself."""
    end = patterns.index(pattern) + 1
    walk = Ignore(patterns[:end]).walk()
    for folder in above(path):
        if walk.decides(folder) is pattern:
            return folder
    return path


def _takes(use: Use, path: str, links: dict[str, str]) -> bool:
    """A directory is taken where something in it is, or would be."""
    if takes(use.selection, path, links):
        return True
    inside = _below(use.files, path)
    return bool(inside)


def _file(report: ContextReport, path: str) -> File | None:
    if not path:
        return File("", 0, 0o755, FileKind.DIRECTORY)
    files = _exactly(report.walked.files, path)
    return files[0] if files else None


def _below(files: Sequence[File], path: str) -> tuple[File, ...]:
    """The file of that path, and those below it."""
    if not path:
        return tuple(files)
    itself = _exactly(files, path)
    start = bisect_left(files, f"{path}/", key=_path)
    end = bisect_left(files, f"{path}0", key=_path)  # the character after the slash
    return (*itself, *files[start:end])


def _exactly(files: Sequence[File], path: str) -> Sequence[File]:
    """The file of that path, if there is one; `files` are in the order of their paths."""
    place = bisect_left(files, path, key=_path)
    near = files[place : place + 1]
    return [file for file in near if file.path == path]


def _path(file: File) -> str:
    return file.path
