"""`lightship completion`: the script that makes a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from lightship.cli.sections import as_command


@as_command("Print a shell completion script.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    in ~/.bashrc                    eval "$(lightship completion bash)"
    in ~/.zshrc                     eval "$(lightship completion zsh)"
    in ~/.config/fish/config.fish   lightship completion fish | source
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(
        kind(ctx.find_root().command, {}, "lightship", "_LIGHTSHIP_COMPLETE").source()
    )
