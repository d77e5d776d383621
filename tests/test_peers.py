"""The names of other tools' checks: every alias is one, and the table of docs/coverage.md counts right."""

from __future__ import annotations

import sys
from operator import attrgetter
from pathlib import Path

import pytest

from lightship.lint.registry import all_rules

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from peers import page, read_peers

CHECKS = {name for peer in read_peers() for name in (*peer.checks, *peer.spellings)}
RULES = [rule for rule in all_rules() if rule.aliases]


@pytest.mark.parametrize("rule", RULES, ids=attrgetter("id"))
def test_an_alias_is_a_check_of_a_peer(rule):
    unknown = set(rule.aliases) - CHECKS
    assert not unknown, "scripts/peers.toml names the checks of other tools: none is so"


def test_no_two_peers_share_a_name():
    names = [name for peer in read_peers() for name in peer.checks]
    assert len(names) == len(set(names))


def test_what_is_left_out_is_a_check_that_no_rule_has():
    owned = {alias for rule in all_rules() for alias in rule.aliases}
    for peer in read_peers():
        assert set(peer.left) <= set(peer.checks)
        assert not set(peer.left) & owned


def test_a_check_that_is_a_part_of_what_a_rule_finds_is_no_alias():
    rules = {rule.id for rule in all_rules()}
    owned = {alias for rule in all_rules() for alias in rule.aliases}
    for peer in read_peers():
        assert set(peer.within) <= set(peer.checks) - owned - set(peer.left)
        assert set(peer.within.values()) <= rules


def test_the_page_has_a_row_for_each_check():
    text = page(all_rules(), "")
    for peer in read_peers():
        assert all(text.count(f"| `{name}` |") == 1 for name in peer.checks)
        assert f"]({peer.url}) | {len(peer.checks)} |" in text


def test_every_check_of_buildkit_is_covered():
    owned = {alias for rule in all_rules() for alias in rule.aliases}
    assert (
        next(
            set(peer.checks)
            for peer in read_peers()
            if peer.title.startswith("BuildKit")
        )
        <= owned
    )


def test_what_docker_build_warns_of_is_said_by_default():
    """But for what needs a registry, and what BuildKit itself calls experimental."""
    buildkit = next(peer for peer in read_peers() if peer.title.startswith("BuildKit"))
    off = {
        alias
        for rule in all_rules()
        if not rule.default
        for alias in rule.aliases
        if alias in buildkit.checks
    }
    assert off == {"InvalidBaseImagePlatform", "InvalidDefinitionDescription"}
