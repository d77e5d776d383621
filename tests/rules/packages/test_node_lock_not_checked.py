"""What the examples of node-lock-not-checked leave out."""

from __future__ import annotations

import json

from made import findings

from lightship.rules.packages.node_lock_not_checked import RULE

TEXT = "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm install\n"
LOCK = {
    "lockfileVersion": 3,
    "packages": {"": {"dependencies": {"a": "^1.0.0"}}, "node_modules/a": {}},
}


def files(wanted: str) -> dict[str, str]:
    return {
        "package.json": json.dumps({"dependencies": {"a": wanted}}),
        "package-lock.json": json.dumps(LOCK),
    }


def test_a_stale_lock_beside_that_of_another_tool_was_left_behind():
    stale = files("^2.0.0")
    [finding] = findings(RULE, TEXT, stale)
    assert "renew it" in finding.message
    assert findings(RULE, TEXT, {**stale, "pnpm-lock.yaml": ""}) == []


def test_a_lock_that_agrees_is_used_whatever_stands_beside_it():
    assert findings(RULE, TEXT, {**files("^1.0.0"), "pnpm-lock.yaml": ""})
