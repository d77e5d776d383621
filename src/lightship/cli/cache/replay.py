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
        help="Each commit with its own Dockerfile, not all with today's.",
    ),
)
@cache_options.BUILD
@cache_options.TIMES
@cache_options.OUTPUT
@cache_options.GATHERED
@gathered(HistoryRequest, "request")
def command(request: HistoryRequest, printing: Printing) -> None:
    """Replay the builds of a git history: what was rebuilt, how often, and why.

    DIR is a build context in a git repository, or a bare one. Nothing is built, and no file is
    touched: the last commits along first parents are gone through, each as a build on the cache
    that the ones before have left. Today's Dockerfile and ignore file are replayed over all of
    them, as they are on the disk, so that an edit can be tried.

    \b
    Exit code: 0  the answer was given
               2  wrong use, no repository, or what BuildKit refuses
    """
    replay = replay_history(request)
    write = replay_writer(printing.form)
    output.show(write(replay, output.view_of(printing)), printing.output)
