"""What BuildKit knows before each instruction: environment, args, working directory, user,
shell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import field
from operator import itemgetter
from typing import Generic, TypeVar

from lightship.record import record

V = TypeVar("V")

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@record(eq=False, frozen=False)
class Timeline(Generic[V]):
    """A mapping that only grows and changes.

    Every moment of it can be looked at, at no cost for each moment.
    """

    versions: dict[str, list[tuple[int, V]]] = field(default_factory=dict)
    moment: int = 0

    @classmethod
    def of(cls, values: Mapping[str, V]) -> Timeline[V]:
        return cls({name: [(0, value)] for name, value in values.items()})

    def set(self, name: str, value: V) -> None:
        self.moment += 1
        self.versions.setdefault(name, []).append((self.moment, value))

    def get(self, name: str) -> V | None:
        """The value now."""
        versions = self.versions.get(name)
        return versions[-1][1] if versions else None

    def now(self) -> Snapshot[V]:
        return Snapshot(self, self.moment)


class Snapshot(Mapping[str, V]):
    """A History as it was at one moment."""

    __slots__ = ("_history", "_moment")

    def __init__(self, history: Timeline[V], moment: int) -> None:
        self._history = history
        self._moment = moment

    def __getitem__(self, name: str) -> V:
        versions = self._history.versions[name]
        at = bisect_right(versions, self._moment, key=itemgetter(0))
        if at == 0:
            raise KeyError(name)
        return versions[at - 1][1]

    def __iter__(self) -> Iterator[str]:
        return (
            name
            for name, versions in self._history.versions.items()
            if versions[0][0] <= self._moment
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)


@record
class State:
    """What holds before an instruction.

    `env` is what variables in operands are looked up in: ENV, and ARG where it has a value; of the
    base image only PATH is known. `args` are the names that ARG has declared, None where they have
    no value. `user` is empty until USER names one, `shell` None until SHELL does. `workdir`
    assumes that the base image has `/`: it is sure only if `workdir_known`. `workdir_set` is
    whether any WORKDIR came before, as BuildKit counts for its WorkdirRelativePath.
    """

    env: Mapping[str, str]
    args: Mapping[str, str | None]
    workdir: str = "/"
    workdir_known: bool = False
    workdir_set: bool = False
    user: str = ""
    shell: tuple[str, ...] | None = None
