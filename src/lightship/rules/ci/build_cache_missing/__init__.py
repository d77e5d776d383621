"""A build in CI has no cache, so that every job builds all of the image again

## What it does
Finds builds that neither read nor write a cache, on builders that keep nothing: those of hosted
runners, which start empty in each job. The Dockerfile has to have a RUN that installs, compiles or
downloads, and that a cache can save: not below a copy of the sources or of all of the context, or
of what the job downloads or builds before (files that are not in the commit are such), not on a
base of each day (`fedora:rawhide`), not below an ARG that CI fills with a commit, the number of a
run or a date, and not run before by another build of the same job.

An inline cache (`type=inline`, `BUILDKIT_INLINE_CACHE=1`) of an image that is pushed does not count
where no build of the repository reads a cache from an image.

An install of a few small packages does not count; where the image is not pushed neither does `uv
sync` of small wheels. System packages alone do not count where the project's own are installed
below the sources, which no cache saves, unless they are big themselves (TeX, a JDK, CUDA). Nor does
an image whose base has no version and is one of the repository's own, since CI builds that one
again and again. Nor does what fetches code that moves: `git clone` of a branch, a requirement of
git without a tag. Where that is the project's own code, or the image takes nothing of its build
context, a cache would ship old code for good, and nothing is reported.

The build has to run for commits of branches or pull requests, not by hand, for tags or by a
schedule alone, and for other changes than those of Dockerfiles, of a directory that has nothing
else, and of lock files; not only for an image that is missing, nor in a workflow that publishes a
package, which happens once for each version. An image that is only scanned and not pushed is left
alone, since the scan is about the packages of today; so is one that `pull` has start from a base
without a version, one that upgrades the packages of its base where `pull` or a schedule is to renew
it, and one of many gigabytes that is not pushed, which no cache but one in a registry has room for.
A step whose `cache-from` is commented out is left alone, and so are commands for the engine of a
Minikube. Builders of services that keep their layers (Depot, Blacksmith, Namespace, Docker Build
Cloud) are left alone, and so are runners that are not hosted, where the engine may have its own
layers. Commands of one script are one finding.

## Why is this bad?
A hosted runner is a new machine: without `cache-from` nothing is known of earlier builds, and every
`pip install` and every compiler runs again for a change of one line. Of 116 steps with
docker/build-push-action in 68 public repositories, 45 had no cache.

A cache pays where the build takes longer than reading the cache: for an image whose RUN take a few
seconds it does not.

## Fix safety
The fix adds `cache-from` and `cache-to` with the cache of GitHub Actions to a step with
docker/build-push-action, and docker/setup-buildx-action before it where no step sets a builder up.
Where the repository builds several images it gives the cache a scope of its own. An image on a base
of many gigabytes (CUDA's devel images, ROCm), torch for several platforms, and what is built when a
pull request is closed, whose cache of GitHub no other run reads, get a cache beside the pushed
image, in the registry.

It is unsafe: a step that hits is not run again, so that `apt-get upgrade` brings today's packages
only when something above it has changed, and the cache counts against the 10 GB of the repository.
Where a matrix builds several images the scope names the key that tells them apart.

There is no fix for commands and version 1 of the action, none where no key of the matrix names the
images, none where rows of the matrix set a cache of their own, none where the image fetches code
that moves, and none where a step chooses the `docker` driver; the finding says why.

## When to ignore
Ignore it for images that are built from nothing on purpose, or whose builds are quick.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby

from lightship.build import Build
from lightship.builds.ci.ci_build import BuildTool, CiBuild, RunKind
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.definition import BuildSourceKind
from lightship.builds.workspace import folder_of
from lightship.dockerfile.tree import Instruction
from lightship.facts.ci.changing_keys import sends_sources, starts_from_newest
from lightship.facts.ci.ci_steps import (
    active_runs,
    all_cache_from,
    all_cache_to,
    found_at_step,
    is_image_read,
    is_pushed_elsewhere,
)
from lightship.facts.ci.cured_builds import cached_alone
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.frozen_sources import frozen_runs
from lightship.facts.ci.huge_images import is_huge
from lightship.facts.ci.light_runs import upgrading
from lightship.facts.ci.same_steps import may_share_steps, step_keys
from lightship.facts.ci.saved_runs import often_changing, saved_runs
from lightship.facts.ci.step_builds import Judged, in_some, judged, runs_named
from lightship.facts.ci.why_no_fix import fix_alone, with_why
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex
from lightship.rules.ci.build_cache_missing.cache_fix import ACTION, cache_fix
from lightship.rules.ci.build_cache_missing.meant_builds import is_meant, scripts

_TOOLS = (BuildTool.BUILDX, BuildTool.DOCKER)
_USUAL = (RunKind.PUSH, RunKind.PULL_REQUEST, RunKind.FORK_PULL_REQUEST)
_EVENTS = ("push", "pull_request")
_DEPENDENCIES = regex(
    r"(?i)dockerfile|lock(?:\.\w+)?$|requirements|pyproject\.toml$|package\.json$|\.github/"
    r"|\.gitlab-ci|\.gitlab/|entrypoint"
)
_ROOT = "."
# The build runs only where nobody has built this image yet
_IF_MISSING = regex(
    r"(?i)not_?(?:yet_?)?exists?|not[_-]found|\bmissing\b"
    r"|exists?\W{0,4}(?:==\s{0,3}\W?(?:false|0)|!=\s{0,3}\W?(?:true|1))"
)
# An earlier step or job has made a release: release-please, semantic-release and their like
_IF_RELEASED = regex(
    r"(?i)(?<![!\w.-])[\w-]{1,60}\.[\w-]{1,60}\.outputs\.(?:[\w-]{0,40}(?:release_created|releases_created|new[_-]release[_-]published)"
    r"|(?:is_|was_|should_|new[_-])?releas(?:e|ed)|version[_-]changed|new[_-]version)\b"
    r"(?!\W{1,6}(?:false|0)\b|\s{0,3}!=\s{0,3}\W?(?:true|1)\b)"
)
_OUTPUT = regex(r"\.outputs\.([\w-]+)")
# They keep layers in their own way
_KEEPERS = ("docker-layer-caching", "docker-cache@", "--cache-from", "docker load")


def check(file: CiFile) -> Iterator[Finding]:
    if any(word in file.text for word in _KEEPERS):
        return

    earlier: dict[str, list[CiBuild]] = {}
    for builds in scripts(file):
        before = _before(earlier, builds[0])
        found = list(_slow(file, builds, earlier))
        if found:
            yield _finding(file, builds, found, before)


def _slow(
    file: CiFile, builds: Sequence[CiBuild], earlier: dict[str, list[CiBuild]]
) -> Iterator[Judged]:
    """The builds of a step or script that a cache would make faster.

    A command finds what those on the lines above it have made.
    """
    for _line, together in groupby(builds, key=_line_of):
        of_line = list(together)
        for build in of_line:
            if _is_bare(file, build) and not is_meant(file, build):
                before = _before(earlier, build)
                yield from judged(file, [build], partial(_runs, file, before))
        for build in of_line:
            earlier.setdefault(_job_of(build), []).append(build)


def _finding(
    file: CiFile,
    builds: Sequence[CiBuild],
    found: Sequence[Judged],
    before: Sequence[CiBuild],
) -> Finding:
    build = found[0].build
    is_action = build.step.uses.startswith(ACTION)
    severity = None if is_action else Severity.INFO
    fix = _fix(file, builds, before)
    lines = {item.build.line for item in found}
    judged_here = [item for item in builds if item.line in lines]
    said = _message(found, len(judged_here), is_unread=_is_unread(file, build))
    message = with_why(said, fix)
    return found_at_step(file, build, message, fix_alone(fix), severity)


def _line_of(build: CiBuild) -> int:
    return build.line


def _job_of(build: CiBuild) -> str:
    return repr((build.workflow, build.step.job, build.matrix))


def _before(earlier: Mapping[str, list[CiBuild]], build: CiBuild) -> list[CiBuild]:
    """The earlier builds of its job whose steps it may find."""
    of_job = earlier.get(_job_of(build), ())
    return [item for item in of_job if may_share_steps(item, build)]


def _runs(
    file: CiFile, before: Sequence[CiBuild], build: CiBuild, image: Build
) -> list[Instruction]:
    """The slow RUN that a cache would save, and that no earlier build of the job has run."""
    is_kept = _is_kept(file, build)
    if build.pull.value is True and starts_from_newest(image):
        return []
    if is_huge(build, image) and not is_kept:
        return []  # only a cache in a registry has room for it, and nothing is pushed to one
    runs = saved_runs(build, image, is_kept=is_kept)
    if _runs_for_its_folder(build) and not sends_sources(image):
        return []
    if _is_to_renew(build) and upgrading(image, runs):
        return []  # a cache would keep the packages of the day when it was written
    if not runs or not before:
        return list(runs)
    made: set[str] = set()
    for other in before:
        other_image = file.image_of(other)
        if other_image is not None:
            made.update(step_keys(other, other_image).values())
    keys = step_keys(build, image)
    return [run for run in runs if keys[run] not in made]


def _is_to_renew(build: CiBuild) -> bool:
    """Whether it is there for what is new outside of the repository."""
    kinds = {run.kind for run in active_runs(build)}
    return build.pull.value is True or RunKind.SCHEDULE in kinds


def _is_kept(file: CiFile, build: CiBuild) -> bool:
    """Whether the image is pushed: else it is only built to see whether that works."""
    return build.push.may_be or is_pushed_elsewhere(file)


def _is_bare(file: CiFile, build: CiBuild) -> bool:
    if build.tool not in _TOOLS or build.builder.keeps_cache is not False:
        return False
    if build.no_cache.may_be or build.definition is None or _has_cache(file, build):
        return False
    if build.is_for_release or any(map(_is_seldom_true, build.conditions)):
        return False
    if build.is_only_scanned and not _is_kept(file, build):
        return False  # a scan is about the packages of today
    # It may build what it starts only where the engine has no such image
    is_compose = build.definition.kind is BuildSourceKind.COMPOSE
    kinds = {run.kind for run in active_runs(build)}
    is_often = not build.is_seldom
    if build.runs:
        is_often = not kinds.isdisjoint(_USUAL)
    return is_often and not is_compose and not _runs_for_changes(build)


def _is_seldom_true(condition: str) -> bool:
    if _IF_MISSING.search(condition):
        return True
    # `||` may name another reason to build
    return "||" not in condition and _IF_RELEASED.search(condition) is not None


def _has_cache(file: CiFile, build: CiBuild) -> bool:
    """Whether it reads or writes a cache; one inside an image that nobody reads is none."""
    if _is_unread(file, build):
        return False
    return build.has_cache or any(run.cache_from or run.cache_to for run in build.runs)


def _is_unread(file: CiFile, build: CiBuild) -> bool:
    """Whether it only writes a cache into an image that it pushes, from which no build reads."""
    if not build.writes_inline or all_cache_from(build) or not _is_kept(file, build):
        return False
    is_alone = all(item.type == "inline" for item in all_cache_to(build))
    return is_alone and not is_image_read(file)


def _runs_for_changes(build: CiBuild) -> bool:
    """Whether it runs only where something changed that the slow steps depend on."""
    often = [item.paths for item in build.events or () if item.name in _EVENTS]
    if build.changes:
        often.append(build.changes)
    return bool(often) and all(
        paths and all(_is_dependency(build, path) for path in paths) for paths in often
    )


def _is_dependency(build: CiBuild, path: str) -> bool:
    """Whether a pattern names manifests, Dockerfiles, files of CI, or where the Dockerfile lies."""
    if _DEPENDENCIES.search(path):
        return True
    definition = build.definition
    if definition is None:
        return False
    if path == definition.dockerfile:
        return True
    folder = folder_of(definition.dockerfile)
    return folder not in (_ROOT, "") and path.strip("/*") == folder


def _runs_for_its_folder(build: CiBuild) -> bool:
    """Whether an earlier step or job has found a change in the directory of its Dockerfile."""
    if build.definition is None:
        return False
    folder = folder_of(build.definition.dockerfile)
    name = folder.rpartition("/")[2]
    outputs = [found for text in build.conditions for found in _OUTPUT.findall(text)]
    return bool(name) and name in outputs


def _message(found: Sequence[Judged], builds: int, *, is_unread: bool) -> str:
    runs = runs_named(found, "slow RUN")
    some = in_some(len(found), builds)
    if is_unread:
        return f"no build reads the inline cache: each job runs {runs} again{some}"
    return f"without a cache, each job runs {runs} again{some}"


def _fix(
    file: CiFile, builds: Sequence[CiBuild], before: Sequence[CiBuild]
) -> Fix | str:
    for build in builds:
        image = file.image_of(build)
        frozen = frozen_runs(image, often_changing(build)) if image is not None else ()
        if frozen:
            line = min(run.first_line for run in frozen)
            return f"a cache would keep what line {line} of the Dockerfile fetches"
    return cache_fix(file, builds, before)


def cured(file: CiFile, build: CiBuild) -> CiBuild | None:
    return cached_alone(build) if _is_bare(file, build) else None


_FILES = {"Dockerfile": APP, "requirements.txt": "flask\npandas\n"}

_NEXT = (
    "      - run: ls\n\n  other:\n    uses: acme/app/.github/workflows/other.yml@v1\n"
)

RULE = Rule(
    id="build-cache-missing",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=workflow("context: .\npush: true\ntags: acme/app:latest\n"),
            fixed=workflow(
                "context: .\npush: true\ntags: acme/app:latest\n"
                "cache-from: type=gha\ncache-to: type=gha\n"
            ),
            files=_FILES,
        ),
        Example(
            bad=workflow("context: .\npush: true # always\n\n", setup=False),
            fixed=workflow(
                "context: .\npush: true # always\ncache-from: type=gha\ncache-to: type=gha\n\n"
            ),
            files=_FILES,
        ),
        Example(
            bad=workflow("context: .\npush: true\n# to be continued\n\n") + _NEXT,
            fixed=workflow(
                "context: .\npush: true\ncache-from: type=gha\ncache-to: type=gha\n"
                "# to be continued\n\n"
            )
            + _NEXT,
            files=_FILES,
        ),
        Example(
            bad="""on: [push]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: docker build -t app .
""",
            files=_FILES,
        ),
        Example(
            good=workflow("context: .\ncache-from: type=gha\ncache-to: type=gha\n"),
            files=_FILES,
        ),
        Example(good=workflow("context: .\n", "{push: {tags: ['v*']}}"), files=_FILES),
        Example(
            good=workflow("context: .\n"),
            files={"Dockerfile": "FROM debian:trixie-slim\nCOPY . /app\n"},
        ),
    ),
)
