"""Packages that a later layer removes."""

from __future__ import annotations

import pytest

from lightship.facts.files.late_packages import late_packages
from tests.made import build


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "RUN apt-get install -y gcc git\nRUN apt-get remove -y git && apt-get purge -y gcc",
            ["git", "gcc"],
        ),
        ("RUN apt-get install -y gcc && make && apt-get purge -y gcc", []),
        ("RUN apk add --virtual .build gcc\nRUN apk del .build", [".build"]),
        (
            "ARG DEPS\nRUN apt-get install -y $DEPS\nRUN apt-get purge -y $DEPS",
            ["$DEPS"],
        ),
        ("RUN apt-get install -y gcc\nRUN apk del gcc", []),
        ("RUN apt-get install -y curl gpg\nRUN apt-get purge -y curl gpg", []),
        (
            "RUN apt-get install -y curl git\nRUN apt-get purge -y curl git",
            ["curl", "git"],
        ),
    ],
)
def test_what_is_removed_too_late(text, names):
    leftovers = late_packages(build(f"FROM debian\n{text}"))
    assert [name for leftover in leftovers for name in leftover.names] == names
