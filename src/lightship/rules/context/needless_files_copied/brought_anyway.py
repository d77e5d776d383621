"""Images whose files come from elsewhere when they run, or that are there to build others."""

from __future__ import annotations

from posixpath import dirname

from lightship.build import Build
from lightship.context.files import Context
from lightship.context.wildcards import has_wildcards
from lightship.evaluation.paths import below, in_workdir
from lightship.facts.context.takings import Taking, path_of
from lightship.facts.stages.final_image import is_for_development
from lightship.regex import regex

_BUILDERS = regex(r"(?:^|[^a-z0-9])(?:buildx|buildkit|dind|kaniko)(?:[^a-z0-9]|$)")

_COMPOSE = regex(r"(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$")


def is_left_alone(build: Build, context: Context) -> bool:
    """Whether nothing that a build brings matters, or all of it is meant."""
    if is_for_development(build) or _builds_images(build):
        return True  # it should contain the whole project
    if build.repository.is_example and not build.is_published:
        return True  # nobody pulls it
    return _is_of_another_context(build, context)  # the build stops at a COPY


def _builds_images(build: Build) -> bool:
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


def _is_of_another_context(build: Build, context: Context) -> bool:
    """Whether a COPY names what is not in the context, but in the directory of the Dockerfile.

    That directory is plainly meant as the context, and what this one would bring never comes.
    """
    folder = dirname(build.path or "")
    if not folder:
        return False
    for copying in build.copyings():
        for source in copying.local:
            path = path_of(source)
            if not path or "$" in path or has_wildcards(path):
                continue
            if not context.exists(path) and context.exists(f"{folder}/{path}"):
                return True
    return False
