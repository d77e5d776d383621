"""What the examples of npm-cache-kept leave out."""

from __future__ import annotations

import pytest
from made import findings

from lightship.rules.packages.npm_cache_kept import RULE


@pytest.mark.parametrize(
    ("install", "count"),
    [
        ("npm install -g yarn", 0),
        ("npm i -g npm@latest pnpm@9", 0),
        ("npm install -g @angular/cli yarn", 1),
        ("npm ci && npm install -g yarn", 1),
        ("npm install", 1),
    ],
)
def test_a_package_manager_alone_is_a_small_archive(install, count):
    text = f"FROM node:24-slim\nWORKDIR /app\nRUN {install}\n"
    assert len(findings(RULE, text)) == count
