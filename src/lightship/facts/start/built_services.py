"""The services of compose files that may run the image, as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.facts.start.container_lines import run_texts
from lightship.regex import regex

_SERVICES = regex(r"(?m)^[\"']?services[\"']?:[ \t]*(?:#.*)?$")
_FIRST = regex(r"(?m)^([ \t]+)[^\s#]")
_BUILT = regex(r"(?m)^[^\S\n]*build:")
_IMAGE = regex(r"(?m)^[^\S\n]*image:\s*[\"']?([^\s\"'#]+)")
_DOCKERFILE = regex(r"(?m)^[^\S\n]*dockerfile:\s*[\"']?([^\s\"'#]+)")
_CONTEXT = regex(r"(?m)^[^\S\n]*(?:build|context):[ \t]*[\"']?([^\s\"'#{]+)")


def built_services(build: Build) -> tuple[str, ...]:
    """The text of each service that is that this Dockerfile may build, by its name and folder."""
    return build.once(_built_services)


def _built_services(build: Build) -> tuple[str, ...]:
    name = basename(build.path or "")
    services: list[str] = []
    for text in run_texts(build) or ():
        for service in _services_in(text):
            if _BUILT.search(service) is None:
                continue
            own = _DOCKERFILE.search(service)
            is_named_so = own is None or not name or basename(own[1]) == name
            if is_named_so and not _is_elsewhere(build, service):
                services.append(service)
    return tuple(services)


def _is_elsewhere(build: Build, service: str) -> bool:
    """Whether a service is built from a Dockerfile in another folder than this one.

    In which folder the compose file lies is not known, so only the last folders are compared.
    """
    path = build.repository.dockerfile
    context = _CONTEXT.search(service)
    dockerfile = _DOCKERFILE.search(service)
    parts = [found[1] for found in (context, dockerfile) if found is not None]
    folder = dirname("/".join(parts)) if dockerfile is not None else "/".join(parts)
    if not path or "$" in folder or ":" in folder:
        return False
    named = [part for part in folder.split("/") if part not in ("", ".")]
    after = named[_count_up(named) :]
    if not after or ".." in after:
        return False
    return not f"/{dirname(path)}".endswith("/" + "/".join(after))


def _count_up(parts: Sequence[str]) -> int:
    """How many `..` a path begins with."""
    return next((at for at, part in enumerate(parts) if part != ".."), len(parts))


def pulled_services(build: Build) -> tuple[str, ...]:
    """The text of each service that runs an image of the repository from a registry.

    One whose name only a variable tells may be such an image.
    """
    return build.once(_pulled_services)


def _pulled_services(build: Build) -> tuple[str, ...]:
    services: list[str] = []
    for text in run_texts(build) or ():
        for service in _services_in(text):
            image = _IMAGE.search(service)
            if image is None or _BUILT.search(service) is not None:
                continue
            if _may_be_own(build, image[1]):
                services.append(service)
    return tuple(services)


def _may_be_own(build: Build, name: str) -> bool:
    if name.startswith("$"):
        return True
    bare, _, _ = name.partition("$")
    reference = read_reference(bare.rstrip(":@"))
    return not isinstance(reference, str) and build.is_own_image(reference)


def is_compose(text: str) -> bool:
    """Whether a text is that of a compose file, by its key for services."""
    return _SERVICES.search(text) is not None


def _services_in(text: str) -> Iterator[str]:
    """The parts below `services:`, by their indentation; comments do not count."""
    if "services" not in text:
        return
    start = _SERVICES.search(text)
    if start is None:
        return
    first = _FIRST.search(text, start.end())
    if first is None:
        return

    rows: list[str] = []
    for row in text[first.start() :].splitlines():
        inner = row.lstrip()
        if not inner or inner.startswith("#"):
            continue
        depth = len(row) - len(inner)
        if depth <= len(first[1]) and rows:
            yield "\n".join(rows)
            rows = []
        if depth < len(first[1]):
            return
        rows.append(row)
    if rows:
        yield "\n".join(rows)
