"""What BuildKit refuses, each cause once: one mistake may spoil many lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from lightship.dockerfile.instructions import CONTINUE, KEYWORDS, UNKNOWN
from lightship.dockerfile.tree import Dockerfile, Instruction, Problem
from lightship.regex import regex
from lightship.text import Span

_TAKE_HEREDOCS = frozenset({"ADD", "COPY", "RUN", "ONBUILD"})
_OPENING = regex(r"(?<!<)<<-?[ \t]*([\"']?)([A-Za-z_]\w{0,40})\1(?!\w)")
# Instructions whose `<<` is looked after
_MOST_OPENINGS = 20


def causes(dockerfile: Dockerfile) -> list[Problem]:
    """The problems in order, one for lines that one mistake has made instructions."""
    problems = sorted(dockerfile.problems, key=attrgetter("span"))
    problems = _with_heredocs(dockerfile, problems)
    return list(_first_of_each_run(dockerfile, problems))


def _with_heredocs(dockerfile: Dockerfile, problems: list[Problem]) -> list[Problem]:
    """For each heredoc of an instruction that takes none, one problem for all lines of it."""
    for problem, lines in _misplaced_heredocs(dockerfile):
        others = [item for item in problems if not lines.covers(item.span)]
        if len(others) < len(problems):
            problems = sorted([*others, problem], key=attrgetter("span"))
    return problems


def _misplaced_heredocs(dockerfile: Dockerfile) -> Iterator[tuple[Problem, Span]]:
    """A problem for each such heredoc, with the lines that it was to hold."""
    text = dockerfile.text
    if not dockerfile.problems or "<<" not in text:
        return
    end = looked_at = 0
    for item in dockerfile.instructions:
        if item.span.start < end or not _takes_none(item):
            continue
        opening = _OPENING.search(text, item.span.start, item.span.end)
        if opening is None:
            continue
        looked_at += 1
        if looked_at > _MOST_OPENINGS:
            return
        closing = regex(rf"(?m)^\t*{opening[2]}[ \t]*\r?$").search(text, item.span.end)
        if closing is None:
            continue
        end = closing.end()
        place = Span(*opening.span())
        yield _no_heredoc(item, place), Span(item.span.end, end)


def _takes_none(item: Instruction) -> bool:
    return item.keyword in KEYWORDS and item.keyword not in _TAKE_HEREDOCS


def _no_heredoc(item: Instruction, place: Span) -> Problem:
    return Problem(
        f"{item.keyword} takes no heredoc",
        place,
        item.first_line,
        "instructions",
        "only RUN, COPY and ADD do: write it on one line, or copy a script and call it",
    )


def _first_of_each_run(
    dockerfile: Dockerfile, problems: Sequence[Problem]
) -> Iterator[Problem]:
    """Without the lines that follow the first one of those that continue nothing."""
    lost = {problem.line for problem in problems if _continues_nothing(problem)}
    runs: dict[int, int] = {}
    first: int | None = None
    for item in dockerfile.instructions:
        line = item.first_line
        if line not in lost:
            first = None
        elif first is None:
            first = line
            runs[first] = 0
        else:
            runs[first] += 1

    for problem in problems:
        if problem.line not in lost:
            yield problem
        elif problem.line in runs:
            yield _with_more(problem, runs[problem.line])


def _continues_nothing(problem: Problem) -> bool:
    return problem.message.startswith(UNKNOWN) and problem.hint == CONTINUE


def _with_more(problem: Problem, more: int) -> Problem:
    if not more:
        return problem
    follow = "is the next line" if more == 1 else f"are the next {more} lines"
    return replace(problem, message=f"{problem.message}, and so {follow}")
