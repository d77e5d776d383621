"""Other Dockerfiles of the repository that install from the package index of this image."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from posixpath import basename

from lightship.base_images.users import may_be_local
from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.apt import apt_runs
from lightship.facts.start.container_lines import begins_as_dockerfile, run_texts
from lightship.regex import regex

_INSTALL = {
    "apt": regex(r"\bapt(?:-get|itude)?\b[^\n]*\binstall\b"),
    "apk": regex(r"\bapk\b[^\n]*\badd\b"),
}
_FRESH = ("--no-cache", "-U", "--update-cache", "--update")


def has_index_heirs(build: Build, manager: str) -> bool:
    """Whether one starts from this image, as far as names tell, and installs without an update.

    `manager` is `apt` or `apk`.
    """
    texts = run_texts(build)
    if texts is None:
        return build.context is not None
    own = build.dockerfile.text
    for text in texts:
        if text == own:
            continue
        if _is_heir(build, text, manager):
            return True
    return False


def _is_heir(build: Build, text: str, manager: str) -> bool:
    if "FROM" not in text:
        return False
    if not begins_as_dockerfile(text):
        return False
    if not _INSTALL[manager].search(text):
        return False
    dockerfile = parse(text)
    if dockerfile.problems:
        return False

    other = Build(dockerfile)
    reads = _READERS[manager]
    for stage in dockerfile.stages:
        lineage = other.lineage_of(stage)
        if not reads(other, lineage):
            continue
        if _starts_from(build, other, stage):
            return True
    return False


def _reads_apt_index(other: Build, lineage: Iterable[Stage]) -> bool:
    """Whether an install comes before the first update of a stage and those below it."""
    stages = tuple(lineage)
    for run in apt_runs(other).values():
        if run.stage not in stages:
            continue
        if run.uses_before_update:
            return True
        if run.updates:
            return False
    return False


def _reads_apk_index(other: Build, lineage: Iterable[Stage]) -> bool:
    stages = tuple(lineage)
    for call in other.packages("apk"):
        stage = other.dockerfile.stage_of(call.instruction)
        if stage not in stages:
            continue
        does = call.does
        if does.action == "update":
            return False
        if does.option(*_FRESH):
            return False
        if does.action == "install":
            return True
    return False


_READERS: dict[str, Callable[[Build, Iterable[Stage]], bool]] = {
    "apt": _reads_apt_index,
    "apk": _reads_apk_index,
}


def _starts_from(build: Build, other: Build, stage: Stage) -> bool:
    """Whether a stage of another Dockerfile may start from this image.

    A variable without a value, and a name of one word that is none of Docker's own, may be it.
    """
    name = other.evaluation.root(stage).name
    if name == "scratch":
        return False
    image = other.root_image(stage)
    if image is None:
        return True
    if build.is_own_image(image):
        return True

    name = basename(image.name)
    own_names = map(basename, build.repository.images)
    if name in own_names:
        return True
    return may_be_local(image)
