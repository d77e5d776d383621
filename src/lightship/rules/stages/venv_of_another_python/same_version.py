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
    if not maker.minor or not here.minor:
        return
    if maker.minor == here.minor:
        return
    first = _base(build, copy.origin)
    second = _base(build, copy.stage)
    if first is second:
        return

    fixes = (
        _other_version(build, first, maker.minor, here.minor),
        _other_version(build, second, here.minor, maker.minor),
    )
    for fix in fixes:
        if fix is not None:
            yield fix


def _other_version(build: Build, word: Word, old: str, new: str) -> Fix | None:
    """Another version in the name of an image; None where it is not written there once."""
    if word.span.of(build.dockerfile.text) != word.text:
        return None
    version = re.compile(rf"(?<=[:n]){re.escape(old)}(?=-|$)")
    matches = list(version.finditer(word.text))
    if len(matches) != 1:
        return None

    start, end = matches[0].span()
    name = word.text[:start] + new + word.text[end:]
    span = Span(word.span.start + start, word.span.start + end)
    edit = Edit.replace(span, new)
    message = f"Use Python {new} in both stages: FROM {name}"
    return Fix(message, (edit,), Safety.MANUAL)


def _base(build: Build, stage: Stage) -> Word:
    """The name of the image that a stage comes from, as it is written."""
    root = build.evaluation.graph.roots[stage.index]
    return build.dockerfile.stages[root].base
