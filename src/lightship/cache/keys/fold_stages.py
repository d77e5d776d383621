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
from collections.abc import Iterable
from dataclasses import field

from lightship.cache.keys.copied_files import copied_files
from lightship.cache.keys.plain_runs import Effects, effects_of, makes_links
from lightship.cache.keys.stage_files import (
    AllStageFiles,
    Atom,
    Place,
    StageFiles,
    place_of,
    stage_files,
)
from lightship.cache.plan.plan import After, Output, Plan, Planned
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
_MOST = 50_000  # paths at steps of one plan that are looked at, shared by its stages


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


@record(eq=False, frozen=False)
class _Open:
    """Files of which not all is known yet, on the way down to the base image.

    `removed` are paths that a later step removes. Where a RUN makes links (`has_links`), any RUN
    may write at the path.
    """

    files: StageFiles
    has_links: bool
    removed: list[str] = field(default_factory=list)

    def add(self, atom: Atom) -> None:
        self.files.atoms.append(atom)

    def add_key(self, step: Planned) -> None:
        """Let them depend on all that a step depends on, and with that on nothing below it."""
        self.add(self.files.path)
        self.add(step)


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
        place = place_of(after, path)
        known = self.known.get(place)
        if known is not None:
            return known

        files = stage_files(after, path)
        self.known[place] = files
        has_links = self._has_links(after)
        opened = _Open(files, has_links)
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
        files = opened.files
        if not is_scratch and _may_be_in_image(files.fixed):
            opened.add(f"{files.path} of {to.image} {to.platform}")

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
            self._add_copy(opened, step)
        elif keyword == "WORKDIR":
            _add_directory(opened, step)
        return True

    def _add_copy(self, opened: _Open, step: Planned) -> None:
        for copied in copied_files(step, opened.files, opened.removed):
            if isinstance(copied, Output):
                files = self.ask(copied.after, copied.path)
                opened.add(files)
            else:
                opened.add(copied)

    def _add_run(self, opened: _Open, step: Planned) -> bool:
        """Of a RUN: nothing where it surely writes elsewhere, its key where it is not known
        what it makes.
        """
        build = self._build
        run = step.instruction
        path = opened.files.fixed
        if opened.has_links:
            opened.add_key(step)
            return False
        if not may_write(build, run, path):
            return True

        variables = step.inputs.variables
        effects = effects_of(build, run, path, variables)
        if effects is None:
            opened.add_key(step)
            return False

        self._add_effects(opened, step, effects)
        return not effects.whole

    def _add_effects(self, opened: _Open, step: Planned, effects: Effects) -> None:
        """What a RUN of plain commands makes: its commands, variables, and what it reads."""
        before = step.evaluated.before
        does = (effects.commands, before.workdir, before.user, before.shell)
        opened.add(repr(does))

        for part in step.inputs.parts:
            name = part.name
            if name in effects.variables:
                opened.add(f"{name}={part.value}")

        for path in effects.reads:
            files = self.ask(step.below, path)
            opened.add(files)
        opened.removed += effects.removed


def _add_directory(opened: _Open, step: Planned) -> None:
    """Of a WORKDIR: its settings, where the directory has to do with the files."""
    settings = {part.name: part.value for part in step.inputs.parts}
    directory = settings.get("directory")
    if not related(directory, opened.files.fixed):
        return
    in_order = sorted(settings.items())
    opened.add(repr(in_order))


def _may_be_in_image(path: str) -> bool:
    """Whether an image may have something there of its own: in no directory that a Dockerfile
    has made up.
    """
    _root, directory, *_rest = path.split("/")
    return directory in _OF_IMAGES
