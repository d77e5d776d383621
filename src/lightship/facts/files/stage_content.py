"""Whether a path surely is not in a stage: nothing in its line of base stages may make it.

Of an image that is not known anything may be there; of the official images of distributions and of
Python, and of scratch, it is known what is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import basename

from lightship.base_images.known import BARE
from lightship.base_images.lifetimes import official_name
from lightship.base_images.pythons import LOCAL
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.context.taken_by_copy import copied
from lightship.context.wildcards import clean as clean_source
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying, Operand
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.evaluation.stages import SCRATCH
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.files.writes import may_write
from lightship.facts.stages.stage_python import other_minor, stage_python
from lightship.record import record

# Directories of a file system that are there in any distribution, or may be
_SYSTEM = frozenset(
    """bin boot dev etc home lib lib32 lib64 libx32 media mnt proc run sbin srv sys tmp usr var
    opt root""".split()
)
# In these there is nothing, though they are there themselves
_EMPTY = ("/home/", "/srv/", "/usr/src/", "/root/.local/", "/root/.local", "/opt/")
_PYTHONS = f"{LOCAL}/lib/python"
_NOWHERE = "/lightship"  # a path that only a command that is not known may write to


def is_absent(
    build: Build, stage: Stage, path: str, but: Instruction | None = None
) -> bool:
    """Whether COPY --from of the stage surely finds nothing at `path`.

    The COPY `but` does not count.
    """
    if path == "/":
        return False
    if _has_triggers(build, stage):
        return False
    if any(item.name in build.contexts for item in build.lineage_of(stage)):
        return False  # an additional context stands in its place
    if not _is_unknown_to_image(build, stage, path):
        return False
    if _is_workdir(build, stage, path):
        return False
    if _may_be_written(build, stage, path):
        return False

    for copying in _copyings(build, stage):
        if copying.instruction is but:
            continue
        if _may_bring(build, copying, path):
            return False
    return True


def _items(build: Build, stage: Stage) -> Iterator[Instruction]:
    """The instructions of a stage and of those that it starts from."""
    for ancestor in build.lineage_of(stage):
        yield from ancestor.instructions


def _copyings(build: Build, stage: Stage) -> Iterator[Copying]:
    """The COPY and ADD of a stage and of those that it starts from."""
    line = build.lineage_of(stage)
    for copying in build.copyings():
        step = copying.step
        if step is None:
            continue
        if step.stage in line:
            yield copying


def _has_triggers(build: Build, stage: Stage) -> bool:
    items = _items(build, stage)
    return any(item.trigger is not None for item in items)


def _is_unknown_to_image(build: Build, stage: Stage, path: str) -> bool:
    """Whether the image that a stage comes from has no such path: scratch, or an official one."""
    name = build.evaluation.root(stage).name
    if name == SCRATCH:
        return True
    image = read_reference(name)
    if isinstance(image, str):
        return False
    if official_name(image) not in BARE:
        return False
    if "onbuild" in image.tag:
        return False
    if _is_of_another_python(build, stage, path):
        return True

    _, first, *_ = path.split("/")
    if first not in _SYSTEM:
        return True
    if path.rstrip("/") in ("/opt", "/srv"):
        return False
    return path.startswith(_EMPTY)


def _is_workdir(build: Build, stage: Stage, path: str) -> bool:
    """Whether WORKDIR has made the path, or a directory in it."""
    line = build.lineage_of(stage)
    workdirs: set[str] = set()
    for ancestor in line:
        final = build.evaluation.finals[ancestor.index]
        workdirs.add(final.workdir)
    for step in build.evaluation.steps:
        if step.stage in line:
            workdirs.add(step.before.workdir)

    return _holds_one(path, map(clean, workdirs))


def _may_be_written(build: Build, stage: Stage, path: str) -> bool:
    """Whether a RUN may make the path."""
    place = path
    if _is_of_another_python(build, stage, path):
        place = _NOWHERE
    for item in _items(build, stage):
        if item.keyword != "RUN":
            continue
        if may_write(build, item, place):
            return True
    return False


def _is_of_another_python(build: Build, stage: Stage, path: str) -> bool:
    """Whether a path is in the library of another version than the stage has.

    Nor may anything in the stage name that version.
    """
    python = stage_python(build, stage)
    if python is not None and python.prefix != LOCAL:
        return False
    if not path.startswith(f"{_PYTHONS}3."):
        return False
    rest = path.removeprefix(_PYTHONS)
    minor, _, _ = rest.partition("/")
    if not other_minor(build, stage, minor):
        return False

    name = f"python{minor}"
    text = build.dockerfile.text
    for item in _items(build, stage):
        own = item.span.of(text)
        if name in own:
            return False
    return True


def _may_bring(build: Build, copying: Copying, path: str) -> bool:
    target = copying.destination.value
    if target is None or copying.before is None:
        return True
    root = in_workdir(copying.before.workdir, target)
    if below(root, path) is not None:
        return True  # it makes the directory, or puts a file there
    rest = below(path, root)
    if rest is None:
        return False
    for source in copying.sources:
        incoming = _Incoming(build, copying, source)
        if _may_have(incoming, rest):
            return True
    return False


@record
class _Incoming:
    """One source of a COPY or ADD of a build."""

    build: Build
    copying: Copying
    source: Operand


def _may_have(incoming: _Incoming, rest: str) -> bool:
    """Whether what a source brings may have something at `rest`, seen from the destination."""
    source = incoming.source
    if source.kind == "heredoc":
        name = source.word.text.lstrip("<-")
        name = name.strip("\"'")
        return _first(rest) == name
    if source.kind != "file":
        return True
    if source.value is None:
        return True
    if has_wildcards(source.value):
        return True

    instruction = incoming.copying.instruction
    if instruction.keyword == "ADD":
        return True
    if instruction.flag("parents"):
        return True
    if incoming.copying.from_context:
        return _may_be_in_context(incoming.build, source.value, rest)
    return _may_be_in_stage(incoming, source.value, rest)


def _may_be_in_context(build: Build, source: str, rest: str) -> bool:
    """Whether the build context may have it; a file in a directory has its own name there."""
    path = clean_source(f"/{source}").removeprefix("/")
    context = build.context
    if context is None or not context.is_whole:
        return _may_be_named(path, rest)

    files = copied(context, [path])
    if not files:
        return True
    places = [f"/{file.path}" for file in files]
    if places == [f"/{path}"]:
        return rest == basename(path)

    wanted = f"/{rest}"
    if path:
        wanted = f"/{path}/{rest}"
    return _holds_one(wanted, places)


def _holds_one(path: str, places: Iterable[str]) -> bool:
    """Whether one of the places is a path, or lies in it."""
    return any(below(place, path) is not None for place in places)


def _may_be_named(source: str, rest: str) -> bool:
    """Whether a source of which only the name is known may bring that path."""
    if not _is_file(source):
        return True
    return rest == basename(source)


def _may_be_in_stage(incoming: _Incoming, source: str, rest: str) -> bool:
    """Whether another stage may have it; a file in a directory has its own name there."""
    build = incoming.build
    origin = _origin(build, incoming.copying.instruction)
    if origin is None:
        return _may_be_named(source, rest)

    if _first(rest) == basename(source):
        return True
    path = clean(f"/{source}/{rest}")
    return not is_absent(build, origin, path)


def _origin(build: Build, instruction: Instruction) -> Stage | None:
    """The stage that a COPY takes from; None where it takes from an image."""
    for copy in stage_copies(build):
        if copy.copying.instruction is instruction:
            return copy.origin
    return None


def _is_file(path: str) -> bool:
    """Whether a path looks like that of a file."""
    name = basename(path)
    return "." in name.lstrip(".")


def _first(path: str) -> str:
    name, _, _ = path.partition("/")
    return name
