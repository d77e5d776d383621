"""Groups of commands, each of which is imported when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Commands(click.Group):
    """Commands of which the module `PACKAGE.NAME` holds each, as `command`.

    `sections` are headings of --help, with the names and summaries below each: they stand there so
    that --help imports no command.
    """

    def __init__(
        self,
        *args: Any,
        package: str,
        sections: Mapping[str, Mapping[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.package = package
        self.sections = sections
        self.names = [name for rows in sections.values() for name in rows]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self.names

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.names:
            self._suggest(ctx, cmd_name)
            return None
        command = import_module(f"{self.package}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def _suggest(self, ctx: click.Context, name: str) -> None:
        """A usage error that names the command that was meant, where one is near."""
        from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, and only an error needs it

        near = get_close_matches(name, self.names, n=1)
        if near:
            ctx.fail(f"No such command {name!r}. Did you mean {near[0]}?")

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        width = max(map(len, self.names))
        for heading, rows in self.sections.items():
            aligned = [(name.ljust(width), about) for name, about in rows.items()]
            with formatter.section(heading):
                formatter.write_dl(aligned)
