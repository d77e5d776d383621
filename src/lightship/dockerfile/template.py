"""Whether a text is a template from which a tool makes a Dockerfile."""

from __future__ import annotations

from lightship.dockerfile.tree import Dockerfile, Problem
from lightship.regex import regex

_TAGS = ("{%", "{{", "{#", "<%")
# A line that is nothing but a place to fill in: `{name}` of str.format, `@NAME@`, `%NAME%`
_PLACE = regex(r"(?:\{[A-Za-z_][\w.]*\}|@[A-Za-z_]\w*@|%[A-Z_]\w*%)[ \t]*(?=\r?\n|\Z)")


def template_tag(dockerfile: Dockerfile) -> Problem | None:
    """The first tag of a template that stands where an instruction should.

    That is one of Jinja, Go or ERB, or a line that is only a place to fill in. None in a
    Dockerfile: `{{ }}` inside an instruction is text.
    """
    for problem in dockerfile.problems:
        start = problem.span.start
        if dockerfile.text.startswith(_TAGS, start):
            return problem
        if _PLACE.match(dockerfile.text, start):
            return problem
    return None
