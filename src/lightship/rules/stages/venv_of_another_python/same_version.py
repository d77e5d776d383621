"""Fixes that give two stages the same version of Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.base_images.pythons import Python
from lightship.build import Build
from lightship.dockerfile.tree import Stage, Word
from lightship.facts.copies.stage_copies import StageCopy
from lightship.lint.finding import Fix, Safety
from lightship.text import Edit, Span


def same_version(
    build: Build, copy: StageCopy, maker: Python, here: Python
) -> Iterator[Fix]:
    """Either stage from the image of the other's version."""
    if not (maker.minor and here.minor and maker.minor != here.minor):
        return
    first, second = (_base(build, stage) for stage in (copy.origin, copy.stage))
    for word, old, new in (
        (first, maker.minor, here.minor),
        (second, here.minor, maker.minor),
    ):
        places = list(re.finditer(rf"(?<=[:n]){re.escape(old)}(?=-|$)", word.text))
        if (
            len(places) == 1
            and first is not second
            and word.span.of(build.dockerfile.text) == word.text
        ):
            place = Span(*places[0].span())
            name = word.text[: place.start] + new + word.text[place.end :]
            span = Span(word.span.start + place.start, word.span.start + place.end)
            message = f"Use Python {new} in both stages: FROM {name}"
            yield Fix(message, (Edit.replace(span, new),), Safety.MANUAL)


def _base(build: Build, stage: Stage) -> Word:
    return build.dockerfile.stages[build.evaluation.graph.roots[stage.index]].base
