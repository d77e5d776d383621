"""What a team allows."""

from __future__ import annotations

from dataclasses import replace

from lightship.facts.values.team_policy import forbidden, team_policy
from lightship.policy import Policy
from lightship.text import Span
from tests.made import build


def test_without_a_policy_nothing_is_limited():
    free = build("FROM debian")
    assert team_policy(free) == Policy()
    strict = Policy(strict_labels=True)
    assert team_policy(replace(free, policy=strict)) is strict


def test_what_is_forbidden_is_named_with_its_pattern():
    found = forbidden("telnet", "tel*", Span(3, 9))
    assert found.message == "telnet is forbidden by tel* of your settings"
    assert found.span == Span(3, 9)
