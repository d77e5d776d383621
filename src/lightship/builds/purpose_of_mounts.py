"""Whether an image is one to work with: all that build it mount its sources over the copied ones.

What a container starts then is never what COPY brought, and a change of the sources needs no build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    ProjectMount,
    Purpose,
)
from lightship.builds.purpose_of_content import (
    dockerfile_of,
    serves_production,
    start_commands,
)
from lightship.builds.workspace import Workspace, joined
from lightship.context.wildcards import clean
from lightship.evaluation.dispatch import Step
from lightship.evaluation.evaluate import Evaluation, evaluate
from lightship.evaluation.paths import below, in_workdir
from lightship.evaluation.stages import reachable
from lightship.record import record

# What programs are written in; a directory of settings or data has none of it
_CODE = (
    *(".py", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".vue", ".php", ".rb", ".go"),
    *(".rs", ".java", ".kt", ".cs", ".ex", ".pl", ".r", ".jl", ".scala"),
)
# Directories whose code is not the program
_BESIDE = frozenset(
    "alembic docs fixtures migrations node_modules notebooks scripts test tests vendor".split()
)
_TESTS = frozenset({"test", "tests"})
_DEEPEST = 4  # directories that are looked into below one another
_MOST_NAMES = 2_000  # that are looked at
# They start what they build for whoever works on the project
_LOCAL = frozenset({BuildSourceKind.COMPOSE, BuildSourceKind.DEVCONTAINER})


@record
class _Copied:
    """A path of the workspace, and where COPY puts it: a directory with all that is below."""

    source: str
    target: str


def by_mounts(
    workspace: Workspace, build: BuildDefinition, all_builds: Iterable[BuildDefinition]
) -> Purpose:
    """DEVELOPMENT where every service mounts sources over what COPY brings, or the tests.

    Nothing else builds the Dockerfile, and it starts no server for production, or another
    Dockerfile of the same context is the one for that: then COPY need not bring sources at all.
    """
    if not build.mounts or build.is_published:
        return Purpose.UNKNOWN
    others = [item for item in all_builds if item is not build]
    own = [item for item in others if item.dockerfile == build.dockerfile]
    if not all(item.kind in _LOCAL and not item.is_published for item in own):
        return Purpose.UNKNOWN
    if any(_is_deployed_instead(build, item) for item in others):
        if _is_worked_in(workspace, build):
            return Purpose.DEVELOPMENT
    else:
        # `image: acme/shop` is what somebody may push
        is_named = any("/" in name for name in build.tags)
        if is_named or serves_production(workspace, build):
            return Purpose.UNKNOWN
        if any(_are_tests(workspace, mount) for mount in build.mounts):
            return Purpose.DEVELOPMENT
    for copied in _copies(workspace, build):
        is_covered = _is_covered(workspace, copied, build.mounts)
        if is_covered and not _starts_copied(workspace, build, copied):
            return Purpose.DEVELOPMENT
    return Purpose.UNKNOWN


def _are_tests(workspace: Workspace, mount: ProjectMount) -> bool:
    """Whether the tests of the project are mounted: somebody runs them in the container."""
    is_named = mount.source.rpartition("/")[2] in _TESTS
    return is_named and _count_code(workspace, mount.source) > 0


def _is_worked_in(workspace: Workspace, build: BuildDefinition) -> bool:
    """Whether the whole build context is mounted over the working directory of the image."""
    whole = {clean(m.target) for m in build.mounts if m.source == build.context}
    evaluation = _evaluation(workspace, build)
    if evaluation is None or not whole:
        return False
    workdirs = [
        in_workdir(step.before.workdir, step.operands[0])
        for step in evaluation.steps
        if step.instruction.keyword == "WORKDIR" and step.operands
    ]
    return bool(workdirs) and clean(workdirs[-1]) in whole


def _starts_copied(
    workspace: Workspace, build: BuildDefinition, copied: _Copied
) -> bool:
    """Whether a program is started that COPY brings, and over which nothing is mounted."""
    for command in start_commands(workspace, build):
        for word in command.replace('"', " ").replace(",", " ").split():
            path = joined(copied.source, word.removeprefix(f"{copied.target}/"))
            if path is None or not path.endswith(_CODE) or not workspace.is_file(path):
                continue
            if all(_inside(path, mount.source) is None for mount in build.mounts):
                return True
    return False


def _is_deployed_instead(build: BuildDefinition, other: BuildDefinition) -> bool:
    """Whether another Dockerfile makes an image for production of the same files."""
    if other.dockerfile == build.dockerfile or other.context != build.context:
        return False
    return other.purpose is Purpose.PRODUCTION


def _is_covered(
    workspace: Workspace, copied: _Copied, mounts: Iterable[ProjectMount]
) -> bool:
    """Whether mounts put at least half of the code that COPY brings where that has put it."""
    over = [mount for mount in mounts if _is_same_place(mount, copied)]
    if not over:
        return False
    if any(_inside(copied.source, mount.source) is not None for mount in over):
        return bool(_count_code(workspace, copied.source))
    mounted = sum(_count_code(workspace, mount.source) for mount in over)
    return mounted * 2 >= max(_count_code(workspace, copied.source), 1)


def _is_same_place(mount: ProjectMount, copied: _Copied) -> bool:
    inside = _inside(mount.source, copied.source)
    if inside is not None:
        return clean(f"{copied.target}/{inside}") == mount.target
    inside = _inside(copied.source, mount.source)
    if inside is not None:
        return clean(f"{mount.target}/{inside}") == copied.target
    return False


def _inside(path: str, folder: str) -> str | None:
    """A path of the workspace seen from a directory of it, None where it is not below."""
    return below(f"/{path}", "/" if folder == "." else f"/{folder}")


def _count_code(workspace: Workspace, path: str) -> int:
    """How many files of code a directory has, or those below it; 1 for a file that is one."""
    if workspace.is_file(path):
        return int(path.endswith(_CODE))
    count = 0
    seen = 0
    folders = [path]
    for _ in range(_DEEPEST):
        inner: list[str] = []
        for folder in folders:
            for name in workspace.names(folder):
                seen += 1
                if seen > _MOST_NAMES:
                    return count
                count += name.endswith(_CODE)
                if "." not in name and name not in _BESIDE:
                    inner.append(name if folder == "." else f"{folder}/{name}")
        folders = [inside for inside in inner if workspace.is_directory(inside)]
    return count


def _copies(workspace: Workspace, build: BuildDefinition) -> Iterator[_Copied]:
    """What COPY and ADD bring of the build context into the image, by its written names."""
    evaluation = _evaluation(workspace, build)
    if evaluation is None:
        return
    dockerfile = dockerfile_of(workspace, build)
    final = dockerfile.stages[-1]
    for stage in dockerfile.stages:
        if build.target is not None and stage.name == build.target.lower():
            final = stage
    needed = reachable(evaluation.graph, [final])
    for step in evaluation.steps:
        if step.stage.index in needed and step.instruction.keyword in ("COPY", "ADD"):
            yield from _copied(workspace, build, step)


def _evaluation(workspace: Workspace, build: BuildDefinition) -> Evaluation | None:
    """What holds at each instruction; None for a Dockerfile that cannot be built."""
    dockerfile = dockerfile_of(workspace, build)
    if dockerfile.problems or not dockerfile.stages:
        return None
    known = {name: value for name, value in build.args.items() if value is not None}
    return evaluate(dockerfile, known, build.target)


def _copied(
    workspace: Workspace, build: BuildDefinition, step: Step
) -> Iterator[_Copied]:
    if step.instruction.flag("from") is not None or not step.operands:
        return
    *sources, target = step.operands
    place = in_workdir(step.before.workdir, target)
    for source in sources:
        path = joined(build.context, source.lstrip("/") or ".")
        if path is None:
            continue
        if workspace.is_directory(path):
            yield _Copied(path, place)
        elif workspace.is_file(path):
            name = path.rpartition("/")[2]
            is_into = len(sources) > 1 or target.endswith(("/", "."))
            yield _Copied(path, clean(f"{place}/{name}") if is_into else place)
