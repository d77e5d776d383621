"""`MadePlaces`: the places of a finding, each made when it is asked for.

A finding may speak of a hundred thousand files, of which most reports show ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Generic, TypeVar, overload

from lightship.inspection.inspection import FindingPlace

T = TypeVar("T")


class MadePlaces(Sequence[FindingPlace], Generic[T]):
    """A place for each of `items`, those with most bytes first."""

    def __init__(
        self,
        items: Sequence[T],
        size_of: Callable[[T], int],
        make: Callable[[T], FindingPlace],
    ) -> None:
        self._items = items
        self._size_of = size_of
        self._make = make

    @cached_property
    def _ordered(self) -> list[T]:
        return sorted(self._items, key=self._size_of, reverse=True)

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[FindingPlace]:
        return map(self._make, self._ordered)

    @overload
    def __getitem__(self, at: int) -> FindingPlace: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[FindingPlace, ...]: ...
    def __getitem__(self, at: int | slice) -> FindingPlace | tuple[FindingPlace, ...]:
        if isinstance(at, slice):
            return tuple(map(self._make, self._ordered[at]))
        return self._make(self._ordered[at])
