"""Credentials for a registry, where docker and podman keep them.

Facts: docker/cli, cli/config (config.json: auths, credHelpers, credsStore);
docker/docker-credential-helpers (the protocol of `docker-credential-NAME get`);
containers-auth.json(5) for podman's files and its keys with a path.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from lightship.record import record
from lightship.regex import regex

_DOCKER_HUB = "https://index.docker.io/v1/"  # what Docker Hub is called in these files
_HELPER = regex(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PATIENCE = 60  # seconds for a helper, which may ask its user
_IDENTITY = "<token>"  # the name under which a helper gives an identity token
_SHOWN = 200


@record
class Credentials:
    """What to show to a registry.

    A name and a password, a token to exchange, or a token that is used as it is.
    """

    username: str = ""
    password: str = ""
    identity_token: str = ""
    registry_token: str = ""


@record
class FoundCredentials:
    """The credentials, if there are any, and why some could not be read."""

    credentials: Credentials | None = None
    problems: tuple[str, ...] = ()


def find_credentials(host: str, path: str) -> FoundCredentials:
    """Those for a repository: of the first file that has some.

    `host` is as people write it: `docker.io`, `ghcr.io`, `localhost:5000`. What cannot be read is
    no error: most images need no credentials.
    """
    problems: list[str] = []
    for file in _files():
        document = _read(file, problems)
        for key in _keys(host, path):
            credentials = _of_helper(document, key, problems)
            if credentials is None:
                credentials = _of_auths(document, key, file, problems)
            if credentials is not None:
                return FoundCredentials(credentials, tuple(problems))
    return FoundCredentials(None, tuple(problems))


def _files() -> Iterator[str]:
    """Where to look: what a variable names, docker's file, podman's."""
    home, given = os.path.expanduser("~"), os.environ.get
    if named := given("REGISTRY_AUTH_FILE"):
        yield named
    yield os.path.join(
        given("DOCKER_CONFIG") or os.path.join(home, ".docker"), "config.json"
    )
    if runtime := given("XDG_RUNTIME_DIR"):
        yield os.path.join(runtime, "containers/auth.json")
    yield os.path.join(
        given("XDG_CONFIG_HOME") or os.path.join(home, ".config"),
        "containers/auth.json",
    )


def _read(file: str, problems: list[str]) -> Mapping[str, Any]:
    try:
        with open(file, "rb") as data:
            document = json.load(data)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        problems.append(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or error}"
        )
        return {}
    return document if isinstance(document, dict) else {}


def _keys(host: str, path: str) -> list[str]:
    """The names that may have the credentials, the most particular first: podman's have paths."""
    if host == "docker.io":
        return [f"docker.io/{path}", _DOCKER_HUB, "docker.io"]
    parts = path.split("/")
    return [f"{host}/{'/'.join(parts[:end])}" for end in range(len(parts), 0, -1)] + [
        host
    ]


def _of_helper(
    document: Mapping[str, Any], key: str, problems: list[str]
) -> Credentials | None:
    helpers = document.get("credHelpers")
    own = helpers.get(_hostname(key)) if isinstance(helpers, dict) else None
    own = helpers.get(key, own) if isinstance(helpers, dict) else None
    name = own or document.get("credsStore")
    if not isinstance(name, str) or not name or ("/" in key and key != _DOCKER_HUB):
        return None
    if not _HELPER.fullmatch(name):
        problems.append(f"{name[:_SHOWN]!r} is not the name of a credential helper")
        return None
    return _asked(f"docker-credential-{name}", key, problems)


def _asked(program: str, key: str, problems: list[str]) -> Credentials | None:
    """What `docker-credential-NAME get` answers.

    It reads the server from its stdin, and prints JSON or exits with a code.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the user's own configuration names it
            (program, "get"),
            input=key.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except FileNotFoundError:
        problems.append(f"{program} is not installed")
        return None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        problems.append(f"{program} gives no answer: {error}")
        return None
    if done.returncode:
        printed = done.stdout + done.stderr
        reason = printed.decode("utf-8", "replace").strip()
        if "not found" not in reason:
            problems.append(f"{program}: {reason[:_SHOWN]}")
        return None
    name, secret = _text(answer, "Username"), _text(answer, "Secret")
    if not secret:
        return None
    return (
        Credentials(identity_token=secret)
        if name == _IDENTITY
        else Credentials(name, secret)
    )


def _of_auths(
    document: Mapping[str, Any], key: str, file: str, problems: list[str]
) -> Credentials | None:
    auths = document.get("auths")
    if not isinstance(auths, dict):
        return None
    for name, entry in auths.items():
        is_meant = name == key or _hostname(name) == _hostname(key)
        if not is_meant or not isinstance(entry, dict):
            continue
        try:
            credentials = _of_entry(entry)
        except ValueError:
            problems.append(
                f"{file}: the entry of {name} is not base64 of NAME:PASSWORD"
            )
            continue
        if credentials is not None:
            return credentials
    return None


def _of_entry(entry: Mapping[str, Any]) -> Credentials | None:
    """An entry of `auths`; a ValueError where `auth` is not what it should be."""
    name, password = _text(entry, "username"), _text(entry, "password")
    auth = _text(entry, "auth")
    if auth:
        pair = base64.b64decode(auth, validate=True).decode().rstrip("\0")
        name, colon, password = pair.partition(":")
        if not colon:
            raise ValueError(auth)
    identity = _text(entry, "identitytoken")
    registry = _text(entry, "registrytoken")
    if not (password or identity or registry):
        return None
    return Credentials(name, password, identity, registry)


def _hostname(key: str) -> str:
    """A key without scheme and the path of an old API: `https://ghcr.io/v1/` is `ghcr.io`."""
    name = key.partition("://")[2] or key
    name = name.rstrip("/")
    return name.removesuffix("/v1").removesuffix("/v2")


def _text(document: Any, key: str) -> str:
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, str) else ""
