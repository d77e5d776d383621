"""The engine that the user's own `docker` command would talk to, through docker's SDK."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lightship.errors import EngineError
from lightship.record import record
from lightship.wording.connection_failures import is_silence, why

_SOCKET = "unix:///var/run/docker.sock"
_PATIENCE = 60.0  # seconds for an answer, not for what it then sends
LONGER = "; try again, or wait longer with --timeout SECONDS"


@record
class Address:
    """Where an engine is.

    `said` is what named it: an environment variable or a context; empty for the usual engine.
    """

    host: str
    said: str = ""
    tls: Any = None  # docker's TLSConfig
    engine: str = "Docker engine"

    @property
    def subject(self) -> str:
        """The engine as the subject of a sentence."""
        return self.engine if self.engine == "podman" else f"the {self.engine}"


def address() -> Address:
    """The engine that docker's CLI would use.

    That is DOCKER_HOST's, then DOCKER_CONTEXT's, then that of the current context.

    An EngineError for a context that there is not.
    """
    # 0.2 s, and only an engine needs it
    from docker.errors import DockerException  # type: ignore[import-untyped]  # noqa: PLC0415
    from docker.utils import kwargs_from_env  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        given = kwargs_from_env()
        if given.get("base_url"):
            return Address(given["base_url"], "DOCKER_HOST", given.get("tls"))
        return _of_context(os.environ.get("DOCKER_CONTEXT", ""))
    except DockerException as error:
        raise EngineError(f"docker's settings cannot be used: {error}") from error


def _of_context(name: str) -> Address:
    """The engine of a context, in docker's store.

    Its files are `contexts/meta/SHA256-OF-NAME/meta.json` and `contexts/tls/...`.

    The SDK looks for it beside config.json, and does not find it where there is no such file.
    """
    from hashlib import sha256  # noqa: PLC0415 - most have no context

    folder = os.environ.get("DOCKER_CONFIG") or os.path.join(
        os.path.expanduser("~"), ".docker"
    )
    said = "DOCKER_CONTEXT" if name else "config.json"
    name = name or _current(folder)
    if name == "default":
        return Address(_SOCKET)
    identity = sha256(name.encode()).hexdigest()
    path = os.path.join(folder, "contexts/meta", identity, "meta.json")
    try:
        endpoint = _json(path)["Endpoints"]["docker"]
        host, unchecked = str(endpoint["Host"]), bool(endpoint.get("SkipTLSVerify"))
    except FileNotFoundError as error:
        raise EngineError(
            f"{said} names the docker context {name}, which does not exist: see `docker context ls`"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineError(
            f"docker's context {name} cannot be read: {path}: {error!r}"
        ) from error
    tls = _tls(
        os.path.join(folder, "contexts/tls", identity, "docker"), verify=not unchecked
    )
    return Address(host, f"docker's context {name}", tls)


def _current(folder: str) -> str:
    """The context that `docker context use` chose."""
    try:
        return str(
            _json(os.path.join(folder, "config.json")).get("currentContext")
            or "default"
        )
    except (OSError, ValueError, AttributeError):
        return "default"


def _json(path: str) -> Any:
    import json  # noqa: PLC0415 - as above

    with open(path, "rb") as text:
        return json.load(text)


def _tls(folder: str, *, verify: bool) -> Any:
    """The certificates of a context; None where it has none."""
    from docker.tls import TLSConfig  # type: ignore[import-untyped]  # noqa: PLC0415

    authority, certificate, key = (
        os.path.join(folder, f"{name}.pem") for name in ("ca", "cert", "key")
    )
    if not os.path.isdir(folder):
        return None
    pair = (
        (certificate, key)
        if os.path.isfile(certificate) and os.path.isfile(key)
        else None
    )
    return TLSConfig(
        client_cert=pair,
        ca_cert=authority if os.path.isfile(authority) else None,
        verify=verify,
    )


@contextmanager
def connected(
    place: Address, patience: float = _PATIENCE, longer: str = ""
) -> Iterator[Any]:
    """docker's APIClient, of the newest version that both sides know; `is_podman` tells podman.

    An EngineError that says where no engine answered within `patience` seconds, and for whatever
    the engine refuses inside; `longer` says how it could be waited for.
    """
    from docker.errors import APIError, DockerException  # noqa: PLC0415 - as above
    from requests.exceptions import RequestException  # noqa: PLC0415

    with _reached(place, patience) as host:
        try:
            client = _client(host, place.tls, patience)
        except (DockerException, RequestException, OSError) as error:
            if is_silence(error):
                raise EngineError(_silent(place, error, patience, longer)) from error
            raise EngineError(_unreachable(place, error)) from error
        try:
            yield client
        except APIError as error:
            raise EngineError(
                f"{place.subject} at {place.host} refuses: {error.explanation or error}"
            ) from error
        except (DockerException, RequestException) as error:
            if is_silence(error):
                raise EngineError(_silent(place, error, patience, longer)) from error
            raise EngineError(
                f"{place.subject} at {place.host} went away: {why(error, patience)}"
            ) from error
        finally:
            client.close()


@contextmanager
def _reached(place: Address, patience: float) -> Iterator[str]:
    """The host that the SDK is told: over ssh the socket of a tunnel."""
    if not place.host.startswith("ssh://"):
        _knock(place, patience)
        yield place.host
        return
    from lightship.docker.ssh import tunnel  # noqa: PLC0415 - few have their engine there

    with tunnel(place.host) as host:
        yield host


def _client(host: str, tls: Any, patience: float) -> Any:
    from docker import APIClient  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    class EngineClient(APIClient):  # type: ignore[misc]
        """Set which authority is trusted, and ask for the version of the API alone.

        requests prefers REQUESTS_CA_BUNDLE to the one that docker's settings name for an engine.
        """

        def _retrieve_server_version(self) -> Any:
            """The answer to a ping names it; for /version an engine starts two programs."""
            answer = self._get(self._url("/_ping", versioned_api=False))
            self.is_podman = "Libpod-Api-Version" in answer.headers
            named = answer.headers.get("Api-Version") if answer.ok else None
            return named or super()._retrieve_server_version()

        def merge_environment_settings(
            self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
        ) -> Any:
            found = super().merge_environment_settings(
                url, proxies, stream, verify, cert
            )
            return (
                {**found, "verify": self.verify}
                if isinstance(self.verify, str)
                else found
            )

    return EngineClient(host, "auto", patience, tls or False)


def _knock(place: Address, patience: float) -> None:
    """Check that somebody listens at a socket.

    The SDK would leave the socket open, and wrap the reason four times.
    """
    import socket  # noqa: PLC0415 - loaded with the SDK

    scheme, _, path = place.host.partition("://")
    if scheme.endswith("unix") and hasattr(socket, "AF_UNIX"):
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as tried:
                tried.settimeout(patience)
                tried.connect(path)
        except BlockingIOError as error:  # at once, whatever the timeout
            where = f"{place.subject} at {place.host}"
            raise EngineError(
                f"{where} takes no more connections: try again, or restart it"
            ) from error
        except OSError as error:
            raise EngineError(_unreachable(place, error)) from error


def _silent(place: Address, error: Exception, patience: float, longer: str) -> str:
    return f"{place.subject} at {place.host} does not answer: {why(error, patience)}{longer}"


def _unreachable(place: Address, error: Exception) -> str:
    """Where nothing answered, why, and what to do."""
    said = f" ({place.said} says so)" if place.said else ""
    reason = _reason(error)
    cures = "start it, or set DOCKER_HOST or `docker context use`"
    if "path too long" in reason:
        cures = "name it by a shorter path, such as a link to it"
    elif "permission denied" in reason.lower():
        cures = "join the group that owns its socket, or use a rootless engine"
    elif not place.said and (rootless := _rootless()):
        cures = (
            f"a rootless engine has a socket here: set DOCKER_HOST=unix://{rootless}"
        )
    return f"no {place.engine} answers at {place.host}{said}: {reason}; {cures}"


def _reason(error: Exception) -> str:
    """The innermost words: the SDK wraps an OSError four times."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror
        seen = seen.__cause__ or seen.__context__
    return str(error)


def _rootless() -> str:
    """The socket of a rootless engine; empty where there is none."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    path = os.path.join(folder, "docker.sock")
    # A relative folder is none (XDG Base Directory Specification)
    if not os.path.isabs(folder) or not _is_socket(path):
        return ""
    return path


def _is_socket(path: str) -> bool:
    import stat  # noqa: PLC0415 - only an error needs it

    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False
