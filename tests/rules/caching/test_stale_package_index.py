"""What the examples of stale-package-index leave out."""

from __future__ import annotations

from made import findings, fixed, lines

from lightship.rules.caching.stale_package_index import RULE

CHAIN = lines(
    "FROM debian:trixie-slim",
    "RUN apt-get update && apt-get install -y git",
    "COPY a /a",
    "RUN apt-get install -y curl",
    "COPY b /b",
    "RUN apt-get install -y jq",
)


def test_installs_from_the_same_index_are_one_finding():
    [finding] = findings(RULE, CHAIN)
    assert finding.message == (
        "this and later installs read the index of line 2, which may be old: "
        "run apt-get update in each"
    )
    assert fixed(RULE, CHAIN).count("apt-get update") == 3
