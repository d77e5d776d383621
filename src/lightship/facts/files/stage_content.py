"""Whether a path surely is not in a stage: nothing in its line of base stages may make it.

Of an image that is not known anything may be there; of the official images of distributions and of Python, and of
scratch, it is known what is not.
"""

from __future__ import annotations

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
    "bin boot dev etc home lib lib32 lib64 libx32 media mnt proc run sbin srv sys tmp usr var".split()
)
_NOWHERE = "/lightship"  # a path that only a command that is not known may write to
_EMPTY = ("/home/", "/srv/", "/usr/src/", "/root/.local/", "/root/.local", "/opt/")


def is_absent(
    build: Build, stage: Stage, path: str, but: Instruction | None = None
) -> bool:
    """Whether COPY --from of the stage surely finds nothing at `path`, were it not for the COPY `but`."""
    line = build.lineage_of(stage)
    root = build.evaluation.root(stage).name
    if path == "/" or any(
        item.trigger is not None for each in line for item in each.instructions
    ):
        return False
    if root != SCRATCH and not _is_unknown_to_image(build, stage, root, path):
        return False
    steps = [step for step in build.evaluation.steps if step.stage in line]
    if any(below(clean(step.before.workdir), path) is not None for step in steps):
        return False  # WORKDIR has made it, or a directory in it
    if any(
        below(clean(build.evaluation.finals[each.index].workdir), path) is not None
        for each in line
    ):
        return False
    place = _NOWHERE if _is_of_another_python(build, stage, path) else path
    runs = (
        item for each in line for item in each.instructions if item.keyword == "RUN"
    )
    if any(may_write(build, run, place) for run in runs):
        return False
    return not any(
        _may_bring(build, copying, path)
        for copying in build.copyings()
        if copying.step is not None
        and copying.step.stage in line
        and copying.instruction is not but
    )


def _is_unknown_to_image(build: Build, stage: Stage, root: str, path: str) -> bool:
    """Whether an official image has no such path."""
    image = read_reference(root)
    if isinstance(image, str) or official_name(image) not in BARE:
        return False
    if _is_of_another_python(build, stage, path):
        return True
    first = path.split("/")[1]
    return first not in _SYSTEM | {"opt", "root"} or (
        path.startswith(_EMPTY) and path.rstrip("/") not in ("/opt", "/srv")
    )


def _is_of_another_python(build: Build, stage: Stage, path: str) -> bool:
    """Whether a path is in the library of a version that the stage does not have, and that nothing in it names."""
    python = stage_python(build, stage)
    if (
        python is None
        or python.prefix != LOCAL
        or not path.startswith(f"{LOCAL}/lib/python3.")
    ):
        return False
    minor = path.removeprefix(f"{LOCAL}/lib/python").partition("/")[0]
    texts = (
        item.span.of(build.dockerfile.text)
        for each in build.lineage_of(stage)
        for item in each.instructions
    )
    return minor != python.minor and not any(f"python{minor}" in text for text in texts)


def _may_bring(build: Build, copying: Copying, path: str) -> bool:
    target = copying.destination.value
    if target is None or copying.before is None:
        return True
    root = in_workdir(copying.before.workdir, target)
    if below(root, path) is not None:
        return True  # it makes the directory, or puts a file there
    rest = below(path, root)
    return rest is not None and any(
        _may_be_in(build, copying, source, rest) for source in copying.sources
    )


def _may_be_in(build: Build, copying: Copying, source: Operand, rest: str) -> bool:
    """Whether what a source brings may have something at `rest`, seen from the destination."""
    if source.kind == "heredoc":
        return rest.partition("/")[0] == source.word.text.lstrip("<-").strip("\"'")
    if source.value is None or has_wildcards(source.value) or source.kind != "file":
        return True
    if copying.instruction.keyword == "ADD" or copying.instruction.flag("parents"):
        return True
    if not copying.from_context:
        return _may_be_in_stage(build, copying.instruction, source.value, rest)
    path = clean_source(f"/{source.value}")[1:]
    if build.context is None or not build.context.is_whole:
        return not _is_file(path) or rest == path.rpartition("/")[2]
    files = [file.path for file in copied(build.context, [path])]
    if files == [path]:
        return rest == path.rpartition("/")[2]
    wanted = f"{path}/{rest}".lstrip("/")
    return not files or any(
        below(f"/{file}", f"/{wanted}") is not None for file in files
    )


def _is_file(path: str) -> bool:
    return "." in path.rpartition("/")[2].lstrip(".")


def _may_be_in_stage(
    build: Build, instruction: Instruction, source: str, rest: str
) -> bool:
    """Whether another stage may have it; a file that is copied into a directory has its own name there."""
    copy = next(
        (
            each
            for each in stage_copies(build)
            if each.copying.instruction is instruction
        ),
        None,
    )
    if copy is None:
        return not _is_file(source) or rest == source.rpartition("/")[2]
    return rest.partition("/")[0] == source.rpartition("/")[2] or not is_absent(
        build, copy.origin, clean(f"/{source}/{rest}")
    )
