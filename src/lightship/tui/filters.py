"""What the tree shows of a View: by words, by state, by waste."""

from __future__ import annotations

import re
from collections.abc import Callable

from lightship.errors import UsageError
from lightship.inspection.globs import ignored_by
from lightship.record import record
from lightship.tui.node_index import ROOT, Index, Wasted
from lightship.tui.tree_view import NodeState, TreeView

Match = Callable[[bytes], object]
_WILD = frozenset("*?[")


@record
class Criteria:
    """`pattern` as a user types it, empty for all.

    `among` has the nodes that may be shown, None for all.

    `hidden` are states that are left out. With `wasted` only entries with waste are shown, removed
    ones too.
    """

    pattern: str = ""
    hidden: frozenset[NodeState] = frozenset()
    wasted: bool = False
    among: frozenset[int] | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether few nodes match, so that their directories are worth opening."""
        return bool(self.pattern) or self.wasted or self.among is not None


def matcher(pattern: str) -> Match | None:
    """`/RE/` is searched in the path with its leading slash, as dive does.

    Else a glob as of `--ignore-path`.

    Words without a wildcard are searched in the path. A UsageError for an invalid expression or
    glob.
    """
    if not pattern:
        return None
    if len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/"):
        try:
            return _after_slash(
                re.compile(pattern[1:-1].encode("utf-8", "surrogateescape")).search
            )
        except (re.error, OverflowError, RecursionError) as error:
            raise UsageError(f"invalid regular expression: {error}") from error
    if _WILD & set(pattern):
        return ignored_by([pattern])
    text = pattern.encode("utf-8", "surrogateescape")
    return _after_slash(lambda path: text in path)


def _after_slash(match: Match) -> Match:
    return lambda path: match(b"/" + path)


def let_through(
    index: Index, view: TreeView, waste: Wasted | None, criteria: Criteria
) -> bytearray:
    """1 for each node that is shown: each match, and the directories above it.

    What lies in a directory that a pattern names is shown as well.
    """
    wanted = _wanted(criteria)
    found, states, parents = bytearray(len(view.states)), view.states, index.parents
    match, among = matcher(criteria.pattern), criteria.among
    inside = bytearray(
        len(states)
    )  # whether the pattern matches it, or a directory above it
    for node, state in enumerate(states):
        if match is not None:
            inside[node] = bool(
                inside[parents[node]] or (node != ROOT and match(index.paths[node]))
            )
        if not wanted[state] or (match is not None and not inside[node]):
            continue
        if among is not None and node not in among:
            continue
        if criteria.wasted and (waste is None or not waste.own[node]):
            continue
        found[node] = 1
    for node in range(len(found) - 1, ROOT, -1):
        if found[node]:
            found[parents[node]] = 1
    found[ROOT] = 1
    return found


def _wanted(criteria: Criteria) -> list[bool]:
    """By state. What is gone is only shown where somebody asks for waste, or for certain files."""
    ghosts = criteria.wasted or criteria.among is not None
    return [
        state not in criteria.hidden
        and state != NodeState.ABSENT
        and (state != NodeState.GONE or ghosts)
        for state in NodeState
    ]
