"""The ignore file that keeps out of the image what it does not need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lightship.context.files import Context
from lightship.context.ignore import Ignore
from lightship.context.patterns import IgnorePattern
from lightship.text import Edit, Span

IGNORE = ".dockerignore"
_MOST_PATTERNS = 1_000
_ODD = frozenset("?[\\!")


def ignore_edit(
    context: Context,
    lines: Sequence[str],
    start: Sequence[str] = (),
    end: Sequence[str] = (IGNORE,),
) -> tuple[Edit, ...]:
    """Write `lines` into the ignore file in force, at its end or in place of what they cover.

    A new one begins with `start` and ends with `end`.
    """
    path = context.ignore_path
    if path is None:
        unique = dict.fromkeys((*start, *lines, *end))
        new = as_lines(unique, "\n")
        whole = Edit(Span(0, 0), new, IGNORE)
        return (whole,)

    old = context.read(path) or ""
    newline = newline_of(old)
    covered = _covered(context.ignore, lines)
    replaced = tuple(_replaced(old, path, covered))
    rest = [line for line in lines if line not in covered]
    if not rest:
        return replaced

    added = as_lines(rest, newline)
    if old and not old.endswith("\n"):
        added = newline + added
    if _ends_in_comment(old):
        added = newline + added
    end_of_file = Span(len(old), len(old))
    addition = Edit(end_of_file, added, path)
    return (*replaced, addition)


def _covered(ignore: Ignore, lines: Sequence[str]) -> dict[str, list[IgnorePattern]]:
    """The patterns that a new line makes superfluous, by that line.

    None where the order of lines counts, since some take files back in.
    """
    patterns = ignore.patterns
    if ignore.has_exclusions or ignore.problems or len(patterns) > _MOST_PATTERNS:
        return {}
    new = {line: Ignore.of((line,)) for line in lines if _ODD.isdisjoint(line)}
    covered: dict[str, list[IgnorePattern]] = {}
    for pattern in patterns:
        if "**" in pattern.text:
            continue
        # What `*` of the new line stands for may have a `*` too
        covering = (line for line, alone in new.items() if alone.matches(pattern.text))
        line = next(covering, "")
        if line:
            covered.setdefault(line, []).append(pattern)
    return covered


def _replaced(
    old: str, path: str, covered: Mapping[str, Sequence[IgnorePattern]]
) -> Iterator[Edit]:
    """Each new line in the place of the first one that it covers; the others go."""
    for line, (first, *others) in covered.items():
        yield Edit(first.span, line, path)
        for pattern in others:
            after = old.find("\n", pattern.span.end) + 1
            end = after or len(old)
            yield Edit(Span(pattern.span.start, end), "", path)


def _ends_in_comment(text: str) -> bool:
    """Whether the last line is a comment, which would seem to speak of a line below it."""
    last = text.rstrip("\n").rpartition("\n")[2]
    return last.startswith("#") and not text.endswith("\n\n")


def newline_of(text: str) -> str:
    """The line ending that an ignore file uses."""
    return "\r\n" if "\r\n" in text else "\n"


def as_lines(lines: Iterable[str], newline: str) -> str:
    """The text of whole lines."""
    return "".join(f"{line}{newline}" for line in lines)


def without(context: Context, what: str) -> str:
    """How it came to be sent."""
    path = context.ignore_path
    if path is None:
        return "there is no .dockerignore"
    return f"{path} does not exclude {what}"
