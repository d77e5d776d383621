"""Which paths of the build context some instruction takes: BuildKit sends no others."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.build import Build
from lightship.context.taken_by_copy import copied
from lightship.context.wildcards import clean, has_wildcards
from lightship.evaluation.copies import Copying
from lightship.facts.copies.deliveries import Delivery, deliveries


def taken_paths(build: Build) -> frozenset[str] | None:
    """The files that COPY and ADD take, as the ignore file leaves them; None where nobody knows."""
    context = build.context
    sources = _sources(build)
    if context is None or sources is None:
        return None
    files = copied(context, sources)
    return frozenset(file.path for file in files)


def paths_in_reach(build: Build, paths: Iterable[str]) -> list[str]:
    """Those that COPY or ADD may take, once no line of the ignore file leaves them out."""
    sources = _sources(build)
    if sources is None:
        return list(paths)
    return [path for path in paths if _is_in_reach(sources, path)]


def _is_in_reach(sources: Iterable[str], path: str) -> bool:
    return any(_covers(source, path) for source in sources)


def _covers(source: str, path: str) -> bool:
    path_of_source = clean(f"/{source}")
    top = path_of_source.removeprefix("/")
    if not top:
        return True
    if has_wildcards(top):
        return True
    return f"{path}/".startswith(f"{top}/")


def _sources(build: Build) -> list[str] | None:
    """All sources in the context, None where a bind mount or a COPY takes what nobody knows."""
    rows = deliveries(build)
    if any(map(_is_unknown, rows)):
        return None
    if _mounts_context(build):
        return None

    sources: list[str] = []
    for _copying, delivery in rows:
        if delivery is not None:
            sources += delivery.sources
    return sources


def _is_unknown(row: tuple[Copying, Delivery | None]) -> bool:
    """Whether a COPY takes files of the context of which it is not known where they go."""
    copying, delivery = row
    return delivery is None and copying.from_context


def _mounts_context(build: Build) -> bool:
    for run in build.each("RUN", "ONBUILD"):
        for mount in build.mounts(run):
            is_bind = mount.type == "bind"
            if is_bind and not mount.from_:
                return True
    return False
