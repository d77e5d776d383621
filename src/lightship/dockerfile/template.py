"""Whether a text is a template from which a tool makes a Dockerfile."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.dockerfile.tree import Dockerfile
from lightship.regex import regex
from lightship.text import Span

_TAGS = ("{%", "{{", "{#", "<%")
# A line that is nothing but a place to fill in: `{name}` of str.format, `@NAME@`, `%NAME%`,
# `$[NAME]`
_PLACE = regex(
    r"(?:\{[A-Za-z_][\w.]*\}|@[A-Za-z_]\w*@|%[A-Z_]\w*%|\$\[[A-Za-z_]\w*\])"
    r"[ \t]*(?=\r?\n|\Z)"
)


# In the name of a base image, which none of them can be a part of: `__NAME__/base`, `{{ base }}`
_IN_NAME = regex(
    r"__[A-Z][A-Z0-9_]*__|\{\{|\{%|<%|@[A-Z][A-Z0-9_]*@|%%[A-Z][A-Z0-9_]*%%"
)
_FROM = regex(r"(?i)[ \t]*FROM[ \t][^\n]*")


def template_tag(dockerfile: Dockerfile) -> Span | None:
    """The first tag of a template that stands where an instruction should, or a base image.

    That is one of Jinja, Go or ERB, or a line that is only a place to fill in. None in a
    Dockerfile: `{{ }}` inside another instruction is text.
    """
    for problem in dockerfile.problems:
        start = problem.span.start
        if dockerfile.text.startswith(_TAGS, start):
            return problem.span
        if _PLACE.match(dockerfile.text, start):
            return problem.span
    for name in _base_names(dockerfile):
        tag = _IN_NAME.search(dockerfile.text, name.start, name.end)
        if tag is not None:
            return Span(*tag.span())
    return None


def _base_names(dockerfile: Dockerfile) -> Iterator[Span]:
    """What FROM names, and lines of FROM that BuildKit cannot read."""
    for stage in dockerfile.stages:
        yield stage.base.span
    for problem in dockerfile.problems:
        start = dockerfile.text.rfind("\n", 0, problem.span.start) + 1
        line = _FROM.match(dockerfile.text, start)
        if line is not None:
            yield Span(*line.span())
