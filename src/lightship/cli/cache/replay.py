"""`lightship cache replay`: the builds of a git history, replayed."""

from __future__ import annotations

from lightship.cli import output
from lightship.cli.cache import cache_options
from lightship.cli.output import Printing
from lightship.cli.sections import as_command, gathered, option, section
from lightship.flows.cache.replay import HistoryRequest, replay_history
from lightship.report.cache.formats import replay_writer


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
@cache_options.BUILD
@cache_options.TIMES
@cache_options.OUTPUT
@cache_options.GATHERED
@gathered(HistoryRequest, "request")
def command(request: HistoryRequest, printing: Printing) -> None:
    """Replay the builds of a git history: what was rebuilt, how often, and why.

    DIR is a build context in a git repository, or a bare repository. Nothing is built and no file
    is changed. Each of the last commits, along first parents, counts as a build on the cache of
    those before it. All are built with the Dockerfile and ignore file on disk, so that an edit can
    be tried before it is committed.

    \b
    Exit code: 0  done
               2  invalid usage, no repository, or what BuildKit refuses
    """
    replay = replay_history(request, output.tell)
    write = replay_writer(printing.form)
    output.show(write(replay, output.view_of(printing)), printing.output)
