"""Two installs become one, and an install gets an index."""

from __future__ import annotations

import pytest

from lightship.facts.edits.runs import join
from lightship.facts.packages.apt import apt_runs
from lightship.facts.packages.apt_edits import merge, update_first
from lightship.lint.examples import build_of
from lightship.text import apply_edits

INSTALL = "apt-get install -y"
REMOVE = "rm -rf /var/lib/apt/lists/*"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (f"{INSTALL} a", f"{INSTALL} b", f"{INSTALL} a b"),
        (f"{INSTALL} a", "apt-get -y install b c", f"{INSTALL} a b c"),
        (f"{INSTALL} a", f"{INSTALL} --no-install-recommends b", None),
        (f"{INSTALL} a", f"{INSTALL} b --fix-missing", None),
        (f"{INSTALL} a", f"sudo {INSTALL} b", None),
        (f"{INSTALL} a && ls", f"{INSTALL} b", None),
        (f"{INSTALL} a", f"ls && {INSTALL} b", None),
        (f"{INSTALL} a", f"A=1 {INSTALL} b", None),
        (f"{INSTALL} a", "apt-get remove b", None),
    ],
)
def test_two_installs_become_one(first, second, expected):
    build = build_of(f"FROM debian\nRUN {first}\nRUN {second}")
    one, two = apt_runs(build).values()
    assert join(build, one.instruction, two.instruction) is not None
    edit = merge(build, one, two)
    changed = edit and apply_edits(build.dockerfile.text, [edit])
    assert changed == (expected and f"FROM debian\nRUN {expected}")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"{INSTALL} a", f"apt-get update && {INSTALL} a && {REMOVE}"),
        (
            f"sudo {INSTALL} a",
            f"sudo apt-get update && sudo {INSTALL} a && sudo {REMOVE}",
        ),
        (f"{INSTALL} a && {REMOVE}", f"apt-get update && {INSTALL} a && {REMOVE}"),
        (f"ls && {INSTALL} a", f"ls && apt-get update && {INSTALL} a && {REMOVE}"),
        # By the program that is called, and with an update that follows
        ("apt install a && " + REMOVE, f"apt update && apt install a && {REMOVE}"),
        (
            f"apt install a && apt -y update && apt install b && {REMOVE}",
            f"apt -y update && apt install a && apt install b && {REMOVE}",
        ),
        (
            f"sudo {INSTALL} a && sudo apt-get update && {REMOVE}",
            f"sudo apt-get update && sudo {INSTALL} a && {REMOVE}",
        ),
        *(
            (f"{first} && {REMOVE}", f"apt-get update && {first} && {REMOVE}")
            for first in (
                f"{INSTALL} a && echo deb > /etc/apt/sources.list && apt-get update",
                f"{INSTALL} a-archive-keyring && apt-get update && {INSTALL} b",
                f"{INSTALL} a ./repo.deb && apt-get update && {INSTALL} b",
                f"{INSTALL} a && apt-get update || true",
            )
        ),
        (f"ls || {INSTALL} a", None),
        (f"({INSTALL} a)", None),
        (f"{INSTALL} a | cat", None),
        (f"nice {INSTALL} a", None),
        (f"sh -c '{INSTALL} a'", None),
    ],
)
def test_an_install_gets_an_index(script, expected):
    build = build_of(f"FROM debian\nRUN {script}")
    [run] = apt_runs(build).values()
    edits = update_first(build, run, run.uses[0])
    changed = apply_edits(build.dockerfile.text, edits) if edits else None
    assert changed == (expected and f"FROM debian\nRUN {expected}")
