"""`lightship cache`: what is rebuilt, and why, without building."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "explain": "Show which steps a change rebuilds, and why.",
    "replay": "Replay the builds of a git history: what was rebuilt, how often, and why.",
    "advise": "Find the changes that would have kept the most hits, each replayed.",
}


class _Commands(click.Group):
    """The commands of the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"lightship.cli.cache.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands, short_help="Show what is rebuilt, and why, without building."
)
def command() -> None:
    """Show what is rebuilt, and why, without building.

    The cache keys of BuildKit are worked out from the Dockerfile, the ignore file and the files of the build context.
    """
