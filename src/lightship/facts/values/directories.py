"""The directory in which each command of a script runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from lightship.evaluation.paths import clean, join_workdir
from lightship.shell.commands import Script

_MOST_CHANGES = 20  # of directory in one script
_MOST_AROUND = 200  # commands beside one that calls a shell
_AT_HOME = ("su", "runuser")


@lru_cache(maxsize=64)
def directories_of(script: Script, workdir: str) -> Sequence[str | None]:
    """The directory in which each command runs, after the `cd` before it; None where that is not known."""
    found: list[str | None] = [_start_of(script, workdir)] * len(script.commands)
    for number, change in enumerate(script.named("cd", "pushd", "popd")):
        plain = (
            change.name == "cd" and len(change.words) == 2 and number < _MOST_CHANGES
        )
        path = change.words[1].value if plain else None
        sure = path is not None and not script.inside(
            change, "if", "case", "for", "while", "until", "function"
        )
        before = found[change.index]
        known = (
            sure and path is not None and (before is not None or path.startswith("/"))
        )
        after = clean(join_workdir(before or "/", path or "").path) if known else None
        for heir in script.heirs(change) if number <= _MOST_CHANGES else ():
            found[heir.index] = after
    return found


def _start_of(script: Script, workdir: str) -> str | None:
    """A shell starts where the command stands that calls it; `su` may start at home."""
    if script.outer is None or script.around is None:
        return clean(workdir)
    if script.outer.name in _AT_HOME or len(script.around.commands) > _MOST_AROUND:
        return None
    return directories_of(script.around, workdir)[script.outer.index]
