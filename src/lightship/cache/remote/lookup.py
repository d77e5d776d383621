"""What a builder without a cache of its own finds in those that it imports.

The target is asked for first, and what it lies on only where the target itself has no result
(moby/buildkit 73ed682, solver/edge.go). A step is found by the keys of what it takes, each in the
cache that knows them all; of another stage also by content, for which that stage has to be there:
pulled, or built. Its result may be in another cache than its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from lightship.cache.keys.keys import Key
from lightship.cache.remote.exported import (
    Content,
    ExportedCache,
    Record,
    Result,
)
from lightship.cache.remote.key_graph import Input, KeyGraph, KeyNode
from lightship.record import record

_Caches = frozenset[int]  # by their place


class StepOutcome(StrEnum):
    """What became of a node."""

    UNTOUCHED = "untouched"  # nobody needed it: something above it is a hit
    HIT = "hit"  # its layers are taken from a cache
    NO_KEY = "no-key"  # run: no cache knows its key
    NO_RESULT = "no-result"  # run: its key is known, and no cache has its layers

    @property
    def is_run(self) -> bool:
        return self in (StepOutcome.NO_KEY, StepOutcome.NO_RESULT)


@record(eq=False)
class Found:
    """What became of each node of a graph, in its order.

    `found` are the caches in which its key is, None where it was not looked for. `results` are
    those of nodes that were built or taken, `pulled` the nodes whose layers had to be fetched.

    `unsure` are hits which BuildKit finds at some times and not at others: what one of several
    caches knows, upon what several of them know. It asks them at the same time, and a key that came
    from one is not always told from the other's (solver/cachemanager.go, getIDFromDeps).
    """

    graph: KeyGraph
    caches: Sequence[ExportedCache]
    outcomes: tuple[StepOutcome, ...]
    found: tuple[_Caches | None, ...]
    results: tuple[Result | None, ...]
    pulled: frozenset[int]
    contents: tuple[frozenset[tuple[int, Content]], ...]
    unsure: frozenset[int] = frozenset()

    @property
    def unsure_steps(self) -> frozenset[int]:
        """The numbers of the steps that are unsure hits."""
        nodes = self.graph.nodes
        steps = [nodes[at].step for at in self.unsure]
        numbers = [number for number in steps if number is not None]
        return frozenset(numbers)

    def of_steps(self) -> list[StepOutcome]:
        """The outcome of each step, in the order of the plan."""
        by_step: dict[int, StepOutcome] = {}
        pairs = zip(self.graph.nodes, self.outcomes, strict=True)
        for node, outcome in pairs:
            if node.step is not None:
                by_step[node.step] = outcome
        in_order = sorted(by_step)
        return [by_step[number] for number in in_order]


def look_up(
    graph: KeyGraph,
    caches: Sequence[ExportedCache],
    runs: Iterator[int],
    *,
    ignored: bool = False,
    loads: bool = False,
) -> Found:
    """The outcome of a build with these caches.

    `runs` gives each RUN that is run a number of its own, over all builds whose caches meet. With
    `ignored` nothing is looked for (`no-cache`). `loads` is whether the image itself is
    fetched in the end, hit or not (`load: true`).
    """
    looking = _Looking(graph, () if ignored else caches, runs)
    return looking.found(loads=loads)


class _Looking:
    """One build, as far as it was asked for."""

    def __init__(
        self,
        graph: KeyGraph,
        caches: Sequence[ExportedCache],
        runs: Iterator[int],
    ) -> None:
        self._graph = graph
        self._caches = caches
        self._runs = runs
        size = len(graph.nodes)
        self._outcomes = [StepOutcome.UNTOUCHED] * size
        self._found: list[_Caches | None] = [None] * size
        self._results: list[Result | None] = [None] * size
        self._contents: list[frozenset[tuple[int, Content]]] = [frozenset()] * size
        self._pulled: set[int] = set()

    def found(self, *, loads: bool) -> Found:
        graph = self._graph
        if graph.target is not None:
            self._complete(graph.target)
            # All keys of the graph are exported, those of untouched steps too
            for at in range(len(graph.nodes)):
                self._find(at, is_quiet=True)
            if loads:
                self._pull(graph.target)
        return Found(
            graph=graph,
            caches=self._caches,
            outcomes=tuple(self._outcomes),
            found=tuple(self._found),
            results=tuple(self._results),
            pulled=frozenset(self._pulled),
            contents=tuple(self._contents),
            unsure=self._unsure(),
        )

    def _unsure(self) -> frozenset[int]:
        """The hits that only some of the caches know which know what they lie on."""
        unsure: set[int] = set()
        if len(self._caches) < 2:
            return frozenset()
        for at, node in enumerate(self._graph.nodes):
            own = self._found[at]
            outcome = self._outcomes[at]
            if not own or outcome.is_run:
                continue
            for taken in node.inputs:
                if taken.node is None:
                    continue
                below = self._found[taken.node]
                is_wider = below is not None and own < below
                if is_wider or taken.node in unsure:
                    unsure.add(at)
        return frozenset(unsure)

    def _complete(self, at: int) -> Result:
        """Take a node from a cache, or run it."""
        known = self._results[at]
        if known is not None:
            return known
        node = self._graph.nodes[at]
        found = self._find(at)
        result = self._taken(node, found)
        if result is None:
            for each in node.inputs:
                if each.node is not None:
                    self._complete(each.node)
            # What it takes of other stages is there now, and can be looked for by content
            found = self._find_again(at, found)
            result = self._taken(node, found)
        if result is not None:
            self._outcomes[at] = StepOutcome.HIT
        else:
            result = self._run(at, is_known=bool(found))
        self._results[at] = result
        return result

    def _taken(self, node: KeyNode, found: _Caches) -> Result | None:
        """The result of a node that some cache in which it was found has."""
        for number in sorted(found):
            known = self._record(number, node)
            if known.result is not None:
                return known.result
        return None

    def _run(self, at: int, *, is_known: bool) -> Result:
        node = self._graph.nodes[at]
        outcome = StepOutcome.NO_KEY
        if is_known:
            outcome = StepOutcome.NO_RESULT
        self._outcomes[at] = outcome

        generations: dict[Key, int] = {}
        for taken in node.inputs:
            if taken.node is None:
                continue
            result = self._complete(taken.node)
            generations |= result.generations
            if node.step is not None:
                self._pull(taken.node)
        if node.runs:
            generations[node.key] = next(self._runs)
        return Result(generations)

    def _pull(self, at: int) -> None:
        """Fetch the layers of a hit, and those that it lies on."""
        waiting: list[int | None] = [at]
        while waiting:
            number = waiting.pop()
            if number is None or number in self._pulled:
                continue
            if self._outcomes[number].is_run:
                continue
            node = self._graph.nodes[number]
            if node.step is not None:
                self._pulled.add(number)
            else:
                waiting += [taken.node for taken in node.inputs]
            waiting.append(node.below)

    def _find(self, at: int, *, is_quiet: bool = False) -> _Caches:
        """The caches in which the key of a node is found.

        Where its base is, and another stage is not known by its key, that stage is completed, so
        that its content can be looked for; not if `is_quiet`.
        """
        known = self._found[at]
        if known is not None:
            return known
        node = self._graph.nodes[at]
        caches = self._among(node)
        for taken in node.inputs:
            if taken.content is None and taken.node is not None:
                caches &= self._find(taken.node, is_quiet=is_quiet)

        stages = [taken for taken in node.inputs if taken.content is not None]
        if caches and stages:
            by_key = self._by_key(at, caches, is_quiet=is_quiet)
            if by_key or is_quiet:
                caches = by_key
            else:
                self._complete_stages(stages)
                caches = self._by_content(at, caches)
        self._found[at] = caches
        return caches

    def _among(self, node: KeyNode) -> _Caches:
        """The caches that have the key of a node."""
        numbers: set[int] = set()
        for number, cache in enumerate(self._caches):
            if node.key in cache.records:
                numbers.add(number)
        return frozenset(numbers)

    def _complete_stages(self, inputs: Iterable[Input]) -> None:
        for taken in inputs:
            if taken.node is not None:
                self._complete(taken.node)
                self._pull(taken.node)

    def _find_again(self, at: int, found: _Caches) -> _Caches:
        """The caches in which a node is, all that it takes being there."""
        node = self._graph.nodes[at]
        among = self._among(node)
        for taken in node.inputs:
            if taken.content is None and taken.node is not None:
                below = self._found[taken.node]
                among &= below or frozenset()
        found |= self._by_content(at, among)
        self._found[at] = found
        return found

    def _by_key(self, at: int, caches: _Caches, *, is_quiet: bool) -> _Caches:
        """Those that know a node by the keys of the stages that it takes something of."""
        nodes = self._graph.nodes
        node = nodes[at]
        kept = caches
        for place, taken in enumerate(node.inputs):
            if taken.content is None or taken.node is None:
                continue
            kept &= self._find(taken.node, is_quiet=is_quiet)
            link = (place, nodes[taken.node].key)
            kept = self._linked(kept, node, link)
        return kept

    def _linked(
        self,
        caches: _Caches,
        node: KeyNode,
        link: tuple[int, Key],
    ) -> _Caches:
        """Those of some caches that know a node by a link."""
        linked: set[int] = set()
        for number in caches:
            known = self._record(number, node)
            if link in known.links:
                linked.add(number)
        return frozenset(linked)

    def _by_content(self, at: int, caches: _Caches) -> _Caches:
        """Those that know a node by the files that it takes of other stages, or by their keys."""
        nodes = self._graph.nodes
        node = nodes[at]
        own: set[tuple[int, Content]] = set()
        kept = set(caches)
        for place, taken in enumerate(node.inputs):
            if taken.content is None or taken.node is None:
                continue
            content = (place, self._content(taken))
            own.add(content)
            link = (place, nodes[taken.node].key)
            found = self._found[taken.node] or frozenset()
            for number in tuple(kept):
                known = self._record(number, node)
                is_linked = link in known.links and number in found
                if content not in known.contents and not is_linked:
                    kept.discard(number)
        self._contents[at] = frozenset(own)
        return frozenset(kept)

    def _record(self, number: int, node: KeyNode) -> Record:
        return self._caches[number].records[node.key]

    def _content(self, taken: Input) -> Content:
        """The files that are taken of a stage that is there."""
        assert taken.node is not None
        assert taken.content is not None
        result = self._results[taken.node]
        assert result is not None
        nodes = self._graph.nodes
        behind = [nodes[at] for at in taken.behind]
        generations = result.generations
        keys = [node.key for node in behind]
        if not all(node.runs for node in behind):
            # It is not known which of them wrote it
            keys = list(generations)
        keys.sort()
        numbers = [generations.get(key, 0) for key in keys]
        return taken.content, tuple(numbers)
