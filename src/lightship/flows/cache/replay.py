"""From a repository to the builds of its history, replayed."""

from __future__ import annotations

from dataclasses import field

from lightship.build import Build
from lightship.cache.builders import read_builder
from lightship.cache.replay.past import Past
from lightship.cache.replay.replay_commits import replay
from lightship.cache.replay.results import Replay
from lightship.cache.times.build_time import Times
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.repository_past import dockerfiles_of, past_of
from lightship.flows.cache.sides import Repository, open_repository
from lightship.flows.cache.times import TimesOptions, times_of
from lightship.flows.take_build import take_build
from lightship.flows.tell import Tell
from lightship.record import record


@record
class HistoryRequest:
    """Which history: the last `commits` of a branch, None for HEAD, of a build context.

    `context` is None for that of the build that is found.

    With `historic` each commit has its own Dockerfile, else all have today's. With `with_git` the
    directory `.git` is sent, as in a clone.
    """

    context: str | None = None
    commits: int = 500
    branch: str | None = None
    historic: bool = False
    with_git: bool = False
    builder: str = "buildkit"
    build: BuildOptions = field(default_factory=BuildOptions)
    times: TimesOptions = field(default_factory=TimesOptions)


def taken_repository(request: HistoryRequest, tell: Tell) -> Repository:
    """The repository of the build that is meant; `tell` is told which build was taken.

    A GitError where there is none.
    """
    taken = take_build(request.context, request.build)
    taken.tell_lines(tell)
    return open_repository(taken.context, taken.options)


def asked_past(request: HistoryRequest, repository: Repository) -> Past:
    """The commits that are asked for."""
    return past_of(
        repository,
        request.commits,
        request.branch,
        with_git=request.with_git,
    )


def asked_times(
    request: HistoryRequest,
    repository: Repository,
    today: Build,
) -> Times | None:
    """The times of today's build, where any are asked for."""
    dockerfile = repository.dockerfile_place
    return times_of(request.times, today, repository.context, dockerfile)


def replay_history(request: HistoryRequest, tell: Tell) -> Replay:
    """What each commit rebuilt; `tell` is told which build was taken.

    A GitError where there is no repository.
    """
    repository = taken_repository(request, tell)
    past = asked_past(request, repository)
    today = repository.today()
    times = asked_times(request, repository, today)
    dockerfiles = dockerfiles_of(
        repository,
        past,
        today,
        historic=request.historic,
    )
    builder = read_builder(request.builder)
    return replay(past, dockerfiles, builder, times)
