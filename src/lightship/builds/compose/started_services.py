"""Which services `docker compose up` and `run` build, where they are missing.

Source: docker/compose, pkg/compose/build.go, ensureImagesExists: an image that a registry has is
pulled, and only what cannot be pulled is built.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.builds.compose.service import Service
from lightship.builds.definition import BuildCall

_NEVER_PULLED = ("build", "never")


def started_services(services: Sequence[Service], call: BuildCall) -> list[Service]:
    """The services that are started, without those that can be pulled."""
    starts = call.starts
    if starts is None:
        return list(services)
    chosen = list(services)
    if call.only:
        names = _with_needs(services, call.only) if starts.with_needs else call.only
        chosen = [item for item in services if item.name in names]
    return [item for item in chosen if starts.builds or not _can_be_pulled(item)]


def _with_needs(services: Sequence[Service], names: Collection[str]) -> set[str]:
    """The services of these names, and all that they depend on."""
    by_name = {item.name: item for item in services}
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in by_name:
            waiting += _needs(by_name[name])
    return found


def _needs(service: Service) -> Iterator[str]:
    """What a service names in `depends_on`, as a list or a mapping."""
    for part in service.parts:
        node = part.node.get("depends_on")
        if node is not None:
            yield from node.entries
            yield from (item.text for item in node.items if item.text)


def _can_be_pulled(service: Service) -> bool:
    """Whether its image has the name of one in a registry: `acme/app`, not `app`."""
    policies = [part.node.get("pull_policy") for part in service.parts]
    texts = [item.text for item in policies if item is not None]
    is_pulled = not any(text in _NEVER_PULLED for text in texts)
    return is_pulled and "/" in (service.image or "")
