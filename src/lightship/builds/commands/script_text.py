"""A script, and what is known of where it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from lightship.builds.definition import BuildSourceKind, Written
from lightship.record import record


@record(eq=False)
class ScriptText:
    """A script, and what is known of where it runs.

    `place_of` gives the place in a file for a line of the script. `folders` are the
    directories where it may be started, the likeliest first; None is one that is not
    known. `why` says what the script is.
    `variables` are set outside; `reasons` are those that stand for something that is not known.
    """

    text: str
    path: str
    folders: tuple[str | None, ...]
    kind: BuildSourceKind
    why: str
    place_of: Callable[[int], Written] | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    is_file: bool = False

    def place(self, line: int) -> Written:
        """Where a line of the script is written; both count from 1."""
        if self.place_of is None:
            return Written(self.path, line)
        return self.place_of(line)
