"""What a later layer removes: files of an earlier one, and packages.

The earlier layer keeps them, and the image all of its bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.facts.files.late_files import late_files
from lightship.facts.files.late_packages import late_packages
from lightship.facts.files.leftover import Leftover
from lightship.text import Span


def late_removals(build: Build) -> Sequence[Leftover]:
    """Each with the first instruction that removes it, in the order of the text."""
    return build.once(_late_removals)


def _late_removals(build: Build) -> Sequence[Leftover]:
    leftovers = list(late_files(build))
    leftovers += late_packages(build)
    leftovers.sort(key=_place)
    return leftovers


def _place(leftover: Leftover) -> Span:
    return leftover.span
