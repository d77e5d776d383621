"""Options for the limits that an image is held to."""

from __future__ import annotations

from collections.abc import Sequence

import click

from lightship.cli import output
from lightship.cli.build_options import CONFIG
from lightship.cli.options import names
from lightship.cli.output import Printing
from lightship.cli.sections import Decorator, combined, option, section
from lightship.outcome import Outcome
from lightship.report.kit.view import View

_BASELINE = option(
    "--baseline",
    type=click.Path(dir_okay=False),
    metavar="REPORT",
    help="Saved JSON report that --max-increase compares with.",
)
_LIMITS = (
    option(
        "--max-size",
        metavar="SIZE",
        help="Largest size of the content: 200MB, 1.5GiB.",
    ),
    option(
        "--max-waste",
        metavar="SIZE|%",
        help="Most bytes that the Dockerfile wastes: 20MB, or 5%.",
    ),
    option(
        "--min-efficiency",
        metavar="SHARE",
        help="Lowest efficiency: 0.95 or 95%.",
    ),
    option(
        "--max-increase",
        metavar="SIZE|%",
        help="Most that the content may grow: 20MB or 5%.",
    ),
    option(
        "--deny",
        multiple=True,
        callback=names,
        metavar="NAMES",
        help="Findings to refuse: root, secrets, setuid, eol, a group, an id, all.",
    ),
    option(
        "--ignore-path",
        "ignore_paths",
        multiple=True,
        metavar="GLOB",
        help="Leave matching paths out of limits and findings; may be repeated.",
    ),
    option(
        "--dive-ci",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Read dive's limits.  [default: .dive-ci, if no limit is given]",
    ),
)
_CONFIGURATION = section(
    "Configuration",
    CONFIG,
    option(
        "--no-config",
        is_flag=True,
        help="Ignore all configuration files and .dive-ci.",
    ),
)


def limits(*others: Decorator) -> Decorator:
    """The limits and what they leave out, then `others`, and which configuration holds.

    The command takes the fields of LimitOptions, `config_file` and `no_config`.
    """
    return combined(section("Limits", *_LIMITS, *others), _CONFIGURATION)


LIMITS = limits()
LIMITS_WITH_BASELINE = limits(_BASELINE)


def tell_broken(outcomes: Sequence[Outcome], printing: Printing) -> int:
    """The exit code of a gate: 1 where a limit is broken.

    Which are broken is told on standard error, unless it stands in the text that was printed.
    """
    if all(outcome.passed for outcome in outcomes):
        return 0
    if printing.output is not None or printing.form != "text":
        # Only where limits are broken
        from lightship.report.kit.gate_report import gate_text  # noqa: PLC0415

        rows = gate_text(outcomes, View(width=output.columns()))
        click.echo("".join(rows), nl=False, err=True)
    return 1
