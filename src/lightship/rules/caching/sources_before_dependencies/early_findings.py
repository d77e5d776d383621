"""Which copies above an install are a finding, and the fix that moves them after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.facts.caching.cache_mounts import cache_mounts, meant_for
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy
from lightship.rules.caching.sources_before_dependencies.installed_again import (
    count_again,
    inseparable_message,
    is_repeated,
    reinstalled_message,
)
from lightship.rules.caching.sources_before_dependencies.needed_sources import (
    brings_a_program,
    is_helper,
    is_mounted_over,
    is_of_project,
    links_into,
    may_bring_installer,
)
from lightship.text import Edit, Span

# Plans made for one file; what is left is found all the same, and planned in the next round
_MOST_PLANS = 50
# Copies before one install for which it is asked whether they can be moved
_NEAREST = 5
# Packages that are worth a note where the sources of the project alone are copied
_MANY = 5


def early_findings(early_copies: Iterable[EarlyCopy]) -> Iterator[Finding]:
    """The copies that make every change to the sources repeat an install that could be kept."""
    plans = 0
    for early in early_copies:
        if is_mounted_over(early) or brings_a_program(early):
            continue
        if is_helper(early):
            continue

        edits: tuple[Edit, ...] = ()
        takes_all = early.delivery.takes_all
        nearest = 1 if takes_all else _NEAREST
        if plans < _MOST_PLANS and early.behind < nearest:
            edits = _plan(early)
            plans += 1

        # A few files may be there for the install: those are a finding only where a fix shows
        # that the install does not need them, or where they are the project that it installs.
        is_project = not takes_all and not edits and is_of_project(early)
        if not edits and not takes_all and not is_project:
            continue

        count = count_again(early)
        if is_project and (count or 0) < _MANY:
            continue
        if not is_repeated(early, count) or _is_cheap(early):
            continue
        if early.behind:
            edits = ()  # copies keep their order: those after it are moved first
        yield _finding(early, edits, count)


def _is_cheap(early: EarlyCopy) -> bool:
    """Whether `pip install .` takes all from a cache mount: a note would save seconds."""
    if any(install.separable for install in early.installs):
        return False
    cached: set[str] = set()
    for _, target in cache_mounts(early.build, early.run):
        cached |= meant_for(target)
    return all(install.does.manager in cached for install in early.installs)


def _plan(early: EarlyCopy) -> tuple[Edit, ...]:
    """The edits that move the copy after the install; none where that would go wrong."""
    if any(links_into(early)) or may_bring_installer(early):
        return ()

    # Only a fix needs it
    from lightship.rules.caching.sources_before_dependencies.deps_first import plan  # noqa: PLC0415

    return plan(early)


def _finding(early: EarlyCopy, edits: tuple[Edit, ...], count: int | None) -> Finding:
    words = early.copy.args
    span = Span(words[0].span.start, words[-1].span.end)
    fix = None
    if edits:
        cure = "Copy the sources after the install of the dependencies"
        # It is written twice, as it is
        relied = (early.run.span,)
        fix = Fix(cure, edits, Safety.UNSAFE, relies_on=relied)

    if any(install.separable for install in early.installs):
        return Finding(span, reinstalled_message(early, count), fix)
    # `pip install .` has no option that leaves the project out
    message = inseparable_message(early, count)
    return Finding(span, message, fix, Severity.INFO)
