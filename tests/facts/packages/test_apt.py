"""What the RUN of a build do with apt's index: it is written, read, removed."""

from __future__ import annotations

import pytest

from lightship.facts.packages.apt import AptRun, apt_runs, following
from lightship.lint.examples import build_of

LISTS = "/var/lib/apt/lists"


def only(script: str, flags: str = "") -> AptRun:
    [run] = apt_runs(build_of(f"RUN {flags}{script}")).values()
    return run


@pytest.mark.parametrize(
    ("script", "keeps", "drops", "alone"),
    [
        ("apt-get update", True, False, True),
        ("apt-get update && apt-get install -y a", True, False, False),
        (f"apt-get update && rm -rf {LISTS}/*", False, True, False),
        (f"rm -rf {LISTS}/* && apt-get update", True, False, True),
        (f"rm -rf {LISTS}", False, True, False),
        ("apt-get update && apt-get distclean", False, True, False),
        ("apt-get install -y a", False, False, False),
        ("apt-get update && ./setup", True, False, False),
        ("apt-get install -y a && apt-get update", True, False, True),
    ],
)
def test_what_is_left_of_the_index(script, keeps, drops, alone):
    run = only(script)
    assert (run.keeps_lists, run.drops_lists) == (keeps, drops)
    assert run.is_update_alone == alone


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("apt-get install -y a && apt-get update", ["a"]),
        ("apt-get update && apt-get install -y a", []),
        ("apt-get download a; apt-get remove b", ["a"]),
    ],
)
def test_installs_that_read_an_index_from_before(script, names):
    uses = only(script).uses_before_update
    assert [package.name for use in uses for package in use.does.packages] == names


def test_a_mount_keeps_the_index_out_of_the_layer():
    run = only("apt-get update", f"--mount=type=cache,target={LISTS} ")
    assert run.hidden
    assert not run.keeps_lists


@pytest.mark.parametrize(
    ("script", "only_apt", "ends"),
    [
        (f"apt-get update && apt-get install -y a && rm -rf {LISTS}/*", True, True),
        ("apt-get update && make", False, False),
        ("make && apt-get update", False, True),
    ],
)
def test_what_else_it_does(script, only_apt, ends):
    run = only(script)
    assert (run.only_apt, run.ends_in_apt) == (only_apt, ends)


def test_a_shell_that_is_read_is_no_other_command():
    assert only("sh -c 'apt-get update && ls'").others == ()
    assert len(only("apt-get update; sh -c 'make'").others) == 1
    assert len(only("apt-get update; sh install.sh").others) == 1


def test_runs_are_known_by_their_place():
    build = build_of("RUN apt-get update\nCOPY a b\nRUN ls\nRUN apt-get install -y c")
    first, second = apt_runs(build).values()
    assert following(first).keyword == "COPY"
    assert following(second) is None
    assert [item.keyword for item in first.behind] == ["COPY", "RUN", "RUN"]
