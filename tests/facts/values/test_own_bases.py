"""Which images of the repository other Dockerfiles start from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.values.own_bases import own_bases
from lightship.lint.examples import build_of
from lightship.repository_facts import RepositoryFacts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM acme/shop:<version>-base\n", ["acme/shop"]),
        (
            "```\n  FROM registry.example.com/mirror/shop:1\n",
            ["registry.example.com/mirror/shop"],
        ),
        ("FROM elsewhere/other\n", []),
        ("FROM shop\n", []),
        ("Start from acme/shop.\n", []),
    ],
)
def test_the_names_after_from_that_are_the_repositorys(text, expected):
    facts = RepositoryFacts(images=frozenset({"acme/shop"}))
    build = replace(build_of("FROM debian:13\n"), repository=facts)
    assert list(own_bases(build, text)) == expected
