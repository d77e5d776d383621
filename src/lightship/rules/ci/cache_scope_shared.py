"""Builds of different images write one cache scope, and the last one replaces the others

## What it does
Finds caches of GitHub Actions with one scope that different images write in the same runs: several
Dockerfiles or build contexts, and the rows of a matrix with other Dockerfiles, targets, arguments
or platforms. A cache without `scope` has the scope `buildkit`. Scopes with an expression whose
value is known only in a run are left alone, and so is what meets only in runs that are started by
hand or a schedule, and an image that does not install more than a few small packages, compile or
download: it has nothing to lose. So are images that differ only in small steps below their slow
RUN, pushes to different branches, whose caches are apart anyway, and images on a base of many
gigabytes (CUDA's devel images, ROCm): their layers fill the cache of a repository in any scope.

## Why is this bad?
A scope holds the cache of one build: each export replaces the index of the one before. The image
that ends last finds its layers in the next run, and all others build from nothing
(moby/buildkit#2524).

## Fix safety
The fix gives each step a scope of its own, in `cache-from` too: the name of the image, the axis of
the matrix that tells its rows apart, or the input that tells the callers of an action apart. The
images stay the same; the first run after it finds no cache. Where another workflow builds the same
images for other targets the scope names the target too. The fix is unsafe where that cannot be told
apart, where another image writes the new scope, and where builds of tags or releases read the old
one. There is no fix where the scope is written, or a build reads it that never writes it: the
finding says so.

## When to ignore
Ignore it where the images share nearly all that is slow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.builds.ci.cache_option import GHA_SCOPE, CacheOption
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_file import CiFile
from lightship.facts.ci.ci_steps import (
    LONELY,
    active_runs,
    all_cache_from,
    all_cache_to,
    found_at_option,
    is_judged_here,
    option_place,
)
from lightship.facts.ci.cured_builds import with_own_scope
from lightship.facts.ci.example_workflow import APP, workflow
from lightship.facts.ci.failing_images import running_steps, stops
from lightship.facts.ci.huge_images import is_on_huge_base
from lightship.facts.ci.image_costs import long_runs
from lightship.facts.ci.same_steps import step_keys
from lightship.facts.ci.scopes import (
    SCOPE,
    axis_of,
    gha_written,
    image_key,
    matrix_texts,
    meaning_of,
    name_of,
    telling,
    writes_together,
)
from lightship.facts.ci.why_no_fix import NOT_PLAIN, fix_alone, with_why
from lightship.facts.ci.workflow_edits import with_field
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.text import Span


def check(file: CiFile) -> Iterator[Finding]:
    for builds in running_steps(file):
        told: set[Span] = set()
        for build in builds:
            for option in gha_written(build):
                place = option_place(file, option)
                if place in told or not is_judged_here(file, option.written):
                    continue
                if _overflows(file, build):
                    continue
                message, scope = _shared(file, builds, build, option)
                if message:
                    told.add(place)
                    fix = _fix(file, builds, option, scope)
                    is_here = option.written.path == file.path
                    said = with_why(message, fix) if is_here else message
                    yield found_at_option(file, option, said, fix_alone(fix))


def _shared(
    file: CiFile, builds: Sequence[CiBuild], build: CiBuild, option: CacheOption
) -> tuple[str, str]:
    """What is wrong with the scope of an option, and a better one; empty where nothing is."""
    scope = option.scope or ""
    # An action may be used by several jobs; the rows of a matrix are those of one
    rows = [item for item in builds if _is_row(item, build, scope)]
    alike = [item for item in builds if _writes_too(item, build, scope)]
    images = {image_key(item) for item in alike}
    is_by_rows = images <= {image_key(item) for item in rows}
    if len(images) > 1 and not is_by_rows and _differ(file, alike):
        # Each caller of an action or workflow has an image of its own
        return _of_step(len(images), scope), _input_of(alike)

    number = len({meaning_of(item) for item in rows})
    if number > 1 and _differ(file, rows) and writes_together(build, build, scope):
        return _of_step(number, scope), axis_of(rows) or _input_of(rows)

    for other in _nearest_first(file, build):
        if _replaces(file, build, other, scope):
            place = f"{other.path.rpartition('/')[2]}:{other.line}"
            message = f"{place} writes scope {scope} too: the last one wins"
            return message, name_of(build)
    return "", ""


def _nearest_first(file: CiFile, build: CiBuild) -> list[CiBuild]:
    """The builds of the repository, those of the same file first."""
    return sorted(file.repository, key=lambda other: other.path != build.path)


def _replaces(file: CiFile, build: CiBuild, other: CiBuild, scope: str) -> bool:
    """Whether another image is written to the scope of a build, and lacks slow layers of it."""
    key, other_key = image_key(build), image_key(other)
    if key is None or other_key is None or other_key == key:
        return False
    if not _writes(other, scope) or not writes_together(build, other, scope):
        return False
    return not stops(file, other) and _loses(file, build, other)


def _loses(file: CiFile, build: CiBuild, other: CiBuild) -> bool:
    """Whether a build has slow steps that the cache of another one lacks, or may."""
    own, others = _slow_steps(file, build), _slow_steps(file, other)
    return own is None or others is None or not own <= others


def _differ(file: CiFile, builds: Sequence[CiBuild]) -> bool:
    """Whether the slow steps of the builds are not the same, so that one has some to lose."""
    steps = [_slow_steps(file, build) for build in builds]
    return None in steps or len(set(steps)) > 1


def _slow_steps(file: CiFile, build: CiBuild) -> frozenset[object] | None:
    """The RUN of a build that take time, by key and platforms; None where they are not known."""
    image = file.image_of(build)
    if image is None:
        return None
    keys = step_keys(build, image)
    platforms = frozenset(build.platforms)
    return frozenset((keys[run], platforms) for run in long_runs(image))


def _overflows(file: CiFile, build: CiBuild) -> bool:
    """Whether no scope helps: the base alone fills the cache of the repository."""
    image = file.image_of(build)
    return image is not None and is_on_huge_base(image)


def _of_step(number: int, scope: str) -> str:
    return f"{number} builds of this step write scope {scope}: the last one wins"


def _writes_too(item: CiBuild, build: CiBuild, scope: str) -> bool:
    """Whether a build of the step has a known image, and writes the scope in the same runs."""
    is_known = image_key(item) is not None and _writes(item, scope)
    return is_known and writes_together(build, item, scope)


def _is_row(item: CiBuild, build: CiBuild, scope: str) -> bool:
    is_one_job = item.step.job == build.step.job and item.workflow == build.workflow
    return is_one_job and item.definition is not None and _writes(item, scope)


def _writes(build: CiBuild, scope: str) -> bool:
    return any(item.scope == scope for item in gha_written(build))


def _input_of(builds: Sequence[CiBuild]) -> str:
    """An input that has another value from each caller; empty where there is none."""
    name = telling([build.given for build in builds])
    return f"${{{{ inputs.{name} }}}}" if name else ""


def _fix(
    file: CiFile, builds: Sequence[CiBuild], option: CacheOption, scope: str
) -> Fix | str:
    """A scope of their own for the builds of a step, or why there is no fix."""
    if "scope" in option.attributes:
        return "the scope is written, choose another one"
    if not scope:
        return "no key of a matrix and no input names the images"
    if _is_read_elsewhere(file):
        return "a build reads this scope and never writes it"

    scope = _with_target(file, builds, scope)
    edits = []
    seen: set[int] = set()
    build = builds[0]
    for item in (*all_cache_from(build), *all_cache_to(build)):
        is_default = item.type == "gha" and "scope" not in item.attributes
        if not is_default or item.written.line in seen:
            continue

        seen.add(item.written.line)
        edit = with_field(file, item, f"scope={scope}")
        if edit is None:
            return NOT_PLAIN
        edits.append(edit)

    if not edits:
        return NOT_PLAIN

    is_apart = _is_apart(file, builds, scope) and not _is_read_by_lonely(file, builds)
    safety = Safety.SAFE if is_apart else Safety.UNSAFE
    return Fix(f"Give it the scope {scope}", tuple(edits), safety)


def _with_target(file: CiFile, builds: Sequence[CiBuild], scope: str) -> str:
    """The scope with the target in it, where others build the same images for another one."""
    targets = {_target(item) for item in builds}
    target = targets.pop() if len(targets) == 1 else None
    is_named = target is not None and SCOPE.fullmatch(target) is not None
    return f"{scope}-{target}" if is_named and _rivals(file, builds) else scope


def _rivals(file: CiFile, builds: Sequence[CiBuild]) -> list[CiBuild]:
    """Other steps that write a cache of the same images with another target."""
    targets: dict[object, set[str | None]] = {}
    for item in builds:
        targets.setdefault(image_key(item), set()).add(_target(item))
    own = {(item.path, item.line) for item in builds}
    return [
        other
        for other in file.repository
        if (other.path, other.line) not in own
        and gha_written(other)
        and targets.get(image_key(other), {_target(other)}) != {_target(other)}
    ]


def _is_apart(file: CiFile, builds: Sequence[CiBuild], scope: str) -> bool:
    """Whether no other image is in the scope then, as far as the workflows tell."""
    own = {(item.path, item.line) for item in builds}
    targets = {_target(item) for item in builds}
    rivals = _rivals(file, builds)
    is_one_target = len(targets) == 1
    if rivals and not is_one_target:
        return False
    names = {_filled(scope, item): meaning_of(item) for item in builds}
    for other in file.repository:
        if (other.path, other.line) in own:
            continue
        for item in gha_written(other):
            meaning = names.get(item.scope or "")
            if meaning is not None and meaning != meaning_of(other):
                return False
    return True


def _target(build: CiBuild) -> str | None:
    return build.definition.target if build.definition is not None else None


def _filled(scope: str, build: CiBuild) -> str:
    """A scope with the values of the row, and of the inputs that a caller gives."""
    for name, text in build.given.items():
        scope = scope.replace(f"${{{{ inputs.{name} }}}}", text)
    for name, value in matrix_texts(build).items():
        scope = scope.replace(f"${{{{ matrix.{name} }}}}", str(value))
    return scope


def _is_read_by_lonely(file: CiFile, builds: Sequence[CiBuild]) -> bool:
    """Whether runs of tags or releases read what these steps write now, and find nothing then."""
    own = {(item.path, item.line) for item in builds}
    for other in file.repository:
        reads = any(item.scope == GHA_SCOPE for item in all_cache_from(other))
        is_another = (other.path, other.line) not in own
        if reads and is_another and other.runs and not _writes_for_others(other):
            return True
    return False


def _writes_for_others(build: CiBuild) -> bool:
    for run in active_runs(build):
        is_read = run.kind not in LONELY
        if is_read and any(item.scope == GHA_SCOPE for item in run.cache_to):
            return True
    return False


def _is_read_elsewhere(file: CiFile) -> bool:
    """Whether a build reads the default scope that does not write it."""
    for build in file.repository:
        reads = any(item.scope == GHA_SCOPE for item in all_cache_from(build))
        if reads and not _writes(build, GHA_SCOPE):
            return True
    return False


def cured(_file: CiFile, build: CiBuild) -> CiBuild | None:
    return with_own_scope(build) if gha_written(build) else None


_CACHE = "cache-from: type=gha\ncache-to: type=gha,mode=max\n"
_MATRIX = """on: push
jobs:
  image:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        app: [api, worker]
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: ${{ matrix.app }}
"""
# Each installs packages of its own: images with the same slow steps may share a scope
_APPS = {
    "api/Dockerfile": APP,
    "api/requirements.txt": "flask\npandas\n",
    "worker/Dockerfile": APP,
    "worker/requirements.txt": "celery\npandas\n",
}


def _of_matrix(scope: str) -> str:
    rows = f"cache-from: type=gha{scope}", f"cache-to: type=gha,mode=max{scope}"
    return _MATRIX + "".join(f"          {row}\n" for row in rows)


def _two(first: str, second: str) -> str:
    again = workflow(f"context: worker\n{second}").partition("steps:\n")[2]
    return workflow(f"context: api\n{first}") + again


RULE = Rule(
    id="cache-scope-shared",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    judges_ci=True,
    cured=cured,
    examples=(
        Example(
            bad=_of_matrix(""),
            fixed=_of_matrix(",scope=${{ matrix.app }}"),
            files=_APPS,
        ),
        Example(
            bad=_two(_CACHE, _CACHE),
            fixed=_two(
                "cache-from: type=gha,scope=api\ncache-to: type=gha,mode=max,scope=api\n",
                "cache-from: type=gha,scope=worker\ncache-to: type=gha,mode=max,scope=worker\n",
            ),
            files=_APPS,
        ),
        Example(good=_of_matrix(",scope=${{ matrix.app }}"), files=_APPS),
        Example(good=workflow(f"context: api\n{_CACHE}"), files=_APPS),
    ),
)
