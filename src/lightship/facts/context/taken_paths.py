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
    return frozenset(file.path for file in copied(context, sources))


def paths_in_reach(build: Build, paths: Iterable[str]) -> list[str]:
    """Those that COPY or ADD may take, once no line of the ignore file leaves them out."""
    sources = _sources(build)
    if sources is None:
        return list(paths)
    return [path for path in paths if any(_covers(source, path) for source in sources)]


def _covers(source: str, path: str) -> bool:
    top = clean(f"/{source}").removeprefix("/")
    if not top or has_wildcards(top):
        return True
    return f"{path}/".startswith(f"{top}/")


def _sources(build: Build) -> list[str] | None:
    """All sources in the context, None where a bind mount or a COPY takes what nobody knows."""
    rows = deliveries(build)
    if any(map(_is_unknown, rows)) or _mounts_context(build):
        return None
    return [source for _, row in rows if row is not None for source in row.sources]


def _is_unknown(row: tuple[Copying, Delivery | None]) -> bool:
    """Whether a COPY takes files of the context of which it is not known where they go."""
    copying, delivery = row
    return delivery is None and copying.from_context


def _mounts_context(build: Build) -> bool:
    runs = build.each("RUN", "ONBUILD")
    mounts = (mount for run in runs for mount in build.mounts(run))
    return any(mount.type == "bind" and not mount.from_ for mount in mounts)
