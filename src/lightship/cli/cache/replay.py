"""`lightship cache replay`: the builds of a git history, replayed."""

from __future__ import annotations

from lightship.cli import output
from lightship.cli.cache import cache_options
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.flows.cache.replay import HistoryRequest, replay_history
from lightship.report.cache.formats import ci_writer, replay_writer


@as_command("Replay the builds of a git history: what was rebuilt, how often, and why.")
@cache_options.CONTEXT
@cache_options.HISTORY
@section(
    "History",
    option(
        "--historic",
        is_flag=True,
        help="Use each commit's own Dockerfile instead of today's.",
    ),
)
@section(
    "CI",
    option(
        "--ci",
        is_flag=True,
        help="Replay the runs of CI, each on a fresh machine with the caches of the workflow.",
    ),
    option(
        "--step",
        metavar="FILE:LINE",
        help="Step of a workflow whose build is replayed, where several build the Dockerfile.",
    ),
    option(
        "--cache-from",
        multiple=True,
        metavar="OPTION",
        help="Cache to read instead of the workflow's, as docker buildx build takes it.",
    ),
    option(
        "--cache-to",
        multiple=True,
        metavar="OPTION",
        help="Cache to write instead of the workflow's, such as type=gha,mode=max.",
    ),
)
@cache_options.BUILD
@cache_options.TIMES
@cache_options.OUTPUT
@cache_options.GATHERED
@gathered(HistoryRequest, "request")
def command(
    request: HistoryRequest,
    ci: bool,
    step: str | None,
    cache_from: tuple[str, ...],
    cache_to: tuple[str, ...],
    printing: Printing,
) -> None:
    """Replay the builds of a git history: what was rebuilt, how often, and why.

    DIR is a build context in a git repository, or a bare repository. Nothing is built and no file
    is changed. Each of the last commits, along first parents, counts as a build on the cache of
    those before it. All are built with the Dockerfile and ignore file on disk, so that an edit can
    be tried before it is committed.

    With --ci each push, pull request and tag is a build on a fresh machine, which has what its
    workflow imports: gha, a registry, a directory, the image itself, or nothing. Other settings are
    shown beside it.

    \b
    Exit code: 0  done
               2  invalid usage, no repository, or what BuildKit refuses
    """
    if ci or step or cache_from or cache_to:
        # Workflows, which a plain replay does not read
        from lightship.flows.cache.replay_in_ci import (  # noqa: PLC0415
            CiRequest,
            replay_in_ci,
        )

        asked = CiRequest(request, cache_from, cache_to, step)
        in_ci = replay_in_ci(asked, output.tell)
        write = ci_writer(printing.form)
        output.show(write(in_ci, output.view_of(printing)), printing.output)
        return
    replay = replay_history(request, output.tell)
    write = replay_writer(printing.form)
    output.show(write(replay, output.view_of(printing)), printing.output)
