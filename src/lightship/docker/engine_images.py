"""Images of a Docker engine, as `docker save` would give them. Nothing is ever pulled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from lightship.docker.connection import LONGER, Address, address, connected
from lightship.errors import EngineError, ImageNotFoundError
from lightship.image.blob import Stream
from lightship.image.choose import asked_platform
from lightship.record import record
from lightship.wording.connection_failures import is_silence, why

_PLATFORMS = (
    1,
    48,
)  # the version of the API from which on an image is saved for one platform
_NEAREST = 5
_COMMANDS = {"the Docker engine": "docker"}
# An engine puts an image together on its disk before it sends the first byte
_GATHERED = 10_000_000  # bytes in a second, on a slow disk
PATIENCE = 30.0  # seconds without a byte


@record(eq=False)
class _Body:
    """What an engine sends, as it comes."""

    raw: Any
    subject: str
    patience: float

    def read(self, size: int, /) -> bytes:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - loaded with docker's SDK

        try:
            data: bytes = self.raw.read(size)
        except (HTTPError, OSError) as error:
            longer = LONGER if is_silence(error) else "; try again"
            raise EngineError(
                f"{self.subject} stopped sending the image: {why(error, self.patience)}{longer}"
            ) from error
        return data


def time_to_gather(size: int, patience: float) -> float:
    """Seconds until the first byte of an image of that size has to come."""
    return patience + max(size, 0) / _GATHERED


@contextmanager
def engine_stream(
    name: str, platform: str = "", patience: float = PATIENCE
) -> Iterator[Stream]:
    """The bytes of `docker save NAME`.

    With a platform only that one is sent, where the engine can tell platforms apart. `patience` is
    for how many seconds it may send nothing; longer before the first byte of a large image.

    An ImageNotFoundError where the engine has no such image, an EngineError where there is no
    engine, or it refuses or is silent.
    """
    with saved(address(), name, platform, patience) as stream:
        yield stream


@contextmanager
def saved(
    place: Address, name: str, platform: str = "", patience: float = PATIENCE
) -> Iterator[Stream]:
    """As `engine_stream`, from the engine at a place."""
    with connected(place, patience, LONGER) as client:
        size = _find(client, name, place.subject)
        url = f"{client.base_url}/v{client.api_version}/images/{quote(name, safe='/:')}/get"
        one = (
            {"platform": _platform(platform)}
            if platform and _knows_platforms(client)
            else {}
        )
        first = time_to_gather(size, patience)
        with client.get(
            url, params=one, stream=True, timeout=(patience, first)
        ) as answer:
            if answer.status_code != 200:
                raise _refused(name, answer)
            _wait_no_longer(client, answer, patience)
            yield _Body(answer.raw, place.subject, patience)


def _wait_no_longer(client: Any, answer: Any, patience: float) -> None:
    """Let an answer that comes be silent for so long; the SDK knows its socket."""
    stream = client._get_raw_response_socket(answer)  # noqa: SLF001 - it offers no other way
    socket = getattr(stream, "_sock", stream)
    if hasattr(socket, "settimeout"):
        socket.settimeout(patience)


def _find(client: Any, name: str, engine: str) -> int:
    """The bytes of an image of the engine."""
    # 0.2 s
    from docker.errors import ImageNotFound, NullResource  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        found = client.inspect_image(name)
    except NullResource as error:
        raise ImageNotFoundError(
            "no image given: name one that `docker images` lists"
        ) from error
    except ImageNotFound as error:
        raise ImageNotFoundError(not_there(name, _names(client), engine)) from error
    size = found.get("Size")
    return size if isinstance(size, int) else 0


def _names(client: Any) -> list[str]:
    found = {tag for image in client.images() for tag in image.get("RepoTags") or ()}
    return sorted(found - {"<none>:<none>"})


def not_there(name: str, names: Sequence[str], engine: str) -> str:
    """That an engine has no such image, what it has instead, and what to do."""
    near = nearest(name, names)
    if near:
        have = f"it has {', '.join(near)}"
    elif names:
        have = f"it has {len(names)} others"
    else:
        have = "it has none at all"
    command = _COMMANDS.get(engine, engine)
    return (
        f"{engine} has no image {name}: {have}. `{command} pull {name}` fetches it, "
        f"and registry://{name} reads it without an engine"
    )


def nearest(name: str, names: Sequence[str]) -> list[str]:
    """Names that `name` may have meant: of the same repository, and alike."""
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    repository = name.partition("@")[0].rpartition("/")[2].partition(":")[0]
    same = [
        each
        for each in names
        if each.rpartition("/")[2].partition(":")[0] == repository
    ]
    alike = get_close_matches(name, names, _NEAREST)
    return list(dict.fromkeys((*same, *alike)))[:_NEAREST]


def _knows_platforms(client: Any) -> bool:
    return tuple(map(int, client.api_version.split("."))) >= _PLATFORMS


def _platform(text: str) -> str:
    """`linux/arm64/v8` as the API has it: an OCI platform in JSON.

    It has a variant only where one was named.
    """
    import json  # noqa: PLC0415 - only an engine needs it

    platform = asked_platform(text)
    variant = {"variant": platform.variant} if text.count("/") == 2 else {}
    return json.dumps(
        {"os": platform.os, "architecture": platform.architecture, **variant}
    )


def _refused(name: str, answer: Any) -> EngineError:
    import json  # noqa: PLC0415 - as above

    text = answer.raw.read(4096).decode("utf-8", "replace")
    with suppress(ValueError, KeyError, TypeError):
        text = json.loads(text)["message"]
    return EngineError(
        f"the engine cannot save {name}: {text or answer.reason} (status {answer.status_code})"
    )
