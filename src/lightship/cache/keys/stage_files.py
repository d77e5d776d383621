"""What the files of a stage depend on, as far as can be known without building it.

BuildKit hashes what `COPY --from` and mounts take by content: where a stage was rebuilt and came
out the same, they are hits. What COPY and WORKDIR make is known exactly. A RUN that writes
elsewhere is passed over. Of one whose commands all are plain (`echo`, `mkdir`, `cp` ...) the
output depends on its commands, on the variables that they name and on the files that they read;
what they remove was never there. Any other RUN, when it runs again, counts as having made
something else: pip compiles with the time of the day, archives hold times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from lightship.cache.causes import Cause
from lightship.cache.keys.plain_runs import effects_of, makes_links
from lightship.cache.plan.copy_inputs import destination_of
from lightship.cache.plan.plan import After, Output, Plan, Planned
from lightship.cache.selection.selection import (
    Selection,
    before_wildcards,
    last_part,
)
from lightship.context.wildcards import clean, has_wildcards
from lightship.evaluation.paths import related
from lightship.facts.files.writes import may_write
from lightship.record import record

# The directories of a file system (Filesystem Hierarchy Standard 3.0), and the root
_OF_IMAGES = frozenset(
    (
        "",
        *"bin boot dev etc home lib lib32 lib64 media mnt opt proc root".split(),
        *"run sbin srv sys tmp usr var".split(),
    )
)
# Characters that mean something in a pattern
_SPECIAL = frozenset("*?[\\!#")
_MOST = 50_000  # paths at steps of one plan that are looked at, shared by its stages

Place = tuple[int, str]  # the id of what the files come after, and their path


@record(eq=False)
class Atom:
    """One thing that files depend on: a text, a selection of the context, the key of a step,
    files of a stage.
    """

    text: str = ""
    selection: Selection | None = None
    key_of: Planned | None = None
    files: StageFiles | None = None


@record(eq=False, frozen=False)
class StageFiles:
    """The files at `path` of a stage, as they are after a step; `atoms` are what they depend on."""

    after: After
    path: str
    atoms: list[Atom] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number of the step that they come after; -1 for those of a base image."""
        return self.after.number if isinstance(self.after, Planned) else -1


@record(eq=False)
class AllStageFiles:
    """All stage files that were asked for, and those that they depend on, each after its needs."""

    in_order: tuple[StageFiles, ...]
    by_place: Mapping[Place, StageFiles]

    @property
    def selections(self) -> tuple[Selection, ...]:
        """What of the build context they depend on, each once."""
        selections: dict[Selection, None] = {}
        for files in self.in_order:
            for atom in files.atoms:
                if atom.selection is not None:
                    selections[atom.selection] = None
        return tuple(selections)

    def of(self, output: Output) -> StageFiles:
        """The files that an output stands for; of a pattern, what it selects."""
        place = _place(output.after, output.path)
        return self.by_place[place]


def fold_stages(plan: Plan, outputs: Iterable[Output]) -> AllStageFiles:
    """What the files of `outputs` depend on.

    All steps are gone through once, from the last to the first, with all paths that were asked
    for: so the answer for one of them does not depend on the order of the questions, even where
    there are more than are looked at. Those depend on the key of the step at which the limit was
    met: they count as changed where that is rebuilt.
    """
    fold = _Fold(plan)
    for output in outputs:
        fold.ask(output.after, output.path)
    for step in reversed(plan.steps):
        fold.pass_step(step)

    known = fold.known.values()
    by_step = sorted(known, key=lambda files: files.number)
    return AllStageFiles(tuple(by_step), fold.known)


def _place(after: After, path: str) -> Place:
    return id(after), clean(path)


@record(eq=False, frozen=False)
class _Open:
    """Files of which not all is known yet, on the way down to the base image.

    `fixed` is their path without its wildcards, `removed` are paths that a later step removes.
    Where a RUN makes links (`has_links`), any RUN may write at the path.
    """

    files: StageFiles
    fixed: str
    has_links: bool
    removed: list[str] = field(default_factory=list)

    def add(self, atom: Atom) -> None:
        self.files.atoms.append(atom)

    def add_key(self, step: Planned) -> None:
        """Let them depend on all that a step depends on, and with that on nothing below it."""
        self.add(Atom(self.files.path))
        self.add(Atom(key_of=step))


class _Fold:
    """One pass over the steps of a plan, from the last to the first."""

    def __init__(self, plan: Plan) -> None:
        self._build = plan.build
        # By the number of the step they are at
        self._open: dict[int, list[_Open]] = {}
        # By step: whether a RUN up to it makes links
        self._links: dict[int, bool] = {}
        stages = len(plan.build.dockerfile.stages)
        self._most = _MOST // max(stages, 1)
        self._spent: Counter[int] = Counter()  # by stage
        self.known: dict[Place, StageFiles] = {}

    def ask(self, after: After, path: str) -> StageFiles:
        """The files at a path; what they depend on is known once all steps have been passed."""
        place = _place(after, path)
        known = self.known.get(place)
        if known is not None:
            return known

        files = StageFiles(after, clean(path))
        self.known[place] = files
        fixed = _before_wildcards(files.path)
        has_links = self._has_links(after)
        opened = _Open(files, fixed, has_links)
        self._hand_down(opened, after)
        return files

    def pass_step(self, step: Planned) -> None:
        """Add what a step has to do with all files that have come down to it."""
        waiting = self._open.pop(step.number, [])
        if not waiting:
            return
        is_too_much = self._spend(step, len(waiting))
        for opened in waiting:
            if is_too_much:
                opened.add_key(step)
                continue
            goes_on = self._add(opened, step)
            if goes_on:
                self._hand_down(opened, step.below)

    def _spend(self, step: Planned, paths: int) -> bool:
        """Count what it takes to hold so many paths against a step.

        Whether that is too much for its stage.
        """
        weight = 1
        for script in self._build.scripts(step.instruction):
            weight += len(script.commands)
        stage = step.evaluated.stage.index
        self._spent[stage] += paths * weight
        return self._spent[stage] > self._most

    def _hand_down(self, opened: _Open, to: After) -> None:
        if isinstance(to, Planned):
            waiting = self._open.setdefault(to.number, [])
            waiting.append(opened)
            return

        is_scratch = not to.image
        if not is_scratch and _may_be_in_image(opened.fixed):
            text = f"{opened.files.path} of {to.image} {to.platform}"
            opened.add(Atom(text))

    def _has_links(self, step: After) -> bool:
        """Whether a RUN up to this step makes links."""
        passed: list[int] = []
        has_links = False
        while isinstance(step, Planned) and not has_links:
            number = step.number
            if number in self._links:
                has_links = self._links[number]
                break
            passed.append(number)
            instruction = step.instruction
            is_run = instruction.keyword == "RUN"
            has_links = is_run and makes_links(self._build, instruction)
            step = step.below

        self._links |= dict.fromkeys(passed, has_links)
        return has_links

    def _add(self, opened: _Open, step: Planned) -> bool:
        """Add what a step has to do with files.

        Whether they depend on what was there before it too.
        """
        keyword = step.instruction.keyword
        if keyword == "RUN":
            return self._add_run(opened, step)
        if keyword in ("COPY", "ADD"):
            opened.files.atoms += self._of_copy(step, opened)
        elif keyword == "WORKDIR":
            _add_directory(opened, step)
        return True

    def _add_run(self, opened: _Open, step: Planned) -> bool:
        """Of a RUN: nothing where it surely writes elsewhere, its key where it is not known
        what it makes.
        """
        build = self._build
        run = step.instruction
        if opened.has_links:
            opened.add_key(step)
            return False
        if not may_write(build, run, opened.fixed):
            return True

        parts = step.inputs.parts
        variables = [part.name for part in parts if part.cause is Cause.VARIABLE]
        effects = effects_of(build, run, opened.fixed, variables)
        if effects is None:
            opened.add_key(step)
            return False

        before = step.evaluated.before
        does = (effects.commands, before.workdir, before.user, before.shell)
        opened.add(Atom(repr(does)))
        for part in parts:
            if part.name in effects.variables:
                setting = f"{part.name}={part.value}"
                opened.add(Atom(setting))
        for path in effects.reads:
            files = self.ask(step.below, path)
            opened.add(Atom(files=files))
        opened.removed += effects.removed
        return not effects.whole

    def _of_copy(self, step: Planned, opened: _Open) -> Iterator[Atom]:
        """What a COPY adds, but for what is removed later.

        Below its destination only what lands there.
        """
        path = opened.files.path
        destination = clean(destination_of(step.evaluated))
        if not related(destination, opened.fixed):
            return

        yield _settings_of_copy(step, is_whole=path == destination)

        inside = ""
        if path.startswith(destination):
            inside = path.removeprefix(destination).strip("/")
        may_unpack = step.instruction.keyword == "ADD"
        if inside and not may_unpack:
            yield from self._of_copied_parts(step, inside)
            return

        inputs = step.inputs
        gone = _below(destination, opened.removed)
        for selection in inputs.selections:
            kept = _without(selection, gone)
            yield Atom(selection=kept)
        for output in inputs.outputs:
            files = self.ask(output.after, output.path)
            yield Atom(files=files)

    def _of_copied_parts(self, step: Planned, inside: str) -> Iterator[Atom]:
        """What a COPY puts at `inside` of its destination."""
        inputs = step.inputs
        for selection in inputs.selections:
            for part in _parts_of(selection, inside):
                yield Atom(selection=part)

        first, _slash, _rest = inside.partition("/")
        for output in inputs.outputs:
            path = output.path
            is_itself = last_part(path) == first
            if not is_itself:
                path = f"{path}/{inside}"
            files = self.ask(output.after, path)
            yield Atom(files=files)


def _add_directory(opened: _Open, step: Planned) -> None:
    """Of a WORKDIR: its settings, where the directory has to do with the files."""
    settings = {part.name: part.value for part in step.inputs.parts}
    directory = settings.get("directory")
    if not related(directory, opened.fixed):
        return
    in_order = sorted(settings.items())
    opened.add(Atom(repr(in_order)))


def _settings_of_copy(step: Planned, *, is_whole: bool) -> Atom:
    """The flags and names of a COPY, as far as its files depend on them.

    `is_whole` says that all of what it copies is asked for.
    """
    unnamed = {"destination"}
    has_one_source = len(step.evaluated.operands) == 2
    if has_one_source and is_whole:
        # A single file keeps its content whatever it is called
        unnamed.add("source")
    parts = [part for part in step.inputs.parts if part.name not in unnamed]
    named = [(part.name, part.value) for part in parts]
    return Atom(repr(named))


def _below(directory: str, paths: Iterable[str]) -> list[str]:
    """Those of `paths` that lie in a directory, from there."""
    directory = f"{directory}/"
    below = [path for path in paths if path.startswith(directory)]
    return [path.removeprefix(directory) for path in below]


def _before_wildcards(path: str) -> str:
    if not has_wildcards(path):
        return path
    fixed = before_wildcards(path[1:])
    return f"/{fixed}"


def _may_be_in_image(path: str) -> bool:
    """Whether an image may have something there of its own: in no directory that a Dockerfile
    has made up.
    """
    _root, directory, *_rest = path.split("/")
    return directory in _OF_IMAGES


def _without(selection: Selection, removed: Sequence[str]) -> Selection:
    """A source without paths below it; a pattern is left as it is."""
    if selection.is_pattern or selection.parents:
        return selection
    plain = filter(_is_plain, removed)
    excludes = (*selection.excludes, *plain)
    return replace(selection, excludes=excludes)


def _is_plain(path: str) -> bool:
    """Whether a path means itself as a pattern of `--exclude`."""
    has_special = not _SPECIAL.isdisjoint(path)
    return not has_special and path == path.strip()


def _parts_of(selection: Selection, inside: str) -> Iterator[Selection]:
    """What of a source lands at `inside` of the destination: from a directory its content, a
    file under its name.
    """
    if selection.is_pattern or selection.parents or selection.excludes:
        yield selection
        return
    source = selection.source
    path = f"{source}/{inside}" if source else inside
    yield Selection(path, optional=True)
    if last_part(source) == inside:
        yield Selection(source, optional=True)
