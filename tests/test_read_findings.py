"""The figures of docs/precision.md: every default rule has some, and none is wrong more often than 1 in 20."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lightship.lint.registry import all_rules

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from precision import figures, held_out

DATA = figures()
*EARLIER, HELD_OUT = held_out()
DEFAULT = [rule.id for rule in all_rules() if rule.default and rule.theme != "lint"]
COUNTED = sorted(DATA["rules"])


@pytest.mark.parametrize("rule_id", DEFAULT)
def test_every_default_rule_was_counted(rule_id):
    assert rule_id in DATA["rules"], (
        f"{rule_id} runs by default, but nobody has read its findings: add [rules.{rule_id}] to "
        "scripts/precision.toml as scripts/precision.py says, or set default=False in its RULE"
    )


def test_figures_are_those_of_default_rules():
    assert set(COUNTED) <= set(DEFAULT), "take these out of scripts/precision.toml"


def test_there_are_two_thousand_dockerfiles():
    assert sum(DATA["repositories"].values()) >= 2000


def test_no_rule_was_developed_with_a_held_out_repository():
    # A reading is of as many as nobody has seen; two of them are of 250
    both = (EARLIER[-1], HELD_OUT)
    assert sum(len(reading["repositories"]) for reading in both) >= 250
    assert not set(HELD_OUT["repositories"]) & set(DATA["repositories"])
    for reading in EARLIER:
        assert not set(HELD_OUT["repositories"]) & set(reading["repositories"])


@pytest.mark.parametrize("name", sorted(HELD_OUT["rules"]))
def test_what_was_read_of_held_out_repositories_adds_up(name):
    row = HELD_OUT["rules"][name]
    assert row["wrong"] + row["needless"] <= row["read"] <= row["found"]
    assert row["read"] >= min(20, row["files"]) or row["found"] > row["read"]


@pytest.mark.parametrize("name", COUNTED)
def test_at_most_one_in_twenty_is_wrong(name):
    row = DATA["rules"][name]
    assert row["wrong"] * 20 <= row["read"]
    assert row["read"] >= min(20, row["drawn_from"])
    assert row["files"] <= row["found"]
