"""`lightship base`: from paths to the bases of what they build, and what else these might be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from lightship.base_images.lifetimes import today
from lightship.bases.base_report import BaseReport, BuildBases
from lightship.bases.find_bases import found_bases
from lightship.errors import EngineError, FileError, LightshipError
from lightship.flows.builds import BuildFinder
from lightship.flows.dockerfile_refs import DockerfileRef
from lightship.flows.judged_builds import ReadBuild
from lightship.flows.lint import LintRequest, builds_of_file, find_files, shown_path

if TYPE_CHECKING:
    from lightship.flows.base_proofs import BaseProving

_MOST = 1_000  # Dockerfiles of a run
_TOO_MANY = f"more than {_MOST:,} Dockerfiles: name directories of fewer"


def look_for_bases(
    paths: Iterable[str], request: LintRequest, proving: BaseProving | None = None
) -> BaseReport:
    """The bases of all builds of the Dockerfiles that the paths name.

    With `proving` the builds are made on other images too; an EngineError where no engine is.
    """
    finder = BuildFinder(request.build, many=True)
    problems: list[str] = []
    builds: list[BuildBases] = []
    refs = list(islice(_dockerfiles(paths, request, problems), _MOST + 1))
    if len(refs) > _MOST:
        problems.append(_TOO_MANY)
    for ref in refs[:_MOST]:
        try:
            builds += _of_file(ref, request, finder, proving)
        except EngineError:
            raise
        except LightshipError as error:
            problems.append(str(error))
    return BaseReport(today(), tuple(builds), tuple(problems))


def _dockerfiles(
    paths: Iterable[str], request: LintRequest, problems: list[str]
) -> Iterator[DockerfileRef]:
    """The Dockerfiles; what of the paths could not be read is added to the problems."""
    try:
        for ref in find_files(paths, request):
            if not ref.is_ci:
                yield ref
    except LightshipError as error:
        problems.append(str(error))


def _of_file(
    ref: DockerfileRef,
    request: LintRequest,
    finder: BuildFinder,
    proving: BaseProving | None,
) -> Iterator[BuildBases]:
    """One for each way in which a Dockerfile is built that has other bases than those before."""
    shown = shown_path(ref.path, request)
    seen: set[object] = set()
    for read in builds_of_file(ref, request, finder):
        _check(read, shown)
        bases = found_bases(read.build)
        if read.inline is not None:
            # Few are inside another file
            from lightship.flows.inline_bases import bases_in_file  # noqa: PLC0415

            lines = read.build.dockerfile.lines
            bases = bases_in_file(bases, lines, shown, read.inline)
        if bases not in seen:
            seen.add(bases)
            if proving is not None:
                # Engines and what measures, which few need
                from lightship.flows.base_proofs import proven_bases  # noqa: PLC0415

                bases = proven_bases(ref.path, read, bases, proving)
            yield BuildBases(shown, _said(read), read.build.target, bases)


def _check(read: ReadBuild, shown: str) -> None:
    """A FileError where the Dockerfile cannot be built at all."""
    dockerfile = read.build.dockerfile
    for problem in dockerfile.problems:
        line = dockerfile.lines.line(problem.span.start)
        raise FileError(f"{shown}:{line}: {problem.message}")
    if not dockerfile.stages:
        raise FileError(f"{shown}: no FROM: write the image that it starts from")


def _said(read: ReadBuild) -> str:
    """Which file says how it is built; empty where none does."""
    return read.judged.source
