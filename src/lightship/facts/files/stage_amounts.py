"""How much a directory of another stage has at most: sources from the context, or their bundle.

Nothing is known where a command that is not known may have written there, or where an environment
or node_modules is among it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.copies import Copying
from lightship.evaluation.paths import below, in_workdir, related
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.files.mode_changes import files_taken, size_of
from lightship.facts.files.writes import may_write
from lightship.facts.installs.dependencies import NODE, installs
from lightship.facts.stages.package_trees import trees
from lightship.regex import regex

# They write nothing, or little: of an editable install a directory with its name
_SMALL_WRITERS = frozenset(
    """: [ add-apt-repository addgroup adduser apk apt-get cd chmod chown echo exit export
    false find groupadd mkdir pip pip3 printf rm set sh test touch true useradd""".split()
)
# What a bundler writes to, and what it is started by
_BUNDLES = frozenset(("build", "dist", "out"))
_BUNDLERS = NODE | {"corepack", "ng", "npx", "tsc", "vite"}
_OF_TESTS = regex(
    r"(?:^|/)(?:__tests__|(?:e2e|tests?|cypress|coverage)(?:[-_][^/]*)?)/"
)
# pip puts packages elsewhere with one of these
_ELSEWHERE = ("--target", "-t", "--prefix", "--root")


def most_from_stages(build: Build, copying: Copying) -> int | None:
    """The bytes that a COPY --from brings at most, by the sources that the stage has; None where
    that is not known.
    """
    taken = [copy for copy in stage_copies(build) if copy.copying is copying]
    if not taken or len(taken) < len(copying.sources):
        return None
    amounts = [_most_of(build, copy) for copy in taken]
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _most_of(build: Build, copy: StageCopy) -> int | None:
    if _has_packages(build, copy):
        return None

    is_bundle = basename(copy.source) in _BUNDLES
    sizes: list[int] = []
    for copying, root in _arrivals(build, copy.origin):
        is_among = below(root, copy.source) is not None
        # A bundle may be made of all that the stage has
        if not is_among and not is_bundle and not related(root, copy.source):
            continue
        size = size_of(build, copying)
        if size is None:
            return None
        sizes.append(size - _of_tests(build, copying) if is_bundle else size)

    if not sizes or not _is_all_known(build, copy, is_bundle=is_bundle):
        return None
    return sum(sizes)


def _of_tests(build: Build, copying: Copying) -> int:
    """The bytes of tests and of their results, which are in no bundle."""
    if build.context is None or not copying.from_context:
        return 0
    files = files_taken(build.context, copying)
    return sum(file.size for file in files if _OF_TESTS.search(file.path))


def _arrivals(build: Build, stage: Stage) -> Iterator[tuple[Copying, str]]:
    """The COPY and ADD of a stage and of those beneath, with their destinations."""
    line = build.lineage_of(stage)
    for copying in build.copyings():
        step, target = copying.step, copying.destination.value
        if step is not None and step.stage in line:
            yield copying, in_workdir(step.before.workdir, target or "/")


def _has_packages(build: Build, copy: StageCopy) -> bool:
    """Whether an environment or node_modules is in the directory."""
    for tree in trees(build, copy.origin).values():
        if below(tree.path, copy.source) is not None:
            return True
    line = _items(build, copy.origin)
    for install in installs(build):
        if not install.is_node or install.instruction not in line:
            continue
        modules = f"{install.directory or copy.source}/node_modules"
        if below(modules, copy.source) is not None:
            return True
    return False


def _items(build: Build, stage: Stage) -> Sequence[Instruction]:
    stages = build.lineage_of(stage)
    return [item for stage in stages for item in stage.instructions]


def _is_all_known(build: Build, copy: StageCopy, *, is_bundle: bool) -> bool:
    """Whether no RUN puts more there."""
    for item in _items(build, copy.origin):
        if item.keyword != "RUN" or _writes_little(build, item, is_bundle=is_bundle):
            continue
        if may_write(build, item, copy.source):
            return False
    return True


def _writes_little(build: Build, run: Instruction, *, is_bundle: bool) -> bool:
    if any(script.opaque for script in build.scripts(run)):
        return False
    for call in build.packages("pip", "uv", of=run):
        if call.does.option(*_ELSEWHERE) is not None:
            return False
    return all(
        _is_small_writer(call, is_bundle=is_bundle) for call in build.commands(of=run)
    )


def _is_small_writer(call: Invocation, *, is_bundle: bool) -> bool:
    command = call.command
    words = command.argument_texts
    if command.name == "uv":
        return list(words[:1]) == ["pip"]
    if command.name.startswith("python"):
        return list(words[:2]) == ["-m", "pip"]
    if is_bundle and command.name in _BUNDLERS:
        return True
    return command.name in _SMALL_WRITERS
