"""Changes that are made by a function of the version that they are made upon."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lightship.cache.plan.plan import Side
from lightship.record import record


@record
class NewTexts:
    """The new text of a Dockerfile, and of other files of the build context by their paths."""

    dockerfile: str
    files: Mapping[str, str]


# None where a version has nothing to change
MakeChange = Callable[[Side], NewTexts | None]


@record(eq=False)
class ChangeMaker:
    """A change with its title.

    `cures` is the rule whose finding it is another cure for, empty where there is none.
    `is_simpler` as of a SearchCandidate.
    """

    title: str
    make: MakeChange
    cures: str = ""
    rule: str = ""
    is_simpler: bool = False
