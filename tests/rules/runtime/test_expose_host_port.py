"""A host port in EXPOSE."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.rules.runtime.expose_host_port import RULE


def test_two_numbers_may_be_two_ports():
    [finding] = RULE.check(Build(parse("FROM debian:13\nEXPOSE 1521:5500/tcp\n")))
    assert finding.fix is None
    titles = [choice.message for choice in finding.choices]
    assert titles == ["Use 5500/tcp", "Use 1521/tcp 5500/tcp"]
    assert finding.message.endswith("use 5500/tcp, or 1521/tcp 5500/tcp for both")
