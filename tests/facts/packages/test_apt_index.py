"""Whether there is an index of apt before an instruction, and who reads one."""

from __future__ import annotations

import pytest

from lightship.facts.packages.apt_index import (
    may_be_read_later,
    read_later,
    without_index,
    written_before,
)
from lightship.lint.examples import build_of

UPDATE, INSTALL = "RUN apt-get update", "RUN apt-get install -y a"
REMOVE = "RUN rm -rf /var/lib/apt/lists/*"


def lines(instructions) -> list[int]:
    return sorted(instruction.first_line for instruction in instructions)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{UPDATE}\n{INSTALL}", [2]),
        (f"{UPDATE}\n{INSTALL}\n{INSTALL}", [2, 3]),
        (f"{UPDATE}\n{UPDATE} && apt-get install -y a", []),
        (f"FROM a AS b\n{UPDATE}\nFROM b\n{INSTALL}", [2]),
        (f"FROM a AS b\n{UPDATE}\nFROM a\n{INSTALL}", []),
    ],
)
def test_an_index_that_is_read_later(body, expected):
    assert lines(read_later(build_of(body))) == expected


@pytest.mark.parametrize(
    ("removed", "expected"),
    [("a", []), ("build-essential", [2]), ("a build-essential", [2])],
)
def test_a_removal_of_what_is_not_installed_may_read_it(removed, expected):
    body = f"{UPDATE} && apt-get install -y a\nRUN apt-get remove -y {removed}\n"
    assert lines(may_be_read_later(build_of(body))) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{UPDATE}\n{INSTALL}", {3: 2}),
        (f"{UPDATE}\n{REMOVE}\n{INSTALL}", {3: 2, 4: 3}),
        (f"{REMOVE}\nRUN ls\n{INSTALL}", {4: 2}),
        (f"{REMOVE}\nRUN ./script\n{INSTALL}", {}),
        (f"{UPDATE}\nRUN ./script\n{INSTALL}", {4: 2}),
        (f"FROM a AS b\n{UPDATE}\nFROM b\n{INSTALL}", {4: 2}),
    ],
)
def test_the_last_run_that_changed_the_index(body, expected):
    found = written_before(build_of(body))
    places = {
        instruction.first_line: run.instruction.first_line
        for instruction, run in found.items()
    }
    assert places == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"FROM debian\n{INSTALL}\nUSER b", [2, 3]),
        (f"FROM debian\n{UPDATE}\n{INSTALL}", [2]),
        (f"FROM debian\nRUN ./script\n{INSTALL}", [2]),
        (f"FROM debian\nRUN ls\n{INSTALL}", [2, 3]),
        (f"FROM debian\nCOPY . .\n{INSTALL}", [2, 3]),
        (f"FROM debian\nCOPY --from=x / /\n{INSTALL}", [2]),
        (f"FROM debian\nADD a.tar /var\n{INSTALL}", [2]),
        (f"FROM example.org/a\n{INSTALL}", []),
        (f"FROM debian AS a\nRUN ls\nFROM a\n{INSTALL}", [2, 4]),
        (f"FROM debian AS a\n{UPDATE}\nFROM a\n{INSTALL}", [2]),
    ],
)
def test_there_is_no_index_yet(body, expected):
    assert lines(without_index(build_of(body))) == expected
