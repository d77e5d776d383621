"""`lightship proof`: proofs that were kept."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "show": "Show a kept proof again, in any format.",
    "list": "List the proofs that are kept.",
}


class _Commands(click.Group):
    """The commands of the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"lightship.cli.proof.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, short_help="Show proofs that were kept.")
def command() -> None:
    """Show proofs that were kept.

    `lightship prove` and `lightship improve` keep theirs in `.lightship/proofs` of the build context.
    """
