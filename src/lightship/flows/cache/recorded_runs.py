"""From files of CI to why a build ran what it ran."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from lightship.build import Build
from lightship.cache.builders import read_builder
from lightship.cache.explain.explain_rebuild import explain
from lightship.cache.misses.explained_run import ExplainedRun, Happened
from lightship.cache.misses.joined_steps import joined_steps
from lightship.cache.misses.why_ran import explain_run
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.records.build_record import BuildRecord
from lightship.cache.records.read_records import merged, read_records
from lightship.cache.records.record_trend import RecordTrend, record_trend
from lightship.errors import GitError, UsageError
from lightship.files.reading import read_file
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.sides import Repository, open_repository
from lightship.flows.take_build import take_build
from lightship.flows.tell import Tell
from lightship.record import record
from lightship.wording.counts import count

_SHORTEST_ID = 7  # characters of a commit in a build argument
_ID = 10  # characters of a commit that are shown
_MOST_NAMED = 3  # files in one sentence

_Files = Sequence[tuple[str, Sequence[BuildRecord]]]


@record
class RunRequest:
    """Which build: the files that tell of it, and the repository that it was made from.

    `before` and `after` are refs, None for what the record says, or the commit before. `previous`
    is a file of the build before. `number` chooses one of several builds in a file, from 1.
    """

    runs: tuple[str, ...]
    context: str | None = None
    before: str | None = None
    after: str | None = None
    previous: str | None = None
    number: int | None = None
    builder: str = "buildkit"
    build: BuildOptions = field(default_factory=BuildOptions)


def explain_recorded_run(request: RunRequest, tell: Tell) -> ExplainedRun:
    """Why the build of a record ran what it ran; `tell` is told which build was taken.

    A UsageError where the files tell of no build of this Dockerfile, a GitError without its commit.
    """
    files = [(path, read_records(read_file(path), path)) for path in request.runs]
    previous: BuildRecord | None = None
    options = _options(request.build, files[0][1])
    taken = take_build(request.context, options)
    taken.tell_lines(tell)
    repository = open_repository(taken.context, taken.options)

    today = repository.today()
    numbers = _numbers(request.number, files)
    chosen = [
        _chosen(records, today, number)
        for (_path, records), number in zip(files, numbers, strict=True)
    ]
    found = merged(tuple(chosen))
    if request.previous is not None:
        data = read_file(request.previous)
        previous = _chosen(read_records(data, request.previous), today, None)

    if not found.steps:
        where = " and ".join(request.runs)
        raise UsageError(
            f"{where}: nothing of single steps in it: add a log or a .dockerbuild of the same build"
        )
    after = _after(request, repository, found)
    before = _before(request, repository, previous, after)
    run = _explained(repository, request, (before, after), found, previous)
    if all(step.happened is Happened.UNUSED for step in run.steps):
        where = " and ".join(request.runs)
        raise UsageError(
            f"{where}: no step of it is one of this Dockerfile's: name the Dockerfile with --file, "
            "or the commit with --after"
        )
    notes = (*run.notes, *_notes(request, found, previous, files))
    dockerfile = repository.from_root(repository.dockerfile)
    return replace(
        run,
        notes=notes,
        dockerfile=dockerfile,
        before=before[:_ID],
        after=after[:_ID],
    )


def _options(options: BuildOptions, records: Sequence[BuildRecord]) -> BuildOptions:
    """What the user says, else what the record says."""
    first = records[0]
    target = options.target or first.attributes.get("target") or None
    args = {**first.build_args, **options.build_args}
    return replace(options, target=target, build_args=args)


def _chosen(
    records: Sequence[BuildRecord],
    build: Build,
    number: int | None,
) -> BuildRecord:
    """The build of a file that has the most steps of a Dockerfile, or the one of a number."""
    if number is None:
        return max(records, key=lambda found: len(joined_steps(build, found)))
    return records[number - 1]


def _numbers(number: int | None, files: _Files) -> list[int | None]:
    """The number of the build for each file, None for one that it is not about.

    It is about the files with several builds; where there are none, about all.
    """
    has_several = any(len(records) > 1 for _path, records in files)
    numbers: list[int | None] = []
    for path, records in files:
        has = len(records)
        is_meant = number is not None and (has > 1 or not has_several)
        if is_meant and number is not None and number > has:
            raise UsageError(f"--build {number}: {path} has {count(has, 'build')}")
        numbers.append(number if is_meant else None)
    return numbers


def _after(request: RunRequest, repository: Repository, found: BuildRecord) -> str:
    """The commit that was built."""
    revision = request.after or found.revision or "HEAD"
    try:
        return repository.history.resolve(revision).id
    except GitError as error:
        if request.after:
            raise
        raise GitError(
            f"{error}; the record says that it was built: fetch it, or name the commit with --after"
        ) from error


def _before(
    request: RunRequest,
    repository: Repository,
    previous: BuildRecord | None,
    after: str,
) -> str:
    """The commit whose build filled the cache."""
    revision = request.before
    if revision is None and previous is not None:
        revision = previous.revision or None
    try:
        return repository.history.resolve(revision or f"{after}^").id
    except GitError as error:
        if revision is not None:
            raise
        raise GitError(
            f"{error}; name the commit whose build filled the cache with --before"
        ) from error


def _explained(
    repository: Repository,
    request: RunRequest,
    commits: tuple[str, str],
    found: BuildRecord,
    previous: BuildRecord | None,
) -> ExplainedRun:
    before, after = commits
    options = repository.options
    old_args = _old_args(options.build_args, request, commits, previous)
    old_options = replace(options, build_args=old_args)
    old = replace(repository, options=old_options).commit(before)
    new = repository.commit(after)
    builder = read_builder(request.builder)
    explanation = explain(old, new, request.builder, of_git=True)
    plan = make_plan(new.build, builder)
    bases = previous.bases if previous is not None else None
    return explain_run(explanation, plan, found, bases)


def _old_args(
    args: Mapping[str, str],
    request: RunRequest,
    commits: tuple[str, str],
    previous: BuildRecord | None,
) -> dict[str, str]:
    """The build arguments of the build before.

    Where no record has them, they are the same, but for those that hold the commit.
    """
    if previous is not None and previous.build_args:
        return {**previous.build_args, **request.build.build_args}
    before, after = commits
    return {name: _of_commit(value, before, after) for name, value in args.items()}


def _of_commit(value: str, before: str, after: str) -> str:
    is_id = len(value) >= _SHORTEST_ID and after.startswith(value)
    return before[: len(value)] if is_id else value


def _notes(
    request: RunRequest,
    found: BuildRecord,
    previous: BuildRecord | None,
    files: _Files,
) -> list[str]:
    notes: list[str] = []
    if not request.after and not found.revision:
        notes.append(
            "the record does not say which commit it built: HEAD is taken, --after names another"
        )
    if not request.before and (previous is None or not previous.revision):
        notes.append(
            "the cache is taken to be that of the commit before: --before names another, "
            "--previous a record of the build that filled it"
        )
    for path, records in files:
        if len(records) > 1 and request.number is None:
            notes.append(
                f"{path} has {len(records)} builds: the one with the most steps of this Dockerfile "
                "is taken, --build chooses another"
            )
    return notes


def trend_of_files(paths: Sequence[str]) -> RecordTrend:
    """The trend of all builds that some files tell of; those without steps are left out.

    A UsageError where none is left.
    """
    named: list[tuple[str, BuildRecord]] = []
    for path in paths:
        records = read_records(read_file(path), path)
        if len(records) > 1:
            records = tuple(
                replace(found, number=number) for number, found in enumerate(records, 1)
            )
        name = os.path.basename(path)
        named += ((name, found) for found in records if found.steps)
    if not named:
        where = ", ".join(paths[:_MOST_NAMED])
        raise UsageError(f"{where}: nothing of single steps in it")
    return record_trend(named)
