"""Caches that package managers leave in a layer."""

from __future__ import annotations

import pytest

from lightship.facts.packages.package_caches import CONDA, NPM, RPM, YARN, kept_caches
from lightship.lint.examples import build_of


def kept(body: str, cache=RPM) -> list[int]:
    return [
        found.instruction.first_line for found in kept_caches(build_of(body), cache)
    ]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("dnf install -y a", [2]),
        ("dnf install -y a && dnf clean all", []),
        ("dnf clean all && dnf install -y a", [2]),
        ("dnf install -y a && rm -rf /var/cache/dnf", []),
        ("dnf install -y a && rm -rf /var/cache/*", []),
        ("dnf install -y a && ./cleanup", []),
        ("dnf install -y a && sh ./clean.sh", []),
        ("dnf install -y a && echo clean", [2]),
        ("dnf install -y --downloadonly a", []),
        ("dnf install -y --installroot /r a", []),
        ("dnf --version", []),
        ("yum upgrade -y", [2]),
    ],
)
def test_what_a_run_keeps(script, expected):
    assert kept(f"RUN {script}") == expected


@pytest.mark.parametrize(
    ("body", "cache", "expected"),
    [
        ("RUN --mount=type=cache,target=/var/cache/dnf dnf install -y a", RPM, []),
        ("RUN --mount=type=cache,target=/root/.npm npm ci", NPM, []),
        ("RUN npm ci --cache /tmp/c && rm -rf /tmp/c", NPM, []),
        ("ENV npm_config_cache=/c\nRUN npm ci && rm -rf /c", NPM, []),
        ("RUN YARN_CACHE_FOLDER=/c yarn install && rm -rf /c", YARN, []),
        ("RUN npm ci && rm -rf $(npm config get cache)", NPM, []),
        ("RUN npm ci && rm -rf node_modules", NPM, [2]),
        ("RUN conda env create -f env.yml", CONDA, [2]),
        ("FROM a AS b\nRUN npm ci\nFROM a", NPM, []),
    ],
)
def test_where_a_cache_lies(body, cache, expected):
    assert kept(body, cache) == expected
