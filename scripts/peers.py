"""The checks of other tools beside the rules that have them as aliases; docs.py makes docs/coverage.md of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightship.lint.rule import Rule

PEERS = Path(__file__).parent / "peers.toml"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool: its checks, id to meaning; why some are left out on purpose; other spellings of their ids."""

    title: str
    about: str
    url: str
    checks: Mapping[str, str]
    left: Mapping[str, str]
    spellings: tuple[str, ...] = ()


def read_peers() -> tuple[Peer, ...]:
    """What peers.toml says; ids have their prefix, as aliases have it."""
    found = tomllib.loads(PEERS.read_text())
    return tuple(
        Peer(
            row["title"],
            row["about"],
            row["url"],
            {row["prefix"] + name: text for name, text in row["checks"].items()},
            {row["prefix"] + name: text for name, text in row.get("left", {}).items()},
            tuple(row["long"] + name for name in row["checks"])
            if "long" in row
            else (),
        )
        for row in found.values()
    )


def page(rules: Sequence[Rule], generated: str) -> str:
    """docs/coverage.md."""
    owners = {alias: rule for rule in rules for alias in rule.aliases}
    peers = read_peers()
    rows = [
        generated,
        "# Coverage",
        "",
        "What other tools check, and the rule of lightship that does. A check counts as covered where a rule has its",
        "name as an alias; the name works wherever a rule's id does. A peer's check can be wider or narrower than the",
        "rule: the rule's page says what it finds.",
        "",
        "| tool | checks | covered | left out on purpose | not covered yet |",
        "|---|---|---|---|---|",
        *(_summary(peer, owners) for peer in peers),
    ]
    for peer in peers:
        rows += _table(peer, owners)
    return "\n".join(rows) + "\n"


def _summary(peer: Peer, owners: Mapping[str, Rule]) -> str:
    covered = sum(name in owners for name in peer.checks)
    left = sum(name in peer.left and name not in owners for name in peer.checks)
    total = len(peer.checks)
    return f"| [{peer.title}]({peer.url}) | {total} | {covered} | {left} | {total - covered - left} |"


def _table(peer: Peer, owners: Mapping[str, Rule]) -> Iterator[str]:
    yield from (
        "",
        f"## {peer.title}",
        "",
        f"{peer.about[0].upper()}{peer.about[1:]}.",
        "",
    )
    yield from ("| check | about | rule |", "|---|---|---|")
    for name, about in peer.checks.items():
        rule = owners.get(name)
        if rule is not None:
            place = f"[{rule.id}](rules/{rule.id}.md)" + (
                "" if rule.default else " (off)"
            )
        else:
            place = peer.left.get(name, "not covered yet")
        yield f"| `{name}` | {about} | {place} |"
