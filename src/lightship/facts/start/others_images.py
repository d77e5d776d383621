"""Images that others make: what starts one of them does not start the image that is built."""

from __future__ import annotations

from posixpath import basename

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.regex import regex

_NAMED = regex(
    r"(?<!\S)(?:alpine|busybox|debian|hello-world|mariadb|memcached|mongo|mysql|nginx|node|postgres"
    r"|rabbitmq|redis|ubuntu)(?::[\w.-]+)?(?!\S)"
)
# Programs whose makers publish them by their own name: `certbot/certbot`, `grafana/grafana:12.0.0`
_OF_ITS_MAKER = regex(r"(?<!\S)([a-z0-9][\w.-]*)/\1(?::[\w.-]+)?(?!\S)")
# With the host of a registry: `ghcr.io/mlflow/mlflow:v2.17.2`
_WITH_HOST = regex(
    r"(?<!\S)[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?/[\w.-]+(?:/[\w.-]+)*(?::[\w.-]+)?(?!\S)"
)


def own_names(build: Build) -> frozenset[str]:
    """What the results of its builds are called, without registry and tag."""
    return frozenset(map(last_part, build.repository.names))


def is_of_others(build: Build, words: str) -> bool:
    """Whether words name an image that is surely none of the repository."""
    if _NAMED.search(words) is not None:
        return True
    own = own_names(build)
    makers = {found[1] for found in _OF_ITS_MAKER.finditer(words)}
    if makers and makers.isdisjoint(own):
        return True
    published = _WITH_HOST.findall(words)
    if not published:
        return False
    if not own:
        return False
    own_ones = [name for name in published if _is_own(build, name)]
    return not own_ones


def _is_own(build: Build, name: str) -> bool:
    if last_part(name) in own_names(build):
        return True
    reference = read_reference(name)
    return isinstance(reference, str) or build.is_own_image(reference)


def last_part(image: str) -> str:
    """The name of an image without registry, tag and digest: `web` of `ghcr.io/acme/web:1`."""
    name, _, _ = image.partition("@")
    last, _, _ = basename(name).partition(":")
    return last
