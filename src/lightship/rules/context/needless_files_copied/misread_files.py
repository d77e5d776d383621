"""The files that are sent because a line of the ignore file was misread."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.context.misnamed_lines import misnamed
from lightship.facts.context.root_only_lines import at_root_only


def spoken_of(build: Build) -> frozenset[str]:
    """The files that are sent because of a line that was misread.

    That line is the cause, and is named.
    """
    lines = list(at_root_only(build))
    lines += [line for line, _near in misnamed(build)]

    files: set[str] = set()
    for line in lines:
        if not line.pattern.negated:
            files |= line.files
    return frozenset(files)
