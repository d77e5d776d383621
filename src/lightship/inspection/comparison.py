"""What is said of two images side by side: the plain data that the reports show."""

from __future__ import annotations

from enum import StrEnum

from lightship.image.entry_changes import METADATA, EntryChange
from lightship.image.scan import Entry
from lightship.inspection.inspection import Inspection
from lightship.outcome import Outcome
from lightship.record import record


class SideDifference(StrEnum):
    """What became of a file, a package or a setting."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@record
class ComparedFigure:
    """A number of both images: in bytes where its name is of bytes, `efficiency` between 0 and 1.

    None for unknown.
    """

    name: str
    before: float | None
    after: float | None

    @property
    def grows(self) -> float | None:
        """After less before."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@record
class PathChange:
    """A path of the final images that differs.

    `differs` says in what where both have it, else it is NEW.

    `before` and `after` are its entries, None where it is missing. `old_size` and `new_size` are
    bytes of content, of a hard link those of its file. Where `compared` is false one of the
    contents could not be read, and may differ too.
    """

    path: bytes
    before: Entry | None
    after: Entry | None
    differs: EntryChange
    old_size: int = 0
    new_size: int = 0
    compared: bool = True

    @property
    def difference(self) -> SideDifference:
        return _difference(self.before is not None, self.after is not None)

    @property
    def grows(self) -> int:
        """Bytes of content, after less before."""
        return self.new_size - self.old_size

    @property
    def is_metadata_only(self) -> bool:
        """Whether mode, owner, extended attributes or time are all that differs."""
        return self.difference is SideDifference.CHANGED and self.differs in METADATA

    @property
    def is_time_only(self) -> bool:
        return self.differs == EntryChange.MTIME


@record
class PackageChange:
    """A package that is in one image only, or in another version.

    npm may have several versions at once.
    """

    manager: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    old_size: int = 0
    new_size: int = 0

    @property
    def difference(self) -> SideDifference:
        return _difference(bool(self.before), bool(self.after))

    @property
    def grows(self) -> int:
        return self.new_size - self.old_size


@record
class ConfigChange:
    """A setting of the config, such as `user`, `env PATH`, `label version` or `history 3`.

    None where it is not set.
    """

    name: str
    before: str | None
    after: str | None

    @property
    def difference(self) -> SideDifference:
        return _difference(self.before is not None, self.after is not None)


@record(eq=False)
class Comparison:
    """Two images side by side.

    `shared` pairs the layers that both have, by diff ID, as indexes. `files` are those of the final
    images, by path. `first_reason` says why the two are not the same, and is empty where they are;
    with `semantic` times do not count. `uncompared` counts files whose contents could not be
    compared: of layers whose table of contents alone was read.
    """

    before: Inspection
    after: Inspection
    semantic: bool
    figures: tuple[ComparedFigure, ...]
    shared: tuple[tuple[int, int], ...]
    files: tuple[PathChange, ...]
    packages: tuple[PackageChange, ...]
    config: tuple[ConfigChange, ...]
    first_reason: str
    uncompared: int = 0
    outcomes: tuple[Outcome, ...] = ()  # of the gate

    @property
    def same(self) -> bool:
        return not self.first_reason


def _difference(before: bool, after: bool) -> SideDifference:
    if before and after:
        return SideDifference.CHANGED
    return SideDifference.REMOVED if before else SideDifference.ADDED
