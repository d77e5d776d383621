"""Names of images, as Docker reads them (github.com/distribution/reference: normalize.go,
regexp.go).
"""

from __future__ import annotations

from functools import lru_cache

from lightship.dockerfile.values import go_lower
from lightship.record import record
from lightship.regex import regex

_COMPONENT = r"[a-z0-9]++(?:(?:[._]|__|-++)[a-z0-9]++)*+"
_HOST_PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = regex(rf"(?:{_HOST_PART}(?:\.{_HOST_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_PATH_AND_TAG = regex(
    rf"(?P<path>{_COMPONENT}(?:/{_COMPONENT})*+)"
    r"(?::(?P<tag>[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}))?"
)
_DIGEST = regex(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_IDENTIFIER = regex(r"[a-f0-9]{64}")
_DIGEST_SIZES = {"sha256": 64, "sha384": 96, "sha512": 128}
_HEX = regex(r"[a-f0-9]+")
_LONGEST_PATH = 255


@record
class Reference:
    """`domain/path:tag@digest`, with what Docker fills in: `docker.io`, `library/`.

    `tag` and `digest` may be empty.
    """

    domain: str
    path: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """As people write it, without tag and digest: `python`, `ghcr.io/astral-sh/uv`."""
        if self.domain != "docker.io":
            return f"{self.domain}/{self.path}"
        library, _, rest = self.path.partition("/")
        return rest if library == "library" and rest and "/" not in rest else self.path

    @property
    def official(self) -> bool:
        """Whether it is one of Docker's official images."""
        return self.domain == "docker.io" and self.path.startswith("library/")


@lru_cache(maxsize=256)
def read_reference(text: str) -> Reference | str:
    """The image that `text` names, or the reason why it names none (ParseNormalizedNamed)."""
    if _IDENTIFIER.fullmatch(text):
        return "the name is 64 hexadecimal digits, which could be an id"
    domain, rest = _split_domain(text)
    name = rest.partition(":")[0]
    if go_lower(name) != name:
        return f"the repository name {name} must be in lower case"

    path_and_tag, at, digest = rest.partition("@")
    match = _PATH_AND_TAG.fullmatch(path_and_tag)
    if (
        match is None
        or not _is_domain(domain)
        or (at and not _DIGEST.fullmatch(digest))
    ):
        return "it is not an image reference"
    if len(match["path"]) > _LONGEST_PATH:
        return f"the repository name has more than {_LONGEST_PATH} characters"
    reason = digest_refusal(digest) if digest else ""
    if reason:
        return reason
    return Reference(domain, match["path"], match["tag"] or "", digest)


def _is_domain(text: str) -> bool:
    # Docker Hub is nearly all there is: the pattern is not compiled for it
    return text == "docker.io" or _DOMAIN.fullmatch(text) is not None


def _split_domain(text: str) -> tuple[str, str]:
    first, slash, rest = text.partition("/")
    if not slash:
        return "docker.io", f"library/{text}"
    if first == "index.docker.io":
        domain = "docker.io"
    elif (
        first == "localhost" or "." in first or ":" in first or go_lower(first) != first
    ):
        domain = first
    else:
        domain, rest = "docker.io", text
    return (
        domain,
        f"library/{rest}" if domain == "docker.io" and "/" not in rest else rest,
    )


def digest_refusal(text: str) -> str:
    """Why `text` is not a digest, or nothing (github.com/opencontainers/go-digest)."""
    algorithm, _, encoded = text.partition(":")
    size = _DIGEST_SIZES.get(algorithm)
    if size is None or not encoded:
        return "a digest starts with sha256:, sha384: or sha512:"
    if len(encoded) != size:
        return f"a digest of {algorithm} has {size} hexadecimal digits"
    return (
        "" if _HEX.fullmatch(encoded) else "a digest has the digits 0 to 9 and a to f"
    )
