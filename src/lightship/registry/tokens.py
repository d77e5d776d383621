"""What a registry asks for before it lets one read: Basic, or a token from somewhere else.

Facts: distribution's docs/spec/auth/token.md and oauth.md, RFC 7235 for the challenge.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from lightship.errors import RegistryError
from lightship.image.codecs import as_json
from lightship.image.read_limits import MB, Limits
from lightship.record import record
from lightship.regex import regex
from lightship.registry.credentials import Credentials
from lightship.registry.transport import Transport, read_body
from lightship.wording.printable import escaped

_SCHEME = regex(r"(?:^|,)\s*([A-Za-z]+)(?=\s+[A-Za-z_]+\s*=)")
_PARAMETER = regex(r'([A-Za-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_LONGEST_CHALLENGE = 8192
_LIMITS = Limits(json_bytes=MB)
_CLIENT = "lightship"


@record
class Challenge:
    """What a WWW-Authenticate header asks for: `scheme` in lower case, and its parameters."""

    scheme: str
    parameters: Mapping[str, str]


def read_challenge(header: str) -> Challenge | None:
    """The challenge that can be met, Bearer before Basic; None where there is none."""
    header = header[:_LONGEST_CHALLENGE]
    starts = list(_SCHEME.finditer(header))
    ends = [start.start() for start in starts[1:]]
    ends.append(len(header))
    challenges: dict[str, Challenge] = {}
    for start, end in zip(starts, ends, strict=False):
        scheme = start[1].lower()
        parameters = _parameters(header[start.end() : end])
        challenges.setdefault(scheme, Challenge(scheme, parameters))
    if "basic" not in challenges and header.strip().lower() == "basic":
        return Challenge("basic", {})
    return challenges.get("bearer") or challenges.get("basic")


def _parameters(text: str) -> dict[str, str]:
    """`key="value"` and `key=value`, by the key in lower case."""
    values: dict[str, str] = {}
    for key, quoted, bare in _PARAMETER.findall(text):
        values[key.lower()] = quoted or bare
    return values


def basic(credentials: Credentials) -> str:
    """The Authorization header of a name and a password."""
    pair = f"{credentials.username}:{credentials.password}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def fetch_token(
    transport: Transport,
    challenge: Challenge,
    scope: str,
    credentials: Credentials | None,
) -> str:
    """A token for `scope` from where a challenge says, anonymously without credentials.

    A RegistryError where none is given.
    """
    realm = challenge.parameters.get("realm", "")
    asked = {
        "service": challenge.parameters.get("service", ""),
        "scope": challenge.parameters.get("scope") or scope,
    }
    asked = {key: value for key, value in asked.items() if value}
    if credentials and credentials.identity_token:
        form = {
            "grant_type": "refresh_token",
            "client_id": _CLIENT,
            "refresh_token": credentials.identity_token,
        }
        answer = transport.follow(realm, {}, "", {**form, **asked})
    else:
        separator = "&" if urlsplit(realm).query else "?"
        url = f"{realm}{separator}{urlencode(asked)}"
        authorization = ""
        if credentials and credentials.password:
            authorization = basic(credentials)
        answer = transport.follow(url, {}, authorization)
    return _token(answer, realm, transport.patience, known=credentials is not None)


def _token(answer: Any, realm: str, patience: float, *, known: bool) -> str:
    host = escaped(urlsplit(realm).netloc)
    data = read_body(answer, _LIMITS.json_bytes + 1, f"the token of {host}", patience)
    answer.release_conn()
    if answer.status != 200:
        who = "with the credentials found" if known else "without credentials"
        raise RegistryError(
            f"{host} issued no token {who} (status {answer.status}): try `docker login`"
        )
    document = as_json(data, f"the token of {host}", _LIMITS)
    token = None
    if isinstance(document, dict):
        token = document.get("token") or document.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise RegistryError(f"{host} answers without a token")
    return token
