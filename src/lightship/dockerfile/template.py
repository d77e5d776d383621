"""Whether a text is a template from which a tool makes a Dockerfile."""

from __future__ import annotations

from lightship.dockerfile.tree import Dockerfile, Problem

_TAGS = ("{%", "{{", "{#")


def template_tag(dockerfile: Dockerfile) -> Problem | None:
    """The first tag of Jinja or Go templates that stands where an instruction should.

    None in a Dockerfile: `{{ }}` inside an instruction is text.
    """
    for problem in dockerfile.problems:
        start = problem.span.start
        if dockerfile.text.startswith(_TAGS, start):
            return problem
    return None
