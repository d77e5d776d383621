"""The limits that an image is held to: from the command line, the configuration, or dive's `.dive-ci`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from lightship.cli import options
from lightship.errors import UsageError
from lightship.files.reading import read_file
from lightship.text import decode

if TYPE_CHECKING:
    from lightship.inspection.gate import Gate
    from lightship.inspection.inspection import Inspection

Decorated = Callable[..., Any]
DIVE_CI = ".dive-ci"


def limits(function: Decorated) -> Decorated:
    """The limits, and what they leave out."""
    for option in reversed((
        click.option("--max-size", metavar="SIZE", help="At most so many bytes of content: 200MB, 1.5GiB."),
        click.option("--max-waste", metavar="SIZE|%", help="At most so much waste: 20MB, or 5% of the content."),
        click.option("--min-efficiency", metavar="SHARE", help="At least this efficiency: 0.95 or 95%."),
        click.option("--max-increase", metavar="SIZE|%", help="At most so much more content than before."),
        click.option(
            "--deny", multiple=True, callback=options.names, metavar="NAMES",
            help="Findings that must not be there: root, secrets, setuid, eol, a group, an id, all.",
        ),
        click.option(
            "--ignore-path", "ignore_paths", multiple=True, metavar="GLOB",
            help="Paths that neither limits nor findings look at; may be given again.",
        ),
        click.option(
            "--dive-ci", type=click.Path(dir_okay=False), metavar="FILE",
            help="Limits as dive reads them.  [default: .dive-ci, where no limit is given]",
        ),
        click.option(
            "--config", "config_file", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
            help="Read this configuration.",
        ),
        click.option("--no-config", is_flag=True, help="Read neither a configuration nor .dive-ci."),
    )):  # fmt: skip
        function = option(function)
    return function


def baseline(function: Decorated) -> Decorated:
    """What `--max-increase` compares with."""
    return click.option(
        "--baseline", type=click.Path(dir_okay=False), metavar="REPORT",
        help="A saved report of --format json, for --max-increase.",
    )(function)  # fmt: skip


def gate_of(
    given: Mapping[str, Any], *, has_dive: bool = True, has_before: bool = True
) -> Gate:
    """The limits that hold: each of the command line, else of the configuration; where neither has any, `.dive-ci`.

    `has_dive` tells whether that is looked for, `has_before` whether there is something to count an increase from.
    Where there is not, an increase that the configuration limits is not judged, and one of the options a UsageError.
    """
    from lightship.config import Config, config_for, load  # noqa: PLC0415 - --help needs none
    from lightship.inspection.gate import read_gate  # noqa: PLC0415

    if given["max_increase"] and not has_before:
        raise UsageError(
            "--max-increase needs a saved report to count from: --baseline FILE; or see `lightship compare`"
        )
    config = (
        Config()
        if given["no_config"]
        else load(given["config_file"])
        if given["config_file"]
        else config_for(".")
    )
    gate = read_gate(
        given["max_size"] or config.max_size,
        given["max_waste"] or config.max_waste,
        given["min_efficiency"] or config.min_efficiency,
        given["max_increase"] or (config.max_increase if has_before else ""),
        given["deny"] or config.deny,
        (*config.ignore_path, *given["ignore_paths"]),
    )
    path = given["dive_ci"] or (
        DIVE_CI if has_dive and gate.is_empty and not given["no_config"] else ""
    )
    if not path or (not given["dive_ci"] and not os.path.isfile(path)):
        return gate
    from lightship.inspection.dive_ci import read_dive_ci  # noqa: PLC0415 - only where there is such a file

    dive = read_dive_ci(decode(read_file(path)), path)
    return replace(
        gate,
        max_waste=gate.max_waste if gate.max_waste is not None else dive.max_waste,
        min_efficiency=gate.min_efficiency
        if gate.min_efficiency is not None
        else dive.min_efficiency,
        max_user_waste=dive.max_user_waste,
    )


def baseline_of(given: Mapping[str, Any]) -> int | None:
    """The content bytes of the report that `--baseline` names."""
    if given.get("baseline") is None:
        return None
    from lightship.inspection.baseline import read_baseline  # noqa: PLC0415 - only with --baseline

    return read_baseline(read_file(given["baseline"]), given["baseline"])


def judged(inspection: Inspection, gate: Gate, before: int | None = None) -> Inspection:
    """The inspection with the gate's outcomes; `before` is the content in bytes that an increase is counted from."""
    from lightship.inspection.gate import judge  # noqa: PLC0415 - as above

    return replace(inspection, outcomes=judge(inspection, gate, before))
