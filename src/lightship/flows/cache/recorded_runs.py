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
    files = _files(request.runs)
    _first_path, first_records = files[0]
    options = _options(request.build, first_records)
    taken = take_build(request.context, options)
    taken.tell_lines(tell)
    repository = open_repository(taken.context, taken.options)

    today = repository.today()
    recorded = _recorded(request, files, today)
    previous: BuildRecord | None = None
    if request.previous is not None:
        records = _records_of(request.previous)
        previous = _chosen(records, today, None)
    where = " and ".join(request.runs)
    if not recorded.steps:
        raise UsageError(
            f"{where}: nothing of single steps in it: add a log or a .dockerbuild of the same build"
        )

    after = _after(request, repository, recorded)
    before = _before(request, repository, previous, after)
    run = _explained(repository, request, (before, after), recorded, previous)
    happened = {step.happened for step in run.steps}
    if happened <= {Happened.UNUSED}:
        raise UsageError(
            f"{where}: no step of it is one of this Dockerfile's: name the Dockerfile with --file, "
            "or the commit with --after"
        )
    notes = _notes(request, recorded, previous, files)
    dockerfile = repository.from_root(repository.dockerfile)
    return replace(
        run,
        notes=(*run.notes, *notes),
        dockerfile=dockerfile,
        before=before[:_ID],
        after=after[:_ID],
    )


def _files(paths: Sequence[str]) -> _Files:
    """Each file with the builds that it tells of."""
    files: list[tuple[str, Sequence[BuildRecord]]] = []
    for path in paths:
        records = _records_of(path)
        row = (path, records)
        files.append(row)
    return files


def _records_of(path: str) -> tuple[BuildRecord, ...]:
    data = read_file(path)
    return read_records(data, path)


def _recorded(request: RunRequest, files: _Files, build: Build) -> BuildRecord:
    """What all files together say of the build."""
    numbers = _numbers(request.number, files)
    chosen: list[BuildRecord] = []
    for (_path, records), number in zip(files, numbers, strict=True):
        of_file = _chosen(records, build, number)
        chosen.append(of_file)
    return merged(tuple(chosen))


def _options(options: BuildOptions, records: Sequence[BuildRecord]) -> BuildOptions:
    """What the user says, else what the record says."""
    first = records[0]
    recorded_target = first.attributes.get("target")
    target = options.target or recorded_target or None
    args = {**first.build_args, **options.build_args}
    return replace(options, target=target, build_args=args)


def _chosen(
    records: Sequence[BuildRecord],
    build: Build,
    number: int | None,
) -> BuildRecord:
    """The build of a file that has the most steps of a Dockerfile, or the one of a number."""
    if number is not None:
        return records[number - 1]

    def steps_in(recorded: BuildRecord) -> int:
        joined = joined_steps(build, recorded)
        return len(joined)

    return max(records, key=steps_in)


def _numbers(number: int | None, files: _Files) -> list[int | None]:
    """The number of the build for each file, None for one that it is not about.

    It is about the files with several builds; where there are none, about all.
    """
    has_several = any(len(records) > 1 for _path, records in files)
    numbers: list[int | None] = []
    for path, records in files:
        total = len(records)
        is_meant = total > 1 or not has_several
        if number is None or not is_meant:
            numbers.append(None)
            continue
        if number > total:
            builds = count(total, "build")
            raise UsageError(f"--build {number}: {path} has {builds}")
        numbers.append(number)
    return numbers


def _after(request: RunRequest, repository: Repository, recorded: BuildRecord) -> str:
    """The commit that was built."""
    revision = request.after or recorded.revision or "HEAD"
    try:
        commit = repository.history.resolve(revision)
    except GitError as error:
        if request.after:
            raise
        raise GitError(
            f"{error}; the record says that it was built: fetch it, or name the commit with --after"
        ) from error
    return commit.id


def _before(
    request: RunRequest,
    repository: Repository,
    previous: BuildRecord | None,
    after: str,
) -> str:
    """The commit whose build filled the cache."""
    named = request.before
    if named is None and previous is not None:
        named = previous.revision or None
    revision = named or f"{after}^"
    try:
        commit = repository.history.resolve(revision)
    except GitError as error:
        if named is not None:
            raise
        raise GitError(
            f"{error}; name the commit whose build filled the cache with --before"
        ) from error
    return commit.id


def _explained(
    repository: Repository,
    request: RunRequest,
    commits: tuple[str, str],
    recorded: BuildRecord,
    previous: BuildRecord | None,
) -> ExplainedRun:
    before, after = commits
    options = repository.options
    old_args = _old_args(options.build_args, request, commits, previous)
    old_options = replace(options, build_args=old_args)
    old_repository = replace(repository, options=old_options)
    old = old_repository.commit(before)
    new = repository.commit(after)

    builder = read_builder(request.builder)
    explanation = explain(old, new, request.builder, of_git=True)
    plan = make_plan(new.build, builder)
    bases: Mapping[str, str] | None = None
    if previous is not None:
        bases = previous.bases
    return explain_run(explanation, plan, recorded, bases)


def _old_args(
    args: Mapping[str, str],
    request: RunRequest,
    commits: tuple[str, str],
    previous: BuildRecord | None,
) -> dict[str, str]:
    """The build arguments of the build before.

    Where no record has them, they are the same, but for those that hold the commit.
    """
    given = request.build.build_args
    if previous is not None and previous.build_args:
        return {**previous.build_args, **given}
    before, after = commits
    old_args: dict[str, str] = {}
    for name, value in args.items():
        old_args[name] = _of_commit(value, before, after)
    return old_args


def _of_commit(value: str, before: str, after: str) -> str:
    """A value of the build before: its own commit where it is the start of the one after."""
    length = len(value)
    is_id = length >= _SHORTEST_ID and after.startswith(value)
    if not is_id:
        return value
    return before[:length]


def _notes(
    request: RunRequest,
    recorded: BuildRecord,
    previous: BuildRecord | None,
    files: _Files,
) -> list[str]:
    notes: list[str] = []
    if not request.after and not recorded.revision:
        notes.append(
            "the record does not say which commit it built: HEAD is taken, --after names another"
        )
    is_said = previous is not None and bool(previous.revision)
    if not request.before and not is_said:
        notes.append(
            "the cache is taken to be that of the commit before: --before names another, "
            "--previous a record of the build that filled it"
        )
    if request.number is not None:
        return notes
    for path, records in files:
        total = len(records)
        if total > 1:
            notes.append(
                f"{path} has {total} builds: the one with the most steps of this Dockerfile "
                "is taken, --build chooses another"
            )
    return notes


def trend_of_files(paths: Sequence[str]) -> RecordTrend:
    """The trend of all builds that some files tell of; those without steps are left out.

    A UsageError where none is left.
    """
    named: list[tuple[str, BuildRecord]] = []
    for path in paths:
        name = os.path.basename(path)
        records = _records_of(path)
        has_several = len(records) > 1
        for number, recorded in enumerate(records, start=1):
            if not recorded.steps:
                continue
            numbered = recorded
            if has_several:
                numbered = replace(recorded, number=number)
            named.append((name, numbered))
    if not named:
        where = ", ".join(paths[:_MOST_NAMED])
        raise UsageError(f"{where}: nothing of single steps in it")
    return record_trend(named)
