"""Which records and which runs are ours to remove."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.docker.leftovers import LABEL, _is_dead, labels, mounts

RUN = "lightship-0123456789ab"


def block(number: str, description: str, kind: str = "exec.cachemount") -> str:
    return (
        f"ID:\t\t{number * 25}\nCreated at:\t2026-11-26 20:27:01.227769522 +0000 UTC\nMutable:\ttrue\n"
        f"Reclaimable:\ttrue\nShared:\t\tfalse\nSize:\t\t29B\nDescription:\t{description}\nUsage count:\t1\n"
        f"Last used:\t2 seconds ago\nType:\t\t{kind}\n\n"
    )


DU = (
    block("a", f'cached mount /c from exec /bin/sh -c date with id "{RUN}-before//c"')
    + block(
        "b",
        f'cached mount /d from exec /bin/sh -c date > /d/x\n with id "{RUN}-after//d"',
    )
    + block("c", "cached mount /c from exec /bin/sh -c date")
    + block(
        "d",
        'cached mount /c from exec /bin/sh -c date with id "lightship-0123456789ac-before//c"',
    )
    + block("e", f'mount / from exec /bin/sh -c : with id "{RUN}-before//c"', "regular")
    + block("f", "local source for context", "source.local")
    + "Reclaimable:\t2.3MB\nTotal:\t\t2.3MB\n"
)


def test_only_mounts_of_the_namespace_are_found() -> None:
    assert [each[0] for each in mounts(DU, f"{RUN}-")] == ["a", "b"]
    assert [each[0] for each in mounts(DU, f"{RUN}-after/")] == ["b"]
    assert not [*mounts(DU, "lightship-ffffffffffff-")]


@pytest.mark.parametrize(
    "number", [".", "x|.*", "A" * 25, "a" * 24, "a" * 26, ".*aaaaaaaaaaaaaaaaaaaaaaa"]
)
def test_what_is_no_record_is_never_named(number: str) -> None:
    text = block("a", f'x with id "{RUN}-before//c"').replace("a" * 25, number)
    assert not [*mounts(text, f"{RUN}-")]


@given(
    st.text(
        st.sampled_from('ID:\t\n aType exec.cachemount"Description with id'),
        max_size=200,
    )
)
def test_law_any_text_is_read(text: str) -> None:
    assert all(
        len(each) == 25 and each.isalnum() for each in mounts(text + DU, f"{RUN}-")
    )


@pytest.fixture
def dead() -> int:
    """The number of a process that there is no more."""
    with subprocess.Popen((sys.executable, "-c", "")) as process:
        process.wait()
    return process.pid


def test_only_runs_of_this_machine_whose_process_is_gone_are_dead(dead: int) -> None:
    own = labels(RUN)
    assert not _is_dead(own, RUN)
    gone = {**own, "lightship.pid": str(dead)}
    assert _is_dead(gone, RUN)
    assert not _is_dead(gone, "lightship-0123456789ac")
    assert not _is_dead({**gone, LABEL: "data"}, "data")
    assert not _is_dead({**gone, "lightship.host": "elsewhere"}, RUN)
    assert not _is_dead({**gone, "lightship.space": "pid:[1]"}, RUN)
    assert not _is_dead({**gone, "lightship.pid": "9" * 30}, RUN)
    assert not _is_dead({**gone, "lightship.pid": "-1"}, RUN)
    assert not _is_dead({LABEL: RUN}, RUN)
    assert not _is_dead({**gone, "lightship.pid": str(os.getppid())}, RUN)
