"""Pages of express, fastify and koa-router, by their plainest form: `app.get('/x', ...)`.

A program of Node is read line by line: what is computed, mounted or given a prefix is not found.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.regex import regex
from lightship.routes.route import Route

ENDINGS = (".js", ".mjs", ".cjs", ".ts")
LONGEST = 1 << 18  # characters of a file
_LONGEST_LINE = 500
_STATED = regex(r"\b(?:app|server|fastify)\.get\(\s*(['\"`])(/[^'\"`]*)\1\s*,")
_COMMENT = ("//", "*", "/*")


def node_routes(path: str, text: str) -> Iterator[Route]:
    """The pages that a file states."""
    if len(text) > LONGEST or ".get(" not in text:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST_LINE or line.lstrip().startswith(_COMMENT):
            continue
        for match in _STATED.finditer(line):
            yield Route(match[2], path, number)
