"""Where the seconds of steps come from: a file, or a build that is made now."""

from __future__ import annotations

from lightship.build import Build
from lightship.cache.times.build_time import Times
from lightship.errors import UsageError
from lightship.files.reading import read_file
from lightship.record import record
from lightship.text import decode


@record
class TimesOptions:
    """What the user says of times.

    `times` is a file of seconds; `measure` builds once without the cache, `measured_with` are
    options of `docker build` for that.
    """

    times: str | None = None
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

    from lightship.cache.times.read_times import read_times  # noqa: PLC0415 - most runs have none

    if options.times:
        return read_times(decode(read_file(options.times)), build, options.times)
    from lightship.docker.measure import measure  # noqa: PLC0415 - as above

    progress = measure(
        context, dockerfile, build.args, build.target, options.measured_with
    )
    return read_times(progress, build, "a build without the cache, measured now")
