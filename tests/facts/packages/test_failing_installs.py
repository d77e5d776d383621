"""Installs that end the build, since the mirrors have dropped the release of their image."""

from __future__ import annotations

import pytest

from lightship.facts.packages.failing_installs import failing_installs
from tests.made import build

UPDATE = "RUN apt-get update && apt-get install -y gcc\n"
OLD = "FROM debian:stretch\n"


@pytest.mark.parametrize(
    ("dockerfile", "found"),
    [
        (f"{OLD}{UPDATE}", [(2, "Debian 9 (stretch)")]),
        (f"{OLD}{UPDATE}{UPDATE}", [(2, "Debian 9 (stretch)")]),
        (f"FROM debian:trixie\n{UPDATE}", []),
        (f"{OLD}RUN apt-get update || true\n", []),
        (f"{OLD}RUN yum install -y gcc\n", []),
        (f"{OLD}RUN apt-get install -y --no-download gcc\n", []),
        (f"{OLD}COPY sources.list /etc/apt/\n{UPDATE}", []),
        ("FROM centos:7\nRUN yum install -y gcc\n", [(2, "CentOS 7")]),
        # Nothing needs the stage
        (f"{OLD}{UPDATE}FROM debian:trixie\n", []),
        (
            f"FROM debian:stretch AS a\n{UPDATE}FROM debian:trixie\nCOPY --from=a /a /a\n",
            [(2, "Debian 9 (stretch)")],
        ),
    ],
)
def test_the_first_one_of_each_stage_is_named_with_its_release(dockerfile, found):
    items = failing_installs(build(dockerfile))
    named = [(call.instruction.first_line, str(release)) for call, release in items]
    assert named == found
