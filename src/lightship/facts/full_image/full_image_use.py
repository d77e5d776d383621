"""Whether a build needs what the full image has and the slim one lacks: compilers, git, headers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.base_images.full import unloadable
from lightship.base_images.reference import Reference
from lightship.build import Build
from lightship.builds.purpose_names import is_template_path
from lightship.dockerfile.tree import Stage
from lightship.facts.full_image.called_tools import called_tools
from lightship.facts.full_image.ended_python import (
    compiled_library,
    has_ended,
    install_of_another_time,
)
from lightship.facts.full_image.install_needs import install_needs
from lightship.facts.full_image.run_time_use import asked_at_run_time
from lightship.facts.full_image.stages_on_image import (
    INSTALLERS,
    StagesOnImage,
    stages_on_image,
)
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.packages.apt import apt_runs
from lightship.facts.packages.apt_index import without_index
from lightship.facts.packages.base_packages import base_packages, needs_index
from lightship.facts.start.built_services import built_services
from lightship.facts.start.calls import called_programs
from lightship.facts.start.start_scripts import start_scripts
from lightship.pyproject.dependency import normalised
from lightship.regex import regex

_NAMING = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "COPY")
# An install in what is started: of packages that only the container sees
_INSTALLS_AT_START = regex(
    r"\b(?:npm|pnpm|bun)\s+(?:install|i|ci|add)\b|\byarn(?:\s+(?:install|add)\b|\s*(?:&&|;|$))"
    r"|\b(?:pip3?|pipenv|poetry|pdm)\s+install\b|\buv\s+(?:sync|pip\s+install)\b",
    re.MULTILINE,
)
# As a command of a health check or of the service: `test: curl -f …`, `["CMD", "wget", …]`
_IN_SERVICE = regex(r"(?<![\w./:@$-])(?:curl|wget|git)(?=[\"',\s]+\S)")


def is_for_others(build: Build) -> bool:
    """Whether the image is a sandbox, or a template to which users add code of their own.

    A sandbox gets no files, or does not say what it starts and gets no libraries.
    """
    if not build.is_published and is_template_path(build.repository.dockerfile):
        return True
    # The scripts of taskcluster clone the sources with git
    if "%include-run-task" in build.dockerfile.text:
        return True

    shipped = build.shipped
    keywords = {item.keyword for item in shipped}
    has_mounts = any("type=bind" in item.line.text for item in shipped)
    if not has_mounts and not keywords & {"COPY", "ADD"}:
        return True

    if keywords & {"CMD", "ENTRYPOINT"}:
        return False
    return not any(call.does.installs for call in build.packages(*INSTALLERS))


def relies_on_full(build: Build, root: Stage, image: Reference) -> str | None:
    """What the stages that start from `root` use of the full image, if anything."""
    stages = stages_on_image(build, root, image)
    if "gcc" in stages.missing:
        install = install_of_another_time(build, stages.instructions)
        if install:
            return install
    if "gcc" in stages.missing and build.once(has_ended):
        library = compiled_library(build, stages.instructions)
        if library:
            return library

    return next(_reasons(stages), None)


def _reasons(stages: StagesOnImage) -> Iterator[str]:
    if "gcc" in stages.missing:
        # Headers are installed to compile something
        for name in sorted(stages.installed):
            if name.endswith("-dev"):
                yield name
    yield from called_tools(stages)
    yield from install_needs(stages)
    yield from _installed_without_index(stages)
    yield from _installs_at_start(stages)
    yield from _copied_libraries(stages)
    yield from _called_by_services(stages)

    # What the program asks for while it runs counts where the final image is one of the stages
    if not stages.build.shipped.isdisjoint(stages.instructions):
        yield from asked_at_run_time(stages.build, stages.installed, stages.missing)

    naming = [item for item in stages.instructions if item.keyword in _NAMING]
    yield from called_programs(stages.build, stages.missing, naming)


def _installed_without_index(stages: StagesOnImage) -> Iterator[str]:
    """What apt is asked for without an index, which works where the image has it already."""
    build = stages.build
    bare = without_index(build)
    for instruction, run in apt_runs(build).items():
        if instruction not in bare or instruction not in stages.instructions:
            continue
        have = base_packages(build, run.stage)
        for use in run.uses_before_update:
            if needs_index(use, frozenset()) and not needs_index(use, have):
                yield use.does.packages[0].name


def _called_by_services(stages: StagesOnImage) -> Iterator[str]:
    """Commands of a service that compose runs from the image, as its health check."""
    for service in built_services(stages.build):
        match = _IN_SERVICE.search(service)
        if match is not None and match[0] in stages.missing:
            yield match[0]


def _copied_libraries(stages: StagesOnImage) -> Iterator[str]:
    """What another stage has compiled and the image copies: it loads libraries of the system."""
    build = stages.build
    graph = build.evaluation.graph
    copied_from: set[Stage | None] = set()
    for stage in build.lineage:
        sources = graph.sources[stage.index]
        copied_from.update(source.stage for source in sources)
    copied_from.discard(None)

    users = unloadable(stages.installed)
    for call in build.packages(*INSTALLERS, action="install"):
        if build.dockerfile.stage_of(call.instruction) not in copied_from:
            continue

        names = [normalised(package.name) for package in call.does.packages]
        for file in requirements_of(build, call) or ():
            names += [item.name for item in file.dependencies]
        yield from (name for name in names if name in users)


def _installs_at_start(stages: StagesOnImage) -> Iterator[str]:
    """An install when the container starts, of packages that nobody knows here.

    What it needs may be in a mounted directory.
    """
    build = stages.build
    started = [text for text in start_scripts(build) if text]
    started += built_services(build)
    for item in stages.instructions:
        if item.keyword in ("CMD", "ENTRYPOINT"):
            words = [word.text.strip("\"'") for word in item.args]
            started.append(" ".join(words))

    for text in started:
        match = _INSTALLS_AT_START.search(text)
        if match is not None:
            yield match[0]


def reads_unknown_files(build: Build, root: Stage) -> bool:
    """Whether an install on the image of `root` reads manifests that are not known."""
    context = build.context
    for call in build.packages(*INSTALLERS):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or build.lineage_of(stage)[0] is not root:
            continue

        does = call.does
        names_all = does.packages and not does.requirements
        if not does.installs or names_all:
            continue
        if context is None:
            return True
        if does.requirements and requirements_of(build, call) is None:
            return True
    return False
