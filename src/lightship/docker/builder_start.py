"""A builder of buildx that the user chose: it runs before anything is measured."""

from __future__ import annotations

from lightship.docker.leftovers import buildx
from lightship.errors import EngineError

_PATIENCE = 600.0  # seconds; a container's image may have to be pulled


def start_builder(name: str) -> None:
    """See that a builder runs, so that the first build does not count its start.

    One with the driver docker-container has no container before its first use. An EngineError where
    it does not start, or is not there.
    """
    try:
        buildx("inspect", name, "--bootstrap", patience=_PATIENCE)
    except EngineError as error:
        lines = str(error).strip().splitlines()
        said = lines[-1].rpartition("ERROR: ")[2].strip()
        cure = f"see `docker buildx inspect --bootstrap {name}`"
        raise EngineError(
            f"the builder {name} does not start: {said}: {cure}"
        ) from None
