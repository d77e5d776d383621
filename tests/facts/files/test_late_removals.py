"""What a later layer removes, and an earlier one keeps."""

from __future__ import annotations

import pytest

from lightship.facts.files.late_removals import late_removals
from lightship.facts.files.leftover import Leftover
from tests.made import build


def test_files_and_packages_come_in_the_order_of_the_text():
    text = (
        "COPY a.zip /\nRUN apt-get install -y gcc\nRUN apt-get purge -y gcc; rm /a.zip"
    )
    leftovers = late_removals(build(f"FROM debian\n{text}"))
    assert [leftover.kind for leftover in leftovers] == ["packages", "copy"]


def test_what_made_it_and_what_removes_it_are_told():
    made = build("FROM debian\nCOPY data.zip /tmp/\nRUN rm /tmp/data.zip")
    [leftover] = late_removals(made)
    assert (leftover.kind, leftover.maker.keyword) == ("copy", "COPY")
    assert leftover.span.of(made.dockerfile.text) == "/tmp/data.zip"


@pytest.mark.parametrize(
    ("text", "kind", "much"),
    [
        ("ADD https://example.com/a.zip /\nRUN rm /a.zip", "url", False),
        ("COPY data /data\nRUN rm -r /data", "copy", False),
        ("RUN apt-get install -y gcc\nRUN apt-get purge -y gcc", "packages", True),
        ("RUN apt-get install -y vim\nRUN apt-get purge -y vim", "packages", False),
    ],
)
def test_what_is_worth_a_word(text, kind, much):
    [leftover] = late_removals(build(f"FROM debian\n{text}"))
    assert (leftover.kind, leftover.much) == (kind, much)


def test_every_kind_is_a_leftover_of_its_own():
    text = (
        "COPY a.zip /\nADD https://example.com/b.zip /\nRUN apt-get install -y gcc\n"
        "RUN apt-get purge -y gcc; rm /a.zip '/b.zip'"
    )
    image = build(f"FROM debian\n{text}")
    leftovers = list(late_removals(image))
    assert {leftover.kind for leftover in leftovers} == {"copy", "url", "packages"}
    assert all(isinstance(leftover, Leftover) for leftover in leftovers)
    names = [name for leftover in leftovers for name in leftover.names]
    assert sorted(names) == ["/a.zip", "/b.zip", "gcc"]
    # A Leftover is the one that it is, not one with the same data
    first = leftovers[0]
    same = Leftover(first.kind, first.maker, first.run, first.names, first.span)
    assert same != first
