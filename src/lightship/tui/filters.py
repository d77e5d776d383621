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
        return _after_slash(_compiled(pattern[1:-1]).search)
    if _WILD & set(pattern):
        return ignored_by([pattern])
    text = pattern.encode("utf-8", "surrogateescape")
    return _after_slash(lambda path: text in path)


def _compiled(expression: str) -> re.Pattern[bytes]:
    try:
        return re.compile(expression.encode("utf-8", "surrogateescape"))
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"invalid regular expression: {error}") from error


def _after_slash(match: Match) -> Match:
    return lambda path: match(b"/" + path)


def let_through(
    index: Index, view: TreeView, waste: Wasted | None, criteria: Criteria
) -> bytearray:
    """1 for each node that is shown: each match, and the directories above it.

    What lies in a directory that a pattern names is shown as well.
    """
    wanted = _wanted(criteria)
    states = view.states
    parents = index.parents
    match = matcher(criteria.pattern)
    among = criteria.among
    shown = bytearray(len(states))
    # Whether the pattern matches it, or a directory above it
    inside = bytearray(len(states))

    for node, state in enumerate(states):
        if match is not None:
            is_below = inside[parents[node]]
            if is_below or (node != ROOT and match(index.paths[node])):
                inside[node] = 1
        if not wanted[state] or (match is not None and not inside[node]):
            continue
        if among is not None and node not in among:
            continue
        if criteria.wasted and (waste is None or not waste.own[node]):
            continue
        shown[node] = 1

    # From the end, since a parent has the smaller number
    for node in range(len(shown) - 1, ROOT, -1):
        if shown[node]:
            shown[parents[node]] = 1
    shown[ROOT] = 1
    return shown


def _wanted(criteria: Criteria) -> list[bool]:
    """By state. What is gone is only shown where somebody asks for waste, or for certain files."""
    hidden = {*criteria.hidden, NodeState.ABSENT}
    if not criteria.wasted and criteria.among is None:
        hidden.add(NodeState.GONE)
    return [state not in hidden for state in NodeState]
