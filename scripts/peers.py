"""The checks of other tools beside the rules that have them as aliases; docs.py makes docs/coverage.md of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightship.lint.rule import Rule

PEERS = Path(__file__).parent / "peers.toml"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool and its checks.

    `checks` is id to meaning, `within` id to the rule that reports it among other things, `left` id to the reason
    why no rule does; `spellings` are other forms of the ids.
    """

    title: str
    about: str
    url: str
    checks: Mapping[str, str]
    within: Mapping[str, str]
    left: Mapping[str, str]
    spellings: tuple[str, ...] = ()


def read_peers() -> tuple[Peer, ...]:
    """What peers.toml says; ids have their prefix, as aliases have it."""
    tables = tomllib.loads(PEERS.read_text(encoding="utf-8"))
    return tuple(_peer(row) for row in tables.values())


def _peer(row: Mapping[str, Any]) -> Peer:
    def named(part: str) -> dict[str, str]:
        return {row["prefix"] + name: text for name, text in row.get(part, {}).items()}

    longer = row["checks"] if "long" in row else ()
    return Peer(
        row["title"],
        row["about"],
        row["url"],
        named("checks"),
        named("within"),
        named("left"),
        tuple(row["long"] + name for name in longer),
    )


def page(rules: Sequence[Rule], generated: str) -> str:
    """docs/coverage.md."""
    peers = read_peers()
    owners = _owners(rules, peers)
    rows = [
        generated,
        "# Coverage",
        "",
        "What other tools check, and the rule of lightship that does. A check counts as covered where a rule has its",
        "name as an alias; the name works wherever a rule's id does. A check that is a small part of what a rule finds",
        "counts too, but its name is not an alias. A peer's check can be wider or narrower than the rule: the rule's page",
        "says what it finds.",
        "",
        "| tool | checks | covered | left out on purpose | not covered yet |",
        "|---|---|---|---|---|",
        *(_summary(peer, owners) for peer in peers),
    ]
    for peer in peers:
        rows += _table(peer, owners)
    return "\n".join(rows) + "\n"


def _owners(rules: Sequence[Rule], peers: Sequence[Peer]) -> dict[str, Rule]:
    """The rule that reports each check."""
    by_id = {rule.id: rule for rule in rules}
    owners = {alias: rule for rule in rules for alias in rule.aliases}
    for peer in peers:
        owners |= {name: by_id[rule_id] for name, rule_id in peer.within.items()}
    return owners


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
