"""What is said of the base images of a Dockerfile: plain data, as reports show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum

from lightship.base_images.lifetimes import Release
from lightship.base_images.official_tags import ImageKind
from lightship.bases.image_measures import ImageMeasures
from lightship.bases.image_origin import ImageOrigin
from lightship.bases.proven_move import ProvenMove
from lightship.record import record


class Fit(StrEnum):
    """Whether a build works on another image, as far as its files tell."""

    FITS = "fits"  # nothing is known against it
    UNSURE = "unsure"  # something is not known, or costs something
    FAILS = "fails"  # something that it needs is surely not there


@record
class Objection:
    """What speaks against another image, at a line of the Dockerfile where it has one.

    `rule` is the rule that says so, where one does. `is_sure` is whether the build surely fails or
    does the wrong thing.
    """

    text: str
    line: int | None = None
    rule: str = ""
    is_sure: bool = False


@record
class FromLine:
    """A FROM, the number of its line, and the name of its stage if it has one."""

    line: int
    text: str
    stage: str = ""


@record
class Alternative:
    """Another image that stages may start from, and the FROM lines that say so.

    `ends` is the last day on which all of its known releases get fixes, None where none is known.
    `is_judged` is False where the Dockerfile is not known, so that nothing could speak against it.
    `proof` is what building and running on it came to, None where nobody did.
    """

    name: str
    kind: ImageKind
    releases: tuple[Release, ...]
    ends: date | None
    lines: tuple[FromLine, ...]
    objections: tuple[Objection, ...] = ()
    is_judged: bool = True
    proof: ProvenMove | None = None

    @property
    def fit(self) -> Fit:
        """How much speaks against it."""
        is_broken = self.proof is not None and self.proof.is_broken
        if is_broken or any(objection.is_sure for objection in self.objections):
            return Fit.FAILS
        is_unsure = bool(self.objections) or not self.is_judged
        return Fit.UNSURE if is_unsure else Fit.FITS


@record
class FoundBase:
    """An image that stages start from, and the others that they might.

    `lines` are their FROM lines; `is_final` is whether the image that is built comes from one of
    them. `kind` is None for an image of which only its name is known. `notes` are sentences on what
    is to know of it. `is_own` is whether the repository builds it itself.
    """

    name: str
    lines: tuple[FromLine, ...]
    is_final: bool
    kind: ImageKind | None
    releases: tuple[Release, ...]
    notes: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    is_own: bool = False


@record
class BuildBases:
    """The bases of one build of a Dockerfile, that of the final image first.

    `build` says which build it is, where a file of the repository does.
    """

    path: str
    build: str
    target: str | None
    bases: tuple[FoundBase, ...]


@record
class ImageBases:
    """The base of an image, and the bases of the build that made it.

    `origin` is None where nobody has the image, and only its name is judged. `bases` is that of the
    image alone where no Dockerfile was named; then its lines are empty.
    """

    name: str
    origin: ImageOrigin | None
    bases: tuple[FoundBase, ...]


@record
class BaseReport:
    """The bases of all builds and images that were asked for, as of a day.

    `problems` are of what could not be read. `measured` is by the name of an image, `unmeasured`
    says why one could not be read. Both are empty where no registry was to be asked.
    """

    day: date
    builds: tuple[BuildBases, ...]
    problems: tuple[str, ...] = ()
    images: tuple[ImageBases, ...] = ()
    measured: Mapping[str, ImageMeasures] = field(default_factory=dict)
    unmeasured: Mapping[str, str] = field(default_factory=dict)
