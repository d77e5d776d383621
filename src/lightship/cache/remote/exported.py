"""`ExportedCache`: what `--cache-to` leaves: records, each a key, and for some of them a result.

An exported cache is a graph of keys; a result is a chain of layers (moby/buildkit 73ed682,
cache/remotecache/v1/types). All keys of a build are there in either mode. What the modes differ in
is which of them have a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from lightship.cache.keys.keys import Key
from lightship.record import record


class Mode(StrEnum):
    """Whose results are written."""

    MIN = "min"  # of the layers of the image
    MAX = "max"  # of all steps
    INLINE = "inline"  # min, and nothing but the layers of the image


Generations = Mapping[Key, int]
"""By the key of a RUN: which of its runs made what is there."""

Content = tuple[Key, tuple[int, ...]]
"""The files that a step takes of another stage: their digest, and the runs that made them."""


@record(eq=False)
class Result:
    """The layers of a step, and which run of each RUN is in them."""

    generations: Generations


@record(eq=False)
class Record:
    """A key in an exported cache.

    `parents` are the keys that it lies on, of all inputs. `links` are the keys of other stages by
    which it is found, each with the place of its input; `contents` are the files of other stages
    by which it is found. `result` is None where only the key is there.
    """

    parents: frozenset[Key]
    links: frozenset[tuple[int, Key]] = frozenset()
    contents: frozenset[tuple[int, Content]] = frozenset()
    result: Result | None = None


@record(eq=False)
class ExportedCache:
    """The records of an exported cache by their keys."""

    records: Mapping[Key, Record] = field(default_factory=dict)

    @property
    def results(self) -> int:
        """How many of its records have a result."""
        number = 0
        for known in self.records.values():
            if known.result is not None:
                number += 1
        return number
