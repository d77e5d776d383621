"""From a directory to what `docker build` would be sent of it, and what of that matters."""

from __future__ import annotations

import os
from collections.abc import Sequence

from lightship.errors import UsageError
from lightship.files.context import open_whole_context
from lightship.files.reading import STDIN, path_inside, read_file
from lightship.files.writing import write_file
from lightship.flows.builds import BuildOptions, config_of, make_build
from lightship.inspection.context.context_report import ContextReport
from lightship.inspection.context.explain_path import PathExplanation, explain_path
from lightship.inspection.context.ignore_diff import IgnoreDiff, diff_ignore
from lightship.inspection.context.inspect_context import inspect_context
from lightship.inspection.context.proposal import Proposal
from lightship.text import decode, encode

_USUAL = ("Dockerfile", "dockerfile")


def dockerfile_in(root: str, options: BuildOptions) -> str | None:
    """The Dockerfile that `docker build` would take; None where there is none."""
    if options.dockerfile is not None:
        return options.dockerfile
    for name in _USUAL:
        path = os.path.join(root, name)
        if os.path.isfile(path):
            return os.path.normpath(path)
    return None


def read_context(root: str, path: str | None, options: BuildOptions) -> ContextReport:
    """What is sent of a directory, for the Dockerfile at `path`; None for no Dockerfile.

    A FileError for what cannot be read.
    """
    text = read_file(path) if path is not None else b""
    place = path if path is not None else os.path.join(root, "Dockerfile")
    config = config_of(options, os.path.dirname(os.path.abspath(place)))

    on_disk = None if path == STDIN else path
    context, walked = open_whole_context(root, on_disk)
    inside = path_inside(on_disk, root) if on_disk is not None else None
    build = make_build(text, context, inside, options, config)
    return inspect_context(build, walked)


def explain_paths(
    report: ContextReport, root: str, paths: Sequence[str]
) -> tuple[PathExplanation, ...]:
    """Which line decides about each path, and who copies it.

    A UsageError for a path that lies outside the context.
    """
    return tuple(explain_path(report, _inside(root, path)) for path in paths)


def _inside(root: str, path: str) -> str:
    """A path from the root of the context.

    One that is only there from the current directory counts from that.
    """
    place = os.path.join(root, path)
    if os.path.lexists(path) and not os.path.lexists(place):
        place = path
    inside = path_inside(place, root)
    if inside is None:
        raise UsageError(
            f"{path} is outside the build context {root}, so no instruction can copy it"
        )
    return inside


def compare_ignore(report: ContextReport, path: str) -> IgnoreDiff:
    """What another ignore file would send more and less."""
    return diff_ignore(report, path, decode(read_file(path)))


def proposal_path(root: str, proposal: Proposal) -> str:
    """Where the ignore file lies on the disk."""
    return os.path.normpath(os.path.join(root, proposal.path))


def write_proposal(root: str, proposal: Proposal) -> None:
    """Write the ignore file that is proposed. A FileError where that fails."""
    write_file(proposal_path(root, proposal), encode(proposal.after))
