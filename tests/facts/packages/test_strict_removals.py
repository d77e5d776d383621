"""Later removals of a cache that a fix does not fill any more."""

from __future__ import annotations

import pytest

from lightship.facts.packages.strict_removals import forgiving
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.text import apply_edits

APK = ("/var/cache/apk",)
RULES = {rule.id: rule for rule in all_rules()}


@pytest.mark.parametrize(
    ("later", "fixed"),
    [
        ("RUN rm /var/cache/apk/*", "RUN rm -f /var/cache/apk/*"),
        ("RUN rm -r /var/cache/apk/*", "RUN rm -f -r /var/cache/apk/*"),
        ("RUN rm -rf /var/cache/apk/*", None),
        ("RUN rm --force /var/cache/apk/*", None),
        ("RUN rm /tmp/*", None),
        (
            "FROM a AS b\nRUN rm /var/cache/apk/*",
            "FROM a AS b\nRUN rm -f /var/cache/apk/*",
        ),
        ("FROM alpine\nRUN rm /var/cache/apk/*", None),
        ('RUN ["rm", "/var/cache/apk"]', 'RUN ["rm", "-f", "/var/cache/apk"]'),
    ],
)
def test_what_comes_after_a_run_gets_the_option(later, fixed):
    head = "FROM alpine AS a\nRUN rm /var/cache/apk/*\nRUN apk add git\n"
    build = build_of(head + later)
    run = next(
        item for item in build.each("RUN") if "git" in item.span.of(head + later)
    )
    edits = forgiving(build, run, APK)
    assert apply_edits(head + later, edits) == head + (fixed or later)


@pytest.mark.parametrize(
    ("rule", "text", "later"),
    [
        (
            "npm-cache-kept",
            "FROM node:24\nRUN npm install -g pm2@6.0.13\n",
            "/root/.npm/_cacache",
        ),
        ("apk-cache-kept", "FROM alpine:3.22\nRUN apk add git\n", "/var/cache/apk/*"),
        (
            "apt-lists-kept",
            "FROM debian:13\nRUN apt-get update && apt-get install -y git\n",
            "/var/lib/apt/lists/*",
        ),
        ("pip-cache-kept", "FROM python:3.13\nRUN pip install flask\n", "/root/.cache"),
        (
            "uv-cache-kept",
            "FROM ghcr.io/astral-sh/uv:python3.13-trixie\nRUN uv pip install --system flask\n",
            "/root/.cache/uv",
        ),
    ],
)
def test_a_fix_lets_a_later_removal_find_nothing(rule, text, later):
    build = build_of(f"{text}COPY a /a\nRUN echo a && rm -r {later}\n")
    [found] = lint(build, [RULES[rule]])
    changed = apply_edits(build.dockerfile.text, found.finding.fix.edits)
    assert f"rm -f -r {later}" in changed
