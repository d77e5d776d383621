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
from lightship.shell.project_builds import builds_project

# They write nothing, or little: of an editable install a directory with its name
_SMALL_WRITERS = frozenset(
    """: [ add-apt-repository addgroup adduser apk apt-get cd chmod chown echo exit export
    false find groupadd mkdir pip pip3 printf rm set sh test touch true useradd""".split()
)
# They fetch and unpack, and change a word in what they unpacked
_UNPACKERS = frozenset("curl gunzip sed tar unzip wget".split())
# The sources of a commit or tag, as forges pack them
_SOURCE_ARCHIVE = regex(
    r"https?://(?:github\.com|gitlab\.com|codeload\.github\.com|bitbucket\.org)/\S*"
    r"/(?:archive|tar\.gz|zip|get)/\S+"
)
# In bytes, of such sources, and of a directory of one package in node_modules
_FEW = 3_000_000
# What a bundler writes to, and what it is started by
_BUNDLES = frozenset(("build", "css", "dist", "out"))
# Bundles that have the packages in them
_WITH_PACKAGES = frozenset((".next", ".output", "standalone"))
_BUNDLERS = NODE | {"corepack", "ng", "npx", "tsc", "vite"}
# Tests and their results, pages, analyses of earlier bundles, lock files
_NEVER_BUNDLED = regex(
    r"(?:^|/)(?:__tests__|docs?|(?:e2e|tests?|cypress|coverage)(?:[-_][^/]*)?"
    r"|(?:dist|build|bundle)[-_][^/]*)/"
    r"|(?:\.md|\.map|(?:^|/)(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock))$"
)
# pip puts packages elsewhere with one of these
_ELSEWHERE = ("--target", "-t", "--prefix", "--root")
_ELSEWHERE_COMMANDS = frozenset(("wheel", "download", "--user"))


def most_from_stages(build: Build, copying: Copying) -> int | None:
    """The bytes that a COPY --from brings at most, by the sources that the stage has; None where
    that is not known.
    """
    taken = [copy for copy in stage_copies(build) if copy.copying is copying]
    if not taken:
        return None
    if len(taken) < len(copying.sources):
        return None

    total = 0
    for copy in taken:
        amount = _most_of(build, copy)
        if amount is None:
            return None
        total += amount
    return total


def _most_of(build: Build, copy: StageCopy) -> int | None:
    *above, _ = copy.source.split("/")
    if "node_modules" in above:
        return _FEW  # of one package
    if _has_packages(build, copy):
        return None

    is_bundle = _is_bundle(build, copy)
    sizes = [_FEW for _ in _source_archives(build, copy.origin)]
    for copying, root in _arrivals(build, copy.origin):
        if not _may_be_among(root, copy.source, is_bundle=is_bundle):
            continue
        size = size_of(build, copying)
        if size is None:
            return None
        if is_bundle:
            size -= _never_bundled(build, copying)
        sizes.append(size)

    if not sizes:
        return None
    if not _is_all_known(build, copy, is_bundle=is_bundle):
        return None
    return sum(sizes)


def _may_be_among(root: str, source: str, *, is_bundle: bool) -> bool:
    """Whether what a COPY puts at `root` may be part of what is taken from `source`."""
    if not is_bundle:
        return related(root, source)
    # A bundle may be made of all that the stage has
    return basename(root) != "node_modules"


def _is_bundle(build: Build, copy: StageCopy) -> bool:
    """Whether a bundler writes the directory: it is called so, or no COPY brings it."""
    parts = copy.source.split("/")
    if not _WITH_PACKAGES.isdisjoint(parts):
        return False
    if parts[-1] in _BUNDLES:
        return True
    for _copying, root in _arrivals(build, copy.origin):
        if related(root, copy.source):
            return False
    runs = set(_items(build, copy.origin))
    calls = [call for call in build.commands() if call.instruction in runs]
    return any(call.command.name in _BUNDLERS for call in calls)


def _source_archives(build: Build, stage: Stage) -> Iterator[str]:
    """The archives of sources that the RUNs of a stage fetch."""
    runs = set(_items(build, stage))
    for call in build.commands("curl", "wget"):
        if call.instruction in runs:
            yield from _archives_in(call)


def _archives_in(call: Invocation) -> Iterator[str]:
    texts = call.command.argument_texts
    return filter(_SOURCE_ARCHIVE.fullmatch, texts)


def _never_bundled(build: Build, copying: Copying) -> int:
    """The bytes of tests, pages and others that are in no bundle."""
    context = build.context
    if context is None:
        return 0
    if not copying.from_context:
        return 0

    total = 0
    for file in files_taken(context, copying):
        if _NEVER_BUNDLED.search(file.path):
            total += file.size
    return total


def _arrivals(build: Build, stage: Stage) -> Iterator[tuple[Copying, str]]:
    """The COPY and ADD of a stage and of those beneath, with their destinations."""
    line = build.lineage_of(stage)
    for copying in build.copyings():
        step = copying.step
        if step is None:
            continue
        if step.stage not in line:
            continue
        workdir = step.before.workdir
        target = copying.destination.value or "/"
        root = in_workdir(workdir, target)
        yield copying, root


def _has_packages(build: Build, copy: StageCopy) -> bool:
    """Whether an environment or node_modules is in the directory."""
    for tree in trees(build, copy.origin).values():
        if below(tree.path, copy.source) is not None:
            return True
    line = _items(build, copy.origin)
    for install in installs(build):
        if not install.is_node:
            continue
        if install.instruction not in line:
            continue
        directory = install.directory or copy.source
        modules = f"{directory}/node_modules"
        if below(modules, copy.source) is not None:
            return True
    return False


def _items(build: Build, stage: Stage) -> Sequence[Instruction]:
    items: list[Instruction] = []
    for own in build.lineage_of(stage):
        items += own.instructions
    return items


def _is_all_known(build: Build, copy: StageCopy, *, is_bundle: bool) -> bool:
    """Whether no RUN puts more there."""
    for item in _items(build, copy.origin):
        if item.keyword != "RUN":
            continue
        if _writes_little(build, item, is_bundle=is_bundle):
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
        if not _ELSEWHERE_COMMANDS.isdisjoint(call.command.argument_texts):
            return False
    calls = list(build.commands(of=run))
    if _fetches_sources_alone(calls):
        calls = [call for call in calls if call.command.name not in _UNPACKERS]
    return all(_is_small_writer(call, is_bundle=is_bundle) for call in calls)


def _fetches_sources_alone(calls: Sequence[Invocation]) -> bool:
    """Whether all that a RUN fetches is archives of sources."""
    fetches = False
    for call in calls:
        if call.command.name not in ("curl", "wget"):
            continue
        fetches = True
        if not any(_archives_in(call)):
            return False
    return fetches


def _is_small_writer(call: Invocation, *, is_bundle: bool) -> bool:
    command = call.command
    name = command.name
    words = list(command.argument_texts)
    if is_bundle and name in _BUNDLERS:
        return True
    if is_bundle and builds_project(command):
        return True
    if name == "uv":
        return words[:1] == ["pip"]
    if name.startswith("python"):
        return words[:2] == ["-m", "pip"]
    return name in _SMALL_WRITERS
