"""What a build writes with `--cache-to` (moby/buildkit 73ed682, solver/exporter.go).

All keys that the build has come to know; results by the mode, and whatever results the caches that
were read had of these keys. Nothing is added to what was there before: what is written replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable

from lightship.cache.keys.keys import Key
from lightship.cache.remote.exported import ExportedCache, Mode, Record, Result
from lightship.cache.remote.lookup import Found, StepOutcome

# Records that are carried over from caches that were read, in all
_MOST_CARRIED = 2_000


def exported(found: Found, mode: Mode) -> ExportedCache:
    """The cache that a build leaves."""
    graph = found.graph
    if graph.target is None:
        return ExportedCache()
    records: dict[Key, Record] = {}
    _carry_over(found, records)

    chain = graph.chain
    for at, node in enumerate(graph.nodes):
        is_untouched = found.outcomes[at] is StepOutcome.UNTOUCHED
        if is_untouched and not found.found[at]:
            continue

        own = _record(found, at)
        if mode is Mode.INLINE and _is_linked_by_content(found, at):
            own = Record(own.parents, frozenset(), own.contents)
        is_in_image = at in chain
        result = _written_result(found, at, mode, is_in_image=is_in_image)
        before = records.get(node.key)
        records[node.key] = _with(own, before, result)
    return ExportedCache(records)


def _written_result(
    found: Found,
    at: int,
    mode: Mode,
    *,
    is_in_image: bool,
) -> Result | None:
    """The result that is written with a node's key; `min` and `inline` write those of the image."""
    if mode is Mode.INLINE and not is_in_image:
        return None
    own = found.results[at]
    is_written = mode is Mode.MAX or is_in_image
    if own and is_written:
        return own
    return _read_result(found, at)


def kept_on(before: ExportedCache | None, found: Found) -> ExportedCache:
    """What a builder that keeps its own cache has after a build: all that it had, and this."""
    after = exported(found, Mode.MAX)
    if before is None:
        return after
    records = dict(before.records)
    for key, record in after.records.items():
        known = records.get(key)
        records[key] = _with(record, known, record.result)
    return ExportedCache(records)


def _with(own: Record, before: Record | None, result: Result | None) -> Record:
    """A record, by which a key is found as before and as now."""
    if before is None:
        return Record(
            parents=own.parents,
            links=own.links,
            contents=own.contents,
            result=result,
        )
    return Record(
        parents=own.parents | before.parents,
        links=own.links | before.links,
        contents=own.contents | before.contents,
        result=result or before.result,
    )


def _record(found: Found, at: int) -> Record:
    """The keys by which a node is found, as this build has them."""
    nodes = found.graph.nodes
    parents: set[Key] = set()
    links: set[tuple[int, Key]] = set()
    for place, taken in enumerate(nodes[at].inputs):
        if taken.node is None:
            continue
        key = nodes[taken.node].key
        parents.add(key)
        if taken.content is not None:
            link = (place, key)
            links.add(link)
    return Record(
        parents=frozenset(parents),
        links=frozenset(links),
        contents=found.contents[at],
    )


def _is_linked_by_content(found: Found, at: int) -> bool:
    """Whether it is what `COPY --link` makes, and was found by content.

    After an inline cache BuildKit was seen to find that by content again, and never by the key of
    the stage, which it therefore builds.
    """
    outcome = found.outcomes[at]
    if outcome.is_run or not found.contents[at]:
        return False
    node = found.graph.nodes[at]
    return all(taken.content is not None for taken in node.inputs)


def _read_result(found: Found, at: int) -> Result | None:
    """The result of a node in a cache that was read: its layers are there already."""
    key = found.graph.nodes[at].key
    numbers = found.found[at] or ()
    for number in sorted(numbers):
        cache = found.caches[number]
        result = cache.records[key].result
        if result is not None:
            return result
    return None


def _carry_over(found: Found, records: dict[Key, Record]) -> None:
    """The keys by which nodes are found in the caches that were read, without results
    (addBacklinks).
    """
    nodes = found.graph.nodes
    for number, cache in enumerate(found.caches):
        keys: list[Key] = []
        for node, numbers in zip(nodes, found.found, strict=True):
            if numbers is None:
                continue
            if number in numbers:
                keys.append(node.key)
        _carry(cache, keys, records)


def _carry(
    cache: ExportedCache,
    keys: Iterable[Key],
    records: dict[Key, Record],
) -> None:
    waiting = list(keys)
    seen: set[Key] = set()
    while waiting and len(records) < _MOST_CARRIED:
        key = waiting.pop()
        if key in seen or key not in cache.records:
            continue
        seen.add(key)
        old = cache.records[key]
        before = records.get(key)
        bare = Record(old.parents, old.links, old.contents)
        records[key] = _with(bare, before, None)
        waiting += old.parents
        waiting += [link for _place, link in old.links]
