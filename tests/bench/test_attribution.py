"""What a part of a change did, by two measured versions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from proof.made import RAN, measured, unbuilt

from lightship.bench.attribution import ChangeStep, share_of
from lightship.bench.materials import write
from lightship.bench.version import Version
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.dockerfile.parse import parse
from lightship.proof.judging import MeasuredChange

LINE = "Temporary failure in name resolution"
[FAILED] = unbuilt().builds
LOST = replace(unbuilt(), builds=(replace(FAILED, unreached=LINE),))


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (measured(RAN), ""),
        (unbuilt(), "the build fails: RUN make: exit code 2"),
        (LOST, f"x was not built, a host was not reached: {LINE}"),
    ],
)
def test_a_part_that_is_not_built_has_failed(tmp_path: Path, after, why):
    text = "FROM a\n"
    side = Side(Build(parse(text), path="Dockerfile"), FileTree.of({}))
    version = Version("part1", side, write(side, "a part", str(tmp_path)))
    change = MeasuredChange.of(measured(RAN), after)
    assert share_of(ChangeStep("a part", version), change).failed == why
