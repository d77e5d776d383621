"""What `improve` may change of a build context."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from lightship.cache.plan.plan import Side
from lightship.context.files import File
from lightship.context.walked import Walked
from lightship.errors import LightshipError
from lightship.inspection.context.inspect_context import inspect_context
from lightship.inspection.context.proposal import propose
from lightship.proof.change_maker import ChangeMaker, NewTexts

_PROPOSAL = "Leave out of the build context what no instruction needs"


def context_proposal(walked: Walked, side: Side) -> Iterator[ChangeMaker]:
    """An ignore file that leaves more out, where that loses nothing."""
    proposed = _proposed(walked, side)
    if proposed is None:
        return
    make = partial(_proposed, walked)
    yield ChangeMaker(_PROPOSAL, make)


def _proposed(walked: Walked, side: Side) -> NewTexts | None:
    build = side.build
    try:
        report = inspect_context(build, walked)
    except LightshipError:
        return None
    proposal = propose(report)
    if proposal is None:
        return None

    text = build.dockerfile.text
    path = proposal.path
    files = {path: proposal.after}
    return NewTexts(text, files)


def without_folder(walked: Walked, name: str) -> Walked:
    """What was found, without directories of that name."""
    left: list[File] = []
    for file in walked.files:
        parts = file.path.split("/")
        if name not in parts:
            left.append(file)
    files = tuple(left)
    return replace(walked, files=files)
