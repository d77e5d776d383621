"""The fix of build-cache-missing: which cache a step gets, and where it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild, Driver, RunKind
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import active_runs, is_github
from lightship.facts.ci.huge_images import is_huge
from lightship.facts.ci.saved_runs import saved_by_max
from lightship.facts.ci.scopes import (
    axis_of,
    image_key,
    meaning_of,
    name_of,
    own_scope,
    slug,
)
from lightship.facts.ci.why_no_fix import NOT_PLAIN
from lightship.facts.ci.workflow_edits import (
    builds_above,
    with_inputs,
    with_step_before,
)
from lightship.lint.finding import Fix, Safety
from lightship.regex import regex
from lightship.text import Edit

ACTION = "docker/build-push-action"
_SETUP = "uses: docker/setup-buildx-action@v3"
# `ghcr.io/acme/app:latest`, also with expressions in it
_TAG = regex(
    r"(?P<image>(?:[\w./-]|\$\{\{[^{}|&']*\}\}|:(?=\d+/))+?)(?::[\w.-]*(?:\$\{\{.*)?)?"
)
_INPUTS = frozenset({"cache-from", "cache-to"})
_IN_RUN = ("steps.", "needs.")
_OF_ROW = "matrix."
# Before BuildKit: it has neither a builder nor cache-to
_FIRST = regex(r"docker/build-push-action@v?1(?:\.[\d.]*)?")
# What may take the image from the engine, or look at it there
_USES = regex(r"(?i)docker|podman|image|container|compose|trivy|grype|syft|\bkind\b")
_BUILD_DIRECTORY = regex(r"(?i)buildx|docker|buildkit")


def cache_fix(
    file: CiFile, builds: Sequence[CiBuild], before: Sequence[CiBuild]
) -> Fix | str:
    """A cache for a step, or why there is no fix.

    `builds` are those of the step, several for a matrix; `before` are the builds of its job with
    which it shares steps.
    """
    build = builds[0]
    image = file.image_of(build)
    if image is None:
        return "its Dockerfile cannot be read"
    if not build.step.uses.startswith(ACTION):
        return _other_way(build)
    if not is_github(build):
        return "this system has no cache of GitHub"
    if build.builder.driver not in (Driver.DOCKER, Driver.DOCKER_CONTAINER):
        return "its builder is not known"
    if _FIRST.fullmatch(build.step.uses):
        return "version 1 of the action exports no cache"
    if not _INPUTS.isdisjoint(build.step.keys):
        return _has_inputs(builds)

    options, where = _options(file, builds, image, before)
    if not options:
        return where
    mode = ",mode=max" if _has_stages(file, builds) else ""
    edit = with_inputs(
        file, build, (f"cache-from: {options}", f"cache-to: {options}{mode}")
    )
    if edit is None:
        return NOT_PLAIN

    setup = _setup(file, build)
    if isinstance(setup, str):
        return setup
    title = f"Cache the layers in {where}{_left_over(build)}"
    above = builds_above(file, build) if setup else ()
    return Fix(title, (*setup, edit), Safety.UNSAFE, above)


def _has_stages(file: CiFile, builds: Sequence[CiBuild]) -> bool:
    """Whether a cache saves steps of stages that the image only copies from."""
    for build in builds:
        image = file.image_of(build)
        if image is not None and saved_by_max(build, image):
            return True
    return False


def _other_way(build: CiBuild) -> str:
    """Why a build has no inputs for a cache: it is a command, or an action that reads a file."""
    if build.step.uses:
        return "set cache-to in the file that it builds"
    if is_github(build):
        return "it is a command, not an action"
    return "commands are not edited"


def _has_inputs(builds: Sequence[CiBuild]) -> str:
    """Why a step that names a cache gets no other one."""
    if all(item.writes_inline for item in builds):
        return "it has cache-to already"
    return "the step sets a cache that is empty here"


def _setup(file: CiFile, build: CiBuild) -> tuple[Edit, ...] | str:
    """The step that sets a builder up which exports a cache, none where there is one already."""
    if build.builder.driver is not Driver.DOCKER:
        return ()
    written = build.builder.written
    if written is not None:
        # A second builder would undo what the step chooses
        return f"the docker driver of line {written.line} exports no cache"
    # The new builder has its own images: what is neither pushed nor loaded would be lost
    is_kept = build.push.value is True or build.load.value is True
    if not is_kept and _may_be_used(file, build):
        return "with docker/setup-buildx-action it needs load: true"
    step = with_step_before(file, build, _SETUP)
    return NOT_PLAIN if step is None else (step,)


def _may_be_used(file: CiFile, build: CiBuild) -> bool:
    """Whether something after the step may use the image from the engine."""
    span = build.step.span
    return span is None or _USES.search(file.text, span.end) is not None


def _options(
    file: CiFile, builds: Sequence[CiBuild], image: Build, before: Sequence[CiBuild]
) -> tuple[str, str]:
    """The cache as an option, and where that is; or nothing, and why."""
    build = builds[0]
    axis = ""
    if len({meaning_of(item) for item in builds}) > 1:
        axis = axis_of(builds)
        if not axis:
            return "", "no key of the matrix names its images"
        if before:
            return "", "another step of the job builds this image too"

    why = _why_not_gha(build, image)
    if why:
        if _runs_for_forks(build):
            return "", f"{why}, and forks cannot write another"
        ref = _cache_ref(file, build, axis)
        if not ref:
            return "", f"{why}, and no tag names a registry"
        return f"type=registry,ref={ref}", "the registry"

    scope = _scope(file, build, axis)
    key = image_key(build)
    times = sum(image_key(item) == key for item in before)
    if times:
        # With other arguments: in one scope the later build would replace the earlier one
        scope = f"{scope or name_of(build)}-{times + 1}"
    options = f"type=gha,scope={scope}" if scope else "type=gha"
    return options, "GitHub Actions"


def _why_not_gha(build: CiBuild, image: Build) -> str:
    """Why the cache of GitHub is none for a build that pushes; empty where it is one."""
    if build.push.value is not True:
        return ""
    if is_huge(build, image):
        return "too big for GitHub's cache"
    return "no other run reads GitHub's cache" if _is_after_pulls(build) else ""


def _is_after_pulls(build: CiBuild) -> bool:
    """Whether it only runs when a pull request ends, whose cache nobody else may read."""
    events = [item for item in build.events or () if item.name != "workflow_dispatch"]
    return bool(events) and all(
        item.name == "pull_request" and item.types == ("closed",) for item in events
    )


def _scope(file: CiFile, build: CiBuild, axis: str) -> str:
    """A scope of its own; other steps may have the same values in their matrix."""
    if not axis:
        return own_scope(file, build)
    is_alone = len({(item.path, item.line) for item in file.repository}) == 1
    return axis if is_alone else f"{slug(build.step.job)}-{axis}"


def _runs_for_forks(build: CiBuild) -> bool:
    """Whether it runs where nobody may write to the registry."""
    if _is_after_pulls(build):
        return False  # it pushes the image, so that it has the right
    return any(run.kind is RunKind.FORK_PULL_REQUEST for run in active_runs(build))


def _cache_ref(file: CiFile, build: CiBuild, axis: str) -> str:
    """A tag for the cache beside the image, from its first tag as it is written."""
    places = build.step.keys.get("tags")
    if places is None:
        return ""
    text = places[1].of(file.text).lstrip("|>-+ \t\r\n\"'")
    first = text.split("\n", 1)[0].split(",")[0].strip(" \t\r\"'")
    match = _TAG.fullmatch(first)
    if match is None or any(word in match["image"] for word in _IN_RUN):
        return ""
    if "/" not in match["image"] and "${{" not in match["image"]:
        return ""  # a name without an owner cannot be pushed
    if axis and axis in match["image"]:
        return f"{match['image']}:buildcache"
    if _OF_ROW in match["image"]:
        return ""
    scope = _scope(file, build, axis)
    suffix = f"-{scope}" if scope else ""
    return f"{match['image']}:buildcache{suffix}"


def _left_over(build: CiBuild) -> str:
    """What to remove by hand: a directory that is carried from run to run for no build."""
    for kept in build.kept:
        if any(map(_BUILD_DIRECTORY.search, kept.paths)):
            line = kept.written.line
            return f": {kept.action} of line {line} can go then"
    return ""
