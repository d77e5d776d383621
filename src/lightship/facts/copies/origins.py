"""Which file of the build context stands at a path of the image."""

from __future__ import annotations

from posixpath import basename

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.facts.copies.deliveries import Delivery, deliveries

_MOST_COPIES = 500


def origin_of(build: Build, instruction: Instruction, path: str) -> str:
    """The file that a RUN reads at a path: from a mount of its own, or from a COPY.

    Empty where none is known.
    """
    state = build.evaluation.before(instruction)
    if state is None or build.context is None:
        return ""
    if "$" in path:
        return ""
    if not path.startswith("/"):
        return ""

    for mount in build.mounts(instruction):
        if mount.type != "bind":
            continue
        target = in_workdir(state.workdir, mount.target)
        rest = below(path, target)
        if rest is None:
            continue
        if mount.from_:
            return ""
        origin = clean(f"/{mount.source}/{rest}")
        origin = origin.removeprefix("/")
        return _if_file(build, origin)
    return _copied(build, path)


def _if_file(build: Build, path: str) -> str:
    """The path where a file stands there; empty otherwise."""
    if _is_file(build, path):
        return path
    return ""


def file_of(build: Build, path: str) -> str:
    """The file that stands at a path of the final image, or under that name in PATH.

    Empty where none is known.
    """
    final = build.final
    if build.context is None or final is None:
        return ""
    if not path or "$" in path:
        return ""

    state = build.evaluation.finals[final.index]
    place = in_workdir(state.workdir, path)
    origin = _copied(build, place)
    if origin:
        return origin
    if "/" in path:
        return ""
    return _named(build, path)


def _named(build: Build, name: str) -> str:
    """The first file of that name that a COPY names; empty where none does."""
    for delivery in build.once(_deliveries):
        for source in delivery.sources:
            if basename(source) != name:
                continue
            if _is_file(build, source):
                return source
    return ""


def _copied(build: Build, path: str) -> str:
    """The file that a COPY or ADD of any stage brings to a path: others may have it from there."""
    known = build.once(_known)
    origin = known.get(path)
    if origin is None:
        origin = _first_origin(build, path)
        known[path] = origin
    return origin


def _first_origin(build: Build, path: str) -> str:
    context = build.context
    for delivery in build.once(_deliveries):
        origin = delivery.origin(context, path)
        if not origin:
            continue
        if _is_file(build, origin):
            return origin
    return ""


def _is_file(build: Build, path: str) -> bool:
    context = build.context
    if context is None:
        return False
    return context.read(path) is not None


def _known(_: Build) -> dict[str, str]:
    """The origins that were asked for already, by path."""
    return {}


def _deliveries(build: Build) -> tuple[Delivery, ...]:
    known: list[Delivery] = []
    for _, delivery in deliveries(build):
        if len(known) == _MOST_COPIES:
            break
        if delivery is not None:
            known.append(delivery)
    return tuple(known)
