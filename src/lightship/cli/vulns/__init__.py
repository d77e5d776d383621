"""`lightship vulns`: what is known against the packages of an image."""

from __future__ import annotations

import click

from lightship.cli.groups import Commands

COMMANDS = {
    "check": "Show known vulnerabilities, and what to do first; it need not be written.",
    "update": "Get or renew the copy of OSV that is asked.",
    "status": "Show what the copy of OSV holds, and how old it is.",
}
_USUAL = "check"


class CommandsOrTarget(Commands):
    """The commands; another first word is what `check` is given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_help = bool(args) and args[0] in ctx.help_option_names
        if args and args[0] not in self.names and not is_help:
            args = [_USUAL, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=CommandsOrTarget,
    package=__name__,
    sections={"Commands": COMMANDS},
    short_help="Show known vulnerabilities of an image, and what to do first.",
)
def command() -> None:
    """Show known vulnerabilities of an image, and what to do first.

    The packages are looked up in a copy of OSV on this machine; nothing is sent anywhere.
    `lightship vulns update` gets the copy.

    \b
    lightship vulns update
    lightship vulns app.tar --file Dockerfile
    """
