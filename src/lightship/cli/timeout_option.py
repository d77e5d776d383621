"""The option for how long a command waits for somebody else."""

from __future__ import annotations

import click

from lightship.cli.sections import Decorator, option
from lightship.flows.image_request import TIMEOUT

_DAY = 86_400


def timeout_of(who: str) -> Decorator:
    """`--timeout`: the longest silence of `who`, in seconds; a silent one is given up."""
    return option(
        "--timeout",
        type=click.IntRange(1, _DAY),
        default=TIMEOUT,
        show_default=True,
        metavar="SECONDS",
        help=f"Give up on {who} that sends nothing for so long.",
    )
