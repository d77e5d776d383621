"""A service of which several files say something, as one.

Source: compose-go, override/merge.go.
"""

from __future__ import annotations

from lightship.builds.compose.build_section import BuildSection
from lightship.builds.compose.service import Service
from lightship.builds.compose.service_options import (
    merged_options,
    replaced_options,
)


def merged(base: Service, over: Service) -> Service:
    """A service of which a second file, or the one that extends it, says more."""
    build = over.build
    if not over.replaces and base.build is not None:
        build = _merged_build(base.build, over.build) if over.build else base.build
    profiles = dict.fromkeys((*base.profiles, *over.profiles))
    return Service(
        over.name,
        over.written,
        over.folder,
        build,
        over.image or base.image,
        tuple(profiles),
        volumes=tuple(dict.fromkeys((*base.volumes, *over.volumes))),
        has_init=base.has_init or over.has_init,
        parts=(*base.parts, *over.parts),
        start=over.start or base.start,
        is_worked_on=base.is_worked_on or over.is_worked_on,
        has_user=base.has_user if over.has_user is None else over.has_user,
        mounts=tuple(dict.fromkeys((*base.mounts, *over.mounts))),
        is_kept_running=base.is_kept_running or over.is_kept_running,
        is_reached=base.is_reached or over.is_reached,
    )


def _merged_build(base: BuildSection, over: BuildSection) -> BuildSection:
    """Scalars are replaced, mappings and lists are joined."""
    if over.replaced:
        base = _without(base, over.replaced)
    platforms = dict.fromkeys((*base.platforms, *over.platforms))
    return BuildSection(
        over.written,
        over.context or base.context,
        over.dockerfile or base.dockerfile,
        over.inline or base.inline,
        over.target or base.target,
        {**base.args, **over.args},
        tuple(platforms),
        {**base.contexts, **over.contexts},
        over.inline_path if over.inline else base.inline_path,
        options=merged_options(base.options, over.options),
        tags=tuple(dict.fromkeys((*base.tags, *over.tags))),
        bake=over.bake or base.bake,
        labels={**base.labels, **over.labels},
    )


def _without(base: BuildSection, keys: frozenset[str]) -> BuildSection:
    """What is left of a section when keys are reset or overridden."""
    replaced = replaced_options(keys)
    return BuildSection(
        base.written,
        None if "context" in keys else base.context,
        None if "dockerfile" in keys else base.dockerfile,
        None if "dockerfile_inline" in keys else base.inline,
        None if "target" in keys else base.target,
        {} if "args" in keys else base.args,
        () if "platforms" in keys else base.platforms,
        {} if "additional_contexts" in keys else base.contexts,
        base.inline_path,
        options={
            name: options
            for name, options in base.options.items()
            if name not in replaced
        },
        tags=() if "tags" in keys else base.tags,
        bake=None if "x-bake" in keys else base.bake,
        labels={} if "labels" in keys else base.labels,
    )
