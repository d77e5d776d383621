"""Environments that git has are the project's own: nothing leaves them out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.context.committed_environments import committed_environments
from lightship.facts.context.needless_files import needless
from lightship.facts.context.usual_lines import usual_lines
from tests.made import build

FILES = {
    "package.json": "{}",
    "web/static/node_modules/jquery/jquery.js": "",
    "node_modules/a/index.js": "",
    ".venv/pyvenv.cfg": "",
    "requirements.txt": "",
}


@pytest.mark.parametrize(
    ("tracked", "committed"),
    [
        ("web/static/node_modules", {"**/node_modules"}),
        (".venv", {"**/.venv"}),
        ("web/static", set()),
        (None, set()),
    ],
)
def test_what_git_has_is_sent(tracked, committed):
    made = build("FROM node:22\nRUN npm ci\nCOPY . /app", FILES)
    before = {hit.pattern for hit in needless(made, made.context).values()}
    context = replace(made.context, git_tracks=lambda path: path == tracked)
    made = replace(made, context=context)

    assert committed_environments(context) == committed
    after = {hit.pattern for hit in needless(made, context).values()}
    assert "**/node_modules" in before
    assert after == before - committed
    assert not committed & set(usual_lines(made, context))


def test_where_git_says_nothing_nothing_is_known_to_be_committed():
    made = build("FROM node:22\nCOPY . /app", FILES)
    assert made.context.git_tracks is None
    assert committed_environments(made.context) == frozenset()
    assert needless(made, made.context)
