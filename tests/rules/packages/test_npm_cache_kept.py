"""When npm-cache-kept reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said


def test_npm_keeps_nothing_where_the_mounted_cache_is_named_by_a_variable():
    text = (
        "FROM node:24-slim\nARG OWNER=app\n"
        "RUN --mount=type=cache,target=/home/app/.npm_cache \\\n"
        '    npm install --global a@1 --cache "/home/$OWNER/.npm_cache"'
    )
    assert said("npm-cache-kept", text) == []


@pytest.mark.parametrize(
    ("programs", "is_said"),
    [
        ("rtlcss", False),
        ("html_codesniffer", False),
        ("less uglify-js", False),
        ("retire svgo", False),
        ("pm2", True),
        ("rtlcss pm2", True),
    ],
)
def test_small_programs_leave_little(programs, is_said):
    text = f"FROM node:24-slim\nRUN npm install -g {programs}"
    assert bool(said("npm-cache-kept", text)) is is_said


def test_a_cache_that_is_emptied_too_early_is_emptied_after_the_install():
    head = "FROM node:24-slim\nWORKDIR /app\nRUN "
    early = (
        "npm cache clean --force && npm install react@19.2.0 && apt-get purge -y npm"
    )
    assert said("npm-cache-kept", head + early) == [
        "this layer keeps npm's downloads: move npm cache clean --force after the install"
    ]
