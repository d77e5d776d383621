"""`lightship base --measure`: the images that a report names, read from their registries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice

from lightship.base_images.reference import Reference, read_reference
from lightship.bases.base_report import Alternative, BaseReport, Fit, FoundBase
from lightship.bases.image_measures import ImageMeasures
from lightship.errors import LightshipError, RegistryAwayError, UsageError
from lightship.flows.image_request import ImageRequest
from lightship.inspection.inspection import Inspection
from lightship.record import record
from lightship.vulns.flaw_summary import FlawSummary
from lightship.wording.dates import read_day

_MOST = 60  # images of a run: each is some fifty megabytes
_HUB = "docker.io"

Look = Callable[[str, ImageRequest], AbstractContextManager[Inspection]]
"""Reads an image, with whatever shows that this goes on."""

FlawsOf = Callable[[str, Inspection, ImageRequest], FlawSummary]


@record
class MeasureRequest:
    """Which images are read, and from where.

    `others` is how many alternatives of each base; `mirror` is a registry, with a folder if need
    be, that has the images of Docker Hub. `flaws_of` is None where no vulnerabilities are asked
    for.
    """

    image: ImageRequest
    look: Look
    others: int = 3
    mirror: str = ""
    flaws_of: FlawsOf | None = None


def check_mirror(mirror: str) -> None:
    """A UsageError for what is not the name of a registry."""
    name = read_reference(f"{mirror}/library/python")
    if isinstance(name, str) or name.domain == _HUB or "@" in mirror:
        raise UsageError(
            f"invalid mirror {mirror!r}: write a registry, such as registry.example:5000/hub"
        )


def with_measures(report: BaseReport, request: MeasureRequest) -> BaseReport:
    """The report with what was read of its bases and of the first alternatives of each.

    What could not be read is named with the reason; a registry that does not answer is not asked
    for the rest.
    """
    measured: dict[str, ImageMeasures] = {}
    unmeasured: dict[str, str] = {}
    away: set[str] = set()
    named = _names(report, request.others)
    names = tuple(dict.fromkeys(named))
    for name in islice(names, _MOST):
        place = place_of(name, request.mirror)
        if place.domain in away:
            unmeasured[name] = f"not asked for: {place.domain} did not answer before"
            continue
        try:
            measured[name] = _measures(place, request)
        except RegistryAwayError as error:
            away.add(place.domain)
            unmeasured[name] = str(error)
        except LightshipError as error:
            unmeasured[name] = str(error)
    for name in islice(names, _MOST, None):
        unmeasured[name] = f"not asked for: more than {_MOST} images"
    return replace(report, measured=measured, unmeasured=unmeasured)


def _names(report: BaseReport, others: int) -> Iterator[str]:
    """The images that are read, those that builds start from first."""
    bases: list[FoundBase] = []
    for build in report.builds:
        bases += build.bases
    for image in report.images:
        bases += image.bases

    for base in bases:
        if _is_published(base):
            yield base.name
    for base in bases:
        usable = filter(_is_usable, base.alternatives)
        first = islice(usable, others)
        for item in first:
            yield item.name


def _is_usable(item: Alternative) -> bool:
    return item.fit is not Fit.FAILS


def _is_published(base: FoundBase) -> bool:
    if base.is_own:
        return False
    image = read_reference(base.name)
    return isinstance(image, Reference)


def place_of(name: str, mirror: str) -> Reference:
    """Where an image is read: itself, or a mirror's copy of it."""
    image = read_reference(name)
    assert isinstance(image, Reference)
    if not mirror or image.domain != _HUB:
        return image
    root = read_reference(f"{mirror}/{image.path}")
    assert isinstance(root, Reference)
    return replace(root, tag=image.tag, digest=image.digest)


def _measures(place: Reference, request: MeasureRequest) -> ImageMeasures:
    name = _written(place)
    wants_flaws = request.flaws_of is not None
    image_request = request.image
    choice = replace(image_request.choice, image="")
    asked = replace(
        image_request,
        choice=choice,
        no_secrets=True,
        packages_too=wants_flaws,
    )
    source = f"registry://{name}"
    with request.look(source, asked) as inspection:
        flaws = None
        flaws_of = request.flaws_of
        if flaws_of is not None:
            flaws = flaws_of(source, inspection, asked)
        contents = inspection.contents
        image = contents.image
        return ImageMeasures(
            place=name,
            digest=str(image.digest),
            platform=str(image.platform),
            created=read_day(image.config.created),
            stored=contents.stored,
            size=contents.size,
            packages=len(inspection.owners.packages),
            flaws=flaws,
        )


def _written(place: Reference) -> str:
    """The image as people write it, with tag and digest."""
    tag = f":{place.tag}" if place.tag else ""
    digest = f"@{place.digest}" if place.digest else ""
    return f"{place.name}{tag}{digest}"
