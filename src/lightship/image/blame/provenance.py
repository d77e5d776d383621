"""BuildKit's provenance (`mode=max`): the exact line that made a layer.

SLSA v0.2 and v1 hold the same in other places (moby/buildkit, solver/llbsolver/provenance/types).
Each step of the build has its lines in `source.locations`, and in `layers`, by the number of its
output, the layers of what it made: all of them from the bottom up, so that its own is the last.
Anything may be missing or have another shape.
"""

from __future__ import annotations

from binascii import Error, a2b_base64
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lightship.image.digest import read_digest
from lightship.image.image import Image
from lightship.record import record
from lightship.text import decode

if TYPE_CHECKING:
    from lightship.build import Build

_METADATA = "https://mobyproject.org/buildkit@v1#metadata"
_LARGEST = 1 << 22  # characters of a Dockerfile's base64
_MOST_STEPS = 20_000
_MOST_LAYERS = 1 << 18  # of all steps together
_MOST_LOCATIONS = 64  # of a step
_FILES = 8
_HIGHEST = 1 << 24
_SOURCES = ("docker-image://", "oci-layout://")


@record
class SourceLines:
    """Lines of the `source`-th file, from 1, 0 where they are not known.

    `is_base` where the step fetched an image.
    """

    source: int
    first: int
    last: int
    is_base: bool


@record(eq=False)
class Provenance:
    """The places of layers by index, the texts and names of the files that they are in, and
    the build that they make.

    `build` is None where the Dockerfile's text is not there; `path` is its name.
    """

    places: Mapping[int, SourceLines]
    texts: Mapping[int, str]
    names: Mapping[int, str]
    build: Build | None = None
    path: str = ""


def read_provenance(image: Image) -> Provenance | None:
    """What the image's attestations say; None where there is no provenance with lines."""
    for attestation in image.attestations:
        if "slsa.dev/provenance" in attestation.predicate_type:
            predicate = _at(attestation.statement, "predicate") or attestation.statement
            metadata = _metadata(predicate)
            source = _at(metadata, "source")
            if _mapping(source):
                return _read(image, predicate, metadata, _mapping(source))
    return None


def _read(
    image: Image, predicate: Any, metadata: Any, source: Mapping[str, Any]
) -> Provenance:
    infos = _list(_at(source, "infos"))[:_FILES]
    texts = {
        at: text
        for at, info in enumerate(infos)
        if (text := _file_text(info)) is not None
    }
    names = {
        at: name[:4096]
        for at, info in enumerate(infos)
        if isinstance(name := _at(info, "filename"), str)
    }
    places = _places(image, predicate, metadata, _mapping(_at(source, "locations")))
    build = _build(texts[0], predicate) if 0 in texts else None
    return Provenance(places, texts, names, build, names.get(0) or "Dockerfile")


def _build(text: str, predicate: Any) -> Build:
    from lightship.build import Build  # noqa: PLC0415 - most images have no provenance
    from lightship.dockerfile.parse import parse  # noqa: PLC0415

    return Build(parse(text), args=_args(predicate), target=_target(predicate))


def _metadata(predicate: Any) -> Any:
    return _at(predicate, "metadata", _METADATA) or _at(
        predicate, "runDetails", "metadata", "buildkit_metadata"
    )


def _request(predicate: Any) -> Mapping[Any, Any]:
    """The options of the frontend, such as `build-arg:A` and `target`."""
    found = _at(predicate, "invocation", "parameters", "args")
    return _mapping(
        found
        or _at(predicate, "buildDefinition", "externalParameters", "request", "args")
    )


def _args(predicate: Any) -> dict[str, str]:
    prefix = "build-arg:"
    return {
        name.removeprefix(prefix): value
        for name, value in _request(predicate).items()
        if isinstance(name, str) and name.startswith(prefix) and isinstance(value, str)
    }


def _target(predicate: Any) -> str | None:
    found = _request(predicate).get("target")
    return found if isinstance(found, str) and found else None


def _file_text(info: Any) -> str | None:
    """The text of a Dockerfile, which stands there as base64."""
    data = _at(info, "data")
    language = _at(info, "language")
    if (
        not isinstance(data, str)
        or len(data) > _LARGEST
        or language not in (None, "", "Dockerfile")
    ):
        return None
    try:
        return decode(a2b_base64(data.encode("ascii", "replace"), strict_mode=True))
    except (Error, ValueError):
        return None


def _places(
    image: Image, predicate: Any, metadata: Any, locations: Mapping[str, Any]
) -> dict[int, SourceLines]:
    """The place of each layer of which the steps that made it agree."""
    fetched = set(_fetching(predicate))
    names = [
        {str(each) for each in (layer.digest, layer.diff_id) if each}
        for layer in image.layers
    ]
    found: dict[int, set[SourceLines]] = {}
    for step, chain in _chains(metadata):
        place = _place(locations.get(step), step in fetched)
        at = len(chain) - 1
        if place is None or not 0 <= at < len(names) or not _is_prefix(chain, names):
            continue
        for layer in range(at + 1) if place.is_base else (at,):
            found.setdefault(layer, set()).add(place)
    return {
        layer: next(iter(places)) for layer, places in found.items() if len(places) == 1
    }


def _is_prefix(chain: Sequence[str], names: Sequence[set[str]]) -> bool:
    return all(digest in known for digest, known in zip(chain, names, strict=False))


def _chains(metadata: Any) -> Iterator[tuple[str, list[str]]]:
    """Steps, and the digests of the layers of what each made, the lowest first."""
    left = _MOST_LAYERS
    for key, chains in list(_mapping(_at(metadata, "layers")).items())[:_MOST_STEPS]:
        for chain in _list(chains):
            left -= len(_list(chain)) + 1
            if left < 0:
                return
            digests = [read_digest(_at(each, "digest")) for each in _list(chain)]
            if digests and None not in digests:
                yield str(key).partition(":")[0], [str(each) for each in digests]


def _fetching(predicate: Any) -> Iterator[str]:
    """The steps that fetch an image."""
    config = _at(predicate, "buildConfig") or _at(
        predicate, "buildDefinition", "internalParameters", "buildConfig"
    )
    for step in _list(_at(config, "llbDefinition"))[:_MOST_STEPS]:
        op = _at(step, "op", "Op") or _at(step, "op")
        identifier = _at(op, "source", "identifier") or _at(op, "Source", "identifier")
        name = _at(step, "id")
        if (
            isinstance(name, str)
            and isinstance(identifier, str)
            and identifier.startswith(_SOURCES)
        ):
            yield name


def _place(location: Any, is_base: bool) -> SourceLines | None:
    """The lines of a step; 0 where several lines share it, which tells at least that it is a
    base image's.
    """
    found = {
        lines
        for each in _list(_at(location, "locations"))[:_MOST_LOCATIONS]
        for lines in _lines(each)
    }
    if len(found) == 1:
        return SourceLines(*found.pop(), is_base)
    return SourceLines(0, 0, 0, is_base) if found and is_base else None


def _lines(location: Any) -> Iterator[tuple[int, int, int]]:
    """File, first and last line, once for each location that says them."""
    source = _at(location, "sourceIndex") or 0
    for each in _list(_at(location, "ranges"))[:1]:
        first, last = _at(each, "start", "line"), _at(each, "end", "line")
        if (
            _is_line(first)
            and _is_line(last)
            and first <= last
            and isinstance(source, int)
            and 0 <= source < _FILES
        ):
            yield source, first, last


def _is_line(value: Any) -> bool:
    return (
        isinstance(value, int) and not isinstance(value, bool) and 0 < value < _HIGHEST
    )


def _at(value: Any, *keys: str) -> Any:
    """What stands under keys inside one another; None where there is nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
