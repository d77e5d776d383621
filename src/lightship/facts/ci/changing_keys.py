"""Which instructions have another cache key in most commits, so that no cache saves them.

A key depends on what was before it in the stage, on values of ARG, on the files that COPY, ADD and
bind mounts take, on the stages that they copy from, and on the image that the stage starts from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
from lightship.evaluation.mounts import Mount
from lightship.facts.ci.build_stages import built_stages
from lightship.facts.context.takings import files_of, path_of
from lightship.record import record
from lightship.regex import regex

# Files of programs and pages, which commits change; manifests and settings seldom are
_SOURCES = (
    *(".py", ".ipynb", ".js", ".cjs", ".mjs", ".jsx", ".ts", ".tsx", ".vue", ".svelte"),
    *(".html", ".css", ".scss", ".go", ".rs", ".java", ".kt", ".scala", ".cs", ".c"),
    *(".cc", ".cpp", ".h", ".hpp", ".rb", ".php", ".swift", ".ex", ".r", ".R", ".jl"),
)
_GIT = ".git/HEAD"
_MOVING = ("", "latest")
# Tags that are there to have the newest packages of each day
_DAILY = regex(r"(?:^|[-_.])(?:rawhide|sid|unstable|edge|nightly|daily)(?:$|[-_.])")
_ROLLING = ("opensuse/tumbleweed",)


@record(eq=False, frozen=False)
class _Changes:
    """What has been found on the way through the stages."""

    names: frozenset[str]
    copies: dict[Instruction, Copying]
    read_from: dict[Instruction, list[int]]
    stages: set[int]
    found: set[Instruction]
    made: Collection[str]


def changed_by_sources(build: Build) -> frozenset[Instruction]:
    """The instructions whose key is another one whenever the sources change."""
    return build.once(_changed_by_sources)


def _changed_by_sources(build: Build) -> frozenset[Instruction]:
    return changing(build, ())


def changing(
    build: Build,
    names: Collection[str],
    *,
    through_copies: bool = True,
    made: Collection[str] = (),
) -> frozenset[Instruction]:
    """The same, and those with another key for each new value of the build arguments `names`.

    What a stage copies from a changed one counts as changed, unless `through_copies` is off. `made`
    are paths of the build context that other files are written to before each build: what copies
    them is another one too.
    """
    copies = {item.instruction: item for item in build.copyings()}
    read_from: dict[Instruction, list[int]] = {}
    if through_copies:
        read_from = _stages_read(build)

    state = _Changes(frozenset(names), copies, read_from, set(), set(), made)
    for stage in built_stages(build):
        _walk(build, stage, state)
    return frozenset(state.found)


def _stages_read(build: Build) -> dict[Instruction, list[int]]:
    """The numbers of the stages that each instruction copies from or mounts."""
    stages: dict[Instruction, list[int]] = {}
    for sources in build.evaluation.graph.sources:
        for source in sources:
            if source.stage is None:
                continue
            numbers = stages.setdefault(source.instruction, [])
            numbers.append(source.stage.index)
    return stages


def _walk(build: Build, stage: Stage, state: _Changes) -> None:
    base = build.base_of(stage)
    is_changed = base is not None and base.index in state.stages
    is_changed = is_changed or _names_any(stage.base.text, state.names)
    is_changed = is_changed or (base is None and _starts_from_moving(build, stage))
    for item in stage.instructions:
        is_changed = is_changed or _changes(build, item, state)
        if is_changed:
            state.found.add(item)

    if is_changed:
        state.stages.add(stage.index)


def _starts_from_moving(build: Build, stage: Stage) -> bool:
    """Whether it starts from an image of each day, as `fedora:rawhide`, or from one that the
    repository makes itself, without a version.

    CI builds that one again and again, most often in the same run.
    """
    image = build.root_image(stage)
    if image is None or image.digest:
        return False
    if _DAILY.search(image.tag) or image.path in _ROLLING:
        return True
    return image.tag in _MOVING and image.name in build.repository.images


def starts_from_newest(build: Build) -> bool:
    """Whether a stage that is built runs something on an image without a version."""
    for stage in built_stages(build):
        if all(item.keyword != "RUN" for item in stage.instructions):
            continue
        image = build.root_image(stage)
        if image is not None and not image.digest and image.tag in _MOVING:
            return True
    return False


def sends_sources(build: Build) -> bool:
    """Whether the build context has files of programs or pages, or may."""
    context = build.context
    if context is None:
        return True
    return any(file.path.endswith(_SOURCES) for file in context.sent)


def _changes(build: Build, item: Instruction, state: _Changes) -> bool:
    """Whether an instruction has another key, with the same steps before it."""
    read_from = state.read_from.get(item, ())
    if not state.stages.isdisjoint(read_from):
        return True
    if item.keyword == "ARG":
        return not state.names.isdisjoint(declared(item))
    if item.keyword == "RUN":
        mounts = build.mounts(item)
        return any(_binds_sources(build, mount) for mount in mounts)
    copying = state.copies.get(item)
    if copying is None:
        return False
    return _copies_sources(build, copying) or _copies_made(copying, state.made)


def _copies_made(copying: Copying, made: Collection[str]) -> bool:
    """Whether it copies a path that is made before the build, or a directory around or below it."""
    for source in copying.local:
        path = path_of(source)
        if any(_meets(path, item) for item in made):
            return True
    return False


def _meets(path: str, made: str) -> bool:
    """Whether one path lies in the other; a pattern lies in its directory."""
    fixed = path.partition("*")[0]
    if fixed != path:
        fixed = fixed.rpartition("/")[0]
    if not made:
        return (
            not fixed
        )  # anywhere in the context: a file that is named is most likely another
    if not fixed:
        return True
    return f"{made}/".startswith(f"{fixed}/") or f"{fixed}/".startswith(f"{made}/")


def declared(arg: Instruction) -> set[str]:
    """The names that an ARG declares."""
    pairs = getattr(arg, "pairs", ())
    return {pair.name.text for pair in pairs}


def _names_any(text: str, names: Iterable[str]) -> bool:
    return any(f"${name}" in text or f"${{{name}" in text for name in names)


def _copies_sources(build: Build, copying: Copying) -> bool:
    """Whether it copies the whole build context, or a directory with sources in it.

    What is not there, such as `dist/*.whl`, the job makes before.
    """
    context = build.context
    if context is not None and _takes_nothing(context, copying):
        return True
    for source in copying.local:
        path = path_of(source)
        if context is None:
            is_directory = "." not in path
            if is_directory:
                return True
            continue

        files = files_of(context, copying, source)
        taken = [file.path for file in files]
        is_file = taken == [path]
        if is_file:
            continue
        is_all = not path and _sends_git(context)
        if is_all or any(name.endswith(_SOURCES) for name in taken):
            return True
    return False


def _takes_nothing(context: Context, copying: Copying) -> bool:
    sources = copying.local
    return bool(sources) and not any(
        files_of(context, copying, source) for source in sources
    )


def _sends_git(context: Context) -> bool:
    """Whether `.git` of the checkout is sent: it is another one in each commit."""
    return not context.ignore.matches(_GIT)


def _binds_sources(build: Build, mount: Mount) -> bool:
    """Whether a RUN sees a directory of the build context that has sources in it."""
    if mount.type != "bind" or mount.from_:
        return False
    path = mount.source.strip("/")
    path = path.removeprefix("./")
    if path in ("", "."):
        return True

    context = build.context
    if context is None:
        return "." not in path
    below = [file for file in context.sent if file.path.startswith(f"{path}/")]
    return any(file.path.endswith(_SOURCES) for file in below)
