"""Whose the bytes of a node are: the layers that brought them and the packages they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

SHARES = 3  # of a node that are named

Amounts = dict[tuple[int, int], int]  # bytes by (layer, number of the package or -1)


def largest_shares(amounts: Amounts) -> tuple[list[int], list[int]]:
    """The layers, and the packages: how many more there are, then number and bytes of each."""
    layers: Counter[int] = Counter()
    packages: Counter[int] = Counter()
    for (layer, package), amount in amounts.items():
        layers[layer] += amount
        packages[package] += amount
    return _largest(layers), _largest(packages)


def _largest(amounts: Counter[int]) -> list[int]:
    largest = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
    shown = [number for item in largest[:SHARES] for number in item]
    return [max(len(largest) - SHARES, 0), *shown]


def taken_off(whole: Amounts, parts: Iterable[Amounts]) -> Amounts:
    """What is left of amounts without those of some parts."""
    rest = dict(whole)
    for part in parts:
        for origin, amount in part.items():
            rest[origin] -= amount
    return {origin: amount for origin, amount in rest.items() if amount}
