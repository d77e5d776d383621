"""Which images an engine has already. Nothing is ever pulled."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.docker.connection import address, connected


def present_images(names: Iterable[str]) -> dict[str, str]:
    """The ids of those images that the engine has, by the names that were asked for.

    An EngineError without an engine.
    """
    # Only an engine needs it
    from docker.errors import ImageNotFound  # type: ignore[import-untyped]  # noqa: PLC0415

    found: dict[str, str] = {}
    with connected(address()) as client:
        for name in names:
            try:
                found[name] = str(client.inspect_image(name)["Id"])
            except ImageNotFound:
                continue
    return found
