"""A version for an image that has none."""

from __future__ import annotations

from lightship.build import Build
from lightship.evaluation.image_references import UsedImage
from lightship.lint.finding import Fix, Safety
from lightship.text import Edit, Span

_LATEST = ":latest"


def pinned(build: Build, used: UsedImage, tag: str) -> Fix | None:
    """Write `tag` after the name; None where a variable stands for a part of it."""
    text = used.span.of(build.dockerfile.text)
    name = text.removesuffix(_LATEST)
    is_written = text == used.name and used.name.removesuffix(_LATEST) == name
    if not is_written or used.is_mostly_another:
        return None
    span = Span(used.span.start + len(name), used.span.end)
    edit = Edit.replace(span, f":{tag}")
    return Fix(f"Use {name}:{tag}", (edit,), Safety.UNSAFE)
