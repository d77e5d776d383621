"""What is said of an image: the plain data that inspect.py works out and the reports show."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from lightship.image.blame.blamed import Blame, Confidence
from lightship.image.distribution import Distribution
from lightship.image.owners import UNOWNED, Owners
from lightship.image.read import Contents
from lightship.lint.finding import Severity
from lightship.outcome import Outcome
from lightship.record import record

__all__ = [
    "Blame",
    "Confidence",
    "Duplicate",
    "FindingGroup",
    "FindingPlace",
    "ImageFinding",
    "Inspection",
    "Together",
]


class FindingGroup(StrEnum):
    """What kind of finding it is; `--deny` takes these, and the ids of findings."""

    WASTE = "waste"
    CONTENT = "content"  # bytes that the image does not need
    SECRETS = "secrets"
    SECURITY = "security"


@record
class FindingPlace:
    """A file that a finding speaks of.

    `size` is in bytes; `seen` whether the final image shows it.
    """

    path: bytes
    size: int
    layer: int
    seen: bool = True
    note: str = ""


@record
class ImageFinding:
    """One thing to do about an image.

    `id` names what is wrong, in kebab-case. `saves` is what the Dockerfile can save, in bytes of
    content, None where it is not about size; `in_base` are further bytes, which only another base
    image would save. Where they are an estimate `estimated` says from what, and is empty where they
    were measured. `rule` is the id of the rule of `lightship lint` that covers it, empty where none
    does. `places` are all files, the largest first; `count` is how many there are.
    """

    id: str
    group: FindingGroup
    severity: Severity
    message: str
    saves: int | None = None
    estimated: str = ""
    places: Sequence[FindingPlace] = ()
    count: int = 0
    blame: Blame | None = None
    rule: str = ""
    advice: str = ""  # what to do, as a sentence
    in_base: int = 0

    @property
    def bytes(self) -> int:
        """All that it is about: what the Dockerfile saves, and what is in the base image."""
        return (self.saves or 0) + self.in_base


@record
class Together:
    """What following all advice saves, in bytes, each counted once.

    `saves` and `in_base` are as in ImageFinding; `needless` is the part of both that is not waste.
    """

    saves: int = 0
    in_base: int = 0
    needless: int = 0


@record
class Duplicate:
    """Files of one content in the final image: `size` bytes each, hard links counting once."""

    size: int
    paths: tuple[bytes, ...]

    @property
    def extra(self) -> int:
        """Bytes of all copies but one."""
        return self.size * (len(self.paths) - 1)


NOTHING = Together()

NOT_SEARCHED = "secrets were not looked for"
"""A note."""


@record(eq=False)
class Inspection:
    """All that is known about one image. `blame` has one for each layer."""

    contents: Contents
    owners: Owners
    distribution: Distribution | None
    blame: tuple[Blame, ...]
    findings: tuple[ImageFinding, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    outcomes: tuple[Outcome, ...] = ()  # of the gate
    dockerfile: str = ""  # the path of the Dockerfile that blame read
    notes: tuple[str, ...] = ()  # what could not be read, for people
    together: Together = NOTHING

    def package(self, layer: int, index: int) -> int | None:
        """The place of the package that an entry belongs to in `owners.packages`.

        None where it belongs to none.
        """
        columns = self.owners.owner  # empty where owners were not looked for
        if layer >= len(columns) or index >= len(columns[layer]):
            return None
        package = columns[layer][index]
        return None if package == UNOWNED else package
