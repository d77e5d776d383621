"""Which file of the build context stands at a path of the image."""

from __future__ import annotations

from itertools import islice

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean, join_workdir
from lightship.facts.copies.deliveries import Delivery, deliveries

_MOST_COPIES = 500


def origin_of(build: Build, instruction: Instruction, path: str) -> str:
    """The file that a RUN reads at a path: from a mount of its own, or from a COPY; empty where none is known."""
    context, state = build.context, build.evaluation.before(instruction)
    if context is None or state is None or "$" in path or not path.startswith("/"):
        return ""
    for mount in build.mounts(instruction):
        rest = below(path, clean(join_workdir(state.workdir, mount.target).path))
        if mount.type == "bind" and rest is not None:
            source = clean(f"/{mount.source}/{rest}")[1:] if not mount.from_ else ""
            return source if context.read(source) is not None else ""
    return _copied(build, path)


def file_of(build: Build, path: str) -> str:
    """The file that stands at a path of the final image, or under that name in PATH; empty where none is known."""
    if build.context is None or build.final is None or not path or "$" in path:
        return ""
    place = clean(
        join_workdir(build.evaluation.finals[build.final.index].workdir, path).path
    )
    found = _copied(build, place)
    if found or "/" in path:
        return found
    named = (source for each in build.once(_deliveries) for source in each.sources)
    return next(
        (
            source
            for source in named
            if source.rpartition("/")[2] == path and _is_file(build, source)
        ),
        "",
    )


def _copied(build: Build, path: str) -> str:
    """The file that a COPY or ADD of any stage brings to that path: another stage may have it from there."""
    known = build.once(_known)
    if path not in known:
        origins = (each.origin(build.context, path) for each in build.once(_deliveries))
        known[path] = next(
            (origin for origin in origins if origin and _is_file(build, origin)), ""
        )
    return known[path]


def _is_file(build: Build, path: str) -> bool:
    return build.context is not None and build.context.read(path) is not None


def _known(_: Build) -> dict[str, str]:
    """What was found already, by path."""
    return {}


def _deliveries(build: Build) -> tuple[Delivery, ...]:
    found = (each for _, each in deliveries(build) if each is not None)
    return tuple(islice(found, _MOST_COPIES))
