"""Files that only the RUN of their stage use: they do not reach the image."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build, Invocation
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Stage
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import clean
from lightship.facts.copies.reaching import reaches_image
from lightship.regex import regex
from lightship.shell.specs import written

_MANIFEST = regex(
    r"[\w.-]*requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.txt|pyproject\.toml"
    r"|(?:poetry|uv|pdm)\.lock|Pipfile(?:\.lock)?|package(?:-lock)?\.json|yarn\.lock"
    r"|pnpm-lock\.yaml|environment\.ya?ml|Gemfile(?:\.lock)?|go\.(?:mod|sum)"
)

_MOST_NAMES = 100


def is_passing(build: Build, copying: Copying, stage: Stage) -> bool:
    """Whether all that a COPY to a relative path brings is used by that path in its stage alone.

    It does not reach the image.
    """
    target = copying.destination.value
    if copying.before is None or target is None:
        return False
    if copying.instruction.flag("parents"):
        return False

    names = _names(build, copying, target)
    if not names:
        return False

    calls = list(_later_calls(build, copying, stage))
    used = [name for name in names if _is_used(calls, name)]
    # A script that is called may use the files of a stage that only builds
    may_be_used = bool(calls) and stage not in build.lineage
    if not used and not may_be_used:
        return False
    if not all(_is_relative(build, calls, name) for name in names):
        return False

    is_shipped = stage in build.lineage
    for name in names:
        if is_shipped and name in used and is_manifest(name):
            continue  # the install has read it, and nothing else will
        if any(_removes(call, name) for call in calls):
            continue
        place = clean(f"/{name}")
        if _leaves(build, stage, place):
            return False
    return True


def is_manifest(name: str) -> bool:
    """Whether it is a file that an install reads: `requirements.txt`, `package.json`."""
    return _MANIFEST.fullmatch(basename(name)) is not None


def _names(build: Build, copying: Copying, target: str) -> list[str]:
    """The relative paths at which the sources stand; none where one is not known."""
    directory = clean(target)
    into = directory == "." or target.endswith("/") or len(copying.sources) > 1
    if not into:
        return [directory]

    # The content of `app` in `app/`
    if len(copying.sources) == 1 and basename(directory):
        source = copying.sources[0].value or ""
        if _name_of(source) == basename(directory):
            return [directory]

    names: list[str] = []
    for operand in copying.sources:
        own = _names_brought(build, copying, operand.value)
        if not own:
            return []
        names += own
    if directory == ".":
        return names
    return [f"{directory}/{name}" for name in names]


def _names_brought(build: Build, copying: Copying, source: str | None) -> list[str]:
    """A file, or what lies in a directory; nothing where it is not known."""
    if source is None or has_wildcards(source):
        return []
    name = _name_of(source)
    if not name:
        return []
    is_file = "." in name.strip(".")
    return [name] if is_file else _content(build, copying, source)


def _name_of(source: str) -> str:
    """The last part of a path that counts from the build context; empty for all of it."""
    return basename(clean(f"/{source}"))


def _content(build: Build, copying: Copying, path: str) -> list[str]:
    """What lies in a directory of the build context; nothing where that is not known."""
    context = build.context
    if context is None or not context.is_whole or not copying.from_context:
        return []

    start = clean(f"/{path}").removeprefix("/") + "/"
    names: dict[str, None] = {}
    for file in context.sent:
        if file.path.startswith(start):
            name, _, _ = file.path.removeprefix(start).partition("/")
            names[name] = None
    return list(names)[:_MOST_NAMES]


def _later_calls(build: Build, copying: Copying, stage: Stage) -> Iterator[Invocation]:
    start = copying.instruction.span.start
    for call in build.commands():
        if call.instruction.span.start < start:
            continue
        if build.dockerfile.stage_of(call.instruction) is stage:
            yield call


def _is_used(calls: list[Invocation], name: str) -> bool:
    return any(_mentions(call, name) for call in calls)


def _mentions(call: Invocation, name: str) -> bool:
    return any(name in written(word) for word in call.command.all_words)


def _is_relative(build: Build, calls: list[Invocation], name: str) -> bool:
    """Whether no command names it from `/`, or from another working directory."""
    for call in calls:
        if not _mentions(call, name):
            continue
        state = build.evaluation.before(call.instruction)
        if state is None or state.workdir_set:
            return False
        texts = [_bare(written(word)) for word in call.command.all_words]
        if any(f"/{name}" in text for text in texts):
            return False
    return True


def _bare(word: str) -> str:
    """A word without `./` at its start."""
    return word.removeprefix("./")


def _removes(call: Invocation, name: str) -> bool:
    if call.command.name != "rm":
        return False
    paths = [_bare(written(word)) for word in call.command.args]
    return any(path.rstrip("/") == name for path in paths)


def _leaves(build: Build, stage: Stage, place: str) -> bool:
    """Whether the image has it, or a pattern may take it from the stage."""
    if reaches_image(build, stage, place):
        return True
    return any(_takes_by_pattern(copying) for copying in build.copyings("COPY"))


def _takes_by_pattern(copying: Copying) -> bool:
    if copying.from_context:
        return False
    return any(has_wildcards(source.value or "*") for source in copying.sources)
