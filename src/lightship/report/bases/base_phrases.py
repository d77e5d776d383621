"""What text and Markdown say of bases in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from lightship.base_images.lifetimes import Release
from lightship.bases.base_report import (
    Alternative,
    BaseReport,
    BuildBases,
    FoundBase,
    Objection,
)
from lightship.bases.image_measures import ImageMeasures
from lightship.bases.image_origin import ImageOrigin
from lightship.report.kit import flaw_phrases
from lightship.wording.counts import count
from lightship.wording.sizes import size, size_change

ORDER = "what fits first, then what gets fixes longest, then what brings least"

MOST = 8  # other images of one base


def rest(left: int) -> str:
    """What is said of those that are left out."""
    return f"{left} more, which --format json has"


def lifetime(release: Release, day: date) -> str:
    """`Python 3.11 until 2027-10-31`."""
    if release.has_ended(day):
        return f"{release} ended on {release.ends}"
    return f"{release} until {release.ends}"


def lifetimes(releases: Sequence[Release], day: date) -> str:
    """Those of all releases of an image."""
    return ", ".join(lifetime(release, day) for release in releases)


def support(alternative: Alternative) -> str:
    """Until when all of it gets fixes, as far as that is known."""
    if alternative.ends is None:
        return "end of life not known"
    return f"until {alternative.ends}"


def heading(build: BuildBases) -> str:
    """The file, and which of its builds it is."""
    words = [build.path]
    if build.build:
        words.append(f"as {build.build} builds it")
    if build.target:
        words.append(f"target {build.target}")
    return ", ".join(words)


def reason(objection: Objection) -> str:
    """An objection with its place and its rule."""
    text = objection.text
    if objection.line is not None:
        text = f"line {objection.line}: {text}"
    if objection.rule:
        text = f"{text} ({objection.rule})"
    return text


NOT_READ = "no engine has it: this is by its name alone"


def origin(known: ImageOrigin) -> Iterator[str]:
    """What is known of an image's base, a sentence each."""
    for place, witness in enumerate(known.witnesses):
        verb = "its base is" if not place else "it is also named"
        yield f"{verb} {witness.name}: {witness.says}"
    if not known.witnesses:
        yield "nothing says which base image it has: name its Dockerfile with --file"
    if known.system:
        yield f"it runs {known.system}"
    if known.layers is not None and known.size is not None:
        layers = count(known.layers, "layer")
        yield f"{layers} of the base are {size(known.size)} of {size(known.total)}"
    if known.base_packages is not None and known.packages:
        packages = count(known.packages, "package")
        yield f"{known.base_packages:,} of {packages} came with the base"
    if known.base_built is not None:
        yield f"the base was built on {known.base_built}"


def measures(
    name: str, report: BaseReport, beside: ImageMeasures | None = None
) -> Iterator[str]:
    """What was read of an image, with the change from another one, or why nothing was."""
    if name in report.unmeasured:
        yield f"not read: {report.unmeasured[name]}"
    read = report.measured.get(name)
    if read is None:
        return
    sent = size(read.stored)
    if beside is not None and None not in (read.stored, beside.stored):
        sent += f" ({size_change((read.stored or 0) - (beside.stored or 0))})"
    words = [f"{sent} to pull", f"{size(read.size)} unpacked"]
    words.append(count(read.packages, "package"))
    if read.created is not None:
        words.append(f"built on {read.created}")
    yield ", ".join(words)
    if read.flaws is not None:
        yield f"known vulnerabilities: {flaw_phrases.summary(read.flaws)}"


def proof(item: Alternative) -> Iterator[str]:
    """What building and running on it came to."""
    found = item.proof
    if found is None:
        return
    yield f"built and run: {found.verdict}"
    yield from found.reasons
    if found.size:
        change = size_change(found.size - found.before)
        yield f"the whole image has {size(found.size)} ({change})"


def all_bases(report: BaseReport) -> list[FoundBase]:
    """Those of all builds and images."""
    bases = [base for build in report.builds for base in build.bases]
    return [*bases, *(base for image in report.images for base in image.bases)]


def summary(report: BaseReport) -> str:
    """How many there are."""
    bases = all_bases(report)
    if not bases:
        return "no base image is known"
    fitting = sum(
        bool(base.alternatives) and base.alternatives[0].fit == "fits" for base in bases
    )
    word = "base image" if len(bases) == 1 else "base images"
    return f"{len(bases):,} {word}, {fitting:,} with another that fits"
