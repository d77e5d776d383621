"""From a directory to what `docker build` would be sent of it, and what of that matters."""

from __future__ import annotations

import os
from collections.abc import Sequence

from lightship.errors import UsageError
from lightship.files.folder_context import open_whole_context
from lightship.files.reading import STDIN, path_inside, read_file
from lightship.files.writing import write_file
from lightship.flows.build_options import BuildOptions, config_of
from lightship.flows.make_build import make_build
from lightship.inspection.context.context_report import ContextReport
from lightship.inspection.context.explain_path import PathExplanation, explain_path
from lightship.inspection.context.ignore_diff import IgnoreDiff, diff_ignore
from lightship.inspection.context.inspect_context import inspect_context
from lightship.inspection.context.proposal import Proposal
from lightship.text import decode, encode


def read_context(root: str, options: BuildOptions) -> ContextReport:
    """What is sent of a directory, for the Dockerfile of `options`; None for no Dockerfile.

    A FileError for what cannot be read.
    """
    path = options.dockerfile
    text = b""
    folder = root
    on_disk: str | None = None
    inside: str | None = None
    if path is not None:
        text = read_file(path)
        folder = os.path.dirname(path)
    if path is not None and path != STDIN:
        on_disk = path
        inside = path_inside(path, root)

    context, walked = open_whole_context(root, on_disk)
    config = config_of(options, folder)
    build = make_build(text, context, inside, options, config)
    return inspect_context(build, walked)


def explain_paths(
    report: ContextReport,
    root: str,
    paths: Sequence[str],
) -> tuple[PathExplanation, ...]:
    """Which line decides about each path, and who copies it.

    A UsageError for a path that lies outside the context.
    """
    inside = [_inside(root, path) for path in paths]
    explanations = [explain_path(report, path) for path in inside]
    return tuple(explanations)


def _inside(root: str, path: str) -> str:
    """A path from the root of the context.

    One that is only there from the current directory counts from that.
    """
    place = os.path.join(root, path)
    is_in_context = os.path.lexists(place)
    if not is_in_context and os.path.lexists(path):
        place = path
    inside = path_inside(place, root)
    if inside is None:
        raise UsageError(
            f"{path} is outside the build context {root}, so no instruction can copy it"
        )
    return inside


def compare_ignore(report: ContextReport, path: str) -> IgnoreDiff:
    """What another ignore file would send more and less."""
    data = read_file(path)
    text = decode(data)
    return diff_ignore(report, path, text)


def proposal_path(root: str, proposal: Proposal) -> str:
    """Where the ignore file lies on the disk."""
    path = os.path.join(root, proposal.path)
    return os.path.normpath(path)


def write_proposal(root: str, proposal: Proposal) -> None:
    """Write the ignore file that is proposed. A FileError where that fails."""
    path = proposal_path(root, proposal)
    data = encode(proposal.after)
    write_file(path, data)
