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

    if options.times:
        return _of_files(options.times, build)
    if not options.measure:
        return None
    from lightship.cache.times.read_times import read_times  # noqa: PLC0415 - most runs have none
    from lightship.docker.measure import measure  # noqa: PLC0415 - as above

    progress = measure(
        context,
        dockerfile,
        build.args,
        build.target,
        options.measured_with,
    )
    source = "a build without the cache, measured now"
    return read_times(progress, build, source)


def _of_files(paths: Sequence[str], build: Build) -> Times:
    """The times of all files together; a UsageError where none has any."""
    all_times: list[Times] = []
    failure: UsageError | None = None
    for path in paths:
        try:
            times = _of_file(path, build)
        except UsageError as error:
            failure = error
            continue
        all_times.append(times)
    if not all_times and failure is not None:
        raise failure
    return _together(all_times)


def _together(all_times: Sequence[Times]) -> Times:
    """Of a step that several have, the last of them."""
    seconds: dict[int, float] = {}
    sizes: dict[int, int] = {}
    sources: list[str] = []
    is_estimated = False
    for times in all_times:
        seconds |= times.seconds
        sizes |= times.bytes
        sources.append(times.source)
        if times.estimated:
            is_estimated = True
    source = listed(sources)
    return Times(seconds, source, estimated=is_estimated, bytes=sizes)


def _of_file(path: str, build: Build) -> Times:
    """What a file says: a build record, BuildKit's progress, or our own JSON."""
    # Most runs have none
    from lightship.cache.records.read_records import is_gzip, read_records  # noqa: PLC0415
    from lightship.cache.times.buildkit_progress import seconds_of  # noqa: PLC0415 - as above

    # As above
    from lightship.cache.times.read_times import read_times, times_by_name  # noqa: PLC0415

    data = read_file(path)
    if not is_gzip(data):
        text = decode(data)
        return read_times(text, build, path)

    seconds: dict[str, float] = {}
    for record_of_build in read_records(data, path):
        seconds |= seconds_of(record_of_build.steps)
    return times_by_name(seconds, build, path)
