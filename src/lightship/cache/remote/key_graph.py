"""`KeyGraph`: the steps of one build as BuildKit's solver links them, each with its key.

A step that stands alone (`COPY --link`) is two nodes: the copy, and the merge with what is below it
(dockerfile2llb, convert_copy.go: llb.Merge), upon which the next step is laid.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lightship.cache.keys.keys import Key, Keyed, base_text, digest_of, merged_key
from lightship.cache.plan.plan import Planned
from lightship.errors import LightshipError
from lightship.record import record


@record
class Input:
    """What a node takes of another: `node` is its index, None for a base image.

    `content` is the digest of the files that are taken, None where only the key of the other node
    counts: of what a step is laid upon. `behind` are the nodes whose results stand in the content
    unread.
    """

    node: int | None
    content: Key | None = None
    behind: frozenset[int] = frozenset()


@record(eq=False)
class KeyNode:
    """One vertex: `step` is the number of its step, None for a merge.

    `below` is the index of what it is laid upon, None for a base image. `runs` is whether nobody
    can tell what it makes without running it.
    """

    key: Key
    inputs: tuple[Input, ...]
    step: int | None
    below: int | None
    runs: bool


@record(eq=False)
class KeyGraph:
    """All nodes, each after those that it takes something of; the target's last is `target`.

    `target` is None where the build has no step, or fails.
    """

    nodes: tuple[KeyNode, ...]
    steps: tuple[Planned, ...]
    target: int | None

    @property
    def chain(self) -> frozenset[int]:
        """The nodes whose layers are those of the image: the target, and all it is laid upon."""
        chain: set[int] = set()
        waiting = [self.target]
        while waiting:
            at = waiting.pop()
            if at is None or at in chain:
                continue
            chain.add(at)
            node = self.nodes[at]
            waiting.append(node.below)
            is_merge = node.step is None
            if is_merge:
                # It has the layers of the copy, too
                waiting += [taken.node for taken in node.inputs]
        return frozenset(chain)


def graph_of(
    keyed: Sequence[Keyed],
    salts: Mapping[int, str] | None = None,
) -> KeyGraph:
    """The graph of a build whose steps have these keys.

    `salts` are, by the number of a step, what its key holds beside: the value that a build argument
    has in this run alone.
    """
    making = _GraphMaking(salts or {})
    return making.graph(keyed)


# Each is looked for by those above it, one within the other; an image has at most 127 layers
_MOST_NODES = 250


class _GraphMaking:
    """A graph while its steps are gone through."""

    def __init__(self, salts: Mapping[int, str]) -> None:
        self._salts = salts
        self._nodes: list[KeyNode] = []
        # By the number of a step: the node that the next step is laid upon
        self._ends: dict[int, int] = {}
        # By the index of a node: all salts in its key
        self._salted: list[str] = []

    def graph(self, all_keyed: Sequence[Keyed]) -> KeyGraph:
        steps = tuple(keyed.step for keyed in all_keyed)
        fails = any(keyed.key is None for keyed in all_keyed)
        if fails or not steps:
            return KeyGraph((), steps, None)
        for keyed in all_keyed:
            self._add(keyed)
        if len(self._nodes) > _MOST_NODES:
            raise LightshipError(
                f"this build has more than {_MOST_NODES} steps: too many to follow a cache"
            )

        last = steps[-1].number
        target = self._ends[last]
        return KeyGraph(tuple(self._nodes), steps, target)

    def _add(self, keyed: Keyed) -> None:
        step = keyed.step
        number = step.number
        key = keyed.key
        assert key is not None
        below = self._end(step.below)
        inputs: list[Input] = []
        if not step.inputs.alone:
            inputs.append(Input(below))
        inputs += self._outputs(keyed)

        salt = self._salt(number, inputs)
        node = KeyNode(
            key=_salted_key(key, salt),
            inputs=tuple(inputs),
            step=number,
            below=below,
            runs=step.instruction.keyword == "RUN",
        )
        end = self._append(node, salt)
        if step.inputs.alone:
            end = self._merge(step, end, below)
        self._ends[number] = end

    def _merge(self, step: Planned, copy: int, below: int | None) -> int:
        """The node that merges a copy with what is below it."""
        if below is None:
            assert not isinstance(step.below, Planned)
            below_key: Key | str = base_text(step.below)
        else:
            below_key = self._nodes[below].key
        copy_key = self._nodes[copy].key

        inputs = (Input(below), Input(copy))
        node = KeyNode(
            key=merged_key(below_key, copy_key),
            inputs=inputs,
            step=None,
            below=below,
            runs=False,
        )
        salt = self._salt(None, inputs)
        return self._append(node, salt)

    def _append(self, node: KeyNode, salt: str) -> int:
        at = len(self._nodes)
        self._nodes.append(node)
        self._salted.append(salt)
        return at

    def _end(self, after: object) -> int | None:
        if isinstance(after, Planned):
            return self._ends[after.number]
        return None

    def _outputs(self, keyed: Keyed) -> list[Input]:
        """What it takes of other stages, by content."""
        outputs = keyed.step.inputs.outputs
        taken = zip(outputs, keyed.outputs, keyed.behind, strict=True)
        inputs: list[Input] = []
        for output, digest, steps in taken:
            node = self._end(output.after)
            if node is None:
                # Files of an image: they are known by its name
                continue
            salt = self._salted[node]
            content = _salted_key(digest, salt)
            behind = self._behind(steps)
            inputs.append(Input(node, content, behind))
        return inputs

    def _behind(self, steps: Collection[int]) -> frozenset[int]:
        ends = {self._ends[number] for number in steps}
        return frozenset(ends)

    def _salt(self, step: int | None, inputs: Sequence[Input]) -> str:
        """All salts that a key holds: its own, and those of what it takes."""
        salts: set[str] = set()
        if step is not None and step in self._salts:
            salts.add(self._salts[step])
        for taken in inputs:
            if taken.node is None:
                continue
            below = self._salted[taken.node]
            if below:
                salts.update(below.split("\n"))
        in_order = sorted(salts)
        return "\n".join(in_order)


def _salted_key(key: Key, salt: str) -> Key:
    """A key that holds the values of this run alone; the same where it holds none."""
    if not salt:
        return key
    return digest_of(key, salt)
