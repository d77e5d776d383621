"""`lightship ci`: what builds do in CI, and what they did."""

from __future__ import annotations

import click

from lightship.cli.groups import Commands

SHOW = "show"
COMMANDS = {
    SHOW: "Show what CI does with each build, and what is wrong with its caches.",
    "explain": "Show why a build in CI ran what it ran.",
    "trend": "Show how times and cache hits developed over builds in CI.",
}


class CiCommands(Commands):
    """The commands, of which `show` is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`lightship ci`, `lightship ci DIR` and `lightship ci --fix` are about `show`."""
        is_help = bool(args) and args[0] in ctx.help_option_names
        if not is_help and (not args or args[0] not in self.names):
            args = [SHOW, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=CiCommands,
    package=__name__,
    sections={"Commands": COMMANDS},
    short_help="Show what CI does with each build, what is wrong, and why a build ran.",
)
def command() -> None:
    """Show what CI does with each build, what is wrong with its caches, and why a build ran.

    Without a command it is `show`: `lightship ci`, `lightship ci DIR`, `lightship ci --fix`.

    Records are what CI keeps of a build: the artifact .dockerbuild of docker/build-push-action, or
    the log of a job. Nothing is built, and nothing is fetched.
    """
