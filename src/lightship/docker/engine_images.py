"""Images of a Docker engine, as `docker save` would give them. Nothing is ever pulled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from lightship.docker.connection import Address, address, connected
from lightship.errors import EngineError, ImageNotFoundError
from lightship.image.blob import Stream
from lightship.image.choose import asked_platform
from lightship.record import record

_PLATFORMS = (
    1,
    48,
)  # the version of the API from which on an image is saved for one platform
_NEAREST = 5
_COMMANDS = {"the Docker engine": "docker"}


@record(eq=False)
class _Body:
    """What an engine sends, as it comes."""

    raw: Any

    def read(self, size: int, /) -> bytes:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - loaded with docker's SDK

        try:
            data: bytes = self.raw.read(size)
        except (HTTPError, OSError) as error:
            raise EngineError(
                f"the engine stopped sending the image: {error}"
            ) from error
        return data


@contextmanager
def engine_stream(name: str, platform: str = "") -> Iterator[Stream]:
    """The bytes of `docker save NAME`.

    With a platform only that one is sent, where the engine can tell platforms apart.

    An ImageNotFoundError where the engine has no such image, an EngineError where there is no
    engine or it refuses.
    """
    with saved(address(), name, platform) as stream:
        yield stream


@contextmanager
def saved(place: Address, name: str, platform: str = "") -> Iterator[Stream]:
    """As `engine_stream`, from the engine at a place."""
    with connected(place) as client:
        _find(client, name, place.subject)
        url = f"{client.base_url}/v{client.api_version}/images/{quote(name, safe='/:')}/get"
        one = (
            {"platform": _platform(platform)}
            if platform and _knows_platforms(client)
            else {}
        )
        with client.get(
            url, params=one, stream=True, timeout=(client.timeout, None)
        ) as answer:
            if answer.status_code != 200:
                raise _refused(name, answer)
            yield _Body(answer.raw)


def _find(client: Any, name: str, engine: str) -> None:
    # 0.2 s
    from docker.errors import ImageNotFound, NullResource  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        client.inspect_image(name)
    except NullResource as error:
        raise ImageNotFoundError(
            "no image given: name one that `docker images` lists"
        ) from error
    except ImageNotFound as error:
        raise ImageNotFoundError(not_there(name, _names(client), engine)) from error


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
