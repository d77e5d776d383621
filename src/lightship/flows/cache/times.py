"""Where the seconds of steps come from: a file, or a build that is made now."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.cache.times.build_time import Times
from lightship.errors import UsageError
from lightship.files.reading import read_file
from lightship.record import record
from lightship.text import decode
from lightship.wording.lists import listed


@record
class TimesOptions:
    """What the user says of times.

    `times` are files of seconds, of which the last that has a step counts; `measure` builds once
    without the cache, `measured_with` are options of `docker build` for that.
    """

    times: tuple[str, ...] = ()
    measure: bool = False
    measured_with: tuple[str, ...] = ()


def times_of(
    options: TimesOptions,
    build: Build,
    context: str,
    dockerfile: str,
) -> Times | None:
    """The times that are asked for; None where none are. `context` and `dockerfile` are paths."""
    if options.times and options.measure:
        raise UsageError("--times and --measure cannot be combined: use one of them")
    if options.measured_with and not options.measure:
        raise UsageError("--measure-with needs --measure")
    if not options.times and not options.measure:
        return None

    if options.times:
        return _of_files(options.times, build)
    from lightship.cache.times.read_times import read_times  # noqa: PLC0415 - most runs have none
    from lightship.docker.measure import measure  # noqa: PLC0415 - as above

    progress = measure(
        context, dockerfile, build.args, build.target, options.measured_with
    )
    return read_times(progress, build, "a build without the cache, measured now")


def _of_files(paths: Sequence[str], build: Build) -> Times:
    """The times of all files together; a UsageError where none has any."""
    found: list[Times] = []
    failure: UsageError | None = None
    for path in paths:
        try:
            found.append(_of_file(path, build))
        except UsageError as error:
            failure = error
    if not found and failure is not None:
        raise failure

    seconds: dict[int, float] = {}
    sizes: dict[int, int] = {}
    for times in found:
        seconds |= times.seconds
        sizes |= times.bytes
    sources = listed(times.source for times in found)
    is_estimated = any(times.estimated for times in found)
    return Times(seconds, sources, estimated=is_estimated, bytes=sizes)


def _of_file(path: str, build: Build) -> Times:
    """What a file says: a build record, BuildKit's progress, or our own JSON."""
    from lightship.cache.records.read_records import is_gzip, read_records  # noqa: PLC0415 - most runs have none
    from lightship.cache.times.buildkit_progress import seconds_of  # noqa: PLC0415 - as above
    from lightship.cache.times.read_times import read_times, times_by_name  # noqa: PLC0415 - as above

    data = read_file(path)
    if not is_gzip(data):
        return read_times(decode(data), build, path)
    seconds: dict[str, float] = {}
    for found in read_records(data, path):
        seconds |= seconds_of(found.steps)
    return times_by_name(seconds, build, path)
