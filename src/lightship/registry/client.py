"""One repository of a registry: manifests and blobs over the distribution API.

Source: distribution-spec, spec.md, "Pull".
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from lightship.base_images.reference import Reference
from lightship.errors import ImageNotFoundError, RegistryAwayError, RegistryError
from lightship.image.read_limits import MB, Limits, over
from lightship.registry.credentials import Credentials, find_credentials
from lightship.registry.tokens import Challenge, basic, fetch_token, read_challenge
from lightship.registry.transport import (
    Transport,
    dismiss,
    is_loopback,
    origin,
    read_body,
)
from lightship.wording.printable import escaped

_DOCKER_HUB = "registry-1.docker.io"
MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_SCHEMA_1 = (
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.docker.distribution.manifest.v1+json",
)
_SMALL = MB  # bytes of an answer that is for people
_NEAREST = 8


class RegistryClient:
    """A registry, as far as one repository goes. Its methods may be called from several threads."""

    def __init__(
        self, reference: Reference, transport: Transport, *, plain_http: bool
    ) -> None:
        host = _DOCKER_HUB if reference.domain == "docker.io" else reference.domain
        scheme = "http" if plain_http else "https"
        self.reference, self.transport, self.plain_http = (
            reference,
            transport,
            plain_http,
        )
        self._base = f"{scheme}://{host}/v2/{reference.path}"
        self._lock = threading.Lock()
        self._authorization = ""
        self._problems: tuple[str, ...] = ()

    def manifest(self, name: str, limits: Limits) -> tuple[bytes, str, str]:
        """A manifest or an index by tag or digest.

        Its bytes, its media type, and the digest that the registry told.
        """
        accept = ", ".join((*MANIFESTS, *_SCHEMA_1))
        answer = self._get(f"manifests/{quote(name, safe=':')}", {"Accept": accept})
        if answer.status == 404:
            dismiss(answer)
            raise ImageNotFoundError(self._not_there(name))
        data = self.body(answer, limits, f"{self.reference.name}:{name}")
        kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip()
        return data, kind, answer.headers.get("Docker-Content-Digest") or ""

    def told_digest(self, name: str) -> str:
        """The digest that a tag has, as the registry tells without sending anything.

        Empty where it does not tell: `manifest` says then why.
        """
        accept = ", ".join(MANIFESTS)
        path = f"manifests/{quote(name, safe=':')}"
        answer = self._get(path, {"Accept": accept}, head=True)
        dismiss(answer)
        told = answer.headers.get("Docker-Content-Digest")
        return told if told and answer.status == 200 else ""

    def blob(self, digest: str, headers: Mapping[str, str]) -> Any:
        """The answer with a blob, its body unread; 200, or 206 for a Range."""
        answer = self._get(f"blobs/{digest}", headers)
        if answer.status == 404:
            dismiss(answer)
            raise ImageNotFoundError(
                f"the registry has no blob {digest}, which the manifest names"
            )
        self._check(answer, f"blob {digest}")
        return answer

    def body(self, answer: Any, limits: Limits, where: str) -> bytes:
        """All of a small answer; an ImageError where it is larger than JSON may be."""
        self._check(answer, where)
        data = self.read(answer, limits.json_bytes + 1, where)
        if len(data) > limits.json_bytes:
            answer.close()
            raise over("json_bytes", limits.json_bytes, where)
        answer.release_conn()
        return data

    def read(self, answer: Any, most: int, what: str) -> bytes:
        """At most so many bytes of an answer; a RegistryError where they stop coming."""
        where = f"{what} from the registry {self.host}"
        return read_body(answer, most, where, self.transport.patience)

    def _get(self, path: str, headers: Mapping[str, str], *, head: bool = False) -> Any:
        """An answer of the registry.

        Where it asks for a token, or for a new one, that is fetched once.
        """
        url, used = f"{self._base}/{path}", self._authorization
        answer = self.transport.follow(url, headers, used, head=head)
        if answer.status == 401:
            challenge = read_challenge(answer.headers.get("WWW-Authenticate") or "")
            dismiss(answer)
            if challenge is not None and (
                authorization := self._authorized(challenge, used)
            ):
                answer = self.transport.follow(url, headers, authorization, head=head)
        return answer

    def _authorized(self, challenge: Challenge, used: str) -> str:
        """The Authorization header that meets a challenge; `used` is one that did not.

        Threads share what one of them finds.
        """
        with self._lock:
            if self._authorization == used:
                known = find_credentials(self.reference.domain, self.reference.path)
                self._problems = known.problems
                self._authorization = self._met(challenge, known.credentials)
            return self._authorization

    def _met(self, challenge: Challenge, credentials: Credentials | None) -> str:
        if credentials and credentials.registry_token:
            return f"Bearer {credentials.registry_token}"
        if challenge.scheme == "basic":
            return basic(credentials) if credentials and credentials.password else ""
        realm = challenge.parameters.get("realm", "")
        parts = urlsplit(realm)
        if not parts.hostname or not (
            parts.scheme == "https" or (self.plain_http and is_loopback(parts.netloc))
        ):
            raise RegistryError(
                f"{self.host} wants credentials sent to {realm[:200]!r}, which is not https"
            )
        scope = f"repository:{self.reference.path}:pull"
        token = fetch_token(self.transport, challenge, scope, credentials)
        return f"Bearer {token}"

    @property
    def host(self) -> str:
        return urlsplit(origin(self._base)).netloc

    def _check(self, answer: Any, where: str) -> None:
        """A RegistryError with the registry's own words for any answer that is none."""
        if answer.status in (200, 206):
            return
        words = error_words(self.read(answer, _SMALL, where))
        answer.close()
        reason = f": {words}" if words else ""
        hint = ""
        if answer.status in (401, 403):
            hint = f"; `docker login {self.reference.domain}` stores credentials"
            hint += "".join(f"; {problem}" for problem in self._problems)
        elif answer.status == 429:
            hint = "; it limits the rate of requests: try later, or log in"
        kind = RegistryAwayError if answer.status == 429 else RegistryError
        raise kind(
            f"{self.host} did not send {where} (status {answer.status}{reason}){hint}"
        )

    def _not_there(self, name: str) -> str:
        """That there is no such tag, with those that are there and are alike."""
        from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

        where = f"{self.host} has no {self.reference.path}{'@' if ':' in name else ':'}{name}"
        tags = self._tags()
        near = get_close_matches(name, tags, _NEAREST, 0.3) or tags[-_NEAREST:]
        if not near:
            return where
        more = " ..." if len(near) < len(tags) else ""
        return f"{where}; its tags are {', '.join(near)}{more}"

    def _tags(self) -> list[str]:
        import json  # noqa: PLC0415 - only an error needs it

        try:
            answer = self._get("tags/list?n=1000", {})
            document = (
                json.loads(self.read(answer, _SMALL, "tags"))
                if answer.status == 200
                else None
            )
            answer.close()
        except (RegistryError, ValueError, RecursionError):
            return []
        tags = document.get("tags") if isinstance(document, dict) else None
        if not isinstance(tags, list):
            return []
        texts = [tag for tag in tags if isinstance(tag, str)]
        return [tag for tag in texts if tag.isprintable()]


def error_words(data: bytes) -> str:
    """What a registry says in an error, as one printable line.

    Source: distribution-spec, "Error Codes".
    """
    import json  # noqa: PLC0415 - only an error needs it

    try:
        errors = json.loads(data)["errors"]
        words = "; ".join(
            f"{error.get('code', '')} {error.get('message', '')}".strip()
            for error in errors[:3]
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    return escaped(words)[:300]
