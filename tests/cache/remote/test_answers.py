"""The model beside BuildKit: sequences of builds that were really made (`scripts/remote_caches.py`).

Each build had a builder of its own, which knew nothing but the caches that it read.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cache.remote.predicted import predicted
from cache.remote.sequences import fingerprint, sequence

_HITS = ("hit", "untouched")
# After the configuration of the base image alone had changed, BuildKit ran a step that nothing
# needed; each time that this sequence was built
_NEEDLESS = {("74", 3, "one-build0 2")}
# Predicted as run, and found: a RUN of which nobody knows that it makes the same again
_MOST_UNSEEN = 0.05


@cache
def answers() -> dict[str, Any]:
    text = Path(__file__).with_name("answers.json").read_text(encoding="utf-8")
    return json.loads(text)


@cache
def compared(seed: str) -> list[tuple[int, str, str, str]]:
    """For each step that BuildKit lists: the build, its place, what was predicted, what it was."""
    builds = sequence(int(seed))
    known = answers()[seed]
    assert fingerprint(builds) == known["of"], "made again by scripts/remote_caches.py"
    rows: list[tuple[int, str, str, str]] = []
    for at, (own, really) in enumerate(
        zip(predicted(builds), known["builds"], strict=True)
    ):
        if "failed" in really:
            # Layers of a cache were gone; what is written after that is not whole either
            break
        for place, outcome in own.items():
            number = place.split()[1]
            # A stage that is alone has no name
            found = really.get(place) or really.get(f" {number}", "cached")
            rows.append((at, place, outcome, found))
    return rows


@pytest.mark.parametrize("seed", answers())
def test_no_predicted_hit_is_run(seed):
    wrong = [
        row
        for row in compared(seed)
        if row[2] in _HITS and row[3] == "run" and (seed, *row[:2]) not in _NEEDLESS
    ]
    assert wrong == []


def test_a_registry_gives_the_same_as_a_directory():
    both = [known for known in answers().values() if "registry" in known]
    assert len(both) >= 20
    differing = []
    for known in both:
        for at, build in enumerate(known["builds"]):
            if "failed" in build:
                break
            if build != known["registry"][at]:
                differing.append((known["of"], at))
    assert differing == []


def test_few_unsure_hits_are_run():
    rows = [row for seed in answers() for row in compared(seed)]
    unsure = [row for row in rows if row[2].startswith("unsure")]
    ran = [row for row in unsure if row[3] == "run"]
    assert unsure
    assert len(ran) < 0.2 * len(unsure)


def test_few_hits_are_not_predicted():
    rows = [row for seed in answers() for row in compared(seed)]
    unseen = [row for row in rows if row[2].startswith("no-") and row[3] != "run"]
    assert len(unseen) < _MOST_UNSEEN * len(rows)


def test_there_are_enough_of_each_kind():
    builds = [build for seed in answers() for build in sequence(int(seed))]
    texts = [build.dockerfile for build in builds]
    modes = {write.mode for build in builds for write in build.writes}
    assert len(answers()) >= 150
    assert modes == {"min", "max", "inline"}
    assert any(build.evicts for build in builds)
    assert any(build.config for build in builds)
    for part in ("--link", "--from=", "type=bind", "type=cache", "<<EOF", "ADD a.tar"):
        assert sum(part in text for text in texts) > 20, part


def test_a_cache_whose_layers_are_gone_fails_a_build():
    failures = [
        build["failed"]
        for known in answers().values()
        for build in known["builds"]
        if "failed" in build
    ]
    assert any("failed to compute cache key" in text for text in failures)
