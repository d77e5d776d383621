"""Which steps BuildKit lists: of those that are one and the same, one."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.cache.keys.keys import Key, Keyed
from lightship.cache.plan.plan import Planned


def unique_steps(keyed: Sequence[Keyed]) -> list[Keyed]:
    """Without those that another step does as well.

    BuildKit builds equal steps once, under the name of the one that its graph reaches last, going
    from the target's last step to what is below, then to what is read (client/llb: State.Marshal).
    """
    # By their keys, of those that have one
    listed: dict[Key | None, int] = {}
    steps = [item.step for item in keyed]
    order = _in_order(steps)
    for number in order:
        key = keyed[number].key
        if key is not None:
            listed[key] = number

    unique: list[Keyed] = []
    for item in keyed:
        number = item.step.number
        last = listed.get(item.key)
        is_listed = last is None or last == number
        if is_listed:
            unique.append(item)
    return unique


def _in_order(steps: Sequence[Planned]) -> list[int]:
    """The numbers of the steps in the order in which the graph is written down.

    Each comes after what it needs.
    """
    if not steps:
        return []
    order: list[int] = []
    seen: set[int] = set()
    target = steps[-1].number
    first = (target, False)
    waiting = [first]
    while waiting:
        # A step is met twice: first on the way down, then when all that it needs is written
        number, is_done = waiting.pop()
        if is_done:
            order.append(number)
            continue
        if number in seen:
            continue

        seen.add(number)
        waiting.append((number, True))
        step = steps[number]
        for need in reversed(step.after):
            entry = (need, False)
            waiting.append(entry)
    return order
