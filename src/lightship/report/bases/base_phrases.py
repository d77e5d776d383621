"""What text and Markdown say of bases in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lightship.base_images.lifetimes import Release
from lightship.bases.base_report import Alternative, BaseReport, BuildBases, Objection

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


def summary(report: BaseReport) -> str:
    """How many there are."""
    bases = [base for build in report.builds for base in build.bases]
    if not bases:
        return "no base image is named"
    fitting = sum(
        bool(base.alternatives) and base.alternatives[0].fit == "fits" for base in bases
    )
    word = "base image" if len(bases) == 1 else "base images"
    return f"{len(bases):,} {word}, {fitting:,} with another that fits"
