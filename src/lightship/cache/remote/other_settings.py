"""The settings beside which the one that is written is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.builds.ci.cache_option import (
    CacheOption,
    read_cache_options,
    with_attributes,
)
from lightship.builds.definition import Written
from lightship.cache.remote.setting import CacheSetting

_NOWHERE = Written("")


def options_of(*texts: str) -> tuple[CacheOption, ...]:
    """Options as they are written on a command line."""
    options: list[CacheOption] = []
    for text in texts:
        options += read_cache_options(text, _NOWHERE)
    return tuple(options)


def only_on(branch: str, text: str) -> CacheOption:
    """An option that counts where the default branch or a tag is built, as a workflow says it.

    What a pull request writes to an address that all read takes from the others what they need.
    """
    condition = f"github.ref == 'refs/heads/{branch}' || github.ref_type == 'tag'"
    whole = f"${{{{ ({condition}) && '{text}' || '' }}}}"
    return CacheOption(whole, "", {}, _NOWHERE)


def settings_beside(
    written: CacheSetting, branch: str, image: str, scope: str, tag: str = "buildcache"
) -> Iterator[CacheSetting]:
    """Other settings of the same build: `image` is what its cache in a registry is named after,
    with a `tag` of its own; `scope` is a scope of gha that nobody else uses.
    """
    bare = replace(written, reads=(), writes=(), kept=(), keeps=False)
    yield replace(bare, name="no cache")
    if written.has_cache and not any(item.mode == "max" for item in written.writes):
        as_max = tuple(map(_as_max, written.writes))
        if as_max != written.writes:
            yield replace(written, name="as written, with mode=max", writes=as_max)

    own = f"type=gha,scope={scope}"
    for mode in ("min", "max"):
        yield replace(
            bare,
            name=f"gha, mode={mode}",
            reads=options_of(own),
            writes=options_of(f"{own},mode={mode}"),
        )
    ref = f"type=registry,ref={image}:{tag}"
    yield replace(
        bare,
        name="registry, mode=max, written by the default branch",
        reads=options_of(ref),
        writes=(only_on(branch, f"{ref},mode=max"),),
    )
    latest = f"{image}:latest"
    yield replace(
        bare,
        name="inline, in the image of the default branch",
        reads=options_of(f"type=registry,ref={latest}"),
        writes=options_of("type=inline"),
        images=(latest,),
        pushes="${{ github.event_name != 'pull_request' }}",
    )


def _as_max(option: CacheOption) -> CacheOption:
    """An option whose mode is max, where it has one."""
    is_inline = option.type == "inline"
    return option if is_inline else with_attributes(option, {"mode": "max"})
