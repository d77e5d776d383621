"""BuildKit's provenance (`mode=max`): the exact line that made a layer.

SLSA v0.2 and v1 hold the same in other places (moby/buildkit, solver/llbsolver/provenance/types).
Each step of the build has its lines in `source.locations`, and in `layers`, by the number of its
output, the layers of what it made: all of them from the bottom up, so that its own is the last.
Anything may be missing or have another shape.
"""

from __future__ import annotations

from binascii import Error, a2b_base64
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
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
        if "slsa.dev/provenance" not in attestation.predicate_type:
            continue
        statement = attestation.statement
        predicate = _at(statement, "predicate") or statement
        metadata = _metadata(predicate)
        source = _mapping(_at(metadata, "source"))
        if source:
            return _read(image, predicate, metadata, source)
    return None


def _read(
    image: Image,
    predicate: Any,
    metadata: Any,
    source: Mapping[str, Any],
) -> Provenance:
    texts: dict[int, str] = {}
    names: dict[int, str] = {}
    infos = _list(_at(source, "infos"))
    for at, info in enumerate(infos[:_FILES]):
        text = _file_text(info)
        if text is not None:
            texts[at] = text
        name = _at(info, "filename")
        if isinstance(name, str):
            names[at] = name[:4096]

    locations = _mapping(_at(source, "locations"))
    places = _places(image, predicate, metadata, locations)
    build = _build(texts[0], predicate) if 0 in texts else None
    return Provenance(places, texts, names, build, names.get(0) or "Dockerfile")


def _build(text: str, predicate: Any) -> Build:
    from lightship.build import Build  # noqa: PLC0415 - most images have no provenance
    from lightship.dockerfile.parse import parse  # noqa: PLC0415

    args = _args(predicate)
    target = _target(predicate)
    return Build(parse(text), args=args, target=target)


def _metadata(predicate: Any) -> Any:
    old = _at(predicate, "metadata", _METADATA)
    return old or _at(predicate, "runDetails", "metadata", "buildkit_metadata")


def _request(predicate: Any) -> Mapping[Any, Any]:
    """The options of the frontend, such as `build-arg:A` and `target`."""
    arguments = _at(predicate, "invocation", "parameters", "args")
    if not arguments:
        path = ("buildDefinition", "externalParameters", "request", "args")
        arguments = _at(predicate, *path)
    return _mapping(arguments)


def _args(predicate: Any) -> dict[str, str]:
    prefix = "build-arg:"
    given: dict[str, str] = {}
    for name, value in _request(predicate).items():
        is_text = isinstance(name, str) and isinstance(value, str)
        if is_text and name.startswith(prefix):
            given[name.removeprefix(prefix)] = value
    return given


def _target(predicate: Any) -> str | None:
    target = _request(predicate).get("target")
    return target if isinstance(target, str) and target else None


def _file_text(info: Any) -> str | None:
    """The text of a Dockerfile, which stands there as base64."""
    data = _at(info, "data")
    language = _at(info, "language")
    if language not in (None, "", "Dockerfile"):
        return None
    if not isinstance(data, str) or len(data) > _LARGEST:
        return None
    characters = data.encode("ascii", "replace")
    try:
        content = a2b_base64(characters, strict_mode=True)
    except (Error, ValueError):
        return None
    return decode(content)


def _places(
    image: Image,
    predicate: Any,
    metadata: Any,
    locations: Mapping[str, Any],
) -> dict[int, SourceLines]:
    """The place of each layer of which the steps that made it agree."""
    fetched = set(_fetching(predicate))
    names = [{str(layer.digest), str(layer.diff_id)} for layer in image.layers]
    by_layer: dict[int, set[SourceLines]] = {}
    for step, chain in _chains(metadata):
        lines = _source_lines(locations.get(step), step in fetched)
        if lines is None or not _is_prefix(chain, names):
            continue
        top = len(chain) - 1
        layers = range(top + 1) if lines.is_base else (top,)
        for layer in layers:
            by_layer.setdefault(layer, set()).add(lines)

    agreed: dict[int, SourceLines] = {}
    for layer, places in by_layer.items():
        if len(places) == 1:
            agreed[layer] = places.pop()
    return agreed


def _is_prefix(chain: Sequence[str], names: Sequence[set[str]]) -> bool:
    """Whether these are the digests of the first layers."""
    if not 0 < len(chain) <= len(names):
        return False
    pairs = zip(chain, names, strict=False)
    return all(digest in known for digest, known in pairs)


def _chains(metadata: Any) -> Iterator[tuple[str, list[str]]]:
    """Steps, and the digests of the layers of what each made, the lowest first."""
    outputs = _mapping(_at(metadata, "layers"))
    left = _MOST_LAYERS
    for key, chains in islice(outputs.items(), _MOST_STEPS):
        step = str(key).partition(":")[0]
        for chain in map(_list, _list(chains)):
            left -= len(chain) + 1
            if left < 0:
                return
            digests = [read_digest(_at(layer, "digest")) for layer in chain]
            if digests and None not in digests:
                yield step, list(map(str, digests))


def _fetching(predicate: Any) -> Iterator[str]:
    """The steps that fetch an image."""
    config = _at(predicate, "buildConfig")
    if not config:
        inner = ("buildDefinition", "internalParameters", "buildConfig")
        config = _at(predicate, *inner)
    for step in _list(_at(config, "llbDefinition"))[:_MOST_STEPS]:
        op = _at(step, "op", "Op") or _at(step, "op")
        identifier = _at(op, "source", "identifier") or _at(op, "Source", "identifier")
        name = _at(step, "id")
        if not isinstance(name, str) or not isinstance(identifier, str):
            continue
        if identifier.startswith(_SOURCES):
            yield name


def _source_lines(location: Any, is_base: bool) -> SourceLines | None:
    """The lines of a step; 0 where several lines share it, which tells at least that it is a
    base image's.
    """
    places = _list(_at(location, "locations"))
    lines: set[tuple[int, int, int]] = set()
    for place in places[:_MOST_LOCATIONS]:
        lines.update(_lines(place))

    if len(lines) == 1:
        source, first, last = lines.pop()
        return SourceLines(source, first, last, is_base)
    if lines and is_base:
        return SourceLines(0, 0, 0, is_base)
    return None


def _lines(location: Any) -> Iterator[tuple[int, int, int]]:
    """File, first and last line, once for each location that says them."""
    source = _at(location, "sourceIndex") or 0
    if not isinstance(source, int) or not 0 <= source < _FILES:
        return
    ranges = _list(_at(location, "ranges"))
    if not ranges:
        return
    first = _at(ranges[0], "start", "line")
    last = _at(ranges[0], "end", "line")
    if _is_line(first) and _is_line(last) and first <= last:
        yield source, first, last


def _is_line(value: Any) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and 0 < value < _HIGHEST


def _at(value: Any, *keys: str) -> Any:
    """What stands under keys inside one another; None where there is nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
