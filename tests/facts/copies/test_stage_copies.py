"""COPY --from of another stage: which path goes where."""

from __future__ import annotations

import pytest

from lightship.facts.copies.stage_copies import stage_copies
from tests.made import build


def copies(text: str) -> list[tuple[str, str, bool]]:
    made = build(f"FROM debian AS a\nFROM debian\nWORKDIR /srv\n{text}")
    return [(copy.source, copy.destination, copy.into) for copy in stage_copies(made)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPY --from=a /opt/app /app", [("/opt/app", "/app", False)]),
        ("COPY --from=a opt/app .", [("/opt/app", "/srv", True)]),
        ("COPY --from=0 /a /b /x/", [("/a", "/x", True), ("/b", "/x", True)]),
        ("COPY --from=a /lib/*.so /lib/", []),
        ("COPY --from=alpine /bin/sh /bin/sh", []),
        ("COPY --from=a --parents /a/b /x/", []),
        ("COPY --from=a $WHERE /x", []),
        ("ARG WHERE=/opt\nCOPY --from=a $WHERE /x", [("/opt", "/x", False)]),
        ("COPY . .", []),
    ],
)
def test_the_paths_of_a_copy_between_stages(text, expected):
    assert copies(text) == expected


def test_a_copy_knows_its_two_stages():
    made = build("FROM debian AS a\nFROM debian AS b\nCOPY --from=a /x /y")
    [copy] = stage_copies(made)
    assert (copy.origin.name, copy.stage.name) == ("a", "b")
    assert copy.word.text == "/x"
