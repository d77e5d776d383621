"""What a run says of the builds that it judged: which context was taken, and from where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from posixpath import dirname

from lightship.lint.diagnostic import JudgedBuild, Report
from lightship.record import record
from lightship.wording.counts import count
from lightship.wording.lists import listed
from lightship.wording.printable import printable

_MOST_NAMED = 3


@record(eq=False, frozen=False)
class BuildTally:
    """How the Dockerfiles of a run are built, as their Reports come in.

    `written` counts those of which a file of the repository says it, `elsewhere` those that are
    guessed to have another context than their own directory, `own` all others.
    """

    written: int = 0
    elsewhere: int = 0
    own: int = 0
    last: Report | None = field(default=None)

    def add(self, report: Report) -> None:
        """Count the Report of one Dockerfile; one that no repository was asked about counts not."""
        builds = report.builds
        if not builds or not any(build.why for build in builds):
            return
        self.last = report
        if any(build.source for build in builds):
            self.written += 1
        elif _is_own(report, builds[0]):
            self.own += 1
        else:
            self.elsewhere += 1


def _is_own(report: Report, build: JudgedBuild) -> bool:
    return build.context == (dirname(report.path) or ".")


def built_as(tally: BuildTally) -> Iterator[str]:
    """One line; nothing where the user said how the build is done."""
    total = tally.written + tally.elsewhere + tally.own
    if tally.last is None or not total:
        return
    if total == 1:
        yield f"{printable(_one(tally.last.builds))}.\n"
        return
    parts = (
        (tally.written, "as files of the repository say"),
        (tally.elsewhere, "the directory that has what is copied"),
        (tally.own, "the Dockerfile's own directory"),
    )
    texts = [f"{number} {text}" for number, text in parts if number]
    yield f"Build contexts: {', '.join(texts)}; `lightship builds` shows them.\n"


def _one(builds: tuple[JudgedBuild, ...]) -> str:
    """How a single Dockerfile is built."""
    if len(builds) > 1:
        names = [build.name for build in builds]
        return f"Judged in {count(len(builds), 'build')}: {listed(names, _MOST_NAMED)}"
    (build,) = builds
    if not build.source:
        return f"Build context {build.context}: {build.why}"
    target = f", target {build.target}" if build.target else ""
    return f"Build context {build.context}{target}, as {build.source} says"
