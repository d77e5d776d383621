"""Whether a path surely is not in a stage: nothing in its line of base stages may make it.

Of an image that is not known anything may be there; of the official images of distributions and of
Python, and of scratch, it is known what is not.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import BARE
from lightship.base_images.lifetimes import official_name
from lightship.base_images.pythons import LOCAL
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.context.files import copied
from lightship.context.wildcards import clean as clean_source
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying, Operand
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.evaluation.stages import SCRATCH
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.files.writes import may_write
from lightship.facts.stages.stage_python import stage_python

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
    if path == "/" or _has_triggers(build, stage):
        return False
    if not _is_unknown_to_image(build, stage, path):
        return False
    if _is_workdir(build, stage, path):
        return False
    if _may_be_written(build, stage, path):
        return False
    for copying in _copyings(build, stage):
        if copying.instruction is not but and _may_bring(build, copying, path):
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
        if copying.step is not None and copying.step.stage in line:
            yield copying


def _has_triggers(build: Build, stage: Stage) -> bool:
    return any(item.trigger is not None for item in _items(build, stage))


def _is_unknown_to_image(build: Build, stage: Stage, path: str) -> bool:
    """Whether the image that a stage comes from has no such path: scratch, or an official one."""
    name = build.evaluation.root(stage).name
    if name == SCRATCH:
        return True
    image = read_reference(name)
    if isinstance(image, str) or official_name(image) not in BARE:
        return False
    if _is_of_another_python(build, stage, path):
        return True

    _, first, *_ = path.split("/")
    if first not in _SYSTEM:
        return True
    return path.startswith(_EMPTY) and path.rstrip("/") not in ("/opt", "/srv")


def _is_workdir(build: Build, stage: Stage, path: str) -> bool:
    """Whether WORKDIR has made the path, or a directory in it."""
    line = build.lineage_of(stage)
    workdirs = {build.evaluation.finals[ancestor.index].workdir for ancestor in line}
    for step in build.evaluation.steps:
        if step.stage in line:
            workdirs.add(step.before.workdir)
    return any(below(clean(workdir), path) is not None for workdir in workdirs)


def _may_be_written(build: Build, stage: Stage, path: str) -> bool:
    """Whether a RUN may make the path."""
    place = path
    if _is_of_another_python(build, stage, path):
        place = _NOWHERE
    for item in _items(build, stage):
        if item.keyword == "RUN" and may_write(build, item, place):
            return True
    return False


def _is_of_another_python(build: Build, stage: Stage, path: str) -> bool:
    """Whether a path is in the library of another version than the stage has.

    Nor may anything in the stage name that version.
    """
    python = stage_python(build, stage)
    if python is None or python.prefix != LOCAL:
        return False
    if not path.startswith(f"{_PYTHONS}3."):
        return False
    minor, _, _ = path.removeprefix(_PYTHONS).partition("/")
    if minor == python.minor:
        return False

    name = f"python{minor}"
    text = build.dockerfile.text
    return not any(name in item.span.of(text) for item in _items(build, stage))


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
    return any(_may_be_in(build, copying, source, rest) for source in copying.sources)


def _may_be_in(build: Build, copying: Copying, source: Operand, rest: str) -> bool:
    """Whether what a source brings may have something at `rest`, seen from the destination."""
    if source.kind == "heredoc":
        name = source.word.text.lstrip("<-").strip("\"'")
        return _first(rest) == name
    if source.kind != "file" or source.value is None or has_wildcards(source.value):
        return True
    if copying.instruction.keyword == "ADD" or copying.instruction.flag("parents"):
        return True
    if copying.from_context:
        return _may_be_in_context(build, source.value, rest)
    return _may_be_in_stage(build, copying.instruction, source.value, rest)


def _may_be_in_context(build: Build, source: str, rest: str) -> bool:
    """Whether the build context may have it; a file in a directory has its own name there."""
    path = clean_source(f"/{source}").removeprefix("/")
    context = build.context
    if context is None or not context.is_whole:
        return not _is_file(path) or rest == _last(path)

    files = [file.path for file in copied(context, [path])]
    if not files:
        return True
    if files == [path]:
        return rest == _last(path)
    wanted = f"{path}/{rest}".lstrip("/")
    return any(below(f"/{file}", f"/{wanted}") is not None for file in files)


def _may_be_in_stage(
    build: Build, instruction: Instruction, source: str, rest: str
) -> bool:
    """Whether another stage may have it; a file in a directory has its own name there."""
    for copy in stage_copies(build):
        if copy.copying.instruction is instruction:
            origin = copy.origin
            break
    else:
        return not _is_file(source) or rest == _last(source)

    if _first(rest) == _last(source):
        return True
    return not is_absent(build, origin, clean(f"/{source}/{rest}"))


def _is_file(path: str) -> bool:
    """Whether a path looks like that of a file."""
    return "." in _last(path).lstrip(".")


def _first(path: str) -> str:
    name, _, _ = path.partition("/")
    return name


def _last(path: str) -> str:
    _, _, name = path.rpartition("/")
    return name
