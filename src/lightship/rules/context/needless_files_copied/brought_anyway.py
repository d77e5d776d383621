"""Images whose files come from elsewhere when they run, or that are there to build others."""

from __future__ import annotations

from lightship.build import Build
from lightship.evaluation.paths import below, in_workdir
from lightship.facts.context.takings import Taking
from lightship.regex import regex

_BUILDERS = regex(r"(?:^|[^a-z0-9])(?:buildx|buildkit|dind|kaniko)(?:[^a-z0-9]|$)")

_COMPOSE = regex(r"(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$")


def builds_images(build: Build) -> bool:
    """Whether the base image is one to build images with: the Dockerfile is a part of its work."""
    image = build.root_image(build.final) if build.final is not None else None
    if image is None:
        return False
    is_docker = image.official and image.name == "docker"
    return is_docker or _BUILDERS.search(f"{image.path}:{image.tag}") is not None


def is_mounted_over(build: Build, taking: Taking) -> bool:
    """Whether a directory of the host lies over all that a COPY brings, wherever it is started.

    An image that is published is started without that, too, and so may one be with several
    compose files: those for development mount the sources.
    """
    if build.is_published or build.is_guess or _has_several_ways(build):
        return False
    targets = [volume.target for volume in build.volumes if volume.from_host]
    for copying in taking.copyings:
        step = copying.step
        destination = copying.destination.value
        if step is None or destination is None:
            return False
        place = in_workdir(step.before.workdir, destination)
        if all(below(place, target) is None for target in targets):
            return False
    return True


def _has_several_ways(build: Build) -> bool:
    """Whether the context has several compose files, which may start it in several ways."""
    context = build.context
    if context is None:
        return False
    files = list(filter(_COMPOSE.search, context.paths))
    return len(files) > 1
