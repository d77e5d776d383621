"""A build as it would be with another base image, for what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.base_images.official_tags import ImageKind, OfficialTag
from lightship.bases.base_stages import BaseGroup, BaseStage, naming
from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Stage
from lightship.record import record
from lightship.text import apply_edits


@record(eq=False)
class BaseMove:
    """A stage that is to start from another tag of its image."""

    before: BaseStage
    tag: OfficialTag

    @property
    def name(self) -> str:
        """The image as people write it: `python:3.14-slim-trixie`."""
        return f"{self.before.image.name}:{self.tag.text}"


@record(eq=False)
class MovedBuild:
    """A build before and after its stages move; `lead` is the move that the others go with."""

    before: Build
    after: Build
    lead: BaseMove
    moves: tuple[BaseMove, ...]

    def after_stage(self, move: BaseMove) -> Stage:
        """The stage that moves as it is afterwards."""
        return self.after.dockerfile.stages[move.before.stage.index]


def moved_build(build: Build, group: BaseGroup, tag: OfficialTag) -> MovedBuild | None:
    """The build with a group on another tag; None where that cannot be written."""
    moves = tuple(_moves(group, tag))
    edits = [naming(move.before, move.tag.text) for move in moves]
    text = apply_edits(build.dockerfile.text, edits)
    dockerfile = parse(text)
    if dockerfile.problems:
        return None
    after = replace(build, dockerfile=dockerfile)
    for move in moves:
        image = after.root_image(dockerfile.stages[move.before.stage.index])
        if image is None or f"{image.name}:{image.tag}" != move.name:
            return None
    lead = next(move for move in moves if move.before is group.first)
    return MovedBuild(build, after, lead, moves)


def _moves(group: BaseGroup, tag: OfficialTag) -> Iterator[BaseMove]:
    """The first stage to the tag, and the others to the same version and release.

    What they build for one another runs on one C library. A full image stays a full one.
    """
    for item in group.stages:
        if item is group.first or item.tag is None:
            yield BaseMove(item, tag)
            continue
        kind = item.tag.kind
        if ImageKind.ALPINE in (kind, tag.kind):
            kind = tag.kind
        yield BaseMove(item, replace(tag, kind=kind, words=item.tag.words))
