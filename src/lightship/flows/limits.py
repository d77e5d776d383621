"""The limits of an image: as the user says, from the configuration, or from dive's `.dive-ci`."""

from __future__ import annotations

import os
from dataclasses import replace

from lightship.config.config_keys import Config
from lightship.errors import UsageError
from lightship.files.reading import read_file
from lightship.flows.build_options import BuildOptions, config_of
from lightship.flows.written_limits import LimitOptions
from lightship.inspection.gate import Gate, judge, read_gate
from lightship.inspection.inspection import Inspection
from lightship.text import decode

DIVE_CI = ".dive-ci"


def gate_of(
    limits: LimitOptions,
    build: BuildOptions,
    *,
    has_dive: bool = True,
    has_before: bool = True,
) -> Gate:
    """The limits that hold: each of the user's, else of the configuration.

    Where neither has any, those of `.dive-ci` hold; `has_dive` tells whether that is looked for.
    `has_before` tells whether there is something to count an increase from. Where there is not, an
    increase that the configuration limits is not judged, and one of the user's a UsageError.
    """
    if limits.max_increase and not has_before:
        raise UsageError(
            "--max-increase needs a report to compare with: add --baseline FILE"
        )
    config = config_of(build, ".")
    gate = _gate(limits, config, has_before=has_before)
    path = limits.dive_ci
    if path is not None:
        return _with_dive(gate, path)

    is_asked = has_dive and gate.is_empty and not build.no_config
    if is_asked and os.path.isfile(DIVE_CI):
        return _with_dive(gate, DIVE_CI)
    return gate


def _gate(limits: LimitOptions, config: Config, *, has_before: bool) -> Gate:
    """The limits of the options, else those of the configuration."""
    usual_increase = ""
    if has_before:
        usual_increase = config.max_increase
    ignored = (*config.ignore_path, *limits.ignore_paths)
    return read_gate(
        limits.max_size or config.max_size,
        limits.max_waste or config.max_waste,
        limits.min_efficiency or config.min_efficiency,
        limits.max_increase or usual_increase,
        limits.deny or config.deny,
        ignored,
    )


def _with_dive(gate: Gate, path: str) -> Gate:
    """The limits, and those of dive where ours leave one open."""
    # Only where there is such a file
    from lightship.inspection.dive_ci import read_dive_ci  # noqa: PLC0415

    data = read_file(path)
    text = decode(data)
    dive = read_dive_ci(text, path)
    gate = replace(gate, max_user_waste=dive.max_user_waste)
    if gate.max_waste is None:
        gate = replace(gate, max_all_waste=dive.max_all_waste)
    if gate.min_efficiency is None:
        gate = replace(gate, min_efficiency=dive.min_efficiency)
    return gate


def baseline_of(limits: LimitOptions) -> int | None:
    """The content bytes of the saved report; None where none is named."""
    path = limits.baseline
    if path is None:
        return None
    # Only with --baseline
    from lightship.inspection.saved_report import read_baseline  # noqa: PLC0415

    data = read_file(path)
    return read_baseline(data, path)


def judged(
    inspection: Inspection,
    gate: Gate,
    before: int | None = None,
) -> Inspection:
    """The inspection with the gate's outcomes; an increase is counted from `before`, in bytes."""
    outcomes = judge(inspection, gate, before)
    return replace(inspection, outcomes=outcomes)
