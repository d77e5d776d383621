"""The fix of build-cache-missing: which cache a step gets, and where it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.builds.ci.ci_build import CiBuild, Driver, RunKind
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import active_runs, is_github
from lightship.facts.ci.image_costs import runs_of_other_stages
from lightship.facts.ci.light_runs import asked_packages
from lightship.facts.ci.scopes import image_key, name_of, own_scope
from lightship.facts.ci.workflow_edits import with_inputs, with_step_before
from lightship.lint.finding import Fix, Safety
from lightship.regex import regex

ACTION = "docker/build-push-action"
_SETUP = "uses: docker/setup-buildx-action@v3"
# Bases of many gigabytes: a few of their caches fill the 10 GB of a repository
_HUGE_BASE = regex(r"(?i)cuda[^/]*-devel|rocm|pytorch/pytorch|nvcr\.io/")
_HUGE_PACKAGES = frozenset({"torch", "tensorflow"})
# `ghcr.io/acme/app:latest`, also with expressions in it
_TAG = regex(
    r"(?P<image>(?:[\w./-]|\$\{\{[^{}|&']*\}\}|:(?=\d+/))+?)(?::(?:[\w.-]+|\$\{\{.*))?"
)
_IN_RUN = ("steps.", "needs.", "matrix.")
_BUILD_DIRECTORY = regex(r"(?i)buildx|docker|buildkit")


def cache_fix(file: CiFile, build: CiBuild, before: Sequence[CiBuild]) -> Fix | None:
    """A cache for a step; `before` are the builds of its job with which it shares steps."""
    image = file.image_of(build)
    is_action = build.step.uses.startswith(ACTION)
    if image is None or not is_action or not is_github(build):
        return None
    if build.builder.driver not in (Driver.DOCKER, Driver.DOCKER_CONTAINER):
        return None

    options, where = _options(file, build, image, before)
    if not options:
        return None
    mode = ",mode=max" if runs_of_other_stages(image) else ""
    edit = with_inputs(
        file, build, (f"cache-from: {options}", f"cache-to: {options}{mode}")
    )
    if edit is None:
        return None

    edits = [edit]
    if build.builder.driver is Driver.DOCKER:
        # Where a step chose this driver a second builder would undo that. The new builder has its
        # own images: what is neither pushed nor loaded would be lost
        is_kept = build.push.value is True or build.load.value is True
        is_chosen = build.builder.written is not None
        step = with_step_before(file, build, _SETUP) if is_kept else None
        if is_chosen or step is None:
            return None
        edits.insert(0, step)
    title = f"Cache the layers in {where}{_left_over(build)}"
    return Fix(title, tuple(edits), Safety.UNSAFE)


def _options(
    file: CiFile, build: CiBuild, image: Build, before: Sequence[CiBuild]
) -> tuple[str, str]:
    """The cache as an option, and where that is; empty where no place is known."""
    if _is_huge(build, image) and build.push.value is True:
        ref = "" if _runs_for_forks(build) else _cache_ref(file, build)
        return (f"type=registry,ref={ref}" if ref else ""), "the registry"

    scope = own_scope(file, build)
    key = image_key(build)
    times = sum(image_key(item) == key for item in before)
    if times:
        # With other arguments: in one scope the later build would replace the earlier one
        scope = f"{scope or name_of(build)}-{times + 1}"
    options = f"type=gha,scope={scope}" if scope else "type=gha"
    return options, "GitHub Actions"


def _is_huge(build: CiBuild, image: Build) -> bool:
    """Whether its layers are of many gigabytes."""
    bases = [stage.base.text for stage in image.dockerfile.stages]
    if any(map(_HUGE_BASE.search, bases)):
        return True
    is_many = len(build.platforms) > 1
    return is_many and not _HUGE_PACKAGES.isdisjoint(asked_packages(image))


def _runs_for_forks(build: CiBuild) -> bool:
    """Whether it runs where nobody may write to the registry."""
    return any(run.kind is RunKind.FORK_PULL_REQUEST for run in active_runs(build))


def _cache_ref(file: CiFile, build: CiBuild) -> str:
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
    scope = own_scope(file, build)
    suffix = f"-{scope}" if scope else ""
    return f"{match['image']}:buildcache{suffix}"


def _left_over(build: CiBuild) -> str:
    """What to remove by hand: a directory that is carried from run to run for no build."""
    for kept in build.kept:
        if any(map(_BUILD_DIRECTORY.search, kept.paths)):
            line = kept.written.line
            return f": {kept.action} of line {line} can go then"
    return ""
